// SPDX-License-Identifier: GPL-2.0-only
/*
 * alg - the kernel's SHA-256 over pages of a process, by a socket of AF_ALG.
 * Why: it reads the data in place, while the call lasts.
 */
#include <errno.h>
#include <linux/if_alg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/users/guest/guest.h"
#include "common/err.h"

enum { KIND, HASH };

static int alg_open(struct pb_guest_use *use)
{
	const struct sockaddr_alg at = {
		.salg_family = AF_ALG,
		.salg_type = "hash",
		.salg_name = "sha256",
	};

	use->fds[KIND] = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (use->fds[KIND] < 0 || bind(use->fds[KIND], (const struct sockaddr *)&at, sizeof(at)))
		return pb_guest_refused("a socket for sha256", -errno);
	use->fds[HASH] = accept4(use->fds[KIND], NULL, NULL, SOCK_CLOEXEC);
	return use->fds[HASH] < 0 ? pb_guest_refused("a socket for sha256", -errno) : 0;
}

static int data_send(struct pb_guest_use *use)
{
	return pb_guest_got(send(use->fds[HASH], use->buffer, use->len_bytes, 0),
			    (long)use->len_bytes);
}

const struct pb_guest_user pb_guest_af_alg_hash = { .open = alg_open, .acquire = data_send };
