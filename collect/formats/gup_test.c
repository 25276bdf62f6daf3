// SPDX-License-Identifier: GPL-2.0-only
/*
 * gup_test - what the kernel's gup_test, gup_bench and gup_benchmark print, taken as a run.
 * Why: years of such logs exist; pinbench reads them without believing what they do not say.
 */
#include "collect/formats/gup_test.h"

#include <errno.h>
#include <inttypes.h>
#include <sha2.h>
#include <string.h>

#include "collect/axes.h"
#include "collect/formats/gup_lines.h"
#include "common/err.h"
#include "common/str.h"

/* Nothing that is printed names the page size; x86 and most of arm64 have this one. */
enum { PAGE_BYTES = 4096, MAX_CELLS = 4096 };

struct gup_cell {
	struct pb_gup_setting setting;
	double *get_ns; /* a call */
	double *put_ns;
	size_t nr;
	char *reason; /* it failed */
};

struct gup_log {
	struct gup_cell *cells;
	size_t nr_cells;
	size_t nr_samples;
	struct pb_gup_setting setting; /* of the lines that follow */
	bool named;                    /* the setting was said, not assumed */
	bool elsewhere;                /* another program's lines */
	bool assumed;                  /* a sample came with a setting that nobody said */
};

static void log_done(struct gup_log *log)
{
	for (size_t i = 0; i < log->nr_cells; i++) {
		free(log->cells[i].get_ns);
		free(log->cells[i].put_ns);
		free(log->cells[i].reason);
	}
	free(log->cells);
}

static bool setting_equal(const struct pb_gup_setting *a, const struct pb_gup_setting *b)
{
	return pb_streq(a->strategy, b->strategy) && pb_streq(a->memory, b->memory) &&
	       a->size_bytes == b->size_bytes && a->nr_pages == b->nr_pages &&
	       a->nr_threads == b->nr_threads && a->read_only == b->read_only;
}

static int cell_get(struct gup_log *log, struct gup_cell **ret_cell)
{
	struct gup_cell *grown;

	for (size_t i = 0; i < log->nr_cells; i++)
		if (setting_equal(&log->cells[i].setting, &log->setting)) {
			*ret_cell = &log->cells[i];
			return 0;
		}
	if (log->nr_cells == MAX_CELLS)
		return pb_fail(-EBADMSG, "more than %d settings in one log", MAX_CELLS);
	grown = reallocarray(log->cells, log->nr_cells + 1, sizeof(*grown));
	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	log->cells = grown;
	grown[log->nr_cells] = (struct gup_cell){ .setting = log->setting };
	*ret_cell = &grown[log->nr_cells++];
	return 0;
}

static uint64_t pages_of(const struct pb_gup_setting *setting)
{
	uint64_t all = setting->size_bytes / PAGE_BYTES;

	return setting->nr_pages && setting->nr_pages < all ? setting->nr_pages : all;
}

static uint64_t calls_of(const struct pb_gup_setting *setting)
{
	uint64_t all = setting->size_bytes / PAGE_BYTES, pages = pages_of(setting);

	return (all + pages - 1) / pages;
}

static int value_add(double **values, size_t nr, double value)
{
	double *grown = reallocarray(*values, nr + 1, sizeof(*grown));

	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	grown[nr] = value;
	*values = grown;
	return 0;
}

static int sample_add(struct gup_log *log, const struct pb_gup_sample *sample)
{
	struct gup_cell *cell = NULL;
	double calls;
	int ret;

	if (!log->setting.strategy)
		return pb_fail(-EBADMSG,
			       "the line does not name its benchmark; say it with --args: -u, -U, "
			       "-a, -b or -L, and -m and -n as it was started");
	ret = cell_get(log, &cell);
	if (ret)
		return ret;
	log->assumed |= !log->named;
	if (sample->truncated) {
		if (!cell->reason)
			cell->reason = pb_format("a short pin: gup_test stopped at %" PRIu64
						 " of %" PRIu64 " bytes",
						 sample->got_bytes, cell->setting.size_bytes);
		return cell->reason ? 0 : -ENOMEM;
	}
	if (!sample->get_us || !sample->put_us)
		return pb_fail(-EBADMSG,
			       "a time of 0 us: nothing was measured, or too little for a clock of "
			       "whole microseconds; a greater -m helps");
	calls = (double)calls_of(&cell->setting);
	ret = value_add(&cell->get_ns, cell->nr, (double)sample->get_us * 1000 / calls);
	if (!ret)
		ret = value_add(&cell->put_ns, cell->nr, (double)sample->put_us * 1000 / calls);
	cell->nr += !ret;
	log->nr_samples += !ret;
	return ret;
}

static int failure_add(struct gup_log *log, const char *line)
{
	struct gup_cell *cell = NULL;
	int ret;

	if (!log->setting.strategy && log->named)
		return 0; /* one of its tests, no benchmark */
	if (!log->setting.strategy)
		return pb_fail(-ENODATA, "gup_test failed: '%.80s'", line);
	ret = cell_get(log, &cell);
	if (!ret && !cell->reason)
		cell->reason = pb_format("gup_test failed: %.200s", line);
	return ret ? ret : cell->reason ? 0 : -ENOMEM;
}

static int line_take(struct gup_log *log, const char *line)
{
	/* gup_bench says it in each line. */
	bool labelled = strstr(line, "(nr_pages=") != NULL;
	bool named = log->named;
	struct pb_gup_sample sample;
	enum pb_gup_kind kind;
	int ret = pb_gup_line(line, &log->setting, &sample, &kind);

	if (ret)
		return ret;
	switch (kind) {
	case PB_GUP_SETTING:
		log->named = true;
		log->elsewhere = false;
		return 0;
	case PB_GUP_ELSEWHERE:
		log->elsewhere = true;
		return 0;
	case PB_GUP_SAMPLE:
		log->named |= labelled;
		ret = sample_add(log, &sample);
		log->named = named;
		return ret;
	case PB_GUP_SKIPPED:
		return log->elsewhere ? 0
				      : pb_fail(-ENODATA, "gup_test was skipped: '%.80s'", line);
	case PB_GUP_FAILED:
		return log->elsewhere ? 0 : failure_add(log, line);
	default:
		return 0;
	}
}

static int log_read(struct gup_log *log, FILE *in, SHA2_CTX *digest)
{
	_cleanup_free_ char *line = NULL;
	size_t room = 0, number = 0;
	ssize_t len;

	errno = 0;
	while ((len = getline(&line, &room, in)) >= 0) {
		int ret;

		SHA256Update(digest, (const uint8_t *)line, (size_t)len);
		number++;
		while (len && (line[len - 1] == '\n' || line[len - 1] == '\r'))
			line[--len] = '\0';
		ret = line_take(log, line);
		if (ret)
			return pb_fail_in(ret, "line %zu", number);
	}
	if (ferror(in))
		return pb_fail(errno ? -errno : -EIO, "cannot read: %s", strerror(errno));
	return 0;
}

/* A uuid of version 8, whose bits are the maker's own (RFC 9562): the digest's. */
static void uuid_make(SHA2_CTX *digest, const struct pb_gup_options *options, char uuid[37])
{
	const char *const parts[] = { options->args, options->kernel, options->created };
	uint8_t d[SHA256_DIGEST_LENGTH];

	for (size_t i = 0; i < PB_ARRAY_SIZE(parts); i++) {
		const char *part = parts[i] ? parts[i] : "";

		SHA256Update(digest, (const uint8_t *)part, strlen(part) + 1);
	}
	SHA256Final(d, digest);
	d[6] = (uint8_t)((d[6] & 0x0f) | 0x80);
	d[8] = (uint8_t)((d[8] & 0x3f) | 0x80);
	for (int i = 0; i < 16; i++)
		uuid += sprintf(uuid, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
				d[i]);
}

static int cell_store(struct pb_store *store, int64_t run_id, const struct gup_cell *cell,
		      uint32_t index)
{
	const struct pb_gup_setting *setting = &cell->setting;
	pb_cleanup(pb_cell_result_done) struct pb_cell_result result = {
		.cell = { .index = index,
			  .nr_pages = pages_of(setting),
			  .nr_threads = setting->nr_threads,
			  .nr_samples = (uint32_t)(cell->nr ? cell->nr : 1) },
		.state = cell->reason ? PB_CELL_FAILED : PB_CELL_MEASURED,
	};
	int ret = 0;

	snprintf(result.cell.strategy, PB_WORD_LEN, "%s", setting->strategy);
	snprintf(result.cell.memory, PB_WORD_LEN, "%s", setting->memory);
	snprintf(result.cell.intent, PB_WORD_LEN, "%s", setting->read_only ? "read" : "write");
	/* All threads take the same range of one mm. */
	snprintf(result.cell.sharing, PB_WORD_LEN, "%s",
		 setting->nr_threads > 1 ? "same-range" : "private");
	pb_cell_complete(&result.cell);
	if (cell->reason) {
		result.reason = strdup(cell->reason);
		ret = result.reason ? 0 : pb_fail(-ENOMEM, "out of memory");
	}
	if (!ret && cell->nr)
		ret = pb_cell_result_add(&result, "acquire", "ns", "ns", cell->get_ns, cell->nr);
	if (!ret && cell->nr)
		ret = pb_cell_result_add(&result, "release", "ns", "ns", cell->put_ns, cell->nr);
	return ret ? ret : pb_store_cell_add(store, run_id, &result);
}

static int facts_store(struct pb_store *store, int64_t run_id, const struct gup_log *log,
		       const struct pb_gup_options *options)
{
	const char *const facts[][2] = {
		{ "gup_test.sample", "the mean over all calls of one pass over the range" },
		{ "gup_test.resolution", "1 us a pass" },
		{ "gup_test.page_bytes", "4096, assumed" },
		{ "gup_test.setting", log->assumed ? "assumed: -m 128 -n 1" : "said by the log" },
		{ "gup_test.args", options->args },
		{ "kernel.release", options->kernel },
	};
	int ret = 0;

	for (size_t i = 0; i < PB_ARRAY_SIZE(facts) && !ret; i++)
		if (facts[i][1])
			ret = pb_store_fact_set(store, run_id, facts[i][0], facts[i][1]);
	return ret;
}

static int log_store(struct pb_store *store, const struct gup_log *log,
		     const struct pb_gup_options *options, const char *uuid,
		     struct pb_import_outcome *outcome)
{
	struct pb_run_record run = { .backend = "gup_test",
				     .evidence = "syscall",
				     .plan = "gup_test",
				     .revision = "imported" };
	bool failed = false;
	int64_t run_id;
	int ret;

	snprintf(run.uuid, sizeof(run.uuid), "%s", uuid);
	snprintf(run.created, sizeof(run.created), "%s", options->created);
	ret = pb_store_run_begin(store, &run, &run_id);
	if (ret == -EEXIST) {
		pb_fail_clear();
		outcome->nr_known = 1;
		return 0;
	}
	if (!ret)
		ret = facts_store(store, run_id, log, options);
	for (size_t i = 0; i < log->nr_cells && !ret; i++) {
		ret = cell_store(store, run_id, &log->cells[i], (uint32_t)i);
		failed |= log->cells[i].reason != NULL;
	}
	outcome->nr_runs = 1;
	outcome->nr_cells = log->nr_cells;
	outcome->assumed = log->assumed;
	return ret ? ret : pb_store_run_end(store, run_id, failed ? "failed" : "complete");
}

static int take(struct pb_store *store, FILE *in, const struct pb_gup_options *options,
		struct pb_import_outcome *outcome)
{
	pb_cleanup(log_done) struct gup_log log = { .named = options->args != NULL };
	SHA2_CTX digest;
	char uuid[37];
	int ret = 0;

	pb_gup_setting_default(&log.setting);
	if (options->args)
		ret = pb_gup_setting_parse(options->args, &log.setting);
	SHA256Init(&digest);
	if (!ret)
		ret = log_read(&log, in, &digest);
	if (!ret && !log.nr_cells)
		ret = pb_fail(
			-ENODATA,
			"no line with a benchmark's times; valid is what gup_test prints, like "
			"'PIN_FAST_BENCHMARK: Time: get:7318 put:3104 us'");
	if (ret)
		return ret;
	uuid_make(&digest, options, uuid);
	return log_store(store, &log, options, uuid, outcome);
}

int pb_import_gup_test(struct pb_store *store, FILE *in, const char *name,
		       const struct pb_gup_options *options, struct pb_import_outcome *ret_outcome)
{
	struct pb_import_outcome outcome = { 0 };
	int ret = pb_store_begin(store);

	if (ret)
		return ret;
	ret = take(store, in, options, &outcome);
	if (!ret)
		ret = pb_store_commit(store);
	else
		pb_store_rollback(store);
	if (ret)
		return pb_fail_in(ret, "import '%s': nothing was taken", name);
	*ret_outcome = outcome;
	return 0;
}
