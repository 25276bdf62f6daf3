/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kvm - whether this machine's /dev/kvm makes virtual machines, and of which kind.
 * Why: it is there in many places where it cannot be opened, or where stock kernels do not boot on
 * it, and each of these wants another remedy.
 */
#ifndef BENCH_BACKENDS_VM_KVM_H
#define BENCH_BACKENDS_VM_KVM_H

#include "common/cleanup.h"

/* Openable is not usable: a virtual machine is asked for. 0 or -errno, without a message. */
int pb_kvm_try(const char *root) pb_must_check;

/* The same, with a message that says what would change it, and that tcg needs none of it. */
int pb_kvm_check(const char *root) pb_must_check;

/* What helps against -@code of pb_kvm_try(); "" where nothing is known to. Never to be freed. */
const char *pb_kvm_remedy(const char *root, int code);

/*
 * Why kernels that were not made for it will not boot under this KVM, as far as the machine says
 * so. NULL: nothing says it. Never to be freed.
 */
const char *pb_kvm_doubt(const char *root);

#endif
