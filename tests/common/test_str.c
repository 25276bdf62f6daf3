// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_str - numbers, lists of words, growing strings and messages.
 * Why: every option and job file goes through these.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/embed.h"
#include "common/err.h"
#include "common/str.h"

static void test_numbers(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} good[] = {
		{ "1", 1 },
		{ "0", 0 },
		{ "007", 7 },
		{ "4k", 4096 },
		{ "4K", 4096 },
		{ "1M", 1 << 20 },
		{ "16G", 16ULL << 30 },
		{ "18446744073709551615", UINT64_MAX },
	};
	static const char *const bad[] = { "",   " 1",  "1 ", "+1",  "-1",  "0x10", "1.5",
					   "1T", "1kk", "k",  "one", "1,2", "1e3" };
	static const char *const far[] = { "18446744073709551616", "18446744073709551615k",
					   "17179869184G", "99999999999999999999999" };
	uint64_t value;

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(good); i++) {
		assert_int_equal(pb_parse_u64(good[i].text, "n", 0, UINT64_MAX, &value), 0);
		assert_true(value == good[i].value);
	}
	value = 42;
	for (size_t i = 0; i < PB_ARRAY_SIZE(bad); i++)
		assert_int_equal(pb_parse_u64(bad[i], "n", 0, UINT64_MAX, &value), -EINVAL);
	for (size_t i = 0; i < PB_ARRAY_SIZE(far); i++)
		assert_int_equal(pb_parse_u64(far[i], "n", 0, UINT64_MAX, &value), -ERANGE);
	assert_int_equal(pb_parse_u64("0", "--pages", 1, 8, &value), -ERANGE);
	assert_int_equal(pb_parse_u64("9", "--pages", 1, 8, &value), -ERANGE);
	assert_string_equal(pb_fail_message(0), "--pages '9' is out of range (valid: 1 to 8)");
	assert_true(value == 42);
}

static void test_words(void **state)
{
	static const char *const bad[] = { "", ",", "a,", ",a", "a,,b", " ", "a, ,b" };
	pb_cleanup(pb_words_freep) char **words = NULL;
	char **none = NULL;
	size_t nr = 0;

	(void)state;
	assert_int_equal(pb_words_split("pin, get-fast ,\todp", "--strategy", &words, &nr), 0);
	assert_int_equal(nr, 3);
	assert_string_equal(words[0], "pin");
	assert_string_equal(words[1], "get-fast");
	assert_string_equal(words[2], "odp");
	assert_null(words[3]);
	for (size_t i = 0; i < PB_ARRAY_SIZE(bad); i++)
		assert_int_equal(pb_words_split(bad[i], "--strategy", &none, &nr), -EINVAL);
	assert_null(none);
	pb_words_free(NULL);
}

static void test_distance(void **state)
{
	char long_word[200];

	(void)state;
	assert_int_equal(pb_word_distance("pin", "pin"), 0);
	assert_int_equal(pb_word_distance("pin", "pni"), 1);
	assert_int_equal(pb_word_distance("pin", "pins"), 1);
	assert_int_equal(pb_word_distance("", "odp"), 3);
	assert_int_equal(pb_word_distance("longterm", "follow"), 7);
	memset(long_word, 'a', sizeof(long_word) - 1);
	long_word[sizeof(long_word) - 1] = '\0';
	assert_true(pb_word_distance(long_word, "pin") >= 40);
}

static void test_buffer(void **state)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(pb_buf_printf(&buf, "%d,", i % 10), 0);
		assert_int_equal(pb_buf_add(&buf, "x\0y", 3), 0);
	}
	assert_int_equal(buf.len_bytes, 5000);
	assert_memory_equal(buf.data + 4995, "9,x\0y", 6);
	pb_buf_done(&buf);
	assert_null(buf.data);
	assert_int_equal(pb_buf_add(&buf, "", 0), 0);
	assert_string_equal(buf.data, "");
}

static void test_human(void **state)
{
	char buf[32];

	(void)state;
	assert_string_equal(pb_human_bytes(0, buf, sizeof(buf)), "0 B");
	assert_string_equal(pb_human_bytes(1023, buf, sizeof(buf)), "1023 B");
	assert_string_equal(pb_human_bytes(1536, buf, sizeof(buf)), "1.5 KiB");
	assert_string_equal(pb_human_bytes(UINT64_MAX, buf, sizeof(buf)), "16777216.0 TiB");
}

static void test_messages(void **state)
{
	char large[8192];

	(void)state;
	pb_fail_clear();
	assert_string_equal(pb_fail_message(-ENOSPC), strerror(ENOSPC));
	assert_int_equal(pb_fail(-EINVAL, "plan '%s'", "quick"), -EINVAL);
	assert_int_equal(pb_fail_in(-EINVAL, "line %d", 3), -EINVAL);
	assert_string_equal(pb_fail_message(-EINVAL), "line 3: plan 'quick'");
	/* The message that stands may be an argument of the next. */
	pb_fail(-EINVAL, "again: %s", pb_fail_message(-EINVAL));
	assert_string_equal(pb_fail_message(-EINVAL), "again: line 3: plan 'quick'");
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	pb_fail(-EINVAL, "%s", large);
	assert_int_equal(strlen(pb_fail_message(-EINVAL)), 4095);
	pb_fail_in(-EINVAL, "%s", large);
	assert_int_equal(strlen(pb_fail_message(-EINVAL)), 4095);
	pb_fail_clear();
}

static void test_schema_is_inside(void **state)
{
	(void)state;
	assert_string_equal(pb_embedded_schema[0].name, "0001_initial.sql");
	for (const struct pb_embedded *file = pb_embedded_schema; file->name; file++) {
		assert_non_null(strstr(file->text, "CREATE TABLE"));
		if (file[1].name)
			assert_true(strcmp(file->name, file[1].name) < 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_buffer),
		cmocka_unit_test(test_human),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_schema_is_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
