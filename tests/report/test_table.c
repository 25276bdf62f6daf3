// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_table - the terminal table, to the letter, and the data behind the figures.
 * Why: a column that slips or a bar that starts at the wrong value is seen by no compiler.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "report/draw/figure.h"
#include "report/draw/kinds.h"
#include "report/runs/table.h"
#include "tests/report/fixture.h"

static const struct fixture_run run = { "aaaa0000-0000-4000-8000-000000000001",
					"2026-01-01T00:00:00Z", NULL, "6.1.0", "debian:6.1" };

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	fixture_init(fixture);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	fixture_done(*state);
	free(*state);
	return 0;
}

/* Three strategies at two sizes: one refused, one short of a release. */
static int64_t small_run(struct pb_store *store)
{
	static const struct fixture_cell cells[] = {
		{ 0, "pin", "anon", 1, 965, 88, 0, 0 },
		{ 1, "pin", "anon", 512, 233472, 43523, 7, 0 },
		{ 2, "ref", "anon", 1, 16, 10, 0, 0 },
		{ 3, "ref", "anon", 512, 3082, 3587, 0, 0 },
		{ 4, "get", "anon", 1, 900, 14, 0, 0 },
	};
	static const struct fixture_cell refused = {
		.index = 5, .strategy = "get", .memory = "anon", .nr_pages = 512
	};
	int64_t run_id = fixture_begin(store, &run);

	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		fixture_measured(store, run_id, &cells[i]);
	fixture_refused(store, run_id, &refused, EOPNOTSUPP, "the kernel\033[1m says no", NULL);
	return run_id;
}

static char *table_make(struct pb_store *store, int64_t run_id, const struct pb_table_style *style)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int ret = pb_table_print_run(store, run_id, style, out);

	fclose(out);
	if (ret)
		fail_msg("%s", pb_fail_message(ret));
	return text;
}

static void to_the_letter(void **state)
{
	struct fixture *f = *state;
	struct pb_table_style style = { 0 };
	int64_t run_id = small_run(f->store);
	char *text = table_make(f->store, run_id, &style);

	assert_string_equal(
		text,
		"Linux 6.1.0, plan quick, run aaaa0000 (running)\n"
		"exact: instructions retired, counted by QEMU's icount; the least of each cell's "
		"samples\n"
		"\n"
		"anon, instructions a page to acquire, to release, both\n"
		"                     1 page             512 pages\n"
		"strategy    acq   rel  both     acq    rel   both\n"
		"ref          16    10    26     6.0    7.0   13.0\n"
		"get         900    14   914         EOPNOTSUPP[1]\n"
		"pin         965    88  1053   456.0   85.0  541.0\n"
		"\n"
		"[1] the kernel\\x1b[1m says no\n");
	free(text);
}

static size_t longest_line(const char *text)
{
	size_t longest = 0;

	for (const char *end; (end = strchr(text, '\n')); text = end + 1)
		if ((size_t)(end - text) > longest)
			longest = (size_t)(end - text);
	return longest;
}

static void narrow_terminals(void **state)
{
	struct fixture *f = *state;
	struct pb_table_style style = { .columns = 44 };
	int64_t run_id = small_run(f->store);
	char *text = table_make(f->store, run_id, &style);
	const char *rows = strstr(text, "\n\n");

	/* Too narrow for both sizes: one below the other, each line fitting. */
	assert_true(longest_line(strstr(rows + 2, "\n") + 1) <= 44);
	assert_non_null(strstr(text, "ref          16    10    26\n"));
	assert_non_null(strstr(text, "ref          6.0    7.0   13.0\n"));
	free(text);
}

static void colours_only_when_asked(void **state)
{
	struct fixture *f = *state;
	struct pb_table_style style = { .colour = true };
	int64_t run_id = small_run(f->store);
	char *text = table_make(f->store, run_id, &style);

	assert_non_null(strstr(text, "\033[1m"));
	free(text);
	style = pb_table_style_of(tmpfile());
	assert_false(style.colour);
	assert_int_equal(style.columns, 0);
}

static const struct pb_figure *figure_find(const struct pb_figures *figures, const char *name)
{
	for (size_t i = 0; i < figures->nr; i++)
		if (!strcmp(figures->items[i].name, name))
			return &figures->items[i];
	fail_msg("no figure '%s'", name);
	return NULL;
}

static void assert_data(const struct pb_figures *figures, const char *name, const char *want)
{
	const struct pb_figure *figure = figure_find(figures, name);
	char *text = NULL;
	const char *rows;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	figure->kind->data(figure, out);
	fclose(out);
	for (rows = text; *rows == '#'; rows = strchr(rows, '\n') + 1)
		;
	assert_string_equal(rows, want);
	free(text);
}

static void figures_data(void **state)
{
	struct fixture *f = *state;
	int64_t run_id = small_run(f->store);
	struct pb_summary summary;
	struct pb_figures figures;
	struct pb_view view;

	assert_int_equal(pb_summary_load(f->store, run_id, &summary), 0);
	assert_int_equal(pb_view_init(&view, &summary), 0);
	assert_int_equal(pb_figures_plan(&view, PB_FIGURES_OVERVIEW, &figures), 0);
	assert_int_equal(figures.nr, 4);
	assert_data(&figures, "cost-anon-1",
		    "0\tref\t0\t16\t26\t0x777777\t0x8c777777\t0\t26.0  (16.0 + 10.0)\n"
		    "1\tget\t0\t900\t914\t0x0072b2\t0x8c0072b2\t0\t914  (900 + 14.0)\n"
		    "2\tpin\t0\t965\t1053\t0xe69f00\t0x8ce69f00\t0\t1053  (965 + 88.0)\n");
	/* Row 1 is refused: it keeps its place, says why, and has no length. */
	assert_data(
		&figures, "cost-anon-512",
		"0\tref\t0\t6.01953125\t13.02539062\t0x777777\t0x8c777777\t0\t13.0  (6.02 + 7.01)\n"
		"1\tget\t0\t0\t0\t0x0072b2\t0x8c0072b2\t0\trefused (EOPNOTSUPP)\n"
		"2\tpin\t0\t456\t541.0058594\t0xe69f00\t0x8ce69f00\t0\t541  (456 + 85.0)\n");
	assert_data(&figures, "pages-anon",
		    "1\t1053\tnan\tnan\tpin\tpin\n512\t541.0058594\tnan\tnan\tpin\tpin\n\n\n"
		    "1\t26\tnan\tnan\tref\tpin\n512\t13.02539062\tnan\tnan\tref\tpin\n");
	pb_figures_done(&figures);
	pb_view_done(&view);
	pb_summary_done(&summary);
}

static void heat_needs_three_memories(void **state)
{
	static const char *const memories[] = { "anon", "thp", "fsdax" };
	struct fixture *f = *state;
	const struct fixture_run three = { .uuid = "00000000-0000-4000-8000-00000000000a",
					   .created = "2026-11-22T12:00:00Z",
					   .release = "6.1.0-test" };
	int64_t run_id = fixture_begin(f->store, &three);
	struct pb_summary summary;
	struct pb_figures figures;
	struct pb_view view;

	for (uint32_t i = 0; i < 3; i++) {
		struct fixture_cell cell = { .index = 2 * i,
					     .strategy = "ref",
					     .memory = memories[i],
					     .nr_pages = 1,
					     .acquire = 10,
					     .release = 0 };

		fixture_measured(f->store, run_id, &cell);
		cell.index++;
		cell.strategy = "longterm";
		cell.acquire = 1000 * (i + 1);
		if (i == 2)
			fixture_refused(f->store, run_id, &cell, EOPNOTSUPP, "no", NULL);
		else
			fixture_measured(f->store, run_id, &cell);
	}
	assert_int_equal(pb_summary_load(f->store, run_id, &summary), 0);
	assert_int_equal(pb_view_init(&view, &summary), 0);
	assert_int_equal(pb_figures_plan(&view, PB_FIGURES_OVERVIEW, &figures), 0);
	/* The least is cividis's first colour, under light words, and the most its last. */
	assert_data(&figures, "heat-memory-1",
		    "0\t0\t10\t8269\t1\t10.0\tanon\tref\n"
		    "0\t1\t1000\t14600798\t0\t1000\tanon\tlongterm\n"
		    "1\t0\t10\t8269\t1\t10.0\tthp\tref\n"
		    "1\t1\t2000\t16771654\t0\t2000\tthp\tlongterm\n"
		    "2\t0\t10\t8269\t1\t10.0\tfsdax\tref\n"
		    "2\t1\tnan\t0\t1\tEOPNOTSUPP\tfsdax\tlongterm\n");
	pb_figures_done(&figures);
	pb_view_done(&view);
	pb_summary_done(&summary);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(to_the_letter, setup, teardown),
		cmocka_unit_test_setup_teardown(narrow_terminals, setup, teardown),
		cmocka_unit_test_setup_teardown(colours_only_when_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(figures_data, setup, teardown),
		cmocka_unit_test_setup_teardown(heat_needs_three_memories, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
