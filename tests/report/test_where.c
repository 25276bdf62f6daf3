// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_where - two invented profiles against each other: rows, groups, sums.
 * Why: a difference that moves to another function because of a compiler sends people astray.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/err.h"
#include "common/str.h"
#include "report/judge/attribution/attribution.h"
#include "report/page/attribution_html.h"

struct function {
	const char *name, *caller;
	uint64_t instructions;
};

/* A side whose sample its functions add up to. */
static struct pb_where_side side(struct pb_profile *profile, const struct function *functions,
				 size_t nr, uint64_t nr_pages)
{
	*profile = (struct pb_profile){ .phase = "acquire" };
	for (size_t i = 0; i < nr; i++)
		assert_int_equal(pb_profile_add(profile, functions[i].name, functions[i].caller,
						functions[i].instructions, 1),
				 0);
	return (struct pb_where_side){
		.profile = profile,
		.nr_pages = nr_pages,
		.least = (double)pb_profile_sum(profile),
		.empty = 4,
	};
}

#define SIDE(profile, functions, pages) side(profile, functions, PB_ARRAY_SIZE(functions), pages)

static const struct pb_where_row *row_of(const struct pb_where *where, const char *function)
{
	for (size_t i = 0; i < where->nr_rows; i++)
		if (pb_streq(where->rows[i].function, function))
			return &where->rows[i];
	fail_msg("no row '%s'", function);
	return NULL;
}

static void sums_check(const struct pb_where *where)
{
	double base = 0, head = 0;

	for (size_t i = 0; i < where->nr_rows; i++) {
		base += where->rows[i].base;
		head += where->rows[i].head;
		if (i)
			assert_true(fabs(where->rows[i].change) <= fabs(where->rows[i - 1].change));
	}
	assert_true(fabs(base - where->base) < 1e-9);
	assert_true(fabs(head - where->head) < 1e-9);
}

static const struct function base_functions[] = {
	{ "get_fast_measure [pinbench_get_fast]", NULL, 20 },
	{ "gup.isra.0", "get_fast_measure [pinbench_get_fast]", 400 },
	{ "grab", "gup.isra.0", 80 },
};
static const struct function head_functions[] = {
	{ "pin_fast_measure [pinbench_pin_fast]", NULL, 22 },
	{ "gup", "pin_fast_measure [pinbench_pin_fast]", 300 },
	{ "gup_range", "gup", 120 },
	{ "gup_pte", "gup_range", 100 },
	{ "grab", "gup_pte", 80 },
};

static void test_inlined_functions_are_grouped(void **state)
{
	struct pb_profile base_profile, head_profile;
	struct pb_where_side base = SIDE(&base_profile, base_functions, 8);
	struct pb_where_side head = SIDE(&head_profile, head_functions, 8);
	const struct pb_where_row *row;
	struct pb_where where;

	(void)state;
	assert_int_equal(pb_where(&base, &head, &where), 0);
	assert_true(where.base == 496 / 8.0);
	assert_true(where.head == 618 / 8.0);
	sums_check(&where);
	assert_int_equal(where.nr_rows, 4);
	row = &where.rows[0]; /* 400 against 300 + 120 + 100 */
	assert_string_equal(row->function, "gup");
	assert_true(row->change == 15 && row->change_call == 120);
	assert_int_equal(row->nr_parts, 3);
	assert_true(row->parts[0].in_base && row->parts[0].in_head);
	assert_string_equal(row->parts[1].function, "gup_range");
	assert_false(row->parts[1].in_base);
	assert_string_equal(row->parts[2].function, "gup_pte");
	row = row_of(&where, PB_WHERE_LOOP);
	assert_true(row->change_call == 2 && row->nr_parts == 1);
	assert_true(row_of(&where, "grab")->change == 0);
	row = row_of(&where, PB_WHERE_EMPTY);
	assert_true(row->base == -0.5 && row->head == -0.5);
	pb_where_done(&where);
	pb_profile_done(&base_profile);
	pb_profile_done(&head_profile);
}

static void test_sides_can_be_swapped(void **state)
{
	struct pb_profile base_profile, head_profile;
	struct pb_where_side base = SIDE(&base_profile, head_functions, 8);
	struct pb_where_side head = SIDE(&head_profile, base_functions, 8);
	struct pb_where where;

	(void)state;
	assert_int_equal(pb_where(&base, &head, &where), 0);
	sums_check(&where);
	assert_true(row_of(&where, "gup")->change == -15);
	assert_false(row_of(&where, "gup")->parts[1].in_head);
	pb_where_done(&where);
	pb_profile_done(&base_profile);
	pb_profile_done(&head_profile);
}

static void test_parts_of_one_function_are_one(void **state)
{
	static const struct function split[] = {
		{ "loop", NULL, 10 },
		{ "f", "loop", 30 },
		{ "f.part.0", "f", 20 },
		{ "f.constprop.0.cold", "loop", 1 },
		{ ".leading", "loop", 5 },
		{ "f [other]", "loop", 7 },
		{ "f.isra.0 [other]", "f [other]", 2 },
	};
	struct pb_profile base_profile, head_profile;
	struct pb_where_side base = SIDE(&base_profile, split, 1);
	struct pb_where_side head = SIDE(&head_profile, split, 1);
	struct pb_where where;

	(void)state;
	assert_int_equal(pb_where(&base, &head, &where), 0);
	assert_true(row_of(&where, "f")->base == 51);
	assert_true(row_of(&where, "f [other]")->base == 9);
	assert_true(row_of(&where, ".leading")->base == 5);
	pb_where_done(&where);
	pb_profile_done(&base_profile);
	pb_profile_done(&head_profile);
}

/* Two functions that call each other, and none of the other side calls either. */
static void test_no_common_caller(void **state)
{
	static const struct function plain[] = { { "loop", NULL, 100 } };
	static const struct function circle[] = {
		{ "loop", NULL, 100 }, { "a", "b", 10 }, { "b", "a", 20 }, { "c", "gone", 5 }
	};
	struct pb_profile base_profile, head_profile;
	struct pb_where_side base = SIDE(&base_profile, plain, 4);
	struct pb_where_side head = SIDE(&head_profile, circle, 8);
	struct pb_where where;

	(void)state;
	assert_int_equal(pb_where(&base, &head, &where), 0);
	sums_check(&where);
	assert_int_equal(row_of(&where, "a")->nr_parts, 1);
	assert_true(row_of(&where, "b")->head == 2.5);
	assert_true(row_of(&where, "c")->base == 0);
	/* A call of four pages and one of eight have no difference a call. */
	assert_true(isnan(row_of(&where, "loop")->change_call));
	assert_true(row_of(&where, "loop")->change == -12.5);
	pb_where_done(&where);
	pb_profile_done(&base_profile);
	pb_profile_done(&head_profile);
}

static void test_must_add_up(void **state)
{
	static const struct function thousand[] = { { "loop", NULL, 1000 } };
	static const struct {
		double least;
		int code;
	} cases[] = {
		{ 1000, 0 },       { 1005, 0 },     { 996, 0 },        { 1006, -EBADMSG },
		{ 994, -EBADMSG }, { 0, -EBADMSG }, { NAN, -EBADMSG },
	};
	struct pb_profile base_profile, head_profile;
	struct pb_where_side base = SIDE(&base_profile, thousand, 1);
	struct pb_where_side head = SIDE(&head_profile, thousand, 1);

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(cases); i++) {
		struct pb_where where = { 0 };

		head.least = cases[i].least;
		assert_int_equal(pb_where(&base, &head, &where), cases[i].code);
		if (cases[i].code) {
			assert_int_equal(where.nr_rows, 0);
			assert_non_null(strstr(pb_fail_message(0), "counts 1000 instructions"));
			continue;
		}
		sums_check(&where);
		if (head.least != 1000)
			assert_true(row_of(&where, PB_WHERE_REST)->head == head.least - 1000);
		pb_where_done(&where);
	}
	pb_profile_done(&base_profile);
	pb_profile_done(&head_profile);
}

static char *print(const struct pb_where *where, size_t max_rows)
{
	const struct pb_where_style style = { .max_rows = max_rows };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(pb_where_print(where, &style, out), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void test_text(void **state)
{
	struct pb_profile base_profile, head_profile;
	struct pb_where_side base = SIDE(&base_profile, base_functions, 8);
	struct pb_where_side head = SIDE(&head_profile, head_functions, 8);
	struct pb_where where;
	char *text;

	(void)state;
	assert_int_equal(pb_where(&base, &head, &where), 0);
	text = print(&where, 0);
	assert_string_equal(
		text, "      base      head    change    a call  function; instructions a page\n"
		      "      50.0      65.0     +15.0    +120.0  gup, with\n"
		      "      50.0      37.5                        gup itself\n"
		      "                15.0                        gup_range (head only)\n"
		      "                12.5                        gup_pte (head only)\n"
		      "      2.50      2.75     +0.25     +2.00  pinbench's timed loop\n"
		      "      9.50      9.50         0         0  rows that cost the same: 2\n"
		      "      62.0      77.2     +15.2    +122.0  all of acquire\n");
	free(text);
	text = print(&where, 1);
	assert_non_null(strstr(text, "rows that differ less, or not: 3\n"));
	assert_null(strstr(text, "timed loop"));
	free(text);
	pb_where_done(&where);
	pb_profile_done(&base_profile);
	pb_profile_done(&head_profile);
}

static void test_html(void **state)
{
	static const struct function hostile[] = { { "loop", NULL, 10 }, { "<b>&", "loop", 30 } };
	static const struct function plain[] = { { "loop", NULL, 10 } };
	const struct pb_summary_cell base_cell = { .cell = { .strategy = "get",
							     .memory = PB_MEMORY_anon,
							     .nr_pages = 8,
							     .nr_threads = 1,
							     .sharing = PB_SHARING_PRIVATE,
							     .load = PB_LOAD_none } };
	struct pb_summary_cell head_cell = base_cell;
	struct pb_where_pair pair = { .base = &base_cell, .head = &head_cell };
	struct pb_profile base_profile, head_profile;
	struct pb_where_side base = SIDE(&base_profile, plain, 8);
	struct pb_where_side head = SIDE(&head_profile, hostile, 8);
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_non_null(out);
	snprintf(head_cell.cell.strategy, sizeof(head_cell.cell.strategy), "pin");
	assert_int_equal(pb_where(&base, &head, &pair.where), 0);
	assert_int_equal(pb_html_where_pair(out, &pair), 0);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text, "pin against get, anon, 8 pages, acquire: +3.75 "));
	assert_non_null(strstr(text, "&lt;b&gt;&amp; (pin only)</td><td class=\"n\"></td>"
				     "<td class=\"n\">3.75</td>"));
	assert_null(strstr(text, "<b>"));
	assert_non_null(strstr(text, "all of acquire</th><td class=\"n\">0.75</td>"
				     "<td class=\"n\">4.50</td>"));
	free(text);
	pb_where_done(&pair.where);
	pb_profile_done(&base_profile);
	pb_profile_done(&head_profile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inlined_functions_are_grouped),
		cmocka_unit_test(test_sides_can_be_swapped),
		cmocka_unit_test(test_parts_of_one_function_are_one),
		cmocka_unit_test(test_no_common_caller),
		cmocka_unit_test(test_must_add_up),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_html),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
