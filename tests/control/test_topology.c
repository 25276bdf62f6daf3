// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of bench/control/topology: which CPUs --place takes, and what it says where there are none.
 * Why: contention between the wrong two CPUs is another number under the same name.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bench/control/control.h"
#include "bench/control/topology.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/control/tree.h"

static void expect_place(const struct pb_topology *t, const char *place, size_t nr, const int *cpus)
{
	int got[16];

	assert_int_equal(pb_topology_place(t, place, nr, got), 0);
	assert_memory_equal(got, cpus, nr * sizeof(*cpus));
}

static void expect_refused(const struct pb_topology *t, const char *place, size_t nr,
			   const char *words)
{
	int got[16];

	assert_int_equal(pb_topology_place(t, place, nr, got), -EOPNOTSUPP);
	if (!strstr(pb_fail_message(-EOPNOTSUPP), words))
		fail_msg("'%s' does not say '%s'", pb_fail_message(-EOPNOTSUPP), words);
}

/* 16 CPUs: 8 cores of 2 threads in 2 sockets; CPU n and n + 8 are one core. */
static void test_two_sockets(void **state)
{
	pb_cleanup(pb_topology_done) struct pb_topology t = { 0 };
	_cleanup_free_ char *words = NULL;

	tree_cpus(*state, 16, 1, 2);
	assert_int_equal(pb_topology_read(*state, NULL, &t), 0);
	words = pb_topology_words(&t);
	assert_string_equal(words, "16 CPUs: 8 cores of 2 threads, 2 L3 caches, 2 sockets, 2 NUMA "
				   "nodes");
	expect_place(&t, "smt", 2, (const int[]){ 15, 7 });
	expect_place(&t, "smt", 4, (const int[]){ 15, 7, 14, 6 });
	expect_place(&t, "core", 3, (const int[]){ 7, 6, 5 });
	expect_place(&t, "l3", 4, (const int[]){ 7, 6, 5, 4 });
	expect_place(&t, "socket", 2, (const int[]){ 4 + 3, 3 });
	expect_place(&t, "node", 4, (const int[]){ 7, 3, 6, 2 });
	expect_refused(&t, "l3", 5,
		       "no L3 cache is shared by enough cores; this machine has 16 CPUs");
	expect_refused(&t, "socket", 9, "not enough sockets with a core each");
}

/* What most developers have: neither threads nor a second socket. */
static void test_plain(void **state)
{
	pb_cleanup(pb_topology_done) struct pb_topology t = { 0 };
	int cpus[2];

	tree_cpus(*state, 2, 0, 1);
	assert_int_equal(pb_topology_read(*state, NULL, &t), 0);
	expect_place(&t, "core", 2, (const int[]){ 1, 0 });
	expect_refused(&t, "smt", 2, "no core has two threads");
	expect_refused(&t, "socket", 2,
		       "this machine has 2 CPUs: 2 cores, 1 L3 cache, 1 socket, 1 "
		       "NUMA node");
	expect_refused(&t, "node", 2, "NUMA");
	assert_int_equal(pb_topology_place(&t, "moon", 2, cpus), -EINVAL);
	assert_non_null(strstr(pb_fail_message(-EINVAL), "smt core l3 socket node"));
}

/* A process that may not use a core's second thread has no siblings to offer. */
static void test_allowed(void **state)
{
	pb_cleanup(pb_topology_done) struct pb_topology t = { 0 };
	cpu_set_t allowed;

	tree_cpus(*state, 4, 1, 1);
	CPU_ZERO(&allowed);
	CPU_SET(0, &allowed);
	CPU_SET(1, &allowed);
	assert_int_equal(pb_topology_read(*state, &allowed, &t), 0);
	assert_int_equal(t.nr, 2);
	expect_refused(&t, "smt", 2, "no core has two threads that may be used");
	expect_place(&t, "core", 2, (const int[]){ 1, 0 });
}

/* Workers first, then one CPU for the load; first threads before second ones. */
static void test_cpus(void **state)
{
	struct pb_cell cells[] = {
		{ .nr_threads = 2, .load = PB_LOAD_none },
		{ .nr_threads = 3, .load = PB_LOAD_fork },
	};
	const struct pb_control across = { .place = "socket" }, none = { 0 };
	_cleanup_free_ uint32_t *cpus = NULL, *others = NULL;
	size_t nr;

	tree_cpus(*state, 8, 1, 2);
	assert_int_equal(pb_control_cpus(*state, &across, cells, 2, &cpus, &nr), 0);
	assert_int_equal(nr, 4);
	assert_memory_equal(cpus, ((const uint32_t[]){ 3, 1, 2, 0 }), sizeof(uint32_t[4]));
	assert_int_equal(pb_control_cpus(*state, &none, cells, 1, &others, &nr), 0);
	assert_int_equal(nr, 2);
	assert_memory_equal(others, ((const uint32_t[]){ 3, 2 }), sizeof(uint32_t[2]));
}

static void expect_warning(const char *root, const char *config, const char *words)
{
	pb_cleanup(pb_buf_done) struct pb_buf warnings = { 0 };

	assert_int_equal(pb_control_warn(root, config, &warnings), 0);
	if (!words)
		assert_int_equal(warnings.len_bytes, 0);
	else if (!warnings.data || !strstr(warnings.data, words))
		fail_msg("'%s' does not say '%s'", warnings.data ? warnings.data : "", words);
}

static void test_warnings(void **state)
{
	tree_cpus(*state, 4, 0, 1);
	tree_put(*state, "/proc/loadavg", "0.90 0.50 0.10 1/100 4711\n");
	expect_warning(*state, NULL, NULL);
	expect_warning(*state, "CONFIG_KASAN=y\n", "CONFIG_KASAN checks every memory access");
	expect_warning(*state, "# CONFIG_DEBUG_VM is not set\nCONFIG_DEBUG_VM_X=y\n", NULL);
	tree_put(*state, "/proc/loadavg", "1.10 0.50 0.10 1/100 4711\n");
	expect_warning(*state, NULL, "load 1.10 on 4 CPUs");
	tree_put(*state, "/proc/loadavg", "0.00 0.50 0.10 1/100 4711\n");
	tree_put(*state, "/sys/class/power_supply/BAT0/status", "Discharging\n");
	expect_warning(*state, NULL, "a battery (BAT0)");
	tree_put(*state, "/sys/class/power_supply/BAT0/status", "Charging\n");
	expect_warning(*state, NULL, NULL);
}

/* The readers on whatever machine this is. */
static void test_this_machine(void **state)
{
	pb_cleanup(pb_topology_done) struct pb_topology t = { 0 };
	cpu_set_t allowed;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
	assert_int_equal(pb_topology_read("", &allowed, &t), 0);
	assert_int_equal(t.nr, CPU_COUNT(&allowed));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_two_sockets, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_plain, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_allowed, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_cpus, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_warnings, tree_setup, tree_teardown),
		cmocka_unit_test(test_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
