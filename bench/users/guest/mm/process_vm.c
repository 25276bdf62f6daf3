// SPDX-License-Identifier: GPL-2.0-only
/*
 * process_vm - process_vm_readv() and process_vm_writev() on the process itself, a byte of each
 * call.
 * Why: all pages are pinned whatever is copied, and a copy of a byte leaves the pin to be seen.
 */
#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench/users/guest/guest.h"

/* The copy ends with the local side, the pinning with the remote one. */
static int vm_read(struct pb_guest_use *use)
{
	char byte;
	const struct iovec local = { &byte, 1 }, remote = { use->buffer, use->len_bytes };

	return pb_guest_got(process_vm_readv(getpid(), &local, 1, &remote, 1, 0), 1);
}

static int vm_write(struct pb_guest_use *use)
{
	char byte = 1;
	const struct iovec local = { &byte, 1 }, remote = { use->buffer, use->len_bytes };

	return pb_guest_got(process_vm_writev(getpid(), &local, 1, &remote, 1, 0), 1);
}

const struct pb_guest_user pb_guest_process_vm_readv = { .acquire = vm_read };
const struct pb_guest_user pb_guest_process_vm_writev = { .acquire = vm_write };
