// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_figure - which rows the picture has, and that each thing it shows is said without colour.
 * Why: a row that is merged with one that says something else would be a lie in colour.
 */
#include "report/semantics/figure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/semantics/cases.h"
#include "common/cleanup.h"
#include "common/str.h"

static struct pb_semantics_row row_of(const char *kernel, const char *strategy, const char *intent,
				      const char *memory, const char *event, const char *words)
{
	struct pb_semantics_row row = { .control = "differs" };

	snprintf(row.kernel, sizeof(row.kernel), "%s", kernel);
	snprintf(row.result.cell.strategy, PB_WORD_LEN, "%s", strategy);
	assert_int_equal(pb_cell_axis_take(&row.result.cell, PB_AXIS_INTENT, intent), 0);
	assert_int_equal(pb_memory_take(memory, &row.result.cell.memory), 0);
	snprintf(row.result.cell.event, PB_WORD_LEN, "%s", event);
	assert_int_equal(sscanf(words, "%31s %31s %31s", row.verdict.result, row.verdict.data,
				row.verdict.frame),
			 3);
	return row;
}

/* As XML wants it, and no browser for a page: each tag that opens is closed, in order. */
static void assert_well_formed(const char *svg)
{
	enum { DEPTH = 16 };
	const char *open[DEPTH];
	size_t depth = 0;

	for (const char *at = strchr(svg, '<'); at; at = strchr(at + 1, '<')) {
		const char *end = strchr(at, '>'), *name = at + 1 + (at[1] == '/');
		size_t len = strcspn(name, " />");

		assert_non_null(end);
		if (at[1] != '/' && end[-1] != '/') {
			assert_true(depth < DEPTH);
			open[depth++] = name;
		} else if (at[1] == '/' && (!depth || strncmp(open[--depth], name, len) != 0)) {
			fail_msg("'%.*s' closes another tag", (int)(end - at + 1), at);
		}
	}
	assert_int_equal(depth, 0);
}

static char *svg_of(const struct pb_semantics *semantics)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(pb_semantics_svg(semantics, out), 0);
	fclose(out);
	assert_well_formed(text);
	return text;
}

static void test_merge(void **state)
{
	struct pb_semantics_row rows[] = {
		row_of("k1", "pin", "write", "anon", "munmap", "ok lost kept"),
		row_of("k1", "pin", "write", "memfd", "munmap", "ok file-only stayed"),
		row_of("k1", "pin", "write", "shmem", "munmap", "ok file-only stayed"),
		row_of("k1", "pin", "write", "thp", "munmap", "ok lost kept"),
		row_of("k2", "pin", "write", "anon", "munmap", "ok lost kept"),
		row_of("k2", "pin", "write", "memfd", "munmap", "ok file-only stayed"),
		row_of("k2", "pin", "write", "shmem", "munmap", "ok lost kept"), /* only here */
		row_of("k2", "pin", "write", "thp", "munmap", "ok lost kept"),
	};
	struct pb_semantics semantics = { .nr = PB_ARRAY_SIZE(rows), .rows = rows };
	struct pb_semantics_figure figure;

	(void)state;
	assert_int_equal(pb_semantics_figure(&semantics, &figure), 0);
	assert_int_equal(figure.nr_kernels, 2);
	assert_int_equal(figure.nr, 3);
	assert_string_equal(figure.rows[0].memories, "anon, thp");
	assert_string_equal(figure.rows[1].memories, "memfd");
	assert_string_equal(figure.rows[2].memories, "shmem");
	pb_semantics_figure_done(&figure);
}

/* What shows nothing is counted, and what could not be had is no row either. */
static void test_left_out(void **state)
{
	struct pb_semantics_row rows[] = {
		row_of("k", "pin", "write", "anon", "mlock", "ok coherent stayed"),
		row_of("k", "pin", "write", "anon", "munmap", "ok lost kept"),
		row_of("k", "pin", "write", "anon", "truncate", "absent - -"),
	};
	struct pb_semantics semantics = { .nr = PB_ARRAY_SIZE(rows), .rows = rows };
	struct pb_semantics_figure figure;

	(void)state;
	rows[0].control = "same";
	assert_int_equal(pb_semantics_figure(&semantics, &figure), 0);
	assert_int_equal(figure.nr, 1);
	assert_int_equal(figure.nr_left_out, 2);
	pb_semantics_figure_done(&figure);
	rows[0].expected = PB_EXPECTED_OTHER; /* that is to be seen, whatever its control says */
	assert_int_equal(pb_semantics_figure(&semantics, &figure), 0);
	assert_int_equal(figure.nr, 2);
	pb_semantics_figure_done(&figure);
}

static void test_words(void **state)
{
	struct pb_semantics_row rows[] = {
		row_of("k1", "pin", "write", "fsdax", "punch", "ok stale kept"),
		row_of("k2", "none", "write", "fsdax", "punch", "ok - freed"),
		row_of("k2", "pin", "write", "fsdax", "punch", "blocked - kept"),
		row_of("k2", "longterm", "write", "fsdax", "punch", "refused:EOPNOTSUPP - -"),
		row_of("k2", "odp", "write", "fsdax", "punch", "ok coherent freed"),
		row_of("k2", "odp", "read", "fsdax", "punch", "ok revoked freed"),
		row_of("k2", "odp-ignored", "write", "fsdax", "punch", "ok corrupts freed"),
	};
	struct pb_semantics semantics = { .nr = PB_ARRAY_SIZE(rows), .rows = rows };
	_cleanup_free_ char *text = NULL, *bad = NULL;

	(void)state;
	text = svg_of(&semantics);
	assert_non_null(strstr(text, ">kept<"));
	assert_non_null(strstr(text, ">EOPNOTSUPP<"));
	assert_non_null(strstr(text, "stroke-dasharray"));
	assert_non_null(strstr(text, ">corrupts<"));
	assert_non_null(strstr(text, ">coherent<"));
	assert_non_null(strstr(text, ">revoked<"));
	assert_non_null(strstr(text, ">w<")); /* the two intents of odp */
	assert_non_null(strstr(text, ">r<"));
	assert_non_null(strstr(text, "●s")); /* the strip of pin: k1, and k2 waits */
	assert_null(strstr(text, "#ff0000"));
	rows[2].expected = PB_EXPECTED_OTHER;
	rows[2].deviation = (char *)"<b>\"expected\"</b>";
	bad = svg_of(&semantics);
	assert_non_null(strstr(bad, " stroke=\"#ff0000\" stroke-width=\"3\"/>"));
	assert_null(strstr(bad, "<b>"));
	assert_non_null(strstr(bad, "NOT AS EXPECTED"));
}

static void test_nothing(void **state)
{
	struct pb_semantics semantics = { .nr = 0 };
	_cleanup_free_ char *text = svg_of(&semantics);

	(void)state;
	assert_non_null(strstr(text, "</svg>"));
}

static int events_tell(void **state)
{
	(void)state;
	pb_cases_events_tell();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, events_tell, NULL);
}
