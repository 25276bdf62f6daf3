// SPDX-License-Identifier: GPL-2.0-only
/*
 * guard - a process that changes the machine, starts the agent, and undoes every change.
 * Why: `kill -9` of pinbench reaches no handler; another process that sees it go can tidy up. If it
 * is the guard that is killed, pinbench tidies up; if both are, a file says what is left.
 */
#include "bench/backends/kmod/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "bench/backends/kmod/load.h"
#include "bench/control/pools.h"
#include "bench/control/quiesce.h"
#include "bench/control/state.h"
#include "common/err.h"
#include "common/file.h"
#include "common/paths.h"

enum {
	POLL_MS = 1000, /* only a signal between a look and a wait is left to it */
	TERM_STEP_MS = 100,
	GIVE_UP_MS = 60000,
	TERM_MS = 5000,    /* for the agent to end after SIGTERM, before SIGKILL */
	UNLOAD_MS = 10000, /* for an agent's last pins to go after it was killed */
};

/* The guard's own side. */
struct guard {
	const struct pb_guard_setup *setup;
	struct pb_state *state;
	int records; /* the agent's standard output */
	int replies;
	int leash;
	int agent_log;
	pid_t agent;
	bool loading; /* modules may be there, and are this run's */
	struct pb_buf said;
};

static volatile sig_atomic_t told_to_end;

static void on_term(int signal)
{
	(void)signal;
	told_to_end = 1;
}

static void agent_exec(const struct guard *g, const char *path, pid_t guard_pid)
{
	char owner[16];
	const char *const argv[] = {
		path,
		"--plan",
		g->setup->plan,
		"--owner",
		owner,
		g->setup->modules_dir ? "--modules" : NULL,
		g->setup->modules_dir,
		NULL,
	};
	int in = open("/dev/null", O_RDONLY);

	snprintf(owner, sizeof(owner), "%d", (int)guard_pid);
	signal(SIGTERM, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	/* No agent without its guard: pages that nobody counts on would stay pinned. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != guard_pid)
		_exit(127);
	if (in >= 0 && dup2(in, STDIN_FILENO) >= 0 && dup2(g->records, STDOUT_FILENO) >= 0 &&
	    dup2(g->agent_log, STDERR_FILENO) >= 0)
		execv(path, (char *const *)argv);
	dprintf(STDERR_FILENO, "%s: %s\n", path, strerror(errno));
	_exit(127);
}

static int agent_start(struct guard *g)
{
	_cleanup_free_ char *path = NULL;
	pid_t guard_pid = getpid();
	int ret = pb_path_helper("pinbench-agent", &path);

	if (ret)
		return ret;
	g->agent = fork();
	if (g->agent < 0)
		return pb_fail(-errno, "cannot start '%s': %s", path, strerror(errno));
	if (!g->agent)
		agent_exec(g, path, guard_pid);
	return 0;
}

/* The leash has no bytes: it becomes readable when pinbench lets go of it, or is gone. */
static bool leash_is_loose(const struct guard *g)
{
	struct pollfd end = { .fd = g->leash, .events = POLLIN };

	return told_to_end || poll(&end, 1, 0) > 0;
}

/* Asleep until the agent ends: on a machine that measures, nobody else should run. */
static int agent_wait(struct guard *g, int *ret_status)
{
	_cleanup_close_ int pidfd = (int)syscall(SYS_pidfd_open, g->agent, 0);
	struct pollfd ends[] = { { .fd = pidfd, .events = POLLIN },
				 { .fd = g->leash, .events = POLLIN } };
	int waited_ms = 0;

	while (!waitpid(g->agent, ret_status, WNOHANG)) {
		if (!leash_is_loose(g)) {
			poll(ends, PB_ARRAY_SIZE(ends), POLL_MS);
			continue;
		}
		if (waited_ms >= GIVE_UP_MS)
			return pb_fail(
				-ETIMEDOUT,
				"the agent (process %d) hangs in the kernel and does not end even "
				"by SIGKILL: see dmesg; only a reboot gets its pages and the "
				"modules out",
				(int)g->agent);
		kill(g->agent, waited_ms < TERM_MS ? SIGTERM : SIGKILL);
		poll(ends, 1, TERM_STEP_MS);
		waited_ms += TERM_STEP_MS;
	}
	return 0;
}

static int machine_change(struct guard *g)
{
	int ret;

	if (!g->setup->modules_dir)
		return 0;
	ret = pb_state_begin("", &g->state);
	if (!ret) /* an earlier run's; in use, they are somebody else's, and stay */
		ret = pb_kmod_unload(0);
	if (!ret && g->setup->quiesce)
		ret = pb_quiesce(g->state, "", &g->said);
	if (!ret)
		ret = pb_state_modules(g->state);
	g->loading = !ret;
	return ret ? ret : pb_kmod_load(g->setup->modules_dir, g->setup->inject);
}

/* What cannot be undone is said and stays in the state's file. */
static int machine_restore(struct pb_state *state, bool keep, struct pb_buf *said)
{
	int failed = keep ? 0 : pb_kmod_unload(UNLOAD_MS), ret = 0, code;

	if (failed)
		ret = pb_buf_printf(said, "%s\n", pb_fail_message(failed));
	else
		ret = pb_state_modules_forget(state);
	code = pb_state_restore(state, said);
	return ret ? ret : failed ? failed : code;
}

/* "C code message", "A status", "L line". */
static void reply_send(const struct guard *g, int code, int agent_status)
{
	char *line = g->said.data;

	if (code)
		dprintf(g->replies, "C %d %s%c", code, pb_fail_message(code), 0);
	else
		dprintf(g->replies, "A %d%c", agent_status, 0);
	while (line && *line) {
		char *end = strchrnul(line, '\n');

		dprintf(g->replies, "L %.*s%c", (int)(end - line), line, 0);
		line = *end ? end + 1 : end;
	}
}

/* Signals that a terminal sends are pinbench's to hear; it lets go of the leash then. */
static void signals_settle(void)
{
	struct sigaction action = { .sa_handler = on_term };

	setsid();
	sigaction(SIGTERM, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGQUIT, &action, NULL);
	sigaction(SIGPIPE, &action, NULL);
}

static _Noreturn void guard_main(struct guard *g)
{
	_cleanup_free_ char *message = NULL;
	int status = 0, code;
	bool keep, short_of_memory;

	signals_settle();
	prctl(PR_SET_NAME, "pinbench-guard");
	code = leash_is_loose(g) ? pb_fail(-EINTR, "interrupted") : machine_change(g);
	if (!code)
		code = agent_start(g);
	close(g->records); /* the agent's alone: its end is the stream's end */
	if (!code)
		code = agent_wait(g, &status);
	if (code)
		message = strdup(pb_fail_message(code));
	keep = !g->loading || (g->setup->keep && !code);
	/* Both, whatever comes of the first: what it says is lost at most. */
	short_of_memory = pb_pools_give_back("", getpid(), &g->said) == -ENOMEM;
	if (g->state)
		short_of_memory |= machine_restore(g->state, keep, &g->said) == -ENOMEM;
	if (short_of_memory)
		pb_buf_done(&g->said);
	pb_state_end(g->state);
	if (message)
		pb_fail(code, "%s", message);
	reply_send(g, code, status);
	_exit(0);
}

static int pipe_make(int *ret_read, int *ret_write)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return pb_fail(-errno, "cannot make a pipe: %s", strerror(errno));
	*ret_read = ends[0];
	*ret_write = ends[1];
	return 0;
}

int pb_guard_start(struct pb_guard *guard, const struct pb_guard_setup *setup)
{
	_cleanup_close_ int records_in = -1, replies_in = -1, leash_out = -1;
	_cleanup_close_ int records = -1, replies = -1, leash = -1;
	_cleanup_close_ int log = memfd_create("pinbench-agent", MFD_CLOEXEC);
	int ret = pipe_make(&records, &records_in);
	pid_t pid;

	if (!ret)
		ret = pipe_make(&replies, &replies_in);
	if (!ret)
		ret = pipe_make(&leash_out, &leash);
	if (!ret && log < 0)
		ret = pb_fail(-errno, "cannot make a file: %s", strerror(errno));
	if (ret)
		return ret;
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return pb_fail(-errno, "cannot start the guard: %s", strerror(errno));
	if (!pid) {
		struct guard own = { setup, NULL, records_in, replies_in, leash_out, log };

		close(leash); /* its own copy would keep the leash tight */
		close(records);
		close(replies);
		guard_main(&own);
	}
	*guard = (struct pb_guard){ pid, pb_steal_fd(records), pb_steal_fd(replies),
				    pb_steal_fd(leash), pb_steal_fd(log) };
	return 0;
}

static int reply_take(const char *reply, struct pb_guard_report *report)
{
	char *rest;

	switch (reply[0]) {
	case 'C':
		report->told = true;
		report->code = (int)strtol(reply + 2, &rest, 10);
		report->message = strdup(rest + (*rest == ' '));
		return report->message ? 0 : pb_fail(-ENOMEM, "out of memory");
	case 'A':
		report->told = true;
		report->agent_status = (int)strtol(reply + 2, NULL, 10);
		return 0;
	case 'L':
		return pb_buf_printf(&report->said, "%s\n", reply + 2);
	default:
		return 0; /* a piece of one that a kill cut off */
	}
}

/* All until the end of the pipe, which is the end of the guard. */
static int replies_take(int fd, struct pb_guard_report *report)
{
	pb_cleanup(pb_buf_done) struct pb_buf all = { 0 };
	char chunk[4096];
	ssize_t got;
	int ret = 0;

	while (!ret && ((got = read(fd, chunk, sizeof(chunk))) > 0 || (got < 0 && errno == EINTR)))
		if (got > 0)
			ret = pb_buf_add(&all, chunk, (size_t)got);
	for (size_t at = 0; !ret && at < all.len_bytes; at += strlen(all.data + at) + 1)
		ret = reply_take(all.data + at, report);
	return ret;
}

int pb_guard_finish(struct pb_guard *guard, struct pb_guard_report *ret_report)
{
	struct pb_guard_report report = { 0 };
	bool any;
	int ret;

	closep(&guard->leash);
	guard->leash = -1;
	ret = replies_take(guard->replies, &report);
	while (waitpid(guard->pid, NULL, 0) < 0 && errno == EINTR)
		;
	guard->pid = 0;
	if (!ret && !report.told) {
		int code = pb_guard_restore(&report.said, &any);

		ret = pb_buf_printf(
			&report.said,
			code ? "The guard process was killed; what it changed could not "
			       "all be undone: pinbench doctor --restore\n"
			     : "The guard process was killed; what it had changed on this "
			       "machine was undone.\n");
	}
	closep(&guard->replies);
	closep(&guard->records);
	guard->replies = guard->records = -1;
	*ret_report = report;
	return ret;
}

void pb_guard_report_done(struct pb_guard_report *report)
{
	free(report->message);
	pb_buf_done(&report->said);
	*report = (struct pb_guard_report){ 0 };
}

int pb_guard_restore(struct pb_buf *said, bool *ret_any)
{
	pb_cleanup(pb_state_endp) struct pb_state *state = NULL;
	pb_cleanup(pb_buf_done) struct pb_buf pools = { 0 };
	bool modules = false;
	int ret = pb_pools_left("", &pools), code;

	*ret_any = pools.len_bytes;
	pb_fail_clear(); /* what is wrong with that file is said by who gives back */
	code = ret == -ENOMEM ? ret : pb_pools_give_back("", 0, said);
	if (code == -ENOMEM)
		return code;
	ret = pb_state_resume("", &state, &modules);
	*ret_any = *ret_any || state;
	if (ret)
		return pb_buf_printf(said, "%s\n", pb_fail_message(ret)) ? -ENOMEM : ret;
	ret = state ? machine_restore(state, !modules, said) : 0;
	return ret ? ret : code;
}
