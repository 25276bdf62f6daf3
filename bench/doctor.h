/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * doctor - what this machine can measure, what it lacks, and the command that gets it.
 * Why: a check is one row; `pinbench doctor` prints them and scripts read its exit status.
 */
#ifndef BENCH_DOCTOR_H
#define BENCH_DOCTOR_H

#include <stddef.h>

enum pb_health {
	PB_HEALTH_OK,
	PB_HEALTH_LIMITED, /* pinbench works, something is out of reach on this machine */
	PB_HEALTH_MISSING, /* `pinbench run` cannot work without it */
};

struct pb_finding {
	enum pb_health health;
	char text[256];   /* what was found */
	char remedy[256]; /* the command or setting that changes it; may be empty */
};

struct pb_check {
	const char *name; /* NULL ends the table */
	void (*look)(struct pb_finding *ret_finding);
};

extern const struct pb_check pb_checks[];

#endif
