// SPDX-License-Identifier: GPL-2.0-only
/*
 * series - what the formats of time-series databases have in common: when, and of what.
 * Why: a number is found again by its labels; which there are is said once.
 */
#include "collect/formats/series.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "common/err.h"

int pb_series_time(const struct pb_summary *run, int64_t *ret_time)
{
	struct tm tm = { .tm_isdst = 0 };
	const char *end = strptime(run->run.created, "%Y-%m-%dT%H:%M:%S", &tm);

	if (!end || strcmp(end, "Z") != 0)
		return pb_fail(
			-EINVAL,
			"export: run %.8s says that it was made at '%s', which is no date: it "
			"has no place on a line of time (valid: 2026-01-31T12:00:00Z)",
			run->run.uuid, run->run.created);
	*ret_time = (int64_t)timegm(&tm);
	return 0;
}

static const char *fact(const struct pb_summary *run, const char *key)
{
	const char *value = pb_summary_fact(run, key);

	return value ? value : "";
}

void pb_series_run_labels(const struct pb_summary *run,
			  struct pb_series_label labels[PB_SERIES_RUN_LABELS])
{
	const struct pb_series_label all[PB_SERIES_RUN_LABELS] = {
		{ "run", run->run.uuid },
		{ "plan", run->run.plan },
		{ "backend", run->run.backend },
		{ "evidence", pb_evidence_name(run->run.evidence) },
		{ "kernel", fact(run, "kernel.name") },
		{ "kernel_release", fact(run, "kernel.release") },
		{ "arch", fact(run, "kernel.arch") },
	};

	memcpy(labels, all, sizeof(all));
}

void pb_series_cell_labels(const struct pb_summary_cell *cell, struct pb_series_room *room,
			   struct pb_series_label labels[PB_SERIES_CELL_LABELS])
{
	size_t nr = 0;

	snprintf(room->pages, sizeof(room->pages), "%" PRIu64, cell->cell.nr_pages);
	snprintf(room->threads, sizeof(room->threads), "%u", cell->cell.nr_threads);
	labels[nr++] = (struct pb_series_label){ "cell", pb_result_cell_id(cell, room->name) };
	labels[nr++] = (struct pb_series_label){ "strategy", cell->cell.strategy };
	labels[nr++] = (struct pb_series_label){ "memory", pb_memory_name(cell->cell.memory) };
	labels[nr++] = (struct pb_series_label){ "pages", room->pages };
	labels[nr++] = (struct pb_series_label){ "threads", room->threads };
	for (enum pb_axis_id id = 0; id < PB_NR_AXES; id++)
		labels[nr++] =
			(struct pb_series_label){ pb_axes[id].name, pb_cell_axis(&cell->cell, id) };
}
