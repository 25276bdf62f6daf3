// SPDX-License-Identifier: GPL-2.0-only
/*
 * report_bench - how long a report of 100,000 samples takes, figures included.
 * Why: the aim is three seconds; a benchmark prints the figure and never fails on time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/err.h"
#include "report/page/html.h"
#include "tests/report/fixture.h"

/* 76 measured cells of two phases. */
enum { SAMPLES_A_CELL = 660, NR_SAMPLES = 76 * 2 * SAMPLES_A_CELL };

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void report(void **state)
{
	static const struct fixture_run run = { "aaaa0000-0000-4000-8000-000000000001",
						"2026-01-01T00:00:00Z", NULL, "6.1.0-0-invented",
						"debian:6.1" };
	static const struct pb_report_options options = { .png = false };
	const char *keep = getenv("REPORT_BENCH_DIR");
	struct fixture fixture;
	struct pb_report_run side;
	char dir[128], *path = NULL;
	double began;
	int ret;

	(void)state;
	fixture_init(&fixture);
	side.store = fixture.store;
	side.run_id = fixture_begin(fixture.store, &run);
	fixture_quick(fixture.store, side.run_id, 1, SAMPLES_A_CELL);
	snprintf(dir, sizeof(dir), "%s/report", fixture.dir);
	began = now_s();
	ret = pb_report_write(&side, 1, keep ? keep : dir, &options, &path);
	if (ret)
		fail_msg("%s", pb_fail_message(ret));
	print_message("report of %d samples: %.2f s (aim: 3 s)\n", NR_SAMPLES, now_s() - began);
	free(path);
	fixture_done(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(report) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
