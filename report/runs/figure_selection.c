// SPDX-License-Identifier: GPL-2.0-only
/*
 * figure_selection - of a run with many settings: which are drawn one by one, and which only say why not.
 * Why: a page of two hundred like pictures is read by nobody; all of its numbers stay in tables.
 */
#include "report/runs/figure_selection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/runs/reasons.h"
#include "report/runs/text.h"

const char *const pb_figures_wanted_words[PB_NR_FIGURES_WANTED] = { "overview", "all" };

bool pb_view_is_large(const struct pb_view *view)
{
	return view->nr_settings > PB_SETTINGS_FEW;
}

bool pb_setting_is_plain(const struct pb_setting *setting, unsigned int but)
{
	for (enum pb_axis_id id = 0; id < PB_NR_AXES; id++)
		if (!(but & (1U << id)) && !pb_cell_axis_is_default(setting->cell, id))
			return false;
	return setting->cell->nr_threads == 1;
}

bool pb_setting_is_drawn(const struct pb_view *view, const struct pb_setting *setting,
			 unsigned int but, enum pb_figures_wanted wanted)
{
	if (wanted == PB_FIGURES_ALL || !pb_view_is_large(view))
		return true;
	return pb_setting_is_plain(setting, but) && pb_setting_count(view, setting).nr_measured > 0;
}

struct pb_setting_counts pb_setting_count(const struct pb_view *view,
					  const struct pb_setting *setting)
{
	struct pb_setting_counts counts = { 0 };

	for (size_t i = 0; i < view->summary->nr_cells; i++) {
		const struct pb_summary_cell *cell = &view->summary->cells[i];

		if (!pb_cell_setting_same(&cell->cell, setting->cell))
			continue;
		counts.nr_cells++;
		counts.nr_measured += cell->state == PB_CELL_MEASURED;
		counts.nr_refused += cell->state == PB_CELL_REFUSED;
	}
	return counts;
}

bool pb_setting_is_folded(const struct pb_view *view, const struct pb_setting *setting)
{
	struct pb_setting_counts counts = pb_setting_count(view, setting);

	if (!pb_view_is_large(view) || counts.nr_refused < counts.nr_cells)
		return false;
	for (size_t i = 0; i < view->summary->nr_cells; i++) {
		const struct pb_summary_cell *cell = &view->summary->cells[i];

		if (cell->detail && *cell->detail &&
		    pb_cell_setting_same(&cell->cell, setting->cell))
			return false;
	}
	return true;
}

char *pb_cell_why(const struct pb_summary_cell *cell)
{
	const char *reason = cell->reason ? cell->reason : "no reason was given";
	_cleanup_free_ char *text = NULL;
	char name[PB_ERROR_NAME_LEN];

	text = cell->error
		       ? pb_format("%s: %s", pb_error_name(cell->error, name, sizeof(name)), reason)
		       : pb_format("%s", reason);
	return text ? pb_printable_copy(text, "") : NULL;
}

static void strings_free(char **strings, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		free(strings[i]);
	free(strings);
}

/* All that a setting's cells were refused for, in one string. */
static char *why_make(const struct pb_view *view, const struct pb_setting *setting)
{
	const struct pb_summary *summary = view->summary;
	char **sentences = calloc(summary->nr_cells + 1, sizeof(*sentences));
	pb_cleanup(pb_reasons_done) struct pb_reasons reasons = { 0 };
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	size_t nr = 0;
	int ret = sentences ? 0 : pb_fail(-ENOMEM, "out of memory");

	for (size_t i = 0; i < summary->nr_cells && !ret; i++) {
		if (!pb_cell_setting_same(&summary->cells[i].cell, setting->cell))
			continue;
		sentences[nr] = pb_cell_why(&summary->cells[i]);
		ret = sentences[nr] ? 0 : -ENOMEM;
		nr += !ret;
	}
	if (!ret)
		ret = pb_reasons_group((const char *const *)sentences, nr, &reasons);
	for (size_t i = 0; i < reasons.nr && !ret; i++)
		ret = pb_buf_printf(&buf, "%s%s", i ? "; " : "", reasons.items[i].text);
	if (sentences)
		strings_free(sentences, nr);
	return ret ? NULL : pb_steal(buf.data);
}

/* The folded settings, by their place. */
struct folds {
	size_t nr;
	char **whys;
	char **titles;
	size_t *cells;
};

static void folds_done(struct folds *folds)
{
	if (folds->whys)
		strings_free(folds->whys, folds->nr);
	if (folds->titles)
		strings_free(folds->titles, folds->nr);
	free(folds->cells);
}

static int folds_find(const struct pb_view *view, struct folds *folds)
{
	folds->whys = calloc(view->nr_settings + 1, sizeof(*folds->whys));
	folds->titles = calloc(view->nr_settings + 1, sizeof(*folds->titles));
	folds->cells = calloc(view->nr_settings + 1, sizeof(*folds->cells));
	if (!folds->whys || !folds->titles || !folds->cells)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t s = 0; s < view->nr_settings; s++) {
		const struct pb_setting *setting = &view->settings[s];
		size_t at = folds->nr;

		if (!pb_setting_is_folded(view, setting))
			continue;
		folds->nr++;
		folds->whys[at] = why_make(view, setting);
		folds->titles[at] = pb_setting_title(setting);
		folds->cells[at] = pb_setting_count(view, setting).nr_cells;
		if (!folds->whys[at] || !folds->titles[at])
			return -ENOMEM;
	}
	return 0;
}

int pb_folded_tell(const struct pb_view *view,
		   int (*row)(void *data, const struct pb_folded *folded), void *data)
{
	pb_cleanup(folds_done) struct folds folds = { 0 };
	pb_cleanup(pb_reasons_done) struct pb_reasons reasons = { 0 };
	int ret = folds_find(view, &folds);

	if (!ret)
		ret = pb_reasons_group((const char *const *)folds.whys, folds.nr, &reasons);
	for (size_t i = 0; i < reasons.nr && !ret; i++) {
		const struct pb_reason *reason = &reasons.items[i];
		_cleanup_free_ const char **titles = calloc(reason->nr, sizeof(*titles));
		struct pb_folded folded = { reason->text, reason->nr, titles, 0 };

		if (!titles)
			return pb_fail(-ENOMEM, "out of memory");
		for (size_t m = 0; m < reason->nr; m++) {
			titles[m] = folds.titles[reason->members[m]];
			folded.nr_cells += folds.cells[reason->members[m]];
		}
		ret = row(data, &folded);
	}
	return ret;
}
