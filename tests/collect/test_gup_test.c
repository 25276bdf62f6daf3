// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_gup_test - the kernel's own benchmark logs: what they say is kept, what they lack is asked.
 * Why: a gate elsewhere read a skipped gup_test as 0 us and passed it.
 */
#include <errno.h>
#include <string.h>

#include "collect/formats/gup/gup_test.h"
#include "collect/formats/gup/lines.h"
#include "collect/summary.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/collect/fixture.h"

struct log {
	struct pb_store *store;
	struct pb_gup_options options;
	struct pb_import_outcome outcome;
	struct pb_summary summary;
};

static void log_done(struct log *log)
{
	pb_summary_done(&log->summary);
	pb_store_free(log->store);
}

static struct log log_new(void)
{
	struct log log = { .options = { .created = "2026-01-01T00:00:00Z" } };

	assert_int_equal(pb_store_open_memory("memory", &log.store), 0);
	return log;
}

static int take(struct log *log, const char *text)
{
	FILE *in = text[0] ? fmemopen((char *)text, strlen(text), "r") : fopen("/dev/null", "r");
	int ret;

	assert_non_null(in);
	ret = pb_import_gup_test(log->store, in, "gup.log", &log->options, &log->outcome);
	fclose(in);
	if (ret)
		return ret;
	pb_summary_done(&log->summary);
	return pb_summary_load(log->store, fixture_count(log->store, "SELECT max(id) FROM run"),
			       &log->summary);
}

static void expect(const char *words)
{
	if (!strstr(pb_fail_message(0), words))
		fail_msg("'%s' lacks '%s'", pb_fail_message(0), words);
}

static void expect_cell(const struct log *log, size_t at, const char *strategy, const char *memory,
			uint64_t nr_pages, double get_ns_page, double put_ns_page)
{
	const struct pb_summary_cell *cell = &log->summary.cells[at];

	assert_true(at < log->summary.nr_cells);
	assert_string_equal(cell->cell.strategy, strategy);
	assert_string_equal(pb_memory_name(cell->cell.memory), memory);
	assert_int_equal(cell->cell.nr_pages, nr_pages);
	assert_int_equal(cell->state, PB_CELL_MEASURED);
	assert_float_equal(pb_summary_find(cell, "acquire", "ns")->min, get_ns_page, 1e-9);
	assert_float_equal(pb_summary_find(cell, "release", "ns")->min, put_ns_page, 1e-9);
}

/* 6.1's selftest: 128 MiB are 32768 pages, so 3276.8 us are 100 ns a page. */
static void test_plain(void **state)
{
	pb_cleanup(log_done) struct log log = log_new();

	(void)state;
	log.options.kernel = "6.1.0";
	assert_int_equal(take(&log, "PIN_FAST_BENCHMARK: Time: get:32768 put:16384 us\n"
				    "PIN_FAST_BENCHMARK: Time: get:65536 put:16384 us\n"),
			 0);
	assert_int_equal(log.outcome.nr_runs, 1);
	assert_true(log.outcome.assumed);
	assert_int_equal(log.summary.run.evidence, PB_EVIDENCE_SYSCALL);
	assert_int_equal(log.summary.state, PB_RUN_STATE_COMPLETE);
	assert_string_equal(pb_summary_fact(&log.summary, "kernel.release"), "6.1.0");
	expect_cell(&log, 0, "pin-fast", "anon-default", 1, 1000, 500);
	assert_int_equal(log.summary.cells[0].series[0].nr, 2);
	assert_float_equal(log.summary.cells[0].series[0].max, 2000, 1e-9);
}

/* Newer ones print through kselftest: "# " before each part, also where a line ends. */
static void test_kselftest(void **state)
{
	pb_cleanup(log_done) struct log log = log_new();

	(void)state;
	assert_int_equal(take(&log, "# ---------------------\n"
				    "# running ./gup_test -L -m 16 -n 512 -T\n"
				    "# ---------------------\n"
				    "# TAP version 13\n"
				    "# 1..1\n"
				    "# # PIN_LONGTERM_BENCHMARK: Time: get:4096 put:2048 us# \n"
				    "# ok 1 ioctl status 0\n"
				    "# # Totals: pass:1 fail:0 xfail:0 xpass:0 skip:0 error:0\n"
				    "# [PASS]\n"
				    "# ok 5 gup_test -L -m 16 -n 512 -T\n"),
			 0);
	assert_false(log.outcome.assumed);
	/* 4096 us over 8 calls of 512 pages. */
	expect_cell(&log, 0, "longterm", "anon", 512, 1000, 500);
}

static void test_gup_bench(void **state)
{
	pb_cleanup(log_done) struct log log = log_new();

	(void)state;
	assert_int_equal(take(&log, "GUP_FAST_BENCHMARK (nr_pages=1    write private hugetlb=off "
				    "thp=on) time: get:32768 put:32768 us\n"
				    "GUP_FAST_BENCHMARK (nr_pages=512  read private hugetlb=off "
				    "thp=off) time: get:3276 put:3276 us\n"
				    "PIN_FAST_BENCHMARK (nr_pages=65536 write shared hugetlb=on "
				    "thp=off) time: get:65536 put:65536 us\n"),
			 0);
	assert_false(log.outcome.assumed);
	assert_int_equal(log.summary.nr_cells, 3);
	expect_cell(&log, 0, "get-fast", "thp", 1, 1000, 1000);
	assert_int_equal(log.summary.cells[0].cell.intent, PB_INTENT_WRITE);
	assert_int_equal(log.summary.cells[1].cell.memory, PB_MEMORY_anon);
	assert_int_equal(log.summary.cells[1].cell.intent, PB_INTENT_READ);
	expect_cell(&log, 2, "pin-fast", "hugetlb", 65536, 1000, 1000);
}

static void test_args(void **state)
{
	pb_cleanup(log_done) struct log log = log_new();

	(void)state;
	/* Up to 5.10 no benchmark names itself. */
	assert_int_equal(take(&log, "Time: get:32768 put:32768 us\n"), -EBADMSG);
	expect("--args");
	log.options.args = "-U -n 8";
	assert_int_equal(take(&log, "Time: get:32768 put:32768 us\n"), 0);
	assert_false(log.outcome.assumed);
	expect_cell(&log, 0, "get", "anon-default", 8, 1000, 1000);
	log.options.args = "-an-1 -m128 -H";
	assert_int_equal(take(&log, "Time: get:32768 put:32768 us\n"), 0);
	expect_cell(&log, 0, "pin-fast", "hugetlb", 32768, 1000, 1000);
	log.options.args = "-Q";
	assert_int_equal(take(&log, "Time: get:32768 put:32768 us\n"), -EINVAL);
	expect("no option '-Q'");
	log.options.args = "-n";
	assert_int_equal(take(&log, "Time: get:32768 put:32768 us\n"), -EINVAL);
	log.options.args = "-n x";
	assert_int_equal(take(&log, "Time: get:32768 put:32768 us\n"), -EINVAL);
}

/* Every way to get no number is an error, with nothing stored. */
static void test_nothing_is_an_error(void **state)
{
	static const char *const logs[] = {
		"",
		"\n\n",
		"TAP version 13\n1..1\nok 1 # SKIP Please run this test as root\n",
		"# check if CONFIG_GUP_TEST is enabled in kernel config\n",
		"mount debugfs at /sys/kernel/debug\n",
		"running ./gup_test -a\n[SKIP]\n",
		"PIN_BASIC_TEST: done\n",
		"Please run this test as root\n",
		"running ./mlock2-tests\nTime: 3 us\n[PASS]\n",
		/* Numbers do not make up for a benchmark that was skipped. */
		"running ./gup_test -u\nGUP_FAST_BENCHMARK: Time: get:7 put:3 us\n"
		"[PASS]\nrunning ./gup_test -a\n[SKIP]\n",
	};
	pb_cleanup(log_done) struct log log = log_new();

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(logs); i++) {
		assert_int_equal(take(&log, logs[i]), -ENODATA);
		expect("nothing was taken");
	}
	assert_int_equal(fixture_count(log.store, "SELECT count(*) FROM run"), 0);
}

static void test_lines_that_cannot_be(void **state)
{
	static const char *const lines[] = {
		"PIN_FAST_BENCHMARK: Time: get:0 put:3104 us",
		"PIN_FAST_BENCHMARK: Time: get:7318 put:0 us",
		"PIN_FAST_BENCHMARK: Time: get:-7318 put:3104 us",
		"PIN_FAST_BENCHMARK: Time: get:7318 put:3104",
		"PIN_FAST_BENCHMARK: Time: get:7318 put:3104 ms",
		"PIN_FAST_BENCHMARK: Time: get:7318 us",
		"PIN_FAST_BENCHMARK: Time: get:7318 put:3104 us and more",
		"PIN_FAST_BENCHMARK: Time: get:99999999999999999999 put:3104 us",
		"PIN_SLOW_BENCHMARK: Time: get:7318 put:3104 us",
		"PIN_FAST_BENCHMARK (nr_pages=0 write private hugetlb=off thp=on) time: get:1 put:1 us",
		"PIN_FAST_BENCHMARK: Time: get:7318 put:3104 us, truncated (size: ",
	};
	pb_cleanup(log_done) struct log log = log_new();

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(lines); i++) {
		assert_int_equal(take(&log, lines[i]), -EBADMSG);
		expect("line 1");
	}
	assert_int_equal(fixture_count(log.store, "SELECT count(*) FROM run"), 0);
}

static void test_short_pin_and_failure(void **state)
{
	pb_cleanup(log_done) struct log log = log_new();

	(void)state;
	assert_int_equal(take(&log, "running ./gup_test -a\n"
				    "PIN_FAST_BENCHMARK: Time: get:32768 put:16384 us\n"
				    "PIN_FAST_BENCHMARK: Time: get:3 put:1 us, truncated (size: "
				    "4096)\n"
				    "running ./gup_test -u\n"
				    "ioctl: Bad address\n[FAIL]\n"
				    "running ./gup_test -L\n"
				    "PIN_LONGTERM_BENCHMARK: Time: get:0 put:0 us# , truncated "
				    "(size: 0)# \n"
				    "running ./gup_test -ct -F 0x1 0 19 0x1000\n"
				    "[FAIL]\n"
				    "running ./compaction_test\n[SKIP]\n"),
			 0);
	assert_int_equal(log.summary.state, PB_RUN_STATE_FAILED);
	assert_int_equal(log.summary.nr_cells, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(log.summary.cells[i].state, PB_CELL_FAILED);
	assert_non_null(
		strstr(log.summary.cells[0].reason, "a short pin: gup_test stopped at 4096"));
	assert_non_null(strstr(log.summary.cells[1].reason, "ioctl: Bad address"));
	assert_non_null(strstr(log.summary.cells[2].reason, "at 0 of 134217728 bytes"));
	/* The whole passes of a cell that failed are kept with it. */
	assert_int_equal(log.summary.cells[0].nr_series, 2);
}

static void test_twice(void **state)
{
	static const char text[] = "running ./gup_test -a -j 4\n"
				   "PIN_FAST_BENCHMARK: Time: get:32768 put:16384 us\n";
	pb_cleanup(log_done) struct log log = log_new();

	(void)state;
	assert_int_equal(take(&log, text), 0);
	assert_int_equal(log.summary.cells[0].cell.nr_threads, 4);
	assert_int_equal(take(&log, text), 0);
	assert_int_equal(log.outcome.nr_known, 1);
	assert_int_equal(log.outcome.nr_runs, 0);
	/* A file's date is none of its content. */
	log.options.created = "2026-01-02T00:00:00Z";
	assert_int_equal(take(&log, text), 0);
	assert_int_equal(log.outcome.nr_known, 1);
	/* The same text from another kernel is another run, and so with pages of another size. */
	log.options.kernel = "6.2";
	assert_int_equal(take(&log, text), 0);
	log.options.page_bytes = 65536;
	assert_int_equal(take(&log, text), 0);
	assert_int_equal(fixture_count(log.store, "SELECT count(*) FROM run"), 3);
	/* What the record stream takes as a uuid. */
	assert_int_equal(fixture_count(log.store, "SELECT count(*) FROM run WHERE uuid LIKE "
						  "'________-____-8___-____-____________'"),
			 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_kselftest),
		cmocka_unit_test(test_gup_bench),
		cmocka_unit_test(test_args),
		cmocka_unit_test(test_nothing_is_an_error),
		cmocka_unit_test(test_lines_that_cannot_be),
		cmocka_unit_test(test_short_pin_and_failure),
		cmocka_unit_test(test_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
