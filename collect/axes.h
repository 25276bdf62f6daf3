/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * axes - the words that a cell is made of, as a table; when two cells are the same.
 * Why: an axis that one of the many that copy or compare cells forgets would mix two measurements.
 */
#ifndef COLLECT_AXES_H
#define COLLECT_AXES_H

#include <stdbool.h>
#include <stddef.h>

#include "collect/cell.h"
#include "common/cleanup.h"

enum pb_axis_id {
#define PB_AXIS(id, field, since, title) PB_AXIS_##id,
#include "collect/axes.def"
#undef PB_AXIS
	PB_NR_AXES,
};

struct pb_axis {
	const char *name;  /* the field's, the key's, the option's, the column's */
	int since;         /* the schema that it came with */
	const char *title; /* for pb_axis_words() */
	enum pb_word_kind kind;
};

extern const struct pb_axis pb_axes[PB_NR_AXES];

/* The cell's word on this axis: its number, 0 for the default, and its text. */
unsigned int pb_cell_word(const struct pb_cell *cell, enum pb_axis_id id);
const char *pb_cell_axis(const struct pb_cell *cell, enum pb_axis_id id);

static inline bool pb_cell_axis_is_default(const struct pb_cell *cell, enum pb_axis_id id)
{
	return !pb_cell_word(cell, id);
}

/*
 * Sets that word: by its number, or as text came in, which is kept where this version does not
 * know it (pb_word_take()).
 */
void pb_cell_word_set(struct pb_cell *cell, enum pb_axis_id id, unsigned int word);
int pb_cell_axis_take(struct pb_cell *cell, enum pb_axis_id id, const char *text) pb_must_check;

/* The default's text. */
const char *pb_axis_usual(enum pb_axis_id id);

/* "under load fork:100", or "" for the default. Returns @buf. */
const char *pb_axis_words(const struct pb_cell *cell, enum pb_axis_id id, char *buf, size_t size);

/*
 * Do two cells agree in their number of threads and in every word but strategy and memory; in
 * memory, too (a setting: what is the same for all cells of one table); in pages, too; in strategy,
 * too, so that they are the same cell of two runs? How often each was measured makes no difference;
 * of cells that a run has twice the second is the same as the second.
 */
bool pb_cell_axes_same(const struct pb_cell *a, const struct pb_cell *b);
bool pb_cell_setting_same(const struct pb_cell *a, const struct pb_cell *b);
bool pb_cell_same_but_strategy(const struct pb_cell *a, const struct pb_cell *b);
bool pb_cell_same(const struct pb_cell *a, const struct pb_cell *b);

/*
 * For who cannot measure every word: 0, or -EOPNOTSUPP with a message where the cell has another
 * word than the default on an axis without its PB_AXIS_BIT() in @known, or wants a histogram and
 * PB_AXES_OPS is not there. @who is "agent".
 */
#define PB_AXIS_BIT(id) (1U << PB_AXIS_##id)
#define PB_AXES_OPS     (1U << PB_NR_AXES)
int pb_axes_refuse(const struct pb_cell *cell, const char *who, unsigned int known) pb_must_check;

/*
 * An order of those words, the default before all others: below 0, 0, above 0. It is 0 where
 * pb_cell_axes_same() but for the threads.
 */
int pb_cell_axes_compare(const struct pb_cell *a, const struct pb_cell *b);

#endif
