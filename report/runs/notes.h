/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * notes - the footnotes of a table: why a cell has no number, each reason once.
 * Why: every table of cells says an absence in the same words, with the same marks.
 */
#ifndef REPORT_RUNS_NOTES_H
#define REPORT_RUNS_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "collect/summary.h"
#include "common/cleanup.h"
#include "common/grid/document.h"

/* Zero-initialise; guard with pb_cleanup(pb_notes_done). */
struct pb_notes {
	size_t nr;
	char **reasons; /* cleaned of what a terminal would obey */
};

/* The number of the footnote that says @reason, from 1; 0: out of memory. */
size_t pb_notes_add(struct pb_notes *notes, const char *reason) pb_must_check;

/*
 * Prints what stands in the place of @cell's number, right-aligned to @columns: "EOPNOTSUPP[1]",
 * "failed[2]", "not planned" where there is no cell; adds its reason to @notes. Returns 0 or
 * -ENOMEM.
 */
int pb_notes_absence(struct pb_notes *notes, const struct pb_summary_cell *cell, int columns,
		     bool colour, FILE *out) pb_must_check;

/* The same in a table, over @span columns. */
int pb_notes_absent(struct pb_notes *notes, const struct pb_summary_cell *cell, unsigned int span,
		    struct pb_grid *grid) pb_must_check;

/* pb_notes_print() as a list of what is answered. */
int pb_notes_add_to(const struct pb_notes *notes, struct pb_document *document) pb_must_check;

/*
 * "[1] reason", a line each, after an empty one; nothing where there are none. Of many, those that
 * differ in one word share a line: "[4] [5] reason" (report/runs/reasons.h). Returns 0 or -ENOMEM.
 */
int pb_notes_print(const struct pb_notes *notes, FILE *out) pb_must_check;

void pb_notes_done(struct pb_notes *notes);

#endif
