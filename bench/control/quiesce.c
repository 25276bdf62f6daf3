// SPDX-License-Identifier: GPL-2.0-only
/*
 * quiesce - settings of a machine that make it measure steadily, and those that cells change.
 * Why: a governor, a turbo or a kernel thread in the background is noise that can be switched off.
 */
#include "bench/control/quiesce.h"

#include <errno.h>
#include <glob.h>
#include <string.h>

#include "common/err.h"

#define CPU_DIR "/sys/devices/system/cpu"
#define MM_DIR  "/sys/kernel/mm"

static const struct {
	const char *pattern; /* as of glob() */
	const char *value;   /* NULL: only kept, and put back at the end */
} rows[] = {
	/* One frequency, and no more of it than can be held. */
	{ CPU_DIR "/cpu*/cpufreq/scaling_governor", "performance" },
	{ CPU_DIR "/intel_pstate/no_turbo", "1" },
	{ CPU_DIR "/cpufreq/boost", "0" },
	/* Threads that take locks of the mm, move its pages or merge them. */
	{ MM_DIR "/transparent_hugepage/khugepaged/scan_sleep_millisecs", "3600000" },
	{ MM_DIR "/ksm/run", "0" },
	{ "/proc/sys/vm/compaction_proactiveness", "0" },
	{ "/proc/sys/kernel/numa_balancing", "0" },
	/* Writing back what is dirty waits until the run is over, or until memory runs short. */
	{ "/proc/sys/vm/dirty_writeback_centisecs", "0" },
	/* Watchdogs interrupt each CPU, and the one by NMI takes a counter of the PMU. */
	{ "/proc/sys/kernel/nmi_watchdog", "0" },
	{ "/proc/sys/kernel/soft_watchdog", "0" },
	{ MM_DIR "/hugepages/hugepages-*/nr_hugepages", NULL },
};

PB_DEFINE_CLEANUP(glob_freep, glob_t *, globfree);

/* One file of a row. A CPU that goes offline meanwhile takes its files with it. */
static int file_take(struct pb_state *state, const char *path, const char *value,
		     struct pb_buf *said)
{
	int ret = value ? pb_state_set(state, path, value) : pb_state_keep(state, path);

	if (!ret || ret == -ENOMEM || !said)
		return ret;
	ret = pb_buf_printf(said, "--quiesce: %s\n", pb_fail_message(ret));
	pb_fail_clear();
	return ret;
}

static int rows_take(struct pb_state *state, const char *root, bool keep, struct pb_buf *said)
{
	int ret = 0;

	for (size_t i = 0; i < PB_ARRAY_SIZE(rows) && !ret; i++) {
		_cleanup_free_ char *pattern = pb_format("%s%s", root, rows[i].pattern);
		glob_t found = { 0 };
		pb_cleanup(glob_freep) glob_t *guard = &found;

		if (!pattern)
			return -ENOMEM;
		if (keep == !!rows[i].value || glob(pattern, 0, NULL, &found))
			continue;
		for (size_t j = 0; j < found.gl_pathc && !ret; j++)
			ret = file_take(state, found.gl_pathv[j] + strlen(root), rows[i].value,
					said);
		(void)guard;
	}
	return ret;
}

int pb_quiesce(struct pb_state *state, const char *root, struct pb_buf *said)
{
	return rows_take(state, root, false, said);
}

int pb_quiesce_keep(struct pb_state *state, const char *root)
{
	return rows_take(state, root, true, NULL);
}

char *pb_quiesce_words(void)
{
	pb_cleanup(pb_buf_done) struct pb_buf words = { 0 };

	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		const char *name = strrchr(rows[i].pattern, '/') + 1;

		if (rows[i].value && pb_buf_printf(&words, "%s%s=%s", words.len_bytes ? ", " : "",
						   name, rows[i].value))
			return NULL;
	}
	return pb_steal(words.data);
}
