// SPDX-License-Identifier: GPL-2.0-only
/*
 * sample - one value of each kind from many calls: the operation among its baseline's calls.
 * Why: on a busy machine time drifts by more than a pin costs; what is interleaved drifts alike.
 */
#include "bench/backends/syscall/sample.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "bench/backends/syscall/clock.h"
#include "bench/backends/syscall/core.h"
#include "common/err.h"

enum kind {
	ACQUIRE,
	RELEASE,
	BASE_ACQUIRE,
	BASE_RELEASE,
	PAIR,
	BASE_PAIR,
	CHAIN_LONG,
	CHAIN_SHORT,
	FILL,
	NR_KINDS
};

struct block {
	const struct pb_user *consumer;
	struct pb_use *use;
	double *values[NR_KINDS];
	size_t nr[NR_KINDS];
	int error; /* the first */
};

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double pb_sample_middle(double *values, size_t nr)
{
	size_t cut = nr / 4;
	double sum = 0;

	if (!nr)
		return NAN;
	qsort(values, nr, sizeof(*values), compare_doubles);
	for (size_t i = cut; i < nr - cut; i++)
		sum += values[i];
	return sum / (double)(nr - 2 * cut);
}

double pb_sample_median(double *values, size_t nr)
{
	if (!nr)
		return NAN;
	qsort(values, nr, sizeof(*values), compare_doubles);
	return nr % 2 ? values[nr / 2] : (values[nr / 2 - 1] + values[nr / 2]) / 2;
}

static void call_time(struct block *block, enum kind kind, pb_use_call call, char *buffer)
{
	uint64_t begin, end;
	int code;

	if (!call || block->error)
		return;
	begin = pb_clock_ticks();
	code = call(block->use, buffer);
	end = pb_clock_ticks();
	if (code)
		block->error = code;
	else
		block->values[kind][block->nr[kind]++] = (double)(end - begin);
}

static void operation_time(struct block *block, char *buffer)
{
	if (block->consumer->before && !block->error)
		block->error = block->consumer->before(block->use, buffer);
	call_time(block, ACQUIRE, block->consumer->acquire, buffer);
	call_time(block, RELEASE, block->consumer->release, buffer);
}

static void baseline_time(struct block *block, char *buffer)
{
	call_time(block, BASE_ACQUIRE, block->consumer->base_acquire, buffer);
	call_time(block, BASE_RELEASE, block->consumer->base_release, buffer);
}

static void core_time(struct block *block)
{
	call_time(block, CHAIN_LONG, pb_core_chain_long, NULL);
	call_time(block, CHAIN_SHORT, pb_core_chain_short, NULL);
	call_time(block, FILL, pb_core_fill, NULL);
}

static struct pb_core core_of(struct block *block)
{
	struct pb_core core;

	core.cycle = (pb_sample_middle(block->values[CHAIN_LONG], block->nr[CHAIN_LONG]) -
		      pb_sample_middle(block->values[CHAIN_SHORT], block->nr[CHAIN_SHORT])) /
		     PB_CORE_CYCLES;
	core.fill = pb_sample_middle(block->values[FILL], block->nr[FILL]) / core.cycle;
	return core;
}

struct pb_core pb_sample_core(void)
{
	enum { READINGS = 128 };
	static double values[3][READINGS];
	struct block block = { .values = { [CHAIN_LONG] = values[0],
					   [CHAIN_SHORT] = values[1],
					   [FILL] = values[2] } };

	for (int i = 0; i < READINGS; i++)
		core_time(&block);
	return core_of(&block);
}

static void round_time(struct block *block, unsigned int parity)
{
	char *one = block->use->buffers[parity], *other = block->use->buffers[!parity];

	core_time(block);
	operation_time(block, one);
	baseline_time(block, one);
	call_time(block, PAIR, block->consumer->pair_call, other);
	call_time(block, BASE_PAIR, block->consumer->pair_base, other);
	call_time(block, BASE_PAIR, block->consumer->pair_base, one);
	call_time(block, PAIR, block->consumer->pair_call, one);
	baseline_time(block, one);
	operation_time(block, other);
	core_time(block);
}

static int call_failed(const struct pb_user *consumer, int code)
{
	return pb_fail(code, "a call of %s failed in the middle of a measurement: %s",
		       consumer->name, strerror(-code));
}

int pb_sample_take(const struct pb_user *consumer, struct pb_use *use, uint64_t budget_ns,
		   struct pb_sample_times *ret_times)
{
	/* Each kind is called at most twice a round. */
	static double values[NR_KINDS][2 * PB_SAMPLE_MAX_ROUNDS];
	struct block block = { .consumer = consumer, .use = use };
	uint64_t end_ns = pb_clock_ns() + budget_ns;

	for (int kind = 0; kind < NR_KINDS; kind++)
		block.values[kind] = values[kind];
	for (unsigned int i = 0; i < PB_SAMPLE_MAX_ROUNDS && !block.error; i++) {
		if (i >= PB_SAMPLE_MIN_ROUNDS && pb_clock_ns() >= end_ns)
			break;
		round_time(&block, i % 2);
	}
	if (block.error)
		return call_failed(consumer, block.error);
	ret_times->acquire = pb_sample_middle(values[ACQUIRE], block.nr[ACQUIRE]);
	ret_times->release = pb_sample_middle(values[RELEASE], block.nr[RELEASE]);
	ret_times->base_acquire = pb_sample_middle(values[BASE_ACQUIRE], block.nr[BASE_ACQUIRE]);
	ret_times->base_release = pb_sample_middle(values[BASE_RELEASE], block.nr[BASE_RELEASE]);
	ret_times->pair = pb_sample_middle(values[PAIR], block.nr[PAIR]);
	ret_times->base_pair = pb_sample_middle(values[BASE_PAIR], block.nr[BASE_PAIR]);
	ret_times->core = core_of(&block);
	return 0;
}

int pb_sample_warm(const struct pb_user *consumer, struct pb_use *use)
{
	int code = 0;

	for (int i = 0; i < 2 && !code; i++) {
		if (consumer->before)
			code = consumer->before(use, use->buffers[i]);
		if (!code)
			code = consumer->acquire(use, use->buffers[i]);
		if (!code && consumer->release)
			code = consumer->release(use, use->buffers[i]);
	}
	return code ? call_failed(consumer, code) : 0;
}
