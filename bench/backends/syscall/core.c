// SPDX-License-Identifier: GPL-2.0-only
/*
 * core - how fast this CPU's core runs just now, and how much of it is ours.
 * Why: see core.h.
 */
#include "bench/backends/syscall/core.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>

#include "common/str.h"

/*
 * In one piece, since a compiler that does not optimise would store and load between two of them.
 * A register is added, not a constant: some cores add constants while they rename registers.
 */
#if defined(__x86_64__)
#define ADD(to, what) "add %" #what ", %" #to "\n\t"
#elif defined(__aarch64__)
#define ADD(to, what) "add %" #to ", %" #to ", %" #what "\n\t"
#else
#error "how this architecture adds two registers is not known here"
#endif

enum { STEP = 64, LONG = 2048, FILL_STEP = 16, FILL = 1024 };

_Static_assert(LONG - PB_CORE_CYCLES > 0 && (LONG - PB_CORE_CYCLES) % STEP == 0,
	       "chains are made of whole steps");

static void chain(int additions)
{
	uint64_t sum = 0, one = 1;

	for (int i = 0; i < additions; i += STEP)
		asm volatile(".rept 64\n\t" ADD(0, 1) ".endr" : "+r"(sum) : "r"(one));
}

int pb_core_chain_long(struct pb_use *use, char *buffer)
{
	(void)use;
	(void)buffer;
	chain(LONG);
	return 0;
}

int pb_core_chain_short(struct pb_use *use, char *buffer)
{
	(void)use;
	(void)buffer;
	chain(LONG - PB_CORE_CYCLES);
	return 0;
}

int pb_core_fill(struct pb_use *use, char *buffer)
{
	uint64_t a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, one = 1;

	(void)use;
	(void)buffer;
	for (int i = 0; i < FILL; i += FILL_STEP)
		asm volatile(".rept 16\n\t" ADD(0, 8) ADD(1, 8) ADD(2, 8) ADD(3, 8) ADD(4, 8)
				     ADD(5, 8) ADD(6, 8) ADD(7, 8) ".endr"
			     : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f), "+r"(g),
			       "+r"(h)
			     : "r"(one));
	return 0;
}

void pb_core_quiet_add(struct pb_core_quiet *quiet, double fill)
{
	size_t at = quiet->nr, room = PB_ARRAY_SIZE(quiet->least);

	while (at && quiet->least[at - 1] > fill)
		at--;
	if (at == room)
		return;
	quiet->nr += quiet->nr < room;
	memmove(&quiet->least[at + 1], &quiet->least[at],
		(quiet->nr - at - 1) * sizeof(*quiet->least));
	quiet->least[at] = fill;
}

double pb_core_quiet(const struct pb_core_quiet *quiet)
{
	return quiet->nr == PB_ARRAY_SIZE(quiet->least) ? quiet->least[quiet->nr - 1] : INFINITY;
}

bool pb_core_is_shared(double fill, double quiet)
{
	return fill > 1.05 * quiet;
}

void pb_core_run_on(int cpu)
{
	cpu_set_t there;

	CPU_ZERO(&there);
	CPU_SET((size_t)cpu, &there);
	pthread_setaffinity_np(pthread_self(), sizeof(there), &there);
}
