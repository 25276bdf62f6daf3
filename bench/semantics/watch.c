// SPDX-License-Identifier: GPL-2.0-only
/*
 * watch - the agent's part: cells whose event is watched, one process each, from the controller's
 * side. Why: the controller shares the device's file with each case, so that a hold outlives the
 * process that took it, and is released whatever became of that.
 */
#include "bench/semantics/watch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/agent/watch.h"
#include "bench/events/event.h"
#include "bench/semantics/case.h"
#include "bench/semantics/device.h"
#include "bench/semantics/machine.h"
#include "collect/axes.h"
#include "collect/event_word.h"
#include "collect/observed.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

enum { STEP_MS = 2, LIMIT_MS = 90000 };

static int device = -1;
static struct pb_seen *seen;

void pb_watch_by_calls(void)
{
	pb_device_use(&pb_device_calls);
}

/* What the kernel says while the machine is set up is no case's fault. */
static int watch_begin(int kmsg)
{
	pb_cleanup(pb_buf_done) struct pb_buf log = { 0 };
	int ret = pb_device_used()->begin(&device);

	if (!ret && kmsg >= 0)
		ret = pb_watch_log(kmsg, &log);
	if (ret)
		return ret;
	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (seen == MAP_FAILED) {
		seen = NULL;
		return pb_fail(-ENOMEM, "out of memory");
	}
	return 0;
}

/* Until it ends. False: it hung, and was killed. */
static bool case_wait(pid_t pid, int *ret_status)
{
	const struct timespec pause = { .tv_nsec = STEP_MS * 1000000L };

	for (int waited_ms = 0; waited_ms < LIMIT_MS; waited_ms += STEP_MS) {
		if (waitpid(pid, ret_status, WNOHANG) == pid)
			return true;
		nanosleep(&pause, NULL);
	}
	/* What it waits for may be the very hold. */
	(void)!pb_device_release(device, seen, false);
	kill(pid, SIGKILL);
	while (waitpid(pid, ret_status, 0) < 0 && errno == EINTR)
		;
	return false;
}

static int parts_take(struct pb_cell_result *result)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < seen->nr_parts; i++)
		ret = pb_observed_add(result, seen->parts[i].name, seen->parts[i].text);
	return ret;
}

static int result_make(bool ended, int status, struct pb_cell_result *result)
{
	int ret = parts_take(result), code = -seen->error;

	if (ret)
		return ret;
	switch (seen->stage) {
	case PB_SEEN_REFUSED:
	case PB_SEEN_UNHELD:
		return pb_cell_result_end(result, PB_CELL_REFUSED,
					  pb_fail(code, "%s", seen->reason));
	case PB_SEEN_FAILED:
		return pb_cell_result_end(result, PB_CELL_FAILED,
					  pb_fail(code, "%s", seen->reason));
	case PB_SEEN_DONE:
		result->state = PB_CELL_MEASURED;
		return 0;
	default:
		break;
	}
	if (!ended)
		return pb_cell_result_end(
			result, PB_CELL_FAILED,
			pb_fail(-ETIMEDOUT, "the case hung for %d s", LIMIT_MS / 1000));
	return pb_cell_result_end(
		result, PB_CELL_FAILED,
		pb_fail(-EIO, "the case's process ended %s %d before its time",
			WIFSIGNALED(status) ? "by signal" : "with status",
			WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)));
}

/*
 * The last case that could not be had: the event, or the memory. Whoever holds it is not asked
 * there, so that the others of its kind need no process each to hear the same.
 */
static struct {
	struct pb_cell cell;
	int error;
	char reason[PB_SEEN_REASON];
} absent;

static bool absent_same(const struct pb_cell *cell)
{
	return absent.error && absent.cell.memory == cell->memory &&
	       pb_streq(absent.cell.event, cell->event) && absent.cell.intent == cell->intent;
}

static void absent_note(const struct pb_cell *cell)
{
	absent.cell = *cell;
	absent.error = seen->stage == PB_SEEN_REFUSED ? seen->error : 0;
	snprintf(absent.reason, sizeof(absent.reason), "%s", seen->reason);
}

static int case_watch(const struct pb_case *c, struct pb_cell_result *result)
{
	bool ended;
	int status = 0, ret;
	pid_t pid;

	memset(seen, 0, sizeof(*seen));
	pid = fork();
	if (pid < 0)
		return pb_fail(-errno, "cannot start a case: %s", strerror(errno));
	if (!pid)
		pb_case_main(c, seen);
	ended = case_wait(pid, &status);
	if (ended && c->event->ends_process && seen->stage == PB_SEEN_HELD) {
		pb_case_orphan(c, seen);
		seen->stage = PB_SEEN_DONE;
	}
	absent_note(c->cell);
	ret = result_make(ended, status, result);
	(void)!pb_device_release(device, seen, false);
	if (c->event->leaves && seen->stage != PB_SEEN_DONE)
		(void)c->event->leaves(); /* it was not asked before */
	if (seen->file && seen->path[0] && strncmp(seen->path, "/proc/", 6) != 0)
		unlink(seen->path);
	return ret;
}

/*
 * Reading the pins refreshes the VM's counters, and a kernel that finds one of its own below zero
 * says so then (7.2: nr_hugetlb, with huge pages of several nodes). That is no case's doing.
 */
static bool log_is_counters(const char *log)
{
	static const char refresh[] = "vmstat_refresh: ";

	for (const char *line = log; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (*line && strncmp(line, refresh, strlen(refresh)) != 0)
			return false;
	}
	return true;
}

/* What a kernel says of itself when it is broken, and not of what it was asked to do. */
static bool log_is_talk(const char *log)
{
	static const char *const splats[] = { "BUG", "WARNING:", "cut here", "Oops", "Call Trace" };

	for (size_t i = 0; i < PB_ARRAY_SIZE(splats); i++)
		if (strstr(log, splats[i]))
			return false;
	return true;
}

/* What was seen stays in the result, but it failed. */
static int aftermath_check(int kmsg, const struct pb_event *event, struct pb_cell_result *result)
{
	pb_cleanup(pb_buf_done) struct pb_buf log = { 0 };
	bool guest = pb_device_used()->guest;
	int ret = pb_watch_pins();

	if (ret)
		ret = pb_cell_result_end(result, PB_CELL_FAILED, ret);
	if (!ret && kmsg >= 0)
		ret = pb_watch_log(kmsg, &log);
	/* Each case is to hear its own warning, not only the first one of a boot. */
	if (guest)
		(void)!pb_event_put("/sys/kernel/debug/clear_warn_once", "1");
	/* On a machine that others use, their talk is in the log, too. */
	if (ret || !log.len_bytes || log_is_counters(log.data) ||
	    ((event->talks || !guest) && log_is_talk(log.data)))
		return ret;
	free(result->detail);
	result->detail = pb_steal(log.data);
	return pb_cell_result_end(result, PB_CELL_FAILED,
				  pb_fail(-EIO, "the kernel logged a warning during the case"));
}

/* What cannot be done, or not here: -EOPNOTSUPP with the reason. */
static int case_check(const struct pb_case *c)
{
	const struct pb_device_ops *ops = pb_device_used();

	if (!c->event)
		return pb_fail(-EOPNOTSUPP, "event '%s' is unknown to this agent", c->cell->event);
	if (!c->strategy)
		return pb_fail(-EOPNOTSUPP, "strategy '%s' is unknown to this agent",
			       c->cell->strategy);
	if (!ops->guest && (c->event->machine || c->media || c->place == PB_EVENT_MOVABLE_ZONE))
		return pb_fail(-EOPNOTSUPP,
			       "event '%s' acts on the whole machine, or wants one made for it: a "
			       "guest (--backend vm)",
			       c->cell->event);
	/* A page that is copied takes another of the pool, and who adds to it is for somebody else. */
	if (!ops->guest && c->cell->memory == PB_MEMORY_hugetlb_2m)
		return pb_fail(-EOPNOTSUPP,
			       "memory '%s' wants pages to spare in the pool: a guest "
			       "(--backend vm)",
			       pb_memory_name(c->cell->memory));
	return ops->has(c->strategy, c->writes);
}

int pb_watch_cell(const struct pb_cell *cell, int kmsg, struct pb_cell_result *result)
{
	struct pb_case c = {
		.cell = cell,
		.strategy = pb_observe_strategy_find(cell->strategy),
		.writes = cell->intent == PB_INTENT_WRITE,
	};
	const struct pb_event_word word = pb_event_word_parse(cell->event);
	int ret = device < 0 ? watch_begin(kmsg) : 0;

	result->cell = *cell;
	if (ret == -EOPNOTSUPP)
		return pb_cell_result_end(result, PB_CELL_REFUSED, ret);
	if (!ret && !pb_device_used()->guest)
		ret = pb_observed_add(result, "by", "calls");
	if (ret)
		return ret;
	c.device = device;
	c.event = pb_event_find(word.name);
	c.media = word.media;
	c.place = word.movable ? PB_EVENT_MOVABLE_ZONE
		  : c.event    ? c.event->place
			       : PB_EVENT_ANYWHERE;
	ret = case_check(&c);
	if (ret)
		return pb_cell_result_end(result, PB_CELL_REFUSED, ret);
	if (absent_same(cell))
		return pb_cell_result_end(result, PB_CELL_REFUSED,
					  pb_fail(-absent.error, "%s", absent.reason));
	ret = case_watch(&c, result);
	return ret ? ret : aftermath_check(kmsg, c.event, result);
}
