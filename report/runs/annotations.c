// SPDX-License-Identifier: GPL-2.0-only
/*
 * annotations - what stands beside a cell's number: the harness by two ways, events, the slow calls.
 * Why: terminal and page say the same of a cell, in the same words, and only where there is any.
 */
#include "report/runs/annotations.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/runs/text.h"

/* A whole count has no use for a point. */
static const char *cost_words(double cost, char buf[PB_NUMBER_LEN])
{
	if (fabs(cost - round(cost)) > 1e-6)
		return pb_number(cost, buf);
	snprintf(buf, PB_NUMBER_LEN, "%.0f", cost);
	return buf;
}

const char *pb_harness_words(const struct pb_view *view, const struct pb_summary_cell *cell,
			     char *buf)
{
	static const char *const phases[] = { "acquire", "release" };
	double window = 0, difference = 0;
	char text[2][PB_NUMBER_LEN];
	bool any = false;

	buf[0] = '\0';
	for (size_t i = 0; cell && i < PB_ARRAY_SIZE(phases); i++) {
		struct pb_summary_twice twice;

		if (!pb_summary_twice(cell, phases[i], view->metric, &twice))
			continue;
		any = true;
		window += twice.by_window;
		difference += twice.by_difference;
	}
	if (any)
		snprintf(buf, (size_t)2 * PB_WORD_LEN, "%s/%s", cost_words(window, text[0]),
			 cost_words(difference, text[1]));
	return buf;
}

bool pb_harness_is_known(const struct pb_view *view, const struct pb_setting *setting)
{
	for (size_t i = 0; i < view->summary->nr_cells; i++) {
		const struct pb_summary_cell *cell = &view->summary->cells[i];
		char words[2 * PB_WORD_LEN];

		if (pb_cell_setting_same(&cell->cell, setting->cell) &&
		    *pb_harness_words(view, cell, words))
			return true;
	}
	return false;
}

/* The least that a strategy other than noop costs; @ret_name says which. */
static double cheapest(const struct pb_view *view, const struct pb_setting *setting,
		       uint64_t nr_pages, const char **ret_name)
{
	double least = NAN;

	for (size_t i = 0; i < view->nr_strategies; i++) {
		const char *name = view->strategies[i];
		double total =
			pb_view_value(view, pb_view_cell(view, setting, name, nr_pages)).total;

		if (pb_streq(name, "noop") || isnan(total) || total >= least)
			continue;
		least = total;
		*ret_name = name;
	}
	return least;
}

/*
 * What a cell costs a page by the difference of windows, both phases; NaN where that is not known.
 */
static double own_cost(const struct pb_view *view, const struct pb_summary_cell *cell)
{
	struct pb_summary_twice acquire, release;

	if (!cell || !pb_summary_twice(cell, "acquire", view->metric, &acquire) ||
	    !pb_summary_twice(cell, "release", view->metric, &release))
		return NAN;
	return acquire.own + release.own;
}

/*
 * What noop costs of the cheapest by difference, the worst of all pages; NaN where none is known.
 */
static double noop_own_share(const struct pb_view *view, const struct pb_setting *setting)
{
	double worst = NAN;

	for (size_t i = 0; i < setting->nr_pages; i++) {
		const char *name = "";
		double noop, least = cheapest(view, setting, setting->pages[i], &name);

		if (!(least > 0))
			continue;
		least = own_cost(view, pb_view_cell(view, setting, name, setting->pages[i]));
		noop = own_cost(view, pb_view_cell(view, setting, "noop", setting->pages[i]));
		if (least > 0)
			worst = fmax(worst, noop / least); /* of a NaN and a number, the number */
	}
	return worst;
}

char *pb_noop_words(const struct pb_view *view, const struct pb_setting *setting)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	double by_difference = noop_own_share(view, setting);
	const char *last = "";
	int ret = 0;

	for (size_t i = 0; i < setting->nr_pages && !ret; i++) {
		const char *name = "";
		double least = cheapest(view, setting, setting->pages[i], &name);
		double noop =
			pb_view_value(view, pb_view_cell(view, setting, "noop", setting->pages[i]))
				.total;
		char pages[PB_WORD_LEN];

		if (isnan(noop) || !(least > 0))
			continue;
		ret = pb_buf_printf(&buf, buf.len_bytes ? ", " : "noop is ");
		if (!ret)
			ret = pb_buf_printf(&buf, "%.1f %% of %s%s%s with %s", 100 * noop / least,
					    pb_streq(last, name) ? "it" : "the cheapest, ",
					    pb_streq(last, name) ? "" : name,
					    pb_streq(last, name) ? "" : ",",
					    pb_pages_words(setting->pages[i], pages));
		last = name;
	}
	if (!ret && buf.len_bytes && !isnan(by_difference))
		ret = pb_buf_printf(&buf, "; by difference %s%.1f %%",
				    setting->nr_pages > 1 ? "at most " : "", 100 * by_difference);
	return ret || !buf.len_bytes ? NULL : pb_printable_copy(buf.data, "");
}

static int event_add(struct pb_buf *buf, const struct pb_summary_cell *cell,
		     const struct pb_summary_series *series)
{
	const char *comma = buf->len_bytes ? ", " : "",
		   *rate = strchr(pb_load_name(cell->cell.load), ':');
	char number[PB_NUMBER_LEN];

	if (pb_streq(series->phase, "load") && pb_streq(series->metric, "rate"))
		return pb_buf_printf(buf, "%sload %s%s%s a second", comma,
				     pb_number(series->median, number), rate ? " of " : "",
				     rate ? rate + 1 : "");
	/* What is no count has its unit with it. */
	if (!pb_streq(series->unit, "count"))
		return pb_buf_printf(buf, "%s%s %s %s", comma, series->metric,
				     cost_words(series->median, number), series->unit);
	return series->median == 0
		       ? 0
		       : pb_buf_printf(buf, "%s%s %.0f", comma, series->metric, series->median);
}

char *pb_events_words(const struct pb_summary_cell *cell)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	int ret = 0;

	for (size_t i = 0; i < cell->nr_series && !ret; i++) {
		const struct pb_summary_series *series = &cell->series[i];

		if (series->nr &&
		    (pb_streq(series->phase, "events") || pb_streq(series->phase, "load")))
			ret = event_add(&buf, cell, series);
	}
	return ret ? NULL : pb_printable_copy(buf.data ? buf.data : "", "");
}

const char *const pb_tail_heads[PB_TAIL_WORDS] = {
	"strategy", "pages", "phase", "calls", "p50", "p90", "p99", "p99.9", "max",
};

static int tail_tell(const struct pb_summary_cell *cell, const struct pb_histogram *histogram,
		     int (*row)(void *data, const char *const words[PB_TAIL_WORDS]), void *data)
{
	struct pb_summary_tail tail = pb_summary_tail(cell, histogram);
	char pages[24], calls[24], numbers[PB_NR_QUANTILES][PB_NUMBER_LEN];
	const char *words[PB_TAIL_WORDS] = { cell->cell.strategy, pages, histogram->phase, calls };

	snprintf(pages, sizeof(pages), "%" PRIu64, cell->cell.nr_pages);
	snprintf(calls, sizeof(calls), "%" PRIu64, tail.count);
	for (size_t i = 0; i < PB_NR_QUANTILES; i++)
		words[4 + i] = pb_number(tail.quantiles[i], numbers[i]);
	return row(data, words);
}

int pb_tails_tell(const struct pb_view *view, const struct pb_setting *setting,
		  int (*row)(void *data, const char *const words[PB_TAIL_WORDS]), void *data)
{
	int ret = 0;

	for (size_t s = 0; s < view->nr_strategies; s++)
		for (size_t p = 0; p < setting->nr_pages; p++) {
			const struct pb_summary_cell *cell =
				pb_view_cell(view, setting, view->strategies[s], setting->pages[p]);

			for (size_t i = 0; cell && i < cell->nr_histograms && !ret; i++)
				if (pb_streq(cell->histograms[i].metric, view->metric))
					ret = tail_tell(cell, &cell->histograms[i], row, data);
		}
	return ret;
}

int pb_events_tell(const struct pb_view *view, const struct pb_setting *setting,
		   int (*row)(void *data, const char *cell, const char *events), void *data)
{
	int ret = 0;

	for (size_t s = 0; s < view->nr_strategies; s++)
		for (size_t p = 0; p < setting->nr_pages && !ret; p++) {
			const struct pb_summary_cell *cell =
				pb_view_cell(view, setting, view->strategies[s], setting->pages[p]);
			_cleanup_free_ char *events = cell ? pb_events_words(cell) : NULL;
			_cleanup_free_ char *name = NULL;
			char pages[PB_WORD_LEN];

			if (cell && !events)
				return -ENOMEM;
			if (!events || !*events)
				continue;
			name = pb_format("%s, %s", cell->cell.strategy,
					 pb_pages_words(cell->cell.nr_pages, pages));
			ret = name ? row(data, name, events) : -ENOMEM;
		}
	return ret;
}
