// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of what is said of /dev/kvm: absent, not for this user, not KVM, and one that stock kernels
 * do not boot on.
 * Why: --accel kvm fails for as many reasons, and each wants another remedy.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/backends/vm/kvm.h"
#include "bench/doctor/checks.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/control/tree.h"

enum { NOBODY = 65534 };

static void expect_refusal(const char *root, int code, const char *words)
{
	int ret = pb_kvm_check(root);

	assert_int_equal(ret, code);
	if (!strstr(pb_fail_message(ret), words))
		fail_msg("'%s' does not say '%s'", pb_fail_message(ret), words);
	assert_non_null(strstr(pb_fail_message(ret), "--accel tcg"));
}

static void without_a_device_the_way_to_one_is_told(void **state)
{
	const char *root = *state;
	struct pb_finding f = { 0 };

	expect_refusal(root, -ENOENT, "modprobe kvm_intel or kvm_amd");
	pb_look_kvm(root, &f);
	assert_int_equal(f.health, PB_HEALTH_LIMITED);
	assert_non_null(strstr(f.text, "no --accel kvm"));
	assert_non_null(strstr(f.remedy, "modprobe"));
	/* In a guest nothing can be loaded that helps. */
	tree_put(root, "/sys/class/dmi/id/sys_vendor", "QEMU\n");
	expect_refusal(root, -ENOENT, "its host must pass virtualization on");
}

static void what_is_not_ours_names_the_group(void **state)
{
	const char *root = *state;
	_cleanup_free_ char *path = pb_format("%s/dev/kvm", root);
	bool is_root = geteuid() == 0;

	tree_put(root, "/dev/kvm", "");
	assert_int_equal(chmod(root, 0755), 0);
	assert_int_equal(chmod(path, 0), 0);
	if (is_root)
		assert_int_equal(seteuid(NOBODY), 0);
	expect_refusal(root, -EACCES, "group kvm");
	if (is_root)
		assert_int_equal(seteuid(0), 0);
}

static void what_is_no_kvm_is_none(void **state)
{
	const char *root = *state;

	tree_put(root, "/dev/kvm", "");
	expect_refusal(root, -ENOTTY, strerror(ENOTTY));
}

static void only_pvm_is_doubted(void **state)
{
	const char *root = *state;

	assert_null(pb_kvm_doubt(root));
	tree_put(root, "/sys/module/kvm_pvm/parameters/x", "");
	assert_non_null(strstr(pb_kvm_doubt(root), "CONFIG_PVM_GUEST"));
	tree_put(root, "/sys/module/kvm_amd/parameters/x", "");
	assert_null(pb_kvm_doubt(root));
}

/* Whatever this machine is: both say the same of it. */
static void doctor_says_what_a_run_would(void **state)
{
	struct pb_finding f = { 0 };
	bool can = !pb_kvm_check("") && !pb_kvm_doubt("");

	(void)state;
	pb_look_kvm("", &f);
	print_message("%s\n", f.text);
	assert_int_equal(f.health, can ? PB_HEALTH_OK : PB_HEALTH_LIMITED);
	assert_int_equal(!strstr(f.text, "no --accel kvm"), can);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(without_a_device_the_way_to_one_is_told, tree_setup,
						tree_teardown),
		cmocka_unit_test_setup_teardown(what_is_not_ours_names_the_group, tree_setup,
						tree_teardown),
		cmocka_unit_test_setup_teardown(what_is_no_kvm_is_none, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(only_pvm_is_doubted, tree_setup, tree_teardown),
		cmocka_unit_test(doctor_says_what_a_run_would),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
