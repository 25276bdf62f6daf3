// SPDX-License-Identifier: GPL-2.0-only
/*
 * stats_power - counts the false alarms and the power of `compare` on invented noise.
 * Why: docs/figures/statistics.tsv, which docs/methodology.md shows, is this program's output.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/report/noise.h"

static const size_t sizes[] = { 10, 12, 15, 20, 30, 50 };
static const double shifts[] = { 0, 0.005, 0.0075, 0.01, 0.02 };

static void row_print(const char *method, const struct noise_setup *setup, size_t nr)
{
	struct noise_tally tally = noise_run(setup, nr, 1);
	double all = (double)tally.nr;

	printf("%s\t%s\t%s\t%zu\t%g\t%zu\t%.4f\t%.4f\t%.4f\t%.5f\n", method,
	       noise_names[setup->kind], setup->paired ? "paired" : "apart", setup->nr_samples,
	       setup->shift, tally.nr, (double)tally.nr_alarmed / all, (double)tally.nr_found / all,
	       (double)tally.nr_uncovered / all, tally.sum_change / all);
	fflush(stdout);
}

static void method_print(const char *method, const struct noise_setup *setup, size_t nr)
{
	struct noise_setup each = *setup;

	for (each.kind = 0; each.kind < NOISE_KINDS; each.kind++) {
		for (size_t paired = 0; paired < 2; paired++) {
			for (size_t n = 0; n < sizeof(sizes) / sizeof(*sizes); n++) {
				each.paired = paired;
				each.nr_samples = sizes[n];
				for (size_t s = 0; s < sizeof(shifts) / sizeof(*shifts); s++) {
					each.shift = shifts[s];
					row_print(method, &each, nr);
				}
			}
		}
	}
}

int main(int argc, char **argv)
{
	size_t nr = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	struct noise_setup setup;

	noise_setup_defaults(&setup);
	printf("# method\tnoise\tsides\tsamples\tshift\tcomparisons\tfalse_alarms\tpower\t"
	       "uncovered\tmean_change\n");
	method_print("trimmed", &setup, nr);
	/* Without the noise threshold: what Holm's correction alone holds. */
	setup.family.effect = 0;
	method_print("no-threshold", &setup, nr);
	noise_setup_defaults(&setup);
	setup.effect.trim = 0;
	method_print("mean", &setup, nr);
	setup.effect.trim = 0.499;
	method_print("median", &setup, nr);
	return 0;
}
