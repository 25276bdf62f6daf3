// SPDX-License-Identifier: GPL-2.0-only
/*
 * loopback - a pair of sockets over lo, with room for what is sent at once.
 * Why: senders without a copy need a receiver, and none should wait for the other.
 */
#include "bench/users/guest/net/loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/err.h"

enum { ROOM_BYTES = 8 << 20, DRAIN_BYTES = 65536 };

static int lo_up(void)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };

	return fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) ? -errno : 0;
}

static int room_make(int fd)
{
	const int room = ROOM_BYTES;

	return setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)) ||
			       setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room))
		       ? -errno
		       : 0;
}

static int pair_make(int *fds, int type)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	bool stream = type == SOCK_STREAM;
	int listener = socket(AF_INET, type | SOCK_CLOEXEC, 0), code;

	fds[stream ? PB_LOOPBACK_LISTENER : PB_LOOPBACK_RECEIVER] = listener;
	if (listener < 0 || bind(listener, (struct sockaddr *)&at, len) ||
	    getsockname(listener, (struct sockaddr *)&at, &len))
		return -errno;
	code = room_make(listener); /* what it accepts has as much */
	if (code)
		return code;
	if (stream && listen(listener, 1))
		return -errno;
	fds[PB_LOOPBACK_SENDER] = socket(AF_INET, type | SOCK_CLOEXEC, 0);
	code = fds[PB_LOOPBACK_SENDER] < 0 ? -errno : room_make(fds[PB_LOOPBACK_SENDER]);
	if (code)
		return code;
	if (connect(fds[PB_LOOPBACK_SENDER], (struct sockaddr *)&at, len))
		return -errno;
	if (stream)
		fds[PB_LOOPBACK_RECEIVER] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	return fds[PB_LOOPBACK_RECEIVER] < 0 ? -errno : 0;
}

int pb_loopback_open(struct pb_guest_use *use, int type)
{
	int code = lo_up();

	if (!code)
		code = pair_make(use->fds, type);
	return code ? pb_fail(code, "a pair of sockets over lo: %s", strerror(-code)) : 0;
}

int pb_loopback_drain(struct pb_guest_use *use)
{
	static char bytes[DRAIN_BYTES];

	while (recv(use->fds[PB_LOOPBACK_RECEIVER], bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
	return errno == EAGAIN ? 0 : -errno;
}
