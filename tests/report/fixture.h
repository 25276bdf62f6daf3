/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fixture - databases with invented runs in a temporary folder.
 * Why: what the report says is tested against numbers that the test itself chose.
 */
#ifndef TESTS_REPORT_FIXTURE_H
#define TESTS_REPORT_FIXTURE_H

#include <stdint.h>

#include "collect/store/store.h"

enum { FIXTURE_EMPTY = 20 }; /* the harness window that is added to every raw value */

struct fixture {
	char dir[64];
	char path[96];
	struct pb_store *store;
};

struct fixture_run {
	const char *uuid;
	const char *created;
	const char *evidence; /* NULL: exact */
	const char *release;  /* kernel.release; NULL: not known */
	const char *name;     /* kernel.name; NULL: not known */
};

/* All of these fail the test that calls them when something goes wrong. */
void fixture_init(struct fixture *fixture);
void fixture_done(struct fixture *fixture);

int64_t fixture_begin(struct pb_store *store, const struct fixture_run *run);

/* The run is complete. */
void fixture_end(struct pb_store *store, int64_t run_id);

struct fixture_cell {
	uint32_t index;
	const char *strategy;
	const char *memory;
	uint64_t nr_pages;
	double acquire; /* per call, without the harness window */
	double release;
	double last_sample_more; /* added to the last acquire sample only */
	uint32_t nr_samples;     /* 0: 3 */
};

void fixture_measured(struct pb_store *store, int64_t run_id, const struct fixture_cell *cell);
void fixture_refused(struct pb_store *store, int64_t run_id, const struct fixture_cell *cell,
		     int error, const char *reason, const char *detail);

/*
 * All strategies on anon and thp with 1, 8, 64 and 512 pages, by an invented cost model;
 * longterm-fast on thp is refused. @scale multiplies pin-fast's cost.
 */
void fixture_quick(struct pb_store *store, int64_t run_id, double scale, uint32_t nr_samples);

#endif
