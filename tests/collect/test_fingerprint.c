// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_fingerprint - the machine says who it is, once each, and nobody's name.
 * Why: runs are told apart by these facts.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/utsname.h>

#include <cmocka.h>

#include "collect/fingerprint.h"
#include "common/str.h"

struct seen {
	char text[4096];
	int answer;
	size_t nr;
};

static int on_fact(void *data, const char *key, const char *value)
{
	struct seen *seen = data;
	size_t len = strlen(seen->text);

	assert_true(key[0] && value[0]);
	assert_null(strchr(value, '\n'));
	snprintf(seen->text + len, sizeof(seen->text) - len, "%s=%s\n", key, value);
	seen->nr++;
	return seen->answer;
}

static void test_facts(void **state)
{
	struct seen seen = { .text = "\n" };
	_cleanup_free_ char *kernel = NULL, *arch = NULL, *node = NULL;
	struct utsname name;

	(void)state;
	assert_int_equal(uname(&name), 0);
	kernel = pb_format("\nhost.kernel=%s\n", name.release);
	arch = pb_format("\nhost.arch=%s\n", name.machine);
	assert_int_equal(pb_fingerprint_host(on_fact, &seen), 0);
	assert_non_null(strstr(seen.text, kernel));
	assert_non_null(strstr(seen.text, arch));
	assert_non_null(strstr(seen.text, "\nhost.cpus="));
	assert_non_null(strstr(seen.text, "\nhost.memory_mib="));
	assert_null(strstr(seen.text, "\nhost.memory_mib=0"));
	assert_non_null(strstr(seen.text, "\npinbench.version="));
	assert_non_null(strstr(seen.text, "\npinbench.revision="));
	node = pb_format("=%s\n", name.nodename);
	assert_null(strstr(seen.text, node));
}

static void test_stops(void **state)
{
	struct seen seen = { .answer = -ENOSPC };

	(void)state;
	assert_int_equal(pb_fingerprint_host(on_fact, &seen), -ENOSPC);
	assert_int_equal(seen.nr, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
