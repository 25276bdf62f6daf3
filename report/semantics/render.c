// SPDX-License-Identifier: GPL-2.0-only
/*
 * render - the formats of semantics, and those that are a row each: TSV and JSON.
 * Why: what a program reads has every row and every word; nothing is put together.
 */
#include "report/semantics/render.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "collect/observed.h"
#include "common/encode/json.h"
#include "common/encode/tsv.h"
#include "common/err.h"
#include "common/str.h"
#include "report/semantics/figure.h"

static const struct pb_semantics_format formats[] = {
	{ "text", "for people: strategies that agree stand together", pb_semantics_text },
	{ "tsv", "a line a case, its fields between tabs", pb_semantics_tsv },
	{ "json", "everything, the parts of each verdict too", pb_semantics_json },
	{ "markdown", "tables for a page or a mail", pb_semantics_markdown },
	{ "html", "a page by itself, the picture on it", pb_semantics_html },
	{ "svg", "the picture alone", pb_semantics_svg },
};

int pb_semantics_format_find(const char *name, const struct pb_semantics_format **ret_format)
{
	pb_cleanup(pb_buf_done) struct pb_buf valid = { 0 };

	for (size_t i = 0; i < PB_ARRAY_SIZE(formats); i++) {
		if (pb_streq(formats[i].name, name)) {
			*ret_format = &formats[i];
			return 0;
		}
		if (pb_buf_printf(&valid, " %s", formats[i].name))
			return -ENOMEM;
	}
	return pb_fail(-EINVAL, "semantics: unknown format '%s' (valid:%s)", name, valid.data);
}

/* "stale/kept", with the event's result in front where it is not plainly ok. */
static char *words_of(const struct pb_semantics_row *row)
{
	const struct pb_observed_verdict *v = &row->verdict;
	bool plain = pb_streq(v->result, "ok"), seen = !pb_streq(v->data, "-");

	if (pb_streq(v->frame, "-") && !seen)
		return pb_format("%s", v->result);
	return pb_format("%s%s%s%s%s%s", plain ? "" : v->result, plain ? "" : " ",
			 seen ? v->data : "", seen ? "/" : "", v->frame,
			 row->expected == PB_EXPECTED_OTHER ? " (!)" : "");
}

char *pb_semantics_line(const struct pb_semantics_row *rows, size_t nr)
{
	pb_cleanup(pb_buf_done) struct pb_buf line = { 0 };
	_cleanup_free_ char **words = calloc(nr ? nr : 1, sizeof(*words));
	int ret = words ? pb_buf_add(&line, "", 0) : pb_fail(-ENOMEM, "out of memory");

	for (size_t i = 0; i < nr && !ret; i++) {
		words[i] = words_of(&rows[i]);
		ret = words[i] ? 0 : -ENOMEM;
	}
	for (size_t i = 0; i < nr && !ret; i++) {
		bool told = false;

		for (size_t j = 0; j < i && !told; j++)
			told = pb_streq(words[j], words[i]);
		if (told)
			continue;
		ret = pb_buf_printf(&line, "%s%s", line.len_bytes ? "; " : "",
				    rows[i].result.cell.strategy);
		for (size_t j = i + 1; j < nr && !ret; j++)
			if (pb_streq(words[j], words[i]))
				ret = pb_buf_printf(&line, " %s", rows[j].result.cell.strategy);
		if (!ret)
			ret = pb_buf_printf(&line, ": %s", words[i]);
	}
	for (size_t i = 0; words && i < nr; i++)
		free(words[i]);
	return ret ? NULL : pb_steal(line.data);
}

int pb_semantics_written(FILE *out)
{
	errno = 0;
	if (!fflush(out) && !ferror(out))
		return 0;
	return pb_fail(errno ? -errno : -EIO, "cannot write the verdicts: %s",
		       strerror(errno ? errno : EIO));
}

int pb_semantics_tsv(const struct pb_semantics *semantics, FILE *out)
{
	pb_tsv_printf(out, "kernel\tstrategy\tintent\tmemory\tevent\tresult\tdata\tframe\tblocked\t"
			   "invalidations\tcontrol\n");
	for (size_t i = 0; i < semantics->nr; i++) {
		const struct pb_semantics_row *row = &semantics->rows[i];
		const struct pb_cell *cell = &row->result.cell;
		const struct pb_observed_verdict *v = &row->verdict;

		pb_tsv_printf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", row->kernel,
			      cell->strategy, pb_intent_name(cell->intent),
			      pb_memory_name(cell->memory), cell->event, v->result, v->data,
			      v->frame, v->blocked, v->invalidations, row->control);
	}
	return pb_semantics_written(out);
}

static json_t *parts_of(const struct pb_cell_result *result)
{
	json_t *parts = json_object();

	for (size_t i = 0; parts && i < result->nr_parts; i++) {
		_cleanup_free_ char *clean = pb_text_clean(result->parts[i].value);

		if (!clean ||
		    json_object_set_new(parts, result->parts[i].name, json_string(clean))) {
			json_decref(parts);
			return NULL;
		}
	}
	return parts;
}

static json_t *row_of(const struct pb_semantics_row *row)
{
	static const char *const expected[] = {
		[PB_EXPECTED_NOTHING] = "nothing",
		[PB_EXPECTED_SO] = "so",
		[PB_EXPECTED_OTHER] = "other",
	};
	const struct pb_cell *cell = &row->result.cell;
	const struct pb_observed_verdict *v = &row->verdict;

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s*, s:s*, "
			 "s:o*}",
			 "kernel", row->kernel, "strategy", cell->strategy, "intent",
			 pb_intent_name(cell->intent), "memory", pb_memory_name(cell->memory),
			 "event", cell->event, "result", v->result, "data", v->data, "frame",
			 v->frame, "blocked", v->blocked, "invalidations", v->invalidations,
			 "control", row->control, "expected", expected[row->expected], "deviation",
			 row->deviation, "reason", row->result.reason, "parts",
			 parts_of(&row->result));
}

int pb_semantics_json(const struct pb_semantics *semantics, FILE *out)
{
	json_t *rows = json_array();
	_cleanup_free_ char *text = NULL;

	for (size_t i = 0; rows && i < semantics->nr; i++)
		if (json_array_append_new(rows, row_of(&semantics->rows[i]))) {
			json_decref(rows);
			return pb_fail(-ENOMEM, "out of memory");
		}
	text = rows ? json_dumps(rows, JSON_INDENT(1) | JSON_PRESERVE_ORDER) : NULL;
	json_decref(rows);
	if (!text)
		return pb_fail(-ENOMEM, "out of memory");
	pb_json_write(out, text, strlen(text));
	fputc('\n', out);
	return pb_semantics_written(out);
}
