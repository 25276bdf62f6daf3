/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sides - the runs that a command line names, with the store that they lie in.
 * Why: every command that reads runs opens the database and resolves words in the same way.
 */
#ifndef BENCH_CLI_SIDES_H
#define BENCH_CLI_SIDES_H

#include <stddef.h>

#include "collect/store/store.h"
#include "common/cleanup.h"
#include "report/judge/counterpart.h"
#include "report/runs/select.h"

/* The database where no option names one: PINBENCH_DB, or pinbench.db in the working directory. */
const char *pb_database_usual(void);

/* Opens a database to read it; one of an older schema is brought forward if it can be written. */
int pb_database_open(const char *path, struct pb_store **ret_store) pb_must_check;

/*
 * What is odd about a run, a line each on standard error: a date that cannot be (dated.h), no cell.
 */
int pb_run_oddities_say(struct pb_store *store, int64_t run_id) pb_must_check;

/* The runs that are meant, each in its own store; pb_sides_done() releases all. */
struct pb_sides {
	struct pb_store *store; /* --db; NULL where that file does not exist */
	size_t nr;
	struct pb_selected *runs;
};

/*
 * Resolves @nr words, `latest` if there is none. A missing database is an error only if a word
 * needs it.
 */
int pb_sides_open(const char *database, char **words, size_t nr,
		  struct pb_sides *ret_sides) pb_must_check;

/* What the two sides of a comparison are called. */
extern const char *const pb_sides_names[2];

/*
 * Resolves the words of runs that are held against each other. Where one means the newest of
 * several runs and that one lacks cells of the others, an older one is taken
 * (report/judge/counterpart.h), and one line on standard error says so by @names. @wanted as there.
 */
int pb_sides_open_chosen(const char *database, char **words, const char *const *names, size_t nr,
			 pb_cell_wanted *wanted, const void *data,
			 struct pb_sides *ret_sides) pb_must_check;

/*
 * For @command, which holds runs against one another: 0, or -EINVAL with a message if two of @words
 * mean the same run, of whatever databases. Every difference would be none.
 */
int pb_sides_distinct(const struct pb_sides *sides, char **words,
		      const char *command) pb_must_check;

void pb_sides_done(struct pb_sides *sides);

#endif
