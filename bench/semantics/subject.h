/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * subject - the memory whose first page is held, with the file behind it.
 * Why: what is timed needs pages alone; what is watched needs their file, too, to be taken away.
 */
#ifndef BENCH_SEMANTICS_SUBJECT_H
#define BENCH_SEMANTICS_SUBJECT_H

#include "bench/events/event.h"
#include "common/cleanup.h"

/*
 * Makes memory of the type @name, with the content @value at its start, and leaves no batch of the
 * kernel's with a reference on it. -EOPNOTSUPP with the reason where this machine has no such
 * memory. Release with _done(), after a failure, too.
 */
int pb_subject_make(struct pb_subject *subject, enum pb_cell_memory memory,
		    uint64_t value) pb_must_check;
void pb_subject_done(struct pb_subject *subject);

#endif
