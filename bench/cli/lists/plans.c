// SPDX-License-Identifier: GPL-2.0-only
/*
 * plans - the plans that come with pinbench.
 * Why: a plan is one file; its first comment line is what `pinbench list plans` says of it.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/run/plan.h"
#include "common/err.h"
#include "common/paths.h"
#include "common/str.h"

static int is_plan(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && pb_streq(dot, ".plan");
}

static int plan_row(const char *dir, const char *file,
		    int (*row)(void *data, const char *name, const char *summary), void *data)
{
	_cleanup_free_ char *path = pb_format("%s/%s", dir, file);
	_cleanup_free_ char *name = pb_format("%.*s", (int)strcspn(file, "."), file);
	_cleanup_fclose_ FILE *in = path ? fopen(path, "re") : NULL;
	char line[256] = "";
	char *summary = line;

	if (!path || !name)
		return -ENOMEM;
	if (!in || !fgets(line, sizeof(line), in))
		return pb_fail(-EIO, "cannot read plan '%s': %s", path, strerror(errno));
	line[strcspn(line, "\n")] = '\0';
	summary += strspn(summary, "#; ");
	return row(data, name, summary);
}

int pb_plan_list(int (*row)(void *data, const char *name, const char *summary), void *data)
{
	_cleanup_free_ char *dir = NULL;
	struct dirent **entries = NULL;
	int nr, ret = pb_path_data("data/plans", &dir);

	if (ret)
		return ret;
	nr = scandir(dir, &entries, is_plan, alphasort);
	if (nr < 0)
		return pb_fail(-errno, "cannot read folder '%s': %s", dir, strerror(errno));
	for (int i = 0; i < nr; i++) {
		if (!ret)
			ret = plan_row(dir, entries[i]->d_name, row, data);
		free(entries[i]);
	}
	free(entries);
	return ret;
}
