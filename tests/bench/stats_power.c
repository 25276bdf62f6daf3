// SPDX-License-Identifier: GPL-2.0-only
/*
 * stats_power - counts the false alarms and the power of `compare` on invented noise.
 * Why: docs/figures/statistics.tsv, which docs/methodology.md draws on, is this program's output.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/report/noise.h"

static const size_t sizes[] = { 10, 12, 14, 16, 20, 30, 50 };
enum { NR_SIZES = sizeof(sizes) / sizeof(*sizes) };

struct counts {
	size_t nr_alarms; /* comparisons without a shift */
	size_t nr_power;  /* with one */
};

static void row_print(const char *method, const struct noise_setup *setup,
		      const struct counts *counts)
{
	size_t nr = setup->shift != 0 ? counts->nr_power : counts->nr_alarms;
	struct noise_tally tally = noise_run(setup, nr, 1);
	double all = (double)tally.nr;

	printf("%s\t%s\t%s\t%zu\t%g\t%zu\t%.4f\t%.4f\t%.4f\t%.5f\n", method,
	       noise_names[setup->kind], setup->paired ? "paired" : "apart", setup->nr_samples,
	       setup->shift, tally.nr, (double)tally.nr_alarmed / all, (double)tally.nr_found / all,
	       (double)tally.nr_uncovered / all, tally.sum_change / all);
	fflush(stdout);
}

/* False alarms and, if asked, the power to find 1 %, by number of samples. */
static void sizes_print(const char *method, const struct noise_setup *setup, bool power,
			const struct counts *counts)
{
	struct noise_setup each = *setup;

	for (size_t n = 0; n < NR_SIZES; n++) {
		each.nr_samples = sizes[n];
		each.shift = 0;
		row_print(method, &each, counts);
		each.shift = 0.01;
		if (power)
			row_print(method, &each, counts);
	}
	printf("\n\n");
}

int main(int argc, char **argv)
{
	struct counts counts = { 1000, 400 };
	struct noise_setup setup;

	if (argc > 1)
		counts.nr_alarms = counts.nr_power = strtoul(argv[1], NULL, 10);
	noise_setup_defaults(&setup);
	printf("# method\tnoise\tsides\tsamples\tshift\tcomparisons\tfalse_alarms\tpower\t"
	       "uncovered\tmean_change\n");
	for (setup.kind = 0; setup.kind < NOISE_KINDS; setup.kind++)
		sizes_print("trimmed", &setup, true, &counts);
	setup.kind = NOISE_DRIFT;
	setup.paired = true;
	sizes_print("trimmed", &setup, true, &counts);
	setup.kind = NOISE_NORMAL;
	setup.paired = false;
	setup.effect.trim = 0;
	sizes_print("mean", &setup, true, &counts);
	setup.kind = NOISE_SPIKES;
	sizes_print("mean", &setup, true, &counts);
	setup.kind = NOISE_NORMAL;
	setup.effect.trim = 0.25;
	sizes_print("quarter", &setup, true, &counts);
	setup.effect.trim = pb_effect_defaults.trim;
	/* What Holm's correction alone holds, and what it would not with the wrong tails. */
	setup.family.effect = 0;
	sizes_print("no-threshold", &setup, false, &counts);
	setup.normal_tails = true;
	sizes_print("percentile-tails", &setup, false, &counts);
	return 0;
}
