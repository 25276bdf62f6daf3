// SPDX-License-Identifier: GPL-2.0-only
/*
 * lava - a run as LAVA's test-case signals.
 * Why: printed inside a LAVA test shell they are the job's results, with measurements to chart.
 *
 * A signal's parameters are split at blanks, and each must hold exactly one '=' (lava-dispatcher,
 * handle_testcase()); a '>' ends it. Names and units hold none of these.
 */
#include <errno.h>
#include <string.h>

#include "collect/export.h"
#include "collect/formats/formats.h"
#include "collect/formats/result.h"
#include "common/encode/lava.h"

static const char *result_word(enum pb_result_state state)
{
	switch (state) {
	case PB_RESULT_NUMBER:
		return "pass";
	case PB_RESULT_SKIPPED:
		return "skip";
	default:
		return "fail";
	}
}

static int result_write(void *data, const struct pb_result *result)
{
	_cleanup_free_ char *why = pb_result_why(result);
	char name[PB_RESULT_NAME_LEN], text[PB_VALUE_LEN];
	FILE *out = data;

	pb_result_name(result, name);
	if (!why)
		return -ENOMEM;
	if (result->state != PB_RESULT_NUMBER)
		pb_lava_printf(out, "%s: %s\n", name, why);
	pb_lava_printf(out, "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=%s RESULT=%s", name,
		       result_word(result->state));
	if (result->state == PB_RESULT_NUMBER) {
		pb_lava_printf(out, " MEASUREMENT=%s UNITS=", pb_value_text(result->value, text));
		pb_lava_value(out, result->unit);
		fputs("/page", out);
	}
	fputs(">\n", out);
	return 0;
}

/*
 * The run's own result: a run that stopped early has fewer cells, and nothing else would show it.
 */
static void run_end(const struct pb_summary *run, FILE *out)
{
	const char *why = pb_result_run_why(run);

	if (why)
		pb_lava_printf(out, "pinbench.run: %s\n", why);
	pb_lava_printf(out, "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=pinbench.run RESULT=%s>\n",
		       result_word(pb_result_run_state(run)));
}

int pb_export_lava(struct pb_store *store, const int64_t *run_ids, size_t nr_runs, FILE *out)
{
	for (size_t i = 0; i < nr_runs; i++) {
		pb_cleanup(pb_summary_done) struct pb_summary run = { 0 };
		int ret = pb_result_run_load(store, run_ids[i], &run);

		if (ret)
			return ret;
		/* Several runs in one job: a test set each keeps their equal names apart. */
		if (nr_runs > 1)
			pb_lava_printf(out, "<LAVA_SIGNAL_TESTSET START %s>\n", run.run.uuid);
		ret = pb_results_tell(&run, result_write, out);
		if (ret)
			return ret;
		run_end(&run, out);
		if (nr_runs > 1)
			fputs("<LAVA_SIGNAL_TESTSET STOP>\n", out);
	}
	return pb_export_check(out);
}
