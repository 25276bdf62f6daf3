// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmstat - the kernel's own counters of what it did to memory.
 * Why: they tell an operation that was made from one that was only asked for.
 */
#include "bench/load/vmstat.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"

int pb_vmstat_read(const char *name, uint64_t *ret_value)
{
	_cleanup_close_ int refresh = open("/proc/sys/vm/stat_refresh", O_WRONLY | O_CLOEXEC);
	_cleanup_free_ char *text = NULL;
	size_t len = strlen(name);
	int ret;

	/*
	 * Counters are kept in batches, one a CPU, until root asks; without it they are a bit old.
	 */
	if (refresh >= 0 && write(refresh, "1\n", 2) != 2)
		return pb_fail(-errno, "cannot refresh /proc/vmstat: %s", strerror(errno));
	ret = pb_file_read("/proc/vmstat", &text, NULL);
	for (char *save, *line = ret ? NULL : strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, name, len) != 0 || line[len] != ' ')
			continue;
		*ret_value = strtoull(line + len, NULL, 10);
		return 0;
	}
	return ret ? ret : pb_fail(-EBADMSG, "/proc/vmstat has no %s", name);
}
