// SPDX-License-Identifier: GPL-2.0-only
/*
 * run - a user from its set-up to its end: seen first, then warm, then counted.
 * Why: what a call does must be known before its number means anything, and a probe that fires is
 * no part of the number.
 */
#include "bench/users/guest/run.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/agent/task.h"
#include "bench/users/guest/scatter.h"
#include "common/err.h"
#include "common/str.h"
#include "kmods/uapi/mark.h"

enum { HARNESS_WINDOWS = 5, TRIES = 4, LOCKED_MIB = 512 };

/*
 * Who may lock what it likes is not accounted at all: users of RLIMIT_MEMLOCK are measured as the
 * unprivileged programs that they are in the field.
 */
static int accounted_become(void)
{
	const struct rlimit limit = { (rlim_t)LOCKED_MIB << 20, (rlim_t)LOCKED_MIB << 20 };
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2];

	if (setrlimit(RLIMIT_MEMLOCK, &limit) || syscall(SYS_capget, &head, caps))
		return pb_fail(-errno, "cannot set RLIMIT_MEMLOCK: %s", strerror(errno));
	caps[0].effective &= ~(1U << CAP_IPC_LOCK);
	if (syscall(SYS_capset, &head, caps))
		return pb_fail(-errno, "cannot give CAP_IPC_LOCK away: %s", strerror(errno));
	return 0;
}

static int memory_make(struct pb_guest_use *use, const struct pb_cell *cell)
{
	const struct pb_memory_type *type = pb_memory_find(cell->memory);
	int ret;

	if (!type)
		return pb_fail(-EOPNOTSUPP, "memory '%s' is unknown to this agent",
			       pb_memory_name(cell->memory));
	ret = type->prepare(&use->memory, cell->nr_pages);
	if (!ret)
		ret = pb_guest_scatter(use->memory.addr, use->nr_pages);
	if (!ret)
		ret = pb_memory_drain();
	if (!ret)
		ret = type->verify(&use->memory);
	use->buffer = use->memory.addr;
	return ret;
}

static void use_done(const struct pb_guest_user *user, struct pb_guest_use *use)
{
	if (user->close)
		user->close(use);
	for (int i = 0; i < PB_GUEST_FDS; i++)
		closep(&use->fds[i]);
	if (use->map)
		munmap(use->map, use->map_bytes);
	if (use->child) {
		kill(use->child, SIGKILL);
		waitpid(use->child, NULL, 0);
	}
	free(use->state);
	pb_memory_release(&use->memory);
}

static int call_make(struct pb_guest_use *use, pb_guest_call call, const char *what)
{
	int code = call ? call(use) : 0;

	return code ? pb_fail(code, "%s: %s", what, strerror(-code)) : 0;
}

/* Of what is limited the limit is told: it is what whoever reads this can change. */
static int call_refused(const struct pb_guest_use *use, int code)
{
	_cleanup_free_ char *what = pb_format("the call, of %zu pages", use->nr_pages);
	struct rlimit limit = { 0 };
	int ret = what ? pb_guest_refused(what, code) : -ENOMEM;

	if ((code != -ENOMEM && code != -ENOBUFS) || getrlimit(RLIMIT_MEMLOCK, &limit))
		return ret;
	return pb_fail(ret, "%s (%zu KiB; RLIMIT_MEMLOCK is %llu KiB)",
		       strdupa(pb_fail_message(ret)), use->len_bytes >> 10,
		       (unsigned long long)limit.rlim_cur >> 10);
}

/* One acquire and its release, each with the kprobes on. */
static int entries_see(const struct pb_guest_user *user, struct pb_guest_use *use,
		       struct pb_guest_outcome *outcome)
{
	int code, ret = call_make(use, user->before, "what goes before a call");

	if (!ret)
		ret = pb_entries_begin();
	if (ret)
		return ret;
	code = user->acquire(use);
	ret = pb_entries_take(&outcome->acquire);
	if (code)
		return call_refused(use, code);
	if (!ret && user->release) {
		ret = pb_entries_begin();
		code = ret ? 0 : user->release(use);
		if (!ret)
			ret = pb_entries_take(&outcome->release);
	}
	if (!ret && code)
		ret = pb_fail(code, "the call that lets go: %s", strerror(-code));
	if (ret)
		return ret;
	/* A ring takes any request, and says afterwards that it does not know it. */
	code = user->after ? user->after(use) : 0;
	return code ? pb_guest_refused("what comes behind a call", code) : 0;
}

/* One that did not do what its row says would be a number of something else. */
static int entries_check(const struct pb_guest_row *row, const struct pb_entries *seen)
{
	uint64_t nr_held =
		pb_entries_count(seen, PB_ENTRY_PIN) + pb_entries_count(seen, PB_ENTRY_GET);

	switch (row->calls) {
	case PB_GUEST_GUP:
		return nr_held ? 0
			       : pb_fail(-ENODATA, "it took no page: none of get_user_pages*() and "
						   "pin_user_pages*() was called");
	case PB_GUEST_FAULTS:
		return pb_entries_count(seen, PB_ENTRY_FAULT) || nr_held
			       ? 0
			       : pb_fail(-ENODATA, "it was not seen to bring a page in");
	case PB_GUEST_WALKS:
		return pb_entries_count(seen, PB_ENTRY_WALK) ||
				       pb_entries_count(seen, PB_ENTRY_FAULT) || nr_held
			       ? 0
			       : pb_fail(-ENODATA, "it was not seen to look at a page");
	case PB_GUEST_NOTHING:
		break;
	}
	return nr_held ? pb_fail(-EBADE, "it took pages, and is there to show what none costs") : 0;
}

static int once(const struct pb_guest_user *user, struct pb_guest_use *use,
		struct pb_guest_outcome *outcome)
{
	int code, ret = call_make(use, user->before, "what goes before a call");

	if (ret)
		return ret;
	code = pb_guest_acquire(use, user->acquire, outcome ? &outcome->acquired : NULL);
	if (code)
		return pb_fail(code, "the call: %s", strerror(-code));
	code = user->release
		       ? pb_guest_release(use, user->release, outcome ? &outcome->released : NULL)
		       : 0;
	if (code)
		return pb_fail(code, "the call that lets go: %s", strerror(-code));
	return call_make(use, user->after, "what comes behind a call");
}

/* Until there are samples enough of each phase, or windows that count do not come. */
static int samples_take(const struct pb_guest_user *user, struct pb_guest_use *use,
			const struct pb_cell *cell, struct pb_guest_outcome *outcome)
{
	uint32_t nr =
		cell->nr_samples < PB_WINDOW_SAMPLES_MAX ? cell->nr_samples : PB_WINDOW_SAMPLES_MAX;
	int ret = 0;

	pb_task_mark(cell->index);
	for (uint32_t i = 0; i < cell->nr_warmup && !ret; i++)
		ret = once(user, use, NULL);
	outcome->harness_ticks = pb_guest_harness(use, HARNESS_WINDOWS);
	pb_mark(PB_MARK_RUN_BEGIN);
	for (uint32_t i = 0; i < TRIES * nr && !ret; i++) {
		if (outcome->acquired.nr >= nr && (!user->release || outcome->released.nr >= nr))
			break;
		ret = once(user, use, outcome);
	}
	pb_mark(PB_MARK_RUN_END);
	return ret;
}

static int samples_check(const struct pb_guest_outcome *outcome)
{
	const struct pb_guest_samples *acquired = &outcome->acquired;

	if (acquired->nr)
		return 0;
	return pb_fail(-EOPNOTSUPP,
		       "the task did not run throughout in any of %u windows (it slept in %u, and "
		       "was preempted in %u): instructions are not counted while it waits",
		       acquired->nr_slept + acquired->nr_preempted, acquired->nr_slept,
		       acquired->nr_preempted);
}

static int use_run(const struct pb_guest_row *row, const struct pb_cell *cell,
		   struct pb_guest_use *use, struct pb_guest_outcome *outcome)
{
	int ret = memory_make(use, cell);

	if (!ret)
		ret = accounted_become();
	if (!ret && row->user->open)
		ret = row->user->open(use);
	if (!ret)
		ret = entries_see(row->user, use, outcome);
	if (ret == -EOPNOTSUPP && *row->needs)
		ret = pb_fail(ret, "%s (it needs %s)", strdupa(pb_fail_message(ret)), row->needs);
	if (!ret)
		ret = entries_check(row, &outcome->acquire);
	if (!ret)
		ret = samples_take(row->user, use, cell, outcome);
	return ret ? ret : samples_check(outcome);
}

void pb_guest_run(const struct pb_guest_row *row, const struct pb_cell *cell,
		  struct pb_guest_outcome *outcome)
{
	struct pb_guest_use use = {
		.nr_pages = cell->nr_pages,
		.page_bytes = (size_t)sysconf(_SC_PAGESIZE),
	};
	int ret;

	use.len_bytes = use.nr_pages * use.page_bytes;
	for (int i = 0; i < PB_GUEST_FDS; i++)
		use.fds[i] = -1;
	ret = use_run(row, cell, &use, outcome);
	outcome->code = ret;
	if (ret)
		snprintf(outcome->reason, sizeof(outcome->reason), "%s", pb_fail_message(ret));
	use_done(row->user, &use);
	outcome->ended = true;
}
