// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of bench/control/pools: huge pages that runs add to pools, and what becomes of them.
 * Why: two runs, a kill at any point and an administrator may all have to do with one pool.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/control/pools.h"
#include "common/err.h"
#include "common/lives.h"
#include "common/sysfs.h"
#include "tests/control/tree.h"

#define ALL    "/sys/kernel/mm/hugepages/hugepages-2048kB/"
#define NODE   "/sys/devices/system/node/node0/hugepages/hugepages-2048kB/"
#define LEDGER "/run/pinbench/pools.json"

enum { KIB = 2048 };

/*
 * One node's pool of 3 pages. In a machine of files, what is written to one does not move others.
 */
static void machine_make(const char *root)
{
	tree_put(root, "/sys/devices/system/node/has_memory", "0\n");
	tree_put(root, NODE "nr_hugepages", "3\n");
	tree_put(root, NODE "surplus_hugepages", "0\n");
	tree_put(root, ALL "nr_hugepages", "3\n");
	tree_put(root, ALL "surplus_hugepages", "0\n");
	tree_put(root, ALL "nr_overcommit_hugepages", "0\n");
}

static void add(const char *root, pid_t owner, uint64_t nr)
{
	int ret = pb_pools_add(root, owner, KIB, nr);

	if (ret)
		fail_msg("%s", pb_fail_message(ret));
}

static void back(const char *root, pid_t owner, struct pb_buf *said)
{
	int ret = pb_pools_give_back(root, owner, said);

	if (ret)
		fail_msg("%s", pb_fail_message(ret));
}

static pid_t sleeper_start(void)
{
	pid_t parent = getpid(), pid = fork();

	if (!pid) {
		/* A test that fails leaves nobody behind. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			pause();
		_exit(0);
	}
	assert_true(pid > 0);
	return pid;
}

static void sleeper_end(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_added_and_given_back(void **state)
{
	const char *root = *state;
	pb_cleanup(pb_buf_done) struct pb_buf said = { 0 };

	machine_make(root);
	add(root, getpid(), 2);
	tree_expect(root, NODE "nr_hugepages", "5");
	add(root, getpid(), 4);
	tree_expect(root, NODE "nr_hugepages", "9");
	back(root, 0, &said); /* nobody's who is gone */
	tree_expect(root, NODE "nr_hugepages", "9");
	back(root, getpid(), &said);
	tree_expect(root, NODE "nr_hugepages", "3");
	assert_int_equal(said.len_bytes, 0);
	assert_false(pb_sys_exists(root, LEDGER));
	back(root, getpid(), &said);
	tree_expect(root, NODE "nr_hugepages", "3");
}

/* Each gives back its own, in whatever order; who was killed is found out by the next. */
static void test_several_runs(void **state)
{
	const char *root = *state;
	pb_cleanup(pb_buf_done) struct pb_buf said = { 0 }, words = { 0 }, none = { 0 };
	pid_t one = sleeper_start(), two = sleeper_start();

	machine_make(root);
	add(root, one, 2);
	add(root, two, 10);
	add(root, one, 1);
	tree_expect(root, NODE "nr_hugepages", "16");
	back(root, one, &said);
	tree_expect(root, NODE "nr_hugepages", "13");
	assert_int_equal(pb_pools_left(root, &none), 0);
	assert_int_equal(none.len_bytes, 0);
	sleeper_end(two);
	assert_int_equal(pb_pools_left(root, &words), 0);
	assert_non_null(strstr(words.data, NODE "nr_hugepages: 10 pages that a killed run added"));
	add(root, getpid(), 1); /* the next run finds it */
	tree_expect(root, NODE "nr_hugepages", "4");
	back(root, getpid(), &said);
	tree_expect(root, NODE "nr_hugepages", "3");
	assert_int_equal(said.len_bytes, 0);
	sleeper_end(one);
}

/* What an administrator sets meanwhile stays, for all who had a share. */
static void test_administrator(void **state)
{
	const char *root = *state;
	pb_cleanup(pb_buf_done) struct pb_buf said = { 0 }, more = { 0 };
	pid_t other = sleeper_start();

	machine_make(root);
	add(root, getpid(), 2);
	add(root, other, 2);
	tree_put(root, NODE "nr_hugepages", "64\n");
	back(root, getpid(), &said);
	tree_expect(root, NODE "nr_hugepages", "64");
	assert_non_null(strstr(said.data, "nr_hugepages is not 7 any more"));
	back(root, other, &more);
	tree_expect(root, NODE "nr_hugepages", "64");
	assert_false(pb_sys_exists(root, LEDGER));

	/* And what is added on top of it comes off again. */
	add(root, getpid(), 1);
	tree_put(root, NODE "nr_hugepages", "10\n");
	add(root, getpid(), 1);
	tree_expect(root, NODE "nr_hugepages", "11");
	back(root, getpid(), &more);
	tree_expect(root, NODE "nr_hugepages", "10");
	sleeper_end(other);
}

/*
 * Others have begun to use our pages: once they are given back, the kernel counts them as surplus
 * until they are unmapped. So what is written leaves the surplus out (mm/hugetlb.c adds it).
 */
static void test_in_use_by_others(void **state)
{
	const char *root = *state;
	pb_cleanup(pb_buf_done) struct pb_buf said = { 0 };

	machine_make(root);
	add(root, getpid(), 4);
	tree_put(root, NODE "nr_hugepages", "8\n");
	tree_put(root, NODE "surplus_hugepages", "1\n");
	tree_put(root, ALL "nr_hugepages", "8\n");
	tree_put(root, ALL "surplus_hugepages", "1\n");
	back(root, getpid(), &said);
	tree_expect(root, NODE "nr_hugepages", "3");

	/* Before something is added, surplus pages would become permanent. */
	assert_int_equal(pb_pools_add(root, getpid(), KIB, 1), -EOPNOTSUPP);
	assert_non_null(strstr(pb_fail_message(-EOPNOTSUPP), "others use 1 surplus"));
	tree_expect(root, NODE "nr_hugepages", "3");
}

static void test_overcommit(void **state)
{
	const char *root = *state;

	machine_make(root);
	tree_put(root, ALL "nr_overcommit_hugepages", "8\n");
	add(root, getpid(), 8);
	tree_expect(root, NODE "nr_hugepages", "3");
	assert_false(pb_sys_exists(root, LEDGER));
}

/* A kill between the note and its deed, and between the deed and its note. */
static void test_killed_half_way(void **state)
{
	const char *root = *state;
	static const struct {
		int set, added, asked, going, is, expect;
	} rows[] = {
		{ 3, 0, 4, 0, 3, 3 },   /* asked, and nothing came yet */
		{ 3, 0, 4, 0, 5, 3 },   /* two came */
		{ 3, 0, 4, 0, 7, 3 },   /* all came */
		{ 5, 2, 4, 0, 9, 3 },   /* with some from before */
		{ 5, 2, 0, 2, 5, 3 },   /* to go, and not gone */
		{ 5, 2, 0, 2, 3, 3 },   /* gone */
		{ 3, 0, 4, 0, 64, 64 }, /* an administrator's since */
		{ 5, 2, 0, 2, 1, 1 },
	};

	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		pb_cleanup(pb_buf_done) struct pb_buf said = { 0 };
		char namespace[64] = "", text[512];

		assert_true(readlink("/proc/self/ns/pid", namespace, sizeof(namespace) - 1) > 0);
		machine_make(root);
		_cleanup_free_ char *boot = pb_sys_text("", "/proc/sys/kernel/random/boot_id");
		snprintf(text, sizeof(text),
			 "{\"format\":1,\"boot\":\"%s\",\"shares\":[{\"path\":\"" NODE
			 "nr_hugepages\",\"pid\":1,\"started\":1234567890123,\"namespace\":\"%s\","
			 "\"set\":%d,\"added\":%d,\"asked\":%d,\"going\":%d}]}",
			 boot, namespace, rows[i].set, rows[i].added, rows[i].asked, rows[i].going);
		tree_put(root, LEDGER, text);
		snprintf(text, sizeof(text), "%d\n", rows[i].is);
		tree_put(root, NODE "nr_hugepages", text);
		back(root, 0, &said);
		snprintf(text, sizeof(text), "%d", rows[i].expect);
		tree_expect(root, NODE "nr_hugepages", text);
		assert_false(pb_sys_exists(root, LEDGER));
	}
}

/* A container's run of our number has a share of its own, which nobody here can call due. */
static void test_another_namespace(void **state)
{
	const char *root = *state;
	_cleanup_free_ char *boot = pb_sys_text("", "/proc/sys/kernel/random/boot_id");
	pb_cleanup(pb_buf_done) struct pb_buf said = { 0 };
	char text[512];

	machine_make(root);
	tree_put(root, NODE "nr_hugepages", "5\n");
	snprintf(text, sizeof(text),
		 "{\"format\":1,\"boot\":\"%s\",\"shares\":[{\"path\":\"" NODE
		 "nr_hugepages\",\"pid\":%d,\"started\":%lld,\"namespace\":\"pid:[1]\",\"set\":5,"
		 "\"added\":2,\"asked\":0,\"going\":0}]}",
		 boot, getpid(), (long long)pb_process_started(getpid()));
	tree_put(root, LEDGER, text);
	add(root, getpid(), 4);
	tree_expect(root, NODE "nr_hugepages", "9");
	back(root, getpid(), &said);
	tree_expect(root, NODE "nr_hugepages", "5");
	back(root, 0, &said);
	tree_expect(root, NODE "nr_hugepages", "5");
	assert_int_equal(said.len_bytes, 0);
}

/* What is not what pinbench writes is not obeyed, not even in part. */
static void test_strange(void **state)
{
	const char *root = *state;
#define SHARE(path, more)                                                                    \
	"{\"format\":1,\"boot\":\"%s\",\"shares\":[{\"path\":\"" path                        \
	"\",\"pid\":1,\"started\":9,\"namespace\":\"%s\",\"set\":3,\"added\":2,\"asked\":0," \
	"\"going\":0" more "}]}"
	static const char *const texts[] = {
		"{}",
		"{\"format\":1,\"boot\":\"%s\",\"shares\":[%s]}",
		SHARE("/victim", ""),
		SHARE("/sys/../victim/nr_hugepages", ""),
		SHARE("/sys/kernel/mm/ksm/run", ""),
		SHARE("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", ",\"added\":-2"),
		SHARE("/sys/devices/system/node/node0/../node0/hugepages/hugepages-2048kB/nr_hugepages",
		      ""),
	};
	char namespace[64] = "", text[1024];
	_cleanup_free_ char *boot = pb_sys_text("", "/proc/sys/kernel/random/boot_id");

	assert_true(readlink("/proc/self/ns/pid", namespace, sizeof(namespace) - 1) > 0);
	machine_make(root);
	tree_put(root, "/victim", "3\n");
	for (size_t i = 0; i < PB_ARRAY_SIZE(texts); i++) {
		pb_cleanup(pb_buf_done) struct pb_buf said = { 0 };

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(text, sizeof(text), texts[i], boot, namespace);
#pragma GCC diagnostic pop
		tree_put(root, LEDGER, text);
		assert_int_equal(pb_pools_give_back(root, 0, &said), -EBADMSG);
		assert_non_null(strstr(said.data, "pools.json' is "));
		assert_int_equal(pb_pools_add(root, getpid(), KIB, 1), -EOPNOTSUPP);
		tree_expect(root, NODE "nr_hugepages", "3");
		tree_expect(root, ALL "nr_hugepages", "3");
		tree_expect(root, "/victim", "3");
		assert_true(pb_sys_exists(root, LEDGER));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_added_and_given_back, tree_setup,
						tree_teardown),
		cmocka_unit_test_setup_teardown(test_several_runs, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_administrator, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_in_use_by_others, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_overcommit, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_killed_half_way, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_another_namespace, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_strange, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
