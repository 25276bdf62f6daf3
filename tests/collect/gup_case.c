// SPDX-License-Identifier: GPL-2.0-only
/*
 * gup_case - a log of gup_test, and what it must become in the database.
 * Why: a row is easily written, so that what people post can be tried by the dozen.
 */
#include "tests/collect/gup_case.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect/summary.h"
#include "common/err.h"

int gup_case_take(struct pb_store *store, const struct gup_case *one,
		  const struct pb_gup_options *how, struct pb_import_outcome *outcome)
{
	size_t len = one->len ? one->len : strlen(one->text);
	FILE *in = len ? fmemopen((char *)one->text, len, "r") : fopen("/dev/null", "r");
	struct pb_gup_options options = *how;
	int ret;

	assert_non_null(in);
	options.created = "2026-01-01T00:00:00Z";
	if (one->args)
		options.args = one->args;
	ret = pb_import_gup_test(store, in, "gup.log", &options, outcome);
	fclose(in);
	return ret;
}

static double least(const struct pb_summary_cell *cell, const char *phase)
{
	const struct pb_summary_series *series = pb_summary_find(cell, phase, "ns");

	return series ? series->min : 0;
}

/* All runs: the state, then the cells as "strategy memory pages threads intent ns ns". */
static char *rows_of(struct pb_store *store)
{
	int64_t nr = fixture_count(store, "SELECT count(*) FROM run");
	struct pb_buf rows = { 0 };

	for (int64_t id = 1; id <= nr; id++) {
		pb_cleanup(pb_summary_done) struct pb_summary run = { 0 };

		assert_int_equal(pb_summary_load(store, id, &run), 0);
		assert_int_equal(pb_buf_printf(&rows, "%s\n", pb_run_state_name(run.state)), 0);
		for (size_t i = 0; i < run.nr_cells; i++) {
			const struct pb_cell *cell = &run.cells[i].cell;

			assert_int_equal(pb_buf_printf(&rows, "%s %s %d %d %s %g %g\n",
						       cell->strategy, pb_memory_name(cell->memory),
						       (int)cell->nr_pages, (int)cell->nr_threads,
						       pb_intent_name(cell->intent),
						       least(&run.cells[i], "acquire"),
						       least(&run.cells[i], "release")),
					 0);
		}
	}
	return rows.data ? rows.data : strdup("");
}

void gup_case_check(const struct gup_case *one, size_t at, const struct pb_gup_options *how)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	struct pb_import_outcome outcome = { 0 };
	_cleanup_free_ char *rows = NULL;
	int ret;

	assert_int_equal(pb_store_open_memory("memory", &store), 0);
	ret = gup_case_take(store, one, how, &outcome);
	if (ret && one->rows)
		fail_msg("%zu: refused: %s\n%s", at, pb_fail_message(ret), one->text);
	rows = rows_of(store);
	if (!ret && (!one->rows || !pb_streq(rows, one->rows)))
		fail_msg("%zu: became\n%sin place of\n%s:\n%s", at, rows,
			 one->rows ? one->rows : "a refusal", one->text);
	if (ret && one->words && !strstr(pb_fail_message(ret), one->words))
		fail_msg("%zu: '%s' lacks '%s'", at, pb_fail_message(ret), one->words);
	if (ret)
		assert_string_equal(rows, "");
}
