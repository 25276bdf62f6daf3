// SPDX-License-Identifier: GPL-2.0-only
/*
 * opening - opens what a user named, which may be a pipe that nobody has the other end of.
 * Why: see opening.h.
 */
#include "common/opening.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEP_MS = 20 };

/*
 * Of a pipe without a writer tee() copies nothing, of one that has not written yet it says EAGAIN.
 * What was written stays. Where it is not known it counts as there, and reading says the rest.
 */
static bool is_written_to(int fd)
{
	int ends[2];
	ssize_t len;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return true;
	len = tee(fd, ends[1], 1, SPLICE_F_NONBLOCK);
	close(ends[0]);
	close(ends[1]);
	return len != 0;
}

static int blocking_set(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0 ? -errno : 0;
}

/* 1: nobody has the other end; else as pb_opening(). */
static int open_try(const char *path, int mode, int *held)
{
	_cleanup_close_ int fd = pb_steal_fd(*held);
	struct stat st;
	int ret;

	if (fd < 0)
		fd = open(path, mode | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return errno == ENXIO && mode == O_WRONLY ? 1 : -errno;
	if (fstat(fd, &st))
		return -errno;
	/* A reader stays: what a short-lived writer leaves is kept for who has it open. */
	if (mode == O_RDONLY && S_ISFIFO(st.st_mode) && !is_written_to(fd)) {
		*held = pb_steal_fd(fd);
		return 1;
	}
	ret = blocking_set(fd);
	if (ret)
		return ret;
	*held = pb_steal_fd(fd);
	return 0;
}

int pb_opening(const char *path, int mode, unsigned int wait_ms)
{
	_cleanup_close_ int fd = -1;

	for (unsigned int waited = 0;; waited += STEP_MS) {
		int ret = open_try(path, mode, &fd);

		if (ret < 0)
			return ret;
		if (!ret)
			return pb_steal_fd(fd);
		if (waited >= wait_ms)
			return -ENXIO;
		usleep(STEP_MS * 1000);
	}
}

const char *pb_opening_why(int ret)
{
	return ret == -ENXIO ? "nobody opens the other end of it; start that first, or name a file"
			     : strerror(-ret);
}
