// SPDX-License-Identifier: GPL-2.0-only
/*
 * fork - a child that ends at once: every private page is shared with it for that long.
 * Why: fork is where the kernel learnt to copy pinned pages early; whoever holds pages next pays
 * for the write protection that it leaves behind.
 */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/load/action.h"
#include "common/err.h"

static int fork_open(struct pb_load_use *use)
{
	(void)use;
	return 0;
}

/* _Fork(): no handlers of the library's, whose locks another thread may have. */
static int fork_step(struct pb_load_use *use)
{
	pid_t pid = _Fork();
	int status;

	if (!pid)
		_exit(0);
	if (pid < 0)
		return pb_fail(-errno, "cannot fork: %s", strerror(errno));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return pb_fail(-errno, "cannot wait for a child: %s", strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return pb_fail(-ECHILD, "a forked child did not end by itself: wait status %#x",
			       (unsigned int)status);
	use->nr_done++;
	return 0;
}

static int fork_check(const struct pb_load_use *use)
{
	return use->nr_done ? 0 : pb_fail(-EIO, "no child was forked");
}

static int fork_close(struct pb_load_use *use)
{
	(void)use;
	return 0;
}

const struct pb_load_action pb_load_fork = {
	.name = "fork",
	.whole = true,
	.open = fork_open,
	.step = fork_step,
	.check = fork_check,
	.close = fork_close,
};
