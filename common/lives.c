// SPDX-License-Identifier: GPL-2.0-only
/*
 * lives - is a process the one that it was, or another that was given its number?
 * Why: what was written down with a pid outlives the process, and pids are used again.
 */
#include "common/lives.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

/* Documentation/filesystems/proc.rst: fields behind the program's name, its state the first. */
enum { FIELDS_TO_START = 20 };

int64_t pb_process_started(int64_t pid)
{
	_cleanup_free_ char *path = pb_format("/proc/%" PRId64 "/stat", pid), *text = NULL;
	const char *at;

	if (!path || pb_file_read(path, &text, NULL)) {
		pb_fail_clear();
		return -1;
	}
	/* A program's name may hold blanks and brackets. */
	at = strrchr(text, ')');
	if (!at || strlen(at) < 3 || at[2] == 'Z' || at[2] == 'X')
		return -1;
	for (int i = 0; at && i < FIELDS_TO_START; i++)
		at = strchr(at + 1, ' ');
	return at ? strtoll(at + 1, NULL, 10) : -1;
}

bool pb_process_lives(int64_t pid, int64_t started)
{
	return pid > 0 && started >= 0 && pb_process_started(pid) == started;
}
