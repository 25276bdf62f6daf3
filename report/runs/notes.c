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

enum { ABSENCE_LEN = PB_WORD_LEN + PB_ERROR_NAME_LEN };

/* "EOPNOTSUPP[1]", and how loud it is. -ENOMEM. */
static int absence_words(struct pb_notes *notes, const struct pb_summary_cell *cell,
			 char word[ABSENCE_LEN])
{
	char name[PB_ERROR_NAME_LEN];
	size_t note;

	if (!cell) {
		snprintf(word, ABSENCE_LEN, "not planned");
		return 0;
	}
	note = pb_notes_add(notes, cell->reason ? cell->reason : "no reason was given");
	if (!note)
		return -ENOMEM;
	snprintf(word, ABSENCE_LEN, "%s[%zu]",
		 cell->error ? pb_error_name(cell->error, name, sizeof(name))
			     : pb_cell_state_name(cell->state),
		 note);
	return 0;
}

int pb_notes_absence(struct pb_notes *notes, const struct pb_summary_cell *cell, int columns,
		     bool colour, FILE *out)
{
	char word[ABSENCE_LEN];
	int ret = absence_words(notes, cell, word);
	const char *tint = cell && cell->state == PB_CELL_REFUSED ? pb_term_dim : pb_term_red;

	if (ret)
		return ret;
	colour &= cell != NULL;
	pb_term_printf(out, "%s%*s%s", colour ? tint : "", columns, word,
		       colour ? pb_term_plain : "");
	return 0;
}

int pb_notes_absent(struct pb_notes *notes, const struct pb_summary_cell *cell, unsigned int span,
		    struct pb_grid *grid)
{
	char word[ABSENCE_LEN];
	int ret = absence_words(notes, cell, word);

	if (!ret)
		pb_grid_absent(grid, word, span,
			       !cell || cell->state == PB_CELL_REFUSED ? PB_GRID_DIM : PB_GRID_BAD);
	return ret;
}

int pb_notes_add_to(const struct pb_notes *notes, struct pb_document *document)
{
	pb_cleanup(pb_reasons_done) struct pb_reasons reasons = { 0 };
	int ret = notes->nr > NOTES_FEW ? pb_reasons_group((const char *const *)notes->reasons,
							   notes->nr, &reasons)
					: 0;

	if (ret)
		return ret;
	pb_document_list(document, 0, "notes", NULL);
	for (size_t i = 0; i < notes->nr && notes->nr <= NOTES_FEW; i++)
		pb_document_line(document, "[%zu] %s", i + 1, notes->reasons[i]);
	for (size_t i = 0; i < reasons.nr; i++) {
		const struct pb_reason *reason = &reasons.items[i];
		pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };

		for (size_t m = 0; m < reason->nr && !ret; m++)
			ret = pb_buf_printf(&buf, "[%zu] ", reason->members[m] + 1);
		if (ret)
			return ret;
		pb_document_line(document, "%s%s", buf.data ? buf.data : "", reason->text);
	}
	return 0;
}

int pb_notes_print(const struct pb_notes *notes, FILE *out)
{
	pb_cleanup(pb_document_done) struct pb_document document = { .command = "notes" };
	const struct pb_item *list;
	int ret = pb_notes_add_to(notes, &document);

	if (ret || document.error)
		return ret ? ret : document.error;
	list = document.items[0];
	if (list->nr_lines)
		fputc('\n', out);
	for (size_t i = 0; i < list->nr_lines; i++)
		pb_term_printf(out, "%s\n", list->lines[i]);
	return 0;
}

void pb_notes_done(struct pb_notes *notes)
{
	for (size_t i = 0; i < notes->nr; i++)
		free(notes->reasons[i]);
	free(notes->reasons);
	*notes = (struct pb_notes){ 0 };
}
