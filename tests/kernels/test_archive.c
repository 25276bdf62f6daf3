// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_archive - apt's words told apart: a kernel that vanished, a network that failed, the rest.
 * Why: a user waits for a network, but must choose another kernel when one is gone.
 */
#include "bench/kernels/fetch/archive.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/str.h"

static void test_judge(void **state)
{
	static const struct {
		const char *words;
		int code;
	} rows[] = {
		{ "E: The repository 'http://a.example/debian bullseye Release' does not have a Release file.",
		  -ENODATA },
		{ "E: Failed to fetch http://a.example/pool/main/l/x.deb  404  Not Found [IP: 192.0.2.1 80]",
		  -ENODATA },
		{ "Could not resolve 'a.example'\n"
		  "E: The repository 'http://a.example/debian sid Release' does not have a Release file.",
		  -ENETUNREACH },
		{ "Could not connect to a.example:80 (192.0.2.1). - connect (111: Connection refused)",
		  -ENETUNREACH },
		{ "E: Failed to fetch http://a.example/x  Connection timed out", -ENETUNREACH },
		{ "E: Failed to fetch http://a.example/x  502  Bad Gateway", -ENETUNREACH },
		{ "E: Could not open lock file - open (13: Permission denied)", -EIO },
		{ "GPG error: http://a.example sid InRelease: the signature was invalid", -EIO },
		{ "", -EIO },
	};

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++)
		assert_int_equal(pb_archive_judge(rows[i].words), rows[i].code);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_judge) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
