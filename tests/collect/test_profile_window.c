// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_profile_window - the plugin's own logic, without QEMU: windows, their least, their blocks.
 * Why: what the plugin counts has to be what the clock counts, and QEMU tells more than it runs.
 */
#include <errno.h>
#include <string.h>

#include "collect/tcg/block.h"
#include "collect/tcg/window.h"
#include "common/str.h"
#include "tests/collect/fixture.h"

/* A block of @nr instructions, 4 bytes each, at @addr. */
static struct pb_block *block(uint64_t addr, size_t nr)
{
	uint64_t addrs[16];
	struct pb_block *made;

	assert_true(nr <= PB_ARRAY_SIZE(addrs));
	for (size_t i = 0; i < nr; i++)
		addrs[i] = addr + 4 * i;
	made = pb_block_intern(addrs, nr);
	assert_non_null(made);
	return made;
}

/* A window of one call as a strategy's loop has it: marker, timestamp, call, timestamp, marker. */
static void window(enum pb_window_phase phase, size_t nr_calls)
{
	pb_window_begin(false);
	pb_window_block(block(0x1000, 2)); /* not the clock's: it is before the first timestamp */
	pb_window_stamp(false);
	for (size_t i = 0; i < nr_calls; i++)
		pb_window_block(block(0x2000, 5));
	pb_window_block(block(0x1100, 3)); /* ends with the second timestamp */
	pb_window_stamp(false);
	pb_window_block(block(0x1200, 7)); /* stores the sample */
	pb_window_end(phase);
	pb_window_block(block(0x1300, 9));
}

static char *run_end(uint32_t cell)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(pb_window_run_end(out, cell), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void assert_says(const char *text, const char *line)
{
	assert_non_null(text);
	if (!strstr(text, line))
		fail_msg("no '%s' in:\n%s", line, text);
}

static void test_blocks_are_kept_once(void **state)
{
	(void)state;
	assert_ptr_equal(block(0x5000, 4), block(0x5000, 4));
	assert_ptr_not_equal(block(0x5000, 4), block(0x5000, 3));
	assert_ptr_equal(pb_block_get(block(0x5000, 4)->id), block(0x5000, 4));
	for (uint64_t i = 0; i < 20000; i++) /* the table grows */
		assert_int_equal(block(0x100000 + 64 * i, 1)->nr_insns, 1);
	assert_int_equal(block(0x5000, 4)->nr_insns, 4);
}

static void test_the_cheapest_window_is_kept(void **state)
{
	char *text;

	(void)state;
	pb_window_run_begin();
	window(PB_WINDOW_ACQUIRE, 10);
	window(PB_WINDOW_RELEASE, 1);
	window(PB_WINDOW_ACQUIRE, 4);
	window(PB_WINDOW_RELEASE, 2);
	window(PB_WINDOW_ACQUIRE, 6);
	text = run_end(7);
	/* 53 + 23 + 33 instructions, 23 in the second window */
	assert_says(text, "window 7 acquire 3 0 109 23\n");
	assert_says(text, "window 7 release 2 0 21 8\n");
	assert_says(text, "end 7\n");
	free(text);
}

static void test_steps_are_counted(void **state)
{
	uint32_t call = block(0x2000, 5)->id, last = block(0x1100, 3)->id;
	char first[32], again[48], end[48];
	char *text;

	(void)state;
	snprintf(first, sizeof(first), "first %u\n", call);
	snprintf(again, sizeof(again), "step %u %u 3\n", call, call);
	snprintf(end, sizeof(end), "step %u %u 1\n", call, last);
	pb_window_run_begin();
	window(PB_WINDOW_ACQUIRE, 4);
	text = run_end(0);
	assert_says(text, first);
	assert_says(text, again);
	assert_says(text, end);
	free(text);
}

static void test_nothing_outside_a_run(void **state)
{
	char *text;

	(void)state;
	window(PB_WINDOW_ACQUIRE, 3);
	text = run_end(1);
	assert_string_equal(text, ""); /* warm-up that failed: there was no run */
	free(text);
	pb_window_run_begin();
	text = run_end(2);
	assert_says(text, "window 2 acquire 0 0 0 0\n"); /* and none of what came before */
	free(text);
}

static void test_a_window_without_timestamps_is_none(void **state)
{
	char *text;

	(void)state;
	pb_window_run_begin();
	pb_window_begin(false);
	pb_window_block(block(0x2000, 5));
	pb_window_end(PB_WINDOW_ACQUIRE);
	text = run_end(3);
	assert_says(text, "window 3 acquire 0 0 0 0\n");
	free(text);
}

static void test_instructions_that_were_taken_back(void **state)
{
	char *text;

	(void)state;
	/* Three instructions, the last of which reaches into the next page. */
	assert_int_equal(block(0x7ff4, 3)->nr_insns, 3);
	assert_int_equal(pb_block_not_last(0x7ffc), 0);
	assert_int_equal(block(0x7ff4, 3)->nr_insns, 2);
	assert_int_equal(block(0x7ff8, 2)->nr_insns, 1); /* seen only afterwards */
	assert_int_equal(block(0x7ffc, 1)->nr_insns, 1); /* where it is the first it runs */
	assert_int_equal(block(0x7ff4, 2)->nr_insns, 2);

	pb_window_run_begin();
	pb_window_begin(false);
	pb_window_stamp(false);
	pb_window_block(block(0x7ff4, 3));
	pb_window_block(block(0x7ffc, 1));
	pb_window_stamp(false);
	pb_window_end(PB_WINDOW_ACQUIRE);
	text = run_end(0);
	assert_says(text, "window 0 acquire 1 0 3 3\n");
	assert_says(text, " 7ff4 4\n");
	free(text);
}

/* Of user space: the kernel's own timestamps do not bound it, and one that is dropped never was. */
static void test_windows_of_user_space(void **state)
{
	char *text;

	(void)state;
	pb_window_run_begin();
	for (int i = 0; i < 3; i++) {
		pb_window_begin(true);
		pb_window_stamp(false); /* an interrupt's */
		pb_window_block(block(0x400000, 2));
		pb_window_stamp(true);
		pb_window_block(block(0x401000, 5));
		pb_window_stamp(false); /* the kernel's own, in the call */
		pb_window_block(block(0x402000, i ? 5 : 3));
		pb_window_stamp(true);
		pb_window_block(block(0x403000, 7));
		pb_window_stamp(false); /* of the call that asks whether the task slept */
		if (i)
			pb_window_end(PB_WINDOW_ACQUIRE);
		else
			pb_window_drop();
	}
	text = run_end(7);
	assert_says(text, "window 7 acquire 2 0 20 10\n"); /* the cheaper one was dropped */
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks_are_kept_once),
		cmocka_unit_test(test_the_cheapest_window_is_kept),
		cmocka_unit_test(test_windows_of_user_space),
		cmocka_unit_test(test_steps_are_counted),
		cmocka_unit_test(test_nothing_outside_a_run),
		cmocka_unit_test(test_a_window_without_timestamps_is_none),
		cmocka_unit_test(test_instructions_that_were_taken_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
