// SPDX-License-Identifier: GPL-2.0-only
/*
 * xdp - memory registered for AF_XDP's packets (UMEM).
 * Why: a long-term pin by a setsockopt(), which no device has to be there for.
 */
#include <errno.h>
#include <linux/if_xdp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/users/guest/guest.h"
#include "common/err.h"

#ifndef AF_XDP
#define AF_XDP 44
#endif

/* A socket takes one UMEM in its life. */
static int socket_make(struct pb_guest_use *use)
{
	use->fds[0] = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	return use->fds[0] < 0 ? -errno : 0;
}

static int umem_open(struct pb_guest_use *use)
{
	int code = socket_make(use);

	closep(&use->fds[0]);
	use->fds[0] = -1;
	return code ? pb_guest_refused("a socket of AF_XDP", code) : 0;
}

static int umem_register(struct pb_guest_use *use)
{
	const struct xdp_umem_reg umem = {
		.addr = (uintptr_t)use->buffer,
		.len = use->len_bytes,
		.chunk_size = (uint32_t)use->page_bytes,
	};

	return setsockopt(use->fds[0], SOL_XDP, XDP_UMEM_REG, &umem, sizeof(umem)) ? -errno : 0;
}

/* A work queue lets go of it. */
static int socket_close(struct pb_guest_use *use)
{
	closep(&use->fds[0]);
	use->fds[0] = -1;
	return 0;
}

const struct pb_guest_user pb_guest_xdp_umem = {
	.open = umem_open,
	.before = socket_make,
	.acquire = umem_register,
	.after = socket_close,
};
