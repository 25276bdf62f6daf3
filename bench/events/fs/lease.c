// SPDX-License-Identifier: GPL-2.0-only
/*
 * lease - the process has a lease on the file (F_SETLEASE), and somebody else opens it to write.
 * Why: a lease has been proposed as what a pin of a DAX file should wait for; as it is, the two know
 * nothing of each other, and it breaks at its time with or without a pin.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/events/event.h"
#include "common/err.h"

/* In seconds; longer than an event may take before it counts as blocked. */
#define BREAK_TIME "3"

/*
 * A lease to write is refused while the file is open by another descriptor: the mapping has to
 * become one of the leased descriptor's own.
 */
static int lease_prepare(struct pb_happening *happening)
{
	struct pb_subject *subject = happening->subject;
	struct pb_memory *memory = &subject->memory;

	if (mmap(memory->addr, memory->len_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		 subject->fd, subject->offset) == MAP_FAILED)
		return pb_fail(-errno, "cannot map the file again: %s", strerror(errno));
	*(volatile char *)(subject->addr + subject->page_bytes - 1) = 1;
	signal(SIGIO, SIG_IGN); /* the word that the lease is to be given up; it is not */
	if (pb_event_put("/proc/sys/fs/lease-break-time", BREAK_TIME) ||
	    fcntl(subject->fd, F_SETLEASE, F_WRLCK))
		return pb_fail(-errno, "cannot take a lease on memory '%s': %s", subject->name,
			       strerror(errno));
	return 0;
}

static int lease_act(struct pb_happening *happening)
{
	_cleanup_close_ int fd = open(happening->subject->path, O_WRONLY | O_CLOEXEC);

	return fd < 0 ? -errno : 0;
}

static int lease_fits(const struct pb_subject *subject)
{
	if (!subject->path || !subject->shared)
		return pb_fail(-EOPNOTSUPP,
			       "the event is for a shared file with a name, and '%s' is none",
			       subject->name);
	return 0;
}

const struct pb_event pb_event_lease = {
	.name = "lease",
	.fits = lease_fits,
	.prepare = lease_prepare,
	.act = lease_act,
};
