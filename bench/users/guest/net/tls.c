// SPDX-License-Identifier: GPL-2.0-only
/*
 * tls - a TLS socket of the kernel's, which encrypts records out of a process's pages.
 * Why: whole records are not copied first: the pages are held while the cipher reads them.
 */
#include <errno.h>
#include <linux/tls.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "bench/users/guest/net/loopback.h"

#ifndef SOL_TLS
#define SOL_TLS 282
#endif
#ifndef TCP_ULP
#define TCP_ULP 31
#endif

static int tls_open(struct pb_guest_use *use)
{
	/* Any key will do; that it is always the same keeps the numbers the same. */
	struct tls12_crypto_info_aes_gcm_128 cipher = {
		.info = { .version = TLS_1_2_VERSION, .cipher_type = TLS_CIPHER_AES_GCM_128 },
	};
	int sender, ret = pb_loopback_open(use, SOCK_STREAM);

	if (ret)
		return ret;
	sender = use->fds[PB_LOOPBACK_SENDER];
	if (setsockopt(sender, IPPROTO_TCP, TCP_ULP, "tls", sizeof("tls")))
		return pb_guest_refused("TCP_ULP 'tls'", -errno);
	if (setsockopt(sender, SOL_TLS, TLS_TX, &cipher, sizeof(cipher)))
		return pb_guest_refused("TLS_TX with AES-GCM", -errno);
	return 0;
}

static int records_send(struct pb_guest_use *use)
{
	return pb_guest_got(
		send(use->fds[PB_LOOPBACK_SENDER], use->buffer, use->len_bytes, MSG_DONTWAIT),
		(long)use->len_bytes);
}

const struct pb_guest_user pb_guest_tls_send = {
	.open = tls_open,
	.acquire = records_send,
	.after = pb_loopback_drain,
};
