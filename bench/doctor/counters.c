// SPDX-License-Identifier: GPL-2.0-only
/*
 * counters - the CPU's performance counters: are there any, and for whom?
 * Why: a kernel that says EACCES has not looked for a PMU yet; only ENOENT says that there is none.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/doctor/checks.h"
#include "common/sysfs.h"

static const char *const pmu_names[] = { "cpu", "cpu_core", "armv8_pmuv3", "armv8_pmuv3_0" };

/* 0 or -errno of one event, counted on one side only. */
static int event_open(unsigned int type, unsigned long long config, int kernel_side)
{
	struct perf_event_attr attr = {
		.type = type,
		.size = sizeof(attr),
		.config = config,
		.exclude_kernel = !kernel_side,
		.exclude_user = kernel_side & 1,
		.exclude_hv = 1,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0UL);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

/* A name in sysfs says that there is one, also to those who may not open it. */
static const char *pmu_name(const char *root)
{
	for (size_t i = 0; i < sizeof(pmu_names) / sizeof(pmu_names[0]); i++)
		if (pb_sys_exists(root, "/sys/bus/event_source/devices/%s", pmu_names[i]))
			return pmu_names[i];
	return NULL;
}

void pb_look_pmu(const char *root, struct pb_finding *f)
{
	int ret = event_open(PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS, 0);
	const char *name = pmu_name(root);

	switch (ret) {
	case 0:
		FOUND(f, PB_HEALTH_OK, "the CPU's counters can be opened (PMU %s)",
		      name ? name : "unnamed");
		return;
	case -ENOENT:
	case -EOPNOTSUPP:
	case -ENODEV:
		FOUND(f, PB_HEALTH_LIMITED,
		      "no PMU (%s): no cycles and no cache misses on this machine", strerror(-ret));
		REMEDY(f, "`pinbench run --backend vm` counts instructions without one; a virtual "
			  "machine may get one from its host (QEMU: -cpu host,pmu=on)");
		return;
	case -ENOSYS:
		FOUND(f, PB_HEALTH_LIMITED, "this kernel has no perf events (CONFIG_PERF_EVENTS)");
		return;
	default:
		FOUND(f, PB_HEALTH_LIMITED, "the counters are closed to this user (%s), %s",
		      strerror(-ret),
		      name ? "and there is a PMU" : "which does not say whether there is a PMU");
		REMEDY(f, "root, or sysctl kernel.perf_event_paranoid=1");
	}
}

/* What is measured happens in the kernel: counting there is another permission. */
void pb_look_events(const char *root, struct pb_finding *f)
{
	_cleanup_free_ char *paranoid = pb_sys_text(root, "/proc/sys/kernel/perf_event_paranoid");
	/* A software event, so that the answer is about permission and not about a PMU. */
	int ret = event_open(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, 1);

	if (!ret) {
		FOUND(f, PB_HEALTH_OK,
		      "this user may count inside the kernel (kernel.perf_event_paranoid=%s)",
		      paranoid ? paranoid : "?");
		return;
	}
	FOUND(f, PB_HEALTH_LIMITED,
	      "this user may not count inside the kernel: %s (kernel.perf_event_paranoid=%s)",
	      strerror(-ret), paranoid ? paranoid : "?");
	REMEDY(f, ret == -EACCES || ret == -EPERM
			  ? "root, CAP_PERFMON, or sysctl kernel.perf_event_paranoid=1"
			  : "a kernel with CONFIG_PERF_EVENTS, outside of a seccomp filter");
}
