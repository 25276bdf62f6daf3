// SPDX-License-Identifier: GPL-2.0-only
/*
 * github - a run as github-action-benchmark's "customSmallerIsBetter" JSON.
 * Why: it charts a project's numbers commit by commit, and warns on a merge request.
 *
 * It holds a name, a unit and a value; `range` and `extra` are texts that it shows.
 */
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "collect/export.h"
#include "collect/formats/formats.h"
#include "collect/formats/result.h"
#include "common/encode/json.h"
#include "common/err.h"
#include "common/str.h"

static int result_add(void *data, const struct pb_result *result)
{
	const struct pb_summary_series *series = result->series;
	char name[PB_RESULT_NAME_LEN], unit[PB_WORD_LEN + 8], low[PB_VALUE_LEN], high[PB_VALUE_LEN];
	char range[2 * PB_VALUE_LEN + 8], extra[PB_WORD_LEN + 96];
	const char *release = pb_summary_fact(result->run, "kernel.release");

	if (result->state != PB_RESULT_NUMBER)
		return 0;
	snprintf(unit, sizeof(unit), "%s/page", result->unit);
	snprintf(range, sizeof(range), "%s to %s", pb_value_text(series->min, low),
		 pb_value_text(series->max, high));
	snprintf(extra, sizeof(extra), "%s, run %s, kernel %.40s",
		 pb_evidence_name(result->run->run.evidence), result->run->run.uuid,
		 release ? release : "of unknown release");
	if (json_array_append_new(data,
				  json_pack("{s:s, s:s, s:f, s:s, s:s}", "name",
					    pb_result_name(result, name), "unit", unit, "value",
					    result->value, "range", range, "extra", extra)))
		return pb_fail(-ENOMEM, "out of memory");
	return 0;
}

int pb_export_github(struct pb_store *store, const int64_t *run_ids, size_t nr_runs, FILE *out)
{
	pb_cleanup(pb_summary_done) struct pb_summary run = { 0 };
	pb_cleanup(pb_json_freep) json_t *root = json_array();
	_cleanup_free_ char *text = NULL;
	int ret;

	if (nr_runs != 1)
		return pb_fail(-EINVAL,
			       "export: github-action-benchmark takes one run a commit, and %zu "
			       "were named",
			       nr_runs);
	ret = pb_result_run_load(store, run_ids[0], &run);
	if (!ret)
		ret = root ? pb_results_tell(&run, result_add, root) : -ENOMEM;
	/* It has no place for what is missing: a run without a number would be silence. */
	if (!ret && !json_array_size(root))
		ret = pb_fail(-ENODATA, "export: no cell of run %.8s has a number", run.run.uuid);
	if (ret)
		return ret;
	text = json_dumps(root, JSON_INDENT(2));
	if (!text)
		return pb_fail(-ENOMEM, "out of memory");
	pb_json_write(out, text, strlen(text));
	fputc('\n', out);
	return pb_export_check(out);
}
