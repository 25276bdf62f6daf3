/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest - runs a small plan in a guest for a test, and keeps what the sink was told.
 * Why: each boot takes seconds; tests should be about what comes out of it.
 */
#ifndef TESTS_VM_GUEST_H
#define TESTS_VM_GUEST_H

#include "bench/backends/vm/vm.h"
#include "collect/cell.h"
#include "collect/result.h"
#include "common/str.h"

enum { GUEST_MAX_CELLS = 64, GUEST_SKIP = 77 };

struct guest_plan {
	const char *strategies; /* "noop,pin": a cell each */
	const char *memory;     /* "anon,thp": in turn, each with all strategies */
	uint64_t nr_pages;
	uint32_t nr_samples;
	/*
	 * Or cells one by one; index, samples, warm-up and words that are left out are filled in.
	 */
	const struct pb_cell *cells;
	size_t nr_cells;
	unsigned int inject;
	char *const *counters; /* words of --counters */
	size_t nr_counters;
	bool multiplex;
	unsigned int cell_limit_s; /* 0: the default */
	/* Called as each cell starts, with QEMU's pid. May be NULL. */
	void (*cell_started)(uint32_t index, pid_t qemu);
	const volatile bool *interrupt;
};

struct guest_run {
	int code; /* what the backend returned */
	char *message;
	struct pb_buf facts;                          /* "key=value\n" each; "" without any */
	size_t nr_cells;                              /* that the sink was handed */
	struct pb_cell_result cells[GUEST_MAX_CELLS]; /* deep copies */
};

/* The kernel that the tests boot. Exits the program with 77, saying why, where it cannot be had. */
const char *guest_kernel(void);

/* Boots it; release with guest_done(). */
void guest_boot(const struct guest_plan *plan, const struct pb_vm_options *options,
		struct guest_run *ret_run);
void guest_done(struct guest_run *run);

/* The series of this phase in instructions, or NULL. */
const struct pb_series *guest_series(const struct pb_cell_result *result, const char *phase);

/* The series of this phase and metric, or NULL; its first value, or -1. */
const struct pb_series *guest_series_of(const struct pb_cell_result *result, const char *phase,
					const char *metric);
double guest_value(const struct pb_cell_result *result, const char *phase, const char *metric);

/* The same series, which has to be there. The least of its values, of which NaN is none. */
const struct pb_series *guest_series_needed(const struct pb_cell_result *result, const char *phase,
					    const char *metric);
double guest_least(const struct pb_series *series);

/* Fails the test unless both are the same cells with the same samples and counts, to the last. */
void guest_assert_same(const struct guest_run *a, const struct guest_run *b);

/* The module of tests/vm/NAME.c, built for the tests' kernel in @dir. */
char *guest_module(const char *name, const char *dir);

#endif
