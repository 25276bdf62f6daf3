// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm - KVM maps pages into a guest, and unmaps them when a notifier says so.
 * Why: the one user here that follows the page tables in place of holding pages.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "bench/users/guest/guest.h"
#include "bench/users/kvm_guest.h"
#include "common/err.h"

static int guest_open(struct pb_guest_use *use)
{
	char *const buffers[] = { use->buffer, use->buffer };
	struct pb_kvm_guest *guest = calloc(1, sizeof(*guest));
	int ret;

	if (!guest)
		return pb_fail(-ENOMEM, "out of memory");
	use->state = guest;
	ret = pb_kvm_guest_init(guest, buffers, use->len_bytes);
	if (!ret && !guest->prefaults)
		ret = pb_fail(-EOPNOTSUPP, "KVM maps no pages without running a guest");
	return ret;
}

static void guest_close(struct pb_guest_use *use)
{
	if (use->state)
		pb_kvm_guest_done(use->state);
}

/* The process's own pages stay: only KVM's mapping goes. */
static int unmap(struct pb_guest_use *use)
{
	return mprotect(use->buffer, use->len_bytes, PROT_READ) ? -errno : 0;
}

static int writable(struct pb_guest_use *use)
{
	if (mprotect(use->buffer, use->len_bytes, PROT_READ | PROT_WRITE))
		return -errno;
	for (size_t i = 0; i < use->nr_pages; i++)
		((volatile char *)use->buffer)[i * use->page_bytes] = 1;
	return 0;
}

static int map(struct pb_guest_use *use)
{
	return pb_kvm_guest_prefault(use->state, 0, use->nr_pages);
}

static int unmap_all(struct pb_guest_use *use)
{
	int code = unmap(use);

	return code ? code : writable(use);
}

const struct pb_guest_user pb_guest_kvm_map = {
	.open = guest_open,
	.before = unmap_all,
	.acquire = map,
	.close = guest_close,
};
const struct pb_guest_user pb_guest_kvm_unmap = {
	.open = guest_open,
	.before = map,
	.acquire = unmap,
	.after = writable,
	.close = guest_close,
};
