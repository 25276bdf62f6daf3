// SPDX-License-Identifier: GPL-2.0-only
/*
 * record_write - what was measured, out as one JSON object a line.
 * Why: a line is written whole, so that a stream which is cut is cut between two facts.
 */
#include "collect/record.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "collect/axes.h"
#include "collect/observed.h"
#include "common/err.h"
#include "common/str.h"

/* Adds `,"key":"text"` with everything escaped that JSON cannot hold; nothing if text is NULL. */
static int add_text(struct pb_buf *line, const char *key, const char *text)
{
	_cleanup_free_ char *clean = NULL, *quoted = NULL;
	json_t *value;

	if (!text)
		return 0;
	clean = pb_text_clean(text);
	if (!clean)
		return -ENOMEM;
	value = json_string(clean);
	quoted = value ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
	json_decref(value);
	if (!quoted)
		return pb_fail(-ENOMEM, "out of memory");
	return pb_buf_printf(line, ",\"%s\":%s", key, quoted);
}

static int add_value(struct pb_buf *line, double value)
{
	char text[PB_VALUE_LEN];

	if (isnan(value))
		return pb_buf_add(line, "null", 4);
	if (isinf(value))
		return pb_fail(-EINVAL, "a sample is infinite");
	pb_value_text(value, text);
	return pb_buf_add(line, text, strlen(text));
}

static int add_values(struct pb_buf *line, const struct pb_series *series)
{
	int ret = pb_buf_printf(line, ",\"values\":[");

	for (size_t i = 0; !ret && i < series->nr_values; i++) {
		if (i > 0)
			ret = pb_buf_add(line, ",", 1);
		if (!ret)
			ret = add_value(line, series->values[i]);
	}
	return ret ? ret : pb_buf_add(line, "]", 1);
}

static int write_line(FILE *out, struct pb_buf *line)
{
	int ret = pb_buf_add(line, "}\n", 2);

	if (ret)
		return ret;
	errno = 0;
	if (fwrite(line->data, 1, line->len_bytes, out) != line->len_bytes) {
		ret = errno ? -errno : -EIO;
		return pb_fail(ret, "cannot write a record: %s", strerror(-ret));
	}
	return 0;
}

int pb_record_write_run(FILE *out, const struct pb_run_record *run)
{
	const struct {
		const char *key, *text;
	} texts[] = {
		{ "uuid", run->uuid },       { "created", run->created },
		{ "backend", run->backend }, { "evidence", pb_evidence_name(run->evidence) },
		{ "plan", run->plan },       { "revision", run->revision },
	};
	pb_cleanup(pb_buf_done) struct pb_buf line = { 0 };
	int ret = pb_buf_printf(&line, "{\"type\":\"run\",\"format\":%d", PB_RECORD_FORMAT);

	for (size_t i = 0; !ret && i < PB_ARRAY_SIZE(texts); i++)
		ret = add_text(&line, texts[i].key, texts[i].text);
	return ret ? ret : write_line(out, &line);
}

int pb_record_write_fact(FILE *out, const char *key, const char *value)
{
	pb_cleanup(pb_buf_done) struct pb_buf line = { 0 };
	int ret = pb_buf_printf(&line, "{\"type\":\"fact\"");

	if (!ret)
		ret = add_text(&line, "key", key);
	if (!ret)
		ret = add_text(&line, "value", value);
	return ret ? ret : write_line(out, &line);
}

int pb_record_write_cell(FILE *out, const struct pb_cell *cell)
{
	pb_cleanup(pb_buf_done) struct pb_buf line = { 0 };
	int ret = pb_buf_printf(&line, "{\"type\":\"cell\",\"cell\":%" PRIu32, cell->index);

	if (!ret)
		ret = add_text(&line, "strategy", cell->strategy);
	if (!ret)
		ret = add_text(&line, "memory", pb_memory_name(cell->memory));
	if (!ret)
		ret = pb_buf_printf(&line, ",\"pages\":%" PRIu64 ",\"threads\":%" PRIu32,
				    cell->nr_pages, cell->nr_threads);
	for (enum pb_axis_id id = 0; !ret && id < PB_NR_AXES; id++)
		ret = add_text(&line, pb_axes[id].name, pb_cell_axis(cell, id));
	if (!ret)
		ret = pb_buf_printf(
			&line, ",\"samples\":%" PRIu32 ",\"warmup\":%" PRIu32 ",\"ops\":%" PRIu32,
			cell->nr_samples, cell->nr_warmup, cell->nr_ops);
	if (!ret && cell->event[0])
		ret = add_text(&line, "event", cell->event);
	return ret ? ret : write_line(out, &line);
}

int pb_record_write_series(FILE *out, uint32_t cell, const struct pb_series *series)
{
	pb_cleanup(pb_buf_done) struct pb_buf line = { 0 };
	int ret = pb_buf_printf(&line, "{\"type\":\"series\",\"cell\":%" PRIu32, cell);

	if (!ret)
		ret = add_text(&line, "phase", series->phase);
	if (!ret)
		ret = add_text(&line, "metric", series->metric);
	if (!ret)
		ret = add_text(&line, "unit", series->unit);
	if (!ret)
		ret = add_values(&line, series);
	return ret ? ret : write_line(out, &line);
}

int pb_record_write_profile(FILE *out, uint32_t cell, const struct pb_profile *profile)
{
	pb_cleanup(pb_buf_done) struct pb_buf line = { 0 };
	int ret = pb_buf_printf(&line, "{\"type\":\"profile\",\"cell\":%" PRIu32, cell);

	if (!ret)
		ret = add_text(&line, "phase", profile->phase);
	if (!ret)
		ret = pb_buf_printf(&line, ",\"functions\":[");
	for (size_t i = 0; !ret && i < profile->nr_functions; i++) {
		const struct pb_profile_function *function = &profile->functions[i];

		ret = pb_buf_printf(&line, "%s{\"instructions\":%" PRIu64 ",\"entries\":%" PRIu64,
				    i ? "," : "", function->instructions, function->entries);
		if (!ret)
			ret = add_text(&line, "function", function->name);
		if (!ret)
			ret = add_text(&line, "caller", function->caller);
		if (!ret)
			ret = pb_buf_add(&line, "}", 1);
	}
	if (!ret)
		ret = pb_buf_add(&line, "]", 1);
	return ret ? ret : write_line(out, &line);
}

int pb_record_write_histogram(FILE *out, uint32_t cell, const struct pb_histogram *histogram)
{
	pb_cleanup(pb_buf_done) struct pb_buf line = { 0 };
	int ret = pb_buf_printf(&line, "{\"type\":\"histogram\",\"cell\":%" PRIu32, cell);

	if (!ret)
		ret = add_text(&line, "phase", histogram->phase);
	if (!ret)
		ret = add_text(&line, "metric", histogram->metric);
	if (!ret)
		ret = add_text(&line, "unit", histogram->unit);
	if (!ret)
		ret = pb_buf_printf(&line, ",\"buckets\":[");
	for (size_t i = 0; !ret && i < histogram->nr_buckets; i++) {
		const struct pb_histogram_bucket *bucket = &histogram->buckets[i];

		ret = pb_buf_printf(&line, "%s[%" PRIu64 ",%" PRIu64 ",%" PRIu64 "]", i ? "," : "",
				    bucket->low, bucket->width, bucket->count);
	}
	if (!ret)
		ret = pb_buf_add(&line, "]", 1);
	return ret ? ret : write_line(out, &line);
}

static int traffic_add(struct pb_buf *line, const struct pb_traffic *row)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < PB_TRAFFIC_NR_VALUES; i++) {
		char text[PB_VALUE_LEN];

		ret = pb_buf_printf(line, "%s\"%s\":%s", i ? "," : "{", pb_traffic_values[i],
				    pb_value_text(row->values[i], text));
	}
	if (!ret)
		ret = add_text(line, "object", row->object);
	if (!ret)
		ret = add_text(line, "field", row->field);
	if (!ret)
		ret = add_text(line, "function", row->function);
	return ret ? ret : pb_buf_add(line, "}", 1);
}

int pb_record_write_traffic(FILE *out, uint32_t cell, const struct pb_traffic_list *traffic)
{
	pb_cleanup(pb_buf_done) struct pb_buf line = { 0 };
	int ret;

	if (!traffic->nr)
		return 0;
	ret = pb_buf_printf(&line, "{\"type\":\"traffic\",\"cell\":%" PRIu32 ",\"rows\":[", cell);
	for (size_t i = 0; !ret && i < traffic->nr; i++) {
		if (i)
			ret = pb_buf_add(&line, ",", 1);
		if (!ret)
			ret = traffic_add(&line, &traffic->rows[i]);
	}
	if (!ret)
		ret = pb_buf_add(&line, "]", 1);
	return ret ? ret : write_line(out, &line);
}

int pb_record_write_observation(FILE *out, const struct pb_cell_result *result)
{
	pb_cleanup(pb_buf_done) struct pb_buf line = { 0 };
	int ret;

	if (!result->nr_parts)
		return 0;
	ret = pb_buf_printf(&line, "{\"type\":\"observation\",\"cell\":%" PRIu32 ",\"parts\":{",
			    result->cell.index);
	for (size_t i = 0; !ret && i < result->nr_parts; i++) {
		size_t at = line.len_bytes;

		ret = add_text(&line, result->parts[i].name, result->parts[i].value);
		if (!ret && !i) /* the comma that comes before a key */
			line.data[at] = ' ';
	}
	if (!ret)
		ret = pb_buf_add(&line, "}", 1);
	return ret ? ret : write_line(out, &line);
}

int pb_record_write_done(FILE *out, const struct pb_cell_result *result)
{
	pb_cleanup(pb_buf_done) struct pb_buf line = { 0 };
	char name[PB_ERROR_NAME_LEN];
	int ret = pb_buf_printf(&line, "{\"type\":\"done\",\"cell\":%" PRIu32, result->cell.index);

	if (!ret)
		ret = add_text(&line, "state", pb_cell_state_name(result->state));
	if (!ret && result->error)
		ret = add_text(&line, "errno", pb_error_name(result->error, name, sizeof(name)));
	if (!ret)
		ret = add_text(&line, "symbol", result->symbol);
	if (!ret)
		ret = add_text(&line, "reason", result->reason);
	if (!ret)
		ret = add_text(&line, "detail", result->detail);
	return ret ? ret : write_line(out, &line);
}

int pb_record_write_end(FILE *out, enum pb_run_state state)
{
	pb_cleanup(pb_buf_done) struct pb_buf line = { 0 };
	int ret = pb_buf_printf(&line, "{\"type\":\"end\"");

	if (!ret)
		ret = add_text(&line, "state", pb_run_state_name(state));
	return ret ? ret : write_line(out, &line);
}
