// SPDX-License-Identifier: GPL-2.0-only
/*
 * commit - which commit a developer's tree is at, and whether its files are that commit's.
 * Why: trees of one release differ in what is being measured, and only git can name that.
 */
#include "bench/kernels/commit.h"

#include <errno.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "common/proc.h"
#include "common/str.h"

enum { MAX_ARGS = 20 };

/*
 * The first line that git says of @dir, or NULL. Root may measure a tree of its user's: whoever
 * runs make there already runs what is in it. The index is left alone, and no hook is run.
 */
static char *git_line(const char *dir, const char *const *words)
{
	static const char *const git[] = { "env",
					   "-u",
					   "GIT_DIR",
					   "-u",
					   "GIT_WORK_TREE",
					   "GIT_OPTIONAL_LOCKS=0",
					   "git",
					   "-c",
					   "safe.directory=*",
					   "-c",
					   "core.fsmonitor=false",
					   "-C" };
	const char *argv[MAX_ARGS];
	char *line = NULL;
	size_t nr = 0;

	for (; nr < PB_ARRAY_SIZE(git); nr++)
		argv[nr] = git[nr];
	argv[nr++] = dir;
	while (*words && nr + 1 < MAX_ARGS)
		argv[nr++] = *words++;
	argv[nr] = NULL;
	if (!pb_proc_exists("git") || pb_proc_run(argv, NULL, &line)) {
		pb_fail_clear();
		return NULL;
	}
	line[strcspn(line, "\n")] = '\0';
	return line;
}

int pb_commit_find(const char *tree, struct pb_commit *ret_commit)
{
	static const char *const top[] = { "rev-parse", "--show-cdup", NULL };
	static const char *const id[] = { "rev-parse", "--verify", "-q", "HEAD", NULL };
	static const char *const describe[] = { "describe", "--always", "--dirty", "--abbrev=12",
						NULL };
	/* Built with O=, the sources lie behind this link. */
	_cleanup_free_ char *source = pb_format("%s/source", tree), *up = NULL;
	const char *dir;

	if (!source)
		return -ENOMEM;
	*ret_commit = (struct pb_commit){ 0 };
	dir = pb_file_exists(source) ? source : tree;
	up = git_line(dir, top);
	/*
	 * A folder somewhere in a repository of something else is not known by that one's commit.
	 */
	if (!up || *up)
		return 0;
	ret_commit->id = git_line(dir, id);
	if (ret_commit->id)
		ret_commit->describe = git_line(dir, describe);
	return 0;
}

void pb_commit_done(struct pb_commit *commit)
{
	free(commit->id);
	free(commit->describe);
	*commit = (struct pb_commit){ 0 };
}
