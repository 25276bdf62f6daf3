// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_differ - what changed between two sets of verdicts, and what cannot be told.
 * Why: a case that failed or was not watched must never count as one that stayed the same.
 */
#include "report/semantics/differ.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/str.h"

static struct pb_semantics_row row_of(const char *strategy, const char *event, const char *words)
{
	struct pb_semantics_row row = { .kernel = "k" };

	snprintf(row.result.cell.strategy, PB_WORD_LEN, "%s", strategy);
	row.result.cell.intent = PB_INTENT_WRITE;
	row.result.cell.memory = PB_MEMORY_anon;
	snprintf(row.result.cell.event, PB_WORD_LEN, "%s", event);
	assert_int_equal(sscanf(words, "%31s %31s %31s", row.verdict.result, row.verdict.data,
				row.verdict.frame),
			 3);
	return row;
}

static const struct {
	const char *base, *head; /* of pin on munmap; NULL: not watched */
	size_t nr, nr_common, nr_lacking, nr_failed;
	enum pb_verdict verdict;
} sides[] = {
	{ "ok lost kept", "ok lost kept", 0, 1, 0, 0, PB_VERDICT_SAME },
	{ "ok lost kept", "ok lost freed", 1, 1, 0, 0, PB_VERDICT_WORSE },
	{ "ok lost kept", "ok stale kept", 1, 1, 0, 0, PB_VERDICT_WORSE },
	{ "ok lost kept", "short lost kept", 1, 1, 0, 0, PB_VERDICT_WORSE },
	{ "absent - -", "ok lost kept", 1, 1, 0, 0, PB_VERDICT_WORSE }, /* a kernel learnt it */
	{ "refused:EFAULT - -", "refused:EFAULT - -", 0, 1, 0, 0, PB_VERDICT_SAME },
	{ "refused:EFAULT - -", "refused:EINVAL - -", 1, 1, 0, 0, PB_VERDICT_WORSE },
	{ "ok lost kept", "failed - -", 0, 0, 0, 1, PB_VERDICT_UNKNOWN },
	{ "failed - -", "failed - -", 0, 0, 0, 1, PB_VERDICT_UNKNOWN },
	{ "missing - -", "ok lost kept", 0, 0, 0, 1, PB_VERDICT_UNKNOWN },
	{ "ok lost kept", NULL, 0, 0, 1, 0, PB_VERDICT_UNKNOWN },
	{ NULL, "ok lost kept", 0, 0, 0, 0, PB_VERDICT_UNKNOWN }, /* nothing in common */
};

static void test_sides(void **state)
{
	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(sides); i++) {
		struct pb_semantics_row base_row, head_row;
		struct pb_semantics base = { .rows = &base_row, .nr = 0 };
		struct pb_semantics head = { .rows = &head_row, .nr = 0 };
		struct pb_verdict_changes changes;

		if (sides[i].base)
			base_row = row_of("pin", "munmap", sides[i].base), base.nr = 1;
		if (sides[i].head)
			head_row = row_of("pin", "munmap", sides[i].head), head.nr = 1;
		assert_int_equal(pb_verdicts_differ(&base, &head, &changes), 0);
		if (changes.nr != sides[i].nr || changes.nr_common != sides[i].nr_common ||
		    changes.nr_lacking != sides[i].nr_lacking ||
		    changes.nr_failed != sides[i].nr_failed)
			fail_msg("sides %zu: %zu %zu %zu %zu", i, changes.nr, changes.nr_common,
				 changes.nr_lacking, changes.nr_failed);
		assert_int_equal(pb_verdict_changes_verdict(&changes), sides[i].verdict);
		pb_verdict_changes_done(&changes);
	}
}

/* Found by its case, wherever it stands; a change outweighs what is missing. */
static void test_order(void **state)
{
	struct pb_semantics_row bases[] = {
		row_of("pin", "munmap", "ok lost kept"),
		row_of("odp", "exit", "ok revoked freed"),
		row_of("get", "exit", "ok lost kept"),
	};
	struct pb_semantics_row heads[] = {
		row_of("odp", "exit", "ok lost freed"),
		row_of("pin", "exit", "ok lost freed"), /* new: no change */
		row_of("pin", "munmap", "ok lost kept"),
	};
	struct pb_semantics base = { .rows = bases, .nr = 3 }, head = { .rows = heads, .nr = 3 };
	struct pb_verdict_changes changes;

	(void)state;
	assert_int_equal(pb_verdicts_differ(&base, &head, &changes), 0);
	assert_int_equal(changes.nr, 1);
	assert_ptr_equal(changes.changes[0].base, &bases[1]);
	assert_ptr_equal(changes.changes[0].head, &heads[0]);
	assert_int_equal(changes.nr_lacking, 1);
	assert_int_equal(pb_verdict_changes_verdict(&changes), PB_VERDICT_WORSE);
	pb_verdict_changes_done(&changes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sides),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
