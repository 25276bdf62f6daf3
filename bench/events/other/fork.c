// SPDX-License-Identifier: GPL-2.0-only
/*
 * fork - fork(): who writes first, and who keeps the frame.
 * Why: FOLL_PIN was made for the first of these, and only it is safe in all of them.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/events/event.h"
#include "common/err.h"

/* The child has the page until it is told to end; @writes: it has written to it, too. */
static int child_start(struct pb_happening *happening, bool writes)
{
	const struct pb_subject *subject = happening->subject;
	int pipes[2];
	char done = 0;

	if (pipe2(pipes, O_CLOEXEC))
		return -errno;
	happening->child = fork();
	if (!happening->child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (writes)
			((volatile char *)subject->addr)[subject->page_bytes - 1] ^= 1;
		if (write(pipes[1], &done, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(pipes[1]);
	if (happening->child < 0 || read(pipes[0], &done, 1) != 1) {
		int error = happening->child < 0 ? errno : ECHILD;

		close(pipes[0]);
		return -error;
	}
	close(pipes[0]);
	return 0;
}

static void child_end(struct pb_happening *happening)
{
	if (happening->child <= 0)
		return;
	kill(happening->child, SIGKILL);
	while (waitpid(happening->child, NULL, 0) < 0 && errno == EINTR)
		;
	happening->child = 0;
}

static int parent_write_act(struct pb_happening *happening)
{
	return child_start(happening, false);
}

static int child_write_act(struct pb_happening *happening)
{
	return child_start(happening, true);
}

static int child_exit_act(struct pb_happening *happening)
{
	int ret = child_start(happening, false);

	child_end(happening);
	return ret;
}

/* The fork comes before the hold. */
static int hold_after_prepare(struct pb_happening *happening)
{
	int ret = child_start(happening, false);

	return ret ? pb_fail(ret, "cannot fork: %s", strerror(-ret)) : 0;
}

static int hold_after_act(struct pb_happening *happening)
{
	const struct pb_subject *subject = happening->subject;

	((volatile char *)subject->addr)[subject->page_bytes - 1] ^= 1;
	return 0;
}

const struct pb_event pb_event_fork_parent_write = {
	.name = "fork-parent-write",
	.act = parent_write_act,
	.end = child_end,
};

const struct pb_event pb_event_fork_child_write = {
	.name = "fork-child-write",
	.act = child_write_act,
	.end = child_end,
};

const struct pb_event pb_event_fork_child_exit = {
	.name = "fork-child-exit",
	.act = child_exit_act,
	.end = child_end,
};

const struct pb_event pb_event_hold_after_fork = {
	.name = "hold-after-fork",
	.prepare = hold_after_prepare,
	.act = hold_after_act,
	.end = child_end,
};
