// SPDX-License-Identifier: GPL-2.0-only
/*
 * Known answers of the simulated caches: sizes, ways, and what CPUs do to one another's lines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "collect/model/caches.h"

enum { NR_LINES = 4096, NR_CPUS = 4 };

static uint64_t phys[NR_LINES];

/* 2 KiB in 2 ways, 8 KiB in 4, 64 KiB in 8: 16, 32 and 128 sets. */
static struct pb_geometry geometry_small(void)
{
	return (struct pb_geometry){
		.levels = { { 2048, 2, 16 }, { 8192, 4, 32 }, { 65536, 8, 128 } },
	};
}

static struct pb_caches *caches_make(bool inclusive)
{
	struct pb_geometry geometry = geometry_small();
	struct pb_caches *caches = NULL;

	geometry.inclusive = inclusive;
	for (uint64_t i = 0; i < NR_LINES; i++)
		phys[i] = i;
	assert_int_equal(pb_caches_new(&geometry, NR_CPUS, phys, NR_LINES, &caches), 0);
	return caches;
}

struct misses {
	unsigned int d1, l2, llc;
};

static struct misses stream(struct pb_caches *caches, uint32_t nr_lines)
{
	struct misses misses = { 0 };

	for (uint32_t line = 0; line < nr_lines; line++) {
		struct pb_touch touch = pb_caches_touch(caches, 0, line, false);

		misses.d1 += touch.d1_miss;
		misses.l2 += touch.l2_miss;
		misses.llc += touch.llc_miss;
	}
	return misses;
}

/* A stream misses each line once, and again where it does not fit: with LRU, all of it. */
static void streams(void **state)
{
	static const struct {
		uint32_t nr_lines;
		struct misses again;
	} rows[] = {
		{ 16, { 0, 0, 0 } },
		{ 32, { 0, 0, 0 } },
		{ 48, { 48, 0, 0 } },
		{ 128, { 128, 0, 0 } },
		{ 256, { 256, 256, 0 } },
		{ 1024, { 1024, 1024, 0 } },
		{ 2048, { 2048, 2048, 2048 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pb_caches *caches = caches_make(false);
		struct misses cold = stream(caches, rows[i].nr_lines);
		struct misses warm = stream(caches, rows[i].nr_lines);

		assert_int_equal(cold.d1, rows[i].nr_lines);
		assert_int_equal(cold.llc, rows[i].nr_lines);
		assert_int_equal(warm.d1, rows[i].again.d1);
		assert_int_equal(warm.l2, rows[i].again.l2);
		assert_int_equal(warm.llc, rows[i].again.llc);
		pb_caches_clear(caches);
		assert_int_equal(stream(caches, 1).llc, 1);
		pb_caches_free(caches);
	}
}

static void writers_transfer(void **state)
{
	struct pb_caches *caches = caches_make(false);
	struct pb_touch touch = pb_caches_touch(caches, 0, 7, true);

	(void)state;
	assert_true(touch.llc_miss);
	assert_false(touch.transfer || touch.upgrade);
	for (uint32_t turn = 1; turn < 100; turn++) {
		touch = pb_caches_touch(caches, turn % NR_CPUS, 7, true);
		assert_true(touch.transfer);
		assert_false(touch.llc_miss || touch.upgrade);
		assert_int_equal(touch.lost, 1U << (turn - 1) % NR_CPUS);
	}
	pb_caches_free(caches);
}

/* The reader gets it from the writer once; then both share it, and a write takes all copies away. */
static void readers_share(void **state)
{
	struct pb_caches *caches = caches_make(false);
	struct pb_touch touch;

	(void)state;
	(void)pb_caches_touch(caches, 0, 7, true);
	assert_true(pb_caches_touch(caches, 1, 7, false).transfer);
	touch = pb_caches_touch(caches, 2, 7, false);
	assert_true(touch.l2_miss);
	assert_false(touch.transfer || touch.llc_miss);
	assert_false(pb_caches_touch(caches, 0, 7, false).d1_miss);
	touch = pb_caches_touch(caches, 0, 7, true);
	assert_true(touch.upgrade);
	assert_int_equal(touch.lost, 0x6);
	assert_false(pb_caches_touch(caches, 0, 7, true).upgrade);
	pb_caches_free(caches);
}

/* Alone with a line, a CPU writes it without asking. */
static void alone_needs_no_upgrade(void **state)
{
	struct pb_caches *caches = caches_make(false);

	(void)state;
	(void)pb_caches_touch(caches, 3, 9, false);
	assert_false(pb_caches_touch(caches, 3, 9, true).upgrade);
	pb_caches_free(caches);
}

/* What was changed and no longer fits is written back: who wants it next finds it in the LLC. */
static void evicted_is_no_transfer(void **state)
{
	struct pb_caches *caches = caches_make(false);
	struct pb_touch touch;

	(void)state;
	(void)pb_caches_touch(caches, 0, 0, true);
	for (uint32_t line = 1; line < 1024; line++)
		(void)pb_caches_touch(caches, 0, line, false);
	touch = pb_caches_touch(caches, 1, 0, false);
	assert_true(touch.l2_miss);
	assert_false(touch.transfer || touch.llc_miss);
	pb_caches_free(caches);
}

static void inclusive_takes_copies_along(void **state)
{
	for (int inclusive = 0; inclusive < 2; inclusive++) {
		struct pb_caches *caches = caches_make(inclusive);

		(void)pb_caches_touch(caches, 0, 0, false);
		/* Seven ways of the set fill with CPU 1's lines, and the eighth was CPU 0's. */
		for (uint32_t i = 1; i <= 8; i++)
			(void)pb_caches_touch(caches, 1, i * 128, false);
		assert_int_equal(pb_caches_touch(caches, 0, 0, false).d1_miss, inclusive);
		pb_caches_free(caches);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams),
		cmocka_unit_test(writers_transfer),
		cmocka_unit_test(readers_share),
		cmocka_unit_test(alone_needs_no_upgrade),
		cmocka_unit_test(evicted_is_no_transfer),
		cmocka_unit_test(inclusive_takes_copies_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
