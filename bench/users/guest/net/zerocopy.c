// SPDX-License-Identifier: GPL-2.0-only
/*
 * zerocopy - MSG_ZEROCOPY by TCP and UDP, and the same by io_uring, over lo.
 * Why: a sender that does not copy holds the pages until the last receiver has them.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "bench/users/guest/io/ring.h"
#include "bench/users/guest/net/loopback.h"
#include "common/err.h"

#ifndef SO_ZEROCOPY
#define SO_ZEROCOPY 60
#endif
#ifndef MSG_ZEROCOPY
#define MSG_ZEROCOPY 0x4000000
#endif

enum { RING = PB_LOOPBACK_LISTENER + 1, NOTICE_LIMIT_MS = 1000 };

static int zerocopy_allow(struct pb_guest_use *use)
{
	const int yes = 1;

	return setsockopt(use->fds[PB_LOOPBACK_SENDER], SOL_SOCKET, SO_ZEROCOPY, &yes, sizeof(yes))
		       ? pb_guest_refused("SO_ZEROCOPY", -errno)
		       : 0;
}

static int tcp_open(struct pb_guest_use *use)
{
	int ret = pb_loopback_open(use, SOCK_STREAM);

	return ret ? ret : zerocopy_allow(use);
}

static int udp_open(struct pb_guest_use *use)
{
	int ret = pb_loopback_open(use, SOCK_DGRAM);

	return ret ? ret : zerocopy_allow(use);
}

static int pages_send(struct pb_guest_use *use)
{
	return pb_guest_got(send(use->fds[PB_LOOPBACK_SENDER], use->buffer, use->len_bytes,
				 MSG_ZEROCOPY | MSG_DONTWAIT),
			    (long)use->len_bytes);
}

/* The kernel says on the error queue that it has let go. */
static int notice_take(struct pb_guest_use *use)
{
	struct pollfd wait = { .fd = use->fds[PB_LOOPBACK_SENDER] };
	char control[128];
	struct msghdr notice = { .msg_control = control, .msg_controllen = sizeof(control) };
	int code = pb_loopback_drain(use);

	if (!code && poll(&wait, 1, NOTICE_LIMIT_MS) != 1)
		code = -ETIMEDOUT;
	if (!code && recvmsg(wait.fd, &notice, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		code = -errno;
	return code;
}

const struct pb_guest_user pb_guest_zerocopy_tcp = {
	.open = tcp_open,
	.acquire = pages_send,
	.after = notice_take,
};
const struct pb_guest_user pb_guest_zerocopy_udp = {
	.open = udp_open,
	.acquire = pages_send,
	.after = notice_take,
};

static int ring_open(struct pb_guest_use *use, int type)
{
	int ret = pb_loopback_open(use, type);

	return ret ? ret : pb_ring_open(use, RING);
}

static int ring_tcp_open(struct pb_guest_use *use)
{
	return ring_open(use, SOCK_STREAM);
}

static int ring_udp_open(struct pb_guest_use *use)
{
	return ring_open(use, SOCK_DGRAM);
}

static int send_put(struct pb_guest_use *use)
{
	const struct io_uring_sqe request = {
		.opcode = IORING_OP_SEND_ZC,
		.fd = use->fds[PB_LOOPBACK_SENDER],
		.addr = (uintptr_t)use->buffer,
		.len = (uint32_t)use->len_bytes,
	};

	pb_ring_put(use, &request);
	return 0;
}

/* One completion says how much was sent, another that the pages are let go. */
static int sent_take(struct pb_guest_use *use)
{
	unsigned int flags = 0;
	int result = 0, code = pb_ring_take(use, &result, &flags);

	if (!code && result != (int)use->len_bytes)
		return result < 0 ? result : -EIO;
	if (!code)
		code = pb_loopback_drain(use);
	return code || !(flags & IORING_CQE_F_MORE) ? code : pb_ring_take(use, &result, &flags);
}

const struct pb_guest_user pb_guest_send_zc_tcp = {
	.open = ring_tcp_open,
	.before = send_put,
	.acquire = pb_ring_submit,
	.after = sent_take,
	.close = pb_ring_close,
};
const struct pb_guest_user pb_guest_send_zc_udp = {
	.open = ring_udp_open,
	.before = send_put,
	.acquire = pb_ring_submit,
	.after = sent_take,
	.close = pb_ring_close,
};
