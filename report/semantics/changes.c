// SPDX-License-Identifier: GPL-2.0-only
/*
 * changes - the cases whose verdict is not the same on all kernels that are shown.
 * Why: who follows a kernel asks what changed, and most of it did not.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/semantics/rows.h"

struct place {
	struct pb_semantics_row *row;
};

/* By case; the kernels of one case stand together. */
static int cases_compare(const void *a, const void *b)
{
	const struct pb_semantics_row *x = ((const struct place *)a)->row;
	const struct pb_semantics_row *y = ((const struct place *)b)->row;
	const struct pb_cell *c = &x->result.cell, *d = &y->result.cell;
	int order = pb_word_compare(PB_WORDS_MEMORY, c->memory, d->memory);

	if (!order)
		order = strcmp(c->event, d->event);
	if (!order)
		order = pb_word_compare(PB_WORDS_INTENT, c->intent, d->intent);
	return order ? order : strcmp(c->strategy, d->strategy);
}

static bool differs(const struct place *places, size_t nr)
{
	for (size_t i = 1; i < nr; i++)
		if (!pb_verdict_same(&places[0].row->verdict, &places[i].row->verdict, true))
			return true;
	return false;
}

int pb_semantics_changed(struct pb_semantics *semantics, size_t *ret_nr)
{
	size_t kept = 0, nr_changed = 0, nr;
	_cleanup_free_ struct place *places = calloc(semantics->nr + 1, sizeof(*places));

	if (!places)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < semantics->nr; i++)
		places[i].row = &semantics->rows[i];
	qsort(places, semantics->nr, sizeof(*places), cases_compare);
	for (size_t at = 0; at < semantics->nr; at += nr) {
		bool changed;

		for (nr = 1; at + nr < semantics->nr; nr++)
			if (cases_compare(&places[at], &places[at + nr]))
				break;
		changed = differs(&places[at], nr);
		nr_changed += changed;
		for (size_t i = 0; i < nr; i++)
			places[at + i].row->changed = changed;
	}
	for (size_t i = 0; i < semantics->nr; i++) {
		if (semantics->rows[i].changed) {
			semantics->rows[kept++] = semantics->rows[i];
			continue;
		}
		pb_cell_result_done(&semantics->rows[i].result);
		free(semantics->rows[i].deviation);
	}
	semantics->nr = kept;
	*ret_nr = nr_changed;
	return 0;
}
