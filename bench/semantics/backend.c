// SPDX-License-Identifier: GPL-2.0-only
/*
 * backend - the vm backend as `pinbench semantics` runs it: what is seen, not what is counted.
 * Why: the guest is the one that counts instructions, since two boots of it do the same, and so
 * what is seen in it is the same.
 */
#include "bench/semantics/backend.h"

#include "bench/backends/vm/vm.h"

static int observed_run(const struct pb_backend_request *request, const struct pb_record_sink *sink,
			void *data)
{
	static const struct pb_vm_options none;

	return pb_vm_run(request, &none, sink, data);
}

const struct pb_backend pb_backend_vm_observed = {
	.name = "vm",
	.evidence = PB_EVIDENCE_OBSERVED,
	.summary = "a Debian kernel in QEMU, watched while pages are held",
	.boots_kernels = true,
	.run = observed_run,
};
