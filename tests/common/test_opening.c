// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_opening - pipes without another end are given up, those with one work as files do.
 * Why: a command that waits in open() says nothing, for ever.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/file.h"
#include "common/opening.h"

enum { SHORT_MS = 60, LONG_MS = 60000 };

static char dir[32], path[64];

static int setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/pinbench-test-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/pipe", dir);
	return mkfifo(path, 0600);
}

static int teardown(void **state)
{
	(void)state;
	return pb_tree_remove(dir);
}

static void nobody_has_the_other_end(void **state)
{
	(void)state;
	assert_int_equal(pb_opening(path, O_RDONLY, SHORT_MS), -ENXIO);
	assert_int_equal(pb_opening(path, O_WRONLY, SHORT_MS), -ENXIO);
	assert_non_null(strstr(pb_opening_why(-ENXIO), "other end"));
	assert_int_equal(pb_opening("/nowhere/at/all", O_RDONLY, LONG_MS), -ENOENT);
	assert_string_equal(pb_opening_why(-ENOENT), strerror(ENOENT));
}

static void assert_blocks(int fd)
{
	assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
}

/* It comes late, writes later, and what it wrote is read: also what was there before it ended. */
static void a_writer_is_waited_for(void **state)
{
	char text[8] = "";
	pid_t child = fork();
	int fd, status;

	(void)state;
	assert_true(child >= 0);
	if (!child) {
		usleep(50000);
		fd = open(path, O_WRONLY);
		usleep(50000);
		_exit(write(fd, "one", 3) == 3 ? 0 : 1);
	}
	fd = pb_opening(path, O_RDONLY, LONG_MS);
	assert_true(fd >= 0);
	assert_blocks(fd);
	assert_int_equal(read(fd, text, sizeof(text)), 3);
	assert_string_equal(text, "one");
	assert_int_equal(read(fd, text, sizeof(text)), 0);
	close(fd);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void a_reader_is_waited_for(void **state)
{
	pid_t child = fork();
	int fd, status;

	(void)state;
	assert_true(child >= 0);
	if (!child) {
		char text[8];

		usleep(50000);
		fd = open(path, O_RDONLY);
		_exit(read(fd, text, sizeof(text)) == 3 ? 0 : 1);
	}
	fd = pb_opening(path, O_WRONLY, LONG_MS);
	assert_true(fd >= 0);
	assert_blocks(fd);
	assert_int_equal(write(fd, "two", 3), 3);
	close(fd);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void files_are_opened(void **state)
{
	int fd = pb_opening("/dev/null", O_WRONLY, SHORT_MS);

	(void)state;
	assert_true(fd >= 0);
	assert_blocks(fd);
	close(fd);
	fd = pb_opening("/proc/self/stat", O_RDONLY, SHORT_MS);
	assert_true(fd >= 0);
	assert_blocks(fd);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nobody_has_the_other_end, setup, teardown),
		cmocka_unit_test_setup_teardown(a_writer_is_waited_for, setup, teardown),
		cmocka_unit_test_setup_teardown(a_reader_is_waited_for, setup, teardown),
		cmocka_unit_test_setup_teardown(files_are_opened, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
