/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * levels - invented pairs of runs whose samples are not of one level, or are, and how they are
 * judged. Why: the error rates of a verdict can only be counted where the truth is known.
 */
#ifndef TESTS_REPORT_LEVELS_H
#define TESTS_REPORT_LEVELS_H

#include <stddef.h>

#include <gsl/gsl_rng.h>

/* What the machine does to samples on top of the kernel's cost; sizes are shares of that. */
enum levels_kind {
	LEVELS_PLAIN,     /* normal noise of 1 % */
	LEVELS_HEAVY,     /* Student's t with 3 degrees of freedom, 1 % */
	LEVELS_SKEWED,    /* exponential, 2 % */
	LEVELS_QUANTISED, /* normal, 1 %, read by a clock whose step is 2 % */
	LEVELS_MEMORY,    /* AR(1): 0.7, 1 % */
	LEVELS_WANDER,    /* AR(1): 0.9, 2 % */
	LEVELS_RAMP,      /* up or down by 5 to 30 % from first to last, on one side or both */
	LEVELS_JUMP,      /* one step of 5 to 30 %, up or down, anywhere in the run */
	LEVELS_MODES,     /* each sample in one of two modes 5 to 30 % apart */
	LEVELS_BURSTS,  /* a stretch of a twentieth to a third of the samples, 10 to 60 % dearer */
	LEVELS_WARM_UP, /* the first samples up to 40 % dearer, falling off exponentially */
	LEVELS_SPIKES,  /* one sample in twenty interrupted for some 30 % */
	LEVELS_KINDS,
};

extern const char *const levels_names[LEVELS_KINDS];

enum { LEVELS_ROWS_MOST = 160, LEVELS_SAMPLES_MOST = 400 };

struct levels_setup {
	enum levels_kind kind;
	size_t nr_rows;
	size_t nr_samples;
	double shift; /* of head's row 0; all other rows have not changed */
	double tolerance;
};

struct levels_tally {
	size_t nr;          /* comparisons */
	size_t nr_worse;    /* said worse or better where nothing has changed, in any row */
	size_t nr_same;     /* said "no difference", of all rows together */
	size_t nr_row_same; /* said so of row 0 alone */
	size_t nr_found;    /* row 0 was found, in the right direction */
	size_t nr_seen;     /* row 0's levels were seen */
};

/* Many comparisons; the same seed gives the same tally. */
struct levels_tally levels_run(const struct levels_setup *setup, size_t nr, unsigned long seed);

#endif
