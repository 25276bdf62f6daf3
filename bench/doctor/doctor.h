/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * doctor - what this machine can measure, what it lacks, and the command that gets it.
 * Why: a check is one row; `pinbench doctor` prints them and scripts read its exit status.
 */
#ifndef BENCH_DOCTOR_DOCTOR_H
#define BENCH_DOCTOR_DOCTOR_H

#include <stddef.h>
#include <stdio.h>

#include "common/cleanup.h"

enum pb_health {
	PB_HEALTH_OK,
	PB_HEALTH_LIMITED, /* pinbench works, something is out of reach on this machine */
	PB_HEALTH_MISSING, /* the backends that need it cannot work */
};

/* Which backends cannot work without it. */
enum pb_need {
	PB_NEED_NONE = 0,
	PB_NEED_VM = 1,
	PB_NEED_KMOD = 2,
	PB_NEED_SYSCALL = 4,
};

struct pb_finding {
	enum pb_health health;
	char text[320];   /* what was found */
	char remedy[320]; /* the command or setting that changes it; may be empty */
};

struct pb_check {
	const char *name;   /* NULL ends the table */
	unsigned int needs; /* enum pb_need */
	/* @root: "" for this machine, a tree of files in tests. */
	void (*look)(const char *root, struct pb_finding *ret_finding);
};

extern const struct pb_check pb_checks[];

/*
 * Looks at everything and writes it to @out, and then which backends can work. Returns the needs
 * that are not met: a backend whose bit is clear works.
 */
unsigned int pb_doctor_report(const char *root, FILE *out);

#endif
