// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_drawn - simulated runs are held against each other interleaving by interleaving.
 * Why: a run compared with its own copy could not tell, "one step of the clock" being as much as two
 * transfers; and what was simulated otherwise looked like a change of the kernel.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/model/model.h"
#include "collect/model/traffic.h"
#include "common/err.h"
#include "common/grid/forms.h"
#include "common/str.h"
#include "report/judge/drawn.h"
#include "report/judge/gate.h"
#include "report/judge/history/history.h"
#include "tests/report/fixture.h"

enum { NR = PB_MODEL_NR_SEEDS, PAGES = 4 };

static const struct fixture_run base_run = { "aaaa0000-0000-4000-8000-000000000001",
					     "2026-01-01T00:00:00Z", "model", "6.1.0",
					     "debian:6.1" };
static const struct fixture_run head_run = { "bbbb0000-0000-4000-8000-000000000002",
					     "2026-01-02T00:00:00Z", "model", "6.12.0",
					     "debian:6.12" };

/* A cell's transfers a call: @transfers + i * @rise in interleaving i, by @sway more in every other. */
struct drawn_cell {
	double transfers, rise, sway;
	double lines;
	double misses;
	double refcount; /* transfers of one field; the rest are another's */
	uint32_t nr_samples;
	size_t nr; /* interleavings; 0: all */
};

static const struct drawn_cell usual = { 8, 0.25, 0, 48, 3, 2, 100, 0 };

struct sides {
	struct fixture f;
	int64_t base, head;
	struct pb_gate_options options;
};

static int setup(void **state)
{
	struct sides *s = calloc(1, sizeof(*s));

	fixture_init(&s->f);
	s->options.seed = 1;
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct sides *s = *state;

	fixture_done(&s->f);
	free(s);
	return 0;
}

static void must(int ret)
{
	if (ret)
		fail_msg("%s", pb_fail_message(ret));
}

static void series_add(struct pb_cell_result *result, const char *phase, const char *metric,
		       const double *values, size_t nr)
{
	must(pb_cell_result_add(result, phase, metric, "count", values, nr));
}

static void traffic_add(struct pb_cell_result *result, const char *object, const char *field,
			const char *function, double transfers, double lines)
{
	double values[PB_TRAFFIC_NR_VALUES] = { [PB_TRAFFIC_LOADS] = 1,
						[PB_TRAFFIC_TRANSFERS] = transfers,
						[PB_TRAFFIC_COLD_LINES] = lines };

	must(pb_traffic_add(&result->traffic, object, field, function, values));
}

static void cell_add(struct pb_store *store, int64_t run_id, const struct drawn_cell *cell)
{
	struct pb_cell_result result = { .state = PB_CELL_MEASURED };
	double transfers[NR], lines[NR], misses[NR], calls = 300;
	size_t nr = cell->nr ? cell->nr : NR;

	result.cell = (struct pb_cell){ .nr_pages = PAGES,
					.nr_threads = 4,
					.nr_samples = cell->nr_samples };
	strcpy(result.cell.strategy, "pin-fast");
	result.cell.memory = PB_MEMORY_anon;
	result.cell.sharing = PB_SHARING_PAGE;
	for (size_t i = 0; i < NR; i++) {
		transfers[i] = cell->transfers + (double)i * cell->rise + (i % 2 ? cell->sway : 0);
		lines[i] = cell->lines;
		misses[i] = cell->misses;
	}
	series_add(&result, "acquire", "transfers", transfers, nr);
	series_add(&result, "release", "transfers", misses, nr);
	series_add(&result, "call", "transfers", transfers, nr);
	series_add(&result, "call", "cold-lines", lines, nr);
	series_add(&result, "call", "d1-misses", misses, nr);
	series_add(&result, "simulated", "calls", &calls, 1);
	traffic_add(&result, "page", "_refcount", "get", cell->refcount / 2, 1);
	traffic_add(&result, "page", "_refcount", "put", cell->refcount / 2, 0);
	traffic_add(&result, "mm_struct", "mmap_lock", "lock", 1, cell->lines - 1);
	must(pb_store_cell_add(store, run_id, &result));
	pb_cell_result_done(&result);
}

/* @seed NULL: the run does not say. */
static int64_t run_add(struct sides *s, const struct fixture_run *as, const char *seed,
		       const char *caches, const struct drawn_cell *cell)
{
	int64_t id = fixture_begin(s->f.store, as);

	if (seed)
		must(pb_store_fact_set(s->f.store, id, "model.seed", seed));
	must(pb_store_fact_set(s->f.store, id, "model.geometry", caches));
	must(pb_store_fact_set(s->f.store, id, "model.cpus", "4"));
	must(pb_store_fact_set(s->f.store, id, "model.interleavings", "17"));
	must(pb_store_fact_set(s->f.store, id, "model.claim", PB_MODEL_CLAIM));
	cell_add(s->f.store, id, cell);
	fixture_end(s->f.store, id);
	return id;
}

static void sides_add(struct sides *s, const struct drawn_cell *base, const struct drawn_cell *head)
{
	s->base = run_add(s, &base_run, "1", "d1 32 KiB", base);
	s->head = run_add(s, &head_run, "1", "d1 32 KiB", head);
}

/* Lines end where the terminal does, which is no part of what is said. */
static void says(const char *text, const char *words)
{
	_cleanup_free_ char *flat = calloc(1, strlen(text) + 1);
	size_t len = 0;

	assert_non_null(flat);
	for (; *text; text++)
		if (!strchr(" \n", *text))
			flat[len++] = *text;
		else if (len && flat[len - 1] != ' ')
			flat[len++] = ' ';
	if (!strstr(flat, words))
		fail_msg("'%s' does not say '%s'", flat, words);
}

/* compare and gate say the same, with these words in what each of them shows. */
static void expect(struct sides *s, enum pb_verdict verdict, const char *words,
		   const char *gate_words)
{
	_cleanup_free_ char *text = NULL, *quote = NULL;
	struct pb_comparison c;
	struct pb_gate gate;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	must(pb_compare(s->f.store, s->base, s->f.store, s->head, &c));
	must(pb_compare_print(&c, 0, out));
	assert_int_equal(fclose(out), 0);
	says(text, words);
	assert_int_equal(c.verdict, verdict);
	pb_comparison_done(&c);
	must(pb_gate_judge(s->f.store, s->base, s->f.store, s->head, &s->options, &gate));
	quote = pb_gate_quote(&gate);
	assert_non_null(quote);
	says(quote, gate_words);
	assert_int_equal(gate.verdict, verdict);
	pb_gate_done(&gate);
}

static void a_copy_is_no_difference(void **state)
{
	struct sides *s = *state;

	sides_add(s, &usual, &usual);
	expect(s, PB_VERDICT_SAME, "no difference: 1 cell, all of 17 interleavings identical",
	       "same: all 2 phases of 1 cell pass");
}

static void all_pairs_agree_or_nobody_can_tell(void **state)
{
	static const struct {
		double transfers, rise, sway, refcount;
		enum pb_verdict verdict;
		const char *words, *gate_words;
	} rows[] = {
		/* Four pages a call. */
		{ 12, 0.25, 0, 6, PB_VERDICT_WORSE,
		  "2.50 \xE2\x86\x92 3.50 a page (+1.00 to +1.00 in 17 interleavings; most of all "
		  "page._refcount 0.50 \xE2\x86\x92 1.50",
		  "worse: 1 of 2 phases" },
		{ 8.1, 0.5, 0, 2.5, PB_VERDICT_WORSE, "1 of 1 cell differ, 1 worse", "worse: 1" },
		{ 7, 0.25, 0, 1, PB_VERDICT_BETTER, "1 better: pin-fast on anon",
		  "better: all 2 phases of 1 cell pass" },
		{ 4, 0.25, 8, 2, PB_VERDICT_UNKNOWN,
		  "cannot tell in 1 of 1 cells, the first being pin-fast on anon",
		  "the interleavings do not agree: growth beyond 5 % is not ruled out" },
		{ 7.8, 0.25, 0.4, 2, PB_VERDICT_SAME,
		  "no difference: where interleavings of 1 cell differ, it is by less than 5 %",
		  "same: all 2 phases" },
	};

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		struct drawn_cell head = usual;
		void *each;

		head.transfers = rows[i].transfers;
		head.rise = rows[i].rise;
		head.sway = rows[i].sway;
		head.refcount = rows[i].refcount;
		setup(&each);
		sides_add(each, &usual, &head);
		expect(each, rows[i].verdict, rows[i].words, rows[i].gate_words);
		teardown(&each);
	}
}

static void a_line_more_is_worse_though_nothing_moves(void **state)
{
	struct sides *s = *state;
	struct drawn_cell head = usual;

	head.lines += PAGES;
	sides_add(s, &usual, &head);
	expect(s, PB_VERDICT_WORSE,
	       "cold-lines: 12.0 \xE2\x86\x92 13.0 a page (+1.00 to +1.00 in 17 interleavings; most "
	       "of all mm_struct.mmap_lock 11.8 \xE2\x86\x92 12.8",
	       "cold-lines: 12.0 \xE2\x86\x92 13.0 a page (+8.3 %)");
}

static void fewer_transfers_do_not_pay_for_lines(void **state)
{
	struct sides *s = *state;
	struct drawn_cell head = usual;

	head.lines += PAGES;
	head.transfers -= 4;
	sides_add(s, &usual, &head);
	expect(s, PB_VERDICT_WORSE, "1 of 1 cell differ, 1 worse", "worse: 1 of 2 phases");
}

static void misses_judge_nothing(void **state)
{
	struct sides *s = *state;
	struct drawn_cell head = usual;

	head.misses += 8;
	sides_add(s, &usual, &head);
	expect(s, PB_VERDICT_SAME, "misses or accesses, which are not judged, differ in 1 of them",
	       "same: all 2 phases");
}

static void what_was_nothing_grew(void **state)
{
	struct sides *s = *state;
	struct drawn_cell none = usual, head = usual;

	none.transfers = none.rise = none.refcount = 0;
	sides_add(s, &none, &head);
	expect(s, PB_VERDICT_WORSE, "0 \xE2\x86\x92 2.50 a page (+2.00 to +3.00",
	       "0 \xE2\x86\x92 2.50 a page (new)");
}

static void growth_is_held_against_max(void **state)
{
	struct sides *s = *state;
	struct drawn_cell head = usual;
	static const struct {
		double max;
		enum pb_verdict verdict;
	} rows[] = { { 0.05, PB_VERDICT_WORSE }, { 0.15, PB_VERDICT_SAME } };

	head.transfers += 1; /* 10 % of the median */
	sides_add(s, &usual, &head);
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		struct pb_gate gate;

		s->options.max = rows[i].max;
		s->options.max_set = true;
		must(pb_gate_judge(s->f.store, s->base, s->f.store, s->head, &s->options, &gate));
		assert_int_equal(gate.verdict, rows[i].verdict);
		pb_gate_done(&gate);
	}
}

/* The gate's sentence holds the reason, once. */
static void expect_refused(struct sides *s, const char *words)
{
	_cleanup_free_ char *quote = NULL;
	struct pb_gate gate;

	expect(s, PB_VERDICT_UNKNOWN, words, words);
	must(pb_gate_judge(s->f.store, s->base, s->f.store, s->head, &s->options, &gate));
	quote = pb_gate_quote(&gate);
	assert_null(strstr(strstr(quote, words) + 1, words));
	pb_gate_done(&gate);
}

static void another_seed_makes_no_pairs(void **state)
{
	struct sides *s = *state;

	s->base = run_add(s, &base_run, "1", "d1 32 KiB", &usual);
	s->head = run_add(s, &head_run, "2", "d1 32 KiB", &usual);
	expect_refused(s, "simulated: base with seed 1, head with seed 2 (run both with the same "
			  "--seed)");
}

static void other_caches_make_no_pairs(void **state)
{
	struct sides *s = *state;

	s->base = run_add(s, &base_run, "1", "d1 32 KiB", &usual);
	s->head = run_add(s, &head_run, NULL, "d1 48 KiB", &usual);
	expect_refused(s,
		       "simulated: base with seed 1, head does not say with which seed; base with "
		       "caches d1 32 KiB, head with caches d1 48 KiB (run both with the same "
		       "--seed, --cache)");
}

static void other_numbers_of_calls_make_no_pairs(void **state)
{
	struct sides *s = *state;
	struct drawn_cell head = usual;

	head.nr_samples = 10;
	sides_add(s, &usual, &head);
	expect(s, PB_VERDICT_UNKNOWN, "base made 0+100 calls and head 0+10",
	       "run both with as many");
}

static void lost_interleavings_make_no_pairs(void **state)
{
	struct sides *s = *state;
	struct drawn_cell head = usual;

	head.nr = 5;
	sides_add(s, &usual, &head);
	expect(s, PB_VERDICT_UNKNOWN, "head has 5 of 17 interleavings",
	       "head has 5 of 17 interleavings");
}

/* The history of both runs as a person reads it; what is newly allocated. */
static char *history_text(struct sides *s, const char *metric)
{
	const struct pb_history_run runs[] = { { s->f.store, s->base }, { s->f.store, s->head } };
	const struct pb_history_filter filter = { .metric = metric };
	static const struct pb_history_style style = { 0, 0 };
	pb_cleanup(pb_document_done) struct pb_document document = { .command = "history" };
	pb_cleanup(pb_history_done) struct pb_history history = { 0 };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	must(pb_history_load(runs, 2, &filter, &history));
	must(pb_history_document(&history, &style, &document));
	must(pb_document_write(&document, &pb_document_formats[0], out));
	assert_int_equal(fclose(out), 0);
	return text;
}

static void history_shows_the_step_and_its_field(void **state)
{
	_cleanup_free_ char *text = NULL, *lines = NULL;
	struct sides *s = *state;
	struct drawn_cell head = usual;

	head.transfers += 4;
	head.refcount += 4;
	sides_add(s, &usual, &head);
	text = history_text(s, NULL);
	says(text, "1 step over 2 kernels");
	says(text, "page._refcount 0.50 \xE2\x86\x92 1.50");
	says(text, "call: 2.50 \xE2\x86\x92 3.50 transfers a page (+40 %)");
	lines = history_text(s, "cold-lines");
	says(lines, "no step: 1 cell on 2 kernels");
}

static void history_of_other_seeds_cannot_tell(void **state)
{
	_cleanup_free_ char *text = NULL;
	struct sides *s = *state;
	struct drawn_cell head = usual;

	head.transfers += 4;
	s->base = run_add(s, &base_run, "1", "d1 32 KiB", &usual);
	s->head = run_add(s, &head_run, "2", "d1 32 KiB", &head);
	text = history_text(s, NULL);
	says(text, "cannot tell: simulated: 6.1 with seed 1, 6.12 with seed 2");
}

#define DRAWN(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DRAWN(a_copy_is_no_difference),
		cmocka_unit_test(all_pairs_agree_or_nobody_can_tell),
		DRAWN(a_line_more_is_worse_though_nothing_moves),
		DRAWN(fewer_transfers_do_not_pay_for_lines),
		DRAWN(misses_judge_nothing),
		DRAWN(what_was_nothing_grew),
		DRAWN(growth_is_held_against_max),
		DRAWN(another_seed_makes_no_pairs),
		DRAWN(other_caches_make_no_pairs),
		DRAWN(other_numbers_of_calls_make_no_pairs),
		DRAWN(lost_interleavings_make_no_pairs),
		DRAWN(history_shows_the_step_and_its_field),
		DRAWN(history_of_other_seeds_cannot_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
