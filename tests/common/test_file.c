// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_file - files whole or not at all, folders, trees, and where pinbench finds its parts.
 * Why: a half-written report or plan must never stand under its final name.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/err.h"
#include "common/file.h"
#include "common/paths.h"
#include "common/save.h"
#include "common/str.h"

static char dir[32];

static int setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/pinbench-test-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	return pb_tree_remove(dir);
}

static const char *at(const char *name)
{
	static char path[300];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void test_what_never_ends(void **state)
{
	char *text = NULL;

	(void)state;
	assert_int_equal(symlink("/dev/zero", at("zero")), 0);
	assert_int_equal(pb_file_read(at("zero"), &text, NULL), -EFBIG);
	assert_non_null(strstr(pb_fail_message(-EFBIG), "does not end"));
	assert_null(text);
	assert_int_equal(pb_file_read("/dev/null", &text, NULL), 0);
	assert_string_equal(text, "");
	free(text);
}

static void test_write_and_read(void **state)
{
	_cleanup_free_ char *text = NULL, *proc = NULL;
	struct stat st;
	mode_t mask = umask(022);
	size_t len;

	(void)state;
	assert_int_equal(pb_file_write(at("a"), "one\0two", 7), 0);
	assert_int_equal(pb_file_write(at("a"), "x\0yz", 4), 0);
	assert_int_equal(pb_file_read(at("a"), &text, &len), 0);
	assert_int_equal(len, 4);
	assert_memory_equal(text, "x\0yz", 5);
	assert_int_equal(stat(at("a"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	umask(mask);
	/* Their sizes read 0. */
	assert_int_equal(pb_file_read("/proc/self/status", &proc, &len), 0);
	assert_true(len > 100 && proc[len] == '\0');
}

static void test_failures(void **state)
{
	char *text = NULL;
	size_t len;

	(void)state;
	assert_int_equal(pb_file_read(at("none"), &text, &len), -ENOENT);
	assert_int_equal(pb_file_read(dir, &text, &len), -EISDIR);
	assert_null(text);
	assert_int_equal(pb_file_write(at("none/a"), "", 0), -ENOENT);
	assert_non_null(strstr(pb_fail_message(0), "none/a"));
	/* What could not take its final name leaves nothing beside it. */
	assert_int_equal(pb_dir_make(at("folder/sub")), 0);
	assert_int_equal(pb_file_write(at("folder"), "x", 1), -EISDIR);
	assert_int_equal(rmdir(at("folder/sub")), 0);
	assert_int_equal(rmdir(at("folder")), 0);
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(mkdir(dir, 0700), 0);
}

static void test_folders(void **state)
{
	(void)state;
	assert_int_equal(pb_dir_make(at("a/b//c/")), 0);
	assert_int_equal(pb_dir_make(at("a/b/c")), 0);
	assert_true(pb_file_exists(at("a/b/c")));
	assert_int_equal(pb_dir_make("/"), 0);
	assert_int_equal(pb_dir_make(""), -ENOENT);
	assert_int_equal(pb_file_write(at("file"), "", 0), 0);
	assert_int_equal(pb_dir_make(at("file/a")), -ENOTDIR);
	assert_int_equal(pb_dir_make(at("file")), -ENOTDIR);
}

static void test_tree_keeps_what_links_point_to(void **state)
{
	char kept[300];

	(void)state;
	assert_int_equal(pb_dir_make(at("kept")), 0);
	assert_int_equal(pb_file_write(at("kept/file"), "x", 1), 0);
	assert_int_equal(pb_dir_make(at("tree/deep")), 0);
	snprintf(kept, sizeof(kept), "%s", at("kept"));
	assert_int_equal(symlink(kept, at("tree/deep/link")), 0);
	assert_int_equal(pb_tree_remove(at("tree")), 0);
	assert_false(pb_file_exists(at("tree")));
	assert_true(pb_file_exists(at("kept/file")));
	assert_int_equal(pb_tree_remove(at("tree")), 0);
}

static void test_cache(void **state)
{
	_cleanup_free_ char *path = NULL, *home = NULL;
	char *none = NULL;

	(void)state;
	assert_int_equal(setenv("HOME", at("home"), 1), 0);
	assert_int_equal(setenv("XDG_CACHE_HOME", at("cache"), 1), 0);
	assert_int_equal(pb_cache_dir(&path), 0);
	assert_string_equal(path, at("cache/pinbench"));
	assert_false(pb_file_exists(path)); /* looking makes nothing */
	/* A relative one is to be ignored. */
	assert_int_equal(setenv("XDG_CACHE_HOME", "cache", 1), 0);
	assert_int_equal(pb_cache_dir(&home), 0);
	assert_string_equal(home, at("home/.cache/pinbench"));
	assert_int_equal(unsetenv("HOME"), 0);
	assert_int_equal(pb_cache_dir(&none), -ENOENT);
	assert_null(none);
}

static void test_own_parts(void **state)
{
	_cleanup_free_ char *path = NULL, *tree = NULL;
	char *none = NULL;

	(void)state;
	assert_int_equal(pb_dir_make(at("data/schema")), 0);
	assert_int_equal(setenv("PINBENCH_DATA", dir, 1), 0);
	assert_int_equal(pb_path_data("data/schema", &path), 0);
	assert_string_equal(path, at("data/schema"));
	assert_int_equal(unsetenv("PINBENCH_DATA"), 0);
	assert_int_equal(pb_path_data("data/schema/0001_initial.sql", &tree), 0);
	assert_true(pb_file_exists(tree));
	assert_int_equal(pb_path_data("no/such/part", &none), -ENOENT);
	assert_non_null(strstr(pb_fail_message(0), "'no/such/part'"));
	assert_int_equal(pb_path_helper("no-such-helper", &none), -ENOENT);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_write_and_read),
		test(test_what_never_ends),
		test(test_failures),
		test(test_folders),
		test(test_tree_keeps_what_links_point_to),
		test(test_cache),
		test(test_own_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
