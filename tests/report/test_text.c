// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_text - number formats, escaping, cleaning, wrapping.
 * Why: a guest's console is hostile input, and a rounded number is a wrong one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/runs/text.h"

#define MINUS "\xE2\x88\x92"

static void numbers(void **state)
{
	char buf[PB_NUMBER_LEN];

	(void)state;
	assert_string_equal(pb_number(0, buf), "0.00");
	assert_string_equal(pb_number(85, buf), "85.0");
	assert_string_equal(pb_number(0.43, buf), "0.43");
	assert_string_equal(pb_number(1.0 / 512, buf), "0.0020");
	assert_string_equal(pb_number(1234.4, buf), "1234");
	assert_string_equal(pb_number(NAN, buf), "\xE2\x80\x93");
	assert_string_equal(pb_number_short(265.2, buf), "265");
	assert_string_equal(pb_number_short(12.08, buf), "12.1");
	assert_string_equal(pb_number_short(0.001, buf), "0");
	assert_string_equal(pb_number_change(-72.9, buf), MINUS "72.9");
	assert_string_equal(pb_number_change(3, buf), "+3.00");
	assert_string_equal(pb_percent_change(85, 12.1, buf), MINUS "86 %");
	assert_string_equal(pb_percent_change(100, 101.5, buf), "+1.5 %");
	assert_string_equal(pb_percent_change(10000, 10000.1, buf), "+0.0010 %");
	assert_string_equal(pb_percent_change(0, 3, buf), "new");
	assert_string_equal(pb_percent_change(0, 0, buf), "0 %");
}

static void wrapping(void **state)
{
	char text[] = "one two three averyveryverylongword end";

	(void)state;
	assert_int_equal(pb_text_wrap(text, 9), 4);
	assert_string_equal(text, "one two\nthree\naveryveryverylongword\nend");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(wrapping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
