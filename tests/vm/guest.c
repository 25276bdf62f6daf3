// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest - runs a small plan in a guest for a test, and keeps what the sink was told.
 * Why: each boot takes seconds; tests should be about what comes out of it.
 */
#include "tests/vm/guest.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/backends/vm/guest_agent.h"
#include "bench/kernels/kernel.h"
#include "collect/axes.h"
#include "collect/histogram.h"
#include "collect/result.h"
#include "common/err.h"
#include "common/file.h"
#include "common/paths.h"
#include "common/proc.h"
#include "common/save.h"
#include "common/str.h"

static pid_t qemu_pid;

const char *guest_kernel(void)
{
	const char *name = getenv("PINBENCH_TEST_KERNEL");
	pb_cleanup(pb_kernel_done) struct pb_kernel kernel = { 0 };
	_cleanup_free_ char *version = NULL, *agent = NULL;
	const struct pb_arch *arch;
	int ret;

	name = name && *name ? name : "debian:6.1";
	ret = pb_kernel_arch(name, &arch);
	if (!ret)
		ret = pb_machine_version(arch, &version);
	if (!ret)
		ret = pb_kernel_prepare(name, &kernel);
	if (!ret)
		ret = pb_guest_agent(arch, &agent);
	if (ret) {
		printf("1..0 # SKIP no guest with kernel %s: %s\n", name, pb_fail_message(ret));
		exit(GUEST_SKIP);
	}
	return name;
}

struct listener {
	const struct guest_plan *plan;
	struct guest_run *run;
};

static int cell_started(void *data, const struct pb_cell *cell)
{
	struct listener *listener = data;

	if (listener->plan->cell_started)
		listener->plan->cell_started(cell->index, qemu_pid);
	return 0;
}

static int fact_keep(void *data, const char *key, const char *value)
{
	return pb_buf_printf(&((struct listener *)data)->run->facts, "%s=%s\n", key, value);
}

static char *copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

static int cell_ended(void *data, const struct pb_cell_result *result)
{
	struct guest_run *run = ((struct listener *)data)->run;
	struct pb_cell_result *mine = &run->cells[run->nr_cells];
	int ret = 0;

	assert_true(run->nr_cells < GUEST_MAX_CELLS);
	run->nr_cells++;
	mine->cell = result->cell;
	mine->state = result->state;
	mine->error = result->error;
	mine->symbol = copy(result->symbol);
	mine->reason = copy(result->reason);
	mine->detail = copy(result->detail);
	for (size_t i = 0; i < result->nr_series && !ret; i++) {
		const struct pb_series *series = &result->series[i];

		ret = pb_cell_result_add(mine, series->phase, series->metric, series->unit,
					 series->values, series->nr_values);
	}
	for (size_t i = 0; i < result->nr_histograms && !ret; i++) {
		struct pb_histogram histogram;

		ret = pb_histogram_copy(&result->histograms[i], &histogram);
		if (!ret)
			ret = pb_cell_result_histogram(mine, &histogram);
	}
	return ret;
}

static void qemu_started(pid_t pid)
{
	qemu_pid = pid;
}

static size_t cells_copy(const struct guest_plan *plan, struct pb_cell cells[GUEST_MAX_CELLS])
{
	assert_true(plan->nr_cells <= GUEST_MAX_CELLS);
	for (size_t i = 0; i < plan->nr_cells; i++) {
		struct pb_cell *cell = &cells[i];

		*cell = plan->cells[i];
		cell->index = (uint32_t)i;
		cell->nr_pages = cell->nr_pages ? cell->nr_pages : plan->nr_pages;
		cell->nr_threads = cell->nr_threads ? cell->nr_threads : 1;
		cell->nr_samples = cell->nr_samples ? cell->nr_samples : plan->nr_samples;
		cell->nr_warmup = cell->nr_warmup ? cell->nr_warmup : 2;
		if (!cell->memory)
			cell->memory = PB_MEMORY_anon;
	}
	return plan->nr_cells;
}

static size_t cells_make(const struct guest_plan *plan, struct pb_cell cells[GUEST_MAX_CELLS])
{
	pb_cleanup(pb_words_freep) char **strategies = NULL;
	pb_cleanup(pb_words_freep) char **memories = NULL;
	size_t nr_strategies, nr_memories;

	if (plan->cells)
		return cells_copy(plan, cells);
	assert_int_equal(
		pb_words_split(plan->strategies, "strategies", &strategies, &nr_strategies), 0);
	assert_int_equal(pb_words_split(plan->memory, "memory", &memories, &nr_memories), 0);
	assert_true(nr_strategies * nr_memories <= GUEST_MAX_CELLS);
	for (size_t i = 0; i < nr_strategies * nr_memories; i++) {
		cells[i] = (struct pb_cell){
			.index = (uint32_t)i,
			.nr_pages = plan->nr_pages,
			.nr_threads = 1,
			.sharing = PB_SHARING_PRIVATE,
			.load = PB_LOAD_none,
			.nr_samples = plan->nr_samples,
			.nr_warmup = 2,
		};
		snprintf(cells[i].strategy, sizeof(cells[i].strategy), "%s",
			 strategies[i % nr_strategies]);
		assert_int_equal(pb_memory_take(memories[i / nr_strategies], &cells[i].memory), 0);
		/* Only of shared files does the kernel ask more of one who wants to write. */
		if (cells[i].memory == PB_MEMORY_file_shared || cells[i].memory == PB_MEMORY_fsdax)
			cells[i].intent = PB_INTENT_WRITE;
	}
	return nr_strategies * nr_memories;
}

void guest_boot(const struct guest_plan *plan, const struct pb_vm_options *options,
		struct guest_run *ret_run)
{
	static const struct pb_record_sink sink = {
		.fact = fact_keep,
		.cell_started = cell_started,
		.cell_ended = cell_ended,
	};
	struct pb_cell cells[GUEST_MAX_CELLS];
	struct pb_vm_options own = *options;
	struct listener listener = { .plan = plan, .run = ret_run };
	const struct pb_backend_request request = {
		.kernel = guest_kernel(),
		.cells = cells,
		.nr_cells = cells_make(plan, cells),
		.inject = plan->inject,
		.counters = plan->counters,
		.nr_counters = plan->nr_counters,
		.multiplex = plan->multiplex,
		.cell_limit_s = plan->cell_limit_s,
		.interrupt = plan->interrupt,
	};

	*ret_run = (struct guest_run){ 0 };
	assert_int_equal(pb_buf_add(&ret_run->facts, "", 0), 0);
	own.started = qemu_started;
	ret_run->code = pb_vm_run(&request, &own, &sink, &listener);
	ret_run->message = strdup(ret_run->code ? pb_fail_message(ret_run->code) : "");
}

void guest_done(struct guest_run *run)
{
	for (size_t i = 0; i < run->nr_cells; i++)
		pb_cell_result_done(&run->cells[i]);
	free(run->message);
	pb_buf_done(&run->facts);
}

const struct pb_series *guest_series_of(const struct pb_cell_result *result, const char *phase,
					const char *metric)
{
	for (size_t i = 0; i < result->nr_series; i++)
		if (pb_streq(result->series[i].phase, phase) &&
		    pb_streq(result->series[i].metric, metric))
			return &result->series[i];
	return NULL;
}

const struct pb_series *guest_series_needed(const struct pb_cell_result *result, const char *phase,
					    const char *metric)
{
	const struct pb_series *series = guest_series_of(result, phase, metric);

	if (!series)
		fail_msg("%s has no series %s %s", result->cell.strategy, phase, metric);
	return series;
}

double guest_least(const struct pb_series *series)
{
	double least = NAN;

	for (size_t i = 0; i < series->nr_values; i++)
		least = fmin(least, series->values[i]);
	return least;
}

double guest_value(const struct pb_cell_result *result, const char *phase, const char *metric)
{
	const struct pb_series *series = guest_series_of(result, phase, metric);

	return series && series->nr_values ? series->values[0] : -1;
}

static void series_assert_same(const struct pb_cell_result *cell, const struct pb_series *a,
			       const struct pb_series *b)
{
	assert_string_equal(a->phase, b->phase);
	assert_string_equal(a->metric, b->metric);
	assert_int_equal(a->nr_values, b->nr_values);
	for (size_t i = 0; i < a->nr_values; i++)
		if (a->values[i] != b->values[i])
			fail_msg("cell %u, %s on %s under load %s: %s %s, value %zu of %zu: %f, "
				 "then %f",
				 cell->cell.index, cell->cell.strategy,
				 pb_memory_name(cell->cell.memory), pb_load_name(cell->cell.load),
				 a->phase, a->metric, i, a->nr_values, a->values[i], b->values[i]);
}

void guest_assert_same(const struct guest_run *a, const struct guest_run *b)
{
	assert_int_equal(a->nr_cells, b->nr_cells);
	for (size_t i = 0; i < a->nr_cells; i++) {
		const struct pb_cell_result *one = &a->cells[i], *other = &b->cells[i];

		assert_int_equal(one->state, other->state);
		assert_int_equal(one->error, other->error);
		assert_int_equal(one->nr_series, other->nr_series);
		for (size_t s = 0; s < one->nr_series; s++) {
			series_assert_same(one, &one->series[s], &other->series[s]);
		}
		assert_int_equal(one->nr_histograms, other->nr_histograms);
		for (size_t h = 0; h < one->nr_histograms; h++) {
			const struct pb_histogram *x = &one->histograms[h];

			assert_int_equal(x->nr_buckets, other->histograms[h].nr_buckets);
			assert_memory_equal(x->buckets, other->histograms[h].buckets,
					    x->nr_buckets * sizeof(*x->buckets));
		}
	}
}

const struct pb_series *guest_series(const struct pb_cell_result *result, const char *phase)
{
	return guest_series_of(result, phase, "instructions");
}

char *guest_module(const char *name, const char *dir)
{
	pb_cleanup(pb_kernel_done) struct pb_kernel kernel = { 0 };
	_cleanup_free_ char *relative = NULL, *source = NULL, *build = NULL, *target = NULL;
	_cleanup_free_ char *kbuild = NULL, *rule = NULL;

	assert_int_equal(pb_kernel_prepare(guest_kernel(), &kernel), 0);
	relative = pb_format("tests/vm/%s.c", name);
	assert_non_null(relative);
	assert_int_equal(pb_path_data(relative, &source), 0);
	build = pb_format("M=%s", dir);
	target = pb_format("%s/%s.c", dir, name);
	kbuild = pb_format("%s/Kbuild", dir);
	rule = pb_format("obj-m := %s.o\n", name);
	assert_true(build && target && kbuild && rule);
	const char *const copy_argv[] = { "cp", source, target, NULL };
	const char *const make_argv[] = { "make",           "-s",  "-C",
					  kernel.build_dir, build, "CONFIG_DEBUG_INFO_BTF_MODULES=",
					  "modules",        NULL };

	if (pb_proc_run(copy_argv, NULL, NULL) || pb_file_write(kbuild, rule, strlen(rule)) ||
	    pb_proc_run(make_argv, NULL, NULL))
		fail_msg("%s", pb_fail_message(-EIO));
	return pb_format("%s/%s.ko", dir, name);
}
