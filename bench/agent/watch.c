// SPDX-License-Identifier: GPL-2.0-only
/*
 * watch - what a measurement must leave behind: a quiet kernel log and no page held.
 * Why: a number that was taken while the kernel complained, or leaked a pin, is no result.
 */
#include "bench/agent/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/err.h"
#include "common/file.h"

/* Documentation/ABI/testing/dev-kmsg: the priority's low three bits are the level. */
enum { LEVEL_MASK = 7, LEVEL_WARNING = 4, RECORD_BYTES = 8192 };
enum { OTHERS_STEP_MS = 10, OTHERS_LIMIT_MS = 1000 };

int pb_watch_open(int *ret_kmsg)
{
	_cleanup_close_ int kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (kmsg < 0 || lseek(kmsg, 0, SEEK_END) < 0)
		return pb_fail(-errno, "cannot read the kernel's log: %s", strerror(errno));
	*ret_kmsg = pb_steal_fd(kmsg);
	return 0;
}

/* A record is "priority,sequence,time,flags;message\n" and lines of details that are not shown. */
static int message_add(char *record, struct pb_buf *lines)
{
	char *message = strchr(record, ';');
	unsigned long priority = strtoul(record, NULL, 10);

	if (!message || (priority & LEVEL_MASK) > LEVEL_WARNING)
		return 0;
	message++;
	message[strcspn(message, "\n")] = '\0';
	return pb_buf_printf(lines, "%s%s", lines->len_bytes ? "\n" : "", message);
}

int pb_watch_log(int kmsg, struct pb_buf *lines)
{
	char record[RECORD_BYTES];
	int ret = 0;

	while (!ret) {
		ssize_t got = read(kmsg, record, sizeof(record) - 1);

		if (got < 0 && errno == EAGAIN)
			return 0;
		if (got < 0 && errno == EPIPE) { /* overwritten: who logs that much has trouble */
			ret = pb_buf_printf(lines, "(messages were lost)");
			continue;
		}
		if (got < 0)
			return pb_fail(-errno, "cannot read the kernel's log: %s", strerror(errno));
		record[got] = '\0';
		ret = message_add(record, lines);
	}
	return ret;
}

static int counter_get(const char *vmstat, const char *name, unsigned long long *ret_value)
{
	const char *line = strstr(vmstat, name);
	char *end = NULL;

	if (line)
		*ret_value = strtoull(line + strlen(name), &end, 10);
	if (!end || *end != '\n')
		return pb_fail(-EBADMSG, "/proc/vmstat has no %s", name);
	return 0;
}

/* What others held when the agent began: io_uring's buffers, guests with devices of their own. */
static long long others;
static bool alone = true;

static int pins_read(long long *ret_held)
{
	_cleanup_close_ int refresh = open("/proc/sys/vm/stat_refresh", O_WRONLY | O_CLOEXEC);
	_cleanup_free_ char *vmstat = NULL;
	unsigned long long acquired, released;
	int ret;

	/* The counters are kept in per-CPU batches until someone asks. */
	if (refresh < 0 || write(refresh, "1\n", 2) != 2)
		return pb_fail(-errno, "cannot refresh /proc/vmstat: %s", strerror(errno));
	ret = pb_file_read("/proc/vmstat", &vmstat, NULL);
	if (!ret)
		ret = counter_get(vmstat, "nr_foll_pin_acquired", &acquired);
	if (!ret)
		ret = counter_get(vmstat, "nr_foll_pin_released", &released);
	if (ret)
		return ret;
	*ret_held = (long long)(acquired - released);
	if (alone && *ret_held)
		return pb_fail(-EBUSY, "pins are unbalanced: %llu acquired, %llu released",
			       acquired, released);
	return 0;
}

/* Why pins cannot be watched on this machine; empty: they can. */
static char blind[256];

int pb_watch_others(void)
{
	int ret;

	alone = false;
	ret = pins_read(&others);
	if (!ret || ret == -ENOMEM)
		return ret;
	snprintf(blind, sizeof(blind), "%s", pb_fail_message(ret));
	pb_fail_clear();
	return 0;
}

const char *pb_watch_blind(void)
{
	return *blind ? blind : NULL;
}

int pb_watch_pins(void)
{
	const struct timespec pause = { .tv_nsec = OTHERS_STEP_MS * 1000000L };
	long long held = others;
	int ret;

	if (*blind)
		return 0;
	ret = pins_read(&held);

	for (int waited_ms = 0; !ret && held != others; waited_ms += OTHERS_STEP_MS) {
		if (waited_ms >= OTHERS_LIMIT_MS)
			return pb_fail(
				-EBUSY,
				"pins are unbalanced: %lld pages are held, and %lld were when the "
				"agent began (another program may have changed that)",
				held, others);
		nanosleep(&pause, NULL);
		ret = pins_read(&held);
	}
	return ret;
}
