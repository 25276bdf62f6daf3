// SPDX-License-Identifier: GPL-2.0-only
/*
 * pace - a load's thread: one operation after the other, at the rate of the machine's clock.
 * Why: on one CPU every sample then follows exactly one operation, and two boots give the same.
 */
#include "bench/agent/pace.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "common/err.h"
#include "kmods/uapi/pinbench.h"

enum { MAX_ERRORS = 16 }; /* in a row, before a load gives up */

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void sleep_until(uint64_t ns)
{
	const struct timespec then = {
		.tv_sec = (time_t)(ns / 1000000000),
		.tv_nsec = (long)(ns % 1000000000),
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &then, NULL) == EINTR)
		;
}

/* Nobody waits any more: ECANCELED, and the run is over. */
static int step_tell(const struct pb_pace *pace)
{
	struct pb_step step = { .size = sizeof(step), .group = pace->group };

	if (!pace->group || !ioctl(pace->device, PB_IOC_STEP, &step))
		return 0;
	return -errno;
}

/* Whoever waits for the next operation must not wait for it in vain. */
static void give_up(struct pb_pace *pace, int code)
{
	struct pb_group_drop drop = { .size = sizeof(drop), .handle = pace->group };

	pace->code = code;
	pace->message = strdup(pb_fail_message(code));
	if (pace->group)
		(void)ioctl(pace->device, PB_IOC_GROUP_DROP, &drop);
}

static int operation_make(struct pb_pace *pace)
{
	int ret = 0;

	for (size_t i = 0; i < pace->nr_uses && !ret; i++)
		ret = pb_load_step(&pace->uses[i]);
	return ret;
}

static void *pace_main(void *data)
{
	struct pb_pace *pace = data;
	const uint64_t period_ns = 1000000000 / pace->rate, begin_ns = now_ns();
	uint64_t next_ns = begin_ns + period_ns;
	unsigned int nr_errors = 0;

	sched_setaffinity(0, sizeof(pace->cpus), &pace->cpus);
	while (!atomic_load_explicit(&pace->stop, memory_order_relaxed)) {
		int code;

		sleep_until(next_ns);
		if (atomic_load_explicit(&pace->stop, memory_order_relaxed))
			break; /* nobody would see another one's effect */
		next_ns = now_ns() > next_ns + period_ns ? now_ns() : next_ns + period_ns;
		code = operation_make(pace);
		if (code) {
			pace->tally.nr_errors++;
			if (++nr_errors < MAX_ERRORS && code != -EOPNOTSUPP)
				continue;
			give_up(pace, code);
			break;
		}
		nr_errors = 0;
		pace->tally.nr_steps++;
		pace->tally.elapsed_ns = now_ns() - begin_ns;
		if (step_tell(pace))
			break;
	}
	return NULL;
}

int pb_pace_open(struct pb_pace *pace, const struct pb_load_action *action,
		 const struct pb_memory *memories, size_t nr, const char *name)
{
	int ret = 0, closed;

	nr = action->whole ? 1 : nr;
	pace->action = action;
	pace->uses = calloc(nr, sizeof(*pace->uses));
	if (!pace->uses)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < nr && !ret; i++) {
		ret = pb_load_open(&pace->uses[i], action, &memories[i], name);
		pace->nr_uses += !ret;
	}
	if (!ret)
		return 0;
	closed = pb_pace_close(pace);
	return closed ? closed : ret;
}

int pb_pace_close(struct pb_pace *pace)
{
	int ret = 0;

	for (size_t i = 0; i < pace->nr_uses; i++) {
		int code = pb_load_close(&pace->uses[i]);

		ret = ret ? ret : code;
	}
	free(pb_steal(pace->uses));
	pace->nr_uses = 0;
	return ret;
}

int pb_pace_start(struct pb_pace *pace)
{
	int code = pthread_create(&pace->thread, NULL, pace_main, pace);

	return code ? pb_fail(-code, "cannot start a load's thread: %s", strerror(code)) : 0;
}

int pb_pace_stop(struct pb_pace *pace)
{
	int ret;

	atomic_store_explicit(&pace->stop, true, memory_order_relaxed);
	pthread_join(pace->thread, NULL);
	ret = pace->code;
	if (ret)
		ret = pb_fail(ret, "load '%s' gave up: %s", pace->action->name,
			      pace->message ? pace->message : strerror(-ret));
	else if (!pace->tally.nr_steps)
		ret = pb_fail(
			-EOPNOTSUPP,
			"the calls were over before load '%s' made its first operation at %u a "
			"second: it wants more samples, or operations (--ops), or a higher rate",
			pace->action->name, pace->rate);
	for (size_t i = 0; i < pace->nr_uses && !ret; i++)
		ret = pb_load_check(&pace->uses[i]);
	free(pb_steal(pace->message));
	return ret;
}
