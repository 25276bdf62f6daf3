// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_profile - a profiled guest: every profile is the least sample to the last instruction.
 * Why: the plugin counts and the guest's clock counts, and neither knows of the other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "bench/backends/vm/vm.h"
#include "collect/profile.h"
#include "collect/result.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/vm/guest.h"

enum { NR_PAGES = 512, NR_SAMPLES = 20, NR_PHASES = 2 };

static const char *const strategies[] = { "noop", "get-fast", "pin-fast", "longterm", "odp" };
enum { NOOP, GET_FAST, PIN_FAST, NR_CELLS = PB_ARRAY_SIZE(strategies) };

/* What is kept of a boot. */
struct boot {
	bool profile;
	size_t nr_cells;
	double least[NR_CELLS][NR_PHASES];
	uint64_t entries_most[NR_CELLS]; /* of any function while acquiring */
	double cpu_s;
};

static const char *const phases[] = { "acquire", "release" };
static struct boot plain, profiled = { .profile = true };

static double children_cpu_s(void)
{
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_CHILDREN, &usage), 0);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void profile_keep(struct boot *boot, size_t cell, const struct pb_profile *profile,
			 double least)
{
	uint64_t *most = &boot->entries_most[cell];

	assert_true((double)pb_profile_sum(profile) == least);
	assert_true(profile->nr_functions > 0);
	if (!pb_streq(profile->phase, "acquire"))
		return;
	for (size_t i = 0; i < profile->nr_functions; i++)
		if (profile->functions[i].entries > *most)
			*most = profile->functions[i].entries;
}

static int cell_ended(void *data, const struct pb_cell_result *result)
{
	struct boot *boot = data;
	size_t cell = boot->nr_cells++;

	if (result->reason)
		print_error("%s: %s\n", result->cell.strategy, result->reason);
	assert_int_equal(result->state, PB_CELL_MEASURED);
	assert_int_equal(result->nr_profiles, boot->profile ? NR_PHASES : 0);
	for (size_t phase = 0; phase < NR_PHASES; phase++) {
		const struct pb_series *series = guest_series(result, phases[phase]);
		double least = series->values[0];

		for (size_t i = 1; i < series->nr_values; i++)
			least = series->values[i] < least ? series->values[i] : least;
		boot->least[cell][phase] = least;
		if (!boot->profile)
			continue;
		assert_string_equal(result->profiles[phase].phase, phases[phase]);
		profile_keep(boot, cell, &result->profiles[phase], least);
	}
	return 0;
}

static void boot_run(struct boot *boot)
{
	static const struct pb_vm_options none;
	static const struct pb_record_sink sink = { .cell_ended = cell_ended };
	struct pb_cell cells[NR_CELLS] = { 0 };
	struct pb_backend_request request = {
		.kernel = guest_kernel(),
		.cells = cells,
		.nr_cells = NR_CELLS,
		.profile = boot->profile,
	};
	double before_s = children_cpu_s();
	int ret;

	for (uint32_t i = 0; i < NR_CELLS; i++) {
		cells[i] = (struct pb_cell){
			.index = i,
			.memory = PB_MEMORY_anon,
			.nr_pages = NR_PAGES,
			.nr_threads = 1,
			.sharing = PB_SHARING_PRIVATE,
			.load = PB_LOAD_none,
			.nr_samples = NR_SAMPLES,
			.nr_warmup = 2,
		};
		snprintf(cells[i].strategy, sizeof(cells[i].strategy), "%s", strategies[i]);
	}
	ret = pb_vm_run(&request, &none, &sink, boot);
	if (ret)
		print_error("%s\n", pb_fail_message(ret));
	assert_int_equal(ret, 0);
	assert_int_equal(boot->nr_cells, NR_CELLS);
	boot->cpu_s = children_cpu_s() - before_s;
}

static void profiles_are_the_least_samples(void **state)
{
	(void)state;
	boot_run(&profiled); /* cell_ended() looks at each */
}

static void functions_are_entered_once_a_page(void **state)
{
	(void)state;
	assert_int_equal(profiled.entries_most[NOOP], 0);
	assert_int_equal(profiled.entries_most[GET_FAST], NR_PAGES);
	assert_int_equal(profiled.entries_most[PIN_FAST], NR_PAGES);
}

static void profiling_moves_no_number(void **state)
{
	(void)state;
	boot_run(&plain);
	for (size_t i = 0; i < NR_CELLS; i++)
		for (size_t phase = 0; phase < NR_PHASES; phase++)
			assert_true(plain.least[i][phase] == profiled.least[i][phase]);
}

static void profiling_costs_at_most_as_much_again(void **state)
{
	(void)state;
	print_message("plain %.1f s of CPU, profiled %.1f s\n", plain.cpu_s, profiled.cpu_s);
	assert_true(profiled.cpu_s <= 2 * plain.cpu_s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_are_the_least_samples),
		cmocka_unit_test(functions_are_entered_once_a_page),
		cmocka_unit_test(profiling_moves_no_number),
		cmocka_unit_test(profiling_costs_at_most_as_much_again),
	};

	guest_kernel();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
