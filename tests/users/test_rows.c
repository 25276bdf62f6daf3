// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_rows - users out of a store: the newest of each, shares that add up, refusals, five formats.
 * Why: what was measured in one run is looked up in another, and a number that is not there is no zero.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "collect/axes.h"
#include "collect/observed.h"
#include "common/err.h"
#include "common/grid/forms.h"
#include "common/str.h"
#include "report/judge/comparison.h"
#include "report/runs/select.h"
#include "report/users/document.h"
#include "tests/collect/fixture.h"

enum { HARNESS = 10, ACQUIRE = 1000, PAGES = 4 };

static struct pb_cell_result caller_of(uint32_t index, const char *name, double acquire,
				       const char *entry, const char *calls)
{
	const double harness = HARNESS, values[] = { acquire + 5, acquire };
	struct pb_cell_result result = {
		.cell = { .index = index, .nr_pages = PAGES, .nr_threads = 1, .nr_samples = 2 },
		.state = PB_CELL_MEASURED
	};

	snprintf(result.cell.strategy, sizeof(result.cell.strategy), "%s", name);
	result.cell.memory = PB_MEMORY_anon;
	snprintf(result.cell.event, sizeof(result.cell.event), PB_EVENT_USE);
	assert_int_equal(
		pb_cell_result_add(&result, "acquire", "instructions", "instructions", values, 2),
		0);
	assert_int_equal(
		pb_cell_result_add(&result, "harness", "instructions", "instructions", &harness, 1),
		0);
	assert_int_equal(pb_observed_add(&result, "case", "2"), 0);
	assert_int_equal(pb_observed_add(&result, "acquire.entry", entry), 0);
	assert_int_equal(pb_observed_add(&result, "acquire.flags", "FOLL_WRITE"), 0);
	assert_int_equal(pb_observed_add(&result, "acquire.calls", calls), 0);
	return result;
}

static struct pb_cell_result user_of(uint32_t index, const char *name, double acquire)
{
	return caller_of(index, name, acquire, "pin_user_pages", "1");
}

/* Its functions add up to the least sample, as a profile's do. */
static void profile_add(struct pb_cell_result *result, uint64_t pin, uint64_t rest)
{
	struct pb_profile profile = { .phase = "acquire" };

	assert_int_equal(pb_profile_add(&profile, "pin_user_pages", "x", pin, 1), 0);
	assert_int_equal(pb_profile_add(&profile, "x", NULL, rest, 1), 0);
	assert_int_equal(pb_cell_result_profile(result, &profile), 0);
}

static int64_t run_begin(struct pb_store *store, const char *uuid, const char *kernel)
{
	struct pb_run_record run = fixture_run(uuid);
	int64_t id;

	run.evidence = PB_EVIDENCE_EXACT;
	assert_int_equal(pb_store_run_begin(store, &run, &id), 0);
	assert_int_equal(pb_store_fact_set(store, id, "kernel.name", kernel), 0);
	assert_int_equal(pb_store_fact_set(store, id, "kernel.release", kernel + strlen("debian:")),
			 0);
	return id;
}

static void result_put(struct pb_store *store, int64_t id, struct pb_cell_result *result)
{
	assert_int_equal(pb_store_cell_add(store, id, result), 0);
	pb_cell_result_done(result);
}

static struct pb_store *store_make(void **state)
{
	struct pb_store *store;
	struct pb_cell_result result;
	int64_t id;

	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	id = run_begin(store, UUID_A, "debian:6.1");
	result = user_of(0, "one", ACQUIRE);
	profile_add(&result, 600, 400);
	result_put(store, id, &result);
	result = user_of(1, "two", 8 * ACQUIRE);
	/* What lets go was seen, and slept each time. */
	assert_int_equal(pb_observed_add(&result, "release.entry", "unpin_user_pages"), 0);
	assert_int_equal(pb_observed_add(&result, "release.slept", "40"), 0);
	result_put(store, id, &result);
	result = fixture_refused(2);
	snprintf(result.cell.strategy, sizeof(result.cell.strategy), "three");
	snprintf(result.cell.event, sizeof(result.cell.event), PB_EVENT_USE);
	result_put(store, id, &result);
	assert_int_equal(pb_store_run_end(store, id, PB_RUN_STATE_COMPLETE), 0);
	id = run_begin(store, UUID_B, "debian:6.1"); /* the newer word on one of them */
	result = user_of(0, "two", 2 * ACQUIRE);
	result_put(store, id, &result);
	assert_int_equal(pb_store_run_end(store, id, PB_RUN_STATE_COMPLETE), 0);
	return store;
}

static struct pb_user_rows rows_of(struct pb_store *store, const struct pb_user_filter *filter)
{
	pb_cleanup(pb_user_sharesp) struct pb_user_shares *shares = NULL;
	struct pb_user_rows rows = { .nr = 0 };

	assert_int_equal(pb_user_shares_load(SHARES, &shares), 0);
	assert_int_equal(pb_user_rows_load(store, filter, shares, &rows), 0);
	return rows;
}

/* A value that was never read is no number: what there is otherwise counts. */
static void test_gaps(void **state)
{
	const double gap[] = { 50, NAN }, none[] = { NAN };
	struct pb_cell_result result = user_of(0, "gap", ACQUIRE),
			      empty = user_of(1, "empty", ACQUIRE);
	struct pb_user_filter filter = { .nr_users = 0 };
	struct pb_user_rows rows;
	struct pb_store *store;
	int64_t id;

	memcpy(result.series[0].values, gap, sizeof(*gap) * result.series[0].nr_values);
	memcpy(empty.series[0].values, none, sizeof(none));
	empty.series[0].nr_values = 1;
	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	id = run_begin(store, UUID_A, "debian:6.1");
	result_put(store, id, &result);
	result_put(store, id, &empty);
	assert_int_equal(pb_store_run_end(store, id, PB_RUN_STATE_COMPLETE), 0);
	rows = rows_of(store, &filter);
	assert_int_equal(rows.nr, 2);
	assert_true(rows.rows[0].total == 50 - HARNESS);
	assert_int_equal(rows.rows[1].state, PB_CELL_REFUSED);
	pb_user_rows_done(&rows);
	pb_store_free(store);
}

static void test_newest(void **state)
{
	static const struct pb_user_filter all;
	struct pb_store *store = store_make(state);
	struct pb_user_rows rows = rows_of(store, &all);

	assert_int_equal(rows.nr, 3);
	assert_string_equal(rows.rows[0].user, "one");
	assert_true(rows.rows[0].total == ACQUIRE - HARNESS);
	assert_true(rows.rows[0].shared);
	assert_true(rows.rows[0].parts[PB_SHARE_PIN] == 600);
	assert_true(rows.rows[0].parts[PB_SHARE_REST] == 400 - HARNESS);
	assert_string_equal(rows.rows[1].user, "two");
	assert_true(rows.rows[1].total == 2 * ACQUIRE - HARNESS);
	assert_false(rows.rows[1].shared);
	assert_int_equal(rows.rows[2].state, PB_CELL_REFUSED);
	pb_user_rows_done(&rows);
	pb_store_free(store);
}

/* An older run that is asked for by itself: its second phase has a reason and no number. */
static void test_slept(void **state)
{
	struct pb_store *store = store_make(state);
	const int64_t first = 1;
	char *two[] = { (char *)"two" };
	const struct pb_user_filter filter = {
		.users = two, .nr_users = 1, .run_ids = &first, .nr_runs = 1
	};
	struct pb_user_rows rows = rows_of(store, &filter);

	assert_int_equal(rows.nr, 2);
	assert_true(rows.rows[0].total == 8 * ACQUIRE - HARNESS);
	assert_string_equal(rows.rows[1].phase, "release");
	assert_int_equal(rows.rows[1].state, PB_CELL_REFUSED);
	assert_non_null(strstr(rows.rows[1].reason, "slept in 40"));
	pb_user_rows_done(&rows);
	pb_store_free(store);
}

static char *lines_of(const struct pb_user_rows *rows, enum pb_users_view view)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(pb_users_tsv(rows, view, out), 0);
	fclose(out);
	return text;
}

static char *written(const struct pb_document_format *format, const struct pb_user_rows *rows,
		     enum pb_users_view view)
{
	pb_cleanup(pb_document_done) struct pb_document document = { .command = "users" };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	pb_users_document(rows, view, &document);
	assert_int_equal(pb_document_write(&document, format, out), 0);
	fclose(out);
	return text;
}

static void assert_holds(const char *text, const char *wanted)
{
	if (!strstr(text, wanted))
		fail_msg("no '%s' in:\n%s", wanted, text);
}

static void test_formats(void **state)
{
	static const struct pb_user_filter all;
	struct pb_store *store = store_make(state);
	struct pb_user_rows rows = rows_of(store, &all);
	_cleanup_free_ char *tsv = lines_of(&rows, PB_USERS_COSTS);

	assert_holds(tsv,
		     "kernel\tuser\tcase\tpages\tphase\ttotal\tpin\taccounting\tmapping\trest\t"
		     "entry\tflags\n"
		     "debian:6.1\tone\t2\t4\tacquire\t247.50\t150.00\t0.00\t0.00\t97.50\t"
		     "pin_user_pages\tFOLL_WRITE\n"
		     "debian:6.1\ttwo\t2\t4\tacquire\t497.50\t-\t-\t-\t-\tpin_user_pages\t");
	assert_holds(tsv, "debian:6.1\tthree\t-\t");
	assert_holds(tsv, "\tacquire\t-\t-\t-\t-\t-\t-\t-\n");
	for (const struct pb_document_format *form = pb_document_formats; form->name; form++) {
		_cleanup_free_ char *text = written(form, &rows, PB_USERS_COSTS);

		assert_holds(text, "three"); /* refused, in a table of its own */
		assert_holds(text, "247.5");
		assert_holds(text, "holds for long"); /* what follows may be on another line */
	}
	pb_user_rows_done(&rows);
	pb_store_free(store);
}

/* A user of one kernel with these calls. */
static void call_put(struct pb_store *store, int64_t id, uint32_t index, const char *name,
		     const char *entry, const char *calls)
{
	struct pb_cell_result result = caller_of(index, name, ACQUIRE, entry, calls);

	result_put(store, id, &result);
}

/* A table over kernels; of what changed only what did: another function, or as often as pages. */
static void test_calls(void **state)
{
	static const struct pb_user_filter all;
	struct pb_store *store;
	struct pb_user_rows rows;
	int64_t id;

	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	id = run_begin(store, UUID_A, "debian:6.1");
	call_put(store, id, 0, "same", "pin_user_pages", "1");
	call_put(store, id, 1, "moved", "pin_user_pages", "1");
	call_put(store, id, 2, "oftener", "pin_user_pages", "1");
	assert_int_equal(pb_store_run_end(store, id, PB_RUN_STATE_COMPLETE), 0);
	id = run_begin(store, UUID_B, "debian:6.12");
	call_put(store, id, 0, "same", "pin_user_pages", "1");
	call_put(store, id, 1, "moved", "pin_user_pages_fast", "1");
	call_put(store, id, 2, "oftener", "pin_user_pages", "4");
	call_put(store, id, 3, "new", "pin_user_pages", "4");
	assert_int_equal(pb_store_run_end(store, id, PB_RUN_STATE_COMPLETE), 0);
	rows = rows_of(store, &all);
	{
		_cleanup_free_ char *calls = lines_of(&rows, PB_USERS_CALLS);
		_cleanup_free_ char *changed = lines_of(&rows, PB_USERS_CHANGED);

		assert_string_equal(calls,
				    "user\tcase\tpages\tphase\tdebian:6.1\tdebian:6.12\n"
				    "same\t2\t4\tacquire\tpin_user_pages WRITE\t"
				    "pin_user_pages WRITE\n"
				    "moved\t2\t4\tacquire\tpin_user_pages WRITE\t"
				    "pin_user_pages_fast WRITE\n"
				    "oftener\t2\t4\tacquire\tpin_user_pages WRITE\t"
				    "4 \xC3\x97 pin_user_pages WRITE\n"
				    "new\t2\t4\tacquire\t-\t4 \xC3\x97 pin_user_pages WRITE\n");
		assert_null(strstr(changed, "same"));
		assert_null(strstr(changed, "new"));
		assert_holds(changed, "moved");
		assert_holds(changed, "oftener");
	}
	pb_user_rows_done(&rows);
	pb_store_free(store);
}

/* They are numbers, but no strategies': what compares strategies does not meet them by chance. */
static void test_latest(void **state)
{
	struct pb_store *store = store_make(state);
	struct pb_selected selected = { 0 };

	assert_int_equal(pb_select_run(store, "latest", &selected), -ENOENT);
	assert_int_equal(pb_select_run(store, "6.1", &selected), -ENOENT);
	assert_int_equal(pb_select_run(store, UUID_A, &selected), 0);
	pb_selected_done(&selected);
	/* Who means them says so. */
	assert_int_equal(pb_select_run(store, "users:latest", &selected), 0);
	assert_string_equal(selected.uuid, UUID_B);
	pb_selected_done(&selected);
	assert_int_equal(pb_select_run(store, "users:latest~1", &selected), 0);
	assert_string_equal(selected.uuid, UUID_A);
	pb_selected_done(&selected);
	assert_int_equal(pb_select_run(store, "users:debian:6.1", &selected), 0);
	assert_string_equal(selected.uuid, UUID_B);
	pb_selected_done(&selected);
	assert_int_equal(pb_select_run(store, "users:debian:5.10", &selected), -ENOENT);
	assert_int_equal(pb_select_run(store, "users:latest~2", &selected), -ENOENT);
	assert_non_null(strstr(pb_fail_message(-ENOENT), "users of GUP"));
	pb_store_free(store);
}

static enum pb_verdict verdict_of(struct pb_store *store, const char *base, const char *head,
				  char user[PB_WORD_LEN])
{
	struct pb_selected sides[2] = { { 0 } };
	struct pb_comparison comparison = { 0 };
	enum pb_verdict verdict;

	assert_int_equal(pb_select_run(store, base, &sides[0]), 0);
	assert_int_equal(pb_select_run(store, head, &sides[1]), 0);
	assert_int_equal(pb_compare_by(store, sides[0].run_id, store, sides[1].run_id,
				       &pb_compare_defaults, &comparison),
			 0);
	verdict = comparison.verdict;
	*user = '\0';
	if (comparison.nr_diffs)
		snprintf(user, PB_WORD_LEN, "%s", comparison.diffs[0].base->cell.strategy);
	pb_comparison_done(&comparison);
	pb_selected_done(&sides[0]);
	pb_selected_done(&sides[1]);
	return verdict;
}

static void pair_put(struct pb_store *store, const char *uuid, const char *kernel, double two)
{
	struct pb_cell_result one = user_of(0, "one", ACQUIRE), other = user_of(1, "two", two);
	int64_t id = run_begin(store, uuid, kernel);

	result_put(store, id, &one);
	result_put(store, id, &other);
	assert_int_equal(pb_store_run_end(store, id, PB_RUN_STATE_COMPLETE), 0);
}

/* Users are cells as others are: the same is the same, and one instruction more has a name. */
static void test_compared(void **state)
{
	struct pb_store *store;
	char user[PB_WORD_LEN];

	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	pair_put(store, UUID_A, "debian:6.1", ACQUIRE);
	pair_put(store, UUID_B, "debian:6.12", ACQUIRE);
	pair_put(store, UUID_C, "debian:7.3", ACQUIRE + 1);
	assert_int_equal(verdict_of(store, "users:debian:6.1", "users:6.12", user),
			 PB_VERDICT_SAME);
	assert_string_equal(user, "");
	assert_int_equal(verdict_of(store, "users:debian:6.12", "users:latest", user),
			 PB_VERDICT_WORSE);
	assert_string_equal(user, "two");
	pb_store_free(store);
}

static void test_none(void **state)
{
	static const struct pb_user_filter all;
	struct pb_user_rows rows;
	struct pb_store *store;

	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	assert_int_equal(pb_user_rows_load(store, &all, NULL, &rows), -ENOENT);
	assert_non_null(strstr(pb_fail_message(-ENOENT), "pinbench users"));
	pb_store_free(store);
}

static void test_objections(void **state)
{
	static const struct {
		const char *sort, *entry, *flags, *objection;
	} cases[] = {
		{ "1", "pin_user_pages_fast", "FOLL_WRITE", NULL },
		{ "1", "get_user_pages_fast", "FOLL_WRITE",
		  "holds by FOLL_GET what a device writes to" },
		{ "2", "pin_user_pages_fast", "FOLL_WRITE|FOLL_LONGTERM", NULL },
		{ "2", "memfd_pin_folios", "-", NULL },
		{ "2", "pin_user_pages", "FOLL_WRITE", "holds for long without FOLL_LONGTERM" },
		{ "2", "get_user_pages", "0", "holds for long by FOLL_GET" },
		{ "3", "hmm_range_fault", "-", NULL },
		{ "3", "get_user_pages_fast_only", "FOLL_WRITE", NULL },
		{ "3", "pin_user_pages", "FOLL_WRITE", "holds what a notifier would follow" },
		{ "4", "get_user_pages_fast", "FOLL_WRITE", NULL },
		{ "4", "pin_user_pages", "0", "pins what it does not touch" },
		{ "5", "pin_user_pages_remote", "0", "pins what it only reads" },
		{ "5", "pin_user_pages_remote", "FOLL_WRITE", NULL },
		{ "5", "get_user_pages_fast", "0", NULL },
		{ "5", "get_user_pages_remote", "FOLL_WRITE|FOLL_FORCE",
		  "writes to data by FOLL_GET" },
		{ "5", "pin_user_pages", "FOLL_LONGTERM", "pins for long what it only copies" },
		{ "-", "get_user_pages", "0", NULL },
	};

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(cases); i++) {
		const char *said = pb_user_objection(cases[i].sort, cases[i].entry, cases[i].flags);

		if (!said != !cases[i].objection || (said && !pb_streq(said, cases[i].objection)))
			fail_msg("case %zu: '%s'", i, said ? said : "nothing");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_gaps, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_newest, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_slept, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_formats, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_calls, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_latest, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_compared, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_none, fixture_setup, fixture_teardown),
		cmocka_unit_test(test_objections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
