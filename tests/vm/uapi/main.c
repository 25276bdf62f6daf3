// SPDX-License-Identifier: GPL-2.0-only
/*
 * uapi - holds the modules against every promise of kmods/uapi/pinbench.h.
 * Why: runs as root in a guest where the modules are loaded; what goes wrong there hurts nobody.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/vm/uapi/tap.h"
#include "tests/vm/uapi/uapi.h"

/* The kernel's log from here on. */
static int log_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || lseek(fd, 0, SEEK_END) < 0)
		tap_bail("cannot open the kernel's log");
	return fd;
}

/* @complaints: the kernel is expected to say why it gave no memory, and no more than that. */
static void log_check(int fd, bool complaints)
{
	char record[8192];
	int nr_warnings = 0;
	ssize_t len;

	while ((len = read(fd, record, sizeof(record) - 1)) > 0 || (len < 0 && errno == EPIPE)) {
		if (len < 0)
			continue; /* records were overwritten; the rest still counts */
		record[len] = 0;
		if ((strtoul(record, NULL, 10) & 7) > 4) /* "priority,sequence,time,flags;text" */
			continue;
		if (complaints && !strstr(record, "WARNING:") && !strstr(record, "BUG:"))
			continue;
		nr_warnings++;
		printf("# %s", record);
	}
	tap_ok(!nr_warnings, "the kernel logged no warning");
}

static void test_one_cpu(int log)
{
	test_gate();
	test_query();
	test_run();
	test_fields();
	test_release();
	test_region();
	test_shapes();
	test_irqs();
	test_hold();
	test_group();
	test_ending();
	test_quiescent();
	test_pages();
	log_check(log, false);
	test_memory();
	log_check(log, true);
	test_unload();
}

int main(int argc, char **argv)
{
	int log;

	if (argc > 1 && !strcmp(argv[1], "exit")) /* ending.c executes us to leave an mm */
		return 0;
	log = log_open();

	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		test_corun();
	else
		test_one_cpu(log);
	log_check(log, false);
	return tap_done();
}
