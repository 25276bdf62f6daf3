// SPDX-License-Identifier: GPL-2.0-only
/*
 * memcg - the process ends, and the memory cgroup that it was charged to is removed.
 * Why: a page that somebody holds stays charged after its owner is gone, and keeps the cgroup from
 * going: nobody can see whose it is any more.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bench/events/event.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

#define ROOT  PB_PLACES "/cgroup"
#define GROUP ROOT "/case"

/* The end of a group is carried through by threads of the kernel's. */
enum { STEP_MS = 10, LIMIT_MS = 300 };

static int memcg_fits(const struct pb_subject *subject)
{
	if (subject->hugetlb || subject->unwritten)
		return pb_fail(-EOPNOTSUPP, "memory '%s' is not charged to a memory cgroup",
			       subject->name);
	return pb_event_wants_anon(subject);
}

/* Before there is a page: it is charged where its process is when it comes. */
static int memcg_enter(void)
{
	mkdir(PB_PLACES, 0755);
	mkdir(ROOT, 0755);
	if (mount("cgroup2", ROOT, "cgroup2", 0, NULL) && errno != EBUSY)
		return pb_fail(-EOPNOTSUPP, "this kernel has no cgroups: %s", strerror(errno));
	if (pb_event_put(ROOT "/cgroup.subtree_control", "+memory"))
		return pb_fail(-EOPNOTSUPP, "this kernel has no memory cgroups");
	if (mkdir(GROUP, 0755) && errno != EEXIST)
		return pb_fail(-errno, "cannot make cgroup '%s': %s", GROUP, strerror(errno));
	if (pb_event_put(GROUP "/cgroup.procs", "0"))
		return pb_fail(-errno, "cannot enter cgroup '%s': %s", GROUP, strerror(errno));
	return 0;
}

static int memcg_act(struct pb_happening *happening)
{
	(void)happening;
	_exit(0);
}

static long dying_count(void)
{
	_cleanup_free_ char *text = NULL;
	const char *line;

	if (pb_file_read(ROOT "/cgroup.stat", &text, NULL)) {
		pb_fail_clear();
		return -1;
	}
	line = strstr(text, "nr_dying_descendants ");
	return line ? strtol(line + strlen("nr_dying_descendants "), NULL, 10) : -1;
}

static bool memcg_leaves(void)
{
	const struct timespec pause = { .tv_nsec = STEP_MS * 1000000L };

	(void)!rmdir(GROUP);
	for (int waited_ms = 0; waited_ms < LIMIT_MS && dying_count(); waited_ms += STEP_MS)
		nanosleep(&pause, NULL);
	return dying_count() != 0;
}

const struct pb_event pb_event_memcg = {
	.name = "memcg",
	.machine = true,
	.ends_process = true,
	.fits = memcg_fits,
	.enter = memcg_enter,
	.act = memcg_act,
	.leaves = memcg_leaves,
};
