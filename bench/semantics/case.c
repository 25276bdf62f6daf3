// SPDX-License-Identifier: GPL-2.0-only
/*
 * case - one case in its own process: prepare, hold, event, look, probe, release.
 * Why: fresh pages wait in batches with a reference each, free lists give a process its own frame
 * back, and a touch brings pages in: each step is where it is because of one of these.
 */
#include "bench/semantics/case.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bench/memory/block.h"
#include "bench/semantics/device.h"
#include "bench/semantics/machine.h"
#include "bench/semantics/media.h"
#include "bench/semantics/other.h"
#include "bench/semantics/probe.h"
#include "bench/semantics/subject.h"
#include "bench/semantics/task.h"
#include "collect/observed.h"
#include "common/err.h"

enum { ENDING_MS = 10000 };

static void frame_note(struct pb_seen *seen, const char *name, const char *addr)
{
	static const char *const words[] = {
		[PB_FRAME_NONE] = "none",
		[PB_FRAME_SWAPPED] = "swap",
		[PB_FRAME_HIDDEN] = PB_FRAME_HIDDEN_WORD,
	};
	enum pb_frame frame = PB_FRAME_NONE;
	uint64_t pfn = addr ? pb_frame_at(addr, &frame) : 0;

	if (frame == PB_FRAME_THERE)
		pb_seen_add(seen, name, "%llu", (unsigned long long)pfn);
	else
		pb_seen_add(seen, name, "%s", words[frame]);
}

/* Where it lies, and after the hold: a pin for long must not stay in ZONE_MOVABLE. */
static int zone_note(uint64_t pfn, const char *name, struct pb_seen *seen, bool *ret_movable)
{
	unsigned int block;
	int ret = pb_block_of_frame(pfn, &block);

	if (ret)
		return ret;
	*ret_movable = pb_block_is_movable(block);
	pb_seen_add(seen, name, *ret_movable ? "movable" : "other");
	return 0;
}

static int case_place(const struct pb_case *c, const struct pb_probe *probe,
		      struct pb_subject *subject, struct pb_seen *seen)
{
	bool movable = false;
	int ret = pb_place_begin(c->place);

	if (!ret && c->event->enter)
		ret = c->event->enter();
	if (!ret)
		ret = pb_subject_make(subject, c->cell->memory, probe->content);
	pb_place_end();
	if (ret || c->place != PB_EVENT_MOVABLE_ZONE)
		return ret;
	ret = zone_note(pb_frame_at(subject->addr, NULL), "zone.prepared", seen, &movable);
	if (!ret && !movable)
		ret = pb_fail(-EOPNOTSUPP, "memory '%s' does not lie in ZONE_MOVABLE here",
			      subject->name);
	return ret;
}

static int case_prepare(const struct pb_case *c, const struct pb_probe *probe,
			struct pb_happening *happening, struct pb_seen *seen)
{
	struct pb_subject *subject = happening->subject;
	int ret = case_place(c, probe, subject, seen);

	if (!ret && c->media)
		ret = pb_media_check(c->writes, subject);
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
			       c->cell->strategy, c->writes ? "write" : "read",
			       pb_memory_name(c->cell->memory),
			       pb_error_name(-ret, name, sizeof(name)));
	if (seen->pfn)
		pb_seen_add(seen, "frame.held", "%llu", (unsigned long long)seen->pfn);
	else
		pb_seen_add(seen, "frame.held", PB_FRAME_HIDDEN_WORD);
	pb_device_look(c->device, seen, "before");
	if (c->place == PB_EVENT_MOVABLE_ZONE) {
		bool movable;

		ret = zone_note(seen->pfn, "zone.held", seen, &movable);
	}
	return ret ? ret : pb_device_drain(c->device);
}

/* Device first: what the process does next is what the device's write must survive. */
static bool probe_device_first(const struct pb_case *c, const struct pb_probe *probe,
			       struct pb_happening *happening, struct pb_seen *seen)
{
	const struct pb_subject *subject = happening->subject;
	bool wrote = pb_probe_device_write(probe, c->device, seen), view;
	uint64_t value = 0;

	pb_device_look(c->device, seen, "written");
	if (wrote && c->event->tracked)
		pb_seen_add(seen, "tracked", c->event->tracked(happening) ? "yes" : "no");
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
		       struct pb_happening *happening, struct pb_other *other, struct pb_seen *seen)
{
	const struct pb_subject *subject = happening->subject;
	uint64_t value = 0;
	bool view;

	pb_fillers_make(seen->huge, seen->hugetlb);
	pb_other_make(other, subject);
	if (c->event->device_first)
		view = probe_device_first(c, probe, happening, seen);
	else
		view = probe_process_first(c, probe, happening, seen);
	/* Read late: reading an empty place would map the zero page there, and be the first touch.
	 */
	if (subject->now && pb_probe_read(subject->now + PB_PROBE_CONTENT, &value))
		pb_seen_add(seen, "carried",
			    value == probe->content || subject->unwritten ? "yes" : "no");
	frame_note(seen, "frame.touched", subject->now);
	pb_probe_elsewhere(probe, c->device, seen, view);
	pb_other_look(other, subject, probe, seen);
}

static bool case_dirties(const struct pb_case *c)
{
	return c->event->marks_dirty && c->writes && pb_observe_strategy_owned(c->strategy);
}

static void case_release(const struct pb_case *c, struct pb_seen *seen)
{
	pb_seen_error(seen, "released", pb_device_release(c->device, seen, case_dirties(c)));
}

/* The process touches the page last of all, when all that is asked is answered. */
static void case_media(const struct pb_case *c, const struct pb_probe *probe,
		       const struct pb_subject *subject, struct pb_seen *seen)
{
	uint64_t value = 0;

	pb_fillers_make(seen->huge, seen->hugetlb);
	pb_media_write(probe, c->device, seen);
	pb_device_look(c->device, seen, "written");
	case_release(c, seen);
	pb_media_look(probe, subject->fd, subject->now, seen);
	if (subject->now && pb_probe_read(subject->now + PB_PROBE_CONTENT, &value))
		pb_seen_add(seen, "carried", value == probe->content ? "yes" : "no");
	frame_note(seen, "frame.touched", subject->now);
}

/* The device alone: the CPU might wait for the same lock. */
static void case_blocked(const struct pb_case *c, const struct pb_probe *probe,
			 struct pb_event_task *task, struct pb_seen *seen)
{
	unsigned int limit_ms = c->event->limit_ms ? c->event->limit_ms : 1000;

	pb_seen_add(seen, "blocked", "%u", limit_ms);
	pb_event_task_look(task, seen);
	frame_note(seen, "frame.after", task->happening->subject->now);
	pb_device_look(c->device, seen, "after");
	pb_device_count(c->device, seen);
	if (c->media)
		pb_media_write(probe, c->device, seen);
	case_release(c, seen);
	if (!pb_event_task_wait(task, ENDING_MS)) {
		pb_seen_add(seen, "event", "never");
		return;
	}
	pb_seen_error(seen, "event", task->result);
	if (c->media)
		pb_media_look(probe, task->happening->subject->fd, true, seen);
}

static void case_seen(const struct pb_case *c, const struct pb_probe *probe,
		      struct pb_event_task *task, struct pb_other *other, struct pb_seen *seen)
{
	struct pb_happening *happening = task->happening;

	if (task->result > 0)
		pb_seen_add(seen, "event", "short");
	else
		pb_seen_error(seen, "event", task->result);
	frame_note(seen, "frame.after", happening->subject->now);
	pb_device_look(c->device, seen, "after");
	pb_device_count(c->device, seen);
	if (c->media) {
		case_media(c, probe, happening->subject, seen);
		return;
	}
	case_probe(c, probe, happening, other, seen);
	pb_device_look(c->device, seen, "touched");
	case_release(c, seen);
}

static void case_run(const struct pb_case *c, struct pb_seen *seen)
{
	struct pb_subject subject = { .fd = -1 };
	struct pb_happening happening = { .subject = &subject };
	struct pb_event_task task = { .event = c->event, .happening = &happening };
	struct pb_other other;
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
	pb_other_begin(&other, &subject);
	if (c->media)
		pb_media_write_before(&probe, c->device, seen);
	seen->stage = PB_SEEN_HELD;
	if (pb_event_task_go(&task))
		case_seen(c, &probe, &task, &other, seen);
	else
		case_blocked(c, &probe, &task, seen);
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

/* What is left of the process, and what the file has. A file without a name went with it. */
static void orphan_probe(const struct pb_case *c, const struct pb_probe *probe,
			 struct pb_seen *seen)
{
	pb_fillers_make(seen->huge, seen->hugetlb);
	pb_seen_add(seen, "view", "no");
	pb_probe_c2d(probe, c->device, seen, false);
	(void)pb_probe_device_write(probe, c->device, seen);
	pb_seen_add(seen, "frame.touched", "none");
	seen->file = seen->file && strncmp(seen->path, "/proc/", strlen("/proc/")) != 0;
	pb_probe_elsewhere(probe, c->device, seen, false);
	pb_fillers_drop();
	pb_device_look(c->device, seen, "touched");
	case_release(c, seen);
}

static void orphan_media(const struct pb_case *c, const struct pb_probe *probe,
			 struct pb_seen *seen)
{
	_cleanup_close_ int fd = open(seen->path, O_RDWR | O_CLOEXEC);

	pb_media_write(probe, c->device, seen);
	case_release(c, seen);
	if (fd >= 0)
		pb_media_look(probe, fd, false, seen);
}

void pb_case_orphan(const struct pb_case *c, struct pb_seen *seen)
{
	const struct pb_probe probe = pb_probe_begin(c->cell->index);

	pb_seen_add(seen, "event", c->event->leaves && c->event->leaves() ? "short" : "ok");
	pb_seen_add(seen, "frame.after", "none");
	pb_device_look(c->device, seen, "after");
	pb_device_count(c->device, seen);
	if (c->media)
		orphan_media(c, &probe, seen);
	else
		orphan_probe(c, &probe, seen);
	pb_probe_end();
	if (c->event->leaves)
		pb_seen_add(seen, "left.released", c->event->leaves() ? "yes" : "no");
}
