// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of bench/control/state and quiesce: what is changed is written down first, and put back.
 * Why: the moment between a change and its note is where a kill would leave a machine altered.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bench/control/quiesce.h"
#include "bench/control/state.h"
#include "common/err.h"
#include "common/sysfs.h"
#include "tests/control/tree.h"

#define GOVERNOR  "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"
#define GOVERNOR1 "/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor"
#define KSM       "/sys/kernel/mm/ksm/run"
#define POOL      "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages"
#define STATE     "/run/pinbench/state.json"

static struct pb_state *begin(const char *root)
{
	struct pb_state *state = NULL;
	int ret = pb_state_begin(root, &state);

	if (ret)
		fail_msg("%s", pb_fail_message(ret));
	return state;
}

static void machine_make(const char *root)
{
	tree_put(root, GOVERNOR, "powersave\n");
	tree_put(root, GOVERNOR1, "performance\n");
	tree_put(root, KSM, "1\n");
	tree_put(root, POOL, "3\n");
}

static void test_quiesce(void **state)
{
	const char *root = *state;
	pb_cleanup(pb_buf_done) struct pb_buf said = { 0 };
	struct pb_state *changes;

	machine_make(root);
	changes = begin(root);
	assert_int_equal(pb_quiesce_keep(changes, root), 0);
	assert_int_equal(pb_quiesce(changes, root, &said), 0);
	tree_expect(root, GOVERNOR, "performance");
	tree_expect(root, KSM, "0");
	tree_expect(root, POOL, "3");
	tree_put(root, POOL, "64\n"); /* as a cell does */
	assert_int_equal(pb_state_restore(changes, &said), 0);
	tree_expect(root, GOVERNOR, "powersave");
	tree_expect(root, GOVERNOR1, "performance");
	tree_expect(root, KSM, "1");
	tree_expect(root, POOL, "3");
	assert_int_equal(said.len_bytes, 0);
	pb_state_end(changes);
	assert_false(pb_sys_exists(root, STATE));
}

/* Somebody else's change is theirs. */
static void test_changed_meanwhile(void **state)
{
	const char *root = *state;
	pb_cleanup(pb_buf_done) struct pb_buf said = { 0 };
	struct pb_state *changes;

	machine_make(root);
	changes = begin(root);
	assert_int_equal(pb_state_set(changes, GOVERNOR, "performance"), 0);
	tree_put(root, GOVERNOR, "ondemand\n");
	assert_int_equal(pb_state_restore(changes, &said), 0);
	tree_expect(root, GOVERNOR, "ondemand");
	assert_non_null(
		strstr(said.data, GOVERNOR " is 'ondemand' now, which pinbench did not set"));
	pb_state_end(changes);
}

/* What a kill leaves: the file. Another run refuses and says what and how; resuming puts it back.
 */
static void test_killed(void **state)
{
	const char *root = *state;
	pb_cleanup(pb_buf_done) struct pb_buf said = { 0 };
	pb_cleanup(pb_leftovers_done) struct pb_leftovers left = { 0 }, none = { 0 };
	struct pb_state *changes;
	bool modules = false;

	machine_make(root);
	changes = begin(root);
	assert_int_equal(pb_state_modules(changes), 0);
	assert_int_equal(pb_state_set(changes, KSM, "0"), 0);
	assert_int_equal(pb_state_left(root, &none), 0);
	assert_false(none.any); /* a run is under way */
	pb_state_end(changes);  /* lets go of the lock, as a kill does, and undoes nothing */

	assert_int_equal(pb_state_begin(root, &changes), -ESTALE);
	assert_non_null(strstr(pb_fail_message(-ESTALE), "pinbench doctor --restore"));
	assert_non_null(strstr(pb_fail_message(-ESTALE), KSM ": '0', and was '1'"));
	assert_int_equal(pb_state_left(root, &left), 0);
	assert_true(left.any && left.modules);

	assert_int_equal(pb_state_resume(root, &changes, &modules), 0);
	assert_non_null(changes);
	assert_true(modules);
	assert_int_equal(pb_state_modules_forget(changes), 0);
	assert_int_equal(pb_state_restore(changes, &said), 0);
	tree_expect(root, KSM, "1");
	pb_state_end(changes);
	assert_false(pb_sys_exists(root, STATE));
	assert_int_equal(pb_state_resume(root, &changes, &modules), 0);
	assert_null(changes);
}

static void test_one_at_a_time(void **state)
{
	const char *root = *state;
	struct pb_state *first = begin(root), *second = NULL;
	char pid[64];

	snprintf(pid, sizeof(pid), "process %d", (int)getpid());
	assert_int_equal(pb_state_begin(root, &second), -EBUSY);
	assert_non_null(strstr(pb_fail_message(-EBUSY), pid));
	pb_state_end(first);
	second = begin(root);
	pb_state_end(second);
}

/* What cannot be written is not noted, and so never "put back"; --quiesce says it and goes on. */
static void test_refused(void **state)
{
	const char *root = *state;
	pb_cleanup(pb_buf_done) struct pb_buf said = { 0 };
	struct pb_state *changes;

	tree_put(root, KSM "/a-folder-cannot-be-written", "");
	changes = begin(root);
	assert_int_equal(pb_quiesce(changes, root, &said), 0);
	assert_non_null(strstr(said.data, "--quiesce: cannot read"));
	pb_state_end(changes);
	assert_false(pb_sys_exists(root, STATE));
}

static void test_damaged(void **state)
{
	const char *root = *state;
	struct pb_state *changes = NULL;

	tree_put(root, STATE, "{\"format\":99}");
	assert_int_equal(pb_state_begin(root, &changes), -EBADMSG);
	assert_non_null(
		strstr(pb_fail_message(-EBADMSG), "state.json' is no state of this version"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_quiesce, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_changed_meanwhile, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_killed, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_one_at_a_time, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_refused, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_damaged, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
