// SPDX-License-Identifier: GPL-2.0-only
/*
 * wake - preloaded into QEMU: its main loop never sleeps for longer than some microseconds.
 * Why: a host that is busy wakes that thread at moments which nobody chose; with this one they all
 * come up within one boot. Once it has done so often enough, it makes the file that WAKE_MARK
 * names.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_NS = 20000, ENOUGH = 1000 };

typedef int poll_fn(struct pollfd *fds, nfds_t nr, const struct timespec *timeout,
		    const sigset_t *mask);

static void cut_count(void)
{
	static atomic_uint nr_cut;
	const char *mark = getenv("WAKE_MARK");
	int fd;

	if (atomic_fetch_add(&nr_cut, 1) != ENOUGH || !mark)
		return;
	fd = open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
}

static int poll_shortly(struct pollfd *fds, nfds_t nr, const struct timespec *timeout,
			const sigset_t *mask)
{
	static const struct timespec longest = { .tv_nsec = LONGEST_NS };
	poll_fn *next = (poll_fn *)dlsym(RTLD_NEXT, "ppoll");

	if (!timeout || timeout->tv_sec || timeout->tv_nsec > LONGEST_NS) {
		timeout = &longest;
		cut_count();
	}
	return next(fds, nr, timeout, mask);
}

/* The second is what the first is called in programs that are built with _FORTIFY_SOURCE. */
int ppoll(struct pollfd *fds, nfds_t nr, const struct timespec *timeout, const sigset_t *mask);
int __ppoll_chk(struct pollfd *fds, nfds_t nr, const struct timespec *timeout, const sigset_t *mask,
		size_t len_bytes);

int ppoll(struct pollfd *fds, nfds_t nr, const struct timespec *timeout, const sigset_t *mask)
{
	return poll_shortly(fds, nr, timeout, mask);
}

int __ppoll_chk(struct pollfd *fds, nfds_t nr, const struct timespec *timeout, const sigset_t *mask,
		size_t len_bytes)
{
	(void)len_bytes;
	return poll_shortly(fds, nr, timeout, mask);
}
