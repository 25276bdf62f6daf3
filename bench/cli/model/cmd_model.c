// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_model - `pinbench model`: a recording that was kept, simulated again.
 * Why: other caches and other seeds are other questions to the same accesses; no guest has to boot.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/cli/commands.h"
#include "bench/cli/model/evidence.h"
#include "bench/cli/options.h"
#include "collect/model/fields.h"
#include "collect/model/model.h"
#include "collect/model/recorder.h"
#include "collect/model/traffic.h"
#include "collect/tcg/symbols.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

struct values {
	const char *cache;
	uint64_t seed;
};

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "cache", 0, PB_OPTION_TEXT, AT(cache), "NAME|FILE",
	  "the simulated caches (" PB_GEOMETRY_DEFAULT ")", 0, 0 },
	{ "seed", 0, PB_OPTION_U64, AT(seed), "N", "of the interleavings (1)", 0, UINT32_MAX },
	{ .name = NULL },
};
#undef AT

/* A kernel's symbols and its BTF are a tenth of that. */
enum { MOST_BYTES = 64 << 20 };

/* What lies beside the recording: names of addresses. Without them it is simulated all the same. */
struct beside {
	struct pb_symbols *symbols;
	struct pb_fields *fields;
	struct pb_names *names;
};

static void beside_done(struct beside *beside)
{
	pb_names_free(beside->names);
	pb_fields_free(beside->fields);
	pb_symbols_free(beside->symbols);
}

static char *beside_path(const char *trace, const char *name)
{
	const char *slash = strrchr(trace, '/');

	return slash ? pb_format("%.*s/%s", (int)(slash - trace), trace, name) : strdup(name);
}

static int beside_read(const char *trace, struct beside *beside)
{
	_cleanup_free_ char *symbols_path = beside_path(trace, PB_RECORDER_SYMBOLS),
			    *btf_path = beside_path(trace, PB_RECORDER_BTF), *symbols = NULL,
			    *btf = NULL;
	size_t len = 0;
	int ret = symbols_path && btf_path ? 0 : -ENOMEM;

	if (!ret && pb_file_exists(symbols_path))
		ret = pb_file_read_most(symbols_path, MOST_BYTES, &symbols, NULL);
	if (!ret && symbols)
		ret = pb_symbols_parse(symbols, &beside->symbols);
	if (!ret && pb_file_exists(btf_path))
		ret = pb_file_read_most(btf_path, MOST_BYTES, &btf, &len);
	if (!ret && btf)
		ret = pb_fields_new(btf, len, &beside->fields);
	return ret ? ret : pb_names_new(beside->symbols, beside->fields, &beside->names);
}

static int doubles_compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

/* The values are this command's own: they may be put in order. */
static void series_print(const struct pb_series *series)
{
	qsort(series->values, series->nr_values, sizeof(*series->values), doubles_compare);
	pb_term_printf(stdout, "%-8s %-14s %12.3f %12.3f %12.3f\n", series->phase, series->metric,
		       series->values[0], series->values[series->nr_values / 2],
		       series->values[series->nr_values - 1]);
}

static void result_print(const struct pb_geometry *geometry, const char *words,
			 const struct pb_cell_result *result)
{
	pb_term_printf(stdout, "%s\ncaches: %s (%s)\n\n", PB_MODEL_CLAIM, geometry->name, words);
	pb_term_printf(stdout, "%-8s %-14s %12s %12s %12s\n", "phase", "per call", "min", "median",
		       "max");
	for (size_t i = 0; i < result->nr_series; i++)
		if (!pb_streq(result->series[i].phase, "simulated"))
			series_print(&result->series[i]);
	pb_term_printf(stdout, "\n%-40s %-36s %12s\n", "field", "function", "transfers");
	for (size_t i = 0; i < result->traffic.nr; i++) {
		const struct pb_traffic *row = &result->traffic.rows[i];
		_cleanup_free_ char *field = pb_format("%s.%s", row->object, row->field);

		if (row->values[PB_TRAFFIC_TRANSFERS] > 0)
			pb_term_printf(stdout, "%-40s %-36s %12.3f\n", field ? field : row->object,
				       row->function, row->values[PB_TRAFFIC_TRANSFERS]);
	}
}

static int trace_simulate(const struct values *values, const char *trace)
{
	pb_cleanup(pb_cell_result_done) struct pb_cell_result result = { 0 };
	pb_cleanup(beside_done) struct beside beside = { 0 };
	_cleanup_free_ char *words = NULL;
	struct pb_geometry geometry;
	int ret = pb_geometry_load(values->cache, &geometry);

	if (!ret)
		ret = beside_read(trace, &beside);
	if (!ret)
		ret = pb_model_simulate(trace, &geometry, values->seed, beside.names, &result);
	if (ret)
		return ret;
	words = pb_geometry_text(&geometry);
	if (!words)
		return -ENOMEM;
	result_print(&geometry, words, &result);
	return 0;
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	struct values values = { .cache = PB_GEOMETRY_DEFAULT, .seed = PB_EVIDENCE_SEED };
	int nr, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	if (!ret && nr != 1)
		ret = pb_fail(-EINVAL, "model: wants one recording, as `run --evidence model "
				       "--keep-trace FOLDER` leaves them: cell-N.trace");
	if (!ret)
		ret = trace_simulate(&values, argv[1]);
	return ret ? pb_command_failed(ret) : PB_EXIT_OK;
}

const struct pb_command pb_command_model = {
	.name = "model",
	.args = "TRACE",
	.summary = "simulate a kept recording again, with other caches or another seed",
	.text = "TRACE is a file cell-N.trace of `run --evidence model --keep-trace FOLDER`; what lies\n"
		"beside it names functions and fields. Prints least, median and most over interleavings,\n"
		"per call, and the fields that move. Nothing is stored.\n"
		"exit status: 0, or 2 where the recording or the caches are not whole.",
	.options = rows,
	.run = run,
};
