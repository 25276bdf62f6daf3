/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tally - counts of one window by function, and who entered whom.
 * Why: two functions of one name are one row, and a caller is whoever called most.
 */
#ifndef COLLECT_TCG_TALLY_H
#define COLLECT_TCG_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "collect/profile.h"
#include "common/cleanup.h"

struct pb_tally_caller {
	const char *name;
	uint64_t entries;
};

struct pb_tally_function {
	const char *name;
	uint64_t instructions;
	uint64_t entries;
	size_t nr_callers;
	struct pb_tally_caller *callers;
};

/* Zero-initialise. Names are borrowed. */
struct pb_tally {
	size_t nr;
	struct pb_tally_function *functions;
};

/* Both return 0 or -ENOMEM (message set). */
int pb_tally_count(struct pb_tally *tally, const char *name, uint64_t instructions) pb_must_check;
int pb_tally_entry(struct pb_tally *tally, const char *name, const char *caller,
		   uint64_t times) pb_must_check;

/*
 * Makes the profile of it. Where a function is entered through a thunk (a stretch of code that a
 * compiler puts between an indirect call and its target), its caller is who called the thunk.
 */
int pb_tally_profile(const struct pb_tally *tally, struct pb_profile *profile) pb_must_check;

/* Releases what is inside and zeroes it. */
void pb_tally_done(struct pb_tally *tally);

#endif
