/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * finding - what a check is, and what it finds.
 * Why: checks and the table that has a row for each share this, and nothing else.
 */
#ifndef BENCH_DOCTOR_FINDING_H
#define BENCH_DOCTOR_FINDING_H

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

#endif
