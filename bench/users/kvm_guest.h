/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kvm_guest - the least virtual machine that touches pages of ours.
 * Why: KVM maps user memory under an MMU notifier and keeps no reference: on-demand paging.
 */
#ifndef BENCH_USERS_KVM_GUEST_H
#define BENCH_USERS_KVM_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"

struct kvm_run;

struct pb_kvm_guest {
	int kvm, vm, vcpu, stats;
	struct kvm_run *run;
	size_t run_bytes;
	char *memory;   /* the guest's own: page tables, code, what it is told */
	bool prefaults; /* KVM_PRE_FAULT_MEMORY maps pages without entering the guest */
};

/*
 * A guest that sees @buffers[i], @buffer_bytes each, at most PB_KVM_BUFFER_BYTES. -errno with a
 * message; pb_kvm_guest_done() in either case.
 */
enum { PB_KVM_BUFFER_BYTES = 2 << 20 };
int pb_kvm_guest_init(struct pb_kvm_guest *guest, char *const buffers[2],
		      size_t buffer_bytes) pb_must_check;
void pb_kvm_guest_done(struct pb_kvm_guest *guest);

/* Has the guest read a byte of each of the @nr_pages first pages of a buffer: 0 or -errno. */
int pb_kvm_guest_touch(struct pb_kvm_guest *guest, unsigned int buffer, size_t nr_pages);

/* Has KVM map them itself. -EOPNOTSUPP without `prefaults`. */
int pb_kvm_guest_prefault(struct pb_kvm_guest *guest, unsigned int buffer, size_t nr_pages);

/* Pages of base size that KVM has mapped into the guest just now. -errno with a message. */
int pb_kvm_guest_mapped(const struct pb_kvm_guest *guest, uint64_t *ret_nr_pages) pb_must_check;

#endif
