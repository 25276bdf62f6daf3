// SPDX-License-Identifier: GPL-2.0-only
/*
 * refusal - why the kernel opens no counter, and what would help, an errno a row.
 * Why: EACCES, EPERM and ENOENT look alike from outside, and each has another way out.
 */
#include <errno.h>
#include <string.h>

#include "collect/counters/group.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

static const struct {
	int error;
	const char *why;
} reasons[] = {
	{ ENOENT, "no PMU here counts it: the CPU has none, or the guest was given none (a virtual "
		  "machine needs a vPMU)" },
	{ ENODEV, "the PMU lacks what the event needs" },
	{ EOPNOTSUPP, "the PMU cannot count it so; some cannot tell the kernel's side from the "
		      "user's" },
	{ EINVAL, "the kernel's driver of this PMU does not take that encoding" },
	{ EPERM, "not permitted: CAP_PERFMON is missing, or a container's seccomp filter forbids "
		 "perf_event_open(); run as root outside of it" },
	{ ENOSYS,
	  "there is no perf_event_open(): the kernel was built without CONFIG_PERF_EVENTS, or "
	  "a container's seccomp filter hides it" },
	{ EBUSY,
	  "somebody else has the counter to himself; stop other profilers, and set the sysctl "
	  "kernel.nmi_watchdog=0" },
	{ EMFILE, "too many files are open: raise `ulimit -n`" },
	{ ENFILE, "the machine has too many files open: raise the sysctl fs.file-max" },
	{ ENOSPC, "the PMU has no counter left for it" },
	{ EINTR, "a signal came" },
};

int pb_counter_paranoid(void)
{
	_cleanup_free_ char *text = NULL;

	if (pb_file_read("/proc/sys/kernel/perf_event_paranoid", &text, NULL)) {
		pb_fail_clear();
		return 4;
	}
	return (int)strtol(text, NULL, 10);
}

int pb_counter_refusal(const char *event, int code, int paranoid)
{
	if (code == -EACCES)
		return pb_fail(
			code,
			"event '%s': kernel.perf_event_paranoid is %d and forbids to count "
			"the kernel's side; `sysctl kernel.perf_event_paranoid=1`, or run as "
			"root or with CAP_PERFMON",
			event, paranoid);
	for (size_t i = 0; i < PB_ARRAY_SIZE(reasons); i++)
		if (reasons[i].error == -code)
			return pb_fail(code, "event '%s': %s", event, reasons[i].why);
	return pb_fail(code, "event '%s': %s", event, strerror(-code));
}
