// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm - on-demand paging: a guest touches pages that KVM has not mapped yet, then mapped ones.
 * Why: KVM follows MMU notifiers and keeps no reference, as ODP does; cold less warm is the fault.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/users/kvm_guest.h"
#include "bench/users/user.h"
#include "common/err.h"

/* A whole buffer is told to the notifiers, since part of a huge page would split its mapping. */
static int kvm_invalidate(struct pb_use *use, char *buffer)
{
	if (mprotect(buffer, use->buffer_bytes, PROT_READ) ||
	    mprotect(buffer, use->buffer_bytes, PROT_READ | PROT_WRITE))
		return -errno;
	/* Our own mapping is whole again before the clock starts: only KVM's is cold. */
	for (size_t at = 0; at < use->buffer_bytes; at += use->page_bytes)
		((volatile char *)buffer)[at] = 1;
	return 0;
}

static int kvm_map(struct pb_use *use, char *buffer)
{
	struct pb_kvm_guest *guest = use->state;
	unsigned int which = buffer == use->buffers[1];

	return guest->prefaults ? pb_kvm_guest_prefault(guest, which, use->nr_pages)
				: pb_kvm_guest_touch(guest, which, use->nr_pages);
}

static int kvm_open(struct pb_use *use)
{
	struct pb_kvm_guest *guest = malloc(sizeof(*guest));
	int ret, code;

	if (!guest)
		return pb_fail(-ENOMEM, "out of memory");
	use->state = guest;
	ret = pb_kvm_guest_init(guest, use->buffers, use->buffer_bytes);
	if (ret)
		return ret;
	/* Announced but refused: KVM without two-dimensional paging. */
	if (guest->prefaults && kvm_map(use, use->buffers[0]))
		guest->prefaults = false;
	for (int i = 0; i < 2; i++) {
		code = pb_kvm_guest_touch(guest, (unsigned int)i, use->nr_pages);
		if (code)
			return pb_fail(code, "KVM made a guest that does not run: %s",
				       strerror(-code));
	}
	return 0;
}

static void kvm_close(struct pb_use *use)
{
	if (use->state)
		pb_kvm_guest_done(use->state);
	free(use->state);
	use->state = NULL;
}

/* Cold calls map every page, warm ones none: else the guest was emulated, or something is amiss. */
static int kvm_prove(struct pb_use *use)
{
	struct pb_kvm_guest *guest = use->state;
	uint64_t before, cold, warm;
	int ret, code;

	code = kvm_invalidate(use, use->buffers[0]);
	if (code)
		return pb_fail(code, "cannot invalidate a guest's pages: %s", strerror(-code));
	ret = pb_kvm_guest_mapped(guest, &before);
	code = ret ? 0 : kvm_map(use, use->buffers[0]);
	if (!ret && !code)
		ret = pb_kvm_guest_mapped(guest, &cold);
	if (!ret && !code)
		code = kvm_map(use, use->buffers[0]);
	if (!ret && !code)
		ret = pb_kvm_guest_mapped(guest, &warm);
	if (code)
		return pb_fail(code, "the guest did not touch its pages: %s", strerror(-code));
	if (!ret && (cold < before + use->nr_pages || warm != cold))
		ret = pb_fail(-EOPNOTSUPP,
			      "KVM emulates this guest instead of mapping its pages: it has mapped "
			      "%lld of %zu pages when cold and %lld when warm",
			      (long long)(cold - before), use->nr_pages, (long long)(warm - cold));
	return ret;
}

static const char *kvm_symbol(const struct pb_use *use)
{
	const struct pb_kvm_guest *guest = use->state;

	if (guest->prefaults)
		return "KVM_PRE_FAULT_MEMORY";
	if (pb_kernel_has("__kvm_faultin_pfn"))
		return "__kvm_faultin_pfn";
	return pb_kernel_has("hva_to_pfn") ? "hva_to_pfn"
					   : "hva_to_pfn or __kvm_faultin_pfn (this user is not "
					     "shown which)";
}

const struct pb_user pb_user_kvm = {
	.name = "KVM_RUN",
	.strategy = "odp",
	.baseline = "the same call when the pages are mapped already",
	.unreleased = "nothing is held: a notifier would take the mapping back",
	.max_pages = PB_KVM_BUFFER_BYTES / 4096,
	.open = kvm_open,
	.close = kvm_close,
	.symbol = kvm_symbol,
	.before = kvm_invalidate,
	.acquire = kvm_map,
	.base_acquire = kvm_map,
	.prove = kvm_prove,
};
