// SPDX-License-Identifier: GPL-2.0-only
/*
 * contention_fit - the scalability law of a panel: which cells it may be fitted to, and its line.
 * Why: a law fitted to threads that took turns on too few CPUs would be about the scheduler.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/err.h"
#include "report/draw/figures/contention.h"
#include "report/draw/panels.h"
#include "report/runs/strategy.h"
#include "report/stats/usl.h"

enum { CURVE_POINTS = 48 };

/* Numbers of threads that this run's machine had a CPU for, each; 0: not known, so all. */
static uint64_t cpus_of(const struct pb_summary *summary)
{
	const char *cpus = pb_summary_fact(summary, "machine.cpus");

	if (!cpus)
		cpus = pb_summary_fact(summary, "host.cpus");
	return cpus ? strtoull(cpus, NULL, 10) : 0;
}

/* Of the line that shares most: costs in the metric, not relative ones. Returns how many. */
static size_t fit_points(const struct pb_contention *group, const char *strategy,
			 enum pb_cell_sharing sharing, double *threads, double *costs)
{
	uint64_t cpus = cpus_of(group->view->summary);
	size_t nr = 0;

	for (size_t t = 0; t < group->nr_threads; t++) {
		double cost = pb_contention_total(group, strategy, sharing, group->threads[t]);

		if (isnan(cost) || !(cost > 0) || (cpus && group->threads[t] > cpus))
			continue;
		threads[nr] = group->threads[t];
		costs[nr++] = cost;
	}
	return nr;
}

/*
 * A thin line through what the law says: smooth, or where each number of threads has a reference of
 * its own, from one to the next.
 */
static int curve_add(const struct pb_contention *group, const char *strategy,
		     const struct pb_usl *usl, const double *threads, size_t nr,
		     struct pb_figure *figure)
{
	size_t nr_points = group->by_one ? CURVE_POINTS : nr;
	double growth = threads[nr - 1] / threads[0];
	struct pb_line *line;
	int ret = pb_line_add(figure, "fit", pb_strategy_colour(strategy), nr_points, &line);

	if (ret)
		return ret;
	line->curve = true;
	for (size_t i = 0; i < nr_points; i++) {
		double n = group->by_one ? threads[0] * pow(growth, (double)i / (CURVE_POINTS - 1))
					 : threads[i];
		double reference = pb_contention_reference(group, strategy, (uint32_t)n);

		if (reference > 0)
			pb_line_point(line, n, pb_usl_cost(usl, n) / reference, NAN, NAN);
	}
	if (!line->nr_points)
		pb_line_drop(figure);
	return 0;
}

/* "0.35 ± 0.02": two digits of the error's size, and no error where the fit is perfect. */
static void parameter_words(double value, double error, char buf[PB_WORD_LEN])
{
	if (error < 1e-9)
		snprintf(buf, PB_WORD_LEN, "%.2g", value);
	else
		snprintf(buf, PB_WORD_LEN, "%.2g ± %.1g", value, error);
}

/* The parameters stand above the panel; where throughput is at its most is said below the title. */
static int fit_say(const char *strategy, const char *sharing, const struct pb_usl *usl,
		   struct pb_figure *figure, struct pb_buf *peaks)
{
	char **title = &figure->panels[figure->nr_panels - 1], *longer;
	char sigma[PB_WORD_LEN], kappa[PB_WORD_LEN];

	parameter_words(usl->sigma, usl->sigma_error, sigma);
	parameter_words(usl->kappa, usl->kappa_error, kappa);
	longer = pb_format("%s: %s σ %s, κ %s", *title, sharing, sigma, kappa);
	if (!longer)
		return -ENOMEM;
	free(*title);
	*title = longer;
	if (!isfinite(usl->peak) || usl->kappa <= 2 * usl->kappa_error)
		return 0;
	return pb_buf_printf(peaks, "%s%s %.0f", peaks->len_bytes ? ", " : "", strategy, usl->peak);
}

int pb_contention_fit(const struct pb_contention *group, const char *strategy,
		      struct pb_figure *figure, struct pb_buf *peaks, size_t *most)
{
	for (size_t l = 0; l < 2; l++) {
		double threads[PB_CONTENTION_THREADS], costs[PB_CONTENTION_THREADS];
		size_t nr =
			fit_points(group, strategy, pb_sharing_looks[l].sharing, threads, costs);
		struct pb_usl usl;
		int ret;

		*most = nr > *most ? nr : *most;
		if (nr < PB_USL_LEAST || threads[nr - 1] < 2)
			continue;
		if (pb_usl_fit(threads, costs, nr, &usl)) {
			pb_fail_clear();
			continue;
		}
		ret = fit_say(strategy, pb_sharing_name(pb_sharing_looks[l].sharing), &usl, figure,
			      peaks);
		return ret ? ret : curve_add(group, strategy, &usl, threads, nr, figure);
	}
	return 0;
}
