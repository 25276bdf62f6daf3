// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_cells - where a cell's calls begin, what does not go together, and what becomes of answers.
 * Why: in a guest all of it runs at once; here each decision is asked for by itself.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/agent/fits.h"
#include "bench/agent/outcome.h"
#include "bench/agent/region.h"
#include "collect/axes.h"
#include "collect/histogram.h"
#include "collect/result.h"
#include "common/err.h"
#include "common/str.h"
#include "kmods/uapi/histogram.h"

static struct pb_cell cell_make(const char *residency, const char *hold, uint64_t nr_pages)
{
	struct pb_cell cell = { .strategy = "pin",
				.memory = PB_MEMORY_anon,
				.nr_pages = nr_pages,
				.nr_threads = 1,
				.nr_samples = 50 };

	assert_int_equal(pb_cell_axis_take(&cell, PB_AXIS_RESIDENCY, residency), 0);
	assert_int_equal(pb_cell_axis_take(&cell, PB_AXIS_HOLD, hold), 0);
	return cell;
}

static const struct pb_memory_type *type_of(enum pb_cell_memory memory)
{
	const struct pb_memory_type *type = pb_memory_find(memory);

	assert_non_null(type);
	return type;
}

static struct pb_region region_of(const struct pb_cell *cell, enum pb_cell_memory memory)
{
	struct pb_region region;

	if (pb_region_make(cell, type_of(memory), &region))
		fail_msg("%s", pb_fail_message(-E2BIG));
	return region;
}

static void a_warm_call_is_always_at_the_same_place(void **state)
{
	struct pb_cell cell = cell_make("warm", "0", 8);
	struct pb_region region = region_of(&cell, PB_MEMORY_anon);

	(void)state;
	assert_int_equal(region.nr_pages, 8);
	assert_int_equal(region.stride_pages, 0);
	assert_int_equal(region.region_pages, 0);
}

static void threads_that_share_a_table_lie_behind_each_other(void **state)
{
	struct pb_cell cell = cell_make("warm", "0", 8);

	(void)state;
	cell.nr_threads = 4;
	cell.sharing = PB_SHARING_PAGETABLE;
	assert_int_equal(region_of(&cell, PB_MEMORY_anon).nr_pages, 32);
	cell.sharing = PB_SHARING_PAGE;
	assert_int_equal(region_of(&cell, PB_MEMORY_anon).nr_pages, 8);
}

static void calls_that_are_held_are_apart_until_memory_ends(void **state)
{
	struct pb_cell cell = cell_make("warm", "all", 512);
	struct pb_region region = region_of(&cell, PB_MEMORY_anon);

	(void)state;
	assert_int_equal(region.stride_pages, 512);
	assert_int_equal(region.nr_pages, 50 * 512);
	cell.nr_samples = 400; /* 800 MiB of 256: walked round */
	region = region_of(&cell, PB_MEMORY_anon);
	assert_int_equal(region.region_pages, 65536);
	assert_int_equal(region.region_pages % region.stride_pages, 0);
	cell.nr_samples = 513; /* over what the device holds */
	assert_int_equal(pb_region_make(&cell, type_of(PB_MEMORY_anon), &region), -E2BIG);
}

/* No two calls of a batch may be served by one fault. */
static void calls_that_fault_are_an_entry_apart(void **state)
{
	struct pb_cell cell = cell_make("fault", "0", 8);
	struct pb_region region = region_of(&cell, PB_MEMORY_anon);

	(void)state;
	assert_int_equal(region.stride_pages, 8);
	assert_int_equal(region.nr_calls, 50);
	region = region_of(&cell, PB_MEMORY_shmem);
	assert_int_equal(region.stride_pages, 16); /* the kernel faults around */
	region = region_of(&cell, PB_MEMORY_hugetlb_2m);
	assert_int_equal(region.stride_pages, 512);
	assert_int_equal(region.nr_calls, 8); /* 16 MiB between two zaps */
	cell.nr_pages = 8192;
	region = region_of(&cell, PB_MEMORY_anon);
	assert_int_equal(region.nr_calls, 1);
	assert_int_equal(region.region_pages, 8192);
}

static void calls_that_fault_and_are_held_are_one_batch(void **state)
{
	struct pb_cell cell = cell_make("fault", "all", 512);
	struct pb_region region = region_of(&cell, PB_MEMORY_anon);

	(void)state;
	assert_int_equal(region.nr_calls, 50);
	cell.nr_samples = 200;
	assert_int_equal(pb_region_make(&cell, type_of(PB_MEMORY_anon), &region), -E2BIG);
	assert_non_null(strstr(pb_fail_message(-E2BIG), "more than 256 MiB"));
}

static struct pb_agent_plan agent_plan = { .metric = "ticks",
					   .unit = "ticks",
					   .evidence = PB_EVIDENCE_FAKE };

static struct pb_context bed_make(size_t nr_cpus)
{
	struct pb_context context = { .plan = &agent_plan };

	CPU_ZERO(&context.allowed);
	for (size_t i = 0; i < nr_cpus; i++)
		CPU_SET(i, &context.allowed);
	context.nr_cpus = nr_cpus;
	return context;
}

static void assert_unfit(const struct pb_context *context, const struct pb_cell *cell, bool loaded,
			 int error, const char *words)
{
	int ret = pb_fits_machine(context, cell);

	if (!ret)
		ret = pb_fits_cell(context, cell, type_of(cell->memory), loaded);
	if (ret != -error || !strstr(pb_fail_message(ret), words))
		fail_msg("%d: %s, expected: %s", ret, pb_fail_message(ret), words);
}

static void numbers_beyond_the_device_are_refused(void **state)
{
	struct pb_context context = bed_make(2);
	struct pb_cell cell = cell_make("warm", "0", 0);

	(void)state;
	assert_unfit(&context, &cell, false, E2BIG, "0 pages a call: the device takes 1 to 262144");
	cell.nr_pages = 1;
	assert_int_equal(pb_fits_cell(&context, &cell, type_of(PB_MEMORY_anon), false), 0);
	cell.nr_ops = 49;
	assert_unfit(&context, &cell, false, E2BIG, "49 operations: want 50");
	cell.nr_ops = 50;
	assert_int_equal(pb_fits_cell(&context, &cell, type_of(PB_MEMORY_anon), false), 0);
	cell.nr_samples = 0;
	assert_unfit(&context, &cell, false, E2BIG, "0 samples");
}

static void threads_want_a_cpu_each(void **state)
{
	struct pb_context context = bed_make(2);
	struct pb_cell cell = cell_make("warm", "0", 1);

	(void)state;
	cell.nr_threads = 2;
	assert_int_equal(pb_fits_machine(&context, &cell), 0);
	cell.nr_threads = 3;
	assert_unfit(&context, &cell, false, E2BIG,
		     "3 threads want a CPU each, and this machine has 2");
	cell.nr_threads = 65;
	assert_unfit(&context, &cell, false, E2BIG, "the device takes 1 to 64");
	cell.nr_threads = 1;
	cell.sharing = PB_SHARING_PAGE;
	assert_unfit(&context, &cell, false, EOPNOTSUPP, "wants two threads or more");
	agent_plan.evidence = PB_EVIDENCE_EXACT;
	assert_unfit(&context, &cell, false, EOPNOTSUPP, "contention means nothing");
	agent_plan.evidence = PB_EVIDENCE_FAKE;
}

static void a_load_takes_turns_on_one_cpu_only(void **state)
{
	struct pb_context one = bed_make(1), two = bed_make(2);
	struct pb_cell cell = cell_make("warm", "all", 1);

	(void)state;
	assert_unfit(&one, &cell, true, EOPNOTSUPP, "hold 'all' under a load");
	assert_int_equal(pb_fits_cell(&two, &cell, type_of(PB_MEMORY_anon), true), 0);
	cell = cell_make("fault", "0", 1);
	assert_unfit(&two, &cell, true, EOPNOTSUPP, "residency 'fault' under a load");
}

static void runs_add_up(void **state)
{
	struct pb_outcome outcome;
	struct pb_run one = { .empty_ticks = 20,
			      .setup_ticks = 7,
			      .retries = 1,
			      .nr_partial = 2,
			      .nr_discarded = 8,
			      .start_ticks = 1000,
			      .failures = { { EBUSY, 3 }, { EAGAIN, 1 } } };
	struct pb_run other = { .empty_ticks = 18,
				.setup_ticks = 9,
				.retries = 4,
				.start_ticks = 990,
				.failures = { { EAGAIN, 5 } } };
	struct pb_run_histogram *histogram = calloc(1, sizeof(*histogram));

	(void)state;
	histogram->acquire[pb_bucket_of(100)] = 5;
	histogram->release[pb_bucket_of(7)] = 5;
	assert_int_equal(pb_outcome_init(&outcome, 2, 1, 0, true), 0);
	pb_outcome_add(&outcome, &one, histogram);
	pb_outcome_add(&outcome, &other, histogram);
	assert_int_equal(outcome.empty_ticks, 18);
	assert_int_equal(outcome.setup_ticks, 7);
	assert_int_equal(outcome.retries, 5);
	assert_int_equal(pb_outcome_failure(&outcome).error, EAGAIN);
	assert_int_equal(pb_outcome_failure(&outcome).nr_calls, 6);
	outcome.samples[0].acquire_ticks = 100;
	outcome.samples[1].acquire_ticks = 101;
	outcome.loaded = true;
	outcome.nr_faults = 12;
	outcome.load = (struct pb_load_tally){ .nr_steps = 10, .elapsed_ns = 500000000 };

	struct pb_cell_result result = { 0 };

	assert_int_equal(pb_outcome_result(&outcome, &agent_plan, &result), 0);
	assert_int_equal(result.nr_histograms, 2);
	assert_int_equal(pb_histogram_count(&result.histograms[0]), 10);
	for (size_t i = 0; i < result.nr_series; i++) {
		const struct pb_series *series = &result.series[i];

		if (pb_streq(series->phase, "acquire"))
			assert_int_equal(series->values[1], 101);
		if (pb_streq(series->metric, "failed-EAGAIN"))
			assert_int_equal(series->values[0], 6);
		if (pb_streq(series->metric, "start-skew"))
			assert_int_equal(series->values[0], 10);
		if (pb_streq(series->metric, "discarded"))
			assert_int_equal(series->values[0], 8);
		if (pb_streq(series->metric, "faults"))
			assert_int_equal(series->values[0], 12);
		if (pb_streq(series->metric, "rate"))
			assert_int_equal(series->values[0], 20);
	}
	/* acquire, release, harness, setup, teardown, retries, invalidations, start-skew,
	 * discarded, two failures, partial, faults, operations, errors, rate */
	assert_int_equal(result.nr_series, 16);
	pb_cell_result_done(&result);
	pb_outcome_done(&outcome);
	free(histogram);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_warm_call_is_always_at_the_same_place),
		cmocka_unit_test(threads_that_share_a_table_lie_behind_each_other),
		cmocka_unit_test(calls_that_are_held_are_apart_until_memory_ends),
		cmocka_unit_test(calls_that_fault_are_an_entry_apart),
		cmocka_unit_test(calls_that_fault_and_are_held_are_one_batch),
		cmocka_unit_test(numbers_beyond_the_device_are_refused),
		cmocka_unit_test(threads_want_a_cpu_each),
		cmocka_unit_test(a_load_takes_turns_on_one_cpu_only),
		cmocka_unit_test(runs_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
