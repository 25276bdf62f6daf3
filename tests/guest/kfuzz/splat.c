// SPDX-License-Identifier: GPL-2.0-only
/*
 * splat - what the kernel has to say of itself: warnings, reports of its checkers, hangs, leaks.
 * Why: most of what goes wrong in a module is seen by the kernel, not by who asked.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/guest/kfuzz/kfuzz.h"
#include "tests/vm/uapi/tap.h"

#define KMEMLEAK "/sys/kernel/debug/kmemleak"

enum { DETAIL_LINES = 60, NR_DETAILED = 5, LEAK_WAIT_S = 6 };

/* What begins a report, whatever its level. */
static const char *const marks[] = {
	"WARNING:",
	"BUG:", /* KASAN's, KCSAN's, lockdep's, the scheduler's, slub's, a soft lockup's */
	"kernel BUG at",
	"Oops",
	"general protection fault",
	"Bad page",
	"UBSAN:",
	"ODEBUG:",
	"blocked for more than",
	"self-detected stall",
	"detected stalls",
	"rcu_tasks detected",
	"workqueue lockup",
	"possible circular locking",
	"inconsistent lock state",
	"suspicious RCU usage",
	"Voluntary context switch within RCU",
	"held lock freed",
	"lock held when returning",
	"unreferenced object",
	"list_add corruption",
	"list_del corruption",
	"refcount_t:",
	"stack guard page",
	"turning off the locking correctness validator",
};

static int log_fd = -1;
static unsigned int nr_splats;
static unsigned int nr_detail; /* lines of the last one that are still to be printed */

void splat_begin(void)
{
	log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log_fd < 0 || lseek(log_fd, 0, SEEK_END) < 0)
		tap_bail("cannot open the kernel's log");
}

static bool is_mark(const char *text)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (strstr(text, marks[i]))
			return true;
	return false;
}

static void record_read(char *record)
{
	char *text = strchr(record, ';'); /* "priority,sequence,time,flags;text" */

	if (!text)
		return;
	text++;
	text[strcspn(text, "\n")] = '\0';
	if (is_mark(text)) {
		nr_splats++;
		if (nr_splats <= NR_DETAILED)
			nr_detail = DETAIL_LINES;
	}
	if (nr_detail) {
		nr_detail--;
		printf("# %s\n", text);
		fflush(stdout);
	}
}

unsigned int splat_count(void)
{
	char record[8192];

	for (;;) {
		ssize_t len = read(log_fd, record, sizeof(record) - 1);

		if (len < 0 && errno == EPIPE)
			continue; /* records were overwritten: the rest still counts */
		if (len <= 0)
			return nr_splats;
		record[len] = '\0';
		record_read(record);
	}
}

static bool leak_scan(void)
{
	int fd = open(KMEMLEAK, O_WRONLY | O_CLOEXEC);
	bool scanned = fd >= 0 && write(fd, "scan", 4) == 4;

	if (fd >= 0)
		close(fd);
	return scanned;
}

bool splat_leaks(void)
{
	char line[256];
	bool found = false;
	FILE *file;

	if (!leak_scan())
		return false;
	/* What was just allocated is no leak yet: an object has to be old, and seen twice. */
	sleep(LEAK_WAIT_S);
	leak_scan();
	file = fopen(KMEMLEAK, "re");
	for (int i = 0; file && i < DETAIL_LINES && fgets(line, sizeof(line), file); i++) {
		found = true;
		printf("# %s", line);
	}
	if (file)
		fclose(file);
	return found;
}
