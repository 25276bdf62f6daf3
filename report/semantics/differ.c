// SPDX-License-Identifier: GPL-2.0-only
/*
 * differ - which verdicts changed between two kernels, or two runs.
 * Why: a case that was not watched on a side has not stayed the same; it is counted apart.
 */
#include "report/semantics/differ.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"

struct place {
	const struct pb_semantics_row *row;
};

static int cases_compare(const void *a, const void *b)
{
	const struct pb_cell *c = &((const struct place *)a)->row->result.cell;
	const struct pb_cell *d = &((const struct place *)b)->row->result.cell;
	int order = pb_word_compare(PB_WORDS_MEMORY, c->memory, d->memory);

	if (!order)
		order = strcmp(c->event, d->event);
	if (!order)
		order = pb_word_compare(PB_WORDS_INTENT, c->intent, d->intent);
	return order ? order : strcmp(c->strategy, d->strategy);
}

/* Neither seen nor refused: nothing is known of such a case. */
static bool is_unknown(const struct pb_semantics_row *row)
{
	return pb_streq(row->verdict.result, "failed") || pb_streq(row->verdict.result, "missing");
}

static void pair_judge(const struct pb_semantics_row *base, const struct pb_semantics_row *head,
		       struct pb_verdict_changes *changes)
{
	if (is_unknown(base) || is_unknown(head)) {
		changes->nr_failed++;
		return;
	}
	changes->nr_common++;
	if (!pb_verdict_same(&base->verdict, &head->verdict, true))
		changes->changes[changes->nr++] = (struct pb_verdict_change){ base, head };
}

int pb_verdicts_differ(const struct pb_semantics *base, const struct pb_semantics *head,
		       struct pb_verdict_changes *ret_changes)
{
	_cleanup_free_ struct place *heads = calloc(head->nr + 1, sizeof(*heads));
	struct pb_verdict_changes changes = {
		.base = base->nr ? base->rows[0].kernel : "nothing",
		.head = head->nr ? head->rows[0].kernel : "nothing",
		.changes = calloc(base->nr + 1, sizeof(*changes.changes)),
	};

	if (!heads || !changes.changes) {
		free(changes.changes);
		return pb_fail(-ENOMEM, "out of memory");
	}
	for (size_t i = 0; i < head->nr; i++)
		heads[i].row = &head->rows[i];
	qsort(heads, head->nr, sizeof(*heads), cases_compare);
	for (size_t i = 0; i < base->nr; i++) {
		const struct place of = { &base->rows[i] };
		const struct place *found =
			bsearch(&of, heads, head->nr, sizeof(*heads), cases_compare);

		if (found)
			pair_judge(of.row, found->row, &changes);
		else
			changes.nr_lacking++;
	}
	*ret_changes = changes;
	return 0;
}

void pb_verdict_changes_done(struct pb_verdict_changes *changes)
{
	free(changes->changes);
	*changes = (struct pb_verdict_changes){ 0 };
}

enum pb_verdict pb_verdict_changes_verdict(const struct pb_verdict_changes *changes)
{
	if (changes->nr)
		return PB_VERDICT_WORSE;
	return changes->nr_lacking || changes->nr_failed || !changes->nr_common ? PB_VERDICT_UNKNOWN
										: PB_VERDICT_SAME;
}

static void change_print(const struct pb_verdict_change *change, FILE *out)
{
	const struct pb_observed_verdict *b = &change->base->verdict, *h = &change->head->verdict;
	const struct pb_cell *cell = &change->base->result.cell;

	pb_term_printf(out, "  %s, %s, %s to %s: %s %s/%s -> %s %s/%s\n",
		       pb_memory_name(cell->memory), cell->event, cell->strategy,
		       pb_intent_name(cell->intent), b->result, b->data, b->frame, h->result,
		       h->data, h->frame);
}

int pb_verdict_changes_print(const struct pb_verdict_changes *changes, size_t max, bool quiet,
			     FILE *out)
{
	size_t shown = quiet ? 0 : max && max < changes->nr ? max : changes->nr;

	pb_term_printf(out, "%s -> %s: %zu verdict%s changed, of %zu\n", changes->base,
		       changes->head, changes->nr, changes->nr == 1 ? "" : "s", changes->nr_common);
	for (size_t i = 0; i < shown; i++)
		change_print(&changes->changes[i], out);
	if (!quiet && shown < changes->nr)
		pb_term_printf(out, "  and %zu more (--all)\n", changes->nr - shown);
	if (changes->nr_lacking)
		pb_term_printf(out, "  %zu case%s of %s %s not watched on %s\n",
			       changes->nr_lacking, changes->nr_lacking == 1 ? "" : "s",
			       changes->base, changes->nr_lacking == 1 ? "is" : "are",
			       changes->head);
	if (changes->nr_failed)
		pb_term_printf(out, "  failed or not reached on one of them: %zu\n",
			       changes->nr_failed);
	errno = 0;
	return fflush(out) || ferror(out)
		       ? pb_fail(errno ? -errno : -EIO, "cannot write what changed: %s",
				 strerror(errno ? errno : EIO))
		       : 0;
}
