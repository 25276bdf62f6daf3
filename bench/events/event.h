/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event - what happens to a page while it is held, one event at a time.
 * Why: an event is one file and one row; everything around it (holding, looking, probing) is the
 * same for all of them (bench/semantics/watch.h).
 */
#ifndef BENCH_EVENTS_EVENT_H
#define BENCH_EVENTS_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "bench/memory/memory.h"
#include "common/cleanup.h"

/* The memory whose first page is held. */
struct pb_subject {
	const char *name;
	struct pb_memory memory;
	size_t page_bytes;
	char *addr;     /* of the page that is held */
	char *now;      /* where the process finds it after the event; NULL: nowhere */
	bool shared;    /* mapped shared */
	bool anon;      /* private memory without a file */
	bool huge;      /* a folio of a huge page's size */
	bool hugetlb;   /* of the pool */
	bool device;    /* persistent memory: in no list of the kernel's, and never moved */
	bool unwritten; /* to write would make other memory of it */
	int fd;         /* the file behind it; -1: none */
	off_t offset;   /* of the page, in the file */
	char *path;     /* the file's name; NULL: it has none. Belongs to memory */
};

/* One event under way, in the process that has the page. */
struct pb_happening {
	struct pb_subject *subject;
	pid_t child;        /* of a fork that waits for its end; 0: none */
	char *beside;       /* another page, of the event's own */
	bool no_touch;      /* what was mapped there is not to be touched any more */
	unsigned int block; /* of memory, that the page was in */
	int uffd;           /* userfaultfd's; 0: none */
};

/* Where the page has to come from. */
enum pb_event_place { PB_EVENT_ANYWHERE, PB_EVENT_SECOND_NODE, PB_EVENT_MOVABLE_ZONE };

enum pb_actor { PB_ACTOR_SELF, PB_ACTOR_OTHER, PB_ACTOR_MM, PB_ACTOR_FS };

/*
 * enter() comes before there is memory. fits() looks whether the event can happen to such memory on
 * this kernel: -EOPNOTSUPP with a message where it cannot. prepare() comes before the hold. act() is the event, in a task of its
 * own: 0, a positive number where the kernel did less than was asked (short), or -errno as the
 * kernel gave it; no message. restore() comes between the device's write and the process's own
 * where device_first. tracked() is asked after the device's write: did who asked to be told of writes
 * learn of it? end() takes back what act() left. leaves() is the controller's, where the process has
 * ended, and again after the release: is something of it left? Any may be NULL but act().
 */
struct pb_event {
	const char *name;
	bool ends_process; /* act() does not come back */
	bool device_first; /* the device's write comes before any touch of the process */
	bool marks_dirty;  /* who holds it marks it dirty when letting go, as who wrote should */
	bool machine;      /* acts on more than its own process and files: for a guest alone */
	bool talks;        /* the kernel tells of each try that fails: only a splat is a fault */
	enum pb_event_place place;
	unsigned int limit_ms; /* beyond which it is blocked; 0: a second */
	int (*enter)(void) pb_must_check;
	int (*fits)(const struct pb_subject *subject) pb_must_check;
	int (*prepare)(struct pb_happening *happening) pb_must_check;
	int (*act)(struct pb_happening *happening) pb_must_check;
	int (*restore)(struct pb_happening *happening) pb_must_check;
	bool (*tracked)(const struct pb_happening *happening);
	void (*end)(struct pb_happening *happening);
	bool (*leaves)(void);
};

/* The event of this name, or NULL. */
const struct pb_event *pb_event_find(const char *name);

/* fits() of several: -EOPNOTSUPP with a message where the subject is none of these. */
int pb_event_wants_anon(const struct pb_subject *subject) pb_must_check;
int pb_event_wants_huge(const struct pb_subject *subject) pb_must_check;
int pb_event_wants_file(const struct pb_subject *subject) pb_must_check;
int pb_event_wants_path(const struct pb_subject *subject) pb_must_check;
int pb_event_wants_lru(const struct pb_subject *subject) pb_must_check;
int pb_event_wants_small(const struct pb_subject *subject) pb_must_check;

/* madvise() of the page that is held, the whole huge page where it is one. */
int pb_event_advise(const struct pb_subject *subject, int advice) pb_must_check;

/* The bytes that one entry of the page tables maps there. */
size_t pb_event_bytes(const struct pb_subject *subject);

/* Writes @text to a file of the kernel's. -errno, no message. */
int pb_event_put(const char *path, const char *text) pb_must_check;

#define PB_EVENT(ident, name, actor, summary) extern const struct pb_event pb_event_##ident;
#include "bench/events/events.def"
#undef PB_EVENT

#endif
