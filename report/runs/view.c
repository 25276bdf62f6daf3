// SPDX-License-Identifier: GPL-2.0-only
/*
 * view - settings, strategies and pages found in a run, and the value that stands for a cell.
 * Why: terminal, page and figures show the same cells in the same order with the same numbers.
 */
#include "report/runs/view.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/runs/strategy.h"
#include "report/runs/text.h"
#include "report/runs/units.h"

static int setting_add_pages(struct pb_setting *setting, uint64_t nr_pages)
{
	uint64_t *pages;
	size_t at = 0;

	while (at < setting->nr_pages && setting->pages[at] < nr_pages)
		at++;
	if (at < setting->nr_pages && setting->pages[at] == nr_pages)
		return 0;
	pages = reallocarray(setting->pages, setting->nr_pages + 1, sizeof(*pages));
	if (!pages)
		return pb_fail(-ENOMEM, "out of memory");
	memmove(pages + at + 1, pages + at, (setting->nr_pages - at) * sizeof(*pages));
	pages[at] = nr_pages;
	setting->pages = pages;
	setting->nr_pages++;
	return 0;
}

static int view_add_setting(struct pb_view *view, const struct pb_cell *cell)
{
	struct pb_setting *settings;
	size_t at = 0;

	while (at < view->nr_settings && !pb_cell_setting_same(view->settings[at].cell, cell))
		at++;
	if (at == view->nr_settings) {
		settings = reallocarray(view->settings, at + 1, sizeof(*settings));
		if (!settings)
			return pb_fail(-ENOMEM, "out of memory");
		settings[at] = (struct pb_setting){ .cell = cell };
		view->settings = settings;
		view->nr_settings++;
	}
	return setting_add_pages(&view->settings[at], cell->nr_pages);
}

static int view_add_strategy(struct pb_view *view, const char *name)
{
	const char **strategies;
	size_t at = 0;

	for (size_t i = 0; i < view->nr_strategies; i++)
		if (pb_streq(view->strategies[i], name))
			return 0;
	strategies = reallocarray(view->strategies, view->nr_strategies + 1, sizeof(*strategies));
	if (!strategies)
		return pb_fail(-ENOMEM, "out of memory");
	while (at < view->nr_strategies &&
	       pb_strategy_rank(strategies[at]) <= pb_strategy_rank(name))
		at++;
	memmove(strategies + at + 1, strategies + at,
		(view->nr_strategies - at) * sizeof(*strategies));
	strategies[at] = name;
	view->strategies = strategies;
	view->nr_strategies++;
	return 0;
}

int pb_view_init(struct pb_view *view, const struct pb_summary *summary)
{
	pb_cleanup(pb_view_done) struct pb_view fresh = { .summary = summary };
	int ret;

	fresh.metric = pb_summary_judged(summary);
	ret = pb_units_check(summary, summary, fresh.metric, "report: ");
	for (size_t i = 0; i < summary->nr_cells && !ret; i++) {
		ret = view_add_setting(&fresh, &summary->cells[i].cell);
		if (!ret)
			ret = view_add_strategy(&fresh, summary->cells[i].cell.strategy);
	}
	if (ret)
		return ret;
	*view = fresh;
	fresh = (struct pb_view){ 0 };
	return 0;
}

void pb_view_done(struct pb_view *view)
{
	for (size_t i = 0; i < view->nr_settings; i++)
		free(view->settings[i].pages);
	free(view->settings);
	free(view->strategies);
	*view = (struct pb_view){ 0 };
}

const struct pb_summary_cell *pb_view_cell(const struct pb_view *view,
					   const struct pb_setting *setting, const char *strategy,
					   uint64_t nr_pages)
{
	for (size_t i = 0; i < view->summary->nr_cells; i++) {
		const struct pb_summary_cell *cell = &view->summary->cells[i];

		if (cell->cell.nr_pages == nr_pages && pb_streq(cell->cell.strategy, strategy) &&
		    pb_cell_setting_same(setting->cell, &cell->cell))
			return cell;
	}
	return NULL;
}

bool pb_view_has(const struct pb_view *view, const struct pb_setting *setting, const char *strategy)
{
	for (size_t i = 0; i < setting->nr_pages; i++)
		if (pb_view_cell(view, setting, strategy, setting->pages[i]))
			return true;
	return false;
}

/* Medians over interleavings of the two phases do not add up to that of a call. */
static void whole_take(const struct pb_view *view, const struct pb_summary_cell *cell,
		       struct pb_value *value)
{
	const struct pb_summary_series *call = pb_summary_find(cell, "call", view->metric);

	if (!(pb_evidence_row(view->summary->run.evidence)->flags & PB_EVIDENCE_DRAWN) || !call)
		return;
	value->total = call->median;
	value->spread = call->max - call->min;
}

struct pb_value pb_view_value(const struct pb_view *view, const struct pb_summary_cell *cell)
{
	struct pb_value value = { NAN, NAN, NAN, NAN, NAN };
	bool exact = pb_evidence_is_exact(view->summary->run.evidence);
	const struct pb_summary_series *acquire, *release;
	double windows, pages;

	if (!cell || cell->state != PB_CELL_MEASURED)
		return value;
	acquire = pb_summary_find(cell, "acquire", view->metric);
	release = pb_summary_find(cell, "release", view->metric);
	if (!acquire)
		return value;
	pages = (double)cell->cell.nr_pages;
	/* A call that does both in one has all of its cost in acquire, and no release to show. */
	if (!release) {
		value.acquire = exact ? acquire->min : acquire->median;
		value.total = value.acquire;
		value.spread = acquire->max - acquire->min;
		if (acquire->has_empty && acquire->empty + value.total * pages > 0)
			value.window_share =
				acquire->empty / (acquire->empty + value.total * pages);
		return value;
	}
	value.acquire = exact ? acquire->min : acquire->median;
	value.release = exact ? release->min : release->median;
	value.total = value.acquire + value.release;
	value.spread = acquire->max - acquire->min + release->max - release->min;
	whole_take(view, cell, &value);
	windows = acquire->empty + release->empty;
	if (acquire->has_empty && windows + value.total * pages > 0)
		value.window_share = windows / (windows + value.total * pages);
	return value;
}

static int samples_add(const struct pb_view *view, const struct pb_summary_cell *cell,
		       const char *phase, double **values, size_t *nr)
{
	const struct pb_summary_series *series = pb_summary_find(cell, phase, view->metric);
	_cleanup_free_ double *more = NULL;
	size_t nr_more = 0;
	int ret = series ? pb_summary_values(view->store, cell, series, &more, &nr_more) : 0;

	if (ret || !series)
		return ret;
	if (!*values) {
		*values = pb_steal(more);
		*nr = nr_more;
		return 0;
	}
	/* A counter that did not run everywhere leaves nothing to add one by one. */
	for (size_t i = 0; i < *nr && nr_more == *nr; i++)
		(*values)[i] += more[i];
	if (nr_more != *nr)
		*nr = 0;
	return 0;
}

int pb_view_samples(const struct pb_view *view, const struct pb_summary_cell *cell,
		    double **ret_values, size_t *ret_nr)
{
	_cleanup_free_ double *values = NULL;
	size_t nr = 0;
	int ret = 0;

	if (cell && cell->state == PB_CELL_MEASURED && view->store)
		ret = samples_add(view, cell, "acquire", &values, &nr);
	if (!ret && values)
		ret = samples_add(view, cell, "release", &values, &nr);
	if (ret)
		return ret;
	*ret_values = pb_steal(values);
	*ret_nr = nr;
	return 0;
}

bool pb_view_panel_is_new(const struct pb_view *view, size_t at)
{
	const char *panel = pb_strategy_panel(view->strategies[at]);

	for (size_t i = 0; i < at && panel; i++) {
		const char *before = pb_strategy_panel(view->strategies[i]);

		if (before && pb_streq(before, panel))
			return false;
	}
	return panel != NULL;
}

/* The cell of a setting, and what is in @but as if it had not been asked for. */
static struct pb_cell cell_without(const struct pb_setting *setting, unsigned int but)
{
	struct pb_cell cell = *setting->cell;

	for (int id = 0; id < PB_NR_AXES; id++)
		if (but & (1U << id))
			pb_cell_word_set(&cell, (enum pb_axis_id)id, 0);
	if (but & PB_SETTING_THREADS)
		cell.nr_threads = 1;
	return cell;
}

bool pb_setting_same_but(const struct pb_setting *a, const struct pb_setting *b, unsigned int but)
{
	struct pb_cell x = cell_without(a, but), y = cell_without(b, but);

	return pb_cell_setting_same(&x, &y);
}

bool pb_setting_is_first_but(const struct pb_view *view, const struct pb_setting *setting,
			     unsigned int but)
{
	for (const struct pb_setting *s = view->settings; s < setting; s++)
		if (pb_setting_same_but(s, setting, but))
			return false;
	return true;
}

char *pb_setting_title_but(const struct pb_setting *setting, unsigned int but)
{
	struct pb_cell cell = cell_without(setting, but);

	return pb_cell_title(&cell);
}

bool pb_evidence_stacks(enum pb_evidence evidence)
{
	return !(pb_evidence_row(evidence)->flags & PB_EVIDENCE_UNLIKE);
}

const char *pb_evidence_words(enum pb_evidence evidence)
{
	return pb_evidence_row(evidence)->words;
}

char *pb_run_evidence(const struct pb_summary *summary)
{
	const char *machine = pb_summary_fact(summary, "machine.virtual");
	_cleanup_free_ char *words = NULL;

	words = machine && summary->run.evidence == PB_EVIDENCE_HARDWARE
			? pb_format("hardware (virtual)")
			: pb_format("%s", pb_evidence_name(summary->run.evidence));
	return words ? pb_printable_copy(words, "") : NULL;
}

bool pb_view_units_differ(const struct pb_summary *a, const struct pb_summary *b)
{
	const char *left = pb_summary_fact(a, "kernel.arch");
	const char *right = pb_summary_fact(b, "kernel.arch");

	return left && right && !pb_streq(left, right) &&
	       pb_streq(pb_summary_metric(a->run.evidence), "instructions") &&
	       pb_streq(pb_summary_metric(b->run.evidence), "instructions");
}

/* "65536", "4096, assumed"; 0: the run does not say. */
static unsigned long page_bytes_of(const struct pb_summary *summary)
{
	const char *said = pb_summary_fact(summary, "gup_test.page_bytes");

	return said ? strtoul(said, NULL, 10) : 0;
}

int pb_view_pages_check(const struct pb_summary *a, const struct pb_summary *b)
{
	unsigned long left = page_bytes_of(a), right = page_bytes_of(b);

	if (!left || !right || left == right)
		return 0;
	return pb_fail(-EINVAL,
		       "run %.8s has pages of %lu bytes, and run %.8s of %lu: what one page costs "
		       "in one says nothing of the other; compare runs with pages of one size",
		       a->run.uuid, left, b->run.uuid, right);
}

char *pb_run_title(const struct pb_summary *summary)
{
	const char *release = pb_summary_fact(summary, "kernel.release");
	_cleanup_free_ char *title = NULL;

	title = release && *release ? pb_format("Linux %s", release)
				    : pb_format("run %.8s", summary->run.uuid);
	return title ? pb_printable_copy(title, "") : NULL;
}

char *pb_setting_title(const struct pb_setting *setting)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	const struct pb_cell *cell = setting->cell;
	int ret = pb_buf_printf(&buf, "%s",
				setting->instead ? setting->instead : pb_memory_name(cell->memory));

	if (!ret && cell->nr_threads != 1)
		ret = pb_buf_printf(&buf, ", %" PRIu32 " threads", cell->nr_threads);
	for (enum pb_axis_id id = 0; id < PB_NR_AXES && !ret; id++) {
		char words[2 * PB_WORD_LEN];

		if (!pb_cell_axis_is_default(cell, id))
			ret = pb_buf_printf(&buf, ", %s",
					    pb_axis_words(cell, id, words, sizeof(words)));
	}
	if (!ret && cell->again)
		ret = pb_buf_printf(&buf, ", again (%" PRIu32 ")", cell->again);
	return ret ? NULL : pb_printable_copy(buf.data, "");
}

char *pb_cell_title(const struct pb_cell *cell)
{
	const struct pb_setting setting = { .cell = cell };

	return pb_setting_title(&setting);
}

const char *pb_pages_words(uint64_t nr_pages, char buf[PB_WORD_LEN])
{
	snprintf(buf, PB_WORD_LEN, "%" PRIu64 " page%s", nr_pages, nr_pages == 1 ? "" : "s");
	return buf;
}
