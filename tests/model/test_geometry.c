// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of caches: pinbench's own are whole, and nonsense is refused with its line.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "collect/model/geometry.h"
#include "common/err.h"

#define HEAD "[machine]\nsource = a book\n"
#define TEN  "0123456789"
#define LONG TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define D1   "[d1]\nbytes = 32K\nways = 8\n"
#define L2   "[l2]\nbytes = 1M\nways = 16\n"
#define LLC  "[llc]\nbytes = 16M\nways = 16\ninclusive = no\n"

static int text_load(const char *text, size_t len, struct pb_geometry *geometry)
{
	char path[] = "/tmp/pinbench-test-XXXXXX.ini";
	int fd = mkstemps(path, 4), ret;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
	ret = pb_geometry_load(path, geometry);
	unlink(path);
	return ret;
}

static void own_are_whole(void **state)
{
	static const char *const names[] = { "icelake-server", "zen4-desktop", "neoverse-n1" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct pb_geometry geometry;
		char *text;

		assert_int_equal(pb_geometry_load(names[i], &geometry), 0);
		assert_string_equal(geometry.name, names[i]);
		assert_true(strlen(geometry.source) > 20);
		text = pb_geometry_text(&geometry);
		assert_non_null(strstr(text, "d1 "));
		free(text);
	}
}

static void good_is_taken(void **state)
{
	static const char text[] = HEAD D1 L2 LLC;
	struct pb_geometry geometry;
	char *words;

	(void)state;
	assert_int_equal(text_load(text, strlen(text), &geometry), 0);
	assert_int_equal(geometry.levels[PB_CACHE_D1].sets, 64);
	assert_int_equal(geometry.levels[PB_CACHE_LLC].sets, 16384);
	words = pb_geometry_text(&geometry);
	assert_string_equal(words, "d1 32K/8, l2 1024K/16, llc 16384K/16");
	free(words);
	geometry.levels[PB_CACHE_D1].bytes = 1536;
	geometry.levels[PB_CACHE_L2].bytes = 64;
	words = pb_geometry_text(&geometry);
	assert_string_equal(words, "d1 1536/8, l2 64/16, llc 16384K/16");
	free(words);
}

static void nonsense_is_refused(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "", "[d1] lacks its bytes" },
		{ HEAD D1 L2, "[llc] lacks its bytes" },
		{ D1 L2 LLC, "lacks its 'source'" },
		{ HEAD D1 L2 "[llc]\nbytes = 16M\nways = 16\n", "lacks 'inclusive'" },
		{ HEAD "[d1]\nbytes = 0\n", "line 4: [d1] bytes = '0'" },
		{ HEAD "[d1]\nbytes = -1\n", "[d1] bytes = '-1'" },
		{ HEAD "[d1]\nbytes = 32G\n", "[d1] bytes = '32G'" },
		{ HEAD "[d1]\nbytes = 99999999999999999999\n", "valid are 64 to" },
		{ HEAD "[d1]\nways = 65\n", "valid are 1 to 64" },
		{ HEAD "[d1]\nways = 0\n", "valid are 1 to 64" },
		{ HEAD "[d1]\nbytes = 100\nways = 1\n" L2 LLC, "no whole sets" },
		{ HEAD D1 "[l2]\nbytes = 16K\nways = 4\n" LLC, "[l2] is smaller than [d1]" },
		{ HEAD D1 "bytes = 1K\n", "twice" },
		{ HEAD D1 "ways = 8\n", "line 6: [d1] ways is there twice" },
		{ HEAD "source = b\n" D1 L2 LLC, "line 3: [machine] source is there twice" },
		{ "[machine]\nsource = a\n  and more\n" D1 L2 LLC, "line 3: [machine] source is" },
		{ "[machine]\ntitle = a\ntitle = b\n", "line 3: [machine] title is there twice" },
		{ HEAD D1 L2 LLC "inclusive = yes\n", "line 13: [llc] inclusive is there twice" },
		{ "some words\n[l3]\nbytes = 1K\n", "line 1: neither" },
		{ HEAD "[" LONG "]\nbytes = 1K\n", "line 3: 202 characters, valid are up to 198" },
		{ "[machine]\nsource = " LONG "\n" D1 L2 LLC, "line 2: 209 characters" },
		{ HEAD "[l3]\nbytes = 1K\n", "unknown section [l3]" },
		{ HEAD "[d1]\nline = 128\n", "[d1] has no 'line'" },
		{ HEAD "[llc]\ninclusive = maybe\n", "valid are yes and no" },
		{ HEAD "some words\n", "line 3" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pb_geometry geometry;
		int ret = text_load(rows[i].text, strlen(rows[i].text), &geometry);

		assert_int_equal(ret, -EBADMSG);
		if (!strstr(pb_fail_message(ret), rows[i].says))
			fail_msg("row %zu says: %s", i, pb_fail_message(ret));
	}
}

static void no_text_is_refused(void **state)
{
	static const char text[] = HEAD D1 "\0" L2 LLC;
	struct pb_geometry geometry;

	(void)state;
	assert_int_equal(text_load(text, sizeof(text) - 1, &geometry), -EBADMSG);
	assert_int_equal(text_load("[machine]\nsource = \xff\xfe\n" D1 L2 LLC,
				   strlen("[machine]\nsource = \xff\xfe\n" D1 L2 LLC), &geometry),
			 -EBADMSG);
	assert_non_null(strstr(pb_fail_message(-EBADMSG), "not a text in UTF-8"));
	assert_int_equal(pb_geometry_load("no-such-cache", &geometry), -ENOENT);
	assert_non_null(strstr(pb_fail_message(-ENOENT), "neoverse-n1 zen4-desktop"));
	assert_int_equal(pb_geometry_load("/nonexistent/x.ini", &geometry), -ENOENT);
}

/* A hole of 100 GB is a file like any other, and takes a machine's memory. */
static void holes_are_refused(void **state)
{
	char path[] = "/tmp/pinbench-test-XXXXXX.ini";
	int fd = mkstemps(path, 4);
	struct pb_geometry geometry;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, INT64_C(100) << 30), 0);
	close(fd);
	assert_int_equal(pb_geometry_load(path, &geometry), -EFBIG);
	assert_non_null(strstr(pb_fail_message(-EFBIG), "larger than 64 KiB"));
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_are_whole),       cmocka_unit_test(good_is_taken),
		cmocka_unit_test(nonsense_is_refused), cmocka_unit_test(no_text_is_refused),
		cmocka_unit_test(holes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
