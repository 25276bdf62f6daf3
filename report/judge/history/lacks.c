// SPDX-License-Identifier: GPL-2.0-only
/*
 * lacks - what a history does not judge: cells without a number, and numbers in doubt.
 * Why: what failed on a kernel did not cost the same there.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "common/err.h"
#include "common/str.h"
#include "report/judge/history/history.h"
#include "report/judge/intervals.h"
#include "report/runs/text.h"

int pb_history_doubt_add(struct pb_history *h, const struct pb_history_step *step, const char *why)
{
	struct pb_history_doubt *doubts =
		reallocarray(h->doubts, h->nr_doubts + 1, sizeof(*doubts));

	if (!doubts)
		return pb_fail(-ENOMEM, "out of memory");
	h->doubts = doubts;
	doubts[h->nr_doubts] = (struct pb_history_doubt){
		.cell = step->cell, .phase = step->phase, .from = step->from, .to = step->to
	};
	snprintf(doubts[h->nr_doubts].why, sizeof(doubts[0].why), "%s", why);
	h->nr_doubts++;
	return 0;
}

/* A refusal is a result, and is shown as one. */
static bool is_lacking(const struct pb_history *h, const struct pb_history_cell *cell, size_t k)
{
	const struct pb_summary_cell *at = cell->at[k];

	if (at && at->state == PB_CELL_REFUSED)
		return false;
	/* Where no kernel has a release, it is within acquire. */
	return !at || at->state != PB_CELL_MEASURED ||
	       isnan(pb_history_value(h, cell, k, h->drawn ? "call" : "acquire"));
}

/* "failed (EIO hang) on 6.12" */
static char *lack_words(const struct pb_history *h, const struct pb_history_cell *cell, size_t k)
{
	const struct pb_summary_cell *at = cell->at[k];
	char name[PB_ERROR_NAME_LEN];
	_cleanup_free_ char *clean = NULL, *reason = NULL;

	if (!at)
		return pb_format("not in the plan on %s", h->kernels[k].label);
	if (at->state == PB_CELL_MEASURED)
		return pb_format("without a number on %s", h->kernels[k].label);
	clean = pb_printable_copy(at->reason ? at->reason : "", "");
	if (!clean)
		return NULL;
	reason = pb_format("%s%s%s", at->error ? pb_error_name(at->error, name, sizeof(name)) : "",
			   at->error && *clean ? " " : "", clean);
	if (!reason)
		return NULL;
	return pb_format("%s%s%s%s on %s", pb_cell_state_name(at->state), *reason ? " (" : "",
			 reason, *reason ? ")" : "", h->kernels[k].label);
}

static char *cell_words(const struct pb_cell *cell, const char *what)
{
	return pb_intervals_phase_words(cell, what);
}

/* Cells that lack a number somewhere; the first of them in words. */
static int lacks_find(const struct pb_history *h, size_t *ret_nr, char **ret_first)
{
	*ret_nr = 0;
	*ret_first = NULL;
	for (size_t i = 0; i < h->nr_cells; i++) {
		size_t k = 0;

		while (k < h->nr_kernels && !is_lacking(h, &h->cells[i], k))
			k++;
		if (k == h->nr_kernels || (*ret_nr)++)
			continue;
		_cleanup_free_ char *what = lack_words(h, &h->cells[i], k);

		*ret_first = what ? cell_words(h->cells[i].cell, what) : NULL;
		if (!*ret_first)
			return -ENOMEM;
	}
	return 0;
}

static char *doubt_words(const struct pb_history *h, const struct pb_history_doubt *doubt)
{
	_cleanup_free_ char *words = cell_words(doubt->cell->cell, doubt->phase);

	return words ? pb_format("%s, from %s to %s: %s", words, h->kernels[doubt->from].label,
				 h->kernels[doubt->to].label, doubt->why)
		     : NULL;
}

char *pb_history_lacks(const struct pb_history *h)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	_cleanup_free_ char *lack = NULL, *doubt = NULL;
	size_t nr;
	int ret = lacks_find(h, &nr, &lack);

	if (!ret)
		ret = pb_buf_printf(&buf, "%s", "");
	if (!ret && nr)
		ret = pb_buf_printf(&buf, "%zu of %zu cells lack a number, the first being %s", nr,
				    h->nr_cells, lack);
	if (!ret && h->nr_doubts) {
		doubt = doubt_words(h, &h->doubts[0]);
		ret = doubt ? pb_buf_printf(&buf,
					    "%s%zu pairs of neighbours do not tell, the first "
					    "being %s",
					    nr ? "; " : "", h->nr_doubts, doubt)
			    : -ENOMEM;
	}
	return ret ? NULL : pb_steal(buf.data);
}

/* Adds a line, or counts it where @most are there. */
static int line_add(struct pb_document *document, size_t most, size_t *nr, const char *words)
{
	if (!words)
		return -ENOMEM;
	if (!most || *nr < most)
		pb_document_line(document, "%s", words);
	(*nr)++;
	return 0;
}

int pb_history_lacks_add(const struct pb_history *h, size_t most, struct pb_document *document)
{
	size_t nr = 0;
	int ret = 0;

	pb_document_list(document, 0, "not-judged", "Not judged:");
	for (size_t i = 0; i < h->nr_cells * h->nr_kernels && !ret; i++) {
		const struct pb_history_cell *cell = &h->cells[i / h->nr_kernels];
		_cleanup_free_ char *what = NULL, *words = NULL;

		if (!is_lacking(h, cell, i % h->nr_kernels))
			continue;
		what = lack_words(h, cell, i % h->nr_kernels);
		words = what ? cell_words(cell->cell, what) : NULL;
		ret = line_add(document, most, &nr, words);
	}
	for (size_t i = 0; i < h->nr_doubts && !ret; i++) {
		_cleanup_free_ char *words = doubt_words(h, &h->doubts[i]);

		ret = line_add(document, most, &nr, words);
	}
	if (!ret && most && nr > most)
		pb_document_line(document, "... and %zu more (--all shows them)", nr - most);
	return ret;
}
