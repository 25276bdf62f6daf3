// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_baseline - a sample of the baseline of debian:6.1 is measured again, to the instruction.
 * Why: a baseline that this tree no longer gives would show every user a step that is not there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "bench/backends/backend.h"
#include "bench/backends/vm/vm.h"
#include "bench/run/plan.h"
#include "bench/run/runner.h"
#include "collect/baseline.h"
#include "collect/summary.h"
#include "common/err.h"
#include "common/file.h"
#include "common/progress.h"
#include "common/str.h"
#include "report/judge/comparison.h"
#include "tests/vm/guest.h"

static const char kernel[] = "debian:6.1";

enum { NR_CELLS = 12 };

static char dir[64], database[80];
static struct pb_comparison comparison;

static _Noreturn void give_up(const char *fmt, ...) pb_printf(1, 2);

static void give_up(const char *fmt, ...)
{
	va_list args;

	printf("1..0 # SKIP ");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	exit(GUEST_SKIP);
}

static void must(int ret)
{
	if (!ret)
		return;
	fprintf(stderr, "pinbench: %s\n", pb_fail_message(ret));
	exit(EXIT_FAILURE);
}

/* A part of the plan that the baseline was measured by, with its samples and warm-up. */
static void sample_measure(int64_t *ret_run_id)
{
	char *strategies[] = { (char *)"get-fast", (char *)"pin", (char *)"longterm", NULL };
	char *memory[] = { (char *)"anon", (char *)"thp", NULL };
	char *pages[] = { (char *)"8", (char *)"512", NULL };
	const struct pb_plan_overrides part = {
		.strategy = { strategies, 3 },
		.memory = { memory, 2 },
		.pages = { pages, 2 },
	};
	struct pb_plan plan = { 0 };
	struct pb_runner_outcome outcome = { 0 };
	struct pb_runner_options options = {
		.database = database,
		.backend = &pb_backend_vm,
		.kernel = kernel,
		.plan = &plan,
		.cell_limit_s = 120,
	};

	must(pb_plan_load("quick", &part, &plan));
	must(pb_runner_run(&options, &outcome));
	pb_plan_done(&plan);
	*ret_run_id = outcome.run_id;
}

/* Another kernel or another counter may count otherwise, and rightly so. */
static void same_or_skip(const char *key)
{
	const char *base = pb_summary_fact(&comparison.base, key);
	const char *head = pb_summary_fact(&comparison.head, key);

	if (!base || !head || !pb_streq(base, head))
		give_up("the baseline's %s is '%s' and this machine's '%s'", key,
			base ? base : "unknown", head ? head : "unknown");
}

static int compare(void **state)
{
	_cleanup_free_ char *path = NULL;
	struct pb_store *baseline, *fresh;
	int64_t run_id;

	(void)state;
	must(pb_baseline_find("x86_64/quick/debian:6.1", &path));
	must(pb_baseline_load(path, &baseline));
	sample_measure(&run_id);
	must(pb_store_open(database, PB_STORE_READ, &fresh));
	must(pb_compare(baseline, 1, fresh, run_id, &comparison));
	pb_store_free(baseline);
	pb_store_free(fresh);
	must(pb_tree_remove(dir));
	same_or_skip("kernel.package_version");
	same_or_skip("kernel.config.sha256");
	same_or_skip("qemu.version");
	same_or_skip("qemu.args");
	return 0;
}

static int comparison_free(void **state)
{
	(void)state;
	pb_comparison_done(&comparison);
	return 0;
}

static void every_cell_was_measured(void **state)
{
	(void)state;
	assert_int_equal(comparison.head.nr_cells, NR_CELLS);
	assert_int_equal(comparison.nr_compared, NR_CELLS);
}

static void every_cell_costs_what_it_did(void **state)
{
	(void)state;
	for (size_t i = 0; i < comparison.nr_diffs; i++) {
		const struct pb_diff *diff = &comparison.diffs[i];

		print_error("%s on %s, %u pages, %s: %g, now %g\n", diff->base->cell.strategy,
			    pb_memory_name(diff->base->cell.memory),
			    (unsigned int)diff->base->cell.nr_pages, diff->phase, diff->base_value,
			    diff->head_value);
	}
	assert_int_equal(comparison.nr_diffs, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_was_measured),
		cmocka_unit_test(every_cell_costs_what_it_did),
	};

	if (!pb_streq(guest_kernel(), kernel))
		give_up("the tests' kernel is not %s", kernel);
	pb_progress_quiet(true);
	snprintf(dir, sizeof(dir), "/tmp/pinbench-baseline-XXXXXX");
	if (!mkdtemp(dir))
		return EXIT_FAILURE;
	snprintf(database, sizeof(database), "%s/runs.db", dir);
	return cmocka_run_group_tests(tests, compare, comparison_free);
}
