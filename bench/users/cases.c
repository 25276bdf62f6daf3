// SPDX-License-Identifier: GPL-2.0-only
/*
 * cases - users by their names on the command line, as cells of a plan.
 * Why: cells of one user stand together, in the order of the table.
 */
#include "bench/users/cases.h"

#include <errno.h>
#include <stdio.h>

#include "collect/observed.h"
#include "common/err.h"
#include "common/str.h"

/* The least of so many is stable: what comes between falls into single windows. */
enum { SAMPLES = 10, WARMUP = 4, NEAR_EDITS = 2 };

static const struct {
	const char *name;
	const char *memory;
	uint64_t most_pages;
} rows[] = {
#define PB_GUEST(ident, name, sort, strategy, memory, calls, most, modules, needs, summary) \
	{ name, memory, most },
#include "bench/users/guest/guest.def"
#undef PB_GUEST
};

static int unknown(const char *word)
{
	pb_cleanup(pb_buf_done) struct pb_buf valid = { 0 };
	const char *near = NULL;

	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		if (!near && pb_word_distance(word, rows[i].name) <= NEAR_EDITS)
			near = rows[i].name;
		if (pb_buf_printf(&valid, " %s", rows[i].name))
			return -ENOMEM;
	}
	return pb_fail(-EINVAL, "users: unknown user '%s'%s%s%s (valid:%s)", word,
		       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "",
		       valid.data);
}

int pb_user_words_check(const struct pb_word_list *users)
{
	for (size_t i = 0; i < users->nr; i++) {
		bool found = false;

		for (size_t j = 0; j < PB_ARRAY_SIZE(rows) && !found; j++)
			found = pb_streq(rows[j].name, users->words[i]);
		if (!found)
			return unknown(users->words[i]);
	}
	return 0;
}

static bool is_wanted(const struct pb_word_list *users, const char *name)
{
	for (size_t i = 0; i < users->nr; i++)
		if (pb_streq(users->words[i], name))
			return true;
	return users->nr == 0;
}

static bool is_planned(const struct pb_plan *plan, size_t row, uint64_t nr_pages)
{
	for (size_t i = 0; i < plan->nr_cells; i++)
		if (plan->cells[i].nr_pages == nr_pages &&
		    pb_streq(plan->cells[i].strategy, rows[row].name))
			return true;
	return false;
}

static int cell_add(struct pb_plan *plan, size_t row, uint64_t nr_pages)
{
	struct pb_cell cell = {
		.index = (uint32_t)plan->nr_cells,
		.nr_pages = nr_pages < rows[row].most_pages ? nr_pages : rows[row].most_pages,
		.nr_threads = 1,
		.nr_samples = SAMPLES,
		.nr_warmup = WARMUP,
	};
	struct pb_cell *cells;
	int ret;

	if (is_planned(plan, row, cell.nr_pages))
		return 0;
	cells = reallocarray(plan->cells, plan->nr_cells + 1, sizeof(*cells));
	if (!cells)
		return pb_fail(-ENOMEM, "out of memory");
	plan->cells = cells;
	snprintf(cell.strategy, sizeof(cell.strategy), "%s", rows[row].name);
	ret = pb_memory_take(rows[row].memory, &cell.memory);
	if (ret)
		return ret;
	snprintf(cell.event, sizeof(cell.event), "%s", PB_EVENT_USE);
	cells[plan->nr_cells++] = cell;
	return 0;
}

int pb_user_cases_plan(const struct pb_user_words *words, struct pb_plan *ret_plan)
{
	pb_cleanup(pb_plan_done) struct pb_plan plan = { .name = "users" };
	int ret = pb_user_words_check(&words->users);

	for (size_t i = 0; i < PB_ARRAY_SIZE(rows) && !ret; i++)
		for (size_t j = 0; j < words->nr_pages && !ret; j++)
			if (is_wanted(&words->users, rows[i].name))
				ret = cell_add(&plan, i, words->pages[j]);
	if (ret)
		return ret;
	*ret_plan = plan;
	plan = (struct pb_plan){ 0 };
	return 0;
}
