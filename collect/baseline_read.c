// SPDX-License-Identifier: GPL-2.0-only
/*
 * baseline_read - a baseline as a store in memory, so that all that reads runs reads it, too.
 * Why: compare, history and report need no second way to the same numbers.
 */
#include "collect/baseline.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sha256.h>

#include "collect/axes.h"
#include "collect/baseline_private.h"
#include "common/err.h"
#include "common/file.h"
#include "common/inputs.h"
#include "common/str.h"

enum { COLUMNS = 6, MAX_PAGES = 1 << 30, MAX_COUNT = 1 << 24 };

struct reader {
	const char *path;
	unsigned int line;
	struct pb_store *store;
	int64_t run_id; /* 0: the header is not over */
	struct pb_run_record run;
	struct pb_cell plan; /* what all cells have in common */
	unsigned int said;   /* axes of the header, a bit each */
	size_t nr_facts;
	char (*facts)[2][1024];     /* kept until the run has begun */
	struct pb_cell_result cell; /* being put together; without a strategy there is none */
	size_t nr_cells;
	struct place *places; /* of each cell that has begun */
};

struct place {
	unsigned int line;
	uint32_t again; /* as struct pb_cell has it, said by the text */
};

bool pb_baseline_is(const char *path)
{
	static const char start[] = "# " PB_BASELINE_MAGIC "\t";
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char head[sizeof(start)] = "";
	struct stat st;

	/* It is read twice, which no pipe can be. */
	return fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) &&
	       read(fd, head, sizeof(start) - 1) == (ssize_t)sizeof(start) - 1 &&
	       pb_streq(head, start);
}

static int bad_line(const struct reader *r, const char *what, const char *valid)
{
	return pb_fail(-EBADMSG, "baseline '%s': line %u: %s; valid is %s", r->path, r->line, what,
		       valid);
}

static int word_take(const struct reader *r, char word[PB_WORD_LEN], const char *text,
		     const char *what)
{
	size_t len = strlen(text);

	for (const char *c = text; *c; c++)
		if (!isgraph((unsigned char)*c))
			len = 0;
	if (!len || len >= PB_WORD_LEN)
		return bad_line(r, what, "a word of plain ASCII of at most 31 characters");
	memcpy(word, text, len + 1);
	return 0;
}

static int evidence_take(struct reader *r, const char *text, const char *what)
{
	char word[PB_WORD_LEN];
	int ret = word_take(r, word, text, what);

	return ret ? ret : pb_evidence_take(word, &r->run.evidence);
}

static int axis_word_take(struct reader *r, struct pb_cell *cell, enum pb_axis_id id,
			  const char *what, const char *text)
{
	char word[PB_WORD_LEN];
	int ret = word_take(r, word, text, what);

	return ret ? ret : pb_cell_axis_take(cell, id, word);
}

static int count_take(const struct reader *r, const char *text, uint64_t min, uint64_t max,
		      uint64_t *ret_count)
{
	int ret = pb_parse_u64(text, "a number", min, max, ret_count);

	return ret ? pb_fail(-EBADMSG,
			     "baseline '%s': line %u: '%.40s' is no number from %" PRIu64
			     " to %" PRIu64,
			     r->path, r->line, text, min, max)
		   : 0;
}

static int fact_keep(struct reader *r, const char *key, const char *value)
{
	__typeof__(r->facts) grown = reallocarray(r->facts, r->nr_facts + 1, sizeof(*grown));

	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	r->facts = grown;
	if (strlen(key) >= sizeof(grown[0][0]) || strlen(value) >= sizeof(grown[0][1]))
		return bad_line(r, "the fact is too long", "less than 1024 bytes");
	strcpy(grown[r->nr_facts][0], key);
	strcpy(grown[r->nr_facts++][1], value);
	return 0;
}

static int day_take(struct reader *r, const char *day)
{
	if (strlen(day) != strlen("2026-01-01") || strspn(day, "0123456789-") != strlen(day))
		return bad_line(r, "'measured' is no date", "2026-01-31");
	snprintf(r->run.created, sizeof(r->run.created), "%sT00:00:00Z", day);
	return 0;
}

static int revision_take(struct reader *r, const char *value)
{
	snprintf(r->run.revision, sizeof(r->run.revision), "%s", value);
	return 0;
}

/* What the header says of the run and its plan; everything else in it is a fact. */
static int header_take(struct reader *r, const char *key, const char *value)
{
	const struct {
		const char *key;
		char *word;
	} words[] = {
		{ "run.backend", r->run.backend },
		{ "run.plan", r->run.plan },
	};
	const struct {
		const char *key;
		uint32_t *count;
		uint64_t min;
	} counts[] = {
		{ "plan.samples", &r->plan.nr_samples, 1 },
		{ "plan.warmup", &r->plan.nr_warmup, 0 },
		{ "plan.threads", &r->plan.nr_threads, 1 },
	};

	for (size_t i = 0; i < PB_ARRAY_SIZE(words); i++)
		if (pb_streq(words[i].key, key))
			return word_take(r, words[i].word, value, key);
	for (enum pb_axis_id id = 0; id < PB_NR_AXES; id++)
		if (strncmp(key, "plan.", strlen("plan.")) == 0 &&
		    pb_streq(pb_axes[id].name, key + strlen("plan."))) {
			r->said |= 1U << id;
			return axis_word_take(r, &r->plan, id, key, value);
		}
	for (size_t i = 0; i < PB_ARRAY_SIZE(counts); i++) {
		uint64_t count = 0;

		if (!pb_streq(counts[i].key, key))
			continue;
		if (count_take(r, value, counts[i].min, MAX_COUNT, &count))
			return -EBADMSG;
		*counts[i].count = (uint32_t)count;
		return 0;
	}
	if (pb_streq(key, "run.evidence"))
		return evidence_take(r, value, key);
	if (pb_streq(key, "measured"))
		return day_take(r, value);
	return pb_streq(key, "run.revision") ? revision_take(r, value) : fact_keep(r, key, value);
}

/* The header's end: now all that a run must have is there, or something lacks. */
static int run_begin(struct reader *r)
{
	int ret;

	if (!r->run.created[0] || !r->run.evidence || !r->run.backend[0] || !r->run.plan[0] ||
	    ~r->said & (PB_AXIS_BIT(SHARING) | PB_AXIS_BIT(LOAD)) || !r->plan.nr_samples ||
	    !r->plan.nr_threads)
		return bad_line(r, "the header ends too early",
				"one with measured, run.* and plan.* as `pinbench export --format "
				"baseline` writes them");
	ret = pb_store_run_begin(r->store, &r->run, &r->run_id);
	for (size_t i = 0; !ret && i < r->nr_facts; i++)
		ret = pb_store_fact_set(r->store, r->run_id, r->facts[i][0], r->facts[i][1]);
	return ret;
}

/* "# key<TAB>value" */
static int comment_take(struct reader *r, char *line)
{
	char *key = line + strspn(line, "# "), *tab = strchr(key, '\t');
	uint64_t format;

	if (!tab || r->run_id)
		return r->run_id ? bad_line(r, "a header line after the header", "a row")
				 : bad_line(r, "a header line without a value", "# KEY<tab>VALUE");
	*tab = '\0';
	if (pb_streq(key, PB_BASELINE_MAGIC)) {
		if (count_take(r, tab + 1, 1, UINT32_MAX, &format))
			return -EBADMSG;
		return format > PB_BASELINE_FORMAT
			       ? bad_line(r, "the format is newer than this pinbench", "1")
			       : 0;
	}
	return pb_streq(key, "columns") ? run_begin(r) : header_take(r, key, tab + 1);
}

/* The series whose windows a harness series is taken from. */
static bool is_harness_of(const struct pb_series *harness, const struct pb_series *series)
{
	if (!pb_streq(series->metric, harness->metric))
		return false;
	if (pb_streq(harness->phase, "harness-call"))
		return pb_streq(series->phase, "call");
	return pb_streq(harness->phase, "harness") &&
	       (pb_streq(series->phase, "acquire") || pb_streq(series->phase, "release"));
}

/* The store keeps raw values: the empty window goes back into what it was taken from. */
static void windows_restore(struct pb_cell_result *cell)
{
	for (size_t i = 0; i < cell->nr_series; i++)
		for (size_t j = 0; j < cell->nr_series; j++)
			if (is_harness_of(&cell->series[i], &cell->series[j]))
				cell->series[j].values[0] += cell->series[i].values[0];
}

static int cell_end(struct reader *r)
{
	uint32_t next = r->cell.cell.index + 1;
	int ret = 0;

	if (r->cell.cell.strategy[0]) {
		windows_restore(&r->cell);
		ret = pb_store_cell_add(r->store, r->run_id, &r->cell);
	} else {
		next = 0;
	}
	pb_cell_result_done(&r->cell);
	r->cell.cell = r->plan;
	r->cell.cell.index = next;
	return ret;
}

/* A number that stands for itself among a cell's words, if @name is one. */
static int number_take(struct reader *r, struct pb_cell *cell, const char *name, const char *text)
{
	const struct {
		const char *name;
		uint32_t *number;
		uint64_t min;
	} numbers[] = { { "threads", &cell->nr_threads, 1 }, { "again", &cell->again, 2 } };
	uint64_t count = 0;

	for (size_t i = 0; i < PB_ARRAY_SIZE(numbers); i++) {
		if (!pb_streq(numbers[i].name, name))
			continue;
		if (count_take(r, text, numbers[i].min, MAX_COUNT, &count))
			return -EBADMSG;
		*numbers[i].number = (uint32_t)count;
		return 0;
	}
	return -ENOENT;
}

/* "threads=2", "intent=write" or "again=2": where this cell is not as the header says. */
static int axis_take(struct reader *r, struct pb_cell *cell, char *pair)
{
	const char *name = strsep(&pair, "=");
	int ret = pair ? number_take(r, cell, name, pair) : -ENOENT;

	if (ret != -ENOENT)
		return ret;
	for (enum pb_axis_id id = 0; id < PB_NR_AXES && pair; id++)
		if (pb_streq(pb_axes[id].name, name))
			return axis_word_take(r, cell, id, name, pair);
	return bad_line(r, "behind the memory type stands no axis", "MEMORY,AXIS=WORD");
}

static int place_keep(struct reader *r, uint32_t again)
{
	struct place *grown = reallocarray(r->places, r->nr_cells + 1, sizeof(*grown));

	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	r->places = grown;
	grown[r->nr_cells++] = (struct place){ r->line, again };
	return 0;
}

/* The row's cell is the one at hand, or the next. */
static int cell_begin(struct reader *r, char *const *fields)
{
	struct pb_cell cell = r->plan;
	char *rest = fields[1], *memory = strsep(&rest, ","), word[PB_WORD_LEN];
	int ret = word_take(r, cell.strategy, fields[0], "the strategy");

	if (!ret)
		ret = word_take(r, word, memory, "the memory type");
	if (!ret)
		ret = pb_memory_take(word, &cell.memory);
	while (!ret && rest)
		ret = axis_take(r, &cell, strsep(&rest, ","));
	if (!ret)
		ret = count_take(r, fields[2], 1, MAX_PAGES, &cell.nr_pages);
	if (ret)
		return ret;
	if (pb_cell_same(&r->cell.cell, &cell))
		return 0;
	ret = cell_end(r);
	if (ret)
		return ret;
	cell.index = r->cell.cell.index;
	r->cell.cell = cell;
	return place_keep(r, cell.again);
}

static int text_take(char **ret_text, const char *text)
{
	free(*ret_text);
	*ret_text = pb_streq(text, "-") ? NULL : strdup(text);
	return *ret_text || pb_streq(text, "-") ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static int absence_take(struct reader *r, enum pb_cell_state state, char *const *fields)
{
	r->cell.state = state;
	r->cell.error = pb_streq(fields[4], "-") ? 0 : pb_error_parse(fields[4]);
	if (!r->cell.error && !pb_streq(fields[4], "-"))
		return bad_line(r, "an unknown error", "an error's name, or -");
	r->cell.reason = strdup(fields[5]);
	return r->cell.reason ? 0 : pb_fail(-ENOMEM, "out of memory");
}

/* "acquire" in the evidence's own metric, or "events:retries:count". */
static int series_take(struct reader *r, char *const *fields)
{
	const char *own = pb_summary_metric(r->run.evidence);
	char *rest = fields[3], *end;
	const char *phase = strsep(&rest, ":"), *metric = strsep(&rest, ":"), *unit = rest;
	double value = strtod(fields[4], &end);

	if (pb_streq(fields[4], "-"))
		value = NAN;
	else if (!*fields[4] || *end || !isfinite(value))
		return bad_line(r, "the value is no number", "a number, or -");
	if (!*phase || (metric && (!*metric || !unit || !*unit)))
		return bad_line(r, "the phase is incomplete", "PHASE or PHASE:METRIC:UNIT");
	r->cell.state = PB_CELL_MEASURED;
	for (size_t i = 0; i < r->cell.nr_series; i++)
		if (pb_streq(r->cell.series[i].phase, phase) &&
		    pb_streq(r->cell.series[i].metric, metric ? metric : own))
			return bad_line(r, "the phase came before in this cell", "each phase once");
	if (pb_cell_result_add(&r->cell, phase, metric ? metric : own, unit ? unit : own, &value,
			       1))
		return bad_line(r, "a word of the phase is too long", "at most 31 characters");
	return text_take(&r->cell.symbol, fields[5]);
}

static int row_take(struct reader *r, char *line)
{
	char *fields[COLUMNS];
	enum pb_cell_state state;
	int nr = 0, ret;

	if (!r->run_id)
		return bad_line(r, "a row before the header's end", "# columns ...");
	while (line && nr < COLUMNS)
		fields[nr++] = strsep(&line, "\t");
	if (nr != COLUMNS || line)
		return bad_line(r, "a row has six columns", "six fields with a tab between them");
	ret = cell_begin(r, fields);
	if (ret)
		return ret;
	state = pb_cell_state_parse(fields[3]);
	if (r->cell.state != PB_CELL_NONE &&
	    (r->cell.state != PB_CELL_MEASURED || state != PB_CELL_NONE))
		return bad_line(r, "the cell is both measured and absent", "one of both");
	return state == PB_CELL_NONE || state == PB_CELL_MEASURED ? series_take(r, fields)
								  : absence_take(r, state, fields);
}

/* Whoever reads the store counts equal cells anew: what the text calls them must be that. */
static int again_check(struct reader *r)
{
	pb_cleanup(pb_summary_done) struct pb_summary run = { 0 };
	int ret = pb_summary_load(r->store, r->run_id, &run);

	for (size_t i = 0; !ret && i < run.nr_cells && i < r->nr_cells; i++) {
		uint32_t again = run.cells[i].cell.again;
		char valid[64];

		if (again == r->places[i].again)
			continue;
		r->line = r->places[i].line;
		if (!again)
			return bad_line(r, "no equal cell came before", "one without 'again'");
		snprintf(valid, sizeof(valid), "MEMORY,again=%" PRIu32, again);
		return bad_line(r, "an equal cell came before", valid);
	}
	return ret;
}

static int text_read(struct reader *r, char *text)
{
	int ret = 0;

	while (text && *text && !ret) {
		char *line = strsep(&text, "\n");

		r->line++;
		ret = line[0] == '#' ? comment_take(r, line) : *line ? row_take(r, line) : 0;
	}
	if (!ret && !r->run_id)
		ret = bad_line(r, "the file ends in its header", "a header, then rows");
	if (!ret && !r->cell.cell.strategy[0])
		ret = bad_line(r, "the file has no row", "at least one");
	if (!ret)
		ret = cell_end(r);
	if (!ret)
		ret = pb_store_run_end(r->store, r->run_id, PB_RUN_STATE_COMPLETE);
	return ret ? ret : again_check(r);
}

/* Version 8 of RFC 9562: made from a digest of the text, so that it names this very text. */
static void uuid_make(const char *text, size_t len_bytes, char uuid[37])
{
	char hex[SHA256_DIGEST_STRING_LENGTH];

	SHA256Data((const uint8_t *)text, len_bytes, hex);
	snprintf(uuid, 37, "%.8s-%.4s-8%.3s-8%.3s-%.12s", hex, hex + 8, hex + 13, hex + 17,
		 hex + 20);
}

int pb_baseline_load(const char *path, struct pb_store **ret_store)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ char *text = NULL;
	struct reader r = { .path = path };
	size_t len = 0;
	int ret;

	if (!pb_baseline_is(path))
		return pb_fail(-EBADMSG, "'%s' is no baseline: it does not begin with '# %s'", path,
			       PB_BASELINE_MAGIC);
	ret = pb_input_add(path, PB_INPUT_FILE);
	if (!ret)
		ret = pb_file_read(path, &text, &len);
	if (!ret && strlen(text) != len)
		ret = pb_fail(-EBADMSG, "baseline '%s' has bytes of value 0", path);
	if (!ret)
		ret = pb_store_open_memory(path, &store);
	if (ret)
		return ret;
	pb_store_keeps_least_set(store);
	uuid_make(text, len, r.run.uuid);
	r.store = store;
	ret = pb_store_begin(store);
	if (!ret)
		ret = text_read(&r, text);
	/* What the store does not take is the text's fault. */
	if (ret == -EINVAL)
		ret = pb_fail_in(-EBADMSG, "baseline '%s': line %u", path, r.line);
	pb_cell_result_done(&r.cell);
	free(r.facts);
	free(r.places);
	if (!ret)
		ret = pb_store_commit(store);
	if (!ret)
		*ret_store = pb_steal(store);
	return ret;
}
