/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * action - what a load does to the pages that are measured, one operation at a time.
 * Why: a load that did nothing would be measured as one that costs nothing, so each of them knows
 * how to tell what it did.
 */
#ifndef BENCH_LOAD_ACTION_H
#define BENCH_LOAD_ACTION_H

#include <stddef.h>
#include <stdint.h>

#include "bench/memory/memory.h"
#include "common/cleanup.h"

struct pb_load_action;

/* A load at work on one range of this process. */
struct pb_load_use {
	const struct pb_load_action *action;
	const struct pb_memory *memory;
	const char *memory_name;
	char *addr;       /* the pages under measure, in whole pages of the mapping */
	size_t len_bytes; /* ... */
	size_t page_bytes;
	uint64_t nr_steps; /* operations that were made */
	uint64_t nr_done;  /* what they did, in the action's own measure: pages, children, ranges */
	void *state;       /* the action's */
};

/*
 * open() looks whether the load can act on such memory: -EOPNOTSUPP with a message where it cannot.
 * step() makes one operation and adds to nr_done. check() is asked once the steps are over: 0, or
 * -EOPNOTSUPP where the kernel let none of them have its effect. close() restores what step()
 * left; it comes after any open(), failed ones included. All give 0 or -errno with a message.
 */
struct pb_load_action {
	const char *name;
	bool whole; /* it acts on the process as a whole: one range stands for all of a cell's */
	int (*open)(struct pb_load_use *use) pb_must_check;
	int (*step)(struct pb_load_use *use) pb_must_check;
	int (*check)(const struct pb_load_use *use) pb_must_check;
	int (*close)(struct pb_load_use *use) pb_must_check;
};

/* The action of the load of this name; NULL: `none`, or no load at all. */
const struct pb_load_action *pb_load_action_find(const char *name);

/*
 * Opens @action on @memory. Where it fails nothing is left. Both return 0 or -errno with a message;
 * a _close() that fails has still released everything, but the range is not as it was.
 */
int pb_load_open(struct pb_load_use *use, const struct pb_load_action *action,
		 const struct pb_memory *memory, const char *memory_name) pb_must_check;
int pb_load_step(struct pb_load_use *use) pb_must_check;
int pb_load_check(const struct pb_load_use *use) pb_must_check;
int pb_load_close(struct pb_load_use *use) pb_must_check;

#define PB_LOAD(ident, name, default_rate, needs, summary) \
	extern const struct pb_load_action pb_load_##ident;
#include "collect/words/load.def"
#undef PB_LOAD

#endif
