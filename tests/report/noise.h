/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * noise - invented comparisons of a whole matrix, with noise of known kind and size.
 * Why: error rates of a method can only be counted where the truth is known.
 */
#ifndef TESTS_REPORT_NOISE_H
#define TESTS_REPORT_NOISE_H

#include <stdbool.h>
#include <stddef.h>

#include <gsl/gsl_rng.h>

#include "report/stats/family.h"

enum noise_kind {
	NOISE_NORMAL,
	NOISE_HEAVY,  /* Student's t with 3 degrees of freedom, scaled to the same deviation */
	NOISE_SPIKES, /* normal; one sample in twenty hit by an interrupt of some 20 % */
	NOISE_DRIFT,  /* normal, on a machine that gets 1 % slower from first to last sample */
	NOISE_MEMORY, /* normal, each sample half of what the one before was: AR(1) with 0.5 */
	NOISE_COARSE, /* normal, read by a clock whose step is 1 % */
	NOISE_KINDS,
};

extern const char *const noise_names[NOISE_KINDS];

struct noise_setup {
	enum noise_kind kind;
	size_t nr_rows;    /* cells and phases; 160 at most */
	size_t nr_samples; /* of each side; 400 at most */
	double deviation;  /* relative: 0.004 */
	double shift;      /* of head's row 0, relative */
	bool paired;       /* interleaved: what lasts longer than a sample is shared */
	struct pb_effect_options effect;
	struct pb_family_options family;
	bool normal_tails; /* as a bootstrap's percentiles have them, instead of Student's */
	bool screen; /* bootstrap only what could become a finding: the same verdicts, sooner */
};

enum { NOISE_ROWS_MOST = 160, NOISE_SAMPLES_MOST = 400 };

void noise_setup_defaults(struct noise_setup *ret_setup);

/* Invents one comparison and judges it. @rows has room for .nr_rows. */
void noise_compare(const struct noise_setup *setup, gsl_rng *random, struct pb_judged *rows);

struct noise_tally {
	size_t nr;           /* comparisons */
	size_t nr_alarmed;   /* with a finding in a row that was not shifted */
	size_t nr_found;     /* row 0 was found, in the right direction */
	size_t nr_uncovered; /* row 0's interval missed the shift */
	double sum_change;   /* of row 0 */
};

/* Many of them; the same seed gives the same tally. */
struct noise_tally noise_run(const struct noise_setup *setup, size_t nr, unsigned long seed);

#endif
