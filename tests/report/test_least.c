// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_least - what is compared depends neither on how many samples a side took nor on luck.
 * Why: the same kernel was "worse" for having been measured with fewer samples.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "collect/axes.h"
#include "common/err.h"
#include "report/judge/gate.h"
#include "tests/report/fixture.h"

static const struct fixture_run base_run = { "aaaa0000-0000-4000-8000-000000000001",
					     "2026-01-01T00:00:00Z", NULL, "6.1.0", "debian:6.1" };
static const struct fixture_run head_run = { "bbbb0000-0000-4000-8000-000000000002",
					     "2026-01-02T00:00:00Z", NULL, "6.1.0", "debian:6.1" };

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

/*
 * A call takes 1987, 4 less wherever @calls has an 'x', and 4000 more where it has a 'T', for a tick.
 * @kept: one value stands for all. @residency: NULL is the usual one. @release:
 * what releases take beside.
 */
static void side_add(struct pb_store *store, int64_t run_id, const char *calls, int more,
		     uint32_t kept, const char *residency, int release)
{
	static const char unit[] = "instructions";
	struct pb_cell_result result = { .state = PB_CELL_MEASURED };
	double values[64], releases[64], empty = 4, least = 1e9;
	size_t nr = strlen(calls);

	result.cell = (struct pb_cell){ .nr_pages = 8, .nr_threads = 1, .nr_samples = nr };
	strcpy(result.cell.strategy, "pin-fast");
	result.cell.memory = PB_MEMORY_anon;
	result.cell.sharing = PB_SHARING_PRIVATE;
	result.cell.load = PB_LOAD_none;
	if (residency)
		assert_int_equal(pb_cell_axis_take(&result.cell, PB_AXIS_RESIDENCY, residency), 0);
	for (size_t i = 0; i < nr; i++) {
		values[i] = 1987 + more - (calls[i] == 'x' ? 4 : 0) + (calls[i] == 'T' ? 4000 : 0);
		releases[i] = values[i] + release;
		least = values[i] < least ? values[i] : least;
	}
	if (kept) {
		values[0] = least;
		releases[0] = least + release;
	}
	must(pb_cell_result_add(&result, "acquire", unit, unit, values, kept ? kept : nr));
	must(pb_cell_result_add(&result, "release", unit, unit, releases, kept ? kept : nr));
	must(pb_cell_result_add(&result, "harness", unit, unit, &empty, 1));
	must(pb_store_cell_add(store, run_id, &result));
	must(pb_store_run_end(store, run_id, PB_RUN_STATE_COMPLETE));
	pb_cell_result_done(&result);
}

/* Every ninth call is cheaper. */
#define MANY "......x........x........x........x........x......."

static const struct {
	const char *base;
	const char *head;
	int more;      /* that each call of head takes */
	uint32_t kept; /* of base */
	enum pb_verdict verdict;
	bool falls; /* a gate asks for growth alone */
	const char *residency;
	int release; /* that each release of head takes beside */
} uneven[] = {
	{ MANY, ".....", 0, 0, PB_VERDICT_SAME },
	{ ".....", MANY, 0, 0, PB_VERDICT_SAME },
	{ MANY, ".......", 0, 0, PB_VERDICT_UNKNOWN },
	{ MANY, "..x..", 0, 0, PB_VERDICT_UNKNOWN, true },
	{ "..x..", MANY, 0, 0, PB_VERDICT_UNKNOWN },
	{ MANY, ".....", 1, 0, PB_VERDICT_WORSE },
	{ MANY, ".....", -1, 0, PB_VERDICT_BETTER },
	{ ".....", MANY, 1, 0, PB_VERDICT_WORSE },
	{ MANY, MANY, 1, 0, PB_VERDICT_WORSE },
	{ MANY, MANY, 0, 0, PB_VERDICT_SAME },
	/* A counter of the same kernel overflows as often: four calls more are another cause. */
	{ MANY, ".................................................x", 0, 0, PB_VERDICT_UNKNOWN },
	{ ".....", "....x", 0, 0, PB_VERDICT_BETTER },
	/* A baseline keeps the least of fifty. */
	{ MANY, ".....", 0, 1, PB_VERDICT_UNKNOWN },
	{ MANY, "..x..", 0, 1, PB_VERDICT_SAME },
	{ MANY, "..x..", -1, 1, PB_VERDICT_BETTER },
	{ MANY, MANY, 0, 1, PB_VERDICT_SAME },
	{ MANY, MANY, 1, 1, PB_VERDICT_WORSE },
	/* More calls fault in another memory: only as many of each tell. */
	{ MANY, ".....", 1, 0, PB_VERDICT_UNKNOWN, false, "fault" },
	{ ".....", MANY, -1, 0, PB_VERDICT_UNKNOWN, true, "fault" },
	{ MANY, MANY, 1, 0, PB_VERDICT_WORSE, false, "fault" },
	{ MANY, "........", 400, 0, PB_VERDICT_WORSE, false, "fault" },
	{ MANY, "........", -400, 0, PB_VERDICT_BETTER, false, "fault" },
	/* What fewer calls may miss of the same kernel is less than a tenth and 32 instructions. */
	{ MANY, "........", 225, 1, PB_VERDICT_UNKNOWN },
	{ MANY, "........", 226, 1, PB_VERDICT_WORSE },
	{ MANY, "..", 4000, 1, PB_VERDICT_WORSE },
	{ MANY, ".", 4000, 1, PB_VERDICT_UNKNOWN }, /* a tick may meet one call */
	{ MANY "T", "........", 4000, 0, PB_VERDICT_WORSE },
	{ MANY "T", "TTTTTTTT", 0, 0, PB_VERDICT_WORSE },
	{ MANY "T", "T", 0, 0, PB_VERDICT_UNKNOWN },
	/* One phase that cannot be told hides no larger change of the other one. */
	{ MANY, "........", 4000, 1, PB_VERDICT_WORSE, false, NULL, -4000 },
	{ MANY, "........", 0, 1, PB_VERDICT_WORSE, false, NULL, 4000 },
};

/* A baseline is known by where it came from, and not by its having one sample. */
static struct pb_store *kept_store(uint32_t kept)
{
	struct pb_store *store = NULL;

	if (!kept)
		return NULL;
	must(pb_store_open_memory("baseline", &store));
	pb_store_keeps_least_set(store);
	return store;
}

/* What the verdict is the other way round. */
static enum pb_verdict turned(enum pb_verdict verdict)
{
	return verdict == PB_VERDICT_WORSE    ? PB_VERDICT_BETTER
	       : verdict == PB_VERDICT_BETTER ? PB_VERDICT_WORSE
					      : verdict;
}

static void counts_do_not_judge(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(uneven) / sizeof(*uneven); i++) {
		struct fixture_run base_now = base_run, head_now = head_run;
		char base_uuid[37], head_uuid[37];
		struct pb_gate_options options = { .seed = 1 };
		pb_cleanup(pb_store_freep) struct pb_store *kept = kept_store(uneven[i].kept);
		struct pb_store *first = kept ? kept : f->store;
		struct pb_comparison c;
		struct pb_gate gate;
		int64_t base, head;

		snprintf(base_uuid, sizeof(base_uuid), "aaaa%04zx%s", i, base_run.uuid + 8);
		snprintf(head_uuid, sizeof(head_uuid), "bbbb%04zx%s", i, head_run.uuid + 8);
		base_now.uuid = base_uuid;
		head_now.uuid = head_uuid;
		base = fixture_begin(first, &base_now);
		head = fixture_begin(f->store, &head_now);
		side_add(first, base, uneven[i].base, 0, uneven[i].kept, uneven[i].residency, 0);
		side_add(f->store, head, uneven[i].head, uneven[i].more, 0, uneven[i].residency,
			 uneven[i].release);
		must(pb_compare(first, base, f->store, head, &c));
		must(pb_gate_judge(first, base, f->store, head, &options, &gate));
		if (c.verdict != uneven[i].verdict ||
		    gate.verdict != (uneven[i].falls ? PB_VERDICT_SAME : uneven[i].verdict))
			fail_msg("row %zu: compare says '%s' and gate '%s', not '%s'", i,
				 pb_verdict_name(c.verdict), pb_verdict_name(gate.verdict),
				 pb_verdict_name(uneven[i].verdict));
		pb_gate_done(&gate);
		pb_comparison_done(&c);
		must(pb_compare(f->store, head, first, base, &c));
		if (c.verdict != turned(uneven[i].verdict))
			fail_msg("row %zu, head first: '%s', not '%s'", i,
				 pb_verdict_name(c.verdict),
				 pb_verdict_name(turned(uneven[i].verdict)));
		pb_comparison_done(&c);
	}
}

/* What cannot be told is said with the numbers of samples. */
static void counts_are_named(void **state)
{
	struct fixture *f = *state;
	int64_t base = fixture_begin(f->store, &base_run);
	int64_t head = fixture_begin(f->store, &head_run);
	struct pb_comparison c;
	char *quote;

	side_add(f->store, base, MANY, 0, 0, NULL, 0);
	side_add(f->store, head, "..x..", 0, 0, NULL, 0);
	must(pb_compare(f->store, base, f->store, head, &c));
	quote = pb_compare_quote(&c);
	assert_string_equal(
		quote, "cannot tell: in 1 of 1 cells the least samples differ, and so do the "
		       "numbers of samples: pin-fast on anon, 8 pages, acquire: 247.9 instructions "
		       "a page in 50 samples, 247.4 in 5 (measure both with as many: --samples)");
	free(quote);
	assert_int_equal(c.nr_open, 1);
	pb_comparison_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(counts_do_not_judge, setup, teardown),
		cmocka_unit_test_setup_teardown(counts_are_named, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
