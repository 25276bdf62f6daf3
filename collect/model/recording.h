/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * recording - the accesses of one cell, read from the plugin's file and put in order by CPU.
 * Why: a file of a program that may have been killed, on a disk that may have been full, is looked
 * at whole before anything is made of it.
 */
#ifndef COLLECT_MODEL_RECORDING_H
#define COLLECT_MODEL_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/model/access.h"
#include "common/cleanup.h"

/* One line that one instruction touched: what a replay needs of it and no more. */
struct pb_track_step {
	uint32_t line;  /* a number from 0 */
	uint32_t clock; /* of its CPU */
	uint32_t site;  /* object, field and function, as @pb_site_fn numbers them */
	uint8_t offset; /* of the first byte in the line, */
	uint8_t bytes;  /* and how many of it: 1 to 64 */
	uint8_t phase;  /* enum pb_access_phase */
	uint8_t flags;  /* PB_STEP_* */
};

enum {
	PB_STEP_LOADS = 1 << 0,
	PB_STEP_STORES = 1 << 1,
	PB_STEP_LOCKED = 1 << 2,
	PB_STEP_AGAIN =
		1 << 3, /* the rest of an access that began in the line before: counted there */
	PB_STEP_FIRST = 1 << 4, /* of this line in its window */
	PB_STEP_FIRST_OF_CALL = 1 << 5,
	PB_STEP_COUNTED = 1 << 6, /* its call is past the first quarter, which only warms */
};

struct pb_cpu_track {
	uint32_t cpu; /* the guest's number */
	size_t nr_steps;
	struct pb_track_step *steps;
	uint32_t nr_calls;   /* acquire windows */
	uint32_t nr_counted; /* of them, those past the first quarter */
	uint32_t length;     /* instructions of one call, the mean */
};

struct pb_recording {
	uint32_t cell;
	uint32_t nr_cpus;
	struct pb_cpu_track *tracks; /* by CPU */
	uint32_t nr_lines;
	uint64_t *phys; /* of each line: its address / 64 */
	bool *shared;   /* of each line: touched by two CPUs, and written by one of them */
};

/*
 * Numbers what an access is accounted to: what lies there and which function it was. Told of all
 * objects (PB_ACCESS_OBJECT) before the first access. UINT32_MAX: out of memory.
 */
struct pb_sites {
	int (*object)(void *data, const struct pb_access *access);
	uint32_t (*site)(void *data, const struct pb_access *access);
	void *data;
};

/*
 * -EBADMSG: it is no recording; -ENODATA: it was cut off; both with a message that says where.
 */
int pb_recording_load(const char *path, const struct pb_sites *sites,
		      struct pb_recording *ret_recording) pb_must_check;

/* The same of records that are in memory already, without head and end; for tests. */
int pb_recording_make(const struct pb_access *records, size_t nr_records,
		      const struct pb_sites *sites,
		      struct pb_recording *ret_recording) pb_must_check;

/* Releases what is inside and zeroes it. */
void pb_recording_done(struct pb_recording *recording);

#endif
