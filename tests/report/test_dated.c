// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_dated - dates that a run can have, and those that it cannot.
 * Why: a date that is pointed at wrongly teaches people not to look.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "report/judge/dated.h"

enum { NOW = 1767225600 }; /* 2026-01-01T00:00:00Z */

static const struct row {
	const char *created, *release, *says; /* NULL: nothing is wrong */
} rows[] = {
	{ "2025-12-31T00:00:00Z", "6.1.0-49-cloud-amd64", NULL },
	{ "2026-01-01T23:00:00Z", "6.1.0-49-cloud-amd64", NULL },
	{ "2026-01-02T00:00:01Z", "6.1.0-49-cloud-amd64", "in the future" },
	{ "2039-01-01T00:00:00Z", NULL, "is dated 2039-01-01T00:00:00Z, in the future" },
	{ "1970-01-01T00:00:05Z", "6.1.0-49-cloud-amd64",
	  "before its kernel 6.1.0-49-cloud-amd64" },
	{ "2022-12-10T23:59:59Z", "debian:6.1", "released (2022-12-11)" },
	{ "2022-12-11T00:00:00Z", "debian:6.1", NULL },
	/* A candidate is older than its release, and younger than the one before it. */
	{ "2022-11-01T00:00:00Z", "6.1.0-rc3+", NULL },
	{ "2022-10-01T00:00:00Z", "6.1.0-rc3+", "released (2022-10-02)" },
	/* 6.12 is not 6.1, and a kernel that is not in the table is younger than all that are. */
	{ "2023-06-01T00:00:00Z", "6.12.1-1-cloud-amd64", "released (2024-11-17)" },
	{ "2024-06-01T00:00:00Z", "99.1.0", "before its kernel 99.1.0 was released" },
	{ "1970-01-01T00:00:00Z", NULL, NULL },
	{ "1970-01-01T00:00:00Z", "0.0-fake", NULL },
	{ "2026-01-01", NULL, "no date" },
	{ "", NULL, "no date" },
	{ "2026-01-01T00:00:00Z\n", NULL, "no date" },
};

static void dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_free_ char *why = NULL;

		assert_int_equal(pb_dated(rows[i].created, rows[i].release, NOW, &why), 0);
		if (!why != !rows[i].says || (why && !strstr(why, rows[i].says)))
			fail_msg("%s on %s: %s", rows[i].created, rows[i].release, why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(dates) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
