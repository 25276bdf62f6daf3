/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bind - each CPU of a guest on a CPU of the host, for as long as it runs.
 * Why: what threads cost each other depends on how far apart they sit, and a guest's CPUs are
 * threads that the host moves about.
 */
#ifndef BENCH_BACKENDS_VM_BIND_H
#define BENCH_BACKENDS_VM_BIND_H

#include <stddef.h>
#include <stdint.h>

#include "bench/backends/vm/machine.h"
#include "common/cleanup.h"

/*
 * Binds the guest's CPU i to @cpus[i], of the host. Waits a moment for QEMU to make them. Returns
 * how many there are now, less than @nr where QEMU ended or does not name its threads.
 */
size_t pb_vm_bind(struct pb_machine *machine, const uint32_t *cpus, size_t nr);

#endif
