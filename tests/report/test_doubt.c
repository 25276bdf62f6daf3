// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_doubt - numbers that nobody can judge are not judged: compare, gate and history say why.
 * Why: a head whose samples but one are four times dearer passed, and so did one without samples.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/judge/gate.h"
#include "report/judge/history/history.h"
#include "report/page/html.h"
#include "report/runs/table.h"
#include "tests/report/fixture.h"

enum { PAGES = 8, NR = 20 };

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

static void must(int ret)
{
	if (ret)
		fail_msg("%s", pb_fail_message(ret));
}

/* What one side measured of one cell. */
struct side {
	const char *evidence;
	const char *unit; /* NULL: the metric's own */
	double value;     /* of a call; 0: 1987 */
	double empty;     /* 0: 42; NaN: no harness */
	size_t nr;        /* samples stored; 0: NR */
	size_t nr_null;
	size_t nr_dear; /* of those with a value, from the second on */
	double by;      /* as many times dearer; 0: four */
	size_t asked;   /* 0: as many as are stored */
	enum pb_cell_state state;
};

static const char *metric_of(const struct side *side)
{
	enum pb_evidence class = PB_EVIDENCE_NONE;

	assert_int_equal(pb_evidence_take(side->evidence, &class), 0);
	return pb_summary_metric(class);
}

static void cell_add(struct pb_store *store, int64_t run, uint32_t index, const struct side *side)
{
	struct pb_cell_result result = { .state = PB_CELL_MEASURED };
	size_t nr = side->nr ? side->nr : NR;
	const char *unit = side->unit ? side->unit : metric_of(side);
	double value = side->value != 0 ? side->value : 1987;
	double empty = side->empty != 0 ? side->empty : 42, values[200];

	result.cell = (struct pb_cell){ .index = index, .nr_pages = PAGES, .nr_threads = 1 };
	result.cell.nr_samples = (uint32_t)(side->asked ? side->asked : nr);
	strcpy(result.cell.strategy, "pin-fast");
	result.cell.memory = PB_MEMORY_anon;
	result.cell.sharing = PB_SHARING_PRIVATE;
	result.cell.load = PB_LOAD_none;
	for (size_t i = 0; i < nr; i++) {
		/* Noise that is of one level, and is there for whoever asks for it. */
		double noise = pb_streq(side->evidence, "exact") ? 0 : (double)(i * 7 % 5);

		values[i] = i >= nr - side->nr_null ? NAN : value + noise;
		if (i && i <= side->nr_dear)
			values[i] *= side->by != 0 ? side->by : 4;
	}
	if (side->state != PB_CELL_NONE) {
		result.state = side->state;
		result.error = EIO;
		result.reason = strdup("the guest hung");
	} else {
		must(pb_cell_result_add(&result, "acquire", metric_of(side), unit, values, nr));
		must(pb_cell_result_add(&result, "release", metric_of(side), unit, values, nr));
		if (!isnan(empty))
			must(pb_cell_result_add(&result, "harness", metric_of(side), unit, &empty,
						1));
	}
	must(pb_store_cell_add(store, run, &result));
	pb_cell_result_done(&result);
}

static int64_t run_add(struct fixture *f, const char *digits, const char *release,
		       const struct side *sides, size_t nr)
{
	char uuid[37];
	struct fixture_run run = { .uuid = uuid,
				   .created = "2026-01-01T00:00:00Z",
				   .evidence = sides[0].evidence,
				   .release = release };
	int64_t id;

	snprintf(uuid, sizeof(uuid), "%s-0000-4000-8000-000000000001", digits);
	id = fixture_begin(f->store, &run);
	for (size_t i = 0; i < nr; i++)
		cell_add(f->store, id, (uint32_t)i, &sides[i]);
	must(pb_store_run_end(f->store, id, PB_RUN_STATE_COMPLETE));
	return id;
}

#define EXACT(...)                               \
	{                                        \
		.evidence = "exact", __VA_ARGS__ \
	}
#define NOISY(...)                                  \
	{                                           \
		.evidence = "hardware", __VA_ARGS__ \
	}

static const struct {
	struct side base, head;
	enum pb_verdict compare, gate;
	const char *says; /* in compare's sentence; NULL: nothing of it */
} rows[] = {
	{ EXACT(), EXACT(), PB_VERDICT_SAME, PB_VERDICT_SAME, NULL },
	{ EXACT(), EXACT(.nr = 7), PB_VERDICT_SAME, PB_VERDICT_SAME, "as many samples" },
	/* The least alone is the same, or better. */
	{ EXACT(), EXACT(.nr_dear = 19), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "others lie apart" },
	{ EXACT(), EXACT(.nr_dear = 9), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "others lie apart" },
	{ EXACT(), EXACT(.nr_dear = 4), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "others lie apart" },
	{ EXACT(), EXACT(.nr_dear = 19, .by = 1.01), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "others lie apart" },
	{ EXACT(), EXACT(.value = 1900, .nr_dear = 19), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "others lie apart" },
	{ EXACT(.nr = 5), EXACT(.nr = 100, .nr_dear = 95), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "others lie apart" },
	{ EXACT(.nr = 3), EXACT(.nr = 3, .nr_dear = 2), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "others lie apart" },
	/* A gate lets others become cheaper; that they did is no "no difference". */
	{ EXACT(.nr_dear = 19), EXACT(), PB_VERDICT_UNKNOWN, PB_VERDICT_SAME, "others lie apart" },
	/* A tick and a counter that overflows. */
	{ EXACT(), EXACT(.nr_dear = 2), PB_VERDICT_SAME, PB_VERDICT_SAME, "other samples differ" },
	{ EXACT(), EXACT(.value = 2000, .nr_dear = 19), PB_VERDICT_WORSE, PB_VERDICT_WORSE, NULL },
	{ EXACT(), EXACT(.value = 1900), PB_VERDICT_BETTER, PB_VERDICT_BETTER, NULL },
	/* What is not there did not pass. */
	{ EXACT(), EXACT(.nr_null = 19), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "head has 1 of the 20 samples that were asked for, others are NULL" },
	{ EXACT(), EXACT(.nr = 1, .asked = 20), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "head has 1 of the 20 samples" },
	{ EXACT(.nr = 12, .asked = 20), EXACT(), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "base has 12 of the 20 samples" },
	{ NOISY(), NOISY(.nr_null = 9), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "head has 11 of the 20 samples" },
	{ NOISY(), NOISY(.nr = 12, .asked = 20), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "head has 12 of the 20 samples" },
	/* Empty windows. */
	{ EXACT(), EXACT(.empty = 2000), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN, "below zero" },
	{ EXACT(.empty = 1990), EXACT(), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN, "below zero" },
	{ EXACT(), EXACT(.empty = 900), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "by its empty window alone" },
	{ EXACT(), EXACT(.empty = NAN), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "head has no empty window" },
	{ EXACT(.empty = NAN), EXACT(), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "base has no empty window" },
	{ EXACT(.value = 42), EXACT(.value = 42), PB_VERDICT_SAME, PB_VERDICT_SAME, NULL },
	{ EXACT(.value = 42), EXACT(.value = 43), PB_VERDICT_WORSE, PB_VERDICT_WORSE, NULL },
	{ NOISY(), NOISY(.empty = 3000), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN, "below zero" },
	{ NOISY(.empty = 3000), NOISY(), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN, "below zero" },
	{ NOISY(.empty = 3000), NOISY(.empty = 3000), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "below zero" },
	{ NOISY(), NOISY(.empty = NAN), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "head has no empty window" },
	{ NOISY(), NOISY(), PB_VERDICT_SAME, PB_VERDICT_SAME, NULL },
	/* What no double holds the sums of. */
	{ NOISY(.value = 1e308), NOISY(.value = 1e308), PB_VERDICT_UNKNOWN, PB_VERDICT_UNKNOWN,
	  "" },
	{ EXACT(.value = 4e307), EXACT(.value = 4e307, .nr_dear = 19), PB_VERDICT_UNKNOWN,
	  PB_VERDICT_UNKNOWN, "" },
};

static void judged_or_named(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct pb_gate_options options = { .seed = 1 };
		struct pb_comparison c;
		struct pb_gate gate;
		char digits[2][9];
		int64_t base, head;
		char *quote;

		snprintf(digits[0], sizeof(digits[0]), "aaaa%04zx", i);
		snprintf(digits[1], sizeof(digits[1]), "bbbb%04zx", i);
		base = run_add(f, digits[0], "6.1.0", &rows[i].base, 1);
		head = run_add(f, digits[1], "6.1.0", &rows[i].head, 1);
		must(pb_compare(f->store, base, f->store, head, &c));
		must(pb_gate_judge(f->store, base, f->store, head, &options, &gate));
		quote = pb_compare_quote(&c);
		if (c.verdict != rows[i].compare || gate.verdict != rows[i].gate)
			fail_msg("row %zu: compare '%s' and gate '%s', not '%s' and '%s': %s", i,
				 pb_verdict_name(c.verdict), pb_verdict_name(gate.verdict),
				 pb_verdict_name(rows[i].compare), pb_verdict_name(rows[i].gate),
				 quote);
		if (rows[i].says && !strstr(quote, rows[i].says))
			fail_msg("row %zu: '%s' does not say '%s'", i, quote, rows[i].says);
		free(quote);
		pb_gate_done(&gate);
		pb_comparison_done(&c);
	}
}

/* Whoever allows a growth allows it to all samples. */
static void allowed_growth(void **state)
{
	static const struct side base = EXACT();
	static const struct side heads[] = { EXACT(.nr_dear = 19, .by = 1.02),
					     EXACT(.nr_dear = 19, .by = 1.2) };
	static const enum pb_verdict wanted[] = { PB_VERDICT_SAME, PB_VERDICT_UNKNOWN };
	struct pb_gate_options options = { .seed = 1, .max = 0.05, .max_set = true };
	struct fixture *f = *state;
	int64_t first = run_add(f, "aaaa0000", "6.1.0", &base, 1);

	for (size_t i = 0; i < 2; i++) {
		int64_t head = run_add(f, i ? "cccc0000" : "bbbb0000", "6.1.0", &heads[i], 1);
		struct pb_gate gate;

		must(pb_gate_judge(f->store, first, f->store, head, &options, &gate));
		assert_int_equal(gate.verdict, wanted[i]);
		pb_gate_done(&gate);
	}
}

/* A baseline knows no others, so that the other side's must lie near its own least. */
static void beside_a_baseline(void **state)
{
	static const struct side base = EXACT(.nr = 1, .asked = 20);
	static const struct side heads[] = { EXACT(), EXACT(.nr_dear = 19) };
	static const enum pb_verdict wanted[] = { PB_VERDICT_SAME, PB_VERDICT_UNKNOWN };
	struct fixture *f = *state, kept = { 0 };
	int64_t first;

	must(pb_store_open_memory("baseline", &kept.store));
	pb_store_keeps_least_set(kept.store);
	first = run_add(&kept, "aaaa0000", "6.1.0", &base, 1);
	for (size_t i = 0; i < 2; i++) {
		int64_t head = run_add(f, i ? "cccc0000" : "bbbb0000", "6.1.0", &heads[i], 1);
		struct pb_comparison c;

		must(pb_compare(kept.store, first, f->store, head, &c));
		assert_int_equal(c.verdict, wanted[i]);
		pb_comparison_done(&c);
	}
	pb_store_free(kept.store);
}

/* A cell that a run has twice is two cells: the second is held against the second. */
static void second_cells(void **state)
{
	static const struct side base[] = { EXACT(), EXACT() },
				 head[] = { EXACT(), EXACT(.value = 4000) };
	struct fixture *f = *state;
	int64_t first = run_add(f, "aaaa0000", "6.1.0", base, 2);
	int64_t second = run_add(f, "bbbb0000", "6.1.0", head, 2);
	struct pb_comparison c;
	char *quote;

	must(pb_compare(f->store, first, f->store, second, &c));
	quote = pb_compare_quote(&c);
	assert_int_equal(c.verdict, PB_VERDICT_WORSE);
	assert_non_null(strstr(quote, "anon, again (2), 8 pages"));
	free(quote);
	pb_comparison_done(&c);
}

static void units_are_not_mixed(void **state)
{
	static const struct side ns = { .evidence = "syscall", .unit = "ns" },
				 us = { .evidence = "syscall", .unit = "us" };
	struct fixture *f = *state;
	int64_t first = run_add(f, "aaaa0000", "6.1.0", &ns, 1);
	int64_t second = run_add(f, "bbbb0000", "6.2.0", &us, 1);
	const struct pb_history_run runs[] = { { f->store, first }, { f->store, second } };
	struct pb_history_filter filter = { 0 };
	struct pb_gate_options options = { .seed = 1 };
	struct pb_comparison c;
	struct pb_history history;
	struct pb_gate gate;

	assert_int_equal(pb_compare(f->store, first, f->store, second, &c), -EINVAL);
	assert_non_null(strstr(pb_fail_message(-EINVAL), "units of 'ns' and 'us'"));
	assert_int_equal(pb_gate_judge(f->store, first, f->store, second, &options, &gate),
			 -EINVAL);
	assert_int_equal(pb_history_load(runs, 2, &filter, &history), -EINVAL);
}

/* Nor in one run's own tables, which say a column's unit once. */
static void one_run_has_one_unit(void **state)
{
	static const struct side ns = { .evidence = "syscall", .unit = "ns" };
	struct fixture *f = *state;
	int64_t run_id = run_add(f, "aaaa0000", "6.1.0", &ns, 1);
	const struct pb_report_run run = { f->store, run_id };
	const struct pb_table_style style = { 0 };
	_cleanup_free_ char *index = NULL, *dir = pb_format("%s/page", f->dir);

	assert_non_null(dir);
	assert_int_equal(pb_table_print_run(f->store, run_id, &style, stdout), 0);
	assert_int_equal(sqlite3_exec(pb_store_sqlite(f->store),
				      "UPDATE series SET unit = 'us' WHERE phase = 'release'", NULL,
				      NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(pb_table_print_run(f->store, run_id, &style, stdout), -EINVAL);
	assert_non_null(strstr(pb_fail_message(-EINVAL), "in units of 'ns' and of 'us'"));
	assert_int_equal(pb_report_write(&run, 1, dir, NULL, &index), -EINVAL);
}

static const struct {
	struct side old, new;
	const char *says, *says_not;
} histories[] = {
	{ EXACT(), EXACT(), "no step: 1 cell cost the same on 2 kernels", "cannot tell" },
	{ EXACT(), EXACT(.state = PB_CELL_FAILED), "failed (EIO the guest hung) on 6.2",
	  "the same" },
	{ EXACT(), EXACT(.state = PB_CELL_MISSING), "missing (EIO the guest hung) on 6.2",
	  "the same on" },
	{ EXACT(), EXACT(.nr_dear = 19), "others lie apart", "the same on" },
	{ EXACT(), EXACT(.nr_null = 19), "1 of the 20 samples", "the same on" },
	{ EXACT(), EXACT(.empty = 3000), "below zero", "1 step" },
	{ NOISY(), NOISY(.nr = 5), "6.2 has 5 samples, 10 are needed", "no step that chance" },
	{ NOISY(), NOISY(.empty = 3000), "below zero", "1 step" },
	{ NOISY(), NOISY(), "no step that chance does not make", "cannot tell" },
};

static void histories_name_it(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(histories) / sizeof(*histories); i++) {
		struct pb_history_filter filter = { 0 };
		struct pb_history_run runs[2] = { { f->store, 0 }, { f->store, 0 } };
		struct pb_history history;
		char digits[2][9];
		char *quote;

		snprintf(digits[0], sizeof(digits[0]), "aaaa%04zx", i);
		snprintf(digits[1], sizeof(digits[1]), "bbbb%04zx", i);
		runs[0].run_id = run_add(f, digits[0], "6.1.0", &histories[i].old, 1);
		runs[1].run_id = run_add(f, digits[1], "6.2.0", &histories[i].new, 1);
		must(pb_history_load(runs, 2, &filter, &history));
		quote = pb_history_quote(&history);
		if (!strstr(quote, histories[i].says) || strstr(quote, histories[i].says_not))
			fail_msg("history %zu: %s", i, quote);
		free(quote);
		pb_history_done(&history);
	}
}

int main(void)
{
#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		test(judged_or_named),   test(allowed_growth),      test(beside_a_baseline),
		test(second_cells),      test(units_are_not_mixed), test(one_run_has_one_unit),
		test(histories_name_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
