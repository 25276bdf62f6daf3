// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_compare - verdicts, differences and the sentence at the end.
 * Why: `git bisect run` and a gate believe the exit status.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "report/judge/comparison.h"
#include "tests/report/fixture.h"

#define MINUS "\xE2\x88\x92"

static const struct fixture_run base_run = { "aaaa0000-0000-4000-8000-000000000001",
					     "2026-01-01T00:00:00Z", NULL, "6.1.0", "debian:6.1" };
static const struct fixture_run head_run = { "bbbb0000-0000-4000-8000-000000000002",
					     "2026-01-02T00:00:00Z", NULL, "6.1.0", "debian:6.1" };
static const struct fixture_cell pin = { 0, "pin-fast", "thp", 512, 6144, 43520, 0, 0 };

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

static struct pb_comparison compare(struct fixture *f, int64_t base, int64_t head)
{
	struct pb_comparison c;
	int ret;

	fixture_end(f->store, base);
	fixture_end(f->store, head);
	ret = pb_compare(f->store, base, f->store, head, &c);
	if (ret)
		fail_msg("%s", pb_fail_message(ret));
	return c;
}

static void assert_quote(const struct pb_comparison *c, const char *want)
{
	char *quote = pb_compare_quote(c);

	assert_string_equal(quote, want);
	free(quote);
}

static void identical_runs(void **state)
{
	struct fixture *f = *state;
	int64_t base = fixture_begin(f->store, &base_run),
		head = fixture_begin(f->store, &head_run);
	struct pb_comparison c;

	fixture_quick(f->store, base, 1, 5);
	fixture_quick(f->store, head, 1, 5);
	c = compare(f, base, head);
	assert_int_equal(c.verdict, PB_VERDICT_SAME);
	assert_int_equal(pb_verdict_exit(c.verdict), 0);
	assert_int_equal(c.nr_compared, 76);
	assert_int_equal(c.nr_diffs, 0);
	assert_int_equal(c.nr_unmatched, 0);
	assert_int_equal(c.nr_facts, 0);
	/* Two phases of five samples and one harness window. */
	assert_quote(&c, "no difference: 76 cells, all 836 samples identical");
	pb_comparison_done(&c);
}

static void equal_minima_other_samples(void **state)
{
	struct fixture *f = *state;
	int64_t base = fixture_begin(f->store, &base_run),
		head = fixture_begin(f->store, &head_run);
	struct fixture_cell late = pin;
	struct pb_comparison c;

	late.last_sample_more = 9;
	fixture_measured(f->store, base, &pin);
	fixture_measured(f->store, head, &late);
	c = compare(f, base, head);
	assert_int_equal(c.verdict, PB_VERDICT_SAME);
	assert_quote(&c,
		     "no difference in the least samples of 1 cell, but other samples differ in 1 "
		     "of them");
	pb_comparison_done(&c);
}

static void better_is_quoted(void **state)
{
	struct fixture *f = *state;
	int64_t base = fixture_begin(f->store, &base_run),
		head = fixture_begin(f->store, &head_run);
	struct fixture_cell batched = pin;
	struct pb_comparison c;

	batched.release = 6195;
	fixture_measured(f->store, base, &pin);
	fixture_measured(f->store, head, &batched);
	c = compare(f, base, head);
	assert_int_equal(c.verdict, PB_VERDICT_BETTER);
	assert_int_equal(pb_verdict_exit(c.verdict), 0);
	assert_int_equal(c.nr_diffs, 1);
	assert_string_equal(c.diffs[0].phase, "release");
	assert_quote(&c, "1 of 1 cell differ, 1 better: pin-fast on thp, 512 pages, release: 85.0 "
			 "\xE2\x86\x92 12.1 instructions a page (" MINUS "86 %)");
	pb_comparison_done(&c);
}

static void one_instruction_is_worse(void **state)
{
	struct fixture *f = *state;
	int64_t base = fixture_begin(f->store, &base_run),
		head = fixture_begin(f->store, &head_run);
	struct fixture_cell more = pin;
	struct pb_comparison c;

	more.acquire += 1;
	fixture_measured(f->store, base, &pin);
	fixture_measured(f->store, head, &more);
	c = compare(f, base, head);
	assert_int_equal(c.verdict, PB_VERDICT_WORSE);
	assert_int_equal(pb_verdict_exit(c.verdict), 1);
	assert_int_equal(c.nr_worse, 1);
	assert_true(c.diffs[0].per_call == 1);
	assert_true(fabs(c.diffs[0].change - 1.0 / 512) < 1e-12);
	pb_comparison_done(&c);
}

/* Cheaper to release, dearer to acquire: the two together decide. */
static void total_decides(void **state)
{
	struct fixture *f = *state;
	int64_t base = fixture_begin(f->store, &base_run),
		head = fixture_begin(f->store, &head_run);
	struct fixture_cell moved = pin;
	struct pb_comparison c;

	moved.acquire += 100;
	moved.release -= 200;
	fixture_measured(f->store, base, &pin);
	fixture_measured(f->store, head, &moved);
	c = compare(f, base, head);
	assert_int_equal(c.verdict, PB_VERDICT_BETTER);
	assert_int_equal(c.nr_diffs, 2);
	assert_string_equal(c.diffs[0].phase, "release");
	pb_comparison_done(&c);
}

static void lost_cell_is_worse(void **state)
{
	struct fixture *f = *state;
	int64_t base = fixture_begin(f->store, &base_run),
		head = fixture_begin(f->store, &head_run);
	struct fixture_cell other = pin;
	struct pb_comparison c;

	other.index = 1;
	other.strategy = "get";
	fixture_measured(f->store, base, &pin);
	fixture_measured(f->store, base, &other);
	fixture_refused(f->store, head, &pin, EPERM, "not any more", NULL);
	fixture_measured(f->store, head, &other);
	c = compare(f, base, head);
	assert_int_equal(c.verdict, PB_VERDICT_WORSE);
	assert_int_equal(c.nr_lost, 1);
	assert_int_equal(c.nr_unmatched, 1);
	assert_quote(&c, "0 of 1 cell differ, 1 no longer measured");
	pb_comparison_done(&c);
}

static void nothing_in_common(void **state)
{
	struct fixture *f = *state;
	int64_t base = fixture_begin(f->store, &base_run),
		head = fixture_begin(f->store, &head_run);
	struct fixture_cell other = pin;
	struct pb_comparison c;

	other.nr_pages = 8;
	fixture_measured(f->store, base, &pin);
	fixture_measured(f->store, head, &other);
	c = compare(f, base, head);
	assert_int_equal(c.verdict, PB_VERDICT_UNKNOWN);
	assert_int_equal(pb_verdict_exit(c.verdict), 125);
	assert_int_equal(c.nr_unmatched, 2);
	assert_quote(&c, "cannot tell: no cell was measured on both sides: base lacks 1 of 2 "
			 "cells; head lacks 1 of 2 cells");
	pb_comparison_done(&c);
}

/* What was not measured has not passed: not in the plan, never reached, cut short. */
static void missing_does_not_pass(void **state)
{
	struct fixture *f = *state;
	struct fixture_run cut = { "cccc0000-0000-4000-8000-000000000003", "2026-01-03T00:00:00Z",
				   NULL, "6.1.0", "debian:6.1" };
	int64_t base = fixture_begin(f->store, &base_run);
	int64_t head = fixture_begin(f->store, &head_run), ended = fixture_begin(f->store, &cut);
	struct fixture_cell other = pin, more = pin;
	struct pb_comparison c;

	other.index = 1;
	other.strategy = "get";
	fixture_measured(f->store, base, &pin);
	fixture_measured(f->store, base, &other);
	fixture_measured(f->store, head, &pin);
	c = compare(f, base, head);
	assert_int_equal(c.verdict, PB_VERDICT_UNKNOWN);
	assert_quote(
		&c, "cannot tell: head lacks 1 of 2 cells; the 1 that both measured do not differ");
	pb_comparison_done(&c);
	c = compare(f, head, base);
	assert_int_equal(c.verdict, PB_VERDICT_UNKNOWN);
	assert_quote(
		&c, "cannot tell: base lacks 1 of 2 cells; the 1 that both measured do not differ");
	pb_comparison_done(&c);
	/* What was measured is worse all the same, and what is missing is said. */
	more.acquire += 1;
	fixture_measured(f->store, ended, &more);
	c = compare(f, base, ended);
	assert_int_equal(c.verdict, PB_VERDICT_WORSE);
	assert_quote(&c,
		     "1 of 1 cell differ, 1 worse: pin-fast on thp, 512 pages, acquire: 12.0 "
		     "\xE2\x86\x92 12.0 instructions a page (+0.02 %); head lacks 1 of 2 cells");
	pb_comparison_done(&c);
}

/* A run that was cut short may have all cells that its database knows. */
static void unended_does_not_pass(void **state)
{
	struct fixture *f = *state;
	int64_t base = fixture_begin(f->store, &base_run);
	int64_t head = fixture_begin(f->store, &head_run);
	struct pb_comparison c;

	fixture_measured(f->store, base, &pin);
	fixture_measured(f->store, head, &pin);
	fixture_end(f->store, base);
	assert_int_equal(pb_store_run_end(f->store, head, PB_RUN_STATE_INTERRUPTED), 0);
	assert_int_equal(pb_compare(f->store, base, f->store, head, &c), 0);
	assert_int_equal(c.verdict, PB_VERDICT_UNKNOWN);
	assert_quote(&c, "cannot tell: head did not end; the 1 that both measured do not differ");
	pb_comparison_done(&c);
}

static void evidence_is_never_mixed(void **state)
{
	struct fixture *f = *state;
	struct fixture_run hardware = head_run;
	int64_t base = fixture_begin(f->store, &base_run), head;
	struct pb_comparison c;

	hardware.evidence = "hardware";
	head = fixture_begin(f->store, &hardware);
	assert_int_equal(pb_compare(f->store, base, f->store, head, &c), -EINVAL);
	assert_non_null(strstr(pb_fail_message(-EINVAL), "'exact' and 'hardware'"));
}

/* What a hypervisor gives is no measurement of the machine under it. */
static void virtual_is_not_real(void **state)
{
	struct fixture *f = *state;
	struct fixture_run real = base_run, virtual = head_run;
	struct pb_comparison c;
	int64_t base, head;

	real.evidence = virtual.evidence = "hardware";
	base = fixture_begin(f->store, &real);
	head = fixture_begin(f->store, &virtual);
	assert_int_equal(pb_store_fact_set(f->store, head, "machine.virtual", "KVM"), 0);
	assert_int_equal(pb_compare(f->store, base, f->store, head, &c), -EINVAL);
	assert_non_null(strstr(pb_fail_message(-EINVAL), "'hardware' and 'hardware (virtual)'"));
	assert_int_equal(pb_compare(f->store, head, f->store, head, &c), 0);
	pb_comparison_done(&c);
}

static void facts_and_text(void **state)
{
	struct fixture *f = *state;
	struct fixture_run newer = head_run;
	int64_t base = fixture_begin(f->store, &base_run), head;
	struct fixture_cell batched = pin;
	struct pb_comparison c;
	char *text = NULL;
	size_t len;
	FILE *out;

	newer.release = "6.12.0\033[2J";
	newer.name = NULL;
	head = fixture_begin(f->store, &newer);
	batched.release = 6195;
	fixture_measured(f->store, base, &pin);
	fixture_measured(f->store, head, &batched);
	c = compare(f, base, head);
	assert_int_equal(c.nr_facts, 2);
	assert_string_equal(c.facts[0].key, "kernel.name");
	assert_null(c.facts[0].head);
	out = open_memstream(&text, &len);
	assert_int_equal(pb_compare_print(&c, 0, out), 0);
	fclose(out);
	assert_null(strchr(text, '\033'));
	assert_non_null(strstr(text, "kernel.release  6.1.0       6.12.0"));
	assert_non_null(strstr(text, "pin-fast  thp       512  release  85.0  12.1   " MINUS
				     "72.9  " MINUS "86 %  " MINUS "37325"));
	free(text);
	pb_comparison_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(identical_runs, setup, teardown),
		cmocka_unit_test_setup_teardown(equal_minima_other_samples, setup, teardown),
		cmocka_unit_test_setup_teardown(better_is_quoted, setup, teardown),
		cmocka_unit_test_setup_teardown(one_instruction_is_worse, setup, teardown),
		cmocka_unit_test_setup_teardown(total_decides, setup, teardown),
		cmocka_unit_test_setup_teardown(lost_cell_is_worse, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_in_common, setup, teardown),
		cmocka_unit_test_setup_teardown(missing_does_not_pass, setup, teardown),
		cmocka_unit_test_setup_teardown(unended_does_not_pass, setup, teardown),
		cmocka_unit_test_setup_teardown(evidence_is_never_mixed, setup, teardown),
		cmocka_unit_test_setup_teardown(virtual_is_not_real, setup, teardown),
		cmocka_unit_test_setup_teardown(facts_and_text, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
