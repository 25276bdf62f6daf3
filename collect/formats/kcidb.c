// SPDX-License-Identifier: GPL-2.0-only
/*
 * kcidb - runs as KernelCI's report JSON, schema 5.3.
 * Why: KernelCI's database takes results of any CI system, numbers included.
 *
 * Ids begin with the origin and must be unique in it. They are made of the run's uuid, so that two
 * labs that report under this origin cannot overwrite each other.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "collect/export.h"
#include "collect/formats/formats.h"
#include "collect/formats/result.h"
#include "common/encode/json.h"
#include "common/err.h"
#include "common/str.h"

enum { LOG_MAX = 16384 }; /* characters of a log_excerpt */

struct report {
	json_t *checkouts;
	json_t *builds;
	json_t *tests;
	size_t nr_of_run; /* tests told so far: tells equal cells apart */
};

static int add(json_t *array, json_t *item)
{
	/* json_array_append_new() releases the item in any case. */
	return !item || json_array_append_new(array, item) ? pb_fail(-ENOMEM, "out of memory") : 0;
}

/* The facts whose key begins with one of two words, as free-form data. */
static json_t *facts_pack(const struct pb_summary *run, const char *first, const char *second)
{
	json_t *facts = json_object();

	for (size_t i = 0; facts && i < run->nr_facts; i++) {
		const struct pb_summary_fact *fact = &run->facts[i];

		if (strncmp(fact->key, first, strlen(first)) != 0 &&
		    strncmp(fact->key, second, strlen(second)) != 0)
			continue;
		if (json_object_set_new(facts, fact->key, json_string(fact->value))) {
			json_decref(facts);
			return NULL;
		}
	}
	return facts;
}

static int checkout_add(struct report *report, const struct pb_summary *run)
{
	const char *release = pb_summary_fact(run, "kernel.release");
	char id[80], comment[256];

	snprintf(id, sizeof(id), "pinbench:checkout-%s", run->run.uuid);
	snprintf(comment, sizeof(comment), "Linux %s", release ? release : "of unknown release");
	return add(report->checkouts, json_pack("{s:s, s:s, s:s}", "id", id, "origin", "pinbench",
						"comment", comment));
}

/* Lower-case letters, digits and '_' are all that an architecture may hold. */
static bool arch_valid(const char *arch)
{
	for (; *arch; arch++)
		if (!islower((unsigned char)*arch) && !isdigit((unsigned char)*arch) &&
		    *arch != '_')
			return false;
	return true;
}

static int build_add(struct report *report, const struct pb_summary *run)
{
	const char *arch = pb_summary_fact(run, "kernel.arch");
	const char *version = pb_summary_fact(run, "kernel.version");
	char checkout[80], id[80];
	json_t *build;

	snprintf(checkout, sizeof(checkout), "pinbench:checkout-%s", run->run.uuid);
	snprintf(id, sizeof(id), "pinbench:build-%s", run->run.uuid);
	build = json_pack("{s:s, s:s, s:s, s:s*, s:s*, s:o*}", "id", id, "origin", "pinbench",
			  "checkout_id", checkout, "architecture",
			  arch && arch_valid(arch) ? arch : NULL, "comment", version, "misc",
			  facts_pack(run, "kernel.", "kernel."));
	return add(report->builds, build);
}

static const char *status_word(enum pb_result_state state)
{
	static const char *const words[] = {
		[PB_RESULT_NUMBER] = "DONE", /* completed, and judges nothing */
		[PB_RESULT_SKIPPED] = "SKIP",
		[PB_RESULT_FAILED] = "ERROR", /* what is at fault is not known */
		[PB_RESULT_MISSING] = "MISS",
	};

	return words[state];
}

/* What all tests of a run have in common. */
static json_t *test_pack(const struct pb_summary *run, const char *part, const char *path,
			 const char *status)
{
	char id[120], build[80];

	snprintf(id, sizeof(id), "pinbench:%s.%s", run->run.uuid, part);
	snprintf(build, sizeof(build), "pinbench:build-%s", run->run.uuid);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:{s:o*}}", "id", id, "origin", "pinbench",
			 "build_id", build, "path", path, "status", status, "start_time",
			 run->run.created, "environment", "misc",
			 facts_pack(run, "machine.", "qemu."));
}

static int number_set(json_t *test, const struct pb_result *result)
{
	const struct pb_summary_series *series = result->series;
	char unit[PB_WORD_LEN + 8];

	snprintf(unit, sizeof(unit), "%s/page", result->unit);
	return json_object_set_new(test, "number",
				   json_pack("{s:f, s:s}", "value", result->value, "unit", unit)) ||
	       json_object_set_new(
		       test, "misc",
		       json_pack("{s:s, s:s, s:s, s:s, s:I, s:f, s:f, s:f, s:s*}", "evidence",
				 pb_evidence_name(result->run->run.evidence), "backend",
				 result->run->run.backend, "plan", result->run->run.plan,
				 "revision", result->run->run.revision, "samples",
				 (json_int_t)series->nr, "min", series->min, "median",
				 series->median, "max", series->max, "symbol",
				 result->cell->symbol));
}

/* The end of the console, where the reason stands; not from within a character. */
static const char *log_tail(const char *text)
{
	size_t len = strlen(text);

	if (len <= LOG_MAX)
		return text;
	for (text += len - LOG_MAX; ((unsigned char)*text & 0xc0) == 0x80; text++)
		;
	return text;
}

static int absence_set(json_t *test, const struct pb_result *result)
{
	_cleanup_free_ char *why = pb_result_why(result);
	const char *detail = result->cell->detail;

	if (!why || json_object_set_new(test, "comment", json_string(why)))
		return -1;
	return detail ? json_object_set_new(test, "log_excerpt", json_string(log_tail(detail))) : 0;
}

static int result_add(void *data, const struct pb_result *result)
{
	struct report *report = data;
	char name[PB_RESULT_NAME_LEN], path[PB_RESULT_NAME_LEN + 16], part[32];
	json_t *test;

	snprintf(path, sizeof(path), "pinbench.%s", pb_result_name(result, name));
	snprintf(part, sizeof(part), "%zu", report->nr_of_run++);
	test = test_pack(result->run, part, path, status_word(result->state));
	if (!test || (result->state == PB_RESULT_NUMBER ? number_set(test, result)
							: absence_set(test, result))) {
		json_decref(test);
		return pb_fail(-ENOMEM, "out of memory");
	}
	return add(report->tests, test);
}

static int run_add(struct report *report, const struct pb_summary *run)
{
	const char *why = pb_result_run_why(run);
	json_t *test = test_pack(run, "run", "pinbench.run", status_word(pb_result_run_state(run)));

	if (test && why && json_object_set_new(test, "comment", json_string(why))) {
		json_decref(test);
		test = NULL;
	}
	return add(report->tests, test);
}

static int run_report(struct report *report, struct pb_store *store, int64_t run_id)
{
	pb_cleanup(pb_summary_done) struct pb_summary run = { 0 };
	int ret = pb_result_run_load(store, run_id, &run);

	report->nr_of_run = 0;
	if (!ret)
		ret = checkout_add(report, &run);
	if (!ret)
		ret = build_add(report, &run);
	if (!ret)
		ret = run_add(report, &run);
	return ret ? ret : pb_results_tell(&run, result_add, report);
}

int pb_export_kcidb(struct pb_store *store, const int64_t *run_ids, size_t nr_runs, FILE *out)
{
	pb_cleanup(pb_json_freep) json_t *root =
		json_pack("{s:{s:i, s:i}, s:[], s:[], s:[]}", "version", "major", 5, "minor", 3,
			  "checkouts", "builds", "tests");
	_cleanup_free_ char *text = NULL;
	struct report report = {
		.checkouts = json_object_get(root, "checkouts"),
		.builds = json_object_get(root, "builds"),
		.tests = json_object_get(root, "tests"),
	};

	if (!root)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < nr_runs; i++) {
		int ret = run_report(&report, store, run_ids[i]);

		if (ret)
			return ret;
	}
	text = json_dumps(root, JSON_INDENT(1));
	if (!text)
		return pb_fail(-ENOMEM, "out of memory");
	pb_json_write(out, text, strlen(text));
	fputc('\n', out);
	return pb_export_check(out);
}
