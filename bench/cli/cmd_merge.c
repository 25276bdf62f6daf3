// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_merge - `pinbench merge`: the databases of many machines become one.
 * Why: a lab measures one kernel a job; what is asked concerns all of them.
 */
#include <errno.h>
#include <stdio.h>

#include "bench/cli/commands.h"
#include "bench/cli/options.h"
#include "collect/store/journal.h"
#include "collect/store/merge.h"
#include "collect/store/store.h"
#include "common/encode/terminal.h"
#include "common/err.h"

/* Before the first byte is written: a mistyped name must not leave an empty database behind. */
static int sources_check(char **paths, int nr)
{
	for (int i = 0; i < nr; i++) {
		pb_cleanup(pb_store_freep) struct pb_store *source = NULL;
		int ret = pb_store_open(paths[i], PB_STORE_READ, &source);

		if (ret && ret != -ESTALE) /* an older schema: merging brings it forward */
			return ret;
	}
	return 0;
}

static int source_merge(struct pb_store *store, const char *path)
{
	struct pb_merge_outcome outcome = { 0 };
	int ret = pb_merge(store, path, &outcome);

	if (ret)
		return ret;
	pb_term_printf(stdout, "%s: %zu runs added (%zu samples), %zu were there already", path,
		       outcome.nr_added, outcome.nr_samples, outcome.nr_known);
	if (outcome.nr_grown)
		pb_term_printf(stdout, ", %zu that had not ended brought up to date",
			       outcome.nr_grown);
	fputc('\n', stdout);
	return 0;
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	int nr, ret = pb_options_parse(command, argc, argv, NULL, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	if (!ret && nr < 2)
		ret = pb_fail(-EINVAL, "merge: which databases, and into which? pinbench merge "
				       "INTO.db FROM.db...");
	if (!ret)
		ret = sources_check(argv + 2, nr - 1);
	if (!ret)
		ret = pb_store_open(argv[1], PB_STORE_WRITE, &store);
	if (!ret)
		ret = pb_journals_take(store);
	for (int i = 2; !ret && i <= nr; i++)
		ret = source_merge(store, argv[i]);
	return ret ? pb_command_failed(ret) : PB_EXIT_OK;
}

const struct pb_command pb_command_merge = {
	.name = "merge",
	.args = "INTO.db FROM.db...",
	.summary = "add the runs of other databases to one",
	.text = "INTO is made if it is missing. A run is known by its uuid: merging twice, or in another\n"
		"order, gives the same runs (`pinbench export --all --format jsonl` writes the same bytes).\n"
		"A run that had not ended when it was merged is brought up to date by a longer copy. A uuid\n"
		"with other content is an error, and nothing of that database is taken.",
	.run = run,
};
