// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_settle - a guest counts as idle when it is, however dear it is to look.
 * Why: looks of a millisecond, each on a tick, read as a machine that is never idle; on kernels
 * that check their memory no cell was ever reached.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench/agent/guest/settle.h"

/* A kernel that charges whole ticks to whom they find running. Times are in microseconds. */
struct machine {
	unsigned int tick_us;
	unsigned int look_us;  /* how long a look takes */
	unsigned int phase_us; /* where the first tick falls */
	unsigned int other_every_us,
		other_us; /* somebody else runs so often, for so long; 0: nobody */
	bool waits;       /* one more task wants to run, always */
	uint64_t now_us;
	uint64_t busy_us;
	uint64_t own_us;
};

static void tick_if_due(struct machine *machine, bool own)
{
	bool other =
		machine->other_us && machine->now_us % machine->other_every_us < machine->other_us;

	if ((machine->now_us + machine->phase_us) % machine->tick_us == 0 && (own || other))
		machine->busy_us += machine->tick_us;
}

static void pass(struct machine *machine, uint64_t us, bool own)
{
	for (uint64_t i = 0; i < us; i++) {
		machine->now_us++;
		machine->own_us += own;
		tick_if_due(machine, own);
	}
}

/* The numbers are taken in the middle of a look; the rest of it counts into the next one. */
static struct pb_load_look look(struct machine *machine)
{
	struct pb_load_look now;

	pass(machine, machine->look_us / 2, true);
	now = (struct pb_load_look){
		.busy_ticks = machine->busy_us / 10000,
		.own_ns = machine->own_us * 1000,
		.running = machine->waits ? 2 : 1,
	};
	pass(machine, machine->look_us - machine->look_us / 2, true);
	return now;
}

/* How long until it counts as idle, or 0 for never. */
static unsigned int settle_ms(struct machine machine)
{
	struct pb_load_look now = look(&machine);
	struct pb_settle settle;

	pb_settle_begin(&settle, &now);
	while (settle.waited_ms < PB_SETTLE_LIMIT_MS) {
		pass(&machine, pb_settle_step_us(&settle), false);
		now = look(&machine);
		if (pb_settle_look(&settle, &now))
			return settle.waited_ms;
	}
	return 0;
}

static void test_idle(void **state)
{
	(void)state;
	assert_int_equal(settle_ms((struct machine){ .tick_us = 4000, .look_us = 30 }), 1000);
}

/* Every tick rate, and every place where the looks can fall between two ticks. */
static void test_dear_looks(void **state)
{
	static const unsigned int ticks_us[] = { 1000, 3333, 4000, 10000 };
	static const unsigned int looks_us[] = { 300, 1000, 2500, 5000 };

	(void)state;
	for (size_t t = 0; t < sizeof(ticks_us) / sizeof(*ticks_us); t++)
		for (size_t l = 0; l < sizeof(looks_us) / sizeof(*looks_us); l++)
			for (unsigned int phase = 0; phase < ticks_us[t]; phase += ticks_us[t] / 4)
				if (!settle_ms((struct machine){ .tick_us = ticks_us[t],
								 .look_us = looks_us[l],
								 .phase_us = phase }))
					fail_msg("ticks of %u us, looks of %u us, phase %u us: "
						 "never idle",
						 ticks_us[t], looks_us[l], phase);
}

static void test_busy(void **state)
{
	(void)state;
	for (unsigned int look_us = 30; look_us < 5000; look_us *= 3)
		assert_int_equal(settle_ms((struct machine){ .tick_us = 4000,
							     .look_us = look_us,
							     .phase_us = 1,
							     .other_every_us = 70000,
							     .other_us = 20000 }),
				 0);
}

static void test_waiting(void **state)
{
	(void)state;
	assert_int_equal(
		settle_ms((struct machine){ .tick_us = 4000, .look_us = 30, .waits = true }), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_dear_looks),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
