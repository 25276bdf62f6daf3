// SPDX-License-Identifier: GPL-2.0-only
/*
 * case - one case in its own process: prepare, hold, event, look, probe, release.
 * Why: fresh pages wait in batches with a reference each, free lists give a process its own frame
 * back, and a touch brings pages in: each step is where it is because of one of these.
 */
#include "bench/semantics/case.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bench/semantics/device.h"
#include "bench/semantics/probe.h"
#include "bench/semantics/subject.h"
#include "bench/semantics/task.h"
#include "common/err.h"
#include "common/str.h"

enum { ENDING_MS = 10000 };

static void frame_note(struct pb_seen *seen, const char *name, const char *addr)
{
	bool swapped = false;
	uint64_t pfn = addr ? pb_frame_at(addr, &swapped) : 0;

	if (pfn)
		pb_seen_add(seen, name, "%llu", (unsigned long long)pfn);
	else
		pb_seen_add(seen, name, swapped ? "swap" : "none");
}

static int case_prepare(const struct pb_case *c, const struct pb_probe *probe,
			struct pb_happening *happening, struct pb_seen *seen)
{
	struct pb_subject *subject = happening->subject;
	int ret = pb_subject_make(subject, c->cell->memory, probe->content);

	if (!ret && c->event->fits)
		ret = c->event->fits(subject);
	if (!ret && c->event->prepare)
		ret = c->event->prepare(happening);
	if (!ret)
		ret = pb_device_drain(c->device);
	if (ret)
		return ret;
	/* A memfd has no name to be opened by from elsewhere. */
	if (subject->fd >= 0) {
		seen->file = true;
		seen->offset = subject->offset;
		if (subject->path)
			snprintf(seen->path, sizeof(seen->path), "%s", subject->path);
		else
			snprintf(seen->path, sizeof(seen->path), "/proc/self/fd/%d", subject->fd);
	}
	seen->huge = subject->huge;
	seen->hugetlb = subject->hugetlb;
	frame_note(seen, "frame.prepared", subject->addr);
	return 0;
}

/* A refusal is a result: no event runs. */
static int case_hold(const struct pb_case *c, const struct pb_subject *subject,
		     struct pb_seen *seen)
{
	char name[PB_ERROR_NAME_LEN];
	int ret = pb_device_hold(c->device, c->strategy, subject->addr, c->writes, seen);

	pb_seen_error(seen, "hold", ret);
	if (ret)
		return pb_fail(ret, "the kernel refuses %s to %s for memory '%s': %s",
			       c->cell->strategy, c->writes ? "write" : "read", c->cell->memory,
			       pb_error_name(-ret, name, sizeof(name)));
	pb_seen_add(seen, "frame.held", "%llu", (unsigned long long)seen->pfn);
	pb_device_look(c->device, seen, "before");
	return pb_device_drain(c->device);
}

/* Device first: what the process does next is what the device's write must survive. */
static bool probe_device_first(const struct pb_case *c, const struct pb_probe *probe,
			       struct pb_happening *happening, struct pb_seen *seen)
{
	const struct pb_subject *subject = happening->subject;
	bool wrote = pb_probe_device_write(probe, c->device, seen), view;
	uint64_t value = 0;

	pb_device_look(c->device, seen, "written");
	if (c->event->restore)
		pb_seen_error(seen, "restored", c->event->restore(happening));
	if (wrote && pb_probe_read(subject->now + PB_PROBE_D2C, &value))
		pb_seen_add(seen, "d2c", value == probe->d2c ? "yes" : "no");
	view = pb_probe_write(subject->now + PB_PROBE_C2D, probe->c2d);
	pb_seen_add(seen, "view", view ? "yes" : "no");
	pb_probe_c2d(probe, c->device, seen, view);
	return view;
}

static bool probe_process_first(const struct pb_case *c, const struct pb_probe *probe,
				const struct pb_happening *happening, struct pb_seen *seen)
{
	const struct pb_subject *subject = happening->subject;
	char *now = subject->now;
	uint64_t value = 0;
	bool view;

	/* Read first: a page that comes back to be read and is written then has two decisions made.
	 */
	if (now && pb_probe_read(now, &value))
		frame_note(seen, "frame.read", now);
	view = now && pb_probe_write(now + PB_PROBE_C2D, probe->c2d);

	pb_seen_add(seen, "view", view ? "yes" : "no");
	pb_probe_c2d(probe, c->device, seen, view);
	if (pb_probe_device_write(probe, c->device, seen) && view &&
	    pb_probe_read(now + PB_PROBE_D2C, &value))
		pb_seen_add(seen, "d2c", value == probe->d2c ? "yes" : "no");
	return view;
}

static void case_probe(const struct pb_case *c, const struct pb_probe *probe,
		       struct pb_happening *happening, struct pb_seen *seen)
{
	const struct pb_subject *subject = happening->subject;
	uint64_t value = 0;
	bool view;

	pb_fillers_make(seen->huge, seen->hugetlb);
	if (c->event->device_first)
		view = probe_device_first(c, probe, happening, seen);
	else
		view = probe_process_first(c, probe, happening, seen);
	/* Read late: reading an empty place would map the zero page there, and be the first touch.
	 */
	if (subject->now && pb_probe_read(subject->now + PB_PROBE_CONTENT, &value))
		pb_seen_add(seen, "carried",
			    value == probe->content || pb_streq(subject->name, "zeropage") ? "yes"
											   : "no");
	frame_note(seen, "frame.touched", subject->now);
	pb_probe_elsewhere(probe, c->device, seen, view);
}

/* The device alone: the CPU might wait for the same lock. */
static void case_blocked(const struct pb_case *c, struct pb_event_task *task, struct pb_seen *seen)
{
	unsigned int limit_ms = c->event->limit_ms ? c->event->limit_ms : 1000;

	pb_seen_add(seen, "blocked", "%u", limit_ms);
	pb_event_task_look(task, seen);
	frame_note(seen, "frame.after", task->happening->subject->now);
	pb_device_look(c->device, seen, "after");
	pb_device_count(c->device, seen);
	pb_seen_error(seen, "released", pb_device_release(c->device, seen));
	if (pb_event_task_wait(task, ENDING_MS))
		pb_seen_error(seen, "event", task->result);
	else
		pb_seen_add(seen, "event", "never");
}

static void case_seen(const struct pb_case *c, const struct pb_probe *probe,
		      struct pb_event_task *task, struct pb_seen *seen)
{
	struct pb_happening *happening = task->happening;

	if (task->result > 0)
		pb_seen_add(seen, "event", "short");
	else
		pb_seen_error(seen, "event", task->result);
	frame_note(seen, "frame.after", happening->subject->now);
	pb_device_look(c->device, seen, "after");
	pb_device_count(c->device, seen);
	case_probe(c, probe, happening, seen);
	pb_device_look(c->device, seen, "touched");
	pb_seen_error(seen, "released", pb_device_release(c->device, seen));
}

static void case_run(const struct pb_case *c, struct pb_seen *seen)
{
	struct pb_subject subject = { .fd = -1 };
	struct pb_happening happening = { .subject = &subject };
	struct pb_event_task task = { .event = c->event, .happening = &happening };
	const struct pb_probe probe = pb_probe_begin(c->cell->index);
	int ret = pb_event_task_start(&task);

	if (!ret)
		ret = case_prepare(c, &probe, &happening, seen);
	if (ret) {
		pb_seen_end(seen, ret == -EOPNOTSUPP ? PB_SEEN_REFUSED : PB_SEEN_FAILED, ret);
		pb_subject_done(&subject);
		return;
	}
	ret = case_hold(c, &subject, seen);
	if (ret) {
		pb_seen_end(seen, seen->handle ? PB_SEEN_FAILED : PB_SEEN_UNHELD, ret);
		pb_subject_done(&subject);
		return;
	}
	seen->stage = PB_SEEN_HELD;
	if (pb_event_task_go(&task))
		case_seen(c, &probe, &task, seen);
	else
		case_blocked(c, &task, seen);
	if (c->event->end)
		c->event->end(&happening);
	pb_subject_done(&subject);
	seen->stage = PB_SEEN_DONE;
}

void pb_case_main(const struct pb_case *c, struct pb_seen *seen)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	case_run(c, seen);
	_exit(0);
}

void pb_case_orphan(const struct pb_case *c, struct pb_seen *seen)
{
	const struct pb_probe probe = pb_probe_begin(c->cell->index);

	pb_seen_add(seen, "event", "ok");
	pb_seen_add(seen, "frame.after", "none");
	pb_device_look(c->device, seen, "after");
	pb_device_count(c->device, seen);
	pb_fillers_make(seen->huge, seen->hugetlb);
	pb_seen_add(seen, "view", "no");
	pb_probe_c2d(&probe, c->device, seen, false);
	(void)pb_probe_device_write(&probe, c->device, seen);
	pb_seen_add(seen, "frame.touched", "none");
	/* A file without a name went with its process. */
	seen->file = seen->file && strncmp(seen->path, "/proc/", strlen("/proc/")) != 0;
	pb_probe_elsewhere(&probe, c->device, seen, false);
	pb_fillers_drop();
	pb_probe_end();
	pb_device_look(c->device, seen, "touched");
	pb_seen_error(seen, "released", pb_device_release(c->device, seen));
}
