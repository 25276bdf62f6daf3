/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * identity - does a system call really hold pages in the way that is said of it?
 * Why: kernels changed what is under a call; /proc/vmstat counts every FOLL_PIN taken and dropped.
 */
#ifndef BENCH_BACKENDS_SYSCALL_IDENTITY_H
#define BENCH_BACKENDS_SYSCALL_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/users/user.h"

struct pb_pins {
	uint64_t acquired;
	uint64_t released;
};

struct pb_identity {
	bool counted;
	unsigned int nr_calls;
	struct pb_pins pins; /* that these calls took and dropped */
	char why[160];       /* not counted: what was in the way */
};

/* The counters of the whole machine, up to date. -EACCES or -EPERM unless root. */
int pb_pins_read(struct pb_pins *ret_pins) pb_must_check;

/*
 * 0 if the counters moved by what the consumer says, by its own proof where it has one, or if they
 * cannot be read. -EOPNOTSUPP with a message that has both numbers if not; -EBUSY if others on this
 * machine pin pages all the time.
 */
int pb_identity_prove(const struct pb_user *consumer, struct pb_use *use,
		      struct pb_identity *ret_identity) pb_must_check;

/* Is it what @nr_calls calls on @nr_pages pages must have taken and dropped? */
bool pb_identity_holds(const struct pb_identity *identity, unsigned int pin_counts,
		       uint64_t nr_pages);

#endif
