// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_pace - a load's thread keeps going, gives up where it must, and says why.
 * Why: a load that stopped in silence would be measured as one that costs nothing.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include <cmocka.h>

#include "bench/agent/pace.h"
#include "common/err.h"

enum { NR_PAGES = 4, RATE = 2000, WAIT_MS = 2000 };

static struct pb_memory memory;

static int memory_make(void **state)
{
	size_t len_bytes = NR_PAGES * (size_t)sysconf(_SC_PAGESIZE);

	(void)state;
	if (pb_memory_map_at(&memory, len_bytes, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
		return -1;
	memset(memory.addr, 1, len_bytes);
	return 0;
}

static int memory_free(void **state)
{
	(void)state;
	pb_memory_release(&memory);
	return 0;
}

static void pace_begin(struct pb_pace *pace, const struct pb_load_action *action)
{
	*pace = (struct pb_pace){ .rate = RATE, .device = -1 };
	sched_getaffinity(0, sizeof(pace->cpus), &pace->cpus);
	assert_int_equal(pb_pace_open(pace, action, &memory, 1, "anon"), 0);
	assert_int_equal(pb_pace_start(pace), 0);
}

static void until(const volatile uint64_t *number, uint64_t least)
{
	const struct timespec step = { .tv_nsec = 1000000 };

	for (int i = 0; i < WAIT_MS && *number < least; i++)
		nanosleep(&step, NULL);
}

static void a_load_goes_on_until_it_is_stopped(void **state)
{
	struct pb_pace pace;

	(void)state;
	pace_begin(&pace, pb_load_action_find("mprotect"));
	until(&pace.tally.nr_steps, 20);
	assert_int_equal(pb_pace_stop(&pace), 0);
	assert_true(pace.tally.nr_steps >= 20);
	assert_int_equal(pace.tally.nr_errors, 0);
	/* Never faster than it was told to. */
	assert_true((double)pace.tally.nr_steps / ((double)pace.tally.elapsed_ns / 1e9) <
		    RATE * 1.05);
	assert_int_equal(pb_pace_close(&pace), 0);
}

static int fails_open(struct pb_load_use *use)
{
	(void)use;
	return 0;
}

static int fails_step(struct pb_load_use *use)
{
	(void)use;
	return pb_fail(-EBUSY, "somebody is using it");
}

static int refuses_step(struct pb_load_use *use)
{
	(void)use;
	return pb_fail(-EOPNOTSUPP, "no such thing here");
}

static int idle_step(struct pb_load_use *use)
{
	(void)use;
	return 0;
}

static int idle_check(const struct pb_load_use *use)
{
	(void)use;
	return pb_fail(-EOPNOTSUPP, "nothing came of it");
}

static int fails_close(struct pb_load_use *use)
{
	(void)use;
	return 0;
}

static const struct pb_load_action failing = {
	.name = "failing", .open = fails_open, .step = fails_step, .close = fails_close
};
static const struct pb_load_action refusing = {
	.name = "refusing", .open = fails_open, .step = refuses_step, .close = fails_close
};
static const struct pb_load_action idle = { .name = "idle",
					    .open = fails_open,
					    .step = idle_step,
					    .check = idle_check,
					    .close = fails_close };

static void a_load_that_fails_again_and_again_gives_up(void **state)
{
	struct pb_pace pace;

	(void)state;
	pace_begin(&pace, &failing);
	until(&pace.tally.nr_errors, 16);
	assert_int_equal(pb_pace_stop(&pace), -EBUSY);
	assert_string_equal(pb_fail_message(-EBUSY),
			    "load 'failing' gave up: somebody is using it");
	assert_int_equal(pace.tally.nr_errors, 16);
	assert_int_equal(pace.tally.nr_steps, 0);
	assert_int_equal(pb_pace_close(&pace), 0);
}

static void a_refusal_ends_it_at_once(void **state)
{
	struct pb_pace pace;

	(void)state;
	pace_begin(&pace, &refusing);
	until(&pace.tally.nr_errors, 1);
	assert_int_equal(pb_pace_stop(&pace), -EOPNOTSUPP);
	assert_int_equal(pace.tally.nr_errors, 1);
	assert_int_equal(pb_pace_close(&pace), 0);
}

static void operations_without_effect_are_told(void **state)
{
	struct pb_pace pace;

	(void)state;
	pace_begin(&pace, &idle);
	until(&pace.tally.nr_steps, 1);
	assert_int_equal(pb_pace_stop(&pace), -EOPNOTSUPP);
	assert_string_equal(pb_fail_message(-EOPNOTSUPP), "nothing came of it");
	assert_int_equal(pb_pace_close(&pace), 0);
}

static void a_run_without_an_operation_is_told(void **state)
{
	struct pb_pace pace = { .rate = 1, .device = -1 };

	(void)state;
	sched_getaffinity(0, sizeof(pace.cpus), &pace.cpus);
	assert_int_equal(pb_pace_open(&pace, &idle, &memory, 1, "anon"), 0);
	assert_int_equal(pb_pace_start(&pace), 0);
	assert_int_equal(pb_pace_stop(&pace), -EOPNOTSUPP);
	assert_non_null(strstr(pb_fail_message(-EOPNOTSUPP), "made its first operation"));
	assert_int_equal(pb_pace_close(&pace), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_load_goes_on_until_it_is_stopped),
		cmocka_unit_test(a_load_that_fails_again_and_again_gives_up),
		cmocka_unit_test(a_refusal_ends_it_at_once),
		cmocka_unit_test(operations_without_effect_are_told),
		cmocka_unit_test(a_run_without_an_operation_is_told),
	};

	return cmocka_run_group_tests(tests, memory_make, memory_free);
}
