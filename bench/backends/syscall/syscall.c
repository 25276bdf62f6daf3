// SPDX-License-Identifier: GPL-2.0-only
/*
 * syscall - the backend that times the running kernel's own users of each strategy.
 * Why: a machine on which nobody may load a module still tells what a pin costs there.
 *
 * A run is made of rounds. Each is a process of its own, with buffers of its own, that pays one
 * visit to every cell, in an order that rotates: placement, which biases all calls of one process
 * by more than a pin's share, becomes part of the spread, and a machine that slows down slows all
 * cells alike.
 */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/backends/backend.h"
#include "bench/backends/syscall/clock.h"
#include "bench/backends/syscall/contend.h"
#include "bench/backends/syscall/core.h"
#include "bench/backends/syscall/process.h"
#include "bench/backends/syscall/reply.h"
#include "bench/backends/syscall/tell.h"
#include "bench/backends/syscall/track.h"
#include "bench/control/pools.h"
#include "collect/axes.h"
#include "common/err.h"
#include "common/progress.h"
#include "common/str.h"

/* A visit's time; with two threads it is a few bursts more. */
enum { VISIT_NS = 6 * 1000 * 1000, POLL_MS = 200 };

/* What kill -9 costs at most: time between two looks at what is kept, of some 30 ms each. */
enum { KEEP_MS = 3000 };

/* A run does not wait for a core to itself when it has taken this long. */
enum { PATIENCE_S = 100 };

struct session {
	const struct pb_backend_request *request;
	const struct pb_record_sink *sink;
	void *data; /* the sink's */
	uint64_t kept_ns;
	struct pb_track *tracks;
	struct pb_worker_setup setup;
	uint32_t *order;
	uint32_t nr_rounds; /* that the samples want; more follow where cores were shared */
	uint32_t round;
	uint64_t began_ns, planned_ns; /* when the rounds began, and the planned ones were over */
	struct pb_core_quiet cores;
	double quiet; /* see pb_core_quiet() */
	/* The worker's. */
	pid_t pid;
	int replies;
	size_t position; /* in the order: the job that was begun last */
	bool begun;      /* and has not ended */
	uint64_t begun_ns;
};

static bool interrupted(const struct session *s)
{
	return s->request->interrupt && *s->request->interrupt;
}

static int words_check(const struct pb_cell *cell, const struct pb_user *consumer, bool two_cpus)
{
	int ret = pb_axes_refuse(cell, "backend", PB_AXIS_BIT(SHARING));

	if (ret)
		return ret;
	if (cell->nr_pages > consumer->max_pages)
		return pb_fail(-E2BIG, "%llu pages a call: %s takes %zu at most",
			       (unsigned long long)cell->nr_pages, consumer->name,
			       consumer->max_pages);
	if (consumer->before && cell->memory != PB_MEMORY_anon && cell->memory != PB_MEMORY_thp)
		return pb_fail(-EOPNOTSUPP,
			       "%s wants its pages written before each call, which memory '%s' is "
			       "not made for: ask for anon or thp",
			       consumer->name, pb_memory_name(cell->memory));
	return pb_contend_check(cell, consumer, two_cpus);
}

static int tracks_init(struct session *s)
{
	const struct pb_backend_request *request = s->request;

	s->tracks = calloc(request->nr_cells, sizeof(*s->tracks));
	s->order = calloc(request->nr_cells, sizeof(*s->order));
	s->setup.jobs = calloc(request->nr_cells, sizeof(*s->setup.jobs));
	if (!s->tracks || !s->order || !s->setup.jobs)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < request->nr_cells; i++) {
		const struct pb_cell *cell = &request->cells[i];
		struct pb_track *track = &s->tracks[i];
		int ret = pb_track_init(track, cell);

		if (ret)
			return ret;
		track->consumer = pb_user_find(cell->strategy, cell->nr_threads > 1);
		ret = track->consumer ? words_check(cell, track->consumer, s->setup.cpus[1] >= 0)
				      : -EOPNOTSUPP;
		if (ret)
			pb_track_end(track, PB_CELL_REFUSED, ret);
		else if (cell->nr_samples * PB_TRACK_VISITS > s->nr_rounds)
			s->nr_rounds = cell->nr_samples * PB_TRACK_VISITS;
		s->setup.jobs[i] = (struct pb_worker_job){ cell, track->consumer, false, false };
	}
	return 0;
}

/* The last two CPUs that we may use: the first ones take most interrupts. */
static int cpus_choose(int cpus[2])
{
	cpu_set_t allowed;

	cpus[0] = cpus[1] = -1;
	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return pb_fail(-errno, "cannot ask for this process's CPUs: %s", strerror(errno));
	for (int cpu = CPU_SETSIZE - 1; cpu >= 0 && cpus[1] < 0; cpu--)
		if (CPU_ISSET((size_t)cpu, &allowed))
			cpus[cpus[0] >= 0] = cpu;
	return 0;
}

/*
 * The next round's jobs: those whose samples still come, from another one each time. The same cell
 * of several runs stays together, forwards in one round and backwards in the next.
 */
static void round_arrange(struct session *s)
{
	size_t nr_runs = s->request->nr_runs ? s->request->nr_runs : 1;
	size_t nr = s->request->nr_cells;

	for (size_t i = 0; i < nr; i++) {
		size_t cell = (i / nr_runs + (size_t)s->round * 7) % (nr / nr_runs);
		size_t run = s->round % 2 ? nr_runs - 1 - i % nr_runs : i % nr_runs;

		s->order[i] = (uint32_t)(cell * nr_runs + run);
		s->setup.jobs[i].skip = !pb_track_wants(&s->tracks[i], s->quiet);
		s->setup.jobs[i].prove = !s->tracks[i].proved;
	}
	s->setup.order = s->order;
	s->setup.nr_jobs = nr;
}

static void reply_take(struct session *s, const struct pb_worker_reply *reply)
{
	while (s->order[s->position] != reply->job)
		s->position++;
	s->begun = reply->state == PB_CELL_NONE;
	s->begun_ns = pb_clock_ns();
	if (s->begun)
		return;
	if (reply->state == PB_CELL_MEASURED)
		pb_core_quiet_add(&s->cores, reply->values[PB_KIND_FILL]);
	s->quiet = pb_core_quiet(&s->cores);
	pb_track_add(&s->tracks[reply->job], reply, s->quiet);
}

/* The worker died, or was killed, in the job that was begun. */
static void job_bury(struct session *s, int status, bool late)
{
	struct pb_track *track = &s->tracks[s->order[s->position]];
	const char *call = track->consumer->name;

	if (late)
		pb_track_end(track, PB_CELL_FAILED,
			     pb_fail(-ETIMEDOUT, "one sample of %s took more than %u s", call,
				     s->request->cell_limit_s));
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS &&
		 (track->cell->memory == PB_MEMORY_hugetlb_2m ||
		  track->cell->memory == PB_MEMORY_hugetlb_1g))
		pb_track_end(track, PB_CELL_REFUSED,
			     pb_fail(-EOPNOTSUPP,
				     "the kernel gave no page for memory '%s' that it had "
				     "promised (a limit of the hugetlb cgroup?)",
				     pb_memory_name(track->cell->memory)));
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		pb_track_end(track, PB_CELL_REFUSED,
			     pb_fail(-EPERM, "a seccomp filter kills whoever calls %s", call));
	else
		pb_track_end(track, PB_CELL_FAILED,
			     pb_fail(-EIO, "the measuring process died in %s (%s %d)", call,
				     WIFSIGNALED(status) ? "signal" : "exit status",
				     WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)));
}

/* Its next words. *ret_end: there are none. -EBADMSG: they cannot be believed. */
static int reply_next(struct session *s, bool *ret_end)
{
	struct pb_worker_reply reply;
	int ret = pb_reply_read(s->replies, &reply);

	*ret_end = ret <= 0;
	if (ret <= 0)
		return ret;
	ret = pb_reply_check(&reply, &s->setup, s->position, s->begun);
	if (!ret)
		reply_take(s, &reply);
	return ret;
}

/* Reads replies until the worker ends: 0, -EINTR when interrupted, or -EBADMSG. */
static int worker_follow(struct session *s, bool *ret_late)
{
	uint64_t limit_ns = (uint64_t)s->request->cell_limit_s * 1000000000;
	struct pollfd ready = { .fd = s->replies, .events = POLLIN };

	bool end = false;
	int ret;

	*ret_late = false;
	s->begun_ns = pb_clock_ns();
	while (!interrupted(s)) {

		if (limit_ns && pb_clock_ns() - s->begun_ns > limit_ns) {
			*ret_late = true;
			return 0;
		}
		if (poll(&ready, 1, POLL_MS) <= 0)
			continue;
		ret = reply_next(s, &end);
		if (ret || end)
			return ret;
	}
	return -EINTR;
}

/* One round, in as many processes as it takes. */
static int round_run(struct session *s)
{
	bool again = true;

	round_arrange(s);
	for (s->position = 0; again;) {
		bool late = false;
		int status = 0, ret;

		ret = pb_process_start(&s->setup, s->position, &s->pid, &s->replies);
		if (ret)
			return ret;
		s->begun = false;
		ret = worker_follow(s, &late);
		kill(s->pid, late || ret ? SIGKILL : 0);
		waitpid(s->pid, &status, 0);
		close(s->replies);
		again = s->begun;
		if (ret && (!again || ret != -EBADMSG))
			return ret;
		if (ret) {
			pb_track_end(&s->tracks[s->order[s->position++]], PB_CELL_FAILED, ret);
		} else if (again) {
			job_bury(s, status, late);
			s->position++;
		} else if (status) {
			return pb_fail(-EIO, "a measuring process ended with status 0x%x", status);
		}
	}
	return 0;
}

/* Hands over, once, every cell that has ended. */
static int cells_tell(struct session *s)
{
	int ret = 0;

	for (size_t i = 0; i < s->request->nr_cells && !ret; i++) {
		struct pb_track *track = &s->tracks[i];
		struct pb_cell_result result = { 0 };

		if (track->told || track->state == PB_CELL_NONE)
			continue;
		ret = pb_track_result(track, &result);
		if (!ret)
			ret = s->sink->cell_ended(s->data, &result);
		track->told = !ret;
		pb_cell_result_done(&result);
	}
	return ret;
}

/* Hands over what there is of the others: whatever ends this process now, that stays. */
static int cells_keep(struct session *s)
{
	struct pb_cell_result *results = calloc(s->request->nr_cells, sizeof(*results));
	int ret = results ? 0 : pb_fail(-ENOMEM, "out of memory");
	size_t nr = 0;

	for (size_t i = 0; i < s->request->nr_cells && !ret; i++) {
		struct pb_track *track = &s->tracks[i];

		if (track->nr && track->state == PB_CELL_NONE)
			ret = pb_track_so_far(track, &results[nr++]);
	}
	if (!ret && nr)
		ret = s->sink->cells_so_far(s->data, results, nr);
	for (size_t i = 0; i < nr; i++)
		pb_cell_result_done(&results[i]);
	free(results);
	return ret;
}

/* Between rounds nothing is being timed. */
static int round_keep(struct session *s)
{
	int ret = cells_tell(s);

	if (ret || !s->sink->cells_so_far ||
	    pb_clock_ns() - s->kept_ns < KEEP_MS * UINT64_C(1000000))
		return ret;
	ret = cells_keep(s);
	s->kept_ns = pb_clock_ns();
	return ret;
}

static size_t nr_wanting(const struct session *s)
{
	size_t nr = 0;

	for (size_t i = 0; i < s->request->nr_cells; i++)
		nr += pb_track_wants(&s->tracks[i], s->quiet);
	return nr;
}

/*
 * Cells that want nothing more are measured; at the end, all of them. Not before the planned rounds
 * are over: until then a core may turn out to have been shared all the time.
 */
static void cells_settle(struct session *s, bool all)
{
	for (size_t i = 0; i < s->request->nr_cells; i++)
		if (all || !pb_track_wants(&s->tracks[i], s->quiet))
			pb_track_settle(&s->tracks[i]);
}

/* The planned rounds; then as long again at most, for samples that a shared core has spoilt. */
static bool is_round_wanted(struct session *s)
{
	unsigned int nr_runs = s->request->nr_runs ? s->request->nr_runs : 1;
	uint64_t now_ns = pb_clock_ns();

	if (s->round < s->nr_rounds) {
		s->planned_ns = now_ns;
		return true;
	}
	return nr_wanting(s) && now_ns - s->planned_ns < s->planned_ns - s->began_ns &&
	       now_ns - s->began_ns < PATIENCE_S * UINT64_C(1000000000) * nr_runs;
}

static void progress_show(const struct session *s)
{
	size_t nr = s->request->nr_cells;

	if (s->round < s->nr_rounds)
		pb_progress_bar("Measuring", s->round, s->nr_rounds, "rounds of all cells");
	else
		pb_progress_bar("Again, for a core to itself", nr - nr_wanting(s), nr, "cells");
}

static int rounds_run(struct session *s)
{
	int ret = 0;

	s->began_ns = s->planned_ns = s->kept_ns = pb_clock_ns();
	for (s->round = 0; !ret && is_round_wanted(s); s->round++) {
		progress_show(s);
		ret = round_run(s);
		if (s->round + 1 >= s->nr_rounds)
			cells_settle(s, false);
		if (!ret)
			ret = round_keep(s);
	}
	pb_progress_clear();
	cells_settle(s, true);
	return ret;
}

/* Those whose samples did not all come end now, with what there is of them. */
static void cells_end(struct session *s, int why)
{
	for (size_t i = 0; i < s->request->nr_cells; i++) {
		struct pb_track *track = &s->tracks[i];

		if (track->state == PB_CELL_NONE)
			pb_track_end(track, PB_CELL_MISSING,
				     pb_fail(why, "%s after %zu of %u samples",
					     why == -EINTR ? "interrupted" : "the run ended",
					     track->nr, track->cell->nr_samples));
	}
}

static int outcome_tell(const struct session *s)
{
	const struct pb_trials_outcome outcome = {
		.tracks = s->tracks,
		.nr_tracks = s->request->nr_cells,
		.nr_rounds = s->round,
		.nr_planned = s->nr_rounds,
		.quiet = s->quiet,
	};

	return pb_tell_outcome(&outcome, s->sink, s->data);
}

static int request_check(const struct pb_backend_request *request)
{
	if (request->kernel && !pb_streq(request->kernel, "host"))
		return pb_fail(-EINVAL,
			       "backend syscall measures the kernel that runs, not '%s' (leave "
			       "--kernel away, or use --backend vm)",
			       request->kernel);
	if (request->nr_counters)
		return pb_fail(-EINVAL,
			       "backend syscall reads no counters; --counters is for vm and kmod");
	if (request->inject)
		return pb_fail(-EINVAL, "backend syscall cannot inject instructions into a kernel "
					"that is not its own");
	if (request->profile)
		return pb_fail(-EINVAL, "backend syscall cannot say which functions a time was "
					"spent in: profiles want --backend vm");
	return 0;
}

static void session_done(struct session *s)
{
	for (size_t i = 0; s->tracks && i < s->request->nr_cells; i++)
		pb_track_done(&s->tracks[i]);
	free(s->tracks);
	free(s->order);
	free(s->setup.jobs);
}

/* What the cells' processes added to the pools, in this one's name. */
static void pools_give_back(void)
{
	pb_cleanup(pb_buf_done) struct pb_buf said = { 0 };

	if (pb_pools_give_back("", getpid(), &said))
		pb_fail_clear();
	if (said.data)
		pb_progress_say("%.*s", (int)said.len_bytes - 1, said.data);
}

static int syscall_run(const struct pb_backend_request *request, const struct pb_record_sink *sink,
		       void *data)
{
	pb_cleanup(session_done) struct session s = {
		.request = request, .sink = sink, .data = data, .quiet = INFINITY
	};
	int ret = request_check(request), measured;

	if (!ret)
		ret = cpus_choose(s.setup.cpus);
	if (!ret)
		ret = tracks_init(&s);
	if (ret)
		return ret;
	s.setup.budget_ns = VISIT_NS;
	s.setup.tick_ns = pb_clock_calibrate();
	ret = pb_tell_facts(sink, data);
	if (ret)
		return ret;
	pb_progress_say("Timing this kernel's own users of each strategy.");
	measured = rounds_run(&s);
	pools_give_back();
	/* Every cell ends, however far the rounds came. */
	cells_end(&s, measured);
	ret = cells_tell(&s);
	if (!ret)
		ret = outcome_tell(&s);
	if (!ret && measured == -EINTR)
		ret = pb_fail(measured, "interrupted in round %u of %u", s.round, s.nr_rounds);
	else if (!ret && measured)
		ret = pb_fail_in(measured, "round %u of %u", s.round, s.nr_rounds);
	return ret;
}

const struct pb_backend pb_backend_syscall = {
	.name = "syscall",
	.evidence = PB_EVIDENCE_SYSCALL,
	.summary = "this machine's kernel, by system calls that hold pages; no module",
	.can = PB_BACKEND_REPEATS,
	.plan = "native", /* system calls have other sizes, and are contended */
	.run = syscall_run,
};
