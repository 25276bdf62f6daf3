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

#include "bench/agent/batch.h"
#include "bench/agent/fault.h"
#include "bench/agent/task.h"
#include "bench/agent/watch.h"
#include "bench/agent/workers.h"
#include "common/err.h"
#include "common/str.h"
#include "kmods/uapi/mark.h"

/* The kernel's no: a result. Everything else that it may answer is a failure. */
static bool is_refusal(const struct pb_cell *cell, const struct pb_memory_type *type, int code)
{
	if (code == -EFAULT) /* the pages are there, so it is what must not be held, or not so */
		return type->special ||
		       strncmp(cell->strategy, "longterm", strlen("longterm")) == 0;
	return code == -EOPNOTSUPP || code == -EPERM || code == -E2BIG;
}

static int symbol_get(const struct pb_context *context, uint32_t id, struct pb_cell_result *result)
{
	struct pb_strategy_info info = { .size = sizeof(info), .strategy = id };

	if (ioctl(context->device, PB_IOC_STRATEGY_INFO, &info))
		return pb_fail(-errno, "cannot ask '%s' for a strategy: %s", PB_DEVICE,
			       strerror(errno));
	info.symbol[sizeof(info.symbol) - 1] = '\0';
	if (!*info.symbol)
		return 0;
	result->symbol = strdup(info.symbol);
	return result->symbol ? 0 : pb_fail(-ENOMEM, "out of memory");
}

/* @verified: what became of the memory meanwhile, 0 or -errno with its message standing. */
static int samples_keep(const struct pb_task *task, int verified, struct pb_cell_result *result)
{
	int ret = 0;

	if (verified)
		ret = pb_cell_result_end(
			result, PB_CELL_FAILED,
			pb_fail_in(verified, "the memory changed while it was measured"));
	else
		result->state = PB_CELL_MEASURED;
	if (!ret)
		ret = pb_outcome_result(&task->outcome, task->context->plan, result);
	return ret ? ret : symbol_get(task->context, task->request.strategy, result);
}

/* A second, short run whose windows hold two operations each. */
static int twice_run(struct pb_task *task)
{
	struct pb_run run = task->request;
	int ret;

	if (!task->outcome.nr_twice)
		return 0;
	pb_task_mark(PB_MARK_NO_CELL);
	run.addr = (uintptr_t)pb_task_addr(task, 0);
	run.samples = (uintptr_t)task->outcome.twice;
	run.nr_samples = task->outcome.nr_twice;
	run.nr_ops = 0;
	run.flags |= PB_RUN_TWICE;
	ret = pb_task_run(task, &run);
	return ret ? pb_fail_in(ret, "two calls in a window") : 0;
}

/* So many calls in a row that the device gave up are the kernel's no, too. */
static int failures_tell(const struct pb_task *task, int code)
{
	struct pb_failure most = pb_outcome_failure(&task->outcome);

	if (code != -EOVERFLOW || !most.error)
		return code;
	return pb_fail(-EOPNOTSUPP, "%u calls in a row failed under load '%s', most with: %s",
		       PB_MAX_FAILURES, pb_cell_axis(task->cell, PB_AXIS_LOAD),
		       strerror((int)most.error));
}

static int task_run(struct pb_task *task)
{
	int ret;

	if (task->cell->residency == PB_RESIDENCY_FAULT)
		return pb_batches_run(task);
	ret = pb_task_warm(task);
	if (!ret)
		ret = pb_workers_run(task);
	if (ret)
		return failures_tell(task, ret);
	return twice_run(task);
}

/*
 * Is the memory still what the cell says? A load takes pages away, and they are brought back first;
 * where it made other memory of them, what was timed is not this cell.
 */
static int memory_verify(const struct pb_task *task)
{
	int ret = 0;

	if (task->cell->residency == PB_RESIDENCY_FAULT)
		return 0; /* it was, batch by batch */
	for (size_t i = 0; i < task->nr_memories && !ret; i++) {
		struct pb_memory *memory = &task->memories[i];

		if (task->load)
			ret = pb_memory_refill(task->type, memory);
		if (!ret)
			ret = pb_task_verify(task, memory);
	}
	if (!ret || !task->load || ret == -EOPNOTSUPP)
		return ret;
	ret = pb_fail_in(ret, "load '%s' makes other memory of '%s'",
			 pb_cell_axis(task->cell, PB_AXIS_LOAD),
			 pb_memory_name(task->cell->memory));
	return pb_fail(-EOPNOTSUPP, "%s", strdupa(pb_fail_message(ret)));
}

/* Further passes of plain calls; what a cell has beyond those cannot be counted around. */
static int counters_take(const struct pb_task *task, struct pb_cell_result *result)
{
	struct pb_run run = task->request;

	run.addr = (uintptr_t)pb_task_addr(task, 0);
	run.nr_ops = 0;
	return pb_counting_cell(task->context->counting, task->context->device, task->cell, &run,
				result);
}

static int task_measure(struct pb_task *task, struct pb_cell_result *result)
{
	int ret = task_run(task);

	if (ret)
		return pb_cell_result_end(result,
					  is_refusal(task->cell, task->type, ret) ? PB_CELL_REFUSED
										  : PB_CELL_FAILED,
					  ret);
	ret = memory_verify(task);
	if (ret == -EOPNOTSUPP) /* turned into other memory: what was timed is not this cell */
		return pb_cell_result_end(result, PB_CELL_REFUSED, ret);
	ret = samples_keep(task, ret, result);
	if (ret || result->state != PB_CELL_MEASURED)
		return ret;
	pb_task_mark(PB_MARK_NO_CELL);
	return counters_take(task, result);
}

static int cell_run(const struct pb_context *context, const struct pb_cell *cell,
		    struct pb_cell_result *result)
{
	pb_cleanup(pb_task_done) struct pb_task task;
	int ret = pb_task_init(&task, context, cell);

	if (ret)
		return pb_cell_result_end(result, ret == -ENOMEM ? PB_CELL_FAILED : PB_CELL_REFUSED,
					  ret);
	ret = pb_task_memory(&task);
	if (ret)
		return pb_cell_result_end(
			result, ret == -EOPNOTSUPP ? PB_CELL_REFUSED : PB_CELL_FAILED, ret);
	return task_measure(&task, result);
}

/* What was measured stays in the result, but it failed. */
static int aftermath_check(const struct pb_context *context, struct pb_cell_result *result)
{
	pb_cleanup(pb_buf_done) struct pb_buf log = { 0 };
	int ret = pb_watch_pins();

	if (ret)
		ret = pb_cell_result_end(result, PB_CELL_FAILED, ret);
	if (!ret)
		ret = pb_watch_log(context->kmsg, &log);
	if (ret || !log.len_bytes)
		return ret;
	free(result->detail);
	result->detail = pb_steal(log.data);
	return pb_cell_result_end(result, PB_CELL_FAILED,
				  pb_fail(-EIO, "the kernel logged a warning during the cell"));
}

int pb_measure(const struct pb_context *context, const struct pb_cell *cell,
	       struct pb_cell_result *result)
{
	int ret;

	result->cell = *cell;
	ret = cell_run(context, cell, result);
	if (!ret && context->plan->fault != PB_FAULT_NONE &&
	    context->plan->fault_cell == cell->index)
		ret = pb_fault_make(context->plan->fault);
	return ret ? ret : aftermath_check(context, result);
}
