// SPDX-License-Identifier: GPL-2.0-only
/*
 * event - the table of events, and what several of them share.
 * Why: what an event cannot happen to is said in the same words by all.
 */
#include "bench/events/event.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/err.h"
#include "common/str.h"

enum { HUGE_BYTES = 2 << 20 };

static const struct pb_event *const events[] = {
#define PB_EVENT(ident, name, actor, summary) &pb_event_##ident,
#include "bench/events/events.def"
#undef PB_EVENT
};

const struct pb_event *pb_event_find(const char *name)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(events); i++)
		if (pb_streq(events[i]->name, name))
			return events[i];
	return NULL;
}

int pb_event_wants_anon(const struct pb_subject *subject)
{
	return subject->anon
		       ? 0
		       : pb_fail(-EOPNOTSUPP, "the event is for anonymous memory, and '%s' is not",
				 subject->name);
}

int pb_event_wants_huge(const struct pb_subject *subject)
{
	return subject->huge && !subject->hugetlb && !subject->device
		       ? 0
		       : pb_fail(-EOPNOTSUPP,
				 "the event splits a transparent huge page, and '%s' has none",
				 subject->name);
}

int pb_event_wants_small(const struct pb_subject *subject)
{
	return subject->anon && !subject->huge && subject->memory.len_bytes >= HUGE_BYTES
		       ? 0
		       : pb_fail(-EOPNOTSUPP,
				 "the event is for a range of small anonymous pages, and '%s' has none",
				 subject->name);
}

int pb_event_wants_lru(const struct pb_subject *subject)
{
	return subject->device || subject->hugetlb || subject->unwritten
		       ? pb_fail(-EOPNOTSUPP,
				 "the event is for pages that the kernel can take elsewhere by "
				 "itself, and '%s' has none",
				 subject->name)
		       : 0;
}

int pb_event_wants_file(const struct pb_subject *subject)
{
	return subject->fd >= 0 ? 0
				: pb_fail(-EOPNOTSUPP,
					  "the event is for memory of a file, and '%s' has none",
					  subject->name);
}

int pb_event_wants_path(const struct pb_subject *subject)
{
	return subject->path ? 0
			     : pb_fail(-EOPNOTSUPP,
				       "the event is for a file with a name, and '%s' has none",
				       subject->name);
}

size_t pb_event_bytes(const struct pb_subject *subject)
{
	return subject->huge ? HUGE_BYTES : subject->page_bytes;
}

int pb_event_advise(const struct pb_subject *subject, int advice)
{
	return madvise(subject->addr, pb_event_bytes(subject), advice) ? -errno : 0;
}

int pb_event_put(const char *path, const char *text)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;
}
