// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_packages - versions compared, kernels picked from an index with all that belongs to them.
 * Why: the wrong headers build without a word and measure nonsense.
 */
#include "bench/kernels/fetch/packages.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/str.h"

/* The shapes of the archive: one image package, or a split one; old, new and lone images. */
static const char index_text[] =
	"Package: linux-base\nArchitecture: all\nVersion: 4.9\nSize: 1\n\n"
	"Package: linux-image-6.1.0-9-cloud-amd64\nArchitecture: amd64\nVersion: 6.1.99-1\nSize: 100\n"
	"Depends: kmod, linux-base (>= 4.3~)\n\n"
	"Package: linux-headers-6.1.0-9-cloud-amd64\nArchitecture: amd64\nVersion: 6.1.99-1\nSize: 10\n"
	"Depends: linux-headers-6.1.0-9-common (= 6.1.99-1), linux-kbuild-6.1 (>= 6.1.99-1)\n\n"
	"Package: linux-headers-6.1.0-9-common\nArchitecture: all\nVersion: 6.1.99-1\nSize: 20\n\n"
	"Package: zsh\nDescription: Package: linux-image-6.1.0-77-cloud-amd64\nSize: 5\n\n"
	"Package: linux-image-6.1.0-10-cloud-amd64\nArchitecture: amd64\nVersion: 6.1.101-1\nSize: 200\n\n"
	"Package: linux-headers-6.1.0-10-cloud-amd64\nArchitecture: amd64\nVersion: 6.1.101-1\nSize: 11\n"
	"Depends: linux-headers-6.1.0-10-common (= 6.1.101-1), linux-kbuild-6.1 (>= 6.1.101-1),"
	" linux-compiler-gcc-12-x86\n\n"
	"Package: linux-headers-6.1.0-10-common\nArchitecture: all\nVersion: 6.1.101-1\nSize: 21\n\n"
	"Package: linux-kbuild-6.1\nArchitecture: amd64\nVersion: 6.1.99-1\nSize: 3\n\n"
	"Package: linux-kbuild-6.1\nArchitecture: amd64\nVersion: 6.1.101-1\nSize: 4\n\n"
	"Package: linux-image-6.1.0-11-cloud-amd64\nArchitecture: amd64\nVersion: 6.1.102-1\nSize: 300\n\n"
	"Package: linux-image-6.1.0-12-cloud-amd64\nArchitecture: amd64\nVersion: 6.1.103-1\nSize: 300\n\n"
	"Package: linux-headers-6.1.0-12-cloud-amd64\nArchitecture: amd64\nVersion: 6.1.103-1\nSize: 11\n"
	"Depends: linux-headers-6.1.0-12-common (= 6.1.103-1)\n\n"
	"Package: linux-image-7.3.4+deb13-cloud-amd64\nArchitecture: amd64\nVersion: 7.3.4-1~bpo13+1\nSize: 1\n"
	"Depends: dracut | linux-initramfs-tool, linux-base-7.3.4+deb13-cloud-amd64 (= 7.3.4-1~bpo13+1),"
	" linux-binary-7.3.4+deb13-cloud-amd64 (= 7.3.4-1~bpo13+1)\n\n"
	"Package: linux-base-7.3.4+deb13-cloud-amd64\nArchitecture: amd64\nVersion: 7.3.4-1~bpo13+1\nSize: 2\n\n"
	"Package: linux-binary-7.3.4+deb13-cloud-amd64\nArchitecture: amd64\nVersion: 7.3.4-1~bpo13+1\nSize: 4\n"
	"Depends: linux-base-7.3.4+deb13-cloud-amd64 (= 7.3.4-1~bpo13+1)\n\n"
	"Package: linux-headers-7.3.4+deb13-cloud-amd64\nArchitecture: amd64\nVersion: 7.3.4-1~bpo13+1\nSize: 8\n"
	"Depends: gcc-14-for-host, linux-base (>= 4.12~)\n\n"
	/* Of arm64; what runs when modules are built is taken from the host's. */
	"Package: linux-image-6.1.0-10-cloud-arm64\nArchitecture: arm64\nVersion: 6.1.101-1\nSize: 400\n\n"
	"Package: linux-headers-6.1.0-10-cloud-arm64\nArchitecture: arm64\nVersion: 6.1.101-1\nSize: 40\n"
	"Depends: linux-headers-6.1.0-10-common (= 6.1.101-1), linux-kbuild-6.1 (>= 6.1.101-1)\n\n"
	"Package: linux-kbuild-6.1\nArchitecture: arm64\nVersion: 6.1.102-1\nSize: 1000\n\n"
	"Package: libjansson-dev\nArchitecture: amd64\nVersion: 2.14-3\nSize: 7\n\n"
	"Package: libjansson-dev\nArchitecture: arm64\nVersion: 2.14-2\nSize: 8\n\n"
	"Package: libjansson-doc\nArchitecture: all\nVersion: 2.14-2\nSize: 9\n\n"
	"Package: linux-headers-7.3.4+deb13-x\nArchitecture: arm64\nVersion: 1\nSize: 1\n"
	"Depends: gcc-14-for-host, linux-base (>= 4.12~)";

static int index_setup(void **state)
{
	static struct pb_packages packages;

	*state = &packages;
	return pb_packages_parse(index_text, &packages);
}

static int index_teardown(void **state)
{
	pb_packages_done(*state);
	return 0;
}

static void test_versions(void **state)
{
	/* In order, each older than the next; the cases of Debian's policy manual among them. */
	static const char *const order[] = {
		"~~",
		"~~a",
		"~",
		"",
		"1.0~beta1~svn1245",
		"1.0~beta1",
		"1.0",
		"5.10.9-1",
		"5.10.257-1",
		"6.1.99-1",
		"6.1.100-1",
		"6.12.107-1~deb12u1",
		"6.12.107-1",
		"6.12.107-1+b1",
		"6.12.107-2",
		"7.2.12-1~bpo13+1",
		"7.2.12-1",
		"7.2.13-1",
		"a",
		"1:0.1",
	};

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(order); i++)
		for (size_t j = 0; j < PB_ARRAY_SIZE(order); j++) {
			int got = pb_version_compare(order[i], order[j]);

			assert_int_equal((got > 0) - (got < 0), (i > j) - (i < j));
		}
	assert_int_equal(pb_version_compare("1.0", "1.00"), 0);
	assert_int_equal(pb_version_compare("0:1.0-0", "1.0"), 0);
}

static void test_newest(void **state)
{
	struct pb_pick pick;

	assert_int_equal(
		pb_packages_pick(*state, "linux-image-6\\.1\\.0-[0-9]+-cloud-amd64", "", &pick), 0);
	/* 6.1.102 and 6.1.103 are newer, but their headers are not whole. */
	assert_string_equal(pick.release, "6.1.0-10-cloud-amd64");
	assert_int_equal(pick.nr, 4);
	assert_string_equal(pick.list[0]->name, "linux-image-6.1.0-10-cloud-amd64");
	assert_string_equal(pick.list[0]->version, "6.1.101-1");
	assert_int_equal(pick.size_bytes, 200 + 11 + 21 + 4);
}

static void test_patch(void **state)
{
	static const char pattern[] = "linux-image-6\\.1\\.0-[0-9]+-cloud-amd64";
	struct pb_pick pick;

	assert_int_equal(pb_packages_pick(*state, pattern, "6.1.99", &pick), 0);
	assert_string_equal(pick.release, "6.1.0-9-cloud-amd64");
	assert_int_equal(pb_packages_pick(*state, pattern, "6.1.9", &pick), -ENOENT);
	assert_int_equal(pb_packages_pick(*state, pattern, "6.1.1", &pick), -ENOENT);
	assert_int_equal(pb_packages_pick(*state, pattern, "6.1.102", &pick), -ENOPKG);
	assert_int_equal(pb_packages_pick(*state, pattern, "6.1.103", &pick), -ENOPKG);
	assert_int_equal(pb_packages_pick(*state, "linux-image-5.*", "", &pick), -ENOENT);
	assert_int_equal(pb_packages_pick(*state, "(", "", &pick), -EINVAL);
}

static void test_split(void **state)
{
	struct pb_pick pick;

	assert_int_equal(pb_packages_pick(*state, "linux-image-7\\.3\\..*", "", &pick), 0);
	assert_string_equal(pick.release, "7.3.4+deb13-cloud-amd64");
	assert_int_equal(pick.nr, 4);
	assert_int_equal(pick.size_bytes, 1 + 2 + 4 + 8);
}

static void test_foreign(void **state)
{
	struct pb_pick pick;

	assert_int_equal(
		pb_packages_pick(*state, "linux-image-6\\.1\\.0-[0-9]+-cloud-arm64", "", &pick), 0);
	assert_string_equal(pick.release, "6.1.0-10-cloud-arm64");
	assert_string_equal(pick.title, "kernel 6.1.0-10-cloud-arm64");
	assert_int_equal(pick.nr, 4);
	for (size_t i = 0; i < pick.nr; i++) {
		const struct pb_package *package = pick.list[i];

		if (!strncmp(package->name, "linux-kbuild-", strlen("linux-kbuild-")))
			assert_string_equal(package->arch, "amd64");
		else if (strstr(package->name, "-common"))
			assert_string_equal(package->arch, "all");
		else
			assert_string_equal(package->arch, "arm64");
	}
	assert_int_equal(pick.size_bytes, 400 + 40 + 21 + 4);
}

static void test_one(void **state)
{
	struct pb_pick pick;

	assert_int_equal(pb_packages_pick_one(*state, "libjansson-dev", "arm64", &pick), 0);
	assert_int_equal(pick.nr, 1);
	assert_string_equal(pick.list[0]->version, "2.14-2");
	assert_string_equal(pick.title, "libjansson-dev for arm64");
	assert_string_equal(pick.release, "");
	assert_int_equal(pb_packages_pick_one(*state, "libjansson-dev", "riscv64", &pick), -ENOENT);
	assert_int_equal(pb_packages_pick_one(*state, "libjansson-doc", "arm64", &pick), -ENOENT);
}

/* Before anything is downloaded: what the headers will be compiled with. */
static void test_compiler(void **state)
{
	struct pb_package plain = { .depends = "linux-base, gcc-, my-gcc" };
	struct pb_package old = { .depends = "linux-kbuild-6.1, linux-compiler-gcc-12-x86" };
	struct pb_package new = { .depends = "x, gcc-15-for-host (>= 15.1)" };
	struct pb_pick pick = { .list = { &plain }, .nr = 1 };
	char name[16] = "";

	(void)state;
	assert_false(pb_pick_compiler(&pick, name, sizeof(name)));
	pick.list[pick.nr++] = &old;
	assert_true(pb_pick_compiler(&pick, name, sizeof(name)));
	assert_string_equal(name, "gcc-12");
	pick.list[0] = &new;
	assert_true(pb_pick_compiler(&pick, name, sizeof(name)));
	assert_string_equal(name, "gcc-15");
}

static void test_extract(void **state)
{
	pb_cleanup(pb_packages_done) struct pb_packages again = { 0 };
	const struct pb_packages *packages = *state;
	_cleanup_free_ char *extract = NULL;

	assert_int_equal(pb_packages_extract(index_text, &extract), 0);
	assert_null(strstr(extract, "Package: zsh"));
	assert_null(strstr(extract, "Package: libjansson-doc"));
	assert_non_null(strstr(extract, "Package: libjansson-dev"));
	assert_int_equal(pb_packages_parse(extract, &again), 0);
	assert_int_equal(again.nr, packages->nr);
	assert_string_equal(again.items[again.nr - 1].depends,
			    "gcc-14-for-host, linux-base (>= 4.12~)");
	assert_int_equal(pb_packages_parse("Package: linux-x\nVersion: 1\nSize: big\n", &again),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions), cmocka_unit_test(test_newest),
		cmocka_unit_test(test_patch),    cmocka_unit_test(test_split),
		cmocka_unit_test(test_extract),  cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_one),      cmocka_unit_test(test_compiler),
	};

	return cmocka_run_group_tests(tests, index_setup, index_teardown);
}
