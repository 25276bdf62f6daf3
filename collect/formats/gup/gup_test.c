// SPDX-License-Identifier: GPL-2.0-only
/*
 * gup_test - what the kernel's gup_test, gup_bench and gup_benchmark print, taken as runs.
 * Why: years of such logs exist; pinbench reads them without believing what they do not say.
 */
#include "collect/formats/gup/gup_test.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>

#include "collect/axes.h"
#include "collect/formats/gup/log.h"
#include "collect/formats/gup/log_text.h"
#include "collect/formats/gup/machine.h"
#include "common/err.h"
#include "common/str.h"

/* Of x86 and everything else that no sign in a log makes doubtful. */
enum { USUAL_PAGE_BYTES = 4096 };

/* One run on its way into the store. */
struct taking {
	const struct pb_gup_options *options;
	const struct pb_gup_run *run;
	size_t nr_equal;  /* runs with the same lines before it in the log */
	char release[64]; /* "": not known */
	uint32_t page_bytes;
	bool page_assumed;
};

static uint64_t pages_of(const struct pb_gup_setting *setting, uint32_t page_bytes)
{
	uint64_t all = setting->size_bytes / page_bytes;

	return setting->nr_pages && setting->nr_pages < all ? setting->nr_pages : all;
}

static uint64_t calls_of(const struct pb_gup_setting *setting, uint32_t page_bytes)
{
	uint64_t all = setting->size_bytes / page_bytes, pages = pages_of(setting, page_bytes);

	return (all + pages - 1) / pages;
}

static int page_bytes_find(struct taking *taking)
{
	const struct pb_gup_options *options = taking->options;
	uint32_t said = taking->run->page_bytes;

	if (options->page_bytes && said && options->page_bytes != said)
		return pb_fail(-EINVAL,
			       "--page-size says %" PRIu32 " bytes, and the log says %" PRIu32,
			       options->page_bytes, said);
	taking->page_bytes = options->page_bytes ? options->page_bytes : said;
	if (taking->page_bytes)
		return 0;
	if (pb_gup_release_doubtful(taking->release) ||
	    pb_gup_release_doubtful(taking->run->release))
		return pb_fail(
			-EINVAL,
			"the log does not say the page size, by which its times are divided, "
			"and '%s' may have another one than 4k; say it: --page-size 4k, 16k "
			"or 64k (there: getconf PAGESIZE)",
			taking->release);
	if (taking->run->page_doubt)
		return pb_fail(
			-EINVAL,
			"the log does not say the page size of the run from line %zu, by which "
			"its times are divided, and what it says of the machine leaves room for "
			"another one than 4k; say it: --page-size 4k, 16k or 64k (there: getconf "
			"PAGESIZE)",
			taking->run->line);
	taking->page_bytes = USUAL_PAGE_BYTES;
	taking->page_assumed = true;
	return 0;
}

/* A range is left between two calls: a size that is none of their ends belies the setting. */
static int truncations_check(const struct taking *taking)
{
	const struct pb_gup_run *run = taking->run;

	for (size_t i = 0; i < run->nr_cells; i++) {
		const struct pb_gup_cell *cell = &run->cells[i];
		uint64_t call = pages_of(&cell->setting, taking->page_bytes) * taking->page_bytes;

		if (cell->truncated && cell->got_bytes % call &&
		    cell->got_bytes != cell->setting.size_bytes)
			return pb_fail(-EBADMSG,
				       "truncated at %" PRIu64 " bytes, which is no multiple of a "
				       "call's %" PRIu64
				       ": other pages (--page-size) or another -n "
				       "(--args)",
				       cell->got_bytes, call);
	}
	return 0;
}

/* A uuid of version 8, whose bits are the maker's own (RFC 9562): the digest's. */
static void uuid_make(const struct taking *taking, char uuid[37])
{
	const struct pb_gup_options *options = taking->options;
	const char *const parts[] = { options->args, taking->release };
	SHA2_CTX digest = taking->run->digest;
	uint8_t d[SHA256_DIGEST_LENGTH];
	uint64_t nr_equal = htole64(taking->nr_equal);
	char page[16];
	int len = snprintf(page, sizeof(page), "%" PRIu32, taking->page_bytes);

	for (size_t i = 0; i < PB_ARRAY_SIZE(parts); i++) {
		const char *part = parts[i] ? parts[i] : "";

		SHA256Update(&digest, (const uint8_t *)part, strlen(part) + 1);
	}
	SHA256Update(&digest, (const uint8_t *)page, (size_t)len);
	/* Two results in one log are two runs, and the first is the same as alone. */
	if (taking->nr_equal)
		SHA256Update(&digest, (const uint8_t *)&nr_equal, sizeof(nr_equal));
	SHA256Final(d, &digest);
	d[6] = (uint8_t)((d[6] & 0x0f) | 0x80);
	d[8] = (uint8_t)((d[8] & 0x3f) | 0x80);
	for (int i = 0; i < 16; i++)
		uuid += sprintf(uuid, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
				d[i]);
}

/* Microseconds a pass, as nanoseconds a call. */
static int series_add(struct pb_cell_result *result, const char *phase, const double *pass_us,
		      size_t nr, uint64_t calls)
{
	_cleanup_free_ double *call_ns = nr ? calloc(nr, sizeof(*call_ns)) : NULL;

	if (!nr)
		return 0;
	if (!call_ns)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < nr; i++)
		call_ns[i] = pass_us[i] * 1000 / (double)calls;
	return pb_cell_result_add(result, phase, "ns", "ns", call_ns, nr);
}

static int cell_store(struct pb_store *store, int64_t run_id, const struct taking *taking,
		      const struct pb_gup_cell *cell, uint32_t index)
{
	const struct pb_gup_setting *setting = &cell->setting;
	uint64_t calls = calls_of(setting, taking->page_bytes);
	pb_cleanup(pb_cell_result_done) struct pb_cell_result result = {
		.cell = { .index = index,
			  .nr_pages = pages_of(setting, taking->page_bytes),
			  .nr_threads = setting->nr_threads,
			  .nr_samples = (uint32_t)(cell->nr ? cell->nr : 1) },
		.state = cell->reason ? PB_CELL_FAILED : PB_CELL_MEASURED,
	};
	int ret = pb_memory_take(setting->memory, &result.cell.memory);

	snprintf(result.cell.strategy, PB_WORD_LEN, "%s", setting->strategy);
	result.cell.intent = setting->intent == PB_GUP_READS ? PB_INTENT_READ : PB_INTENT_WRITE;
	result.cell.residency = setting->faults ? PB_RESIDENCY_FAULT : PB_RESIDENCY_WARM;
	/* All threads take the same range of one mm. */
	if (!ret && setting->nr_threads > 1)
		ret = pb_cell_axis_take(&result.cell, PB_AXIS_SHARING, "same-range");
	if (!ret && cell->reason) {
		result.reason = pb_text_clean(cell->reason);
		ret = result.reason ? 0 : pb_fail(-ENOMEM, "out of memory");
	}
	if (!ret)
		ret = series_add(&result, "acquire", cell->get_us, cell->nr, calls);
	if (!ret)
		ret = series_add(&result, "release", cell->put_us, cell->nr_put, calls);
	return ret ? ret : pb_store_cell_add(store, run_id, &result);
}

static int facts_store(struct pb_store *store, int64_t run_id, const struct taking *taking)
{
	char page[64];
	const char *const facts[][2] = {
		{ "gup_test.sample", "the mean over all calls of one pass over the range" },
		{ "gup_test.resolution", "1 us a pass" },
		{ "gup_test.page_bytes", page },
		{ "gup_test.setting",
		  taking->run->assumed ? "assumed: -m 128 -n 1" : "said by the log" },
		{ "gup_test.args", taking->options->args },
		{ "kernel.release", taking->release[0] ? taking->release : NULL },
	};
	int ret = 0;

	snprintf(page, sizeof(page), "%" PRIu32 "%s", taking->page_bytes,
		 taking->page_assumed ? ", assumed" : "");
	for (size_t i = 0; i < PB_ARRAY_SIZE(facts) && !ret; i++)
		if (facts[i][1])
			ret = pb_store_fact_set(store, run_id, facts[i][0], facts[i][1]);
	return ret;
}

static int run_store(struct pb_store *store, const struct taking *taking,
		     struct pb_import_outcome *outcome)
{
	const struct pb_gup_run *said = taking->run;
	struct pb_run_record run = { .backend = "gup_test",
				     .evidence = PB_EVIDENCE_SYSCALL,
				     .plan = "gup_test",
				     .revision = "imported" };
	bool failed = false;
	int64_t run_id;
	int ret;

	uuid_make(taking, run.uuid);
	snprintf(run.created, sizeof(run.created), "%s", taking->options->created);
	ret = pb_store_run_begin(store, &run, &run_id);
	if (ret == -EEXIST) {
		pb_fail_clear();
		outcome->nr_known++;
		return 0;
	}
	if (!ret)
		ret = facts_store(store, run_id, taking);
	for (size_t i = 0; i < said->nr_cells && !ret; i++) {
		ret = cell_store(store, run_id, taking, &said->cells[i], (uint32_t)i);
		failed |= said->cells[i].reason != NULL;
	}
	outcome->nr_runs++;
	outcome->nr_cells += said->nr_cells;
	outcome->assumed |= said->assumed;
	outcome->page_assumed |= taking->page_assumed;
	return ret ? ret
		   : pb_store_run_end(store, run_id,
				      failed ? PB_RUN_STATE_FAILED : PB_RUN_STATE_COMPLETE);
}

/* One --kernel cannot be two kernels. */
static int kernels_check(const struct pb_gup_log *log, const struct pb_gup_options *options)
{
	for (size_t i = 1; options->kernel && i < log->nr_runs; i++)
		if (!pb_streq(log->runs[i].release, log->runs[0].release))
			return pb_fail(
				-EINVAL,
				"--kernel names one kernel, and the log has runs of several: "
				"from line %zu '%s', from line %zu '%s'; leave it out, or cut "
				"the log",
				log->runs[0].line, log->runs[0].release, log->runs[i].line,
				log->runs[i].release);
	return 0;
}

/* How many of the runs before @at have the same lines; @digests are of all up to it. */
static size_t equal_count(const struct pb_gup_log *log, size_t at,
			  uint8_t (*digests)[SHA256_DIGEST_LENGTH])
{
	SHA2_CTX copy = log->runs[at].digest;
	size_t nr = 0;

	SHA256Final(digests[at], &copy);
	for (size_t i = 0; i < at; i++)
		nr += !memcmp(digests[i], digests[at], SHA256_DIGEST_LENGTH);
	return nr;
}

static int log_store(struct pb_store *store, const struct pb_gup_log *log,
		     const struct pb_gup_options *options, struct pb_import_outcome *outcome)
{
	_cleanup_free_ uint8_t(*digests)[SHA256_DIGEST_LENGTH] =
		calloc(log->nr_runs, sizeof(*digests));
	int ret = digests ? kernels_check(log, options) : pb_fail(-ENOMEM, "out of memory");

	for (size_t i = 0; i < log->nr_runs && !ret; i++) {
		struct taking taking = { .options = options,
					 .run = &log->runs[i],
					 .nr_equal = equal_count(log, i, digests) };
		const char *release = options->kernel ? options->kernel : taking.run->release;
		/* Behind a blank stands the machine. */
		int len = (int)(options->kernel ? strlen(release) : strcspn(release, " "));

		snprintf(taking.release, sizeof(taking.release), "%.*s", len, release);
		ret = page_bytes_find(&taking);
		if (!ret)
			ret = truncations_check(&taking);
		if (!ret)
			ret = run_store(store, &taking, outcome);
	}
	return ret;
}

static int take(struct pb_store *store, FILE *in, const struct pb_gup_options *options,
		struct pb_import_outcome *outcome)
{
	const struct pb_gup_reading how = { options->args, options->one_run, options->guessed };
	pb_cleanup(pb_buf_done) struct pb_buf text = { 0 };
	pb_cleanup(pb_gup_log_done) struct pb_gup_log log = { 0 };
	int ret = pb_log_text_read(in, &text);

	if (!ret)
		ret = pb_log_text_decode(&text);
	if (!ret)
		ret = pb_gup_log_read(text.data, &how, &log);
	return ret ? ret : log_store(store, &log, options, outcome);
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
