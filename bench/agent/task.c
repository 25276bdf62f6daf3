// SPDX-License-Identifier: GPL-2.0-only
/*
 * task - a cell at work: what the steps from its words to its series share.
 * Why: what a cell asks for is taken apart, and what cannot be is refused, before anything is made.
 */
#include "bench/agent/task.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "bench/agent/fits.h"
#include "bench/load/load.h"
#include "common/err.h"
#include "common/str.h"
#include "kmods/uapi/mark.h"

/* Two calls activate a page, the drain in between makes it so; the rest is for good measure. */
enum { WARM_ROUNDS = 2, WARM_CALLS = 4, MAX_TWICE = 10 };

static const struct {
	const char *name;
	uint32_t id;
} strategies[] = {
#define PB_STRATEGY(id, ident, name, floor, family, symbols, summary) { name, id },
#include "kmods/uapi/strategies.def"
#undef PB_STRATEGY
};

/* What the device calls each way to release. */
static const uint32_t releases[PB_NR_RELEASINGS] = {
	[PB_RELEASING_PLAIN] = PB_RELEASE_PLAIN,
	[PB_RELEASING_DIRTY] = PB_RELEASE_DIRTY,
	[PB_RELEASING_RANGE_DIRTY] = PB_RELEASE_RANGE_DIRTY,
	[PB_RELEASING_FOLIO] = PB_RELEASE_FOLIO,
};

static int strategy_find(const struct pb_context *context, const char *name, uint32_t *ret_id)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(strategies); i++) {
		if (!pb_streq(strategies[i].name, name))
			continue;
		*ret_id = strategies[i].id;
		if (context->info.strategies >> *ret_id & 1)
			return 0;
		return pb_fail(-EOPNOTSUPP, "strategy '%s' is absent here: %s", name,
			       pb_modules_absence(&context->modules, name));
	}
	return pb_fail(-EOPNOTSUPP, "strategy '%s' is unknown to this agent", name);
}

/* "plain, dirty": what this strategy has on this kernel. */
static int releases_list(uint32_t mask, struct pb_buf *names)
{
	int ret = pb_buf_add(names, "", 0);

	for (enum pb_cell_release i = 0; i < PB_NR_RELEASINGS && !ret; i++)
		if (mask >> releases[i] & 1)
			ret = pb_buf_printf(names, "%s%s", names->len_bytes ? ", " : "",
					    pb_releasing_name(i));
	return ret;
}

static int release_find(const struct pb_task *task, uint32_t *ret_id)
{
	enum pb_cell_release release = task->cell->release;
	struct pb_strategy_info info = { .size = sizeof(info), .strategy = task->request.strategy };
	pb_cleanup(pb_buf_done) struct pb_buf names = { 0 };

	if (ioctl(task->context->device, PB_IOC_STRATEGY_INFO, &info))
		return pb_fail(-errno, "cannot ask '%s' for a strategy: %s", PB_DEVICE,
			       strerror(errno));
	if (release < PB_NR_RELEASINGS && info.releases >> releases[release] & 1) {
		*ret_id = releases[release];
		return 0;
	}
	if (releases_list(info.releases, &names))
		return -ENOMEM;
	return pb_fail(-EOPNOTSUPP, "strategy '%s' has no release '%s' on this kernel; it has: %s",
		       task->cell->strategy, pb_releasing_name(release), names.data);
}

static int load_find(struct pb_task *task)
{
	const struct pb_load_row *row;
	int ret = pb_load_find(task->cell->load, &row, &task->load_rate);

	if (!ret)
		task->load = pb_load_action_find(row->name);
	return ret;
}

static uint32_t flags_of(const struct pb_task *task)
{
	return (task->cell->intent == PB_INTENT_WRITE ? PB_RUN_WRITE : 0) |
	       (task->cell->hold == PB_HOLDING_ALL ? PB_RUN_HOLD : 0) |
	       (task->load ? PB_RUN_TOLERATE : 0) |
	       (task->context->plan->irqs_off ? PB_RUN_IRQS_OFF : 0) |
	       (task->context->plan->record ? PB_RUN_RECORD : 0);
}

/* Two operations in a window tell the window's own share, where calls do nothing but repeat. */
static uint32_t nr_twice(const struct pb_task *task)
{
	const struct pb_cell *cell = task->cell;

	if (task->load || cell->nr_threads > 1 || task->context->plan->irqs_off ||
	    task->context->plan->record || cell->hold != PB_HOLDING_CALL ||
	    cell->residency != PB_RESIDENCY_WARM)
		return 0;
	return cell->nr_samples < MAX_TWICE ? cell->nr_samples : MAX_TWICE;
}

static int request_make(struct pb_task *task)
{
	const struct pb_cell *cell = task->cell;
	uint32_t release = PB_RELEASE_NONE;
	int ret = release_find(task, &release);

	if (ret)
		return ret;
	task->request.nr_pages = cell->nr_pages;
	task->request.stride_pages = task->region.stride_pages;
	task->request.region_pages = task->region.region_pages;
	task->request.nr_samples = cell->nr_samples;
	task->request.nr_warmup = cell->nr_warmup;
	task->request.nr_ops = cell->nr_ops;
	task->request.flags = flags_of(task);
	task->request.release = release;
	if (pb_releasing_flags(cell->release) & PB_RELEASING_DIRTIES &&
	    !(task->request.flags & PB_RUN_WRITE))
		ret = pb_fail(-EOPNOTSUPP,
			      "release '%s' marks pages dirty, and pages that are held to be read "
			      "must not be: ask for intent 'write'",
			      pb_releasing_name(cell->release));
	return ret;
}

int pb_task_init(struct pb_task *task, const struct pb_context *context, const struct pb_cell *cell)
{
	int ret;

	*task = (struct pb_task){
		.context = context,
		.cell = cell,
		.type = pb_memory_find(cell->memory),
		.request = { .size = sizeof(task->request) },
	};
	ret = pb_fits_machine(context, cell);
	if (!ret)
		ret = strategy_find(context, cell->strategy, &task->request.strategy);
	if (!ret && !task->type)
		ret = pb_fail(-EOPNOTSUPP, "memory '%s' is unknown to this agent; it has: %s",
			      pb_memory_name(cell->memory), pb_memory_names());
	if (!ret)
		ret = load_find(task);
	if (!ret)
		ret = pb_fits_cell(context, cell, task->type, task->load != NULL);
	if (!ret)
		ret = pb_region_make(cell, task->type, &task->region);
	if (!ret)
		ret = request_make(task);
	if (!ret)
		ret = pb_outcome_init(&task->outcome, cell->nr_threads, cell->nr_samples,
				      nr_twice(task), cell->nr_ops > 0);
	return ret;
}

void pb_task_done(struct pb_task *task)
{
	for (size_t i = 0; i < task->nr_memories; i++)
		pb_memory_release(&task->memories[i]);
	free(task->memories);
	pb_outcome_done(&task->outcome);
	*task = (struct pb_task){ 0 };
}

static struct pb_memory_proof proof;

int pb_task_verify(const struct pb_task *task, const struct pb_memory *memory)
{
	return pb_memory_prove(task->type, memory, &proof);
}

const struct pb_memory_proof *pb_task_proof(void)
{
	return &proof;
}

int pb_task_memory(struct pb_task *task)
{
	bool private = task->cell->sharing == PB_SHARING_PRIVATE;
	size_t nr = private ? task->cell->nr_threads : 1;
	int ret = 0;

	task->memories = calloc(nr, sizeof(*task->memories));
	if (!task->memories)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < nr && !ret; i++) {
		task->nr_memories++;
		ret = task->type->prepare(&task->memories[i], task->region.nr_pages);
		if (!ret)
			ret = pb_task_verify(task, &task->memories[i]);
	}
	return ret;
}

void *pb_task_addr(const struct pb_task *task, uint32_t worker)
{
	size_t call_bytes = task->cell->nr_pages * (size_t)sysconf(_SC_PAGESIZE);

	if (task->cell->sharing == PB_SHARING_PRIVATE)
		return task->memories[worker].addr;
	if (task->cell->sharing == PB_SHARING_PAGE)
		return task->memories[0].addr;
	return (char *)task->memories[0].addr + worker * call_bytes;
}

int pb_task_run(const struct pb_task *task, struct pb_run *run)
{
	const struct pb_cell *cell = task->cell;
	int code;

	if (!ioctl(task->context->device, PB_IOC_RUN, run))
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
		       cell->strategy, pb_memory_name(cell->memory),
		       (unsigned long long)cell->nr_pages, strerror(-code));
}

/* Tells a plugin that watches the guest which cell the next run is for, the highest bit first. */
void pb_task_mark(uint32_t index)
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
static int pages_warm(const struct pb_task *task, uint32_t worker)
{
	uint64_t nr_calls = task->region.stride_pages
				    ? task->region.region_pages / task->region.stride_pages
				    : 1;
	struct pb_sample sample;
	int ret = 0;

	pb_task_mark(PB_MARK_NO_CELL);
	for (int i = 0; i < WARM_ROUNDS && !ret; i++) {
		struct pb_run warm = task->request;

		warm.addr = (uintptr_t)pb_task_addr(task, worker);
		warm.samples = (uintptr_t)&sample;
		warm.flags &= PB_RUN_WRITE | PB_RUN_IRQS_OFF;
		warm.nr_samples = 1;
		warm.nr_ops = 0;
		warm.nr_warmup = (uint32_t)(WARM_CALLS * nr_calls - 1);
		ret = pb_task_run(task, &warm);
		if (!ret)
			ret = pb_memory_drain();
	}
	return ret;
}

int pb_task_warm(const struct pb_task *task)
{
	int ret = 0;

	for (uint32_t worker = 0; worker < task->cell->nr_threads && !ret; worker++)
		ret = pages_warm(task, worker);
	return ret;
}
