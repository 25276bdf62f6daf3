// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_temporary - folders whose makers live, died, or were never pinbench; links and mounts among
 * them. Why: what is removed by its name alone is one day somebody else's.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "common/file.h"
#include "common/lives.h"
#include "common/save.h"
#include "common/temporary.h"

static char dir[64];

static int setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/pinbench-test-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	return pb_tree_remove(dir);
}

static const char *at(const char *name)
{
	static char paths[4][200];
	static unsigned int turn;
	char *path = paths[turn++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	return path;
}

static void folder_fill(const char *path)
{
	char name[300];

	snprintf(name, sizeof(name), "%s/deep/er", path);
	assert_int_equal(pb_dir_make(name), 0);
	strcat(name, "/file");
	assert_int_equal(pb_file_write(name, "x", 1), 0);
	snprintf(name, sizeof(name), "%s/link", path);
	assert_int_equal(symlink(at("other"), name), 0);
}

/* Makes and fills one in a process that is killed; returns once it is dead. */
static void killed_maker(const char *what)
{
	pid_t pid = fork();

	if (!pid) {
		struct pb_temporary mine;

		if (pb_temporary_make(dir, what, &mine))
			_exit(1);
		folder_fill(mine.path);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_done_removes(void **state)
{
	struct pb_temporary mine;
	_cleanup_free_ char *path = NULL;
	struct stat st;

	(void)state;
	assert_int_equal(pb_temporary_make(dir, "vm", &mine), 0);
	folder_fill(mine.path);
	path = strdup(mine.path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	pb_temporary_done(&mine);
	assert_null(mine.path);
	assert_false(pb_file_exists(path));
	assert_int_equal(pb_temporary_make(at("none"), "vm", &mine), -ENOENT);
}

static void test_dead_makers_folders_go(void **state)
{
	pb_cleanup(pb_buf_done) struct pb_buf found = { 0 };
	struct pb_temporary mine;

	(void)state;
	assert_int_equal(pb_dir_make(at("other")), 0);
	assert_int_equal(pb_file_write(at("other/file"), "x", 1), 0);
	killed_maker("vm");
	killed_maker("build");
	assert_int_equal(pb_temporary_left(dir, &found), 1); /* the second one swept */
	assert_non_null(strstr(found.data, "/pinbench-build."));
	assert_int_equal(pb_temporary_make(dir, "vm", &mine), 0);
	assert_int_equal(pb_temporary_left(dir, NULL), 0);
	assert_true(pb_file_exists(mine.path));
	assert_true(pb_file_exists(at("other/file"))); /* what a link names */
	pb_temporary_done(&mine);
}

static void test_a_living_makers_folder_stays(void **state)
{
	struct pb_temporary mine;
	pid_t pid;
	int status;

	(void)state;
	assert_int_equal(pb_temporary_make(dir, "vm", &mine), 0);
	pid = fork();
	if (!pid) { /* another process, with a lock of its own */
		close(mine.lock);
		_exit((int)pb_temporary_sweep(dir, NULL));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(pb_file_exists(mine.path));
	pb_temporary_done(&mine);
}

static void test_a_kept_one_stays(void **state)
{
	struct pb_temporary mine;
	_cleanup_free_ char *path = NULL;

	(void)state;
	assert_int_equal(pb_temporary_make(dir, "vm", &mine), 0);
	folder_fill(mine.path);
	assert_int_equal(pb_temporary_keep(&mine), 0);
	path = strdup(mine.path);
	assert_non_null(strstr(path, "/pinbench-kept."));
	closep(&mine.lock);
	free(mine.path);
	assert_int_equal(pb_temporary_sweep(dir, NULL), 0);
	assert_true(pb_file_exists(path));
}

/* A process of this boot that is gone. */
static struct pb_process dead(void)
{
	struct pb_process process;

	pb_process_of(getpid(), &process);
	process.started--;
	return process;
}

static void note_of(const char *folder, const struct pb_process *maker, mode_t mode)
{
	_cleanup_free_ char *text = pb_process_format(maker);
	char path[300];

	assert_non_null(text);
	assert_int_equal(pb_dir_make(folder), 0);
	snprintf(path, sizeof(path), "%s/.owner", folder);
	assert_int_equal(pb_file_write(path, text, strlen(text)), 0);
	assert_int_equal(chmod(folder, mode), 0);
}

static void note_put(const char *folder, mode_t mode)
{
	const struct pb_process maker = dead();

	note_of(folder, &maker, mode);
}

static void test_what_is_not_ours_stays(void **state)
{
	static const char *const names[] = {
		"pinbench-vm.abcde",  "pinbench-vm.abcdefg",  "pinbench-.abcdef",
		"pinbench-vm_abcdef", "pinbench-vm.abc-ef",   "xpinbench-vm.abcdef",
		"pinbench-VM.abcdef", "pinbench-kept.abcdef", "pinbench-a/b.abcdef",
	};
	static const struct timespec old[2] = { { .tv_sec = 1000000 }, { .tv_sec = 1000000 } };
	struct stat st;

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(names); i++)
		note_put(at(names[i]), 0700);
	note_put(at("pinbench-vm.shared"), 0755);
	note_put(at("target"), 0700);
	assert_int_equal(symlink(at("target"), at("pinbench-vm.linked")), 0);
	assert_int_equal(pb_file_write(at("pinbench-vm.afiles"), "x", 1), 0);
	/* Of a pinbench that held no lock: whether it lives cannot be known. */
	assert_int_equal(mkdir(at("pinbench-vm.noNote"), 0700), 0);
	assert_int_equal(pb_file_write(at("pinbench-vm.noNote/x"), "x", 1), 0);
	if (!geteuid()) {
		note_put(at("pinbench-vm.nobody"), 0700);
		assert_int_equal(chown(at("pinbench-vm.nobody"), 65534, 65534), 0);
	}
	assert_int_equal(pb_temporary_sweep(dir, NULL), 0);
	for (size_t i = 0; i < PB_ARRAY_SIZE(names); i++)
		assert_true(pb_file_exists(at(names[i])));
	assert_true(pb_file_exists(at("target/.owner")));
	assert_int_equal(lstat(at("pinbench-vm.linked"), &st), 0);
	assert_true(pb_file_exists(at("pinbench-vm.noNote/x")));
	/* Killed between the two calls that make one. */
	assert_int_equal(mkdir(at("pinbench-vm.empty1"), 0700), 0);
	assert_int_equal(pb_temporary_sweep(dir, NULL), 0); /* or a script's, a moment ago */
	assert_int_equal(utimensat(AT_FDCWD, at("pinbench-vm.empty1"), old, 0), 0);
	assert_int_equal(pb_temporary_sweep(dir, NULL), 1);
}

/* On a file system that machines or containers share: a free lock says nothing there. */
static void test_what_cannot_be_seen_stays(void **state)
{
	static const struct timespec old[2] = { { .tv_sec = 1000000 }, { .tv_sec = 1000000 } };
	pb_cleanup(pb_buf_done) struct pb_buf found = { 0 };
	struct pb_process maker = dead();

	(void)state;
	snprintf(maker.boot, sizeof(maker.boot), "another");
	note_of(at("pinbench-vm.boots1"), &maker, 0700); /* younger than this boot: a namesake's */
	note_of(at("pinbench-vm.boots2"), &maker, 0700);
	assert_int_equal(utimensat(AT_FDCWD, at("pinbench-vm.boots2/.owner"), old, 0), 0);
	snprintf(maker.host, sizeof(maker.host), "another");
	note_of(at("pinbench-vm.hosts1"), &maker, 0700);
	assert_int_equal(utimensat(AT_FDCWD, at("pinbench-vm.hosts1/.owner"), old, 0), 0);
	maker = dead();
	snprintf(maker.namespace, sizeof(maker.namespace), "pid:[1]");
	note_of(at("pinbench-vm.spaces"), &maker, 0700);
	pb_process_of(getpid(), &maker); /* which lives, though it lost its lock */
	note_of(at("pinbench-vm.living"), &maker, 0700);
	assert_int_equal(pb_dir_make(at("pinbench-vm.foreig")), 0);
	assert_int_equal(chmod(at("pinbench-vm.foreig"), 0700), 0);
	assert_int_equal(pb_file_write(at("pinbench-vm.foreig/.owner"), "me\n", 3), 0);
	assert_int_equal(pb_temporary_sweep(dir, NULL), 1);
	assert_false(pb_file_exists(at("pinbench-vm.boots2")));
	assert_int_equal(pb_temporary_sweep(dir, NULL), 0);
	assert_int_equal(pb_temporary_unseen(dir, &found), 4);
	assert_null(strstr(found.data, "living"));
}

/* As a container's run leaves one in a folder that it shares with this one; false: not possible. */
static bool killed_in_container(void)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		if (unshare(CLONE_NEWPID) && (unshare(CLONE_NEWUSER | CLONE_NEWPID)))
			_exit(77);
		pid = fork(); /* the first of its namespace */
		if (!pid) {
			struct pb_temporary mine;

			if (pb_temporary_make(dir, "vm", &mine))
				_exit(1);
			folder_fill(mine.path);
			_exit(9); /* as killed: nothing is tidied up */
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid)
			_exit(1);
		_exit(WIFEXITED(status) && WEXITSTATUS(status) == 9 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WEXITSTATUS(status) == 77)
		return false;
	assert_int_equal(status, 0);
	return true;
}

/* One folder below @dir, by its pattern; the test ends where there is none. */
static void only_one(const char *pattern, char path[300])
{
	glob_t found = { 0 };

	assert_int_equal(glob(at(pattern), 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 1);
	snprintf(path, 300, "%s", found.gl_pathv[0]);
	globfree(&found);
}

/* The lock of this kernel's own file system says that it is dead, though its pid says nothing. */
static void test_a_dead_containers_folder_goes(void **state)
{
	char path[300], note[320], place[320];
	int lock;

	(void)state;
	if (!killed_in_container())
		skip();
	only_one("pinbench-vm.*", path);
	/* Held by somebody: whatever its note says, it lives. */
	lock = open(path, O_RDONLY | O_DIRECTORY);
	assert_int_equal(flock(lock, LOCK_EX), 0);
	assert_int_equal(pb_temporary_sweep(dir, NULL), 0);
	close(lock);
	assert_int_equal(pb_temporary_unseen(dir, NULL), 0);
	/* A copy is not what was locked, and neither is the same folder seen through another mount. */
	snprintf(note, sizeof(note), "%s/.owner", path);
	assert_int_equal(pb_dir_make(at("pinbench-vm.copied")), 0);
	assert_int_equal(chmod(at("pinbench-vm.copied"), 0700), 0);
	snprintf(place, sizeof(place), "%s", at("pinbench-vm.copied/.owner"));
	assert_int_equal(link(note, place), 0);
	assert_int_equal(pb_temporary_sweep(dir, NULL), 1);
	assert_false(pb_file_exists(path));
	assert_true(pb_file_exists(place));
	assert_int_equal(pb_temporary_unseen(dir, NULL), 1);
}

static void test_a_mount_is_not_entered(void **state)
{
	pid_t pid;
	int status;

	(void)state;
	if (geteuid())
		skip();
	note_put(at("pinbench-vm.mounts"), 0700);
	assert_int_equal(pb_dir_make(at("pinbench-vm.mounts/point")), 0);
	assert_int_equal(pb_dir_make(at("other")), 0);
	assert_int_equal(pb_file_write(at("other/file"), "x", 1), 0);
	pid = fork();
	if (!pid) {
		if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		    mount(at("other"), at("pinbench-vm.mounts/point"), NULL, MS_BIND, NULL))
			_exit(77);
		_exit((int)pb_temporary_sweep(dir, NULL));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(status, 0);
	assert_true(pb_file_exists(at("other/file")));
	assert_int_equal(pb_temporary_sweep(dir, NULL), 1);
}

/* Makers and sweepers at once: nobody's folder vanishes under it. */
static void test_a_race(void **state)
{
	enum { NR = 4, ROUNDS = 100 };
	pid_t pids[NR];
	int failed = 0, status;

	(void)state;
	for (int i = 0; i < NR; i++) {
		pids[i] = fork();
		if (pids[i])
			continue;
		for (int round = 0; round < ROUNDS; round++) {
			struct pb_temporary mine;
			char path[300];

			if (pb_temporary_make(dir, "vm", &mine))
				_exit(1);
			snprintf(path, sizeof(path), "%s/file", mine.path);
			if (pb_file_write(path, "x", 1) || !pb_file_exists(path))
				_exit(2);
			pb_temporary_done(&mine);
		}
		_exit(0);
	}
	for (int i = 0; i < NR; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		failed |= status;
	}
	assert_int_equal(failed, 0);
	assert_int_equal(pb_temporary_left(dir, NULL), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_done_removes),
		TEST(test_dead_makers_folders_go),
		TEST(test_a_living_makers_folder_stays),
		TEST(test_a_kept_one_stays),
		TEST(test_what_is_not_ours_stays),
		TEST(test_what_cannot_be_seen_stays),
		TEST(test_a_dead_containers_folder_goes),
		TEST(test_a_mount_is_not_entered),
		TEST(test_a_race),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
