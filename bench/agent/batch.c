// SPDX-License-Identifier: GPL-2.0-only
/*
 * batch - calls that fault their pages in: a region is zapped, walked once, and zapped again.
 * Why: zapping is the agent's business and takes long; it must not stand between two timestamps.
 */
#include "bench/agent/batch.h"

#include <errno.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "kmods/uapi/mark.h"

struct batch {
	struct pb_task *task;
	struct pb_sample *scratch; /* for what is not kept: a region's calls */
	struct pb_run_histogram *histogram;
	uint32_t nr_samples; /* taken so far */
	uint32_t nr_calls;   /* counted so far */
};

static bool faults(const struct pb_task *task)
{
	return !pb_streq(task->cell->strategy, "noop");
}

/* Nothing may be there before, else a call would find what it should fault in. */
static int region_zap(const struct pb_task *task)
{
	int ret = pb_memory_zap(task->type, &task->memories[0]);
	bool present = false;

	if (!ret)
		ret = pb_page_present(task->memories[0].addr, &present);
	if (!ret && present)
		ret = pb_fail(-EOPNOTSUPP, "pages of memory '%s' stay mapped when they are zapped",
			      pb_memory_name(task->cell->memory));
	return ret;
}

static int batch_run(struct batch *batch, struct pb_run *run)
{
	struct pb_task *task = batch->task;
	int ret = region_zap(task);

	run->addr = (uintptr_t)task->memories[0].addr;
	run->nr_warmup = 0;
	return ret ? ret : pb_task_run(task, run);
}

/* What one call faults in must leave the next one's pages out. */
static int one_call_check(struct batch *batch)
{
	const struct pb_task *task = batch->task;
	size_t stride_bytes = task->region.stride_pages * (size_t)sysconf(_SC_PAGESIZE);
	struct pb_run run = task->request;
	bool present = false;
	int ret;

	run.samples = (uintptr_t)batch->scratch;
	run.nr_samples = 1;
	run.nr_ops = 0;
	ret = batch_run(batch, &run);
	if (!ret && task->region.nr_calls > 1)
		ret = pb_page_present((char *)task->memories[0].addr + stride_bytes, &present);
	if (!ret && present)
		ret = pb_fail(-EOPNOTSUPP,
			      "residency 'fault': on memory '%s' one call's fault maps the next "
			      "call's pages, too",
			      pb_memory_name(task->cell->memory));
	return ret;
}

static int batch_warm(struct batch *batch)
{
	struct pb_run run = batch->task->request;
	int ret;

	pb_task_mark(PB_MARK_NO_CELL);
	ret = one_call_check(batch);
	run.samples = (uintptr_t)batch->scratch;
	run.nr_samples = batch->task->region.nr_calls;
	run.nr_ops = 0;
	return ret ? ret : batch_run(batch, &run);
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Calls go on behind the samples where only the histogram wants them. */
static int batch_take(struct batch *batch, uint32_t nr_calls)
{
	struct pb_task *task = batch->task;
	uint32_t nr_samples = least(task->cell->nr_samples - batch->nr_samples, nr_calls);
	struct pb_run run = task->request;
	int ret;

	run.samples = (uintptr_t)(nr_samples ? &task->outcome.samples[batch->nr_samples]
					     : batch->scratch);
	run.nr_samples = nr_samples ? nr_samples : 1;
	run.nr_ops = batch->histogram ? nr_calls : 0;
	run.histogram = (uintptr_t)batch->histogram;
	ret = batch_run(batch, &run);
	batch->nr_samples += nr_samples;
	batch->nr_calls += nr_calls;
	if (!ret)
		pb_outcome_add(&task->outcome, &run, batch->histogram);
	return ret;
}

static int part_verify(const struct pb_task *task, uint64_t first_page, uint64_t nr_pages)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	struct pb_memory part = task->memories[0];

	part.addr = (char *)part.addr + first_page * page_bytes;
	part.len_bytes = nr_pages * page_bytes;
	return pb_task_verify(task, &part);
}

/*
 * What the last batch's calls faulted in is there still. Between two calls' pages there may be a
 * gap that only large entries fill.
 */
static int pages_verify(const struct pb_task *task, uint32_t nr_calls)
{
	uint64_t stride = task->region.stride_pages;
	int ret = pb_memory_drain();

	if (!ret && (task->type->entry || stride == task->cell->nr_pages))
		ret = part_verify(task, 0, nr_calls * stride);
	else
		for (uint32_t i = 0; i < nr_calls && !ret; i++)
			ret = part_verify(task, i * stride, task->cell->nr_pages);
	if (!ret)
		return 0;
	ret = pb_fail_in(ret, "what a call faults in here, to %s, is not memory '%s'",
			 pb_cell_axis(task->cell, PB_AXIS_INTENT),
			 pb_memory_name(task->cell->memory));
	return pb_fail(-EOPNOTSUPP, "%s", strdupa(pb_fail_message(ret)));
}

int pb_batches_run(struct pb_task *task)
{
	uint32_t nr_all = task->cell->nr_ops ? task->cell->nr_ops : task->cell->nr_samples;
	uint32_t per_batch = task->region.nr_calls, nr_last = 0;
	_cleanup_free_ struct pb_sample *scratch = calloc(per_batch, sizeof(*scratch));
	_cleanup_free_ struct pb_run_histogram *histogram = calloc(1, sizeof(*histogram));
	struct batch batch = { .task = task, .scratch = scratch };
	int ret;

	if (!scratch || !histogram)
		return pb_fail(-ENOMEM, "out of memory");
	histogram->size = sizeof(*histogram);
	batch.histogram = task->outcome.acquire ? histogram : NULL;
	ret = batch_warm(&batch);
	pb_task_mark(task->cell->index);
	while (!ret && batch.nr_calls < nr_all) {
		nr_last = least(nr_all - batch.nr_calls, per_batch);
		ret = batch_take(&batch, nr_last);
		pb_task_mark(PB_MARK_NO_CELL); /* a profile is of one run: the first */
	}
	return ret || !faults(task) ? ret : pages_verify(task, nr_last);
}
