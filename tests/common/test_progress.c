// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_progress - the bar's line fits its terminal, whatever stands in it.
 * Why: a line that wraps cannot be redrawn in place, and leaves a trail of halves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/progress.h"

static const char now[] = "longterm-fast on thp, 512 pages a call, 100 samples";

static void a_wide_line_has_everything(void **state)
{
	char line[120];

	(void)state;
	pb_progress_line(line, sizeof(line), "measuring", 12, 24, now);
	assert_string_equal(line, "measuring [############............] 12/24  "
				  "longterm-fast on thp, 512 pages a call, 100 samples");
}

static void the_tail_is_cut_first(void **state)
{
	char line[120];

	(void)state;
	pb_progress_line(line, 50, "measuring", 12, 24, now);
	assert_string_equal(line, "measuring [############............] 12/24  longt");
}

static void the_bar_goes_before_the_numbers(void **state)
{
	char line[120];

	(void)state;
	pb_progress_line(line, 30, "measuring", 12, 24, now);
	assert_string_equal(line, "measuring [#####......] 12/24");
	pb_progress_line(line, 20, "measuring", 12, 24, now);
	assert_string_equal(line, "measuring 12/24  lo");
}

static void every_width_is_kept(void **state)
{
	(void)state;
	for (size_t columns = 1; columns < 160; columns++) {
		for (uint64_t total = 0; total < 100000; total = total * 10 + 7) {
			char line[161];

			memset(line, 'x', sizeof(line));
			pb_progress_line(line, columns, "measuring in the guest", total / 2, total,
					 now);
			assert_true(strnlen(line, sizeof(line)) < columns);
			assert_int_equal(line[columns], 'x');
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wide_line_has_everything),
		cmocka_unit_test(the_tail_is_cut_first),
		cmocka_unit_test(the_bar_goes_before_the_numbers),
		cmocka_unit_test(every_width_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
