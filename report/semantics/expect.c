// SPDX-License-Identifier: GPL-2.0-only
/*
 * expect - what is expected of held pages, as data, and what deviates from it.
 * Why: what was once seen on each kernel is written down, so that the next kernel is held to it.
 */
#include "report/semantics/expect.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect/observed.h"
#include "common/err.h"
#include "common/file.h"
#include "common/inputs.h"
#include "common/str.h"
#include "report/semantics/events.h"

static const char *const column_names[PB_EXPECT_NR_COLUMNS] = {
	[PB_EXPECT_KERNELS] = "kernels", [PB_EXPECT_STRATEGY] = "strategy",
	[PB_EXPECT_INTENT] = "intent",   [PB_EXPECT_MEMORY] = "memory",
	[PB_EXPECT_EVENT] = "event",     [PB_EXPECT_RESULT] = "result",
	[PB_EXPECT_DATA] = "data",       [PB_EXPECT_FRAME] = "frame",
	[PB_EXPECT_SOURCE] = "source",
};

static const char *const data_words[] = { "coherent",  "stale",     "one-way:c2d", "one-way:d2c",
					  "revoked",   "file-only", "lost",        "tracked",
					  "untracked", "corrupts",  "reads-other", "persisted",
					  "-",         NULL };
static const char *const frame_words[] = { "stayed", "copied",          "moved", "kept",   "freed",
					   "split",  "same-frame-back", "whole", "in-thp", "-",
					   NULL };
static const char *const intent_words[] = { "read", "write", NULL };

/* "6.12" of "6.12.117+deb12-cloud-amd64": two numbers; false: it begins otherwise. */
static bool release_parse(const char *text, unsigned long numbers[2], const char **ret_end)
{
	char *end = (char *)text;

	for (int i = 0; i < 2; i++) {
		if (i && *end++ != '.')
			return false;
		if (!isdigit((unsigned char)*end))
			return false;
		numbers[i] = strtoul(end, &end, 10);
	}
	*ret_end = end;
	return true;
}

static int numbers_compare(const unsigned long a[2], const unsigned long b[2])
{
	if (a[0] != b[0])
		return a[0] < b[0] ? -1 : 1;
	return a[1] < b[1] ? -1 : a[1] > b[1];
}

/* An end of a range that is left open compares as 0. False: it is no range. */
static bool range_parse(const char *range, unsigned long low[2], unsigned long high[2],
			bool *ret_open_low, bool *ret_open_high)
{
	const char *at = range;

	*ret_open_low = *ret_open_high = false;
	if (pb_streq(range, "*")) {
		*ret_open_low = *ret_open_high = true;
		return true;
	}
	if (strncmp(at, "..", 2) == 0)
		*ret_open_low = true;
	else if (!release_parse(at, low, &at))
		return false;
	if (!*at) { /* one release alone */
		memcpy(high, low, 2 * sizeof(*low));
		return true;
	}
	if (strncmp(at, "..", 2) != 0)
		return false;
	at += 2;
	if (!*at)
		*ret_open_high = true;
	else if (!release_parse(at, high, &at))
		return false;
	return !*at && !(*ret_open_low && *ret_open_high);
}

bool pb_expect_in_range(const char *range, const char *release)
{
	unsigned long low[2], high[2], is[2];
	bool open_low, open_high;
	const char *end;

	if (!range_parse(range, low, high, &open_low, &open_high))
		return false;
	if (open_low && open_high)
		return true;
	return release_parse(release, is, &end) && (open_low || numbers_compare(is, low) >= 0) &&
	       (open_high || numbers_compare(is, high) <= 0);
}

/* Is @word one of @list ("get,pin"), or the list "*"? */
static bool in_list(const char *list, const char *word)
{
	size_t len = strlen(word);

	if (pb_streq(list, "*"))
		return true;
	for (const char *at = list; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, word, len) == 0 && (!at[len] || at[len] == ','))
			return true;
	}
	return false;
}

static bool word_known(enum pb_expect_column column, const char *word)
{
	const char *const *words = column == PB_EXPECT_DATA    ? data_words
				   : column == PB_EXPECT_FRAME ? frame_words
							       : intent_words;

	if (column == PB_EXPECT_STRATEGY)
		return pb_verdict_control(word) != NULL;
	if (column == PB_EXPECT_EVENT)
		return pb_event_words_find(word) != NULL;
	if (column != PB_EXPECT_DATA && column != PB_EXPECT_FRAME && column != PB_EXPECT_INTENT)
		return *word;
	for (; *words; words++)
		if (pb_streq(*words, word))
			return true;
	return false;
}

static int words_check(const struct pb_expectation *row, enum pb_expect_column column)
{
	_cleanup_free_ char *copy = strdup(row->fields[column]);

	if (!copy)
		return pb_fail(-ENOMEM, "out of memory");
	if (pb_streq(copy, "*"))
		return 0;
	if (!*copy || copy[0] == ',' || copy[strlen(copy) - 1] == ',')
		return pb_fail(-EINVAL, "%s: column %s has an empty word; * is for any", row->where,
			       column_names[column]);
	for (char *save, *word = strtok_r(copy, ",", &save); word;
	     word = strtok_r(NULL, ",", &save))
		if (!word_known(column, word))
			return pb_fail(-EINVAL,
				       "%s: column %s: nothing is called '%s' (docs/semantics.md "
				       "has the words)",
				       row->where, column_names[column], word);
	return 0;
}

static int row_check(const struct pb_expectation *row)
{
	unsigned long low[2], high[2];
	bool open_low, open_high;
	int ret = 0;

	if (!range_parse(row->fields[PB_EXPECT_KERNELS], low, high, &open_low, &open_high))
		return pb_fail(-EINVAL,
			       "%s: kernels '%s' are no range; valid are 5.10..6.4, 6.5.., ..5.19, "
			       "6.1 and *",
			       row->where, row->fields[PB_EXPECT_KERNELS]);
	for (int i = PB_EXPECT_STRATEGY; !ret && i < PB_EXPECT_SOURCE; i++)
		ret = words_check(row, (enum pb_expect_column)i);
	if (!ret &&
	    strspn(row->fields[PB_EXPECT_SOURCE], " -*?") == strlen(row->fields[PB_EXPECT_SOURCE]))
		ret = pb_fail(-EINVAL,
			      "%s: the row has no source: the function, document or commit that "
			      "makes it so, with its release",
			      row->where);
	return ret;
}

static void row_done(struct pb_expectation *row)
{
	for (size_t i = 0; i < PB_EXPECT_NR_COLUMNS; i++)
		free(row->fields[i]);
	free(row->where);
	*row = (struct pb_expectation){ 0 };
}

static int row_split(const char *where, const char *line, struct pb_expectation *row)
{
	size_t nr = 0;
	const char *at = line;

	row->where = strdup(where);
	if (!row->where)
		return pb_fail(-ENOMEM, "out of memory");
	for (;; at++) {
		size_t len = strcspn(at, "\t");

		if (nr < PB_EXPECT_NR_COLUMNS) {
			row->fields[nr] = strndup(at, len);
			if (!row->fields[nr])
				return pb_fail(-ENOMEM, "out of memory");
		}
		nr++;
		at += len;
		if (!*at)
			break;
	}
	return nr == PB_EXPECT_NR_COLUMNS
		       ? 0
		       : pb_fail(-EINVAL, "%s: %zu fields between tabs, and there are %d columns",
				 where, nr, PB_EXPECT_NR_COLUMNS);
}

static int row_add(struct pb_expectations *all, struct pb_expectation *row)
{
	struct pb_expectation *rows = reallocarray(all->rows, all->nr + 1, sizeof(*rows));

	if (!rows)
		return pb_fail(-ENOMEM, "out of memory");
	all->rows = rows;
	all->rows[all->nr++] = *row;
	*row = (struct pb_expectation){ 0 };
	return 0;
}

static int head_check(const struct pb_expectation *row)
{
	for (size_t i = 0; i < PB_EXPECT_NR_COLUMNS; i++)
		if (!pb_streq(row->fields[i], column_names[i]))
			return pb_fail(-EINVAL,
				       "%s: the first line names the columns, and column %zu is "
				       "'%s' where '%s' belongs",
				       row->where, i + 1, row->fields[i], column_names[i]);
	return 0;
}

static int line_take(const char *path, size_t number, const char *line, bool *headed,
		     struct pb_expectations *all)
{
	pb_cleanup(row_done) struct pb_expectation row = { 0 };
	_cleanup_free_ char *where = pb_format("%s:%zu", path, number);
	int ret = where ? row_split(where, line, &row) : -ENOMEM;

	if (ret)
		return ret;
	if (!*headed) {
		*headed = true;
		return head_check(&row);
	}
	ret = row_check(&row);
	return ret ? ret : row_add(all, &row);
}

static int file_load(const char *path, struct pb_expectations *all)
{
	_cleanup_free_ char *text = NULL;
	size_t len, number = 0;
	bool headed = false;
	int ret = pb_input_add(path, PB_INPUT_FILE);

	if (!ret)
		ret = pb_file_read(path, &text, &len);
	if (!ret && strlen(text) != len)
		ret = pb_fail(-EINVAL, "%s: holds a NUL, and is no text", path);
	for (char *line = text; !ret && line && *line;) {
		char *end = line + strcspn(line, "\n");
		bool last = !*end;

		*end = '\0';
		if (end > line && end[-1] == '\r')
			end[-1] = '\0';
		number++;
		if (*line && *line != '#')
			ret = line_take(path, number, line, &headed, all);
		line = last ? NULL : end + 1;
	}
	return ret;
}

static int is_tsv(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 4 && pb_streq(entry->d_name + len - 4, ".tsv");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int pb_expectations_load(const char *dir, struct pb_expectations *ret_expectations)
{
	pb_cleanup(pb_expectations_done) struct pb_expectations all = { 0 };
	struct dirent **entries;
	int nr = scandir(dir, &entries, is_tsv, by_name), ret = 0;

	if (nr < 0)
		return pb_fail(-errno, "cannot read expectations in '%s': %s", dir,
			       strerror(errno));
	for (int i = 0; i < nr; i++) {
		_cleanup_free_ char *path = pb_format("%s/%s", dir, entries[i]->d_name);

		if (!ret)
			ret = path ? file_load(path, &all) : -ENOMEM;
		free(entries[i]);
	}
	free(entries);
	if (!ret && !all.nr)
		ret = pb_fail(-ENOENT,
			      "folder '%s' holds no expectation: no *.tsv with a row in it", dir);
	if (ret)
		return ret;
	*ret_expectations = all;
	all = (struct pb_expectations){ 0 };
	return 0;
}

void pb_expectations_done(struct pb_expectations *expectations)
{
	for (size_t i = 0; i < expectations->nr; i++)
		row_done(&expectations->rows[i]);
	free(expectations->rows);
	*expectations = (struct pb_expectations){ 0 };
}

static bool speaks_of(const struct pb_expectation *row, const struct pb_semantics_row *seen)
{
	const struct pb_cell *cell = &seen->result.cell;

	return in_list(row->fields[PB_EXPECT_STRATEGY], cell->strategy) &&
	       in_list(row->fields[PB_EXPECT_INTENT], pb_intent_name(cell->intent)) &&
	       in_list(row->fields[PB_EXPECT_MEMORY], pb_memory_name(cell->memory)) &&
	       in_list(row->fields[PB_EXPECT_EVENT], cell->event) &&
	       pb_expect_in_range(row->fields[PB_EXPECT_KERNELS], seen->release);
}

static bool part_is(const struct pb_cell_result *result, const char *name, const char *word)
{
	const char *value = pb_observed_part(result, name);

	return value && pb_streq(value, word);
}

/* What this user, or nobody, can know is not held against anything. */
static bool frame_fits(const struct pb_expectation *row, const struct pb_semantics_row *seen)
{
	if (part_is(&seen->result, "by", "calls") && pb_streq(seen->verdict.frame, "-"))
		return true;
	return in_list(row->fields[PB_EXPECT_FRAME], seen->verdict.frame);
}

static int row_judge(const struct pb_expectation *row, struct pb_semantics_row *seen)
{
	const struct pb_observed_verdict *v = &seen->verdict;
	const char *file;

	if (seen->expected == PB_EXPECTED_OTHER)
		return 0;
	/* Most ways to hold a page no system call has; a guest has them all, and must. */
	if (pb_streq(v->result, "absent") && part_is(&seen->result, "by", "calls"))
		return 0;
	if (in_list(row->fields[PB_EXPECT_RESULT], v->result) &&
	    in_list(row->fields[PB_EXPECT_DATA], v->data) && frame_fits(row, seen)) {
		seen->expected = PB_EXPECTED_SO;
		seen->why = row->fields[PB_EXPECT_SOURCE];
		return 0;
	}
	seen->expected = PB_EXPECTED_OTHER;
	file = strrchr(row->where, '/');
	seen->deviation =
		pb_format("expected %s, data %s, frame %s (%s; %s)", row->fields[PB_EXPECT_RESULT],
			  row->fields[PB_EXPECT_DATA], row->fields[PB_EXPECT_FRAME],
			  row->fields[PB_EXPECT_SOURCE], file ? file + 1 : row->where);
	return seen->deviation ? 0 : -ENOMEM;
}

int pb_expectations_judge(const struct pb_expectations *expectations,
			  struct pb_semantics *semantics, size_t *ret_deviating)
{
	size_t nr = 0;
	int ret = 0;

	for (size_t i = 0; i < semantics->nr; i++) {
		for (size_t j = 0; !ret && j < expectations->nr; j++)
			if (speaks_of(&expectations->rows[j], &semantics->rows[i]))
				ret = row_judge(&expectations->rows[j], &semantics->rows[i]);
		nr += semantics->rows[i].expected == PB_EXPECTED_OTHER;
	}
	if (!ret)
		*ret_deviating = nr;
	return ret;
}
