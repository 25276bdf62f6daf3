// SPDX-License-Identifier: GPL-2.0-only
/*
 * chance - numbers that a seed fixes.
 * Why: what was found has to be looked for again; with several CPUs a seed fixes each thread's
 * requests, not their order.
 */
#include "tests/guest/kfuzz/kfuzz.h"

/* SplitMix64 (Steele, Lea, Flood 2014): any seed will do, 0 too. */
uint64_t chance_next(struct chance *chance)
{
	uint64_t z = chance->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

uint64_t chance_below(struct chance *chance, uint64_t limit)
{
	return limit ? chance_next(chance) % limit : 0;
}

bool chance_one_in(struct chance *chance, uint64_t nr)
{
	return chance_below(chance, nr) == 0;
}

uint64_t chance_edge(struct chance *chance)
{
	static const uint64_t edges[] = {
		0,
		1,
		2,
		PB_MAX_ID,
		PB_MAX_WORKERS,
		PB_MAX_DELAY_US,
		PB_MAX_WARMUP,
		PB_MAX_PAGES,
		PB_MAX_SAMPLES,
		PB_MAX_OPS,
		INT32_MAX,
		UINT32_MAX,
		INT64_MAX,
		UINT64_MAX,
		1ULL << 47,
		UINT64_MAX >> 12,
	};
	uint64_t edge = edges[chance_below(chance, sizeof(edges) / sizeof(*edges))];

	if (chance_one_in(chance, 4))
		return chance_next(chance) >> chance_below(chance, 64);
	return edge + chance_below(chance, 3) - 1;
}
