// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of bench/control/state and quiesce: what is changed is written down first, and put back.
 * Why: the moment between a change and its note is where a kill would leave a machine altered.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/control/quiesce.h"
#include "bench/control/state.h"
#include "common/err.h"
#include "common/sysfs.h"
#include "tests/control/tree.h"

#define GOVERNOR  "/sys/devices/system/cpu/cpufreq/policy0/scaling_governor"
#define GOVERNOR1 "/sys/devices/system/cpu/cpufreq/policy1/scaling_governor"
#define KSM       "/sys/kernel/mm/ksm/run"
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
}

static void test_quiesce(void **state)
{
	const char *root = *state;
	pb_cleanup(pb_buf_done) struct pb_buf said = { 0 };
	struct pb_state *changes;

	machine_make(root);
	changes = begin(root);
	assert_int_equal(pb_quiesce(changes, root, &said), 0);
	tree_expect(root, GOVERNOR, "performance");
	tree_expect(root, KSM, "0");
	assert_int_equal(pb_state_restore(changes, &said), 0);
	tree_expect(root, GOVERNOR, "powersave");
	tree_expect(root, GOVERNOR1, "performance");
	tree_expect(root, KSM, "1");
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

/*
 * What a kill leaves: the file. Another run refuses and says what and how; resuming puts it back.
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
	assert_non_null(strstr(said.data, "--quiesce: the way to '" KSM));
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

static void state_put(const char *root, const char *entries)
{
	_cleanup_free_ char *text =
		pb_format("{\"format\":1,\"pid\":1,\"modules\":false,\"settings\":[%s]}", entries);

	assert_non_null(text);
	tree_put(root, STATE, text);
}

/* Resumes and restores: what it returns; @said is what it says. */
static int restore(const char *root, struct pb_buf *said)
{
	struct pb_state *changes = NULL;
	bool modules;
	int ret = pb_state_resume(root, &changes, &modules);

	if (ret)
		return pb_buf_printf(said, "%s", pb_fail_message(ret)) ? -ENOMEM : ret;
	assert_non_null(changes);
	ret = pb_state_restore(changes, said);
	pb_state_end(changes);
	return ret;
}

/* Only what is in the table is written, whatever the file says; the rest is named, and stays. */
static void test_strange_entries(void **state)
{
	const char *root = *state;
	static const char *const entries[] = {
		"{\"path\":\"/victim\",\"was\":\"1\",\"set\":\"0\"}",
		"{\"path\":\"/sys/../victim\",\"was\":\"1\",\"set\":\"0\"}",
		"{\"path\":\"/sys/kernel/mm/ksm/../ksm/run\",\"was\":\"1\",\"set\":\"0\"}",
		"{\"path\":\"/sys//kernel/mm/ksm/run\",\"was\":\"1\",\"set\":\"0\"}",
		"{\"path\":\"/proc/sys/kernel/core_pattern\",\"was\":\"1\",\"set\":\"0\"}",
		"{\"path\":\"" KSM "\",\"was\":\"3\",\"set\":\"0\"}",
		"{\"path\":\"" KSM "\",\"was\":\"1\\n1\",\"set\":\"0\"}",
		"{\"path\":\"" KSM "\",\"was\":\"\",\"set\":\"0\"}",
		"{\"path\":\"" GOVERNOR "\",\"was\":\"a b\",\"set\":\"0\"}",
		"{\"path\":\"/x\\u001b[2J\",\"was\":\"1\",\"set\":\"0\"}",
	};

	tree_put(root, "/victim", "0\n");
	tree_put(root, "/proc/sys/kernel/core_pattern", "0\n");
	tree_put(root, KSM, "0\n");
	tree_put(root, GOVERNOR, "0\n");
	for (size_t i = 0; i < PB_ARRAY_SIZE(entries); i++) {
		pb_cleanup(pb_buf_done) struct pb_buf said = { 0 };
		pb_cleanup(pb_leftovers_done) struct pb_leftovers left = { 0 };

		state_put(root, entries[i]);
		assert_int_equal(pb_state_left(root, &left), 0);
		assert_non_null(strstr(left.words, "no setting or value of pinbench's"));
		assert_null(strchr(left.words, '\33'));
		assert_true(restore(root, &said) < 0);
		assert_non_null(strstr(said.data, "was left alone"));
		assert_null(strchr(said.data, '\33'));
		tree_expect(root, "/victim", "0");
		tree_expect(root, "/proc/sys/kernel/core_pattern", "0");
		tree_expect(root, KSM, "0");
		tree_expect(root, GOVERNOR, "0");
		assert_true(pb_sys_exists(root, STATE));
	}
}

/* A setting that a link leads to, or through. */
static void test_links(void **state)
{
	const char *root = *state;
	static const char entry[] = "{\"path\":\"" KSM "\",\"was\":\"1\",\"set\":\"0\"}";
	_cleanup_free_ char *file = pb_format("%s" KSM, root),
			    *victim = pb_format("%s/victim", root);
	_cleanup_free_ char *dir = pb_format("%s/sys/kernel/mm/ksm", root);
	_cleanup_free_ char *away = pb_format("%s/away", root);
	pb_cleanup(pb_buf_done) struct pb_buf said = { 0 }, again = { 0 };

	tree_put(root, "/victim", "0\n");
	tree_put(root, KSM, "0\n");
	assert_int_equal(unlink(file), 0);
	assert_int_equal(symlink(victim, file), 0);
	state_put(root, entry);
	assert_int_equal(restore(root, &said), -EPERM);
	assert_non_null(strstr(said.data, "leads through a link or a mount"));
	tree_expect(root, "/victim", "0");

	assert_int_equal(unlink(file), 0);
	assert_int_equal(rmdir(dir), 0);
	tree_put(root, "/away/run", "0\n");
	assert_int_equal(symlink(away, dir), 0);
	assert_int_equal(restore(root, &again), -EPERM);
	tree_expect(root, "/away/run", "0");
	assert_int_equal(unlink(dir), 0);
}

/* A file is not believed because of where it lies. */
static void test_not_believed(void **state)
{
	const char *root = *state;
	static const char entry[] = "{\"path\":\"" KSM "\",\"was\":\"1\",\"set\":\"0\"}";
	_cleanup_free_ char *file = pb_format("%s" STATE, root),
			    *dir = pb_format("%s/run/pinbench", root);
	_cleanup_free_ char *other = pb_format("%s/other", root);
	pb_cleanup(pb_buf_done) struct pb_buf link = { 0 }, hard = { 0 }, file_mode = { 0 },
					      dir_mode = { 0 }, good = { 0 };

	tree_put(root, KSM, "0\n");
	state_put(root, entry);
	assert_int_equal(chmod(file, 0666), 0);
	assert_int_equal(restore(root, &file_mode), -EPERM);
	assert_non_null(
		strstr(file_mode.data, "state.json' is writable by others: it is not believed"));
	assert_int_equal(chmod(file, 0644), 0);
	assert_int_equal(chmod(dir, 0777), 0);
	assert_int_equal(restore(root, &dir_mode), -EPERM);
	assert_non_null(strstr(dir_mode.data, "'/run/pinbench' is writable by others"));
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(rename(file, other), 0);
	assert_int_equal(symlink(other, file), 0);
	assert_int_equal(restore(root, &link), -EPERM);
	assert_non_null(strstr(link.data, "is a link"));
	assert_int_equal(unlink(file), 0);
	assert_int_equal(linkat(AT_FDCWD, other, AT_FDCWD, file, 0), 0);
	assert_int_equal(restore(root, &hard), -EPERM);
	tree_expect(root, KSM, "0");
	assert_int_equal(unlink(other), 0);
	assert_int_equal(restore(root, &good), 0);
	tree_expect(root, KSM, "1");
}

/* Somebody else's lock file is not emptied, and a pipe in its place is not waited for. */
static void test_lock_not_believed(void **state)
{
	const char *root = *state;
	_cleanup_free_ char *lock = pb_format("%s/run/pinbench/lock", root);
	_cleanup_free_ char *victim = pb_format("%s/victim", root);
	struct pb_state *changes = NULL;

	tree_put(root, "/victim", "precious\n");
	tree_put(root, "/run/pinbench/lock", "");
	assert_int_equal(unlink(lock), 0);
	assert_int_equal(symlink(victim, lock), 0);
	assert_int_equal(pb_state_begin(root, &changes), -EPERM);
	tree_expect(root, "/victim", "precious");
	assert_int_equal(unlink(lock), 0);
	assert_int_equal(mkfifo(lock, 0644), 0);
	assert_int_equal(pb_state_begin(root, &changes), -EPERM);
}

/* What another boot had set is gone with it. */
static void test_other_boot(void **state)
{
	const char *root = *state;
	struct pb_state *changes = NULL;
	bool modules;

	tree_put(root, KSM, "0\n");
	tree_put(
		root, STATE,
		"{\"format\":1,\"boot\":\"another\",\"modules\":true,\"settings\":[{\"path\":\"" KSM
		"\",\"was\":\"1\",\"set\":\"0\"}]}");
	assert_int_equal(pb_state_resume(root, &changes, &modules), 0);
	assert_null(changes);
	tree_expect(root, KSM, "0");
}

static void test_garbage(void **state)
{
	const char *root = *state;
	_cleanup_free_ char *deep = malloc(100001), *large = malloc(300001);
	struct pb_state *changes = NULL;
	const char *texts[] = { "",
				"[]",
				"null",
				"{",
				"{}",
				"\xff\xfe",
				deep,
				large,
				"{\"format\":1,\"modules\":false,\"settings\":[1]}",
				"{\"format\":1,\"modules\":false,\"settings\":[{\"path\":1}]}",
				"{\"format\":1,\"modules\":3,\"settings\":[]}",
				"{\"format\":1,\"format\":1,\"modules\":false,\"settings\":[]}" };

	assert_true(deep && large);
	memset(deep, '[', 100000);
	memset(large, ' ', 300000);
	deep[100000] = large[300000] = '\0';
	for (size_t i = 0; i < PB_ARRAY_SIZE(texts); i++) {
		tree_put(root, STATE, texts[i]);
		assert_int_equal(pb_state_begin(root, &changes), -EBADMSG);
		assert_non_null(strstr(pb_fail_message(-EBADMSG), "state.json' is "));
		assert_null(strchr(pb_fail_message(-EBADMSG), '\n'));
	}
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
		cmocka_unit_test_setup_teardown(test_strange_entries, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_links, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_not_believed, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_lock_not_believed, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_other_boot, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_garbage, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
