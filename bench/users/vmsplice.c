// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmsplice - FOLL_GET by the fast path: pages put into a pipe, then spliced away to /dev/null.
 * Why: the one consumer of a plain get that holds its pages until it is told to let go.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench/users/futex.h"
#include "bench/users/user.h"
#include "common/err.h"

struct pipes {
	int ends[2];
	int null;
};

static int vmsplice_open(struct pb_use *use)
{
	struct pipes *pipes = malloc(sizeof(*pipes));
	size_t want_bytes = use->nr_pages * use->page_bytes;

	if (!pipes)
		return pb_fail(-ENOMEM, "out of memory");
	*pipes = (struct pipes){ { -1, -1 }, -1 };
	use->state = pipes;
	if (pipe2(pipes->ends, O_CLOEXEC))
		return pb_fail(-errno, "cannot make a pipe: %s", strerror(errno));
	pipes->null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (pipes->null < 0)
		return pb_fail(-errno, "cannot open '/dev/null': %s", strerror(errno));
	if (fcntl(pipes->ends[1], F_SETPIPE_SZ, (int)want_bytes) < 0)
		return pb_fail(-errno,
			       "a pipe cannot be made to take %zu pages: %s (see "
			       "/proc/sys/fs/pipe-max-size and pipe-user-pages-soft)",
			       use->nr_pages, strerror(errno));
	return 0;
}

static void vmsplice_close(struct pb_use *use)
{
	struct pipes *pipes = use->state;

	if (!pipes)
		return;
	closep(&pipes->ends[0]);
	closep(&pipes->ends[1]);
	closep(&pipes->null);
	free(pipes);
	use->state = NULL;
}

static int vmsplice_acquire(struct pb_use *use, char *buffer)
{
	const struct pipes *pipes = use->state;
	struct iovec pages = { buffer, use->nr_pages * use->page_bytes };
	ssize_t got = vmsplice(pipes->ends[1], &pages, 1, SPLICE_F_NONBLOCK);

	return got == (ssize_t)pages.iov_len ? 0 : got < 0 ? -errno : -EIO;
}

static int vmsplice_release(struct pb_use *use, char *buffer)
{
	const struct pipes *pipes = use->state;
	size_t len_bytes = use->nr_pages * use->page_bytes;
	ssize_t got = splice(pipes->ends[0], NULL, pipes->null, NULL, len_bytes, SPLICE_F_NONBLOCK);

	(void)buffer;
	return got == (ssize_t)len_bytes ? 0 : got < 0 ? -errno : -EIO;
}

static int vmsplice_base(struct pb_use *use, char *buffer)
{
	const struct pipes *pipes = use->state;
	struct iovec nothing = { buffer, 0 };

	return vmsplice(pipes->ends[1], &nothing, 1, SPLICE_F_NONBLOCK) ? -EIO : 0;
}

static int splice_base(struct pb_use *use, char *buffer)
{
	const struct pipes *pipes = use->state;
	ssize_t got = splice(pipes->ends[0], NULL, pipes->null, NULL,
			     use->nr_pages * use->page_bytes, SPLICE_F_NONBLOCK);

	(void)buffer;
	return got < 0 && errno == EAGAIN ? 0 : -EIO;
}

static const char *vmsplice_symbol(const struct pb_use *use)
{
	(void)use;
	return "get_user_pages_fast";
}

const struct pb_user pb_user_vmsplice = {
	.name = "vmsplice",
	.strategy = "get-fast",
	.baseline = "vmsplice of no byte; splice of an empty pipe (EAGAIN)",
	.pair = "FUTEX_WAKE of shared futexes, and of private ones: a page got and put, and none",
	.max_pages = 256,
	.open = vmsplice_open,
	.close = vmsplice_close,
	.symbol = vmsplice_symbol,
	.acquire = vmsplice_acquire,
	.release = vmsplice_release,
	.base_acquire = vmsplice_base,
	.base_release = splice_base,
	.pair_call = pb_futex_wake_shared,
	.pair_base = pb_futex_wake_private,
};
