// SPDX-License-Identifier: GPL-2.0-only
/*
 * event - an event's name turned into what perf_event_open() takes, by libpfm4.
 * Why: see event.h.
 */
#include "collect/counters/event.h"

#include <errno.h>
#include <perfmon/pfmlib_perf_event.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

int pb_events_init(void)
{
	pfm_err_t code = pfm_initialize();

	if (code == PFM_SUCCESS)
		return 0;
	return pb_fail(-ENODEV, "libpfm4 cannot work on this machine: %s", pfm_strerror(code));
}

/* Calls of the kernel's own events, which are everywhere and no CPU's. */
static bool is_kernels(const pfm_pmu_info_t *info)
{
	return info->pmu == PFM_PMU_PERF_EVENT || info->pmu == PFM_PMU_PERF_EVENT_RAW;
}

/* The next PMU that is there, from @at on; PFM_PMU_MAX: no more. */
static int pmu_next(int at, pfm_pmu_info_t *ret_info)
{
	for (; at < PFM_PMU_MAX; at++) {
		*ret_info = (pfm_pmu_info_t){ .size = sizeof(*ret_info) };
		if (pfm_get_pmu_info((pfm_pmu_t)at, ret_info) == PFM_SUCCESS &&
		    ret_info->is_present)
			return at;
	}
	return PFM_PMU_MAX;
}

bool pb_events_has_pmu(const char *pmu)
{
	pfm_pmu_info_t info;

	for (int i = pmu_next(0, &info); i < PFM_PMU_MAX; i = pmu_next(i + 1, &info))
		if (pb_streq(info.name, pmu))
			return true;
	return false;
}

char *pb_events_pmus(void)
{
	pb_cleanup(pb_buf_done) struct pb_buf names = { 0 };
	pfm_pmu_info_t info;

	for (int i = pmu_next(0, &info); i < PFM_PMU_MAX; i = pmu_next(i + 1, &info))
		if (!is_kernels(&info) &&
		    pb_buf_printf(&names, "%s%s", names.len_bytes ? " " : "", info.name))
			return NULL;
	if (!names.len_bytes && pb_buf_printf(&names, "none"))
		return NULL;
	return pb_steal(names.data);
}

static int encode_failed(const char *event, pfm_err_t code)
{
	_cleanup_free_ char *pmus = NULL;
	int version = pfm_get_version();

	if (code == PFM_ERR_NOMEM)
		return pb_fail(-ENOMEM, "out of memory");
	if (code != PFM_ERR_NOTFOUND)
		return pb_fail(-EINVAL, "event '%s': %s", event, pfm_strerror(code));
	pmus = pb_events_pmus();
	if (!pmus)
		return -ENOMEM;
	return pb_fail(-ENOENT,
		       "event '%s' is unknown to libpfm4 %d.%d on this machine (PMUs found: %s)",
		       event, PFM_MAJ_VERSION(version), PFM_MIN_VERSION(version), pmus);
}

int pb_event_encode(const char *event, enum pb_counter_side side, struct perf_event_attr *ret_attr)
{
	struct perf_event_attr attr = { 0 };
	pfm_perf_encode_arg_t arg = { .attr = &attr, .size = sizeof(arg) };
	int levels =
		(side & PB_COUNTER_KERNEL ? PFM_PLM0 : 0) | (side & PB_COUNTER_USER ? PFM_PLM3 : 0);
	pfm_err_t code = pfm_get_os_event_encoding(event, levels, PFM_OS_PERF_EVENT_EXT, &arg);

	if (code != PFM_SUCCESS)
		return encode_failed(event, code);
	/* What libpfm4 leaves to its caller. */
	attr.size = sizeof(attr);
	attr.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
	*ret_attr = attr;
	return 0;
}
