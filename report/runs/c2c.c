// SPDX-License-Identifier: GPL-2.0-only
/*
 * c2c - the cache lines that move between CPUs, by object, field and function.
 * Why: a total says that something contends; who reads, who writes and which field says what.
 */
#include "report/runs/c2c.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "collect/axes.h"
#include "collect/model/traffic.h"
#include "collect/store/read.h"
#include "common/encode/json.h"
#include "common/encode/terminal.h"
#include "common/encode/tsv.h"
#include "common/err.h"
#include "common/str.h"

struct c2c {
	FILE *out;
	bool all;
	bool begun;
	char *kernel; /* its release, until its name is told */
	char *claim, *geometry;
	json_t *rows;
	void (*cell)(struct c2c *c2c, const struct pb_cell_result *result);
};

static int on_run(void *data, const struct pb_run_record *run, enum pb_run_state state)
{
	(void)data;
	(void)state;
	if (run->evidence == PB_EVIDENCE_MODEL)
		return 0;
	return pb_fail(-EINVAL,
		       "c2c: run %.8s was not simulated, and nothing else sees cache lines move: "
		       "`pinbench run --evidence model` makes one that was",
		       run->uuid);
}

static int on_fact(void *data, const char *key, const char *value)
{
	struct c2c *c2c = data;
	char **to = pb_streq(key, "kernel.release")   ? &c2c->kernel
		    : pb_streq(key, "model.claim")    ? &c2c->claim
		    : pb_streq(key, "model.geometry") ? &c2c->geometry
						      : NULL;

	if (!to || *to)
		return 0;
	*to = strdup(value);
	return *to ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static const char *kernel_of(const struct c2c *c2c)
{
	return c2c->kernel ? c2c->kernel : "-";
}

static void tsv_cell(struct c2c *c2c, const struct pb_cell_result *result)
{
	const struct pb_cell *cell = &result->cell;

	for (size_t i = 0; i < result->traffic.nr; i++) {
		const struct pb_traffic *row = &result->traffic.rows[i];

		if (row->values[PB_TRAFFIC_TRANSFERS] > 0 || c2c->all)
			pb_tsv_printf(c2c->out, "%s\t%s\t%s\t%llu\t%s\t%u\t%s\t%s\t%s\t%.6g\n",
				      kernel_of(c2c), cell->strategy, pb_memory_name(cell->memory),
				      (unsigned long long)cell->nr_pages,
				      pb_sharing_name(cell->sharing), cell->nr_threads, row->object,
				      row->field, row->function, row->values[PB_TRAFFIC_TRANSFERS]);
	}
}

static void json_cell(struct c2c *c2c, const struct pb_cell_result *result)
{
	const struct pb_cell *cell = &result->cell;

	for (size_t i = 0; i < result->traffic.nr && c2c->rows; i++) {
		const struct pb_traffic *row = &result->traffic.rows[i];
		json_t *object;

		if (!(row->values[PB_TRAFFIC_TRANSFERS] > 0) && !c2c->all)
			continue;
		object = json_pack(
			"{s:s, s:s, s:s, s:I, s:s, s:I, s:s, s:s, s:s}", "kernel", kernel_of(c2c),
			"strategy", cell->strategy, "memory", pb_memory_name(cell->memory), "pages",
			(json_int_t)cell->nr_pages, "sharing", pb_sharing_name(cell->sharing),
			"threads", (json_int_t)cell->nr_threads, "object", row->object, "field",
			row->field, "function", row->function);
		for (size_t v = 0; object && v < PB_TRAFFIC_NR_VALUES; v++)
			json_object_set_new(object, pb_traffic_values[v],
					    json_real(row->values[v]));
		if (!object || json_array_append_new(c2c->rows, object)) {
			json_decref(c2c->rows);
			c2c->rows = NULL;
		}
	}
}

/* Rows of one object and field stand together; the field that moves most comes first. */
static int row_compare(const void *a, const void *b)
{
	const struct pb_traffic *left = *(const struct pb_traffic *const *)a;
	const struct pb_traffic *right = *(const struct pb_traffic *const *)b;
	int object = strcmp(left->object, right->object), field = strcmp(left->field, right->field);

	if (object || field)
		return object ? object : field;
	if (left->values[PB_TRAFFIC_TRANSFERS] != right->values[PB_TRAFFIC_TRANSFERS])
		return left->values[PB_TRAFFIC_TRANSFERS] > right->values[PB_TRAFFIC_TRANSFERS] ? -1
												: 1;
	return strcmp(left->function, right->function);
}

static double field_sum(const struct pb_traffic *const *rows, size_t nr,
			enum pb_traffic_value value)
{
	double sum = 0;

	for (size_t i = 0; i < nr; i++)
		sum += rows[i]->values[value];
	return sum;
}

static size_t field_rows(const struct pb_traffic *const *rows, size_t nr)
{
	size_t same = 1;

	while (same < nr && pb_streq(rows[same]->object, rows[0]->object) &&
	       pb_streq(rows[same]->field, rows[0]->field))
		same++;
	return same;
}

static void line_print(const struct c2c *c2c, const char *indent, const char *name,
		       const struct pb_traffic *const *rows, size_t nr)
{
	pb_term_printf(c2c->out, "%s%-*s %9.3f %9.3f %9.3f %9.2f %9.2f\n", indent,
		       52 - (int)strlen(indent), name, field_sum(rows, nr, PB_TRAFFIC_TRANSFERS),
		       field_sum(rows, nr, PB_TRAFFIC_UPGRADES),
		       field_sum(rows, nr, PB_TRAFFIC_INVALIDATIONS),
		       field_sum(rows, nr, PB_TRAFFIC_LOADS),
		       field_sum(rows, nr, PB_TRAFFIC_STORES));
}

static void fields_print(const struct c2c *c2c, const struct pb_traffic *const *rows, size_t nr)
{
	for (size_t i = 0, same; i < nr; i += same) {
		_cleanup_free_ char *name = NULL;

		same = field_rows(rows + i, nr - i);
		if (!(field_sum(rows + i, same, PB_TRAFFIC_TRANSFERS) > 0) && !c2c->all)
			continue;
		name = pb_format("%s.%s", rows[i]->object, rows[i]->field);
		line_print(c2c, "  ", name ? name : rows[i]->object, rows + i, same);
		for (size_t f = i; f < i + same; f++)
			line_print(c2c, "      ", rows[f]->function, rows + f, 1);
	}
}

static void text_cell(struct c2c *c2c, const struct pb_cell_result *result)
{
	const struct pb_cell *cell = &result->cell;
	_cleanup_free_ const struct pb_traffic **rows =
		calloc(result->traffic.nr + 1, sizeof(const struct pb_traffic *));

	if (!rows || !result->traffic.nr)
		return;
	for (size_t i = 0; i < result->traffic.nr; i++)
		rows[i] = &result->traffic.rows[i];
	qsort(rows, result->traffic.nr, sizeof(const struct pb_traffic *), row_compare);
	pb_term_printf(c2c->out, "\n%s, %s, %llu pages, %s, %u threads\n", cell->strategy,
		       pb_memory_name(cell->memory), (unsigned long long)cell->nr_pages,
		       pb_sharing_name(cell->sharing), cell->nr_threads);
	pb_term_printf(c2c->out, "  %-50s %9s %9s %9s %9s %9s\n", "per call", "transfers",
		       "upgrades", "invalid.", "loads", "stores");
	fields_print(c2c, rows, result->traffic.nr);
	line_print(c2c, "  ", "in all", rows, result->traffic.nr);
}

static int rows_write(struct c2c *c2c)
{
	_cleanup_free_ char *text = c2c->rows ? json_dumps(c2c->rows, JSON_INDENT(1)) : NULL;

	if (!text)
		return pb_fail(-ENOMEM, "out of memory");
	pb_json_write(c2c->out, text, strlen(text));
	fputc('\n', c2c->out);
	return 0;
}

static int format_choose(struct c2c *c2c, const char *format)
{
	static const struct {
		const char *name;
		void (*cell)(struct c2c *c2c, const struct pb_cell_result *result);
	} formats[] = { { "text", text_cell }, { "tsv", tsv_cell }, { "json", json_cell } };

	for (size_t i = 0; i < PB_ARRAY_SIZE(formats); i++)
		if (pb_streq(formats[i].name, format))
			c2c->cell = formats[i].cell;
	return c2c->cell ? 0
			 : pb_fail(-EINVAL, "unknown --format '%s' (valid: text tsv json)", format);
}

static void begin(struct c2c *c2c)
{
	c2c->begun = true;
	if (c2c->cell == tsv_cell)
		pb_tsv_printf(c2c->out, "kernel\tstrategy\tmemory\tpages\tsharing\tthreads\t"
					"object\tfield\tfunction\ttransfers\n");
	if (c2c->cell == text_cell)
		pb_term_printf(c2c->out, "%s\n%s\ncaches: %s\n", kernel_of(c2c),
			       c2c->claim ? c2c->claim : "simulated",
			       c2c->geometry ? c2c->geometry : "not known");
}

/* The store tells of the run and its facts before it tells of cells. */
static int on_cell(void *data, int64_t cell_id, const struct pb_cell_result *result,
		   const int64_t *series_ids)
{
	struct c2c *c2c = data;

	(void)cell_id;
	(void)series_ids;
	if (!c2c->begun)
		begin(c2c);
	c2c->cell(c2c, result);
	return 0;
}

int pb_c2c_print(struct pb_store *store, int64_t run_id, const char *format, bool all, FILE *out)
{
	static const struct pb_store_visitor visitor = { on_run, on_fact, on_cell };
	struct c2c c2c = { .out = out, .all = all };
	int ret = format_choose(&c2c, format);

	if (!ret && c2c.cell == json_cell)
		c2c.rows = json_array();
	if (!ret)
		ret = pb_store_replay(store, run_id, &visitor, &c2c);
	if (!ret && !c2c.begun)
		begin(&c2c);
	if (!ret && c2c.cell == json_cell)
		ret = rows_write(&c2c);
	json_decref(c2c.rows);
	free(c2c.kernel);
	free(c2c.claim);
	free(c2c.geometry);
	return ret;
}
