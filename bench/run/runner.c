// SPDX-License-Identifier: GPL-2.0-only
/*
 * runner - one plan on one backend into one database.
 * Why: whatever ends a run, each of its cells is stored with its samples or with its reason.
 */
#include "bench/run/runner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/cli/command.h"
#include "bench/run/keeper.h"
#include "collect/fingerprint.h"
#include "common/err.h"
#include "common/file.h"
#include "revision.h"

struct runner {
	struct pb_keeper *keeper;
	struct pb_runner_outcome *outcomes;
	unsigned int nr_runs;
};

static int on_fact(void *data, const char *key, const char *value)
{
	struct runner *r = data;
	int ret = 0;

	for (unsigned int i = 0; i < r->nr_runs && !ret; i++)
		ret = pb_keeper_fact(r->keeper, i, key, value);
	return ret;
}

/* Cells of several runs come as cells_multiply() made them. */
static int cell_put(struct runner *r, const struct pb_cell_result *result)
{
	struct pb_cell_result own = *result;

	own.cell.index = result->cell.index / r->nr_runs;
	return pb_keeper_cell(r->keeper, result->cell.index % r->nr_runs, &own);
}

static int on_cell_ended(void *data, const struct pb_cell_result *result)
{
	struct runner *r = data;
	struct pb_runner_outcome *outcome = &r->outcomes[result->cell.index % r->nr_runs];
	int ret = cell_put(r, result);

	if (ret)
		return ret;
	outcome->nr_measured += result->state == PB_CELL_MEASURED;
	outcome->nr_refused += result->state == PB_CELL_REFUSED;
	outcome->nr_failed += result->state == PB_CELL_FAILED;
	outcome->nr_missing += result->state == PB_CELL_MISSING;
	return 0;
}

static int on_cells_so_far(void *data, const struct pb_cell_result *results, size_t nr)
{
	struct runner *r = data;
	_cleanup_free_ struct pb_cell_result *own = calloc(nr ? nr : 1, sizeof(*own));
	int ret = own ? 0 : pb_fail(-ENOMEM, "out of memory");

	for (unsigned int run = 0; run < r->nr_runs && !ret; run++) {
		size_t nr_own = 0;

		for (size_t i = 0; i < nr; i++) {
			if (results[i].cell.index % r->nr_runs != run)
				continue;
			own[nr_own] = results[i]; /* what is inside stays the backend's */
			own[nr_own++].cell.index /= r->nr_runs;
		}
		if (nr_own)
			ret = pb_keeper_so_far(r->keeper, run, own, nr_own);
	}
	return ret;
}

static const struct pb_record_sink store_sink = {
	.fact = on_fact,
	.cell_ended = on_cell_ended,
	.cells_so_far = on_cells_so_far,
};

static int uuid_make(char *uuid, size_t size)
{
	_cleanup_free_ char *text = NULL;
	int ret = pb_file_read("/proc/sys/kernel/random/uuid", &text, NULL);

	if (ret)
		return ret;
	text[strcspn(text, "\n")] = '\0';
	snprintf(uuid, size, "%s", text);
	return 0;
}

static int run_describe(const struct pb_runner_options *options, struct pb_run_record *ret_run)
{
	time_t now = time(NULL);
	struct tm utc;

	snprintf(ret_run->backend, sizeof(ret_run->backend), "%s", options->backend->name);
	ret_run->evidence = options->backend->evidence;
	snprintf(ret_run->plan, sizeof(ret_run->plan), "%s", options->plan->name);
	snprintf(ret_run->revision, sizeof(ret_run->revision), "%s", PB_REVISION);
	strftime(ret_run->created, sizeof(ret_run->created), "%Y-%m-%dT%H:%M:%SZ",
		 gmtime_r(&now, &utc));
	return uuid_make(ret_run->uuid, sizeof(ret_run->uuid));
}

/* Numbers with something added must never be taken for plain ones. */
static int inject_note(unsigned int inject, struct runner *r)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", inject);
	return on_fact(r, "pinbench.inject", text);
}

static enum pb_run_state run_state(int ret, const struct pb_runner_outcome *outcome)
{
	if (ret == -EINTR)
		return PB_RUN_STATE_INTERRUPTED;
	return ret || outcome->nr_failed || outcome->nr_missing ? PB_RUN_STATE_FAILED
								: PB_RUN_STATE_COMPLETE;
}

/* A run that could not begin leaves nothing behind, so that `latest` never means it. */
static int run_settle(struct runner *r, unsigned int i, int ret)
{
	struct pb_runner_outcome *outcome = &r->outcomes[i];
	uint32_t nr = outcome->nr_measured + outcome->nr_refused + outcome->nr_failed +
		      outcome->nr_missing;

	if (nr || !ret)
		return pb_keeper_run_end(r->keeper, i, run_state(ret, outcome));
	outcome->uuid[0] = '\0';
	return pb_keeper_run_drop(r->keeper, i);
}

/* Each cell as often as there are runs, one behind the other. */
static struct pb_cell *cells_multiply(const struct pb_plan *plan, unsigned int nr_runs)
{
	struct pb_cell *cells = calloc(plan->nr_cells * nr_runs, sizeof(*cells));

	for (size_t i = 0; cells && i < plan->nr_cells * nr_runs; i++) {
		cells[i] = plan->cells[i / nr_runs];
		cells[i].index = (uint32_t)i;
	}
	return cells;
}

static int runs_begin(const struct pb_runner_options *options, struct runner *r)
{
	int ret = 0;

	for (unsigned int i = 0; i < r->nr_runs && !ret; i++) {
		struct pb_run_record run = { 0 };

		ret = run_describe(options, &run);
		if (!ret)
			ret = pb_keeper_run_begin(r->keeper, &run);
		if (!ret)
			snprintf(r->outcomes[i].uuid, sizeof(r->outcomes[i].uuid), "%s", run.uuid);
	}
	if (!ret)
		ret = pb_fingerprint_host(on_fact, r);
	if (!ret && options->inject)
		ret = inject_note(options->inject, r);
	if (!ret && r->nr_runs > 1)
		ret = on_fact(r, PB_FACT_INTERLEAVED, r->outcomes[0].uuid);
	return ret;
}

/* 0, or the first error; all of them end. */
static int runs_settle(struct runner *r, int ret)
{
	int first = 0;

	for (unsigned int i = 0; i < r->nr_runs; i++) {
		int code = r->outcomes[i].uuid[0] ? run_settle(r, i, ret) : 0;

		if (code && !first)
			first = pb_fail_in(-EIO, "run %s", r->outcomes[i].uuid);
	}
	if (!first)
		first = pb_keeper_finish(r->keeper);
	/* What is not in the database is not shown from it. */
	for (unsigned int i = 0; first && i < r->nr_runs; i++)
		r->outcomes[i].uuid[0] = '\0';
	for (unsigned int i = 0; i < r->nr_runs; i++)
		if (r->outcomes[i].uuid[0])
			r->outcomes[i].run_id = pb_keeper_run_id(r->keeper, i);
	return first;
}

int pb_runner_run(const struct pb_runner_options *options, struct pb_runner_outcome *ret_outcomes)
{
	pb_cleanup(pb_keeper_freep) struct pb_keeper *keeper = NULL;
	struct runner runner = { .outcomes = ret_outcomes,
				 .nr_runs = options->nr_runs ? options->nr_runs : 1 };
	_cleanup_free_ struct pb_cell *cells = cells_multiply(options->plan, runner.nr_runs);
	struct pb_backend_request request = {
		.kernel = options->kernel,
		.nr_cpus = options->nr_cpus,
		.cells = cells,
		.nr_cells = options->plan->nr_cells * runner.nr_runs,
		.nr_runs = runner.nr_runs,
		.inject = options->inject,
		.cell_limit_s = options->cell_limit_s,
		.counters = options->counters,
		.nr_counters = options->nr_counters,
		.multiplex = options->multiplex,
		.profile = options->profile,
		.model = options->model,
		.control = options->control,
		.interrupt = options->interrupt,
	};
	char message[4096];
	int ret = cells ? 0 : pb_fail(-ENOMEM, "out of memory");

	memset(ret_outcomes, 0, runner.nr_runs * sizeof(*ret_outcomes));
	if (!ret)
		ret = pb_keeper_open(options->database, options->interrupt, &keeper);
	if (ret)
		return ret;
	runner.keeper = keeper;
	ret = runs_begin(options, &runner);
	if (!ret)
		ret = options->backend->run(&request, &store_sink, &runner);
	/* Ctrl-C reaches children, too: that one of them died of it is not what went wrong. */
	if (ret && options->interrupt && *options->interrupt)
		ret = pb_fail(-EINTR, "interrupted");
	/* The reason why it ended is worth more than one why that could not be written down. */
	snprintf(message, sizeof(message), "%s", ret ? pb_fail_message(ret) : "");
	if (!ret)
		return runs_settle(&runner, ret);
	if (runs_settle(&runner, ret))
		return pb_fail(ret, "%s; %s", message, pb_fail_message(ret));
	return pb_fail(ret, "%s", message);
}

int pb_runner_status(int ret, const struct pb_runner_outcome *outcome)
{
	if (ret == -EINTR)
		return PB_EXIT_INTERRUPTED;
	if (ret)
		return PB_EXIT_ERROR;
	return outcome->nr_failed || outcome->nr_missing ? PB_EXIT_WORSE : PB_EXIT_OK;
}
