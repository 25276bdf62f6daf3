// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_tree - a developer's tree: whole, half-built, and with an image that is stale.
 * Why: each of these says what to do next, and a stale image must not be measured.
 */
#include "bench/kernels/tree.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/err.h"
#include "common/file.h"
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
	put(tree, ".config", "CONFIG_64BIT=y\n", 15);
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

	put(tree, ".config", "CONFIG_ARM64=y\n", 15);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_steps, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_arm64, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
