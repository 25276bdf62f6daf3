// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_gate - every way to have measured nothing, and what passes.
 * Why: one vendor's gate reads a skipped benchmark as 0 microseconds and passes it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "common/err.h"
#include "report/judge/gate.h"
#include "report/judge/intervals.h"
#include "tests/report/fixture.h"

static const struct fixture_run base_run = { "aaaa0000-0000-4000-8000-000000000001",
					     "2026-01-01T00:00:00Z", NULL, "6.1.0", "debian:6.1" };
static const struct fixture_run head_run = { "bbbb0000-0000-4000-8000-000000000002",
					     "2026-01-02T00:00:00Z", NULL, "6.1.0", "debian:6.1" };
static const struct fixture_cell pin = { 0, "pin-fast", "thp", 512, 6144, 43520, 0, 0 };
static const struct fixture_cell get = { 1, "get", "anon", 8, 4000, 800, 0, 0 };

struct sides {
	struct fixture f;
	int64_t base;
	int64_t head;
	struct pb_gate_options options;
};

static int setup_as(void **state, const char *evidence)
{
	struct sides *s = calloc(1, sizeof(*s));
	struct fixture_run base = base_run, head = head_run;

	base.evidence = head.evidence = evidence;
	fixture_init(&s->f);
	s->base = fixture_begin(s->f.store, &base);
	s->head = fixture_begin(s->f.store, &head);
	s->options.seed = 1;
	*state = s;
	return 0;
}

static int setup(void **state)
{
	return setup_as(state, NULL);
}

static int setup_noisy(void **state)
{
	return setup_as(state, "hardware");
}

static int teardown(void **state)
{
	struct sides *s = *state;

	fixture_done(&s->f);
	free(s);
	return 0;
}

static void end_runs(struct sides *s)
{
	assert_int_equal(pb_store_run_end(s->f.store, s->base, PB_RUN_STATE_COMPLETE), 0);
	assert_int_equal(pb_store_run_end(s->f.store, s->head, PB_RUN_STATE_COMPLETE), 0);
}

static int try_gate(struct sides *s, struct pb_gate *ret_gate)
{
	return pb_gate_judge(s->f.store, s->base, s->f.store, s->head, &s->options, ret_gate);
}

/* Judges, checks the exit status and that the sentence holds @words. */
static void expect(struct sides *s, int status, const char *words)
{
	struct pb_gate gate;
	char *quote;
	int ret = try_gate(s, &gate);

	if (ret)
		fail_msg("%s", pb_fail_message(ret));
	quote = pb_gate_quote(&gate);
	assert_non_null(quote);
	if (!strstr(quote, words))
		fail_msg("'%s' does not say '%s'", quote, words);
	assert_int_equal(pb_verdict_exit(gate.verdict), status);
	free(quote);
	pb_gate_done(&gate);
}

static void expect_error(struct sides *s, const char *words)
{
	struct pb_gate gate;

	assert_int_equal(try_gate(s, &gate), -EINVAL);
	if (!strstr(pb_fail_message(-EINVAL), words))
		fail_msg("'%s' does not say '%s'", pb_fail_message(-EINVAL), words);
}

static void equal_runs_pass(void **state)
{
	struct sides *s = *state;

	fixture_measured(s->f.store, s->base, &pin);
	fixture_measured(s->f.store, s->head, &pin);
	end_runs(s);
	expect(s, 0, "same: all 2 phases of 1 cell pass (instructions, no growth allowed)");
}

static void growth_is_held_against_max(void **state)
{
	struct sides *s = *state;
	struct fixture_cell more = get;

	more.acquire *= 1.01;
	fixture_measured(s->f.store, s->base, &get);
	fixture_measured(s->f.store, s->head, &more);
	end_runs(s);
	expect(s, 1,
	       "worse: 1 of 2 phases in 1 cell (instructions, no growth allowed), most of all "
	       "get on anon, 8 pages, acquire: 500.0 \xE2\x86\x92 505.0 a page (+1.0 %)");
	s->options.max = 0.0099;
	expect(s, 1, "+0.99 % allowed");
	s->options.max = 0.01;
	expect(s, 0, "+1 % allowed");
}

/* What release saves does not pay for what acquire costs: they lie on different paths. */
static void phases_do_not_make_up_for_each_other(void **state)
{
	struct sides *s = *state;
	struct fixture_cell moved = get;

	moved.acquire += 8;
	moved.release -= 80;
	fixture_measured(s->f.store, s->base, &get);
	fixture_measured(s->f.store, s->head, &moved);
	end_runs(s);
	expect(s, 1, "acquire");
}

static void refused_failed_or_absent_is_no_pass(void **state)
{
	struct sides *s = *state;

	fixture_measured(s->f.store, s->base, &pin);
	fixture_measured(s->f.store, s->base, &get);
	fixture_measured(s->f.store, s->head, &pin);
	end_runs(s);
	expect(s, 125, "get on anon, 8 pages: head has no such cell");
	fixture_refused(s->f.store, s->head, &get, EOPNOTSUPP, "not on this kernel", NULL);
	expect(s, 125, "get on anon, 8 pages: head: refused, not on this kernel");
	s->options.except = (char *[]){ (char *)"get" };
	s->options.nr_except = 1;
	expect(s, 0, "same: all 2 phases of 1 cell");
	s->options.nr_except = 0;
	s->options.cells = (char *[]){ (char *)"pin-fast,thp,512" };
	s->options.nr_cells = 1;
	expect(s, 0, "same: all 2 phases of 1 cell");
	s->options.cells = (char *[]){ (char *)"get" };
	expect(s, 125, "refused");
}

static void only_in_head_is_no_pass(void **state)
{
	struct sides *s = *state;

	fixture_measured(s->f.store, s->base, &pin);
	fixture_measured(s->f.store, s->head, &pin);
	fixture_measured(s->f.store, s->head, &get);
	end_runs(s);
	expect(s, 125, "get on anon, 8 pages: base has no such cell");
}

static void all_refused_is_no_pass(void **state)
{
	struct sides *s = *state;

	fixture_refused(s->f.store, s->base, &pin, EOPNOTSUPP, "no", NULL);
	fixture_refused(s->f.store, s->head, &pin, EOPNOTSUPP, "no", NULL);
	end_runs(s);
	expect(s, 125, "base: refused, no; head: refused, no");
}

/* A cell that is worse is worse, whatever else is missing. */
static void worse_outranks_absence(void **state)
{
	struct sides *s = *state;
	struct fixture_cell more = get;

	more.release += 1;
	fixture_measured(s->f.store, s->base, &pin);
	fixture_measured(s->f.store, s->base, &get);
	fixture_refused(s->f.store, s->head, &pin, EIO, "a short pin: 3 pages of 8", NULL);
	fixture_measured(s->f.store, s->head, &more);
	end_runs(s);
	expect(s, 1, "get on anon, 8 pages, release");
}

static void empty_and_unended_runs_are_no_pass(void **state)
{
	struct sides *s = *state;

	fixture_measured(s->f.store, s->base, &pin);
	assert_int_equal(pb_store_run_end(s->f.store, s->base, PB_RUN_STATE_COMPLETE), 0);
	expect(s, 125, "head (run bbbb0000) did not end: it is 'running'");
	assert_int_equal(pb_store_run_end(s->f.store, s->head, PB_RUN_STATE_COMPLETE), 0);
	expect(s, 125, "head (run bbbb0000) is empty: it has no cell");
	s->head = s->base;
	expect_error(s, "the same run");
}

static void words_that_fit_nothing_are_errors(void **state)
{
	struct sides *s = *state;

	fixture_measured(s->f.store, s->base, &pin);
	fixture_measured(s->f.store, s->head, &pin);
	end_runs(s);
	s->options.cells = (char *[]){ (char *)"pin-fast", (char *)"pin-fats" };
	s->options.nr_cells = 2;
	expect_error(s, "--cell 'pin-fats' fits no cell");
	s->options.nr_cells = 0;
	s->options.except = (char *[]){ (char *)"pin-fast" };
	s->options.nr_except = 1;
	expect_error(s, "leaves no cell");
}

static void other_evidence_is_an_error(void **state)
{
	struct sides *s = *state;
	struct fixture_run hardware = head_run;

	hardware.uuid = "cccc0000-0000-4000-8000-000000000003";
	hardware.evidence = "hardware";
	fixture_measured(s->f.store, s->base, &pin);
	s->head = fixture_begin(s->f.store, &hardware);
	expect_error(s, "'exact' and 'hardware'");
}

static void another_architecture_is_no_pass(void **state)
{
	struct sides *s = *state;

	fixture_measured(s->f.store, s->base, &pin);
	fixture_measured(s->f.store, s->head, &pin);
	end_runs(s);
	assert_int_equal(pb_store_fact_set(s->f.store, s->base, "kernel.arch", "x86_64"), 0);
	assert_int_equal(pb_store_fact_set(s->f.store, s->head, "kernel.arch", "aarch64"), 0);
	expect(s, 125, "base ran on 'x86_64' and head on 'aarch64'");
}

/* Cycles with normal noise; @nr_null of acquire's samples never ran. */
static void noisy_cell(struct sides *s, int64_t run, double cost, double deviation, uint32_t nr,
		       uint32_t nr_null)
{
	struct pb_cell_result result = { .state = PB_CELL_MEASURED };
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
	double values[64], empty = 30;

	gsl_rng_set(random, (unsigned long)run);
	result.cell = (struct pb_cell){ .nr_pages = 64, .nr_threads = 1, .nr_samples = nr };
	strcpy(result.cell.strategy, "pin");
	result.cell.memory = PB_MEMORY_anon;
	result.cell.sharing = PB_SHARING_PRIVATE;
	result.cell.load = PB_LOAD_none;
	for (uint32_t i = 0; i < nr; i++)
		values[i] =
			i < nr_null ? NAN : round(cost * (1 + gsl_ran_gaussian(random, deviation)));
	assert_int_equal(pb_cell_result_add(&result, "acquire", "cycles", "cycles", values, nr), 0);
	for (uint32_t i = 0; i < nr; i++)
		values[i] = round(9000 * (1 + gsl_ran_gaussian(random, deviation)));
	assert_int_equal(pb_cell_result_add(&result, "release", "cycles", "cycles", values, nr), 0);
	assert_int_equal(pb_cell_result_add(&result, "harness", "cycles", "cycles", &empty, 1), 0);
	assert_int_equal(pb_store_cell_add(s->f.store, run, &result), 0);
	pb_cell_result_done(&result);
	gsl_rng_free(random);
}

static void noise_passes_and_growth_does_not(void **state)
{
	struct sides *s = *state;

	noisy_cell(s, s->base, 20000, 0.004, 20, 0);
	noisy_cell(s, s->head, 20400, 0.004, 20, 0);
	end_runs(s);
	expect(s, 1,
	       "worse: 1 of 2 phases in 1 cell (cycles, noise threshold 0.5 %), most of all pin "
	       "on anon, 64 pages, acquire");
	s->options.max = 0.01;
	s->options.max_set = true;
	expect(s, 1, "+1 % allowed");
	s->options.max = 0.03;
	expect(s, 0, "same: all 2 phases");
}

static void equal_noise_passes(void **state)
{
	struct sides *s = *state;

	noisy_cell(s, s->base, 20000, 0.004, 20, 0);
	noisy_cell(s, s->head, 20000, 0.004, 20, 0);
	end_runs(s);
	expect(s, 0, "same: all 2 phases of 1 cell pass (cycles, noise threshold 0.5 %)");
}

/* Not seen is not the same as not there. */
static void too_much_noise_cannot_tell(void **state)
{
	struct sides *s = *state;

	noisy_cell(s, s->base, 20000, 0.1, 20, 0);
	noisy_cell(s, s->head, 20000, 0.1, 20, 0);
	end_runs(s);
	expect(s, 125, "too noisy: growth beyond 5 % is not ruled out");
}

static void unscheduled_counters_cannot_tell(void **state)
{
	struct sides *s = *state;
	struct pb_comparison c;

	noisy_cell(s, s->base, 20000, 0.004, 20, 0);
	noisy_cell(s, s->head, 20000, 0.004, 20, 20);
	end_runs(s);
	expect(s, 125, "head: the counter never ran (20 samples, all NULL)");
	assert_int_equal(pb_compare(s->f.store, s->base, s->f.store, s->head, &c), 0);
	assert_int_equal(c.verdict, PB_VERDICT_UNKNOWN);
	assert_int_equal(c.nr_blind, 1);
	pb_comparison_done(&c);
}

static void few_samples_cannot_tell(void **state)
{
	struct sides *s = *state;

	noisy_cell(s, s->base, 20000, 0.004, 20, 0);
	noisy_cell(s, s->head, 20000, 0.004, 20, 11);
	end_runs(s);
	expect(s, 125, "head has 9 samples, 10 are needed");
}

/* An exact counter that never ran: nothing equal was seen on either side. */
static void exact_without_values_cannot_tell(void **state)
{
	struct sides *s = *state;
	struct pb_cell_result result = { .state = PB_CELL_MEASURED };
	const double never = NAN;
	struct pb_comparison c;

	result.cell = (struct pb_cell){ .nr_pages = 1, .nr_threads = 1, .nr_samples = 1 };
	strcpy(result.cell.strategy, "pin");
	result.cell.memory = PB_MEMORY_anon;
	result.cell.sharing = PB_SHARING_PRIVATE;
	result.cell.load = PB_LOAD_none;
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pb_cell_result_add(&result, i ? "release" : "acquire",
						    "instructions", "instructions", &never, 1),
				 0);
	assert_int_equal(pb_store_cell_add(s->f.store, s->base, &result), 0);
	assert_int_equal(pb_store_cell_add(s->f.store, s->head, &result), 0);
	pb_cell_result_done(&result);
	end_runs(s);
	expect(s, 125, "base: the counter never ran");
	assert_int_equal(pb_compare(s->f.store, s->base, s->f.store, s->head, &c), 0);
	assert_int_equal(c.verdict, PB_VERDICT_UNKNOWN);
	pb_comparison_done(&c);
}

/* Pairs are used where a fact says so: a drift that both share disappears. */
static void interleaved_runs_are_paired(void **state)
{
	struct sides *s = *state;
	struct pb_comparison c;

	noisy_cell(s, s->base, 20000, 0.004, 20, 0);
	noisy_cell(s, s->head, 20000, 0.004, 20, 0);
	end_runs(s);
	assert_int_equal(pb_store_fact_set(s->f.store, s->base, PB_FACT_INTERLEAVED, "x"), 0);
	assert_int_equal(pb_compare(s->f.store, s->base, s->f.store, s->head, &c), 0);
	assert_false(c.noisy->paired);
	pb_comparison_done(&c);
	assert_int_equal(pb_store_fact_set(s->f.store, s->head, PB_FACT_INTERLEAVED, "x"), 0);
	assert_int_equal(pb_compare(s->f.store, s->base, s->f.store, s->head, &c), 0);
	assert_true(c.noisy->paired);
	assert_int_equal(c.verdict, PB_VERDICT_SAME);
	pb_comparison_done(&c);
}

static void max_is_parsed(void **state)
{
	static const char *const wrong[] = { "", "%", "x", "-1%", "1%%", "1 2", "nan", "1001" };
	double max = -1;

	(void)state;
	assert_int_equal(pb_percent_parse("+1%", "gate: --max", 0, &max), 0);
	assert_true(fabs(max - 0.01) < 1e-15);
	assert_int_equal(pb_percent_parse("0.5 %", "gate: --max", 0, &max), 0);
	assert_true(fabs(max - 0.005) < 1e-15);
	assert_int_equal(pb_percent_parse("0", "gate: --max", 0, &max), 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(pb_percent_parse(wrong[i], "gate: --max", 0, &max), -EINVAL);
	assert_true(max == 0);
}

#define EXACT(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define NOISY(test) cmocka_unit_test_setup_teardown(test, setup_noisy, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EXACT(equal_runs_pass),
		EXACT(growth_is_held_against_max),
		EXACT(phases_do_not_make_up_for_each_other),
		EXACT(refused_failed_or_absent_is_no_pass),
		EXACT(only_in_head_is_no_pass),
		EXACT(all_refused_is_no_pass),
		EXACT(worse_outranks_absence),
		EXACT(empty_and_unended_runs_are_no_pass),
		EXACT(words_that_fit_nothing_are_errors),
		EXACT(other_evidence_is_an_error),
		EXACT(another_architecture_is_no_pass),
		EXACT(exact_without_values_cannot_tell),
		NOISY(noise_passes_and_growth_does_not),
		NOISY(equal_noise_passes),
		NOISY(too_much_noise_cannot_tell),
		NOISY(unscheduled_counters_cannot_tell),
		NOISY(few_samples_cannot_tell),
		NOISY(interleaved_runs_are_paired),
		cmocka_unit_test(max_is_parsed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
