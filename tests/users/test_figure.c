// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_figure - the picture of users: its bars, its numbers, and what hostile names do to it.
 * Why: a bar is believed; its parts must be those of its row, and a refusal no bar at all.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/str.h"
#include "report/users/figure.h"

static struct pb_user_row row_of(const char *kernel, const char *user, uint64_t nr_pages,
				 double total)
{
	struct pb_user_row row = {
		.phase = "acquire",
		.sort = "2",
		.nr_pages = nr_pages,
		.state = PB_CELL_MEASURED,
		.shared = true,
		.total = total,
		.parts = { [PB_SHARE_PIN] = total / 4, [PB_SHARE_REST] = total - total / 4 },
		.entry = (char *)"pin_user_pages",
		.flags = (char *)"FOLL_WRITE",
	};

	snprintf(row.kernel, sizeof(row.kernel), "%s", kernel);
	snprintf(row.user, sizeof(row.user), "%s", user);
	return row;
}

static char *drawn(struct pb_user_row *rows, size_t nr)
{
	const struct pb_user_rows all = { .nr = nr, .rows = rows };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(pb_users_svg(&all, out), 0);
	fclose(out);
	return text;
}

static size_t count_of(const char *text, const char *word)
{
	size_t nr = 0;

	for (const char *at = text; (at = strstr(at, word)); at += strlen(word))
		nr++;
	return nr;
}

/* Of one user and size the dearest kernel's bar is the whole width, the other to its scale. */
static void test_bars(void **state)
{
	struct pb_user_row rows[] = {
		row_of("debian:6.1", "one", 1, 100),
		row_of("debian:6.1", "one", 64, 6400),
		row_of("debian:6.12", "one", 1, 200),
		row_of("debian:6.12", "one", 64, 640),
	};
	_cleanup_free_ char *text = drawn(rows, PB_ARRAY_SIZE(rows));

	(void)state;
	/* A quarter and three quarters of 150 pixels for the dearest, and of half of them. */
	assert_int_equal(count_of(text, "width=\"37.50\""), 2);
	assert_int_equal(count_of(text, "width=\"112.50\""), 2);
	assert_int_equal(count_of(text, "width=\"18.75\""), 1);
	assert_int_equal(count_of(text, "width=\"56.25\""), 1);
	assert_non_null(strstr(text, ">10.0</text>")); /* 640 instructions for 64 pages */
	assert_non_null(strstr(text, ">6.12</text>"));
}

/* A user that takes one page a call stands in one panel; one that is refused has a word. */
static void test_gaps(void **state)
{
	struct pb_user_row rows[] = { row_of("debian:6.1", "one", 1, 100),
				      row_of("debian:6.12", "one", 1, NAN),
				      row_of("debian:6.12", "never", 1, 0) };
	_cleanup_free_ char *text = NULL;

	(void)state;
	rows[1].state = rows[2].state = PB_CELL_REFUSED;
	rows[1].shared = rows[2].shared = false;
	rows[1].reason = (char *)"it has <none> & \"why\"";
	text = drawn(rows, PB_ARRAY_SIZE(rows));
	assert_int_equal(count_of(text, ">100</text>"), 1);
	assert_non_null(strstr(text, ">refused</text>"));
	assert_non_null(strstr(text, "&lt;none&gt;"));
	assert_null(strstr(text, "<none>"));
	assert_null(strstr(text, "never")); /* nothing of it was counted anywhere */
	assert_null(strstr(text, "nan"));
}

static void test_nothing(void **state)
{
	struct pb_user_row row = row_of("debian:6.1", "one", 1, 0);
	_cleanup_free_ char *text = NULL;

	(void)state;
	row.state = PB_CELL_FAILED;
	text = drawn(&row, 1);
	assert_string_equal(text, "");
}

/* Of more kernels than there is room for the newest are drawn. */
static void test_kernels(void **state)
{
	struct pb_user_row rows[PB_USERS_FIGURE_KERNELS + 1];
	_cleanup_free_ char *text = NULL;

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		char kernel[32];

		snprintf(kernel, sizeof(kernel), "debian:6.%zu", 10 + i);
		rows[i] = row_of(kernel, "one", 1, 100);
	}
	text = drawn(rows, PB_ARRAY_SIZE(rows));
	assert_null(strstr(text, ">6.10</text>"));
	assert_non_null(strstr(text, ">6.11</text>"));
	assert_non_null(strstr(text, ">6.16</text>"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bars),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_kernels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
