// SPDX-License-Identifier: GPL-2.0-only
/*
 * task - the event in a task of its own, with a deadline.
 * Why: who waits for it keeps the hold in its hand, and can always end the waiting.
 */
#include "bench/semantics/task.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

enum { LIMIT_MS = 1000 };

static void *task_main(void *data)
{
	struct pb_event_task *task = data;
	char byte;

	task->tid = (pid_t)syscall(SYS_gettid);
	if (read(task->go[0], &byte, 1) != 1)
		return NULL;
	task->result = task->event->act(task->happening);
	/* Whoever waits looks at nothing before the byte is there. */
	if (write(task->over[1], &byte, 1) != 1)
		task->result = -EIO;
	/* A child that was forked here would be told of its parent's death, which is this thread's.
	 */
	(void)!read(task->go[0], &byte, 1);
	return NULL;
}

int pb_event_task_start(struct pb_event_task *task)
{
	int ret;

	if (pipe2(task->go, O_CLOEXEC) || pipe2(task->over, O_CLOEXEC))
		return pb_fail(-errno, "cannot start the event's task: %s", strerror(errno));
	ret = -pthread_create(&task->thread, NULL, task_main, task);
	return ret ? pb_fail(ret, "cannot start the event's task: %s", strerror(-ret)) : 0;
}

bool pb_event_task_wait(struct pb_event_task *task, int limit_ms)
{
	struct pollfd over = { .fd = task->over[0], .events = POLLIN };
	int ret;

	do {
		ret = poll(&over, 1, limit_ms);
	} while (ret < 0 && errno == EINTR);
	return ret > 0;
}

bool pb_event_task_go(struct pb_event_task *task)
{
	if (write(task->go[1], "", 1) != 1)
		return false;
	return pb_event_task_wait(task,
				  task->event->limit_ms ? (int)task->event->limit_ms : LIMIT_MS);
}

/* "123 (name) S 1 ...": the state is behind the last parenthesis. */
void pb_event_task_look(const struct pb_event_task *task, struct pb_seen *seen)
{
	_cleanup_free_ char *stat = NULL, *wchan = NULL;
	_cleanup_free_ char *stat_path = pb_format("/proc/self/task/%d/stat", (int)task->tid);
	_cleanup_free_ char *wchan_path = pb_format("/proc/self/task/%d/wchan", (int)task->tid);
	const char *state;

	if (!stat_path || !wchan_path)
		return;
	if (!pb_file_read(stat_path, &stat, NULL) && (state = strrchr(stat, ')')) && state[1])
		pb_seen_add(seen, "blocked.state", "%c", state[2]);
	if (!pb_file_read(wchan_path, &wchan, NULL))
		pb_seen_add(seen, "blocked.wchan", "%.60s", *wchan ? wchan : "0");
	pb_fail_clear();
}
