/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * load - the words for what else happens while pages are held, each with a rate.
 * Why: plan, host and agent read "fork:100" with one function, so that all mean the same by it.
 */
#ifndef BENCH_LOAD_LOAD_H
#define BENCH_LOAD_LOAD_H

#include <stdint.h>

#include "collect/cell.h"
#include "common/cleanup.h"

enum { PB_LOAD_MAX_RATE = 1000000 };

struct pb_load_row {
	const char *name;      /* NULL ends the table */
	uint32_t default_rate; /* operations a second; 0: it takes no rate */
	unsigned int needs;    /* of the machine: PB_NEEDS_* */
	const char *summary;
};

extern const struct pb_load_row pb_load_rows[];

/*
 * Takes "NAME" or "NAME:RATE" apart; without a rate it is the row's. @ret_row and @ret_rate may be
 * NULL. -EINVAL: no such load (the message lists them), or the rate is none.
 */
int pb_load_parse(const char *word, const struct pb_load_row **ret_row,
		  uint32_t *ret_rate) pb_must_check;

/* The same of a cell's word, which is a number already. */
int pb_load_find(enum pb_cell_load load, const struct pb_load_row **ret_row,
		 uint32_t *ret_rate) pb_must_check;

/* PB_NEEDS_* of a load, with or without a rate; PB_NEEDS_NOTHING for an unknown one. */
unsigned int pb_load_needs(enum pb_cell_load load);

/* The whole word with its rate written out: "fork" becomes "fork:100". Errors as above. */
int pb_load_complete(const char *word, char ret_word[PB_WORD_LEN]) pb_must_check;

#endif
