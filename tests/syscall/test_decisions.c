// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_decisions - what counts, what is refused, which visit is kept, what makes a result.
 * Why: each of these decides a number in silence; none needs a kernel to be wrong.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/backends/syscall/contend.h"
#include "bench/backends/syscall/core.h"
#include "bench/backends/syscall/identity.h"
#include "bench/backends/syscall/reply.h"
#include "bench/backends/syscall/track.h"
#include "collect/axes.h"
#include "common/err.h"
#include "common/str.h"

static struct pb_cell cell_of(const char *strategy, uint32_t nr_threads, const char *sharing)
{
	struct pb_cell cell = { .nr_pages = 16, .nr_threads = nr_threads, .nr_samples = 2 };

	snprintf(cell.strategy, sizeof(cell.strategy), "%s", strategy);
	cell.memory = PB_MEMORY_anon;
	assert_int_equal(pb_cell_axis_take(&cell, PB_AXIS_SHARING, sharing), 0);
	return cell;
}

/* A measuring process may say anything at all. */
static void test_replies(void **state)
{
	struct pb_worker_job jobs[3] = { { .skip = false }, { .skip = true }, { .skip = false } };
	const uint32_t order[] = { 2, 1, 0 };
	const struct pb_worker_setup setup = { .jobs = jobs, .order = order, .nr_jobs = 3 };
	struct pb_worker_reply good = { .job = 2, .state = PB_CELL_MEASURED }, bad;

	(void)state;
	good.values[PB_KIND_CYCLE] = 0.3;
	good.values[PB_KIND_RELEASE] = NAN;
	assert_int_equal(pb_reply_check(&good, &setup, 0, true), 0);
	assert_int_equal(pb_reply_check(&good, &setup, 0, false), -EBADMSG); /* never begun */
	assert_int_equal(pb_reply_check(&good, &setup, 1, true), -EBADMSG);  /* another job */
	bad = (struct pb_worker_reply){ .job = 1, .state = PB_CELL_NONE };
	assert_int_equal(pb_reply_check(&bad, &setup, 0, false), -EBADMSG); /* not asked for */
	bad.job = 0;
	assert_int_equal(pb_reply_check(&bad, &setup, 0, false), 0);
	bad.job = 3;
	assert_int_equal(pb_reply_check(&bad, &setup, 0, false), -EBADMSG);
	bad.job = UINT32_MAX;
	assert_int_equal(pb_reply_check(&bad, &setup, 0, false), -EBADMSG);
	bad = good;
	bad.state = (enum pb_cell_state)77;
	assert_int_equal(pb_reply_check(&bad, &setup, 0, true), -EBADMSG);
	bad = good;
	bad.values[PB_KIND_CYCLE] = NAN;
	assert_int_equal(pb_reply_check(&bad, &setup, 0, true), -EBADMSG);
	bad = good;
	bad.values[PB_KIND_ACQUIRE] = INFINITY;
	assert_int_equal(pb_reply_check(&bad, &setup, 0, true), -EBADMSG);
	bad = good;
	memset(bad.symbol, 'x', sizeof(bad.symbol));
	memset(bad.reason, 'x', sizeof(bad.reason));
	assert_int_equal(pb_reply_check(&bad, &setup, 0, true), 0);
	assert_int_equal(strlen(bad.symbol), sizeof(bad.symbol) - 1);
	assert_int_equal(strlen(bad.reason), sizeof(bad.reason) - 1);
}

static void test_half_a_reply(void **state)
{
	struct pb_worker_reply reply = { .job = 7 };
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], &reply, sizeof(reply)), sizeof(reply));
	assert_int_equal(write(ends[1], &reply, 40), 40);
	close(ends[1]);
	assert_int_equal(pb_reply_read(ends[0], &reply), 1);
	assert_int_equal(reply.job, 7);
	assert_int_equal(pb_reply_read(ends[0], &reply), -EBADMSG);
	assert_int_equal(pb_reply_read(ends[0], &reply), 0);
	close(ends[0]);
}

static void test_gate(void **state)
{
	(void)state;
	assert_false(pb_gate_opens(100, 100)); /* the other did not run */
	assert_false(pb_gate_opens(100, 100 + PB_GATE_BEATS - 1));
	assert_true(pb_gate_opens(100, 100 + PB_GATE_BEATS));
	assert_true(pb_gate_opens(100, 100 + PB_GATE_MOST));
	assert_false(pb_gate_opens(100, 100 + PB_GATE_MOST + 1)); /* we did not run */
}

static void test_identity(void **state)
{
	struct pb_identity pin = { true, 64, { 64 * 16, 64 * 16 } };
	struct pb_identity leak = { true, 64, { 64 * 16, 63 * 16 } };
	struct pb_identity none = { true, 64, { 0, 0 } };

	(void)state;
	assert_true(pb_identity_holds(&pin, 1, 16));
	assert_false(pb_identity_holds(&pin, 0, 16)); /* a get that pins is no get */
	assert_false(pb_identity_holds(&leak, 1, 16));
	assert_true(pb_identity_holds(&none, 0, 16));
	assert_false(pb_identity_holds(&none, 1, 16));
}

/* Every word of the command line has a consumer or a sentence that says why not. */
static void test_strategies(void **state)
{
	static const char *const names[] = {
#define PB_STRATEGY(id, ident, name, floor, family, symbols, summary) name,
#include "kmods/uapi/strategies.def"
#undef PB_STRATEGY
	};

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(names); i++) {
		const struct pb_user *consumer;

		pb_fail_clear();
		consumer = pb_user_find(names[i], false);
		if (consumer) {
			assert_true(consumer->release || consumer->unreleased);
			assert_true(!consumer->pair == !consumer->pair_call &&
				    !consumer->pair == !consumer->pair_base);
		} else {
			assert_null(
				strstr(pb_fail_message(-EOPNOTSUPP), "no system call is known"));
		}
	}
	/* Alone, pages are held until they are let go; at once, nothing is shared but the page. */
	assert_string_equal(pb_user_find("get-fast", false)->name, "vmsplice");
	assert_non_null(strstr(pb_user_find("get-fast", true)->name, "futex"));
	assert_ptr_equal(pb_user_find("pin", false), pb_user_find("pin", true));
	assert_null(pb_user_find("pun", true));
	assert_non_null(strstr(pb_fail_message(-EOPNOTSUPP), "'pun'"));
}

static void check_sharing(const char *strategy, uint32_t nr_threads, const char *sharing,
			  bool two_cpus, int want, const char *words)
{
	struct pb_cell cell = cell_of(strategy, nr_threads, sharing);
	int ret = pb_contend_check(&cell, pb_user_find(strategy, cell.nr_threads > 1), two_cpus);

	assert_int_equal(ret, want);
	if (want)
		assert_non_null(strstr(pb_fail_message(ret), words));
}

static void check_memory(const char *sharing, const char *memory, int want, const char *words)
{
	struct pb_cell cell = cell_of("get", 2, sharing);
	int ret;

	assert_int_equal(pb_memory_take(memory, &cell.memory), 0);
	ret = pb_contend_check(&cell, pb_user_find("get", true), true);
	assert_int_equal(ret, want);
	if (want)
		assert_non_null(strstr(pb_fail_message(ret), words));
}

static void test_sharing(void **state)
{
	(void)state;
	check_sharing("pin", 1, "private", false, 0, "");
	check_sharing("pin", 2, "page", true, 0, "");
	check_sharing("pin", 2, "pagetable", true, 0, "");
	check_sharing("get-fast", 2, "page", true, 0, "");
	check_sharing("pin", 1, "page", true, -EOPNOTSUPP, "1 threads with sharing 'page'");
	check_sharing("pin", 3, "private", true, -EOPNOTSUPP, "3 threads");
	check_sharing("pin", 2, "page", false, -EOPNOTSUPP, "one CPU only");
	check_sharing("odp", 2, "page", true, -EOPNOTSUPP, "no reference");
	check_sharing("pin", 2, "folio", true, -EOPNOTSUPP, "sharing 'folio'");
	check_sharing("get", 2, "frame", true, -EOPNOTSUPP, "such as shmem");
	check_memory("frame", "shmem", 0, "");
	check_memory("apart", "memfd", 0, "");
	check_memory("apart", "thp", -EOPNOTSUPP, "such as shmem");
	check_memory("page", "shmem", -EOPNOTSUPP, "wants memory 'anon'");
}

enum { QUIET = 1600, SHARED = 1900 };

static struct pb_worker_reply visit_of(double acquire, double base)
{
	struct pb_worker_reply reply = { .state = PB_CELL_MEASURED };

	for (int kind = 0; kind < PB_KIND_NR; kind++)
		reply.values[kind] = NAN;
	reply.values[PB_KIND_ACQUIRE] = acquire;
	reply.values[PB_KIND_BASE_ACQUIRE] = base;
	reply.values[PB_KIND_CYCLE] = 1;
	reply.values[PB_KIND_FILL] = QUIET;
	return reply;
}

/* The same, while the core ran at this pace and had this much room. */
static struct pb_worker_reply visit_at(double acquire, double cycle, double fill)
{
	struct pb_worker_reply reply = visit_of(acquire, 0);

	reply.values[PB_KIND_CYCLE] = cycle;
	reply.values[PB_KIND_FILL] = fill;
	return reply;
}

static void test_shared(void **state)
{
	(void)state;
	assert_false(pb_core_is_shared(QUIET, QUIET));
	assert_false(pb_core_is_shared(1.03 * QUIET, QUIET)); /* seen alone */
	assert_true(pb_core_is_shared(1.15 * QUIET, QUIET));  /* seen with a neighbour */
	assert_false(pb_core_is_shared(QUIET, INFINITY));     /* the first visit of all */
}

/* A few readings that are wrong do not make all others look shared. */
static void test_quiet(void **state)
{
	struct pb_core_quiet quiet = { 0 };
	const double wrong[] = { 900, 1200, 3000 };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		pb_core_quiet_add(&quiet, wrong[i]);
	for (int i = 6; i > 1; i--) {
		assert_true(isinf(pb_core_quiet(&quiet)));
		pb_core_quiet_add(&quiet, QUIET + i);
	}
	assert_true(pb_core_quiet(&quiet) == 3000); /* the eighth */
	for (int i = 0; i < 100; i++)
		pb_core_quiet_add(&quiet, QUIET + 2 + i);
	assert_true(pb_core_quiet(&quiet) == QUIET + 4); /* 900, 1200, 2, 2, 3, 3, 4, 4 */
	assert_true(quiet.least[0] == 900 && quiet.least[1] == 1200);
}

static const struct pb_series *series_of(const struct pb_cell_result *result, const char *phase,
					 const char *metric)
{
	for (size_t i = 0; i < result->nr_series; i++)
		if (pb_streq(result->series[i].phase, phase) &&
		    pb_streq(result->series[i].metric, metric))
			return &result->series[i];
	return NULL;
}

static void test_visits(void **state)
{
	/* Two samples, visited in turns; the least of each sample's own three sums is kept. */
	static const double visits[6][2] = { { 100, 50 }, { 200, 50 }, { 120, 20 },
					     { 300, 60 }, { 90, 70 },  { 190, 40 } };
	struct pb_cell cell = cell_of("pin", 1, "private");
	pb_cleanup(pb_track_done) struct pb_track track = { 0 };
	pb_cleanup(pb_cell_result_done) struct pb_cell_result result = { 0 };
	const struct pb_series *acquire, *harness;

	(void)state;
	assert_int_equal(pb_track_init(&track, &cell), 0);
	for (int i = 0; i < 6; i++) {
		struct pb_worker_reply reply = visit_of(visits[i][0], visits[i][1]);

		assert_true(pb_track_wants(&track, QUIET));
		pb_track_add(&track, &reply, QUIET);
	}
	assert_false(pb_track_wants(&track, QUIET));
	assert_true(pb_track_wants(&track, 0.9 * QUIET)); /* a quieter core was seen since */
	pb_track_settle(&track);
	assert_int_equal(track.state, PB_CELL_MEASURED);
	assert_int_equal(pb_track_result(&track, &result), 0);
	acquire = series_of(&result, "acquire", "ns");
	harness = series_of(&result, "harness", "ns");
	assert_non_null(acquire);
	assert_non_null(harness);
	assert_int_equal(acquire->nr_values, 2);
	assert_true(acquire->values[0] == 120 && acquire->values[1] == 190);
	assert_int_equal(harness->nr_values, 1); /* the median of 20 and 40 */
	assert_true(harness->values[0] == 30);
	assert_null(series_of(&result, "release", "ns"));
	assert_null(series_of(&result, "events", "pins-acquired")); /* not counted is not 0 */
}

/*
 * A core that runs slowly takes longer and no more cycles; one that is shared takes more of them.
 */
static void test_cores(void **state)
{
	struct pb_cell cell = cell_of("pin", 1, "private");
	pb_cleanup(pb_track_done) struct pb_track track = { 0 };
	pb_cleanup(pb_cell_result_done) struct pb_cell_result result = { 0 };
	const struct pb_worker_reply visits[] = {
		visit_at(100, 1, SHARED), visit_at(300, 2, QUIET), /* 150 cycles */
		visit_at(120, 1, SHARED), visit_at(180, 1, QUIET), /* the first was of fewer */
		visit_at(130, 1, SHARED), visit_at(90, 1, SHARED), /* never before one alone */
	};
	const struct pb_worker_reply still = visit_at(95, 1, SHARED + 1);
	const struct pb_worker_reply alone = visit_at(140, 1, QUIET);
	const struct pb_series *ns, *cycles;

	(void)state;
	assert_int_equal(pb_track_init(&track, &cell), 0);
	for (size_t i = 0; i < PB_ARRAY_SIZE(visits); i++)
		pb_track_add(&track, &visits[i], QUIET);
	/* All visits are over, and sample 0 had no core to itself: it is visited again. */
	assert_true(pb_track_wants(&track, QUIET));
	assert_int_equal(pb_track_nr_shared(&track, QUIET), 1);
	pb_track_add(&track, &still, QUIET);
	assert_true(pb_track_wants(&track, QUIET));
	pb_track_add(&track, &alone, QUIET);
	assert_false(pb_track_wants(&track, QUIET));
	assert_int_equal(pb_track_nr_shared(&track, QUIET), 0);
	assert_int_equal(pb_track_result(&track, &result), 0);
	ns = series_of(&result, "acquire", "ns");
	cycles = series_of(&result, "acquire", "cycles");
	assert_true(ns && ns->values[0] == 140 && ns->values[1] == 300);
	assert_true(cycles && cycles->values[0] == 140 && cycles->values[1] == 150);
}

/* When nobody waits for a core any longer, what there is was measured. */
static void test_settled(void **state)
{
	struct pb_cell cell = cell_of("pin", 2, "page");
	pb_cleanup(pb_track_done) struct pb_track track = { 0 };
	struct pb_worker_reply busy = visit_at(100, 1, SHARED), less = visit_at(200, 1, SHARED - 1);

	(void)state;
	assert_int_equal(pb_track_init(&track, &cell), 0);
	pb_track_settle(&track); /* too soon */
	assert_int_equal(track.state, PB_CELL_NONE);
	pb_track_add(&track, &busy, QUIET);
	pb_track_add(&track, &less, QUIET);
	assert_true(pb_track_wants(&track, QUIET));
	/* Of two threads the quieter core is kept, not the shorter time: that is met less often. */
	pb_track_add(&track, &less, QUIET);
	assert_true(track.values[PB_KIND_ACQUIRE][0] == 200);
	pb_track_settle(&track);
	assert_int_equal(track.state, PB_CELL_MEASURED);
}

/* What is kept of a cell before its last visit says how far it came, and is no result. */
static void test_so_far(void **state)
{
	struct pb_cell cell = cell_of("pin", 1, "private");
	pb_cleanup(pb_track_done) struct pb_track track = { 0 };
	pb_cleanup(pb_cell_result_done) struct pb_cell_result result = { 0 };
	struct pb_worker_reply reply = visit_of(100, 30);
	const struct pb_series *acquire;

	(void)state;
	assert_int_equal(pb_track_init(&track, &cell), 0);
	pb_track_add(&track, &reply, QUIET);
	assert_int_equal(pb_track_so_far(&track, &result), 0);
	assert_int_equal(result.state, PB_CELL_MISSING);
	assert_non_null(strstr(result.reason, "1 of 6 visits: 1 of 2 samples"));
	acquire = series_of(&result, "acquire", "ns");
	assert_non_null(acquire);
	assert_int_equal(acquire->nr_values, 1);
	assert_true(acquire->values[0] == 100);
	assert_int_equal(track.state, PB_CELL_NONE);
}

static void test_alone(void **state)
{
	struct pb_cell cell = cell_of("pin", 2, "page");
	pb_cleanup(pb_track_done) struct pb_track track = { 0 };
	pb_cleanup(pb_cell_result_done) struct pb_cell_result result = { 0 };
	struct pb_worker_reply reply = visit_of(NAN, 10);

	(void)state;
	assert_int_equal(pb_track_init(&track, &cell), 0);
	pb_track_add(&track, &reply, QUIET);
	pb_track_add(&track, &reply, QUIET); /* two threads: a visit a sample */
	assert_false(pb_track_wants(&track, QUIET));
	pb_track_settle(&track);
	assert_int_equal(track.state, PB_CELL_MEASURED);
	assert_int_equal(pb_track_result(&track, &result), 0);
	assert_int_equal(result.state, PB_CELL_FAILED);
	assert_non_null(strstr(result.reason, "never ran at once"));
	assert_null(series_of(&result, "acquire", "ns"));
}

static void test_ending(void **state)
{
	struct pb_cell cell = cell_of("pin", 1, "private");
	pb_cleanup(pb_track_done) struct pb_track track = { 0 };
	pb_cleanup(pb_cell_result_done) struct pb_cell_result result = { 0 };
	struct pb_worker_reply no = { .state = PB_CELL_REFUSED, .error = EPERM, .reason = "no" };

	(void)state;
	assert_int_equal(pb_track_init(&track, &cell), 0);
	pb_track_add(&track, &no, QUIET);
	assert_int_equal(pb_track_result(&track, &result), 0);
	assert_int_equal(result.state, PB_CELL_REFUSED);
	assert_int_equal(result.error, EPERM);
	assert_string_equal(result.reason, "no");
	assert_int_equal(result.nr_series, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replies),    cmocka_unit_test(test_half_a_reply),
		cmocka_unit_test(test_gate),       cmocka_unit_test(test_identity),
		cmocka_unit_test(test_strategies), cmocka_unit_test(test_sharing),
		cmocka_unit_test(test_visits),     cmocka_unit_test(test_alone),
		cmocka_unit_test(test_ending),     cmocka_unit_test(test_so_far),
		cmocka_unit_test(test_shared),     cmocka_unit_test(test_cores),
		cmocka_unit_test(test_settled),    cmocka_unit_test(test_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
