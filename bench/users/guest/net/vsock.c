// SPDX-License-Identifier: GPL-2.0-only
/*
 * vsock - MSG_ZEROCOPY by a socket of AF_VSOCK, to a receiver on the same machine.
 * Why: what a virtual machine sends to its host is held until the host has read it.
 */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
/* Wants struct sockaddr. */
#include <linux/vm_sockets.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench/users/guest/guest.h"
#include "common/err.h"

#ifndef SO_ZEROCOPY
#define SO_ZEROCOPY 60
#endif
#ifndef MSG_ZEROCOPY
#define MSG_ZEROCOPY 0x4000000
#endif
#ifndef VMADDR_CID_LOCAL
#define VMADDR_CID_LOCAL 1
#endif

enum { SENDER, RECEIVER, LISTENER };
enum { PORT = 1024, LIMIT_MS = 1000, DRAIN_BYTES = 65536 };

static int pair_open(struct pb_guest_use *use)
{
	const struct sockaddr_vm at = {
		.svm_family = AF_VSOCK,
		.svm_port = PORT,
		.svm_cid = VMADDR_CID_LOCAL,
	};
	const struct sockaddr *address = (const struct sockaddr *)&at;
	const int yes = 1;

	use->fds[LISTENER] = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
	use->fds[SENDER] = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (use->fds[LISTENER] < 0 || use->fds[SENDER] < 0)
		return pb_guest_refused("a socket of AF_VSOCK", -errno);
	if (setsockopt(use->fds[SENDER], SOL_SOCKET, SO_ZEROCOPY, &yes, sizeof(yes)))
		return pb_guest_refused("SO_ZEROCOPY of AF_VSOCK", -errno);
	if (bind(use->fds[LISTENER], address, sizeof(at)) || listen(use->fds[LISTENER], 1) ||
	    connect(use->fds[SENDER], address, sizeof(at)))
		return pb_guest_refused("a connection of AF_VSOCK to this machine", -errno);
	use->fds[RECEIVER] = accept4(use->fds[LISTENER], NULL, NULL, SOCK_CLOEXEC);
	return use->fds[RECEIVER] < 0 ? pb_guest_refused("accept", -errno) : pb_guest_undisturbed();
}

static int pages_send(struct pb_guest_use *use)
{
	return pb_guest_got(
		send(use->fds[SENDER], use->buffer, use->len_bytes, MSG_ZEROCOPY | MSG_DONTWAIT),
		(long)use->len_bytes);
}

/* Read by us, and let go of by a worker, which says so on the error queue. */
static int notice_take(struct pb_guest_use *use)
{
	static char bytes[DRAIN_BYTES];
	struct pollfd arrived = { .fd = use->fds[RECEIVER], .events = POLLIN };
	struct pollfd let_go = { .fd = use->fds[SENDER] };
	char control[128];
	struct msghdr notice = { .msg_control = control, .msg_controllen = sizeof(control) };

	for (size_t got = 0; got < use->len_bytes;) {
		ssize_t len = poll(&arrived, 1, LIMIT_MS) == 1
				      ? recv(use->fds[RECEIVER], bytes, sizeof(bytes), MSG_DONTWAIT)
				      : -1;

		if (len <= 0)
			return len ? -ETIMEDOUT : -EPIPE;
		got += (size_t)len;
	}
	if (poll(&let_go, 1, LIMIT_MS) != 1)
		return -ETIMEDOUT;
	return recvmsg(let_go.fd, &notice, MSG_ERRQUEUE | MSG_DONTWAIT) < 0 ? -errno : 0;
}

const struct pb_guest_user pb_guest_zerocopy_vsock = {
	.open = pair_open,
	.acquire = pages_send,
	.after = notice_take,
};
