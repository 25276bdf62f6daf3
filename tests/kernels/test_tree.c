// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_tree - a developer's tree: whole, half-built, and with an image that is stale.
 * Why: each of these says what to do next, and a stale image must not be measured.
 */
#include "bench/kernels/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

#include "bench/kernels/commit.h"
#include "common/err.h"
#include "common/file.h"
#include "common/proc.h"
#include "common/save.h"
#include "common/str.h"

enum { IMAGE_BYTES = 0x400, VERSION_AT = 0x300 };

static void put(const char *tree, const char *name, const void *data, size_t len)
{
	_cleanup_free_ char *path = pb_format("%s/%s", tree, name);
	char *slash;

	assert_non_null(path);
	slash = strrchr(path, '/');
	*slash = '\0';
	assert_int_equal(pb_dir_make(path), 0);
	*slash = '/';
	assert_int_equal(pb_file_write(path, data, len), 0);
}

/* As the boot protocol has it: a magic word, and where the version string stands, less 0x200. */
static void put_image(const char *tree, const char *version)
{
	char image[IMAGE_BYTES] = { 0 };

	memcpy(image + 0x202, "HdrS", 4);
	image[0x20e] = (char)((VERSION_AT - 0x200) & 0xff);
	image[0x20f] = (char)((VERSION_AT - 0x200) >> 8);
	strcpy(image + VERSION_AT, version);
	put(tree, "arch/x86/boot/bzImage", image, sizeof(image));
}

static int tree_setup(void **state)
{
	char folder[] = "/tmp/pinbench-tree.XXXXXX";

	*state = mkdtemp(folder) ? strdup(folder) : NULL;
	return *state ? 0 : -1;
}

static int tree_teardown(void **state)
{
	int ret = pb_tree_remove(*state);

	free(*state);
	return ret;
}

static void tree_expect(const char *tree, int code, const char *words)
{
	pb_cleanup(pb_kernel_done) struct pb_kernel kernel = { 0 };

	assert_int_equal(pb_tree_open(tree, &kernel), code);
	if (words)
		assert_non_null(strstr(pb_fail_message(code), words));
}

static void test_steps(void **state)
{
	pb_cleanup(pb_kernel_done) struct pb_kernel kernel = { 0 };
	const char *tree = *state;

	tree_expect(tree, -ENOENT, ".config");
	put(tree, ".config", "CONFIG_MODULES=y\n", 17);
	tree_expect(tree, -ENOENT, "kernel.release");
	put(tree, "include/config/kernel.release", "7.4.0-rc1+\n", 11);
	tree_expect(tree, -ENOENT, "bzImage");
	put_image(tree, "7.4.0-rc1+ (me@here) #1 SMP");
	tree_expect(tree, -ENOENT, "make modules");
	put(tree, "Module.symvers", "", 0);
	assert_int_equal(pb_tree_open(tree, &kernel), 0);
	assert_string_equal(kernel.release, "7.4.0-rc1+");
	assert_string_equal(kernel.arch, "x86_64");
	assert_string_equal(kernel.build_dir, tree);
	assert_string_equal(kernel.package, "");
	assert_null(kernel.module_tree);
	put_image(tree, "7.4.0-rc1 (me@here) #1 SMP");
	tree_expect(tree, -ESTALE, "build it again");
	put(tree, "arch/x86/boot/bzImage", "MZ", 2);
	tree_expect(tree, -EINVAL, "no bzImage");
}

static void put_arm64(const char *tree, const char *banner)
{
	char image[IMAGE_BYTES] = { 0 };

	memcpy(image + 56, "ARM\x64", 4);
	strcpy(image + VERSION_AT, banner);
	put(tree, "arch/arm64/boot/Image", image, sizeof(image));
}

static void test_arm64(void **state)
{
	pb_cleanup(pb_kernel_done) struct pb_kernel kernel = { 0 };
	const char *tree = *state;

	put(tree, ".config", "CONFIG_ARM64=y\nCONFIG_MODULES=y\n", 32);
	tree_expect(tree, -ENOENT, "make Image modules");
	put(tree, "include/config/kernel.release", "7.4.0-rc1+\n", 11);
	put(tree, "Module.symvers", "", 0);
	put_image(tree, "7.4.0-rc1+ (me@here) #1 SMP"); /* an earlier build's, for x86 */
	tree_expect(tree, -ENOENT, "make Image");
	put_arm64(tree, "Linux version 7.4.0-rc1+ (me@here)");
	assert_int_equal(pb_tree_open(tree, &kernel), 0);
	assert_string_equal(kernel.arch, "aarch64");
	put_arm64(tree, "Linux version 7.4.0-rc2 (me@here)");
	tree_expect(tree, -ESTALE, "make Image modules");
	put_arm64(tree, "no banner");
	tree_expect(tree, -EINVAL, "does not say its release");
	put(tree, "arch/arm64/boot/Image", "MZ", 2);
	tree_expect(tree, -EINVAL, "no arm64 Image");
}

static void touch(const char *tree, const char *name, time_t when)
{
	const struct timespec times[2] = { { .tv_sec = when }, { .tv_sec = when } };
	_cleanup_free_ char *path = pb_format("%s/%s", tree, name);

	put(tree, name, "", 0);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void whole_put(const char *tree)
{
	put(tree, ".config", "CONFIG_MODULES=y\n", 17);
	put(tree, "include/config/kernel.release", "7.4.0-rc1+\n", 11);
	put(tree, "Module.symvers", "", 0);
	put_image(tree, "7.4.0-rc1+ (me@here) #1 SMP");
}

static void test_newer_sources(void **state)
{
	const char *tree = *state;
	time_t now = time(NULL);

	whole_put(tree);
	touch(tree, "mm/gup.o", now - 100);
	touch(tree, "mm/gup.c", now - 200);
	touch(tree, "include/linux/mm_types.h", now - 200);
	touch(tree, "mm/never_built.c", now + 100);
	tree_expect(tree, 0, NULL);
	touch(tree, "mm/gup.c", now - 50);
	tree_expect(tree, -ESTALE, "mm/gup.c' changed after");
	touch(tree, "mm/gup.c", now - 200);
	touch(tree, "include/linux/mm_types.h", now + 100);
	tree_expect(tree, -ESTALE, "mm_types.h");
	touch(tree, "include/linux/mm_types.h", now - 200);
	touch(tree, "include/config/auto.conf", now - 1000);
	tree_expect(tree, -ESTALE, ".config' changed after");
}

static void test_no_modules(void **state)
{
	whole_put(*state);
	put(*state, ".config", "# CONFIG_MODULES is not set\n", 28);
	tree_expect(*state, -EOPNOTSUPP, "CONFIG_MODULES=y");
}

static void test_odd_paths(void **state)
{
	static const char *const names[] = { "a b", "a:b", "a'b",  "a\"b", "a$b", "a#b", "a;b",
					     "a&b", "a%b", "a\\b", "a\nb", "a*b", "a(b" };
	_cleanup_free_ char *fine = pb_format("%s/a,b=c@d-\xc3\xa4", (char *)*state);

	for (size_t i = 0; i < PB_ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *tree = pb_format("%s/%s", (char *)*state, names[i]);

		whole_put(tree);
		tree_expect(tree, -EINVAL, "make cannot work below a path with");
	}
	whole_put(fine);
	tree_expect(fine, 0, NULL);
}

static void git(const char *tree, const char *const *words)
{
	const char *argv[16] = { "git", "-C", tree, "-c", "user.name=x", "-c", "user.email=x@y" };
	size_t nr = 7;

	while (*words)
		argv[nr++] = *words++;
	assert_int_equal(pb_proc_run(argv, NULL, NULL), 0);
}

static void test_commit(void **state)
{
	static const char *const init[] = { "init", "-q", NULL },
				 *const add[] = { "add", "f", NULL },
				 *const commit[] = { "commit", "-q", "-m", "x", NULL };
	pb_cleanup(pb_commit_done) struct pb_commit none = { 0 }, clean = { 0 }, dirty = { 0 },
						    below = { 0 };
	_cleanup_free_ char *sub = pb_format("%s/sub", (char *)*state);
	const char *tree = *state;

	if (!pb_proc_exists("git"))
		skip();
	assert_int_equal(pb_commit_find(tree, &none), 0);
	assert_null(none.id);
	put(tree, "f", "1", 1);
	put(tree, "sub/x", "1", 1);
	git(tree, init);
	git(tree, add);
	git(tree, commit);
	assert_int_equal(pb_commit_find(tree, &clean), 0);
	assert_int_equal(strlen(clean.id), 40);
	assert_int_equal(strncmp(clean.id, clean.describe, 12), 0);
	put(tree, "f", "22", 2);
	assert_int_equal(pb_commit_find(tree, &dirty), 0);
	assert_string_equal(dirty.id, clean.id);
	assert_non_null(strstr(dirty.describe, "-dirty"));
	/* A folder inside of another repository is not known by that one's commit. */
	assert_int_equal(pb_commit_find(sub, &below), 0);
	assert_null(below.id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_steps, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_arm64, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_newer_sources, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_no_modules, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_odd_paths, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_commit, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
