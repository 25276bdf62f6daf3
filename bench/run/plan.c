// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan - fio-style job files, or flags, expanded to an ordered list of cells.
 * Why: what is measured is data that can be kept beside the results and run again.
 */
#include "bench/run/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/load/load.h"
#include "bench/run/catalogue.h"
#include "common/err.h"
#include "common/opening.h"
#include "common/paths.h"
#include "common/str.h"
#include "kmods/uapi/pinbench.h"

enum { MAX_CELLS = 100000, MAX_THREADS = 4096, MAX_OPS = PB_MAX_OPS, MAX_PLAN_BYTES = 1 << 20 };

enum key {
	STRATEGY,
	MEMORY,
	PAGES,
	THREADS,
	AXES, /* one key for each of them */
	LOAD = AXES + PB_AXIS_LOAD,
	SAMPLES = AXES + PB_NR_AXES,
	WARMUP,
	OPS,
	KEYS
};

static const struct {
	const char *name;
	int words; /* enum pb_word_kind, or -1: numbers */
	uint64_t min, max;
	const char *fallback; /* NULL: the axis' default */
} keys[KEYS] = {
	[STRATEGY] = { "strategy", PB_WORDS_STRATEGY, 0, 0, "all" },
	[MEMORY] = { "memory", PB_WORDS_MEMORY, 0, 0, "anon" },
	[PAGES] = { "pages", -1, 1, PB_MAX_PAGES, "1" },
	[THREADS] = { "threads", -1, 1, MAX_THREADS, "1" },
#define PB_AXIS(id, field, since, title) \
	[AXES + PB_AXIS_##id] = { #field, PB_WORDS_##id, 0, 0, NULL },
#include "collect/axes.def"
#undef PB_AXIS
	[SAMPLES] = { "samples", -1, 1, PB_MAX_SAMPLES, "60" },
	[WARMUP] = { "warmup", -1, 0, PB_MAX_WARMUP, "8" },
	[OPS] = { "ops", -1, 0, MAX_OPS, "0" },
};

struct job {
	struct pb_word_list values[KEYS];
	int lines[KEYS]; /* where they stand in the file; 0: elsewhere */
};

struct loader {
	const char *path;
	FILE *file;
	int line;
	int ret;
	char section[64];
	struct job global;
	struct job job;
	bool in_job;
	const struct pb_plan_overrides *overrides;
	struct pb_plan *plan;
};

static void job_done(struct job *job)
{
	for (size_t i = 0; i < KEYS; i++)
		pb_word_list_done(&job->values[i]);
	*job = (struct job){ 0 };
}

/* "all" stands for every row of its table. */
static int words_expand(enum pb_word_kind kind, struct pb_word_list *list)
{
	const struct pb_word_row *rows = pb_catalogue_rows(kind);
	size_t nr = 0;

	if (list->nr != 1 || !pb_streq(list->words[0], "all") || !pb_catalogue_takes_all(kind))
		return 0;
	pb_word_list_done(list);
	while (rows[nr].name)
		nr++;
	list->words = calloc(nr + 1, sizeof(*list->words));
	for (size_t i = 0; list->words && i < nr; i++) {
		list->words[i] = strdup(rows[i].name);
		if (!list->words[i])
			return pb_fail(-ENOMEM, "out of memory");
		list->nr++;
	}
	return list->words ? 0 : pb_fail(-ENOMEM, "out of memory");
}

/* The rate that was left out is said from here on. */
static int load_check(const char *where, char **word)
{
	char whole[PB_WORD_LEN], *copy;
	int ret = pb_load_complete(*word, whole);

	if (ret)
		return pb_fail_in(ret, "%s", where);
	copy = strdup(whole);
	if (!copy)
		return pb_fail(-ENOMEM, "out of memory");
	free(*word);
	*word = copy;
	return 0;
}

static int list_check(enum key key, const char *where, struct pb_word_list *list)
{
	int ret = 0;

	if (keys[key].words >= 0)
		ret = words_expand((enum pb_word_kind)keys[key].words, list);
	for (size_t i = 0; !ret && i < list->nr; i++) {
		uint64_t number;

		if (key == LOAD)
			ret = load_check(where, &list->words[i]);
		else if (keys[key].words >= 0)
			ret = pb_catalogue_check((enum pb_word_kind)keys[key].words, where,
						 list->words[i]);
		else
			ret = pb_parse_u64(list->words[i], where, keys[key].min, keys[key].max,
					   &number);
	}
	return ret;
}

static int value_parse(enum key key, const char *where, const char *text,
		       struct pb_word_list *ret_list)
{
	struct pb_word_list list = { 0 };
	int ret = pb_words_split(text, where, &list.words, &list.nr);

	if (!ret && key >= SAMPLES && list.nr != 1)
		ret = pb_fail(-EINVAL, "%s takes one number, not '%s'", where, text);
	if (!ret)
		ret = list_check(key, where, &list);
	if (ret) {
		pb_word_list_done(&list);
		return ret;
	}
	pb_word_list_done(ret_list);
	*ret_list = list;
	return 0;
}

static int list_copy(const struct pb_word_list *from, struct pb_word_list *to)
{
	to->words = calloc(from->nr + 1, sizeof(*to->words));
	for (size_t i = 0; to->words && i < from->nr; i++) {
		to->words[i] = strdup(from->words[i]);
		if (!to->words[i])
			return pb_fail(-ENOMEM, "out of memory");
		to->nr++;
	}
	return to->words ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static const char *fallback_of(enum key key)
{
	return keys[key].fallback ? keys[key].fallback : pb_axis_usual(key - AXES);
}

/* Command line, else the job, else [global], else the fallback. */
static int job_complete(struct loader *l, struct job *job)
{
	const struct pb_word_list *given[KEYS] = {
		[STRATEGY] = &l->overrides->strategy,
		[MEMORY] = &l->overrides->memory,
		[PAGES] = &l->overrides->pages,
		[THREADS] = &l->overrides->threads,
	};
	const uint64_t numbers[KEYS] = {
		[SAMPLES] = l->overrides->samples, [OPS] = l->overrides->ops
	};
	int ret = 0;

	for (enum pb_axis_id id = 0; id < PB_NR_AXES; id++)
		given[AXES + id] = &l->overrides->axes[id];

	for (enum key key = 0; !ret && key < KEYS; key++) {
		char where[32], number[32];

		snprintf(where, sizeof(where), "--%s", keys[key].name);
		if ((given[key] && given[key]->nr) || numbers[key])
			job->lines[key] = 0;
		if (given[key] && given[key]->nr) {
			pb_word_list_done(&job->values[key]);
			ret = list_copy(given[key], &job->values[key]);
			if (!ret)
				ret = list_check(key, where, &job->values[key]);
		} else if (numbers[key]) {
			snprintf(number, sizeof(number), "%" PRIu64, numbers[key]);
			ret = value_parse(key, where, number, &job->values[key]);
		} else if (!job->values[key].nr && l->global.values[key].nr) {
			job->lines[key] = l->global.lines[key];
			ret = list_copy(&l->global.values[key], &job->values[key]);
		} else if (!job->values[key].nr) {
			ret = value_parse(key, keys[key].name, fallback_of(key), &job->values[key]);
		}
	}
	return ret;
}

static int cell_add(struct pb_plan *plan, struct pb_cell cell)
{
	struct pb_cell *cells;

	for (size_t i = 0; i < plan->nr_cells; i++)
		if (pb_cell_same(&plan->cells[i], &cell))
			return 0;
	if (plan->nr_cells == MAX_CELLS)
		return pb_fail(-E2BIG, "plan '%s' has more than %d cells", plan->name, MAX_CELLS);
	if ((plan->nr_cells & (plan->nr_cells - 1)) == 0) {
		cells = reallocarray(plan->cells, plan->nr_cells ? plan->nr_cells * 2 : 1,
				     sizeof(*cells));
		if (!cells)
			return pb_fail(-ENOMEM, "out of memory");
		plan->cells = cells;
	}
	cell.index = (uint32_t)plan->nr_cells;
	plan->cells[plan->nr_cells++] = cell;
	return 0;
}

static uint64_t number_of(const char *word)
{
	uint64_t number = 0;

	/* Was checked when it was read. */
	if (pb_parse_u64(word, "number", 0, UINT64_MAX, &number))
		return 0;
	return number;
}

static int job_expand(const struct job *job, struct pb_plan *plan)
{
	static const enum key order[] = {
		MEMORY,
		PAGES,
		THREADS,
#define PB_AXIS(id, field, since, title) AXES + PB_AXIS_##id,
#include "collect/axes.def"
#undef PB_AXIS
		STRATEGY,
	};
	size_t at[KEYS] = { 0 };
	size_t turn = 0;

	for (;;) {
		struct pb_cell cell = { 0 };
		int ret = 0;

#define WORD(key) (job->values[key].words[at[key]])
		snprintf(cell.strategy, PB_WORD_LEN, "%s", WORD(STRATEGY));
		ret = pb_memory_take(WORD(MEMORY), &cell.memory);
		for (enum pb_axis_id id = 0; id < PB_NR_AXES && !ret; id++)
			ret = pb_cell_axis_take(&cell, id, WORD(AXES + id));
		cell.nr_pages = number_of(WORD(PAGES));
		cell.nr_threads = (uint32_t)number_of(WORD(THREADS));
		cell.nr_samples = (uint32_t)number_of(WORD(SAMPLES));
		cell.nr_warmup = (uint32_t)number_of(WORD(WARMUP));
		cell.nr_ops = (uint32_t)number_of(WORD(OPS));
#undef WORD
		if (!ret)
			ret = cell_add(plan, cell);
		if (ret)
			return ret;
		/* An odometer: the last of the order turns fastest. */
		for (turn = PB_ARRAY_SIZE(order); turn > 0; turn--) {
			enum key key = order[turn - 1];

			if (++at[key] < job->values[key].nr)
				break;
			at[key] = 0;
		}
		if (!turn)
			return 0;
	}
}

/* The samples are the first of the operations that a histogram counts. */
static int ops_check(const struct loader *l, const struct job *job)
{
	uint64_t ops = number_of(job->values[OPS].words[0]);
	uint64_t samples = number_of(job->values[SAMPLES].words[0]);
	char where[512] = "--ops";

	if (!ops || ops >= samples)
		return 0;
	if (job->lines[OPS])
		snprintf(where, sizeof(where), "%s:%d: ops", l->path, job->lines[OPS]);
	return pb_fail(-EINVAL,
		       "%s '%" PRIu64 "' is less than the %" PRIu64
		       " samples, which are the first of them (valid: 0, or %" PRIu64 " to %d)",
		       where, ops, samples, samples, MAX_OPS);
}

static int job_flush(struct loader *l)
{
	int ret = 0;

	if (l->in_job) {
		ret = job_complete(l, &l->job);
		if (!ret)
			ret = ops_check(l, &l->job);
		if (!ret)
			ret = job_expand(&l->job, l->plan);
	}
	job_done(&l->job);
	l->in_job = false;
	return ret;
}

static int unknown_key(const struct loader *l, const char *name)
{
	pb_cleanup(pb_buf_done) struct pb_buf valid = { 0 };

	for (size_t i = 0; i < KEYS; i++)
		if (pb_buf_printf(&valid, " %s", keys[i].name))
			return -ENOMEM;
	return pb_fail(-EINVAL, "%s:%d: unknown key '%s' (valid:%s)", l->path, l->line, name,
		       valid.data);
}

static int pair_taken(struct loader *l, const char *section, const char *name, const char *value)
{
	struct job *job = pb_streq(section, "global") ? &l->global : &l->job;
	enum key key = 0;
	char where[512];

	if (!section[0])
		return pb_fail(-EINVAL, "%s:%d: '%s' stands before any [section]", l->path, l->line,
			       name);
	while (key < KEYS && !pb_streq(keys[key].name, name))
		key++;
	if (key == KEYS)
		return unknown_key(l, name);
	snprintf(where, sizeof(where), "%s:%d: %s", l->path, l->line, name);
	if (job->values[key].nr)
		return pb_fail(-EINVAL, "%s is set twice in [%s]", where, section);
	job->lines[key] = l->line;
	return value_parse(key, where, value, &job->values[key]);
}

/* inih's handler: 1 is good, 0 an error, which is kept in the loader with its message. */
static int on_pair(void *user, const char *section, const char *name, const char *value)
{
	struct loader *l = user;

	if (l->ret)
		return 1;
	if (!pb_streq(section, l->section)) {
		l->ret = job_flush(l);
		if (l->ret)
			return 0;
		snprintf(l->section, sizeof(l->section), "%s", section);
		l->in_job = !pb_streq(section, "global");
	}
	l->ret = pair_taken(l, section, name, value);
	return l->ret == 0;
}

/* inih does not tell a handler the line: count what it reads. */
static char *on_line(char *text, int size, void *stream)
{
	struct loader *l = stream;
	char *line = fgets(text, size, l->file);

	l->line += line != NULL;
	return line;
}

/*
 * inih hands one user pointer to the handler and another to the reader: both are the loader. A
 * section without any key is never handed over, so a plan of nothing but [name] is empty.
 */
static int file_load(struct loader *l)
{
	_cleanup_close_ int fd = pb_opening(l->path, O_RDONLY, PB_OPENING_WAIT_MS);
	struct stat st;
	int bad;

	if (fd < 0)
		return pb_fail(fd, "cannot open plan '%s': %s", l->path, pb_opening_why(fd));
	l->file = fdopen(fd, "r");
	if (l->file)
		(void)pb_steal_fd(fd);
	if (!l->file || fstat(fileno(l->file), &st))
		return pb_fail(-errno, "cannot open plan '%s': %s", l->path, strerror(errno));
	/* A device may never end; a pipe, as of <(...), is its writer's. */
	if (!(S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode)) || st.st_size > MAX_PLAN_BYTES)
		return pb_fail(-EINVAL, "plan '%s' is no plan: valid is a file of at most %d KiB",
			       l->path, MAX_PLAN_BYTES >> 10);
	errno = 0;
	bad = ini_parse_stream(on_line, l, on_pair, l);
	if (ferror(l->file))
		l->ret = pb_fail(errno ? -errno : -EIO, "cannot read plan '%s': %s", l->path,
				 strerror(errno ? errno : EIO));
	fclose(l->file);
	if (!l->ret && bad)
		l->ret = pb_fail(-EINVAL, "%s:%d: neither a [section] nor a 'key = value'", l->path,
				 bad);
	if (!l->ret)
		l->ret = job_flush(l);
	if (!l->ret && !l->plan->nr_cells)
		l->ret = pb_fail(-EINVAL, "plan '%s' has no job: it needs a [section] with a key",
				 l->path);
	return l->ret;
}

static int name_add(void *data, const char *name, const char *summary)
{
	(void)summary;
	return pb_buf_printf(data, "%s, ", name);
}

static int plan_unknown(const char *name)
{
	pb_cleanup(pb_buf_done) struct pb_buf valid = { 0 };
	int ret = pb_plan_list(name_add, &valid);

	return ret ? ret
		   : pb_fail(-ENOENT, "unknown plan '%s' (valid: %sor the path of a job file)",
			     name, valid.data ? valid.data : "");
}

static int plan_path(const char *name, char **ret_path)
{
	_cleanup_free_ char *file = NULL;
	size_t len = strlen(name);

	if (strchr(name, '/') || (len > 5 && pb_streq(name + len - 5, ".plan"))) {
		*ret_path = strdup(name);
		return *ret_path ? 0 : pb_fail(-ENOMEM, "out of memory");
	}
	file = pb_format("data/plans/%s.plan", name);
	if (!file)
		return -ENOMEM;
	return pb_path_data(file, ret_path) ? plan_unknown(name) : 0;
}

int pb_plan_load(const char *name, const struct pb_plan_overrides *overrides,
		 struct pb_plan *ret_plan)
{
	static const struct pb_plan_overrides none;
	_cleanup_free_ char *path = NULL;
	struct pb_plan plan = { 0 };
	struct loader l = { .overrides = overrides ? overrides : &none, .plan = &plan };
	const char *base;
	int ret = plan_path(name, &path);

	if (ret)
		return ret;
	base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	snprintf(plan.name, sizeof(plan.name), "%.*s", (int)strcspn(base, "."), base);
	l.path = path;
	ret = file_load(&l);
	job_done(&l.global);
	job_done(&l.job);
	if (ret) {
		pb_plan_done(&plan);
		return ret;
	}
	*ret_plan = plan;
	return 0;
}

void pb_plan_done(struct pb_plan *plan)
{
	free(plan->cells);
	*plan = (struct pb_plan){ 0 };
}
