// SPDX-License-Identifier: GPL-2.0-only
/*
 * runner - one plan on one backend into one database.
 * Why: whatever ends a run, each of its cells is stored with its samples or with its reason.
 */
#include "bench/runner.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bench/command.h"
#include "collect/fingerprint.h"
#include "collect/store.h"
#include "common/err.h"
#include "common/file.h"
#include "revision.h"

struct runner {
	struct pb_store *store;
	struct pb_runner_outcome *outcome;
};

static int on_fact(void *data, const char *key, const char *value)
{
	struct runner *r = data;

	return pb_store_fact_set(r->store, r->outcome->run_id, key, value);
}

static int on_cell_ended(void *data, const struct pb_cell_result *result)
{
	struct runner *r = data;
	int ret = pb_store_cell_put(r->store, r->outcome->run_id, result);

	if (ret)
		return ret;
	r->outcome->nr_measured += result->state == PB_CELL_MEASURED;
	r->outcome->nr_refused += result->state == PB_CELL_REFUSED;
	r->outcome->nr_failed += result->state == PB_CELL_FAILED;
	r->outcome->nr_missing += result->state == PB_CELL_MISSING;
	return 0;
}

/* In one transaction: a disk is waited for once. */
static int on_cells_so_far(void *data, const struct pb_cell_result *results, size_t nr)
{
	struct runner *r = data;
	int ret = pb_store_begin(r->store);

	if (ret)
		return ret;
	for (size_t i = 0; i < nr && !ret; i++)
		ret = pb_store_cell_put(r->store, r->outcome->run_id, &results[i]);
	if (!ret)
		return pb_store_commit(r->store);
	pb_store_rollback(r->store);
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
	snprintf(ret_run->evidence, sizeof(ret_run->evidence), "%s", options->backend->evidence);
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

static const char *run_state(int ret, const struct pb_runner_outcome *outcome)
{
	if (ret == -EINTR)
		return "interrupted";
	return ret || outcome->nr_failed || outcome->nr_missing ? "failed" : "complete";
}

/* A run that could not begin leaves nothing behind, so that `latest` never means it. */
static int run_settle(struct pb_store *store, struct pb_runner_outcome *outcome, int ret)
{
	uint32_t nr = outcome->nr_measured + outcome->nr_refused + outcome->nr_failed +
		      outcome->nr_missing;

	if (nr || !ret)
		return pb_store_run_end(store, outcome->run_id, run_state(ret, outcome));
	outcome->uuid[0] = '\0';
	return pb_store_run_drop(store, outcome->run_id);
}

int pb_runner_run(const struct pb_runner_options *options, struct pb_runner_outcome *ret_outcome)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	struct pb_runner_outcome outcome = { 0 };
	struct runner runner = { .outcome = &outcome };
	struct pb_backend_request request = {
		.kernel = options->kernel,
		.nr_cpus = options->nr_cpus,
		.cells = options->plan->cells,
		.nr_cells = options->plan->nr_cells,
		.inject = options->inject,
		.cell_limit_s = options->cell_limit_s,
		.counters = options->counters,
		.nr_counters = options->nr_counters,
		.multiplex = options->multiplex,
		.profile = options->profile,
		.control = options->control,
		.interrupt = options->interrupt,
	};
	struct pb_run_record run = { 0 };
	char message[4096];
	int ret = run_describe(options, &run);

	*ret_outcome = outcome;
	if (!ret)
		ret = pb_store_open(options->database, PB_STORE_WRITE, &store);
	if (!ret)
		ret = pb_store_run_begin(store, &run, &outcome.run_id);
	if (ret)
		return ret;
	runner.store = store;
	snprintf(outcome.uuid, sizeof(outcome.uuid), "%s", run.uuid);
	ret = pb_fingerprint_host(on_fact, &runner);
	if (!ret && options->inject)
		ret = inject_note(options->inject, &runner);
	if (!ret)
		ret = options->backend->run(&request, &store_sink, &runner);
	/* Ctrl-C reaches children, too: that one of them died of it is not what went wrong. */
	if (ret && options->interrupt && *options->interrupt)
		ret = pb_fail(-EINTR, "interrupted");
	/* The reason why it ended is worth more than one why that could not be written down. */
	snprintf(message, sizeof(message), "%s", ret ? pb_fail_message(ret) : "");
	if (run_settle(store, &outcome, ret) && !ret)
		ret = pb_fail_in(-EIO, "run %s", run.uuid);
	else if (ret)
		pb_fail(ret, "%s", message);
	*ret_outcome = outcome;
	return ret;
}

int pb_runner_status(int ret, const struct pb_runner_outcome *outcome)
{
	if (ret == -EINTR)
		return PB_EXIT_INTERRUPTED;
	if (ret)
		return PB_EXIT_ERROR;
	return outcome->nr_failed || outcome->nr_missing ? PB_EXIT_WORSE : PB_EXIT_OK;
}
