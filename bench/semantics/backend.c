// SPDX-License-Identifier: GPL-2.0-only
/*
 * backend - the backends as `pinbench semantics` runs them: what is seen, not what is counted.
 * Why: the guest is the one that counts instructions, since two boots of it do the same, and so
 * what is seen in it is the same. On a machine that goes on being used, the same agent runs the same
 * cases, and system calls hold the pages.
 */
#include "bench/semantics/backend.h"

#include <errno.h>

#include "bench/agent/plan.h"
#include "bench/backends/kmod/follow.h"
#include "bench/backends/kmod/guard.h"
#include "bench/backends/vm/vm.h"
#include "common/err.h"
#include "common/progress.h"
#include "common/str.h"

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

static int calls_check(const struct pb_backend_request *request)
{
	return !request->kernel || pb_streq(request->kernel, "host")
		       ? 0
		       : pb_fail(-EINVAL,
				 "semantics: backend syscall watches the kernel that runs, not "
				 "'%s' (leave --kernel away, or use --backend vm)",
				 request->kernel);
}

static int calls_run(const struct pb_backend_request *request, const struct pb_record_sink *sink,
		     void *data)
{
	const struct pb_agent_plan plan = {
		.evidence = PB_EVIDENCE_OBSERVED,
		.metric = "none",
		.unit = "none",
		.by_calls = true,
		.cells = (struct pb_cell *)request->cells,
		.nr_cells = request->nr_cells,
	};
	struct pb_accounting accounting = { .request = request, .sink = sink, .data = data };
	char path[PB_AGENT_PLAN_PATH];
	const struct pb_guard_setup setup = { .plan = path };
	_cleanup_close_ int plan_fd = -1;
	struct pb_guard guard;
	int ret = calls_check(request);

	if (!ret && sink->fact)
		ret = sink->fact(data, "kernel.name", "host");
	if (!ret)
		ret = pb_agent_plan_file(&plan, path, &plan_fd);
	if (!ret)
		ret = pb_guard_start(&guard, &setup);
	if (ret)
		return ret;
	pb_progress_say("Watching this machine's own kernel, by system calls.");
	return pb_kmod_follow(&guard, &accounting);
}

const struct pb_backend pb_backend_syscall_observed = {
	.name = "syscall",
	.evidence = PB_EVIDENCE_OBSERVED,
	.summary = "this machine's kernel, watched while system calls hold its pages",
	.run = calls_run,
};

int pb_backend_observed_find(const char *name, const struct pb_backend **ret_backend)
{
	static const struct pb_backend *const backends[] = { &pb_backend_vm_observed,
							     &pb_backend_syscall_observed };

	for (size_t i = 0; i < PB_ARRAY_SIZE(backends); i++)
		if (pb_streq(backends[i]->name, name)) {
			*ret_backend = backends[i];
			return 0;
		}
	return pb_fail(-EINVAL, "semantics: no backend '%s' watches pages (valid: vm, syscall)",
		       name);
}
