/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cell - one combination that is measured: its words, and how it can end.
 * Why: the plan, the backends, the record stream and the store all speak of the same thing.
 */
#ifndef COLLECT_CELL_H
#define COLLECT_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/words/cell_words.h"
#include "collect/words/words.h"
#include "common/cleanup.h"

/* What is asked. Words are those of the command line ("pin-fast", "anon", "private", "none"), and
 * numbers of collect/words/ where there is a table of them. */
struct pb_cell {
	uint32_t index; /* position in the plan, from 0; unique in a run */
	char strategy[PB_WORD_LEN];
	enum pb_cell_memory memory;
	uint64_t nr_pages; /* pages a call, of the base page size */
	uint32_t nr_threads;
#define PB_AXIS(id, field, since, title) enum pb_cell_##field field;
#include "collect/axes.def" /* sharing, load, ...; collect/axes.h */
#undef PB_AXIS
	uint32_t nr_samples;
	uint32_t nr_warmup;
	uint32_t nr_ops; /* counted in a histogram, the samples among them; 0: there is none */
	/* Of equal cells of a run that was loaded the how-manieth, from 2; 0: the first or only. */
	uint32_t again;
	char event[PB_WORD_LEN]; /* watched, not timed (collect/observed.h); empty: nothing is */
};

enum pb_cell_state {
	PB_CELL_NONE = 0, /* not ended: nothing is known of it yet */
	PB_CELL_MEASURED, /* has series, or parts where an event was watched */
	PB_CELL_REFUSED,  /* the kernel or the evidence class says no: a result, with its reason */
	PB_CELL_FAILED,   /* went wrong: short pin, hang, panic, splat, unbalanced pins */
	PB_CELL_MISSING,  /* never reached, because something before it failed */
};

/* "measured", "refused", ... and back. _parse returns PB_CELL_NONE for an unknown word. */
const char *pb_cell_state_name(enum pb_cell_state state);
enum pb_cell_state pb_cell_state_parse(const char *name);

/* Room for any error's name. */
enum { PB_ERROR_NAME_LEN = 24 };

/*
 * "EOPNOTSUPP"; a number that the C library has no name for (the kernel's own 524) as "524".
 * Returns @buf. _parse is the way back: a positive errno, or 0 for an unknown word.
 */
const char *pb_error_name(int error, char *buf, size_t size);
int pb_error_parse(const char *name);

/*
 * A copy of @text that is valid UTF-8: a byte that is not becomes the four characters \xNN, so that
 * what a console spat out is kept and still fits into JSON and SQLite. NULL: out of memory.
 */
char *pb_text_clean(const char *text) pb_must_check;

enum { PB_VALUE_LEN = 40 };

/*
 * The shortest text that reads back as the same number; whole numbers as such, NaN as "". Returns
 * @buf, which has room for PB_VALUE_LEN.
 */
const char *pb_value_text(double value, char *buf);

#endif
