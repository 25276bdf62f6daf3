// SPDX-License-Identifier: GPL-2.0-only
/*
 * midway - users that fail on their way: each says one thing, holds nothing, and the next one runs.
 * Why: a number behind a user that left its pins behind would be a number of two.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "bench/agent/watch.h"
#include "bench/users/guest/cell.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/vm/uapi/tap.h"

enum { PAGES = 64, LIMIT_PAGES = 4 };

/* Locks no more than a few of the pages that it is about to register. */
static int limited_open(struct pb_guest_use *use)
{
	const struct rlimit limit = { LIMIT_PAGES * use->page_bytes,
				      LIMIT_PAGES * use->page_bytes };

	if (setrlimit(RLIMIT_MEMLOCK, &limit))
		return pb_fail(-errno, "cannot set RLIMIT_MEMLOCK: %s", strerror(errno));
	return pb_guest_uring_register.open(use);
}

/* The last page is not there: those ahead of it are pinned, and must be let go of. */
static int hole_open(struct pb_guest_use *use)
{
	if (munmap(use->buffer + use->len_bytes - use->page_bytes, use->page_bytes))
		return pb_fail(-errno, "cannot unmap a page: %s", strerror(errno));
	return pb_guest_uring_register.open(use);
}

static int no_device_open(struct pb_guest_use *use)
{
	return pb_guest_open_fd(use, 0, "/dev/of-no-driver", O_RDWR);
}

static int registered_and_killed(struct pb_guest_use *use)
{
	int code = pb_guest_uring_register.acquire(use);

	return code ? code : raise(SIGKILL);
}

static int nothing(struct pb_guest_use *use)
{
	(void)use;
	return 0;
}

static void run(const char *name, const struct pb_guest_user *user, size_t nr_pages, int kmsg,
		enum pb_cell_state state, const char *wanted)
{
	const struct pb_guest_row row = {
		.name = name,
		.sort = "2",
		.strategy = "",
		.memory = "anon",
		.calls = PB_GUEST_GUP,
		.most_pages = nr_pages,
		.modules = "",
		.needs = "",
		.user = user,
	};
	struct pb_cell cell = { .memory = PB_MEMORY_anon,
				.nr_pages = nr_pages,
				.nr_threads = 1,
				.nr_samples = 3,
				.nr_warmup = 1 };
	struct pb_cell_result result = { 0 };
	int ret;

	snprintf(cell.strategy, sizeof(cell.strategy), "%s", name);
	ret = pb_guest_row_cell(&row, &cell, kmsg, &result);
	tap_errno(-ret, 0, "%s: what comes next can be run", name);
	tap_ok(result.state == state, "%s: %s, and was to be %s", name,
	       pb_cell_state_name(result.state), pb_cell_state_name(state));
	tap_ok(!*wanted || (result.reason && strstr(result.reason, wanted)), "%s: '%s' holds '%s'",
	       name, result.reason ? result.reason : "", wanted);
	tap_errno(-pb_watch_pins(), 0, "%s: no page is pinned behind it", name);
	pb_cell_result_done(&result);
}

int main(void)
{
	struct pb_guest_user limited = pb_guest_uring_register, hole = pb_guest_uring_register,
			     no_device = { .open = no_device_open, .acquire = nothing },
			     killed = pb_guest_uring_register, idle = { .acquire = nothing };
	int kmsg = -1;

	limited.open = limited_open;
	hole.open = hole_open;
	killed.acquire = registered_and_killed;
	if (pb_watch_open(&kmsg))
		tap_bail("%s", pb_fail_message(-EIO));
	run("a whole one", &pb_guest_uring_register, PAGES, kmsg, PB_CELL_MEASURED, "");
	run("RLIMIT_MEMLOCK", &limited, PAGES, kmsg, PB_CELL_FAILED, "RLIMIT_MEMLOCK is 16 KiB");
	run("a hole at the end", &hole, PAGES, kmsg, PB_CELL_FAILED, "Bad address");
	run("no device", &no_device, PAGES, kmsg, PB_CELL_REFUSED, "/dev/of-no-driver");
	run("killed while it holds", &killed, PAGES, kmsg, PB_CELL_FAILED, "signal 9");
	run("no memory", &pb_guest_uring_register, 1 << 20, kmsg, PB_CELL_REFUSED, "memory");
	run("no page taken", &idle, PAGES, kmsg, PB_CELL_FAILED, "it took no page");
	run("a whole one again", &pb_guest_uring_register, PAGES, kmsg, PB_CELL_MEASURED, "");
	return tap_done();
}
