/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vm - the backend that measures in a guest, with what only tests ask of it.
 * Why: tests make a guest fail in ways that no user should be able to ask for.
 */
#ifndef BENCH_BACKENDS_VM_VM_H
#define BENCH_BACKENDS_VM_VM_H

#include <sys/types.h>

#include "bench/backends/backend.h"
#include "bench/backends/vm/machine.h"
#include "common/cleanup.h"

struct pb_vm_options {
	struct pb_machine_options machine;
	enum pb_agent_fault fault;
	uint32_t fault_cell;
	uint32_t late_us;            /* the last of several threads starts so late */
	void (*started)(pid_t qemu); /* NULL, or told of each QEMU */
};

/* -EINVAL: a kernel that cannot be booted, whatever is fetched: none, or the one that runs. */
int pb_vm_kernel_check(const char *name) pb_must_check;

/* Like pb_backend's run(). */
int pb_vm_run(const struct pb_backend_request *request, const struct pb_vm_options *options,
	      const struct pb_record_sink *sink, void *data) pb_must_check;

/*
 * Boots @kernel with the static program of options->exec as /test, prints what that writes to @out
 * and gives its exit status (128 + signal).
 */
int pb_vm_exec(const char *kernel, const struct pb_machine_options *options, FILE *out,
	       int *ret_status) pb_must_check;

#endif
