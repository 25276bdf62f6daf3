// SPDX-License-Identifier: GPL-2.0-only
/*
 * request - one request, for the most part nearly right: a good one in which little is changed.
 * Why: what is wrong in every field is refused by the first check and reaches nothing behind it.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/guest/kfuzz/kfuzz.h"

const char *const kind_names[NR_KINDS] = {
	[KIND_INFO] = "INFO",
	[KIND_STRATEGY_INFO] = "STRATEGY_INFO",
	[KIND_RUN] = "RUN",
	[KIND_HOLD] = "HOLD",
	[KIND_DROP] = "DROP",
	[KIND_GROUP] = "GROUP",
	[KIND_GROUP_DROP] = "GROUP_DROP",
	[KIND_STEP] = "STEP",
	[KIND_OTHER] = "other numbers",
};

static const unsigned long commands[NR_KINDS] = {
	[KIND_INFO] = PB_IOC_INFO,
	[KIND_STRATEGY_INFO] = PB_IOC_STRATEGY_INFO,
	[KIND_RUN] = PB_IOC_RUN,
	[KIND_HOLD] = PB_IOC_HOLD,
	[KIND_DROP] = PB_IOC_DROP,
	[KIND_GROUP] = PB_IOC_GROUP,
	[KIND_GROUP_DROP] = PB_IOC_GROUP_DROP,
	[KIND_STEP] = PB_IOC_STEP,
};

union request {
	uint32_t size;
	struct pb_info info;
	struct pb_strategy_info strategy_info;
	struct pb_run run;
	struct pb_hold hold;
	struct pb_drop drop;
	struct pb_group group;
	struct pb_group_drop group_drop;
	struct pb_step step;
	uint32_t words[sizeof(struct pb_run) / 4];
	uint64_t longs[sizeof(struct pb_run) / 8];
};

static const uint32_t strategies[] = {
#define PB_STRATEGY(id, ident, name, floor, family, symbols, summary) id,
#include "kmods/uapi/strategies.def"
#undef PB_STRATEGY
};

static uint32_t strategy_any(struct chance *chance)
{
	return strategies[chance_below(chance, sizeof(strategies) / sizeof(*strategies))];
}

/* Few for the most part: a guest's memory is small, and what is held stays held. */
static uint64_t nr_pages_any(struct chance *chance)
{
	static const uint64_t sizes[] = { 1, 1, 2, 15, 16, 17, 64, 511, 512, 513, 1024 };

	if (chance_one_in(chance, 200))
		return 1 + chance_below(chance, PB_MAX_PAGES);
	return sizes[chance_below(chance, sizeof(sizes) / sizeof(*sizes))];
}

static uint32_t handle_any(struct chance *chance, atomic_uint *handles)
{
	if (chance_one_in(chance, 12))
		return (uint32_t)chance_edge(chance);
	return atomic_load(&handles[chance_below(chance, NR_HANDLES)]);
}

/* Where results go: for the most part a place that is this thread's own. */
static uint64_t results_any(struct thread *thread, size_t offset)
{
	struct chance *chance = &thread->chance;

	if (chance_one_in(chance, 30))
		return space_nowhere(chance);
	if (chance_one_in(chance, 30)) /* what others unmap and protect meanwhile */
		return space_pages(chance) + chance_below(chance, 4096);
	return (uintptr_t)space_results(thread) + offset;
}

static uint32_t nr_samples_any(struct chance *chance)
{
	if (chance_one_in(chance, 400)) /* until somebody kills it */
		return PB_MAX_SAMPLES;
	return 1 + (uint32_t)chance_below(chance, 24);
}

static void histogram_ask(struct thread *thread, struct pb_run *run)
{
	struct pb_run_histogram *histogram =
		(void *)((char *)space_results(thread) + RESULT_BYTES / 2);

	histogram->size = sizeof(*histogram);
	histogram->pad = 0;
	run->histogram = results_any(thread, RESULT_BYTES / 2);
	if (chance_one_in(&thread->chance, 2))
		run->nr_ops = run->nr_samples + (uint32_t)chance_below(&thread->chance, 64);
	else if (chance_one_in(&thread->chance, 200))
		run->nr_ops = PB_MAX_OPS;
}

static void run_group(struct thread *thread, struct pb_run *run)
{
	run->group = handle_any(&thread->chance, thread->process->groups);
	run->worker = (uint32_t)chance_below(&thread->chance, 2);
	if (chance_one_in(&thread->chance, 4))
		run->flags |= PB_RUN_PACED;
}

static void run_fill(struct thread *thread, struct pb_run *run)
{
	static const uint32_t flags[] = {
		0, 0, PB_RUN_HOLD, PB_RUN_TWICE, PB_RUN_TOLERATE, PB_RUN_IRQS_OFF
	};
	struct chance *chance = &thread->chance;

	*run = (struct pb_run){
		.size = sizeof(*run),
		.strategy = strategy_any(chance),
		.addr = space_pages(chance),
		.nr_pages = nr_pages_any(chance),
		.nr_samples = nr_samples_any(chance),
		.nr_warmup = (uint32_t)chance_below(chance, 3),
		.release = PB_RELEASE_PLAIN +
			   (uint32_t)chance_below(chance, 2) * (uint32_t)chance_below(chance, 4),
		.flags = flags[chance_below(chance, sizeof(flags) / sizeof(*flags))],
	};
	run->samples = results_any(thread, 0);
	if (run->nr_samples * sizeof(struct pb_sample) > RESULT_BYTES / 2)
		run->samples = space_pages(chance);
	if (chance_one_in(chance, 2))
		run->flags |= PB_RUN_WRITE;
	if (chance_one_in(chance, 3)) {
		run->region_pages = 1 + chance_below(chance, 1024);
		run->stride_pages = 1 + chance_below(chance, run->region_pages);
	}
	if (chance_one_in(chance, 4))
		histogram_ask(thread, run);
	if (chance_one_in(chance, 8))
		run_group(thread, run);
}

static void group_fill(struct chance *chance, struct pb_group *group)
{
	*group = (struct pb_group){
		.size = sizeof(*group),
		.nr_workers = 1 + (uint32_t)chance_below(chance, 2),
	};
	if (chance_one_in(chance, 4)) {
		group->flags = PB_GROUP_LATE;
		group->delay_us = 1 + (uint32_t)chance_below(chance, 1000);
	}
}

/* Returns the size of what was filled in. */
static size_t request_fill(struct thread *thread, enum kind kind, union request *request)
{
	struct process *process = thread->process;
	struct chance *chance = &thread->chance;

	switch (kind) {
	case KIND_STRATEGY_INFO:
		request->strategy_info.strategy = strategy_any(chance);
		return sizeof(request->strategy_info);
	case KIND_RUN:
		run_fill(thread, &request->run);
		return sizeof(request->run);
	case KIND_HOLD:
		request->hold.strategy = strategy_any(chance);
		request->hold.addr = space_pages(chance);
		request->hold.nr_pages = nr_pages_any(chance);
		request->hold.flags = chance_one_in(chance, 2) ? PB_RUN_WRITE : 0;
		return sizeof(request->hold);
	case KIND_DROP:
		request->drop.handle = handle_any(chance, process->held);
		return sizeof(request->drop);
	case KIND_GROUP:
		group_fill(chance, &request->group);
		return sizeof(request->group);
	case KIND_GROUP_DROP:
		request->group_drop.handle = handle_any(chance, process->groups);
		return sizeof(request->group_drop);
	case KIND_STEP:
		request->step.group = handle_any(chance, process->groups);
		return sizeof(request->step);
	default:
		return sizeof(request->info);
	}
}

/* One field, or two, of 32 bits or 64, or the address of what is to be acquired. */
static void request_spoil(struct chance *chance, union request *request, size_t size)
{
	for (uint64_t nr = 1 + chance_below(chance, 2); nr; nr--) {
		if (chance_one_in(chance, 2))
			request->words[chance_below(chance, size / 4)] =
				(uint32_t)chance_edge(chance);
		else if (chance_one_in(chance, 3) && size >= sizeof(struct pb_hold))
			request->hold.addr = space_nowhere(chance);
		else
			request->longs[chance_below(chance, size / 8)] = chance_edge(chance);
	}
}

/*
 * Where the request itself stands: on the stack, or across the end of what is mapped, or nowhere.
 * What is returned may be unmapped by another thread at any time.
 */
static void *request_place(struct thread *thread, union request *request, size_t size)
{
	struct chance *chance = &thread->chance;
	int pipes[2];
	char *place;

	if (!chance_one_in(chance, 16))
		return request;
	if (chance_one_in(chance, 2))
		return (void *)(uintptr_t)space_nowhere(chance);
	place = (char *)(uintptr_t)space_pages(chance) - chance_below(chance, size + 1);
	/* Copied by the kernel, which says EFAULT where a memcpy() would end the process. */
	if (!pipe2(pipes, O_CLOEXEC)) {
		if (write(pipes[1], request, size) == (ssize_t)size &&
		    read(pipes[0], place, size) < 0)
			place = NULL;
		close(pipes[0]);
		close(pipes[1]);
	}
	return place;
}

/* Fails this thread's n-th allocation from now on, where the kernel can (FAULT_INJECTION). */
static void allocation_fail(struct thread *thread)
{
	static _Atomic bool absent;
	char text[3] = { '1' + (char)chance_below(&thread->chance, 9), '\n' };
	int fd;

	if (atomic_load(&absent))
		return;
	fd = open("/proc/thread-self/fail-nth", O_WRONLY | O_CLOEXEC);
	if (fd < 0) {
		atomic_store(&absent, errno == ENOENT);
		return;
	}
	if (write(fd, text, 2) == 2)
		atomic_fetch_add(&thread->process->tally->injected, 1);
	close(fd);
}

static void allocation_spare(void)
{
	int fd = open("/proc/thread-self/fail-nth", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, "0\n", 2) != 2)
		(void)errno; /* nothing was to fail any more */
	close(fd);
}

static void handle_keep(struct thread *thread, const char *what, uint32_t handle, uint32_t *last,
			atomic_uint *handles)
{
	/* One thread's handles of one file go up: none is 0, and none comes twice. */
	if (!handle || handle <= *last)
		broken(thread->process->tally, "%s: handle %u after handle %u of one file", what,
		       handle, *last);
	*last = handle;
	atomic_store(&handles[chance_below(&thread->chance, NR_HANDLES)], handle);
}

/* What a request that was granted promises. @generation: of the file, before it was made. */
static void result_check(struct thread *thread, enum kind kind, const union request *request,
			 unsigned int generation)
{
	struct process *process = thread->process;

	if (kind == KIND_RUN && request->run.nr_done != request->run.nr_samples)
		broken(process->tally, "RUN: granted, but %u samples of %u", request->run.nr_done,
		       request->run.nr_samples);
	if (generation != atomic_load(&process->generation) || generation & 1)
		return; /* opened anew meanwhile: nobody knows which file it was */
	if (generation != thread->generation) {
		thread->generation = generation;
		thread->last_held = thread->last_group = 0;
	}
	if (kind == KIND_HOLD)
		handle_keep(thread, "HOLD", request->hold.handle, &thread->last_held,
			    process->held);
	if (kind == KIND_GROUP)
		handle_keep(thread, "GROUP", request->group.handle, &thread->last_group,
			    process->groups);
}

/*
 * Some numbers (FIGETBSZ is 2, FIOCLEX, FIONBIO) the kernel answers for any file, before it asks a
 * device. Whether this is one of them: a device that has no requests of its own grants it, too.
 */
static bool is_of_every_file(unsigned long command, void *place)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	bool granted = fd >= 0 && !ioctl(fd, command, place);

	if (fd >= 0)
		close(fd);
	return granted;
}

void request_make(struct thread *thread, enum kind kind)
{
	struct process *process = thread->process;
	struct chance *chance = &thread->chance;
	unsigned int generation = atomic_load(&process->generation);
	unsigned long command = kind == KIND_OTHER ? chance_next(chance) >> chance_below(chance, 64)
						   : commands[kind];
	union request request = { 0 };
	size_t size = request_fill(thread, kind, &request);
	bool fails = chance_one_in(chance, 10);
	void *place;
	int ret;

	request.size = (uint32_t)size;
	if (chance_one_in(chance, 3))
		request_spoil(chance, &request, size);
	place = request_place(thread, &request, size);
	if (fails)
		allocation_fail(thread);
	ret = ioctl(atomic_load(&process->fd), command, place);
	if (fails)
		allocation_spare();
	if (!ret && kind == KIND_OTHER && is_of_every_file(command, place))
		return;
	atomic_fetch_add(ret ? &process->tally->refused[kind] : &process->tally->done[kind], 1);
	if (!ret && place == &request)
		result_check(thread, kind, &request, generation);
}
