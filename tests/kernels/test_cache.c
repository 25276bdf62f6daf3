// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_cache - a cache that is damaged in every way, read-only, somebody else's, or at an odd path.
 * Why: what lies in the cache is believed by every number that comes of it.
 */
#include "bench/kernels/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "bench/kernels/fetch/unpack.h"
#include "bench/kernels/manifest.h"
#include "common/err.h"
#include "common/file.h"
#include "common/proc.h"
#include "common/progress.h"
#include "common/save.h"

enum { NR_BYTES = 5000 };

static char dir[64];
static char path[4][256];

/* One of four strings in turn. */
static const char *at(const char *name)
{
	static unsigned int turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", dir, name);
	return path[turn];
}

static void put(const char *name, char byte, size_t nr)
{
	char data[NR_BYTES];

	memset(data, byte, sizeof(data));
	assert_int_equal(pb_file_write(at(name), data, nr), 0);
}

static int setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/pinbench-test-XXXXXX");
	return !mkdtemp(dir) || setenv("XDG_CACHE_HOME", dir, 1);
}

static int teardown(void **state)
{
	(void)state;
	return pb_tree_remove(dir);
}

/* A kernel's folder as pb_unpack() leaves one. */
static void kernel_put(void)
{
	assert_int_equal(pb_dir_make(at("k/root/boot")), 0);
	assert_int_equal(pb_dir_make(at("k/modules-0123")), 0);
	put("k/root/boot/vmlinuz", 'v', NR_BYTES);
	put("k/root/boot/config", 'c', 100);
	put("k/facts", 'f', 10);
	put("k/modules-0123/a.ko", 'm', 10);
	assert_int_equal(symlink("vmlinuz", at("k/root/boot/link")), 0);
	assert_int_equal(pb_manifest_write(at("k"), "6.1.0"), 0);
}

static int check(const char *title, const char *name)
{
	pb_cleanup(pb_manifest_done) struct pb_manifest manifest = { 0 };
	int ret = pb_manifest_load(at("k"), title, &manifest);

	if (ret)
		return ret;
	return name ? pb_manifest_check(&manifest, at(name)) : pb_manifest_check_all(&manifest, "");
}

static void assert_damaged(const char *words)
{
	assert_int_equal(check("6.1.0", NULL), -EBADMSG);
	if (!strstr(pb_fail_message(-EBADMSG), words))
		fail_msg("'%s' does not say '%s'", pb_fail_message(-EBADMSG), words);
}

static void test_whole(void **state)
{
	(void)state;
	kernel_put();
	assert_int_equal(check("6.1.0", NULL), 0);
	assert_int_equal(check("6.1.0", "k/root/boot/vmlinuz"), 0);
	assert_int_equal(check("6.1.0", "k/root/boot/link"), 0);
	assert_int_equal(check("6.1.0", "k/other"), -EBADMSG);
	/* What has a manifest of its own is not this one's. */
	put("k/modules-0123/b.ko", 'm', 10);
	assert_int_equal(pb_dir_make(at("k/pinbench-part.abcdef")), 0);
	put("k/pinbench-part.abcdef/b.ko", 'm', 10);
	assert_int_equal(check("6.1.0", NULL), 0);
	/* A cache may be moved. */
	assert_int_equal(rename(at("k"), at("moved")), 0);
	assert_int_equal(rename(at("moved"), at("k")), 0);
	assert_int_equal(check("6.1.0", NULL), 0);
}

static void test_damaged_files(void **state)
{
	char *vmlinuz;

	(void)state;
	kernel_put();
	vmlinuz = strdup(at("k/root/boot/vmlinuz"));
	put("k/root/boot/vmlinuz", 'v', NR_BYTES / 2);
	assert_damaged("2500 bytes, and there were 5000");
	put("k/root/boot/vmlinuz", 'v', 0);
	assert_damaged("0 bytes");
	put("k/root/boot/vmlinuz", '\0', NR_BYTES);
	assert_damaged("SHA-256");
	unlink(vmlinuz);
	assert_damaged("No such file");
	assert_int_equal(mkdir(vmlinuz, 0777), 0);
	assert_damaged("Is a directory");
	rmdir(vmlinuz);
	assert_int_equal(symlink(at("k/root/boot/config"), vmlinuz), 0);
	assert_damaged("is a link");
	unlink(vmlinuz);
	assert_int_equal(mkfifo(vmlinuz, 0666), 0); /* opening one must not wait for a writer */
	assert_damaged("Invalid argument");
	unlink(vmlinuz);
	put("k/root/boot/vmlinuz", 'v', NR_BYTES);
	assert_int_equal(check("6.1.0", NULL), 0);
	if (geteuid()) {
		assert_int_equal(chmod(vmlinuz, 0), 0);
		assert_damaged("Permission denied");
	} else {
		assert_int_equal(chown(vmlinuz, 65534, 65534), 0);
		assert_damaged("somebody else");
	}
	free(vmlinuz);
}

static void test_swapped_and_extra(void **state)
{
	(void)state;
	kernel_put();
	assert_int_equal(rename(at("k/root/boot/vmlinuz"), at("x")), 0);
	assert_int_equal(rename(at("k/root/boot/config"), at("k/root/boot/vmlinuz")), 0);
	assert_int_equal(rename(at("x"), at("k/root/boot/config")), 0);
	assert_damaged("is damaged");
	assert_int_equal(pb_tree_remove(at("k")), 0);
	kernel_put();
	put("k/root/boot/vmlinuz.old", 'v', 10);
	assert_damaged("nothing that was put there");
	unlink(at("k/root/boot/vmlinuz.old"));
	unlink(at("k/root/boot/link"));
	assert_int_equal(symlink("config", at("k/root/boot/link")), 0);
	assert_damaged("is damaged");
}

static void test_damaged_manifests(void **state)
{
	_cleanup_free_ char *text = NULL, *other = NULL;
	size_t len;

	(void)state;
	kernel_put();
	assert_int_equal(check("6.12.0", NULL), -EBADMSG); /* another kernel's */
	assert_int_equal(pb_file_read(at("k/manifest"), &text, &len), 0);
	/* Cut anywhere, it is no manifest; which of its lines are left does not matter. */
	for (size_t cut = 0; cut < len; cut += 7) {
		assert_int_equal(pb_file_write(at("k/manifest"), text, cut), 0);
		assert_int_equal(check("6.1.0", NULL), -EBADMSG);
	}
	/* Nor with a byte that is another one, wherever that is. */
	for (size_t i = 0; i < len; i += 5) {
		char was = text[i];

		text[i] = was == 'x' ? 'y' : 'x';
		assert_int_equal(pb_file_write(at("k/manifest"), text, len), 0);
		assert_int_equal(check("6.1.0", NULL), -EBADMSG);
		text[i] = '\0';
		assert_int_equal(pb_file_write(at("k/manifest"), text, len), 0);
		assert_int_equal(check("6.1.0", NULL), -EBADMSG);
		text[i] = was;
	}
	unlink(at("k/manifest"));
	assert_damaged("older pinbench");
	assert_int_equal(mkdir(at("k/manifest"), 0777), 0);
	assert_damaged("directory");
	rmdir(at("k/manifest"));
	other = strdup(text);
	assert_int_equal(pb_file_write(at("k/manifest"), other, len), 0);
	assert_int_equal(check("6.1.0", NULL), 0);
}

static void test_looking_makes_nothing(void **state)
{
	char *place = NULL;

	(void)state;
	assert_int_equal(pb_cache_path(&place, "kernels/%s", "6.1"), 0);
	free(place);
	assert_false(pb_file_exists(at("pinbench")));
	assert_int_equal(pb_cache_sweep(NULL), 0);
	assert_false(pb_file_exists(at("pinbench")));
	assert_int_equal(pb_cache_place(&place, "kernels/%s", "6.1"), 0);
	assert_true(pb_file_exists(at("pinbench/kernels")));
	assert_false(pb_file_exists(place));
	free(place);
}

static void test_whose_cache(void **state)
{
	char *place = NULL;

	(void)state;
	assert_int_equal(mkdir(at("pinbench"), 0755), 0);
	assert_int_equal(chmod(at("pinbench"), 0777), 0);
	assert_int_equal(pb_cache_path(&place, "kernels"), -EPERM);
	assert_non_null(strstr(pb_fail_message(-EPERM), "others can write"));
	assert_int_equal(chmod(at("pinbench"), 0555), 0); /* read-only is fine */
	assert_int_equal(pb_cache_path(&place, "kernels"), 0);
	free(place);
	if (!geteuid()) {
		assert_int_equal(chown(at("pinbench"), 65534, 65534), 0);
		assert_int_equal(pb_cache_path(&place, "kernels"), -EPERM);
		assert_non_null(strstr(pb_fail_message(-EPERM), "belongs to user 65534"));
	}
	assert_int_equal(rmdir(at("pinbench")), 0);
	assert_int_equal(pb_file_write(at("pinbench"), "x", 1), 0);
	assert_int_equal(pb_cache_path(&place, "kernels"), -ENOTDIR);
}

static void test_put(void **state)
{
	(void)state;
	assert_int_equal(pb_dir_make(at("new")), 0);
	put("new/file", 'n', 1);
	assert_int_equal(pb_cache_put(at("new"), at("there")), 0);
	assert_true(pb_file_exists(at("there/file")));
	/* What was there is at the other place, to be removed. */
	assert_int_equal(pb_dir_make(at("new")), 0);
	put("new/other", 'n', 1);
	assert_int_equal(pb_cache_put(at("new"), at("there")), 0);
	assert_true(pb_file_exists(at("there/other")));
	assert_true(pb_file_exists(at("new/file")));
	assert_int_equal(pb_cache_put(at("none"), at("there")), -ENOENT);
}

/* A package that is as little as a kernel can be. */
static void package_make(void)
{
	static const char control[] = "Package: k\nVersion: 1\nArchitecture: all\n"
				      "Maintainer: nobody <nobody@example.org>\nDescription: k\n";
	static const char makefile[] = "include /usr/src/linux-headers-6.1-common/Makefile\n";

	assert_int_equal(pb_dir_make(at("p/DEBIAN")), 0);
	assert_int_equal(pb_dir_make(at("p/boot")), 0);
	assert_int_equal(pb_dir_make(at("p/usr/src/linux-headers-6.1")), 0);
	assert_int_equal(pb_file_write(at("p/DEBIAN/control"), control, strlen(control)), 0);
	assert_int_equal(pb_file_write(at("p/usr/src/linux-headers-6.1/Makefile"), makefile,
				       strlen(makefile)),
			 0);
	put("p/boot/vmlinuz-6.1", 'v', NR_BYTES);
	put("p/boot/config-6.1", 'c', 100);
	assert_int_equal(pb_proc_run((const char *const[]){ "dpkg-deb", "--root-owner-group", "-b",
							    at("p"), at("k.deb"), NULL },
				     NULL, NULL),
			 0);
}

/* Building modules takes minutes: those that are whole are not built again for a cut kernel. */
static void test_modules_outlive_their_kernel(void **state)
{
	const struct pb_package package = { .name = (char *)"k", .version = (char *)"1" };
	const struct pb_pick pick = { .release = "6.1", .list = { &package }, .nr = 1 };
	char *files[] = { NULL, NULL };
	struct stat st;

	(void)state;
	package_make();
	files[0] = strdup(at("k.deb"));
	pb_progress_quiet(true);
	assert_int_equal(pb_unpack(&pick, "suite", files), 0);
	assert_int_equal(pb_dir_make(at("pinbench/kernels/6.1/modules-0123")), 0);
	put("pinbench/kernels/6.1/modules-0123/a.ko", 'm', 10);
	put("pinbench/kernels/6.1/root/boot/vmlinuz-6.1", 'v', NR_BYTES / 2);
	put("pinbench/kernels/6.1/root/boot/added", 'v', 1);
	assert_int_equal(pb_unpack(&pick, "suite", files), 0);
	assert_int_equal(stat(at("pinbench/kernels/6.1/root/boot/vmlinuz-6.1"), &st), 0);
	assert_int_equal(st.st_size, NR_BYTES);
	assert_false(pb_file_exists(at("pinbench/kernels/6.1/root/boot/added")));
	assert_true(pb_file_exists(at("pinbench/kernels/6.1/modules-0123/a.ko")));
	free(files[0]);
}

static void test_harmless_paths(void **state)
{
	static const char *const bad[] = { "/a b",      "/a:b", "/a,b", "/a'b", "/a\"b", "/a$b",
					   "/a#b",      "/a%b", "/a;b", "/a&b", "/a\nb", "/a\\b",
					   "/\xc3\xa4", "/a*b", "/a(b", "/a`b", "/a=b",  "/a~b" };

	(void)state;
	assert_true(pb_path_harmless("/tmp/pinbench-build.Ab12_-/x+y.z"));
	for (size_t i = 0; i < PB_ARRAY_SIZE(bad); i++)
		assert_false(pb_path_harmless(bad[i]));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_whole),
		TEST(test_damaged_files),
		TEST(test_swapped_and_extra),
		TEST(test_damaged_manifests),
		TEST(test_looking_makes_nothing),
		TEST(test_whose_cache),
		TEST(test_put),
		TEST(test_modules_outlive_their_kernel),
		TEST(test_harmless_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
