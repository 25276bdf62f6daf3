// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of what is read from a machine: its fingerprint, what keeps modules out of it, its kernel's
 * headers, the choice of --backend auto, and doctor's verdict.
 * Why: a kernel has one EPERM for many reasons, and each wants another remedy.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bench/backends/backends.h"
#include "bench/backends/kmod/find.h"
#include "bench/backends/kmod/obstacle.h"
#include "bench/doctor/doctor.h"
#include "bench/kernels/host.h"
#include "collect/hardware.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/control/tree.h"

#define DMI "/sys/class/dmi/id"

static int fact_add(void *data, const char *key, const char *value)
{
	return pb_buf_printf(data, "%s=%s\n", key, value);
}

static void expect_fact(const char *root, const char *fact)
{
	pb_cleanup(pb_buf_done) struct pb_buf facts = { 0 };

	assert_int_equal(pb_hardware_facts(root, fact_add, &facts), 0);
	if (!facts.data || !strstr(facts.data, fact))
		fail_msg("no '%s' in:\n%s", fact, facts.data ? facts.data : "");
}

static void test_facts(void **state)
{
	const char *root = *state;
	pb_cleanup(pb_buf_done) struct pb_buf none = { 0 };

	assert_int_equal(pb_hardware_facts(root, fact_add, &none), 0);
	assert_int_equal(none.len_bytes, 0); /* a machine that says nothing */
	tree_put(root, "/proc/cpuinfo", "processor\t: 0\nmicrocode\t: 0x2b0005c0\n");
	tree_put(root, "/sys/devices/system/cpu/vulnerabilities/meltdown", "Mitigation: PTI\n");
	tree_put(root, "/sys/devices/system/cpu/intel_pstate/no_turbo", "0\n");
	tree_put(root, "/sys/kernel/mm/transparent_hugepage/defrag", "always [madvise] never\n");
	tree_put(root, "/sys/class/power_supply/BAT0/type", "Battery\n");
	tree_put(root, "/sys/class/power_supply/BAT0/status", "Discharging\n");
	expect_fact(root, "machine.microcode=0x2b0005c0\n");
	expect_fact(root, "machine.mitigation.meltdown=Mitigation: PTI\n");
	expect_fact(root, "machine.turbo=on\n");
	expect_fact(root, "machine.thp_defrag=madvise\n");
	expect_fact(root, "machine.power=battery\n");
}

static void test_virtual(void **state)
{
	const char *root = *state;

	assert_null(pb_hardware_virtual(root));
	tree_put(root, DMI "/sys_vendor", "Amazon EC2\n");
	tree_put(root, DMI "/product_name", "c6i.metal\n");
	assert_null(pb_hardware_virtual(root));
	tree_put(root, DMI "/product_name", "c6i.large\n");
	assert_string_equal(pb_hardware_virtual(root), "amazon");
	tree_put(root, DMI "/sys_vendor", "Microsoft Corporation\n");
	tree_put(root, DMI "/product_name", "Surface Laptop\n");
	assert_null(pb_hardware_virtual(root));
	tree_put(root, DMI "/product_name", "Virtual Machine\n");
	expect_fact(root, "machine.virtual=hyperv\n");
}

static void expect_obstacle(const char *root, const char *text, const char *remedy)
{
	struct pb_obstacle o;

	pb_obstacle_loading(root, &o);
	if (!strstr(o.text, text) || !strstr(o.remedy, remedy))
		fail_msg("'%s' -> '%s'", o.text, o.remedy);
}

static void test_obstacles(void **state)
{
	const char *root = *state;
	struct pb_obstacle o;

	expect_obstacle(root, "without loadable modules (CONFIG_MODULES)", "--backend vm");
	tree_put(root, "/proc/modules", "");
	tree_put(root, "/proc/sys/kernel/modules_disabled", "1\n");
	expect_obstacle(root, "kernel.modules_disabled=1", "reboot");
	tree_put(root, "/proc/sys/kernel/modules_disabled", "0\n");
	tree_put(root, "/proc/self/status", "Uid:\t1000\t1000\nCapEff:\t0000000000000000\n");
	expect_obstacle(root, "this user lacks CAP_SYS_MODULE", "sudo pinbench run --backend kmod");
	tree_put(root, "/proc/self/status", "Uid:\t0\t0\nCapEff:\t0000000000200000\n");
	expect_obstacle(root, "root lacks CAP_SYS_MODULE", "container");
	tree_put(root, "/proc/self/status", "Uid:\t0\t0\nCapEff:\t0000000000010000\n");
	expect_obstacle(root, "root lacks CAP_SYS_ADMIN", "container");
	tree_put(root, "/proc/self/status", "Uid:\t0\t0\nCapEff:\t000001ffffffffff\n");
	pb_obstacle_loading(root, &o);
	assert_string_equal(o.text, "");
}

static void test_signature(void **state)
{
	const char *root = *state;
	_cleanup_free_ char *lockdown = NULL, *enforced = NULL;

	assert_null(pb_signature_wanted(root));
	tree_put(root, "/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	assert_null(pb_signature_wanted(root));
	tree_put(root, "/sys/module/module/parameters/sig_enforce", "Y\n");
	enforced = pb_signature_wanted(root);
	assert_non_null(strstr(enforced, "module.sig_enforce): sign the modules"));
	tree_put(root, "/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	tree_put(root, "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
		 "\x06\x01\x01\x01\x01");
	lockdown = pb_signature_wanted(root);
	assert_non_null(strstr(lockdown, "locked down (integrity) (Secure Boot is on)"));
	assert_non_null(strstr(lockdown, "mokutil"));
}

static void test_headers(void **state)
{
	const char *root = *state;
	struct pb_kernel kernel = { 0 };
	struct pb_compiler compiler = { 0 };
	_cleanup_free_ char *remedy = NULL, *installed = NULL;

	tree_put(root, "/etc/os-release", "NAME=\"Fedora Linux\"\nID=fedora\n");
	remedy = pb_headers_remedy(root, "6.9.1");
	assert_string_equal(remedy, "dnf install kernel-devel-6.9.1");
	assert_int_equal(pb_host_open(root, "6.9.1", "#1", &kernel), -ENOENT);
	pb_kernel_done(&kernel);
	tree_put(root, "/lib/modules/6.9.1/build/Makefile", "");
	assert_int_equal(pb_host_open(root, "6.9.1", "#1", &kernel), -ENOENT);
	assert_non_null(strstr(pb_fail_message(-ENOENT), "no configuration"));
	pb_kernel_done(&kernel);
	tree_put(root, "/boot/config-6.9.1", "CONFIG_GCC_VERSION=990000\n");
	assert_int_equal(pb_host_open(root, "6.9.1", "#1", &kernel), 0);
	assert_non_null(strstr(kernel.config, "/boot/config-6.9.1"));
	pb_kernel_done(&kernel);
	assert_int_equal(pb_host_compiler("CONFIG_GCC_VERSION=990000\n", "6.9.1", &compiler),
			 -ENOPKG);
	assert_non_null(strstr(pb_fail_message(-ENOPKG), "apt-get install gcc-99"));
	assert_int_equal(pb_host_compiler("CONFIG_CC_IS_CLANG=y\nCONFIG_CLANG_VERSION=990000\n",
					  "6.9.1", &compiler),
			 -ENOPKG);
	assert_non_null(strstr(pb_fail_message(-ENOPKG), "clang-99"));
	assert_null(pb_kmod_installed(root, "6.9.1"));
	tree_put(root, "/lib/modules/6.9.1/updates/dkms/pinbench.ko.xz", "");
	installed = pb_kmod_installed(root, "6.9.1");
	assert_non_null(strstr(installed, "/updates/dkms"));
}

static void expect_backend(const struct pb_auto_view *view, const char *name, const char *why)
{
	const struct pb_backend *backend = NULL;
	_cleanup_free_ char *words = NULL;

	assert_int_equal(pb_backend_decide(view, &backend, &words), 0);
	assert_string_equal(backend->name, name);
	if (!strstr(words, why))
		fail_msg("'%s' does not say '%s'", words, why);
}

static void test_auto(void **state)
{
	(void)state;
	expect_backend(&(struct pb_auto_view){ .kernel_given = true, .has_qemu = true }, "vm",
		       "--kernel names");
	expect_backend(&(struct pb_auto_view){ .has_qemu = true }, "kmod", "can be loaded");
	expect_backend(&(struct pb_auto_view){ .has_qemu = true, .no_kmod = "no root" }, "vm",
		       "not kmod: no root");
	expect_backend(&(struct pb_auto_view){ .no_kmod = "no root" }, "syscall",
		       "not kmod: no root; not vm: QEMU is not installed");
	expect_backend(&(struct pb_auto_view){ .host_given = true,
					       .has_qemu = true,
					       .no_kmod = "no root" },
		       "syscall", "(not kmod: no root)");
}

/* A machine of which nothing is known has no modules; what is missing names its row. */
static void test_doctor(void **state)
{
	const char *root = *state;
	_cleanup_free_ char *text = NULL;
	size_t len;
	_cleanup_fclose_ FILE *out = open_memstream(&text, &len);

	tree_cpus(root, 4, 1, 1);
	tree_put(root, "/proc/swaps", "Filename Type\n");
	assert_true(pb_doctor_report(root, out) & PB_NEED_KMOD);
	fflush(out);
	assert_non_null(strstr(text, "backend kmod     cannot work here; see modules"));
	assert_non_null(strstr(text, "4 CPUs: 2 cores of 2 threads"));
	assert_non_null(strstr(text, "contention at --place smt, core, l3"));
	assert_non_null(strstr(text, "no swap"));
	assert_non_null(strstr(text, "backend syscall  works here"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_facts, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_virtual, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_obstacles, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_signature, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_headers, tree_setup, tree_teardown),
		cmocka_unit_test(test_auto),
		cmocka_unit_test_setup_teardown(test_doctor, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
