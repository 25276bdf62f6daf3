/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * profile - which functions the instructions of one call lie in.
 * Why: a difference between two kernels or two strategies has a place, and a profile names it.
 *
 * A profile is of one call, the cheapest that was measured, because the least sample is the number
 * that is compared. It counts what the clock counted, from behind the first timestamp to the second
 * one inclusive, so the functions add up to the raw least sample exactly.
 */
#ifndef COLLECT_PROFILE_H
#define COLLECT_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "collect/cell.h"
#include "common/cleanup.h"

struct pb_profile_function {
	char *name;   /* "try_grab_folio", "pin_fast_measure [pinbench_pin_fast]" */
	char *caller; /* who entered it most often; NULL: it was never entered from another */
	uint64_t instructions;
	uint64_t entries; /* by another function */
};

struct pb_profile {
	char phase[PB_WORD_LEN]; /* acquire, release */
	size_t nr_functions;
	struct pb_profile_function *functions; /* dearest first */
};

/* Adds a function. Texts are copied; @caller may be NULL. Returns 0 or -ENOMEM (message set). */
int pb_profile_add(struct pb_profile *profile, const char *name, const char *caller,
		   uint64_t instructions, uint64_t entries) pb_must_check;

/* Dearest first, then by name: an order that does not depend on how they came. */
void pb_profile_sort(struct pb_profile *profile);

uint64_t pb_profile_sum(const struct pb_profile *profile);

/* Releases what is inside and zeroes it. */
void pb_profile_done(struct pb_profile *profile);

#endif
