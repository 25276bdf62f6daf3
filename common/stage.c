// SPDX-License-Identifier: GPL-2.0-only
/*
 * stage - a folder of files that is filled aside and moved to its place when all of it is there.
 * Why: a report that fails half way leaves the earlier one whole, and deletes nobody's files.
 */
#include "common/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>

#include "common/err.h"
#include "common/file.h"
#include "common/inputs.h"
#include "common/str.h"

static const char last_of_all[] = "index.html";

PB_DEFINE_CLEANUP(fts_closep, FTS *, fts_close);

int pb_stage_begin(struct pb_stage *stage, const char *dir)
{
	struct stat st;
	int ret;

	*stage = (struct pb_stage){ .made_in.lock = -1, .made = stat(dir, &st) != 0 };
	ret = pb_dir_make(dir);
	if (ret)
		return ret;
	stage->dir = strdup(dir);
	if (!stage->dir)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pb_temporary_make(dir, "report", &stage->made_in);
	if (ret)
		return pb_fail(ret, "cannot write into folder '%s': %s", dir, strerror(-ret));
	stage->aside = pb_format("%s/files", stage->made_in.path);
	if (!stage->aside)
		return -ENOMEM;
	return pb_dir_make(stage->aside);
}

static char *place_of(const struct pb_stage *stage, const char *path)
{
	return pb_format("%s%s", stage->dir, path + strlen(stage->aside));
}

/* One file or folder of the stage; called for all before it is called for any to be moved. */
typedef int (*step)(const FTSENT *entry, const char *place);

static int entry_check(const FTSENT *entry, const char *place)
{
	bool folder = entry->fts_info == FTS_D;
	struct stat st;

	if (lstat(place, &st))
		return errno == ENOENT
			       ? 0
			       : pb_fail(-errno, "cannot write '%s': %s", place, strerror(errno));
	/* A folder may be reached by a link, a file's link goes. */
	if (folder && (stat(place, &st) || !S_ISDIR(st.st_mode)))
		return pb_fail(-ENOTDIR, "cannot write into '%s': it is no folder", place);
	if (!folder && S_ISDIR(st.st_mode))
		return pb_fail(-EISDIR, "cannot write '%s': it is a folder", place);
	return folder ? 0 : pb_input_refuse(place);
}

static int entry_move(const FTSENT *entry, const char *place)
{
	_cleanup_close_ int fd = -1;

	if (entry->fts_info == FTS_D)
		return pb_dir_make(place);
	/* gnuplot's files were not synced by anybody. */
	fd = open(entry->fts_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fsync(fd) || rename(entry->fts_path, place))
		return pb_fail(-errno, "cannot write '%s': %s", place, strerror(errno));
	return 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	bool a_last = pb_streq((*a)->fts_name, last_of_all);
	bool b_last = pb_streq((*b)->fts_name, last_of_all);

	return a_last != b_last ? a_last - b_last : strcmp((*a)->fts_name, (*b)->fts_name);
}

static int walk(const struct pb_stage *stage, step take)
{
	char *const roots[] = { stage->aside, NULL };
	pb_cleanup(fts_closep) FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	int ret = tree ? 0 : pb_fail(-errno, "cannot read '%s': %s", stage->aside, strerror(errno));
	FTSENT *entry;

	while (!ret && (errno = 0, entry = fts_read(tree))) {
		_cleanup_free_ char *place = place_of(stage, entry->fts_path);

		if (!place)
			return -ENOMEM;
		if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR ||
		    entry->fts_info == FTS_NS)
			return pb_fail(-entry->fts_errno, "cannot read '%s': %s", entry->fts_path,
				       strerror(entry->fts_errno));
		if (entry->fts_info != FTS_DP)
			ret = take(entry, place);
	}
	if (!ret && errno)
		return pb_fail(-errno, "cannot read '%s': %s", stage->aside, strerror(errno));
	return ret;
}

int pb_stage_commit(struct pb_stage *stage)
{
	int ret = walk(stage, entry_check);

	if (ret)
		return ret;
	/* From here on it is a report, and no longer ours to take back. */
	stage->made = false;
	return walk(stage, entry_move);
}

void pb_stage_done(struct pb_stage *stage)
{
	pb_temporary_done(&stage->made_in);
	/* Empty, if nobody else put something there meanwhile. */
	if (stage->made && stage->dir)
		rmdir(stage->dir);
	free(stage->aside);
	free(stage->dir);
	*stage = (struct pb_stage){ 0 };
}
