// SPDX-License-Identifier: GPL-2.0-only
/*
 * notes - the footnotes of a table: why a cell has no number, each reason once.
 * Why: every table of cells says an absence in the same words, with the same marks.
 */
#include "report/runs/notes.h"

#include <errno.h>
#include <stdlib.h>

#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"
#include "report/runs/reasons.h"
#include "report/runs/text.h"

enum { NOTES_FEW = 8 }; /* so many are read one by one */

size_t pb_notes_add(struct pb_notes *notes, const char *reason)
{
	_cleanup_free_ char *clean = pb_printable_copy(reason, "");
	char **reasons;

	if (!clean)
		return 0;
	for (size_t i = 0; i < notes->nr; i++)
		if (pb_streq(notes->reasons[i], clean))
			return i + 1;
	reasons = reallocarray(notes->reasons, notes->nr + 1, sizeof(*reasons));
	if (!reasons) {
		pb_fail(-ENOMEM, "out of memory");
		return 0;
	}
	reasons[notes->nr++] = pb_steal(clean);
	notes->reasons = reasons;
	return notes->nr;
}

int pb_notes_absence(struct pb_notes *notes, const struct pb_summary_cell *cell, int columns,
		     bool colour, FILE *out)
{
	char word[PB_WORD_LEN + PB_ERROR_NAME_LEN], name[PB_ERROR_NAME_LEN];
	const char *tint;
	size_t note;

	if (!cell) {
		pb_term_printf(out, "%*s", columns, "not planned");
		return 0;
	}
	note = pb_notes_add(notes, cell->reason ? cell->reason : "no reason was given");
	if (!note)
		return -ENOMEM;
	snprintf(word, sizeof(word), "%s[%zu]",
		 cell->error ? pb_error_name(cell->error, name, sizeof(name))
			     : pb_cell_state_name(cell->state),
		 note);
	tint = cell->state == PB_CELL_REFUSED ? pb_term_dim : pb_term_red;
	pb_term_printf(out, "%s%*s%s", colour ? tint : "", columns, word,
		       colour ? pb_term_plain : "");
	return 0;
}

int pb_notes_print(const struct pb_notes *notes, FILE *out)
{
	pb_cleanup(pb_reasons_done) struct pb_reasons reasons = { 0 };
	int ret = notes->nr > NOTES_FEW ? pb_reasons_group((const char *const *)notes->reasons,
							   notes->nr, &reasons)
					: 0;

	if (ret)
		return ret;
	if (notes->nr)
		fputc('\n', out);
	for (size_t i = 0; i < notes->nr && notes->nr <= NOTES_FEW; i++)
		pb_term_printf(out, "[%zu] %s\n", i + 1, notes->reasons[i]);
	for (size_t i = 0; i < reasons.nr; i++) {
		const struct pb_reason *reason = &reasons.items[i];

		for (size_t m = 0; m < reason->nr; m++)
			pb_term_printf(out, "[%zu] ", reason->members[m] + 1);
		pb_term_printf(out, "%s\n", reason->text);
	}
	return 0;
}

void pb_notes_done(struct pb_notes *notes)
{
	for (size_t i = 0; i < notes->nr; i++)
		free(notes->reasons[i]);
	free(notes->reasons);
	*notes = (struct pb_notes){ 0 };
}
