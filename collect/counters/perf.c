// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf - counters of the calling thread by libperf.
 * Why: perf_event_open() has rules that libperf keeps: leaders, maps of threads, what may be read
 * when.
 */
#include <errno.h>
#include <perf/core.h>
#include <perf/evlist.h>
#include <perf/evsel.h>
#include <perf/threadmap.h>
#include <stdarg.h>
#include <string.h>

#include "collect/counters/group.h"

struct handle {
	struct perf_evlist *evlist;
	struct perf_thread_map *threads;
	bool grouped;
	size_t nr;
	struct perf_evsel *evsels[]; /* the list owns them */
};

/* What libperf would say is said by its callers, once. */
static int silent(enum libperf_print_level level, const char *fmt, va_list args)
{
	(void)level;
	(void)fmt;
	(void)args;
	return 0;
}

/* Evsels are closed before they are deleted, which newer versions insist on. */
static void perf_close(void *data)
{
	struct handle *handle = data;

	for (size_t i = 0; i < handle->nr; i++)
		perf_evsel__close(handle->evsels[i]);
	perf_evlist__delete(handle->evlist);
	perf_thread_map__put(handle->threads);
	free(handle);
}

/*
 * The leader is born stopped and starts its group; siblings of a leader that runs already stay at
 * 0 on newer kernels. Counters by themselves are born stopped each.
 */
static int evsels_new(struct handle *handle, const struct perf_event_attr *attrs, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		struct perf_event_attr attr = attrs[i];

		attr.disabled = !handle->grouped || i == 0;
		handle->evsels[i] = perf_evsel__new(&attr);
		if (!handle->evsels[i])
			return -ENOMEM;
		perf_evlist__add(handle->evlist, handle->evsels[i]);
		handle->nr++;
	}
	if (handle->grouped)
		perf_evlist__set_leader(handle->evlist);
	return 0;
}

static int evsels_open(struct handle *handle, size_t *ret_failed)
{
	for (size_t i = 0; i < handle->nr; i++) {
		int ret = perf_evsel__open(handle->evsels[i], NULL, handle->threads);

		if (ret) {
			*ret_failed = i;
			return ret;
		}
	}
	return 0;
}

static int perf_open(const struct perf_event_attr *attrs, size_t nr, bool grouped,
		     void **ret_handle, size_t *ret_failed)
{
	struct handle *handle = calloc(1, sizeof(*handle) + nr * sizeof(struct perf_evsel *));
	int ret = -ENOMEM;

	if (!handle)
		return ret;
	libperf_init(silent);
	handle->grouped = grouped;
	handle->evlist = perf_evlist__new();
	handle->threads = perf_thread_map__new_dummy();
	if (!handle->evlist || !handle->threads)
		goto close;
	/* 0: whoever calls. The list takes references of its own. */
	perf_thread_map__set_pid(handle->threads, 0, 0);
	ret = evsels_new(handle, attrs, nr);
	if (!ret)
		ret = evsels_open(handle, ret_failed);
	if (!ret) {
		*ret_handle = handle;
		return 0;
	}
close:
	perf_close(handle);
	return ret;
}

static int perf_enable(void *data)
{
	struct handle *handle = data;
	size_t nr = handle->grouped ? 1 : handle->nr;
	int ret = 0;

	for (size_t i = 0; i < nr && !ret; i++)
		ret = perf_evsel__enable(handle->evsels[i]);
	return ret;
}

static int perf_disable(void *data)
{
	struct handle *handle = data;
	size_t nr = handle->grouped ? 1 : handle->nr;
	int ret = 0;

	for (size_t i = 0; i < nr && !ret; i++)
		ret = perf_evsel__disable(handle->evsels[i]);
	return ret;
}

static int perf_read(void *data, size_t index, struct pb_counter_reading *ret_reading)
{
	struct handle *handle = data;
	struct perf_counts_values counts;
	int ret = perf_evsel__read(handle->evsels[index], 0, 0, &counts);

	if (ret)
		return ret;
	*ret_reading = (struct pb_counter_reading){ counts.val, counts.ena, counts.run };
	return 0;
}

/* Other architectures' kernels refuse what the PMU lacks. */
static int perf_listed(const struct perf_event_attr *attr)
{
#ifdef __aarch64__
	if (attr->type != PERF_TYPE_SOFTWARE)
		return pb_counter_listed("/sys/bus/event_source/devices", attr->config);
#endif
	(void)attr;
	return 0;
}

const struct pb_counter_ops pb_counter_perf = {
	.open = perf_open,
	.listed = perf_listed,
	.enable = perf_enable,
	.disable = perf_disable,
	.read = perf_read,
	.close = perf_close,
};
