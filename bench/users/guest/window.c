// SPDX-License-Identifier: GPL-2.0-only
/*
 * window - one call of a user between two timestamps.
 * Why: the markers tell a profiler outside which instructions the clock counted.
 */
#include "bench/users/guest/window.h"

#include <errno.h>
#include <sys/resource.h>

#include "kmods/uapi/mark.h"

struct switches {
	long slept, preempted;
};

static inline uint64_t clock_now(void)
{
#if defined(__x86_64__)
	uint32_t low, high;

	/* Under icount nothing runs ahead of it. */
	asm volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
#else
	return 0;
#endif
}

static struct switches switches_now(void)
{
	struct rusage usage = { 0 };

	getrusage(RUSAGE_THREAD, &usage);
	return (struct switches){ usage.ru_nvcsw, usage.ru_nivcsw };
}

/* Does this window count? */
static bool samples_take(struct pb_guest_samples *samples, const struct switches *before,
			 uint64_t ticks)
{
	const struct switches after = switches_now();
	bool slept = after.slept != before->slept;

	if (!samples || samples->nr == PB_WINDOW_SAMPLES_MAX)
		return false;
	if (slept || after.preempted != before->preempted) {
		*(slept ? &samples->nr_slept : &samples->nr_preempted) += 1;
		return false;
	}
	samples->ticks[samples->nr++] = ticks;
	return true;
}

int pb_guest_acquire(struct pb_guest_use *use, pb_guest_call call, struct pb_guest_samples *samples)
{
	const struct switches before = switches_now();
	uint64_t begin, end;
	int code;

	pb_mark(PB_MARK_ACQUIRE_BEGIN);
	begin = clock_now();
	code = call(use);
	end = clock_now();
	if (samples_take(code ? NULL : samples, &before, end - begin))
		pb_mark(PB_MARK_ACQUIRE_END);
	else
		pb_mark(PB_MARK_DROP);
	return code;
}

int pb_guest_release(struct pb_guest_use *use, pb_guest_call call, struct pb_guest_samples *samples)
{
	const struct switches before = switches_now();
	uint64_t begin, end;
	int code;

	pb_mark(PB_MARK_RELEASE_BEGIN);
	begin = clock_now();
	code = call(use);
	end = clock_now();
	if (samples_take(code ? NULL : samples, &before, end - begin))
		pb_mark(PB_MARK_RELEASE_END);
	else
		pb_mark(PB_MARK_DROP);
	return code;
}

static int nothing(struct pb_guest_use *use)
{
	(void)use;
	return 0;
}

uint64_t pb_guest_harness(struct pb_guest_use *use, unsigned int nr)
{
	struct pb_guest_samples samples = { 0 };
	uint64_t least = UINT64_MAX;

	for (unsigned int i = 0; i < nr; i++)
		(void)!pb_guest_acquire(use, nothing, &samples);
	for (uint32_t i = 0; i < samples.nr; i++)
		if (samples.ticks[i] < least)
			least = samples.ticks[i];
	return samples.nr ? least : 0;
}
