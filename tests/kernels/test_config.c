// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_config - a configuration held against a list of options.
 * Why: every option that is missing must be named, and none that is there.
 */
#include "bench/kernels/config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/err.h"
#include "common/str.h"

static const char options_text[] = "option\tneed\twhy\n"
				   "MODULES\tmust\tthe strategies\n"
				   "SERIAL_8250\tmust\tthe console\n"
				   "DEVTMPFS\tmust\tthe device\n"
				   "HMM_MIRROR\twant\todp\n";

static void test_get(void **state)
{
	static const char text[] = "CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_AB=m\n"
				   "CONFIG_GCC_VERSION=120200\nCONFIG_LAST=\"x y\"";
	_cleanup_free_ char *a = pb_config_get(text, "A"), *ab = pb_config_get(text, "AB");
	_cleanup_free_ char *gcc = pb_config_get(text, "GCC_VERSION");
	_cleanup_free_ char *last = pb_config_get(text, "LAST");

	(void)state;
	assert_string_equal(a, "y");
	assert_string_equal(ab, "m");
	assert_string_equal(gcc, "120200");
	assert_string_equal(last, "\"x y\"");
	assert_null(pb_config_get(text, "B"));
	assert_null(pb_config_get(text, "LAS"));
	assert_null(pb_config_get("", "A"));
}

static void test_check(void **state)
{
	pb_cleanup(pb_table_done) struct pb_table options = { 0 };
	_cleanup_free_ char *wants = NULL, *none = NULL;
	const char *message;

	(void)state;
	assert_int_equal(pb_table_parse(options_text, "options", PB_CONFIG_COLUMNS, &options), 0);
	assert_int_equal(pb_config_check(&options,
					 "CONFIG_MODULES=y\nCONFIG_SERIAL_8250=y\n"
					 "CONFIG_DEVTMPFS=y\nCONFIG_HMM_MIRROR=y\n",
					 "it", &none),
			 0);
	assert_string_equal(none, "");
	assert_int_equal(pb_config_check(&options,
					 "CONFIG_MODULES=y\nCONFIG_SERIAL_8250=y\n"
					 "CONFIG_DEVTMPFS=y\n",
					 "it", &wants),
			 0);
	assert_string_equal(wants, "HMM_MIRROR: odp\n");
	/* A console in a module is none: nothing loads it. */
	assert_int_equal(
		pb_config_check(&options, "CONFIG_MODULES=y\nCONFIG_SERIAL_8250=m\n", "it", &wants),
		-EOPNOTSUPP);
	message = pb_fail_message(0);
	assert_non_null(strstr(message, "CONFIG_SERIAL_8250=y: the console"));
	assert_non_null(strstr(message, "CONFIG_DEVTMPFS=y: the device"));
	assert_null(strstr(message, "CONFIG_MODULES"));
	assert_null(strstr(message, "HMM_MIRROR"));
}

static void test_architectures(void **state)
{
	static const char text[] = "option\ton\tneed\twhy\n"
				   "MODULES\t-\tmust\tthe strategies\n"
				   "PORT_A\tARM64\tmust\tthe console is A\n"
				   "PORT_X\tX86_64\tmust\tthe console is X\n";
	static const char x86[] = "CONFIG_X86_64=y\nCONFIG_MODULES=y\nCONFIG_PORT_X=y\n";
	static const char arm[] = "CONFIG_ARM64=y\nCONFIG_MODULES=y\nCONFIG_PORT_X=y\n";
	pb_cleanup(pb_table_done) struct pb_table options = { 0 };
	_cleanup_free_ char *wants = NULL;

	(void)state;
	assert_int_equal(pb_table_parse(text, "options", PB_CONFIG_COLUMNS, &options), 0);
	assert_int_equal(pb_config_check(&options, x86, "it", &wants), 0);
	assert_int_equal(pb_config_check(&options, arm, "it", &wants), -EOPNOTSUPP);
	assert_non_null(strstr(pb_fail_message(0), "CONFIG_PORT_A=y: the console is A"));
	assert_null(strstr(pb_fail_message(0), "PORT_X"));
}

/* Found by fuzzing: a column whose name was damaged was compared as NULL. */
static void test_columns_damaged(void **state)
{
	static const char *const texts[] = { "option\ton\tneedM\twhy\nA\t-\tmust\tx\n",
					     "opt\ton\tneed\twhy\nA\t-\tmust\tx\n",
					     "option\ton\tneed\nA\t-\tmust\n" };

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(texts); i++) {
		pb_cleanup(pb_table_done) struct pb_table options = { 0 };
		_cleanup_free_ char *wants = NULL;

		assert_int_equal(pb_table_parse(texts[i], "options", PB_CONFIG_COLUMNS, &options),
				 -EINVAL);
		assert_int_equal(pb_table_parse(texts[i], "options", "", &options), 0);
		assert_int_equal(pb_config_check(&options, "", "it", &wants), -EINVAL);
		assert_non_null(strstr(pb_fail_message(0), "lacks a column"));
		assert_null(wants);
	}
}

static void test_need_unknown(void **state)
{
	pb_cleanup(pb_table_done) struct pb_table options = { 0 };
	_cleanup_free_ char *wants = NULL;

	(void)state;
	assert_int_equal(pb_table_parse("option\ton\tneed\twhy\nA\t-\tmu{t\tx\n", "options",
					PB_CONFIG_COLUMNS, &options),
			 0);
	assert_int_equal(pb_config_check(&options, "", "it", &wants), -EINVAL);
	assert_non_null(strstr(pb_fail_message(0), "'A' has need 'mu{t'; valid: must, want"));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_get),
					    cmocka_unit_test(test_check),
					    cmocka_unit_test(test_architectures),
					    cmocka_unit_test(test_columns_damaged),
					    cmocka_unit_test(test_need_unknown) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
