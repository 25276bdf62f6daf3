/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * strategy - the strategies as pictures and tables need them: order, floor, family, colour.
 * Why: kmods/uapi/strategies.def is the one list, and a family has one colour on every figure.
 */
#ifndef REPORT_RUNS_STRATEGY_H
#define REPORT_RUNS_STRATEGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/words/cell_words.h"

struct pb_strategy_row {
	unsigned int id;
	const char *name;
	const char *floor; /* name of the strategy it builds on; its own where there is none */
	const char *family;
	const char *summary;
};

/* How a line of what threads share is drawn: controls are grey. The most that is shared first. */
struct pb_sharing_look {
	enum pb_cell_sharing sharing;
	uint32_t grey; /* 0: the strategy's colour */
	bool dashed;
};

enum { PB_NR_SHARING_LOOKS = 6 };
extern const struct pb_sharing_look pb_sharing_looks[PB_NR_SHARING_LOOKS];

extern const struct pb_strategy_row pb_strategy_rows[]; /* in the order in which they are shown */
extern const size_t pb_nr_strategy_rows;

/* NULL for a name that this version does not know: a database may come from a newer one. */
const struct pb_strategy_row *pb_strategy_find(const char *name);

/* Position in the order shown; strategies that are not known come last. */
size_t pb_strategy_rank(const char *name);

/* 0xRRGGBB, from Okabe and Ito's palette for all kinds of colour vision. */
uint32_t pb_strategy_colour(const char *name);

/*
 * The panel that it is drawn in where each family has one: its family's, "no reference" for what
 * keeps none, "others" for a strategy that is not known. NULL for noop and ref, which are in none,
 * or in all.
 */
const char *pb_strategy_panel(const char *name);

/* Does it work without mmap_lock? Drawn dashed beside its slow twin. */
bool pb_strategy_is_fast(const char *name);

#endif
