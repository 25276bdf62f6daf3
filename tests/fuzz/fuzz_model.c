// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_model - a recording's file, simulated as it is; and a record of `traffic`.
 * Why: recordings are kept, handed on and cut by full disks; records come from anywhere.
 */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collect/model/access.h"
#include "collect/model/model.h"
#include "collect/model/traffic_check.h"
#include "collect/tcg/symbols.h"
#include "tests/fuzz/fuzz.h"

/* Small ones: what there is to find is in the reader, and they are filled a lot sooner. */
static const struct pb_geometry geometry = {
	.levels = { { 512, 2, 4 }, { 1024, 2, 8 }, { 4096, 4, 16 } },
	.inclusive = true,
};

static void traffic_try(const uint8_t *data, size_t size)
{
	struct pb_traffic_list list = { 0 };
	json_t *record = json_loadb((const char *)data, size, 0, NULL);

	if (record && !pb_traffic_check(record, &list))
		for (size_t i = 0; i < list.nr; i++)
			for (int v = 0; v < PB_TRAFFIC_NR_VALUES; v++)
				if (!(list.rows[i].values[v] >= 0))
					abort();
	pb_traffic_done(&list);
	json_decref(record);
}

/* What was simulated has to be whole: a value an interleaving, parts that add up to no NaN. */
static void result_check(const struct pb_cell_result *result)
{
	for (size_t i = 0; i < result->nr_series; i++)
		for (size_t v = 0; v < result->series[i].nr_values; v++)
			if (!isfinite(result->series[i].values[v]))
				abort();
	for (size_t i = 0; i < result->traffic.nr; i++)
		for (int v = 0; v < PB_TRAFFIC_NR_VALUES; v++)
			if (!isfinite(result->traffic.rows[i].values[v]))
				abort();
}

static void recording_try(const uint8_t *data, size_t size)
{
	static const char text[] = "ffffffff81000000 t one\n1000 t two\n\n";
	pb_cleanup(pb_cell_result_done) struct pb_cell_result result = { 0 };
	pb_cleanup(pb_symbols_freep) struct pb_symbols *symbols = NULL;
	pb_cleanup(pb_names_freep) struct pb_names *names = NULL;

	if (pb_symbols_parse(text, &symbols) || pb_names_new(symbols, NULL, &names))
		abort();
	if (!pb_model_simulate(fuzz_file("cell-0.trace", data, size), &geometry, 1, names, &result))
		result_check(&result);
}

/*
 * JSON is a record of traffic. Anything else is a recording's records: the head, and the end that
 * says how many there are, are put around them, since nobody guesses those.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pb_recording_head head = { .record_bytes = sizeof(struct pb_access) };
	struct pb_access end = { .kind = PB_ACCESS_END };
	size_t len = size / sizeof(end) * sizeof(end);
	_cleanup_free_ uint8_t *file = NULL;

	if (size && data[0] == '{') {
		traffic_try(data, size);
		return 0;
	}
	recording_try(data, size);
	file = calloc(1, sizeof(head) + len + sizeof(end));
	if (!file)
		return 0;
	memcpy(head.magic, PB_RECORDING_MAGIC, sizeof(head.magic));
	end.vaddr = len / sizeof(end);
	memcpy(file, &head, sizeof(head));
	if (len)
		memcpy(file + sizeof(head), data, len);
	memcpy(file + sizeof(head) + len, &end, sizeof(end));
	recording_try(file, sizeof(head) + len + sizeof(end));
	return 0;
}
