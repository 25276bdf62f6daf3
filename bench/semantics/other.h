/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * other - another file takes the block of persistent memory that the held page was.
 * Why: on DAX the page is the medium. Who goes on with one that its file has let go of reads and
 * writes somebody else's file, and nothing but that file shows it.
 */
#ifndef BENCH_SEMANTICS_OTHER_H
#define BENCH_SEMANTICS_OTHER_H

#include <stdint.h>

#include "bench/events/event.h"
#include "bench/semantics/probe.h"

struct pb_other {
	uint64_t address; /* of the page on its disk, before the event; 0: none */
	int fd;           /* of the file that has it now; -1: none has */
	off_t at;         /* where in that file */
};

/* Before the event. */
void pb_other_begin(struct pb_other *other, const struct pb_subject *subject);

/*
 * After it: where the file has let go of the block, a file is made that gets it, with known content.
 */
void pb_other_make(struct pb_other *other, const struct pb_subject *subject);

/* Has the device written to it? Part other.writes. Removes that file. */
void pb_other_look(struct pb_other *other, const struct pb_subject *subject,
		   const struct pb_probe *probe, struct pb_seen *seen);

#endif
