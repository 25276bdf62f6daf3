// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_data - the tables of data/kernels as they are, and tables that are wrong.
 * Why: a rung is added by editing a table; a slip there must not wait for somebody's download.
 */
#include "bench/kernels/table.h"

#include <errno.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/kernels/arch.h"
#include "bench/kernels/config.h"
#include "common/err.h"
#include "common/str.h"

static void test_parse(void **state)
{
	pb_cleanup(pb_table_done) struct pb_table table = { 0 };

	(void)state;
	assert_int_equal(pb_table_parse("# says what\n\na\tb\nx\t1\ny\t\n", "t", "", &table), 0);
	assert_int_equal(table.nr_columns, 2);
	assert_int_equal(table.nr_rows, 2);
	assert_int_equal(pb_table_find(&table, "y"), 1);
	assert_int_equal(pb_table_find(&table, "z"), -1);
	assert_string_equal(pb_table_get(&table, 0, "b"), "1");
	assert_string_equal(pb_table_get(&table, 1, "b"), "");
	assert_null(pb_table_get(&table, 0, "c"));
}

static void test_parse_wrong(void **state)
{
	static const char *const wrong[] = { "", "# nothing\n", "a\tb\nx\n", "a\tb\nx\t1\t2\n",
					     "1\t2\t3\t4\t5\t6\t7\t8\t9\n" };
	struct pb_table table;

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(wrong); i++)
		assert_int_equal(pb_table_parse(wrong[i], "t", "", &table), -EINVAL);
	assert_int_equal(pb_table_parse("a\tb\nx\n", "t", "", &table), -EINVAL);
	assert_non_null(strstr(pb_fail_message(-EINVAL), "line 2"));
}

/* Whoever asks for a column may take it for granted afterwards. */
static void test_columns(void **state)
{
	static const char text[] = "a\tbb\n1\t2\n";
	pb_cleanup(pb_table_done) struct pb_table table = { 0 };
	struct pb_table untouched = { 0 };

	(void)state;
	assert_int_equal(pb_table_parse(text, "t", "bb a", &table), 0);
	assert_int_equal(pb_table_parse(text, "t", "a b", &untouched), -EINVAL);
	assert_non_null(strstr(pb_fail_message(0), "'t' lacks a column 'b'; it must have: a b"));
	assert_int_equal(pb_table_parse(text, "t", "a bbb", &untouched), -EINVAL);
	assert_int_equal(pb_table_parse("a\tb\ta\n", "t", "a b", &untouched), -EINVAL);
	assert_non_null(strstr(pb_fail_message(0), "two columns 'a'"));
	assert_null(untouched.text);
}

static void pattern_check(const char *pattern, const char *good, const char *wrong)
{
	_cleanup_free_ char *whole = pb_format("^(%s)$", pattern);
	regex_t regex;

	assert_non_null(whole);
	assert_int_equal(regcomp(&regex, whole, REG_EXTENDED | REG_NOSUB), 0);
	assert_int_equal(regexec(&regex, good, 0, NULL, 0), 0);
	assert_int_equal(regexec(&regex, wrong, 0, NULL, 0), REG_NOMATCH);
	regfree(&regex);
}

/* Each flavour of an architecture has a column, and no column takes another one's packages. */
static void flavours_check(const struct pb_table *ladder, size_t row, const struct pb_arch *arch,
			   bool old)
{
	for (size_t f = 0; f < PB_ARCH_FLAVOURS; f++) {
		const char *series = ladder->rows[row][0], *end = old ? "0-46" : "9+deb13";
		_cleanup_free_ char *cloud =
			pb_format("linux-image-%s.%s-cloud-%s", series, end, arch->name);
		_cleanup_free_ char *plain =
			pb_format("linux-image-%s.%s-%s", series, end, arch->name);
		_cleanup_free_ char *other =
			pb_format("linux-image-%s.%s-cloud-riscv64", series, end);
		const char *pattern = pb_table_get(ladder, row, arch->flavours[f]);

		assert_non_null(pattern);
		pattern_check(pattern, f ? plain : cloud, f ? cloud : plain);
		pattern_check(pattern, f ? plain : cloud, other);
	}
}

static void test_ladder(void **state)
{
	static const char *const rungs[] = { "5.10", "6.1", "6.12", "7.2", "7.3" };
	pb_cleanup(pb_table_done) struct pb_table ladder = { 0 };

	(void)state;
	assert_int_equal(pb_table_load("ladder.tsv", "series suites note", &ladder), 0);
	for (size_t i = 0; i < PB_ARRAY_SIZE(rungs); i++) {
		ssize_t row = pb_table_find(&ladder, rungs[i]);
		pb_cleanup(pb_words_freep) char **suites = NULL;
		bool old = i < 2;
		_cleanup_free_ char *cloud = pb_format("linux-image-%s.%s-cloud-amd64", rungs[i],
						       old ? "0-46" : "9+deb13");
		_cleanup_free_ char *amd64 =
			pb_format("linux-image-%s.%s-amd64", rungs[i], old ? "0-46" : "9+deb13");

		assert_int_not_equal(row, -1);
		assert_int_equal(pb_words_split(pb_table_get(&ladder, (size_t)row, "suites"),
						"suites", &suites, &(size_t){ 0 }),
				 0);
		pattern_check(pb_table_get(&ladder, (size_t)row, "cloud"), cloud, amd64);
		pattern_check(pb_table_get(&ladder, (size_t)row, "amd64"), amd64, cloud);
		for (size_t a = 0; pb_arch_at(a); a++)
			flavours_check(&ladder, (size_t)row, pb_arch_at(a), old);
	}
}

static void test_others(void **state)
{
	pb_cleanup(pb_table_done) struct pb_table compilers = { 0 }, options = { 0 };

	(void)state;
	assert_int_equal(pb_table_load("compilers.tsv", "wants ways", &compilers), 0);
	assert_int_not_equal(pb_table_find(&compilers, "gcc-12"), -1);
	for (size_t i = 0; i < compilers.nr_rows; i++)
		assert_non_null(pb_table_get(&compilers, i, "ways"));
	assert_int_equal(pb_table_load("options.tsv", PB_CONFIG_COLUMNS " on", &options), 0);
	for (size_t i = 0; i < options.nr_rows; i++) {
		const char *need = pb_table_get(&options, i, "need");

		const char *on = pb_table_get(&options, i, "on");

		assert_true(pb_streq(need, "must") || pb_streq(need, "want"));
		assert_true(pb_streq(on, "-") || pb_streq(on, "X86_64") || pb_streq(on, "ARM64"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),   cmocka_unit_test(test_parse_wrong),
		cmocka_unit_test(test_columns), cmocka_unit_test(test_ladder),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
