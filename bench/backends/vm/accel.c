// SPDX-License-Identifier: GPL-2.0-only
/*
 * accel - who executes a guest's instructions, and what its numbers are then.
 * Why: an emulator that counts and a processor that does not are one choice, which decides the
 * evidence, the unit, the number of CPUs and what can be asked at all.
 */
#include "bench/backends/vm/accel.h"

#include <errno.h>
#include <sched.h>
#include <sys/utsname.h>

#include "bench/backends/vm/kvm.h"
#include "collect/axes.h"
#include "collect/model/access.h"
#include "common/err.h"
#include "common/str.h"

/* Boot and settling take 10 s on an idle core under TCG; a machine may be slow and shared. */
enum { EMULATED_BOOT_S = 300, NATIVE_BOOT_S = 60 };

const struct pb_accel pb_accel_tcg = {
	.name = "tcg",
	.evidence = PB_EVIDENCE_EXACT,
	.metric = "instructions",
	.counted = true,
	.boot_limit_s = EMULATED_BOOT_S,
};

/* Nothing is counted where emulated CPUs run at once, and their times are nobody's. */
const struct pb_accel pb_accel_mttcg = {
	.name = "mttcg",
	.evidence = PB_EVIDENCE_FAKE,
	.metric = "ticks",
	.machine = "tcg",
	.boot_limit_s = EMULATED_BOOT_S,
};

/* In one thread: what a CPU does between two of its calls is the same however busy the host is. */
const struct pb_accel pb_accel_model = {
	.name = "tcg",
	.evidence = PB_EVIDENCE_MODEL,
	.metric = "ticks",
	.qemu = "tcg,thread=single",
	.recorded = true,
	.boot_limit_s = EMULATED_BOOT_S,
};

const struct pb_accel pb_accel_kvm = {
	.name = "kvm",
	.evidence = PB_EVIDENCE_HARDWARE,
	.metric = "ticks",
	.machine = "kvm",
	.native = true,
	.boot_limit_s = NATIVE_BOOT_S,
};

static const struct {
	const struct pb_accel *accel;
	const struct pb_backend *backend;
} choices[] = {
	{ &pb_accel_tcg, &pb_backend_vm },
	{ &pb_accel_kvm, &pb_backend_vm_kvm },
};

int pb_accel_backend(const char *name, const struct pb_backend **ret_backend)
{
	pb_cleanup(pb_buf_done) struct pb_buf valid = { 0 };

	for (size_t i = 0; i < PB_ARRAY_SIZE(choices); i++) {
		if (pb_streq(choices[i].accel->name, name)) {
			*ret_backend = choices[i].backend;
			return 0;
		}
		if (pb_buf_printf(&valid, " %s", choices[i].accel->name))
			return -ENOMEM;
	}
	return pb_fail(-EINVAL, "unknown --accel '%s' (valid:%s)", name, valid.data);
}

int pb_accel_check(const struct pb_accel *accel, const struct pb_arch *arch)
{
	struct utsname host;

	if (!accel->native)
		return 0;
	if (uname(&host))
		return pb_fail(-errno, "cannot ask for this machine's architecture");
	if (!pb_streq(host.machine, arch->machine))
		return pb_fail(-EOPNOTSUPP,
			       "--accel %s: a kernel of %s wants a machine of %s, and this one is "
			       "%s; --accel tcg emulates it",
			       accel->name, arch->name, arch->machine, host.machine);
	return pb_kvm_check("");
}

static unsigned int host_cpus(void)
{
	cpu_set_t allowed;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return 1;
	return (unsigned int)CPU_COUNT(&allowed);
}

static unsigned int cpus_wanted(const struct pb_cell *cells, size_t nr_cells)
{
	unsigned int most = 1;

	for (size_t i = 0; i < nr_cells; i++) {
		bool loaded = !pb_cell_axis_is_default(&cells[i], PB_AXIS_LOAD);
		unsigned int wanted = cells[i].nr_threads + loaded;

		most = wanted > most ? wanted : most;
	}
	return most;
}

int pb_accel_cpus(const struct pb_accel *accel, const struct pb_backend_request *request,
		  unsigned int *ret_cpus)
{
	unsigned int host = host_cpus(), wanted;

	if (accel->counted) {
		*ret_cpus = 0;
		return 0;
	}
	if (accel->recorded) {
		wanted = request->nr_cpus ? request->nr_cpus
					  : cpus_wanted(request->cells, request->nr_cells);
		*ret_cpus = wanted < PB_RECORDING_MAX_CPUS ? wanted : PB_RECORDING_MAX_CPUS;
		return 0;
	}
	if (request->nr_cpus > host)
		return pb_fail(
			-EINVAL,
			"--cpus %u: this machine has %u that pinbench may use, and CPUs of a "
			"guest that take turns on one say nothing of contention",
			request->nr_cpus, host);
	wanted = request->nr_cpus ? request->nr_cpus
				  : cpus_wanted(request->cells, request->nr_cells);
	*ret_cpus = wanted < host ? wanted : host;
	return 0;
}
