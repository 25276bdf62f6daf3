// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmsplice - pages of a process put into a pipe, and spliced away to /dev/null.
 * Why: they are held until somebody reads the pipe, by a plain reference.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench/users/guest/guest.h"
#include "common/err.h"

enum { READ_END, WRITE_END, NULL_FD };

static int splice_open(struct pb_guest_use *use)
{
	if (pipe2(use->fds, O_CLOEXEC) ||
	    fcntl(use->fds[WRITE_END], F_SETPIPE_SZ, (int)use->len_bytes) < 0)
		return pb_guest_refused("a pipe of that many pages", -errno);
	return pb_guest_open_fd(use, NULL_FD, "/dev/null", O_WRONLY);
}

static int splice_acquire(struct pb_guest_use *use)
{
	const struct iovec pages = { use->buffer, use->len_bytes };

	return pb_guest_got(vmsplice(use->fds[WRITE_END], &pages, 1, SPLICE_F_NONBLOCK),
			    (long)use->len_bytes);
}

static int splice_release(struct pb_guest_use *use)
{
	return pb_guest_got(splice(use->fds[READ_END], NULL, use->fds[NULL_FD], NULL,
				   use->len_bytes, SPLICE_F_NONBLOCK),
			    (long)use->len_bytes);
}

const struct pb_guest_user pb_guest_vmsplice = {
	.open = splice_open,
	.acquire = splice_acquire,
	.release = splice_release,
};
