// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_name - names of kernels: what they mean, and which are none.
 * Why: an unknown name must be answered with the valid ones, before anything is downloaded.
 */
#include "bench/kernels/name.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/kernels/kernel.h"
#include "common/err.h"
#include "common/str.h"

static int ladder_setup(void **state)
{
	static struct pb_table ladder;

	*state = &ladder;
	return pb_table_parse("series\tsuites\n6.1\ta\n6.12\tb\n", "ladder", "series suites",
			      &ladder);
}

static int ladder_teardown(void **state)
{
	pb_table_done(*state);
	return 0;
}

static void test_debian(void **state)
{
	static const struct {
		const char *text, *series, *version, *flavour;
	} rows[] = {
		{ "debian:6.1", "6.1", "", "cloud" },
		{ "debian:6.12", "6.12", "", "cloud" },
		{ "debian:6.12/amd64", "6.12", "", "amd64" },
		{ "debian:6.12/cloud", "6.12", "", "cloud" },
		{ "debian:6.12.107", "6.12", "6.12.107", "cloud" },
		{ "debian:6.1.192/amd64", "6.1", "6.1.192", "amd64" },
		{ "debian:6.1/arm64", "6.1", "", "arm64" },
		{ "debian:6.12.107/cloud-arm64", "6.12", "6.12.107", "cloud-arm64" },
	};

	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		pb_cleanup(pb_kernel_name_done) struct pb_kernel_name name = { 0 };

		assert_int_equal(pb_kernel_name_parse(*state, rows[i].text, &name), 0);
		assert_string_equal(name.series, rows[i].series);
		assert_string_equal(name.version, rows[i].version);
		assert_string_equal(name.flavour, rows[i].flavour);
		assert_string_equal(name.arch->name,
				    strstr(rows[i].flavour, "arm64") ? "arm64" : "amd64");
		assert_null(name.tree);
	}
}

static void test_unknown(void **state)
{
	static const char *const wrong[] = {
		"debian:",
		"debian:6",
		"debian:6.",
		"debian:.1",
		"debian:6.2",
		"debian:6.12.",
		"debian:6.1.1.1",
		"debian:6.1 ",
		"debian:6.1-rc1",
		"debian:bookworm",
		"debian:6.1/",
		"debian:6.1/rt",
		"debian:6.1/aarch64",
		"6.1",
		"Debian:6.1",
		"",
		"debian:6.1/cloud/x",
		"debian:123456789012345678901234567890.1",
		"debian:6.123456789012345678",
	};
	struct pb_kernel_name name;

	for (size_t i = 0; i < PB_ARRAY_SIZE(wrong); i++) {
		assert_int_equal(pb_kernel_name_parse(*state, wrong[i], &name), -EINVAL);
		assert_non_null(strstr(pb_fail_message(0), "debian:6.1, debian:6.12"));
	}
}

static void test_tree(void **state)
{
	pb_cleanup(pb_kernel_name_done) struct pb_kernel_name name = { 0 };

	assert_int_equal(pb_kernel_name_parse(*state, "/usr/../usr", &name), 0);
	assert_string_equal(name.tree, "/usr");
	assert_int_equal(pb_kernel_name_parse(*state, "./no-such-tree", &name), -ENOENT);
	assert_int_equal(pb_kernel_name_parse(*state, "/dev/null", &name), -ENOTDIR);
}

static void test_of_arch(void **state)
{
	static const struct {
		const char *text, *arch, *name; /* no name: it is of another architecture */
	} rows[] = {
		{ "debian:6.1", "amd64", "debian:6.1" },
		{ "debian:6.1/amd64", "amd64", "debian:6.1/amd64" },
		{ "debian:6.1", "arm64", "debian:6.1/cloud-arm64" },
		{ "debian:6.12.107", "arm64", "debian:6.12.107/cloud-arm64" },
		{ "debian:6.1/arm64", "arm64", "debian:6.1/arm64" },
		{ "debian:6.1/cloud", "arm64", NULL },
		{ "debian:6.1/arm64", "amd64", NULL },
	};
	const struct pb_arch *arch;

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *name = NULL;

		assert_int_equal(pb_arch_parse(rows[i].arch, &arch), 0);
		assert_int_equal(pb_kernel_name_of(rows[i].text, arch, &name),
				 rows[i].name ? 0 : -EINVAL);
		if (rows[i].name)
			assert_string_equal(name, rows[i].name);
		else
			assert_non_null(strstr(pb_fail_message(0), "was asked for"));
	}
	assert_int_equal(pb_arch_parse("aarch64", &arch), -EINVAL);
	assert_non_null(strstr(pb_fail_message(0), "valid: amd64 arm64"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_debian),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_of_arch),
	};

	return cmocka_run_group_tests(tests, ladder_setup, ladder_teardown);
}
