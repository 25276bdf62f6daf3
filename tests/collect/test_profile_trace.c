// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_profile_trace - from a plugin's log and a guest's symbols to functions.
 * Why: every name in a profile comes through here, and so does every way in which a log can be cut.
 */
#include <errno.h>
#include <string.h>

#include "collect/tcg/symbols.h"
#include "collect/tcg/trace.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/collect/fixture.h"

/* Each address is the distance from the one before. */
static const char kallsyms[] = "ffffffff81000000 T _text\n"
			       "0 T startup\n"
			       "100 t __alias_of_inner\n"
			       "0 t inner\n"
			       "0 W weak_inner\n"
			       "200 T __x86_indirect_thunk_rax\n"
			       "3efffd00 t loop\t[module]\n"
			       "ffffffffc1000200 T outer\n" /* backwards */
			       "\n";

/* Blocks: 0 the loop, 1 its end, 2 outer, 3 the thunk, 4 inner, 5 inner's second, 6 straddles. */
#define BLOCKS                             \
	"pinbench-profile 1\n"             \
	"block 0 ffffffffc0000010 4\n"     \
	"block 1 ffffffffc0000020\n"       \
	"block 2 ffffffff81000200 3 5\n"   \
	"block 3 ffffffff81000300 2\n"     \
	"block 4 ffffffff81000100 4 8 c\n" \
	"block 5 ffffffff81000110\n"       \
	"block 6 ffffffff810001fc 4\n"
#define RUN(cell)                                                   \
	"window " cell " acquire 50 0 999 28\n"                     \
	"first 0\nstep 0 2 1\nstep 2 3 4\nstep 3 4 4\nstep 4 5 3\n" \
	"step 5 2 3\nstep 4 1 1\n"                                  \
	"window " cell " release 50 0 50 1\nfirst 1\nend " cell "\n"

static struct pb_symbols *symbols;

static int symbols_setup(void **state)
{
	(void)state;
	pb_fail_clear();
	return pb_symbols_parse(kallsyms, &symbols);
}

static int symbols_teardown(void **state)
{
	(void)state;
	pb_symbols_free(symbols);
	return 0;
}

static const struct pb_profile_function *function_of(const struct pb_profile *profile,
						     const char *name)
{
	for (size_t i = 0; i < profile->nr_functions; i++)
		if (pb_streq(profile->functions[i].name, name))
			return &profile->functions[i];
	fail_msg("no function '%s'", name);
	return NULL;
}

static void test_finds_functions(void **state)
{
	(void)state;
	assert_null(pb_symbols_find(symbols, 0xffffffff80ffffff));
	assert_string_equal(pb_symbols_find(symbols, 0xffffffff81000000)->name, "startup");
	assert_string_equal(pb_symbols_find(symbols, 0xffffffff81000100)->name, "inner");
	assert_string_equal(pb_symbols_find(symbols, 0xffffffff810001ff)->name, "inner");
	assert_string_equal(pb_symbols_find(symbols, 0xffffffff81000200)->name, "outer");
	assert_string_equal(pb_symbols_find(symbols, 0xffffffffc0000fff)->name, "loop [module]");
	assert_null(pb_symbols_find(symbols, 0xffffffffc0200000)); /* no function is so long */
}

static void test_bad_symbols_are_refused(void **state)
{
	static const char *const bad[] = { "\n", "ffffffff81000000 T _text\n", "no address\n\n",
					   "ffffffff81000000 T \n\n", "" };

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(bad); i++) {
		struct pb_symbols *none = NULL;

		assert_int_equal(pb_symbols_parse(bad[i], &none), -EBADMSG);
		assert_null(none);
	}
}

static void run_check(const struct pb_trace_run *run, uint32_t cell)
{
	const struct pb_profile *acquire = &run->windows[0].profile;
	const struct pb_profile_function *function;

	assert_int_equal(run->cell, cell);
	assert_int_equal(run->nr_windows, 2);
	assert_int_equal(run->windows[0].nr_windows, 50);
	assert_string_equal(acquire->phase, "acquire");
	/* loop 2 + 1, outer 4 times 3, the thunk 4 times 2, inner 4 times 4 and 3 times 1 */
	assert_int_equal(function_of(acquire, "loop [module]")->instructions, 3);
	assert_null(function_of(acquire, "loop [module]")->caller);
	function = function_of(acquire, "outer");
	assert_int_equal(function->instructions, 12);
	assert_string_equal(function->caller, "inner"); /* 3 times, the loop once */
	assert_int_equal(function->entries, 4);
	assert_int_equal(function_of(acquire, "__x86_indirect_thunk_rax")->instructions, 8);
	function = function_of(acquire, "inner");
	assert_int_equal(function->instructions, 19);
	assert_string_equal(function->caller, "outer"); /* through the thunk */
	assert_int_equal(function->entries, 4);
	assert_string_equal(run->windows[1].profile.phase, "release");
	assert_int_equal(pb_profile_sum(&run->windows[1].profile), 1);
}

static void test_counts_by_function(void **state)
{
	static const char log[] = BLOCKS RUN("3");
	struct pb_trace_run run = { 0 };
	struct pb_trace *trace;

	(void)state;
	assert_int_equal(pb_trace_new(symbols, &trace), 0);
	/* As it comes from a file that is being written: in any pieces. */
	for (size_t i = 0; i + 1 < sizeof(log); i++) {
		assert_int_equal(pb_trace_take(trace, 3, &run), -ENODATA);
		assert_int_equal(pb_trace_feed(trace, &log[i], 1), 0);
	}
	assert_int_equal(pb_trace_take(trace, 3, &run), 0);
	run_check(&run, 3);
	pb_trace_run_done(&run);
	assert_int_equal(pb_trace_take(trace, 3, &run), -ENODATA); /* it was handed over */
	pb_trace_free(trace);
}

static void test_runs_that_ended_between_two_looks(void **state)
{
	static const char log[] = BLOCKS RUN("0") RUN("2") RUN("3") "window 4 acquire 1 0 1 1\n";
	struct pb_trace_run run = { 0 };
	struct pb_trace *trace;

	(void)state;
	assert_int_equal(pb_trace_new(symbols, &trace), 0);
	assert_int_equal(pb_trace_feed(trace, log, strlen(log)), 0);
	assert_int_equal(pb_trace_take(trace, 0, &run), 0);
	run_check(&run, 0);
	pb_trace_run_done(&run);
	assert_int_equal(pb_trace_take(trace, 1, &run), -ENODATA); /* refused: it had no run */
	assert_int_equal(pb_trace_take(trace, 3, &run), 0);        /* 2 failed, nobody asked */
	run_check(&run, 3);
	pb_trace_run_done(&run);
	assert_int_equal(pb_trace_take(trace, 4, &run), -ENODATA);
	pb_trace_free(trace);
}

static void test_block_of_two_functions(void **state)
{
	static const char log[] = BLOCKS "window 0 acquire 1 0 2 2\nfirst 6\nend 0\n";
	struct pb_trace_run run = { 0 };
	struct pb_trace *trace;

	(void)state;
	assert_int_equal(pb_trace_new(symbols, &trace), 0);
	assert_int_equal(pb_trace_feed(trace, log, strlen(log)), 0);
	assert_int_equal(pb_trace_take(trace, 0, &run), 0);
	assert_int_equal(function_of(&run.windows[0].profile, "inner")->instructions, 1);
	assert_int_equal(function_of(&run.windows[0].profile, "outer")->instructions, 1);
	pb_trace_run_done(&run);
	pb_trace_free(trace);
}

static void test_bad_logs_are_refused(void **state)
{
	static const struct {
		const char *log;
		int code;
		const char *says;
	} bad[] = {
		{ "pinbench-profile 2\n", -EBADMSG, "another format" },
		{ "hello\n", -EBADMSG, "line 1: an unknown word" },
		{ "block 0\n", -EBADMSG, "no addresses" },
		{ "block 99999999 0\n", -EBADMSG, "too high" },
		{ "block 0 1\nblock 0 1\n", -EBADMSG, "line 2: a block came before" },
		{ "first 0\n", -EBADMSG, "not told of" },
		{ BLOCKS "first 0\n", -EBADMSG, "outside of a window" },
		{ BLOCKS "window 0 acquire 1 0 1 1\nstep 0 1\n", -EBADMSG, "two blocks" },
		{ BLOCKS "window 0 acquire 1\n", -EBADMSG, "four counts" },
		{ BLOCKS "window 0 acquire 1 0 1 1\nwindow 1 release 1 0 1 1\n", -EBADMSG,
		  "two phases" },
		{ "trouble out of memory\n", -EIO, "QEMU's plugin: out of memory" },
	};

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(bad); i++) {
		struct pb_trace *trace;

		assert_int_equal(pb_trace_new(symbols, &trace), 0);
		assert_int_equal(pb_trace_feed(trace, bad[i].log, strlen(bad[i].log)), bad[i].code);
		if (!strstr(pb_fail_message(0), bad[i].says))
			fail_msg("log %zu: %s", i, pb_fail_message(0));
		pb_trace_free(trace);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_functions),
		cmocka_unit_test(test_bad_symbols_are_refused),
		cmocka_unit_test(test_counts_by_function),
		cmocka_unit_test(test_runs_that_ended_between_two_looks),
		cmocka_unit_test(test_block_of_two_functions),
		cmocka_unit_test(test_bad_logs_are_refused),
	};

	return cmocka_run_group_tests(tests, symbols_setup, symbols_teardown);
}
