// SPDX-License-Identifier: GPL-2.0-only
/*
 * html_run - saving a page, the sentence to quote, and the fingerprint.
 * Why: a result that is quoted names what it was measured on.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "common/save.h"
#include "common/str.h"
#include "report/page/html_parts.h"
#include "report/runs/strategy.h"
#include "report/runs/text.h"

/* The strategy that most people ask for first, of those that were measured in this setting. */
static const char *lead_strategy(const struct pb_view *view, const struct pb_setting *setting,
				 uint64_t nr_pages)
{
	static const char *const wanted[] = { "pin-fast", "pin", "longterm-fast", "longterm" };

	for (size_t i = 0; i < PB_ARRAY_SIZE(wanted); i++)
		if (!isnan(pb_view_value(view, pb_view_cell(view, setting, wanted[i], nr_pages))
				   .total))
			return wanted[i];
	for (size_t i = view->nr_strategies; i-- > 0;)
		if (!isnan(pb_view_value(view,
					 pb_view_cell(view, setting, view->strategies[i], nr_pages))
				   .total))
			return view->strategies[i];
	return NULL;
}

int pb_html_save(const char *path, int (*write)(FILE *out, void *page), void *page)
{
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int ret;

	if (!out)
		return pb_fail(-ENOMEM, "out of memory");
	ret = write(out, page);
	if (fclose(out) && !ret)
		ret = pb_fail(-ENOMEM, "out of memory");
	return ret ? ret : pb_file_write(path, text, len);
}

/* ", 2.1 times get-fast's 124", or nothing where there is no floor to stand it on. */
static int lead_floor(struct pb_buf *buf, const struct pb_view *view,
		      const struct pb_setting *setting, const char *name, uint64_t nr_pages,
		      double total)
{
	const struct pb_strategy_row *strategy = pb_strategy_find(name);
	char number[PB_NUMBER_LEN];
	double floor;

	if (!strategy || pb_streq(strategy->floor, strategy->name) ||
	    !pb_evidence_stacks(view->summary->run.evidence))
		return 0;
	floor = pb_view_value(view, pb_view_cell(view, setting, strategy->floor, nr_pages)).total;
	if (!(floor > 0) || pb_streq(strategy->floor, "noop"))
		return 0;
	pb_number_short(floor, number);
	if (fabs(total / floor - 1) < 0.05)
		return pb_buf_printf(buf, ", much like %s's %s", strategy->floor, number);
	return pb_buf_printf(buf, ", %.1f times %s's %s", total / floor, strategy->floor, number);
}

static int lead_setting(struct pb_buf *buf, const struct pb_view *view,
			const struct pb_setting *setting, bool first)
{
	uint64_t nr_pages = setting->pages[setting->nr_pages - 1];
	const char *name = lead_strategy(view, setting, nr_pages);
	_cleanup_free_ char *title = pb_setting_title(setting);
	char total[PB_NUMBER_LEN], acquire[PB_NUMBER_LEN], release[PB_NUMBER_LEN],
		pages[PB_WORD_LEN];
	struct pb_value value;
	int ret;

	if (!title)
		return -ENOMEM;
	if (!name)
		return pb_buf_printf(buf, "%s on %s nothing was measured", first ? "" : ";", title);
	value = pb_view_value(view, pb_view_cell(view, setting, name, nr_pages));
	ret = pb_buf_printf(buf, "%s %s costs %s %s a page on %s, %s a call", first ? "" : ";",
			    name, pb_number_short(value.total, total), view->metric, title,
			    pb_pages_words(nr_pages, pages));
	if (!ret && !isnan(value.release))
		ret = pb_buf_printf(buf, " (%s to acquire, %s to release)",
				    pb_number_short(value.acquire, acquire),
				    pb_number_short(value.release, release));
	return ret ? ret : lead_floor(buf, view, setting, name, nr_pages, value.total);
}

char *pb_html_lead(const struct pb_view *view)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	_cleanup_free_ char *title = pb_run_title(view->summary);
	int ret = title ? pb_buf_printf(&buf, "On %s,", title) : -ENOMEM;

	/* A sentence holds two settings; the table holds the rest. */
	for (size_t i = 0; i < view->nr_settings && i < 2 && !ret; i++)
		ret = lead_setting(&buf, view, &view->settings[i], !i);
	if (!ret && !view->nr_settings)
		ret = pb_buf_printf(&buf, " nothing was measured");
	if (!ret)
		ret = pb_buf_printf(&buf, ".");
	return ret ? NULL : pb_steal(buf.data);
}

static void fact_write(FILE *out, const char *key, const char *value)
{
	pb_html_printf(out, "<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n", key, value);
}

void pb_html_fingerprint(FILE *out, const struct pb_summary *summary)
{
	fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Fingerprint\">\n"
	      "<table class=\"facts\">\n",
	      out);
	fact_write(out, "run", summary->run.uuid);
	fact_write(out, "taken", summary->run.created);
	fact_write(out, "plan", summary->run.plan);
	fact_write(out, "backend", summary->run.backend);
	fact_write(out, "evidence", pb_evidence_name(summary->run.evidence));
	fact_write(out, "pinbench", summary->run.revision);
	for (size_t i = 0; i < summary->nr_facts; i++)
		fact_write(out, summary->facts[i].key, summary->facts[i].value);
	fputs("</table>\n</div>\n", out);
}
