// SPDX-License-Identifier: GPL-2.0-only
/*
 * measure - one cell, from its words to its series.
 * Why: each way in which a cell can end has its state, its errno and a sentence, decided in one
 * place.
 */
#include "bench/agent/measure.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "bench/agent/fault.h"
#include "bench/agent/watch.h"
#include "bench/memory/memory.h"
#include "collect/axes.h"
#include "common/err.h"
#include "common/str.h"
#include "kmods/uapi/mark.h"

/* Two calls activate a page, the drain in between makes it so; the rest is for good measure. */
enum { WARM_ROUNDS = 2, WARM_CALLS = 4 };

static const struct {
	const char *name;
	uint32_t id;
} strategies[] = {
#define PB_STRATEGY(id, ident, name, floor, family, symbols, summary) { name, id },
#include "kmods/uapi/strategies.def"
#undef PB_STRATEGY
};

/* The message that stands becomes the cell's reason. */
static int cell_ends(struct pb_cell_result *result, enum pb_cell_state state, int code)
{
	free(result->reason);
	result->state = state;
	result->error = -code;
	result->reason = strdup(pb_fail_message(code));
	pb_fail_clear();
	return result->reason ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static int words_check(const struct pb_cell *cell, bool exact)
{
	bool alone = cell->nr_threads == 1 && pb_streq(cell->sharing, "private");

	if (exact && !alone)
		return pb_fail(
			-EOPNOTSUPP,
			"sharing '%s' by %u threads: an exact count runs one emulated CPU at a "
			"time, where contention means nothing",
			cell->sharing, cell->nr_threads);
	if (!alone)
		return pb_fail(-EOPNOTSUPP,
			       "sharing '%s' by %u threads: this agent runs one thread on pages of "
			       "its own",
			       cell->sharing, cell->nr_threads);
	return pb_axes_refuse(cell, "agent", PB_AXIS_BIT(SHARING) | PB_AXIS_BIT(INTENT));
}

static int strategy_check(const struct pb_bed *bed, const char *name, uint32_t *ret_id)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(strategies); i++) {
		if (!pb_streq(strategies[i].name, name))
			continue;
		*ret_id = strategies[i].id;
		if (bed->info.strategies >> *ret_id & 1)
			return 0;
		return pb_fail(-EOPNOTSUPP, "strategy '%s' is absent here: %s", name,
			       pb_modules_absence(&bed->modules, name));
	}
	return pb_fail(-EOPNOTSUPP, "strategy '%s' is unknown to this agent", name);
}

/* The kernel's no: a result. Everything else that it may answer is a failure. */
static bool is_refusal(const struct pb_cell *cell, const struct pb_memory_type *type, int code)
{
	if (code == -EFAULT) /* the pages are there, so it is what must not be held, or not so */
		return type->special ||
		       strncmp(cell->strategy, "longterm", strlen("longterm")) == 0;
	return code == -EOPNOTSUPP || code == -EPERM || code == -E2BIG;
}

static int device_run(const struct pb_bed *bed, const struct pb_cell *cell, struct pb_run *run)
{
	int code;

	if (!ioctl(bed->device, PB_IOC_RUN, run))
		return 0;
	code = -errno;
	if (code == -EIO && run->nr_got < run->nr_pages)
		return pb_fail(code, "a call of '%s' acquired %llu of %llu pages", cell->strategy,
			       (unsigned long long)run->nr_got, (unsigned long long)run->nr_pages);
	if (code == -EOPNOTSUPP && run->flags & PB_RUN_IRQS_OFF)
		return pb_fail(code,
			       "'%s' may sleep, and so cannot run with interrupts off (--irqs off)",
			       cell->strategy);
	return pb_fail(code, "the kernel answered '%s' on memory '%s', %llu pages: %s",
		       cell->strategy, cell->memory, (unsigned long long)cell->nr_pages,
		       strerror(-code));
}

/* Tells a plugin that watches the guest which cell the next run is for, the highest bit first. */
static void cell_mark(uint32_t index)
{
	pb_mark(PB_MARK_CELL);
	for (int bit = 31; bit >= 0; bit--)
		if (index >> bit & 1)
			pb_mark(PB_MARK_CELL_ONE);
		else
			pb_mark(PB_MARK_CELL_ZERO);
}

/*
 * A slow get marks each page as accessed, which for its first calls moves the page between the
 * kernel's lists, through a batch that fills for tens of calls. A buffer in use is long past that:
 * so the pages are brought there first, and the numbers do not hang on how many samples are taken.
 */
static int pages_warm(const struct pb_bed *bed, const struct pb_cell *cell,
		      const struct pb_run *run)
{
	struct pb_run warm = *run;
	int ret = 0;

	warm.nr_samples = 1;
	warm.nr_warmup = WARM_CALLS - 1;
	cell_mark(PB_MARK_NO_CELL);
	for (int i = 0; i < WARM_ROUNDS && !ret; i++) {
		ret = device_run(bed, cell, &warm);
		if (!ret)
			ret = pb_memory_drain();
	}
	return ret;
}

static int symbol_get(const struct pb_bed *bed, uint32_t id, struct pb_cell_result *result)
{
	struct pb_strategy_info info = { .size = sizeof(info), .strategy = id };

	if (ioctl(bed->device, PB_IOC_STRATEGY_INFO, &info))
		return pb_fail(-errno, "cannot ask '%s' for a strategy: %s", PB_DEVICE,
			       strerror(errno));
	info.symbol[sizeof(info.symbol) - 1] = '\0';
	if (!*info.symbol)
		return 0;
	result->symbol = strdup(info.symbol);
	return result->symbol ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static int once_add(struct pb_cell_result *result, const char *phase, const char *metric,
		    const char *unit, uint64_t value)
{
	double number = (double)value;

	return pb_cell_result_add(result, phase, metric, unit, &number, 1);
}

static int series_add(const struct pb_agent_plan *plan, const struct pb_run *run,
		      struct pb_cell_result *result)
{
	const struct pb_sample *samples = (const struct pb_sample *)(uintptr_t)run->samples;
	_cleanup_free_ double *values = calloc((size_t)run->nr_samples * 2, sizeof(*values));
	double *release = values ? values + run->nr_samples : NULL;
	const char *metric = plan->metric, *unit = plan->unit;
	int ret;

	if (!values)
		return pb_fail(-ENOMEM, "out of memory");
	for (uint32_t i = 0; i < run->nr_samples; i++) {
		values[i] = (double)samples[i].acquire_ticks;
		release[i] = (double)samples[i].release_ticks;
	}
	ret = pb_cell_result_add(result, "acquire", metric, unit, values, run->nr_samples);
	if (!ret)
		ret = pb_cell_result_add(result, "release", metric, unit, release, run->nr_samples);
	if (!ret)
		ret = once_add(result, "harness", metric, unit, run->empty_ticks);
	/* Only odp has something to set up, and only what is set up can be invalidated. */
	if (ret || !run->setup_ticks)
		return ret;
	ret = once_add(result, "setup", metric, unit, run->setup_ticks);
	if (!ret)
		ret = once_add(result, "teardown", metric, unit, run->teardown_ticks);
	if (!ret)
		ret = once_add(result, "events", "retries", "count", run->retries);
	if (!ret)
		ret = once_add(result, "events", "invalidations", "count", run->invalidations);
	return ret;
}

/* The array is touched and locked, so that copying samples into it faults nothing in. */
static int samples_new(uint32_t nr_samples, struct pb_sample **ret_samples)
{
	size_t len_bytes = (size_t)nr_samples * sizeof(**ret_samples);
	struct pb_sample *samples = malloc(len_bytes ? len_bytes : 1);

	if (!samples)
		return pb_fail(-ENOMEM, "no memory for %u samples", nr_samples);
	memset(samples, 0, len_bytes);
	if (mlock(samples, len_bytes)) {
		free(samples);
		return pb_fail(-errno, "cannot lock memory for %u samples: %s", nr_samples,
			       strerror(errno));
	}
	*ret_samples = samples;
	return 0;
}

/* @verified: what became of the memory meanwhile, 0 or -errno with its message standing. */
static int samples_keep(const struct pb_bed *bed, uint32_t id, const struct pb_run *run,
			int verified, struct pb_cell_result *result)
{
	int ret = 0;

	if (verified)
		ret = cell_ends(result, PB_CELL_FAILED,
				pb_fail_in(verified, "the memory changed while it was measured"));
	else
		result->state = PB_CELL_MEASURED;
	if (!ret)
		ret = series_add(bed->plan, run, result);
	return ret ? ret : symbol_get(bed, id, result);
}

static int memory_run(const struct pb_bed *bed, const struct pb_cell *cell, uint32_t id,
		      const struct pb_memory *memory, struct pb_cell_result *result)
{
	const struct pb_memory_type *type = pb_memory_find(cell->memory);
	_cleanup_free_ struct pb_sample *samples = NULL;
	struct pb_run run = {
		.size = sizeof(run),
		.strategy = id,
		.addr = (uintptr_t)memory->addr,
		.nr_pages = cell->nr_pages,
		.nr_samples = cell->nr_samples,
		.nr_warmup = cell->nr_warmup,
		.flags = pb_streq(pb_cell_axis(cell, PB_AXIS_INTENT), "write") ? PB_RUN_WRITE : 0,
		.release = PB_RELEASE_PLAIN,
	};
	int ret = samples_new(cell->nr_samples, &samples);

	if (ret)
		return cell_ends(result, PB_CELL_FAILED, ret);
	if (bed->plan->irqs_off)
		run.flags |= PB_RUN_IRQS_OFF;
	run.samples = (uintptr_t)samples;
	ret = pages_warm(bed, cell, &run);
	cell_mark(cell->index);
	if (!ret)
		ret = device_run(bed, cell, &run);
	if (ret)
		return cell_ends(result,
				 is_refusal(cell, type, ret) ? PB_CELL_REFUSED : PB_CELL_FAILED,
				 ret);
	ret = type->verify(memory);
	if (ret == -EOPNOTSUPP) /* turned into other memory: what was timed is not this cell */
		return cell_ends(result, PB_CELL_REFUSED, ret);
	ret = samples_keep(bed, id, &run, ret, result);
	if (ret || result->state != PB_CELL_MEASURED)
		return ret;
	cell_mark(PB_MARK_NO_CELL);
	return pb_counting_cell(bed->counting, bed->device, cell, &run, result);
}

static int cell_run(const struct pb_bed *bed, const struct pb_cell *cell,
		    struct pb_cell_result *result)
{
	const struct pb_memory_type *type = pb_memory_find(cell->memory);
	pb_cleanup(pb_memory_release) struct pb_memory memory = { 0 };
	uint32_t id = PB_STRATEGY_NONE;
	int ret = words_check(cell, pb_streq(bed->plan->evidence, "exact"));

	if (!ret)
		ret = strategy_check(bed, cell->strategy, &id);
	if (!ret && !type)
		ret = pb_fail(-EOPNOTSUPP, "memory '%s' is unknown to this agent; it has: %s",
			      cell->memory, pb_memory_names());
	if (!ret && (!cell->nr_pages || cell->nr_pages > PB_MAX_PAGES))
		ret = pb_fail(-E2BIG, "%llu pages a call: the device takes 1 to %u",
			      (unsigned long long)cell->nr_pages, PB_MAX_PAGES);
	if (ret)
		return cell_ends(result, PB_CELL_REFUSED, ret);
	ret = type->prepare(&memory, cell->nr_pages);
	if (!ret)
		ret = type->verify(&memory);
	if (ret)
		return cell_ends(result, ret == -EOPNOTSUPP ? PB_CELL_REFUSED : PB_CELL_FAILED,
				 ret);
	return memory_run(bed, cell, id, &memory, result);
}

/* What was measured stays in the result, but it failed. */
static int aftermath_check(const struct pb_bed *bed, struct pb_cell_result *result)
{
	pb_cleanup(pb_buf_done) struct pb_buf log = { 0 };
	int ret = pb_watch_pins();

	if (ret)
		ret = cell_ends(result, PB_CELL_FAILED, ret);
	if (!ret)
		ret = pb_watch_log(bed->kmsg, &log);
	if (ret || !log.len_bytes)
		return ret;
	free(result->detail);
	result->detail = pb_steal(log.data);
	return cell_ends(result, PB_CELL_FAILED,
			 pb_fail(-EIO, "the kernel logged a warning during the cell"));
}

int pb_measure(const struct pb_bed *bed, const struct pb_cell *cell, struct pb_cell_result *result)
{
	int ret;

	result->cell = *cell;
	ret = cell_run(bed, cell, result);
	if (!ret && bed->plan->fault != PB_FAULT_NONE && bed->plan->fault_cell == cell->index)
		ret = pb_fault_make(bed->plan->fault);
	return ret ? ret : aftermath_check(bed, result);
}
