// SPDX-License-Identifier: GPL-2.0-only
/*
 * units - is a metric read in one unit everywhere?
 * Why: see units.h.
 */
#include "report/runs/units.h"

#include <errno.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/runs/text.h"

/* The first series whose unit was looked at, by which all others must be. */
struct first {
	const struct pb_summary *run;
	const struct pb_summary_series *series;
};

/* What is derived per page, and what is taken from it. */
static bool is_number(const struct pb_summary_series *series, const char *metric)
{
	bool phase = series->per_page || !strncmp(series->phase, "harness", strlen("harness")) ||
		     !strncmp(series->phase, "acquire", strlen("acquire")) ||
		     !strncmp(series->phase, "release", strlen("release"));

	return phase && pb_streq(series->metric, metric);
}

static int series_check(struct first *first, const struct pb_summary *run,
			const struct pb_summary_series *series, const char *who)
{
	_cleanup_free_ char *old = NULL, *new = NULL, *metric = NULL;

	if (!first->series)
		*first = (struct first){ run, series };
	if (pb_streq(first->series->unit, series->unit))
		return 0;
	old = pb_printable_copy(first->series->unit, "");
	new = pb_printable_copy(series->unit, "");
	metric = pb_printable_copy(series->metric, "");
	if (!old || !new || !metric)
		return pb_fail(-ENOMEM, "out of memory");
	if (first->run == run)
		return pb_fail(
			-EINVAL,
			"%srun %.8s has '%s' in units of '%s' and of '%s', which stand in no "
			"table together (pinbench export --format csv holds both)",
			who, run->run.uuid, metric, old, new);
	return pb_fail(-EINVAL,
		       "%scannot compare '%s' of run %.8s with that of run %.8s: it is read in "
		       "units of '%s' and '%s' (valid: runs that have it in one unit)",
		       who, metric, first->run->run.uuid, run->run.uuid, old, new);
}

int pb_units_check(const struct pb_summary *a, const struct pb_summary *b, const char *metric,
		   const char *who)
{
	const struct pb_summary *runs[] = { a, b };
	struct first first = { 0 };

	for (size_t r = 0; r < PB_ARRAY_SIZE(runs); r++)
		for (size_t i = 0; i < runs[r]->nr_cells; i++) {
			const struct pb_summary_cell *cell = &runs[r]->cells[i];

			for (size_t s = 0; s < cell->nr_series; s++) {
				int ret = is_number(&cell->series[s], metric)
						  ? series_check(&first, runs[r], &cell->series[s],
								 who)
						  : 0;

				if (ret)
					return ret;
			}
		}
	return 0;
}
