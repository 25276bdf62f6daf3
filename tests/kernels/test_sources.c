// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_sources - Debian found among the apt sources of a machine.
 * Why: third parties use Debian's suite names, and machines have mirrors, or one site for all.
 */
#include "bench/kernels/fetch/sources.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/str.h"

struct row {
	const char *targets, *uris, *archive, *security;
};

static const struct row rows[] = {
	/* two archives on one site; other targets and components are not looked at */
	{ "Translations|http://a.example/wrong/|bookworm|main|Debian\n"
	  "Packages|http://a.example/contrib/|bookworm|contrib|Debian\n"
	  "Packages|http://a.example/debian/|bookworm|main|Debian\n"
	  "Packages|http://a.example/debian-security/|bookworm-security|main|Debian\n",
	  "", "http://a.example/debian", "http://a.example/debian-security" },
	/* two sites */
	{ "Packages|https://mirror.example/pub/debian|trixie|main|Debian\n"
	  "Packages|https://sec.example/|trixie-security|main|Debian\n",
	  "", "https://mirror.example/pub/debian", "https://sec.example" },
	/* a third party first, under Debian's suite name and component */
	{ "Packages|https://vendor.example/debian/|bookworm|main|Vendor\n"
	  "Packages|http://a.example/mirror/|bookworm|main|Debian\n",
	  "", "http://a.example/mirror", "http://a.example/mirror-security" },
	/* no lists yet: only paths are known, and apt gives its placeholder back */
	{ "Packages|http://a.example/debian/|bookworm|main|$(ORIGIN)\n", "",
	  "http://a.example/debian", "http://a.example/debian-security" },
	{ "",
	  "'http://v.example/apt/dists/bookworm/InRelease' v 0 \n"
	  "'http://a.example/debian/dists/bookworm/InRelease' a 0 \n"
	  "'http://a.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' a 0 \n"
	  "'http://s.example/debian-security/dists/bookworm-security/InRelease' s 0 \n",
	  "http://a.example/debian", "http://s.example/debian-security" },
	/* what says its origin is trusted before what only looks like it */
	{ "Packages|http://m.example/artifacts/deb/|bookworm|main|Debian\n",
	  "'http://x.example/debian/dists/bookworm/InRelease' x 0 \n",
	  "http://m.example/artifacts/deb", "http://m.example/artifacts/deb-security" },
};

static void test_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		pb_cleanup(pb_sources_done) struct pb_sources sources = { 0 };

		assert_int_equal(pb_sources_parse(rows[i].targets, rows[i].uris, &sources), 0);
		assert_string_equal(sources.archive, rows[i].archive);
		assert_string_equal(sources.security, rows[i].security);
	}
}

static void test_none(void **state)
{
	static const char *const none[] = {
		"",
		"\n\n",
		"Packages|http://u.example/ubuntu/|jammy|main|Ubuntu\n",
		"Packages|cdrom:[Debian 12]/|bookworm|main|Debian\n",
		"Packages|http://a.example/debian/|bookworm\n",
	};
	struct pb_sources sources;

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(none); i++)
		assert_int_equal(pb_sources_parse(none[i], "", &sources), -ENOENT);
	assert_int_equal(
		pb_sources_parse("", "'http://v.example/apt/dists/x/InRelease' v 0\n", &sources),
		-ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_found),
					    cmocka_unit_test(test_none) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
