// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_save - files that are replaced whole or not at all, and never an input.
 * Why: `export -o` onto its database deleted it, and a full disk deleted what was there before.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "common/err.h"
#include "common/file.h"
#include "common/inputs.h"
#include "common/proc.h"
#include "common/save.h"
#include "common/stage.h"
#include "common/str.h"

static char dir[64];

static int setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/pinbench-test-XXXXXX");
	return mkdtemp(dir) && !chdir(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	pb_inputs_forget();
	return chdir("/") || pb_tree_remove(dir);
}

static void assert_file(const char *path, const char *want)
{
	_cleanup_free_ char *text = NULL;

	assert_int_equal(pb_file_read(path, &text, NULL), 0);
	assert_string_equal(text, want);
}

/* Entries of this folder, to see what is left over. */
static size_t entries(const char *path)
{
	_cleanup_closedir_ DIR *folder = opendir(path);
	size_t nr = 0;

	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder));)
		nr += !pb_streq(entry->d_name, ".") && !pb_streq(entry->d_name, "..");
	return nr;
}

static int save(const char *path, const char *text)
{
	return pb_file_write(path, text, strlen(text));
}

static void test_replace(void **state)
{
	pb_cleanup(pb_save_done) struct pb_save kept = { 0 };
	mode_t mask = umask(022);
	struct stat st;

	(void)state;
	assert_int_equal(save("a", "one"), 0);
	assert_int_equal(chmod("a", 0640), 0);
	assert_int_equal(save("a", "two"), 0);
	assert_file("a", "two");
	assert_int_equal(stat("a", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	umask(mask);
	/* The link stays, also one to nowhere yet. */
	assert_int_equal(mkdir("sub", 0777), 0);
	assert_int_equal(symlink("../a", "sub/link"), 0);
	assert_int_equal(symlink("new", "sub/dangling"), 0);
	assert_int_equal(save("sub/link", "three"), 0);
	assert_int_equal(save("sub/dangling", "four"), 0);
	assert_file("a", "three");
	assert_file("sub/new", "four");
	assert_int_equal(lstat("sub/link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(symlink("loop", "loop"), 0);
	assert_int_equal(save("loop", "x"), -ELOOP);
	/* Given up: as if it had not begun. */
	assert_int_equal(pb_save_begin(&kept, "a"), 0);
	fputs("half", kept.out);
	pb_save_done(&kept);
	assert_file("a", "three");
	assert_int_equal(entries("."), 3);
	assert_int_equal(entries("sub"), 3);
}

static void test_refused(void **state)
{
	(void)state;
	assert_int_equal(mkdir("sub", 0777), 0);
	assert_int_equal(save("sub", "x"), -EISDIR);
	assert_int_equal(save("none/", "x"), -EISDIR);
	assert_int_equal(save("none/a", "x"), -ENOENT);
	assert_int_equal(save("", "x"), -ENOENT);
	if (geteuid()) {
		assert_int_equal(save("sub/a", "x"), 0);
		assert_int_equal(chmod("sub/a", 0444), 0);
		assert_int_equal(save("sub/a", "y"), -EACCES);
	}
	assert_int_equal(entries("."), 1);
}

static void test_through(void **state)
{
	_cleanup_close_ int reader = -1;
	char text[8] = "";

	(void)state;
	assert_int_equal(save("/dev/null", "x"), 0);
	assert_int_equal(save("/dev/full", "x"), -ENOSPC);
	assert_non_null(strstr(pb_fail_message(0), "/dev/full"));
	assert_int_equal(mkfifo("pipe", 0666), 0);
	reader = open("pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(reader >= 0);
	assert_int_equal(save("pipe", "through"), 0);
	assert_int_equal(read(reader, text, sizeof(text)), 7);
	assert_string_equal(text, "through");
	assert_int_equal(save("/dev/fd/99", "x"), -EBADF);
	assert_int_equal(entries("."), 1);
}

/* A full disk, a quota and a limit fail alike: in write(). */
static void test_limit(void **state)
{
	struct rlimit old, small;
	_cleanup_free_ char *text = calloc(1, 100000);

	(void)state;
	assert_non_null(text);
	assert_int_equal(save("a", "good"), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = (struct rlimit){ 5000, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(pb_file_write("a", text, 100000), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_non_null(strstr(pb_fail_message(0), "cannot write 'a': File too large"));
	assert_file("a", "good");
	assert_int_equal(entries("."), 1);
}

static void test_inputs(void **state)
{
	static const char *const refused[] = {
		"x.db",     "./x.db",   "sub/../x.db",  "link",         "hard",
		"x.db-wal", "x.db-shm", "x.db-journal", "dirlink/x.db", "dirlink/x.db-journal",
		"journal"
	};

	(void)state;
	assert_int_equal(save("x.db", "data"), 0);
	assert_int_equal(mkdir("sub", 0777), 0);
	assert_int_equal(symlink(".", "dirlink"), 0);
	assert_int_equal(symlink("x.db", "link"), 0);
	assert_int_equal(symlink("x.db-journal", "journal"), 0);
	assert_int_equal(link("x.db", "hard"), 0);
	/* Named by a link, its journals lie beside the file. */
	assert_int_equal(pb_input_add("link", PB_INPUT_DATABASE), 0);
	for (size_t i = 0; i < PB_ARRAY_SIZE(refused); i++) {
		assert_int_equal(save(refused[i], "gone"), -EINVAL);
		assert_non_null(strstr(pb_fail_message(0), "'link'"));
		assert_non_null(strstr(pb_fail_message(0), refused[i]));
	}
	assert_file("x.db", "data");
	assert_int_equal(save("x.db-other", "x"), 0);
	/* Not there yet is a place, too. */
	assert_int_equal(pb_input_add("later.db", PB_INPUT_FILE), 0);
	assert_int_equal(save("sub/../later.db", "x"), -EINVAL);
	assert_int_equal(save("later.db-wal", "x"), 0);
}

/* Nobody reads it here, and yet a text in its place would be the end of all its runs. */
static void test_database(void **state)
{
	static const char header[] = "SQLite format 3";
	FILE *file = fopen("other.db", "w");

	(void)state;
	assert_non_null(file);
	assert_int_equal(fwrite(header, 1, sizeof(header), file), sizeof(header));
	assert_int_equal(fclose(file), 0);
	assert_int_equal(save("other.db", "text"), -EINVAL);
	assert_non_null(strstr(pb_fail_message(0), "'other.db': it is a database"));
	assert_file("other.db", header);
}

static void test_streams(void **state)
{
	int kept = dup(STDOUT_FILENO), fd, ret;

	(void)state;
	assert_int_equal(save("x.db", "data"), 0);
	fd = open("x.db", O_WRONLY | O_APPEND | O_CLOEXEC);
	fflush(stdout);
	assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
	ret = pb_input_add("x.db", PB_INPUT_DATABASE);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	close(fd);
	assert_int_equal(ret, -EINVAL);
	assert_non_null(strstr(pb_fail_message(0), "standard output goes to 'x.db'"));
	assert_file("x.db", "data");
}

static void aside_fill(const struct pb_stage *stage, const char *name, const char *text)
{
	_cleanup_free_ char *path = pb_format("%s/%s", stage->aside, name);

	assert_non_null(path);
	assert_int_equal(save(path, text), 0);
}

static void test_stage(void **state)
{
	struct pb_stage stage = { 0 };
	_cleanup_free_ char *sub = NULL;

	(void)state;
	assert_int_equal(pb_stage_begin(&stage, "r/deep"), 0);
	aside_fill(&stage, "index.html", "1");
	pb_stage_done(&stage);
	assert_false(pb_file_exists("r/deep"));
	assert_int_equal(pb_stage_begin(&stage, "r"), 0);
	sub = pb_format("%s/figures", stage.aside);
	assert_int_equal(pb_dir_make(sub), 0);
	aside_fill(&stage, "index.html", "1");
	aside_fill(&stage, "figures/a.svg", "2");
	assert_int_equal(save("r/users", "own"), 0);
	assert_int_equal(pb_stage_commit(&stage), 0);
	pb_stage_done(&stage);
	assert_file("r/index.html", "1");
	assert_file("r/figures/a.svg", "2");
	assert_file("r/users", "own");
	assert_int_equal(entries("r"), 3);
	/* What cannot be is found before anything is moved. */
	assert_int_equal(save("r/x.db", "data"), 0);
	assert_int_equal(pb_input_add("r/x.db", PB_INPUT_DATABASE), 0);
	assert_int_equal(pb_stage_begin(&stage, "r"), 0);
	aside_fill(&stage, "a", "new");
	aside_fill(&stage, "index.html", "new");
	aside_fill(&stage, "x.db", "new");
	assert_int_equal(pb_stage_commit(&stage), -EINVAL);
	pb_stage_done(&stage);
	assert_false(pb_file_exists("r/a"));
	assert_file("r/index.html", "1");
	assert_file("r/x.db", "data");
	assert_int_equal(entries("r"), 4);
}

/* Killed half way: the next one, into the same folder, finds what it left. */
static void test_stage_killed(void **state)
{
	struct pb_stage stage = { 0 };
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		if (pb_stage_begin(&stage, "r"))
			_exit(1);
		aside_fill(&stage, "index.html", "cut");
		raise(SIGKILL);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(entries("r"), 1);
	assert_int_equal(pb_stage_begin(&stage, "r"), 0);
	aside_fill(&stage, "index.html", "whole");
	assert_int_equal(pb_stage_commit(&stage), 0);
	pb_stage_done(&stage);
	assert_int_equal(entries("r"), 1);
	assert_file("r/index.html", "whole");
}

/* What was killed while it had a name: it goes when it is old, and nothing else does. */
static void test_left(void **state)
{
	static const struct timespec old[2] = { { .tv_sec = 1000000 }, { .tv_sec = 1000000 } };
	static const char *const stay[] = { ".pinbench.abcde", ".pinbench.abcdefg",
					    ".pinbench.abc-ef", "pinbench.abcdef",
					    ".pinbench.locked" };
	_cleanup_close_ int lock = -1;
	struct stat st;

	(void)state;
	assert_int_equal(pb_dir_make("l"), 0);
	assert_int_equal(save("victim", "v"), 0);
	assert_int_equal(chdir("l"), 0);
	for (size_t i = 0; i < PB_ARRAY_SIZE(stay); i++)
		assert_int_equal(save(stay[i], "s"), 0);
	assert_int_equal(save(".pinbench.aB3def", "old"), 0);
	assert_int_equal(symlink("../victim", ".pinbench.linked"), 0);
	lock = open(".pinbench.locked", O_RDWR | O_CLOEXEC);
	assert_int_equal(flock(lock, LOCK_EX), 0);
	assert_int_equal(save("../other", "x"), 0); /* it looks at a folder that it comes to */
	assert_int_equal(save("a", "1"), 0);
	assert_true(pb_file_exists(".pinbench.aB3def")); /* a moment ago: somebody's */
	assert_int_equal(utimensat(AT_FDCWD, "../victim", old, 0), 0);
	assert_int_equal(utimensat(AT_FDCWD, ".pinbench.aB3def", old, 0), 0);
	for (size_t i = 0; i < PB_ARRAY_SIZE(stay); i++)
		assert_int_equal(utimensat(AT_FDCWD, stay[i], old, 0), 0);
	assert_int_equal(save("../other", "y"), 0);
	assert_int_equal(save("a", "2"), 0);
	assert_false(pb_file_exists(".pinbench.aB3def"));
	for (size_t i = 0; i < PB_ARRAY_SIZE(stay); i++)
		assert_true(pb_file_exists(stay[i]));
	assert_int_equal(lstat(".pinbench.linked", &st), 0);
	assert_true(pb_file_exists("../victim"));
}

/* The child is one that starts others: it must not be able to, and without the option it is. */
static void test_alone(void **state)
{
	static const char *const argv[] = { "env", "true", NULL };
	const struct pb_proc_options alone = { .alone = true };

	(void)state;
	assert_int_equal(pb_proc_run(argv, NULL, NULL), 0);
	assert_int_equal(pb_proc_run(argv, &alone, NULL), -EIO);
	assert_non_null(strstr(pb_fail_message(0), "Permission denied"));
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_replace),      test(test_refused),  test(test_through), test(test_limit),
		test(test_inputs),       test(test_database), test(test_streams), test(test_stage),
		test(test_stage_killed), test(test_left),     test(test_alone)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
