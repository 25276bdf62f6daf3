// SPDX-License-Identifier: GPL-2.0-only
/*
 * levels_power - counts how often `compare` errs on samples of no one level, and how often it
 * tells. Why: docs/figures/levels.tsv, which docs/methodology.md draws on, is this program's
 * output.
 *
 *	levels_power [MATRICES [SEED]]
 *
 * What a method was tuned on flatters it: SEED 1 (the default) is what this one was tuned on, and
 * any other is a count that it has not seen.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/report/levels.h"

static const size_t sizes[] = { 10, 20, 50 };
enum { NR_SIZES = sizeof(sizes) / sizeof(*sizes), MATRIX = 20 };

static double share(size_t nr, size_t all)
{
	return 100.0 * (double)nr / (double)all;
}

/* A matrix without a change, then single rows with one of 10 %. */
static void kind_print(enum levels_kind kind, size_t nr_samples, size_t nr, unsigned long seed)
{
	struct levels_setup setup = {
		.kind = kind, .nr_rows = MATRIX, .nr_samples = nr_samples, .tolerance = 0.05
	};
	struct levels_tally same = levels_run(&setup, nr, seed), up, down;

	setup.nr_rows = 1;
	setup.shift = 0.1;
	up = levels_run(&setup, 10 * nr, seed + 1);
	setup.shift = -0.1;
	down = levels_run(&setup, 10 * nr, seed + 2);
	printf("%s\t%zu\t%zu\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\n", levels_names[kind], nr_samples,
	       nr, share(same.nr_worse, same.nr), share(same.nr_row_same, same.nr),
	       share(same.nr_seen, same.nr), share(up.nr_row_same + down.nr_row_same, 20 * nr),
	       share(up.nr_found, up.nr), share(down.nr_found, down.nr));
	fflush(stdout);
}

int main(int argc, char **argv)
{
	size_t nr = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;

	printf("# noise\tsamples\tmatrices\tfalse_findings\tsame_told\tlevels_seen\tfalse_same\t"
	       "found_up\tfound_down\n");
	for (size_t n = 0; n < NR_SIZES; n++) {
		for (enum levels_kind kind = 0; kind < LEVELS_KINDS; kind++)
			kind_print(kind, sizes[n], nr, seed);
		printf("\n\n");
	}
	return 0;
}
