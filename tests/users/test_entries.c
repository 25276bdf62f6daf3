// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_entries - what kprobes wrote, taken apart: functions, flags by name, counts.
 * Why: flags were numbered anew in 6.3, and one that is read by the other table is another flag.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/users/guest/entry.h"
#include "common/str.h"

static void test_names(void **state)
{
	char text[PB_ENTRY_TEXT_LEN];

	(void)state;
	pb_foll_names(0x10001, true, text, sizeof(text));
	assert_string_equal(text, "FOLL_WRITE|FOLL_LONGTERM");
	pb_foll_names(0x101, false, text, sizeof(text));
	assert_string_equal(text, "FOLL_WRITE|FOLL_LONGTERM");
	pb_foll_names(0x40000, true, text, sizeof(text));
	assert_string_equal(text, "FOLL_PIN");
	pb_foll_names(0x80000, false, text, sizeof(text));
	assert_string_equal(text, "FOLL_PIN");
	pb_foll_names(0, false, text, sizeof(text));
	assert_string_equal(text, "0");
	/* What has no name is shown all the same. */
	pb_foll_names(0x80000001, false, text, sizeof(text));
	assert_string_equal(text, "FOLL_WRITE|0x80000000");
}

static void test_releases(void **state)
{
	(void)state;
	assert_true(pb_foll_is_old("5.10.0-46-cloud-amd64"));
	assert_true(pb_foll_is_old("6.1.0-57"));
	assert_true(pb_foll_is_old("6.2"));
	assert_false(pb_foll_is_old("6.3.0"));
	assert_false(pb_foll_is_old("6.12.117+deb12"));
	assert_false(pb_foll_is_old("7.0"));
}

#define LINE(function, arguments)                                                   \
	"            init-70      [000] d..1.    12.3456: " function ": (" function \
	"+0x0/0x30)" arguments "\n"

static void test_trace(void **state)
{
	static const char trace[] =
		"# tracer: nop\n#\n#  get_user_pages: (a name in a comment)\n" LINE(
			"get_user_pages_fast", " pages=0x10 flags=0x0")
			LINE("get_user_pages_fast", " pages=0xdeadbeef00000030 flags=0x0")
				LINE("get_user_pages_fast", " pages=0x1 flags=0x1")
					LINE("get_user_pages_fast_only", " pages=0x1 flags=0x1")
						LINE("unpin_user_pages", " pages=0x40")
							LINE("some_other_function", " pages=0x40");
	struct pb_entries entries;
	struct pb_entry_text text;

	(void)state;
	pb_entries_parse(trace, &entries);
	assert_int_equal(entries.nr, 4);
	assert_int_equal(pb_entries_count(&entries, PB_ENTRY_GET), 4);
	assert_int_equal(pb_entries_count(&entries, PB_ENTRY_PIN), 0);
	assert_int_equal(pb_entries_count(&entries, PB_ENTRY_RELEASE), 1);
	/* Of an int the upper half of the register is anything. */
	assert_int_equal(entries.seen[0].nr_pages, 0x40);
	pb_entries_describe(&entries, &text);
	assert_string_equal(text.functions, "get_user_pages_fast + get_user_pages_fast + "
					    "get_user_pages_fast_only");
	assert_string_equal(text.flags, "0 + FOLL_WRITE + FOLL_WRITE");
	assert_int_equal(text.nr_calls, 4);
	assert_int_equal(text.nr_pages, 0x42);
}

/* What says less is shown only where nothing says more. */
static void test_kinds(void **state)
{
	struct pb_entries entries;
	struct pb_entry_text text;

	(void)state;
	pb_entries_parse(LINE("walk_page_range", "") LINE("unpin_user_page", ""), &entries);
	pb_entries_describe(&entries, &text);
	assert_string_equal(text.functions, "walk_page_range");
	assert_string_equal(text.flags, "-");
	pb_entries_parse("", &entries);
	pb_entries_describe(&entries, &text);
	assert_string_equal(text.functions, "");
	assert_int_equal(text.nr_calls, 0);
}

/* More kinds of calls than there is room for are cut off, and said to be. */
static void test_many(void **state)
{
	pb_cleanup(pb_buf_done) struct pb_buf trace = { 0 };
	struct pb_entries entries;

	(void)state;
	for (int i = 0; i <= PB_ENTRIES_MAX; i++)
		assert_int_equal(pb_buf_printf(&trace,
					       " x-1 [000] 1.0: get_user_pages: (x) "
					       "pages=0x1 flags=0x%x\n",
					       i),
				 0);
	pb_entries_parse(trace.data, &entries);
	assert_int_equal(entries.nr, PB_ENTRIES_MAX);
	assert_true(entries.more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names), cmocka_unit_test(test_releases),
		cmocka_unit_test(test_trace), cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
