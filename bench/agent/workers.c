// SPDX-License-Identifier: GPL-2.0-only
/*
 * workers - one run by as many threads as a cell wants, each on a CPU of its own, beside its load.
 * Why: the device makes threads start and count together; who they are and where is decided here.
 */
#include "bench/agent/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/agent/pace.h"
#include "common/err.h"
#include "kmods/uapi/mark.h"

struct worker {
	struct pb_task *task;
	struct pb_run run;
	struct pb_run_histogram *histogram; /* its own; NULL: none is wanted */
	uint32_t cpu;
	uint64_t nr_faults; /* that its calls took */
	pthread_t thread;
	bool started;
	int code;
	char *message;
};

static void workers_free(struct worker *workers, uint32_t nr)
{
	for (uint32_t i = 0; workers && i < nr; i++) {
		free(workers[i].histogram);
		free(workers[i].message);
	}
	free(workers);
}

static int worker_init(struct worker *worker, struct pb_task *task, uint32_t index, uint32_t group)
{
	const struct pb_outcome *outcome = &task->outcome;

	*worker = (struct worker){
		.task = task,
		.run = task->request,
		.cpu = task->context->cpus[index],
	};
	worker->run.addr = (uintptr_t)pb_task_addr(task, index);
	worker->run.samples = (uintptr_t)&outcome->samples[(size_t)index * outcome->nr_samples];
	worker->run.group = group;
	worker->run.worker = index;
	if (!outcome->acquire)
		return 0;
	worker->histogram = calloc(1, sizeof(*worker->histogram));
	if (!worker->histogram)
		return pb_fail(-ENOMEM, "out of memory");
	worker->histogram->size = sizeof(*worker->histogram);
	worker->run.histogram = (uintptr_t)worker->histogram;
	return 0;
}

/* Those that its calls take inside the kernel are the thread's own, too. */
static uint64_t faults_of_thread(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_THREAD, &usage))
		return 0;
	return (uint64_t)usage.ru_minflt + (uint64_t)usage.ru_majflt;
}

/* A thread's message is its own: it is taken along. */
static void worker_run(struct worker *worker)
{
	uint64_t before = faults_of_thread();

	worker->code = pb_task_run(worker->task, &worker->run);
	worker->nr_faults = faults_of_thread() - before;
	if (worker->code)
		worker->message = strdup(pb_fail_message(worker->code));
}

static void *worker_main(void *data)
{
	struct worker *worker = data;
	cpu_set_t own;

	CPU_ZERO(&own);
	CPU_SET(worker->cpu, &own);
	if (sched_setaffinity(0, sizeof(own), &own)) {
		worker->code =
			pb_fail(-errno, "cannot stay on CPU %u: %s", worker->cpu, strerror(errno));
		worker->message = strdup(pb_fail_message(worker->code));
		return NULL;
	}
	worker_run(worker);
	return NULL;
}

static int group_make(const struct pb_task *task, uint32_t *ret_group)
{
	struct pb_group group = {
		.size = sizeof(group),
		.nr_workers = task->cell->nr_threads,
		.flags = task->context->late_us ? PB_GROUP_LATE : 0,
		.delay_us = task->context->late_us,
	};

	if (ioctl(task->context->device, PB_IOC_GROUP, &group))
		return pb_fail(-errno, "cannot make a group of %u threads: %s",
			       task->cell->nr_threads, strerror(errno));
	*ret_group = group.handle;
	return 0;
}

static void group_drop(const struct pb_task *task, uint32_t group)
{
	struct pb_group_drop drop = { .size = sizeof(drop), .handle = group };

	/* ENOENT: a load that gave up has dropped it. */
	if (group)
		(void)ioctl(task->context->device, PB_IOC_GROUP_DROP, &drop);
}

/* The first that failed by itself; else the first that failed at all. */
static int workers_code(struct worker *workers, uint32_t nr)
{
	const struct worker *first = NULL;

	for (uint32_t i = 0; i < nr; i++)
		if (workers[i].code && (!first || first->code == -ECANCELED))
			first = &workers[i];
	if (!first)
		return 0;
	return pb_fail(first->code, "%s", first->message ? first->message : strerror(-first->code));
}

/* One worker is this very thread, which is where it should be already. */
static int workers_go(struct worker *workers, uint32_t nr, uint32_t group)
{
	if (nr == 1) {
		worker_run(&workers[0]);
		return workers_code(workers, nr);
	}
	for (uint32_t i = 0; i < nr; i++) {
		int code = pthread_create(&workers[i].thread, NULL, worker_main, &workers[i]);

		workers[i].started = !code;
		if (!code)
			continue;
		workers[i].code = pb_fail(-code, "cannot start a thread: %s", strerror(code));
		workers[i].message = strdup(pb_fail_message(-code));
		group_drop(workers[i].task, group); /* the others must not wait for it */
		break;
	}
	for (uint32_t i = 0; i < nr; i++)
		if (workers[i].started)
			pthread_join(workers[i].thread, NULL);
	return workers_code(workers, nr);
}

static int workers_make(struct pb_task *task, uint32_t group, struct worker **ret_workers)
{
	uint32_t nr = task->cell->nr_threads;
	struct worker *workers = calloc(nr, sizeof(*workers));
	int ret = workers ? 0 : pb_fail(-ENOMEM, "out of memory");

	for (uint32_t i = 0; i < nr && !ret; i++)
		ret = worker_init(&workers[i], task, i, group);
	if (ret)
		workers_free(workers, nr);
	else
		*ret_workers = workers;
	return ret;
}

/*
 * Brings the kernel's per-CPU counts into its global ones: how far each is from that is left of
 * whatever ran before, and decides in which call the next of them comes in.
 */
static void counters_refresh(const struct pb_task *task)
{
	_cleanup_close_ int fd = -1;

	if (!task->context->plan->record)
		return;
	fd = open("/proc/sys/vm/stat_refresh", O_WRONLY | O_CLOEXEC);
	if (fd >= 0 && write(fd, "1", 1) < 0)
		errno = 0; /* kernels that find a count below zero say so, and have refreshed it */
}

static int workers_run(struct pb_task *task, uint32_t group)
{
	uint32_t nr = task->cell->nr_threads;
	struct worker *workers;
	int ret = workers_make(task, group, &workers);

	if (ret)
		return ret;
	counters_refresh(task);
	pb_task_mark(task->cell->index);
	ret = workers_go(workers, nr, group);
	if (task->context->plan->record)
		pb_task_mark(PB_MARK_NO_CELL); /* the recording is whole */
	for (uint32_t i = 0; i < nr; i++) {
		pb_outcome_add(&task->outcome, &workers[i].run, workers[i].histogram);
		task->outcome.nr_faults += workers[i].nr_faults;
	}
	workers_free(workers, nr);
	return ret;
}

/* On one CPU a call must follow its operation at once: what was woken goes first. */
static int turn_set(int policy)
{
	const struct sched_param param = { .sched_priority = policy == SCHED_FIFO };

	if (sched_setscheduler(0, policy, &param))
		return pb_fail(-errno, "cannot set the scheduling of the calls: %s",
			       strerror(errno));
	return 0;
}

/*
 * The load runs on a CPU that no worker has, if there is one: the next of the list, or any other.
 */
static void pace_place(struct pb_pace *pace, const struct pb_task *task)
{
	const struct pb_context *context = task->context;
	uint32_t nr_workers = task->cell->nr_threads;

	pace->cpus = context->allowed;
	if (nr_workers < context->nr_cpus) {
		CPU_ZERO(&pace->cpus);
		CPU_SET(context->cpus[nr_workers], &pace->cpus);
		return;
	}
	for (uint32_t i = 0; i < nr_workers; i++)
		CPU_CLR(context->cpus[i], &pace->cpus);
	if (!CPU_COUNT(&pace->cpus))
		pace->cpus = context->allowed;
}

static int paced_run(struct pb_task *task, uint32_t group, struct pb_pace *pace)
{
	int ret = pb_pace_start(pace), stopped;

	if (ret)
		return ret;
	if (task->request.flags & PB_RUN_PACED)
		ret = turn_set(SCHED_FIFO);
	if (!ret)
		ret = workers_run(task, group);
	if (task->request.flags & PB_RUN_PACED) {
		int back = turn_set(SCHED_OTHER);

		ret = ret ? ret : back;
	}
	/* Why the load gave up says more than that the run was cancelled for it. */
	if (!ret || ret == -ECANCELED || ret == -ENOENT) {
		stopped = pb_pace_stop(pace);
		ret = stopped ? stopped : ret;
	} else {
		_cleanup_free_ char *message = strdup(pb_fail_message(ret));

		stopped = pb_pace_stop(pace);
		ret = pb_fail(ret, "%s", message ? message : strerror(-ret));
	}
	task->outcome.loaded = true;
	task->outcome.load = pace->tally;
	return ret;
}

static int loaded_run(struct pb_task *task, uint32_t group)
{
	struct pb_pace pace = {
		.rate = task->load_rate,
		.device = task->context->device,
		.group = task->request.flags & PB_RUN_PACED ? group : 0,
	};
	int ret = pb_pace_open(&pace, task->load, task->memories, task->nr_memories,
			       pb_memory_name(task->cell->memory));
	int closed;

	if (ret)
		return ret;
	pace_place(&pace, task);
	ret = paced_run(task, group, &pace);
	closed = pb_pace_close(&pace);
	return ret ? ret : closed;
}

int pb_workers_run(struct pb_task *task)
{
	uint32_t group = 0;
	int ret = 0;

	if (task->load && CPU_COUNT(&task->context->allowed) == 1)
		task->request.flags |= PB_RUN_PACED;
	if (task->cell->nr_threads > 1 || task->request.flags & PB_RUN_PACED)
		ret = group_make(task, &group);
	if (ret)
		return ret;
	ret = task->load ? loaded_run(task, group) : workers_run(task, group);
	group_drop(task, group);
	return ret;
}
