// SPDX-License-Identifier: GPL-2.0-only
/*
 * list - the ladder's rungs: what Debian has by the lists here, what was fetched, what is built.
 * Why: one look says what a run will download and how much room the cache takes.
 */
#include <errno.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/kernels/cache.h"
#include "bench/kernels/fetch/archive.h"
#include "bench/kernels/fetch/fetch.h"
#include "bench/kernels/kernel.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

PB_DEFINE_CLEANUP(fts_closep, FTS *, fts_close);

static uint64_t tree_bytes(const char *path)
{
	char *const roots[] = { (char *)path, NULL };
	pb_cleanup(fts_closep) FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	uint64_t bytes = 0;
	FTSENT *entry;

	while (walk && (entry = fts_read(walk)))
		if (entry->fts_info == FTS_F)
			bytes += (uint64_t)entry->fts_statp->st_blocks * S_BLKSIZE;
	return bytes;
}

/* Looks at one suite's lists, if they were ever fetched. 0: *entry was filled in. */
static int suite_look(const struct pb_sources *sources, const char *suite,
		      const struct pb_arch *arch, const char *pattern,
		      struct pb_kernel_entry *entry)
{
	pb_cleanup(pb_archive_done) struct pb_archive archive = { 0 };
	pb_cleanup(pb_packages_done) struct pb_packages packages = { 0 };
	struct pb_pick pick;
	int ret = pb_archive_open(sources, suite, arch, &archive);

	if (!ret)
		ret = pb_archive_packages(&archive, &packages);
	if (!ret)
		ret = pb_packages_pick(&packages, pattern, "", &pick);
	if (ret)
		return ret;
	entry->download_bytes = pick.size_bytes;
	entry->newest = strdup(pick.release);
	return entry->newest ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static int newest_find(const struct pb_table *ladder, size_t row, const struct pb_sources *sources,
		       const struct pb_arch *arch, struct pb_kernel_entry *entry)
{
	const char *pattern = pb_table_get(ladder, row, arch->flavours[0]);
	pb_cleanup(pb_words_freep) char **suites = NULL;
	size_t nr;
	int ret = pb_words_split(pb_table_get(ladder, row, "suites"), "ladder.tsv", &suites, &nr);

	if (!ret && !pattern)
		return pb_fail(-EINVAL, "ladder.tsv lacks a column '%s'", arch->flavours[0]);
	for (size_t i = 0; !ret && i < nr; i++) {
		ret = suite_look(sources, suites[i], arch, pattern, entry);
		if (!ret)
			return 0;
		if (ret != -ENOENT && ret != -ENOPKG)
			return ret;
		pb_fail_clear();
		ret = 0;
	}
	return ret;
}

/* What the cache has of @entry's name. */
static int fetched_find(const struct pb_table *ladder, struct pb_kernel_entry *entry)
{
	pb_cleanup(pb_kernel_name_done) struct pb_kernel_name name = { 0 };
	pb_cleanup(pb_kernel_done) struct pb_kernel kernel = { 0 };
	_cleanup_free_ char *folder = NULL;
	int ret = pb_kernel_name_parse(ladder, entry->name, &name);

	if (ret)
		return ret;
	ret = pb_fetched_release(&name, &entry->fetched);
	if (ret == -ENOENT) {
		pb_fail_clear();
		return 0;
	}
	if (!ret)
		ret = pb_cache_path(&folder, "kernels/%s", entry->fetched);
	if (ret)
		return ret;
	entry->size_bytes = tree_bytes(folder);
	entry->built = !pb_kernel_open(entry->name, &kernel);
	pb_fail_clear();
	return 0;
}

static int entry_fill(const struct pb_table *ladder, size_t row, const struct pb_sources *sources,
		      const struct pb_arch *arch, struct pb_kernel_entry *entry)
{
	bool usual = arch == pb_arch_default;
	int ret;

	entry->name = pb_format("debian:%s%s%s", ladder->rows[row][0], usual ? "" : "/",
				usual ? "" : arch->flavours[0]);
	entry->note = strdup(pb_table_get(ladder, row, "note"));
	if (!entry->name || !entry->note)
		return pb_fail(-ENOMEM, "out of memory");
	ret = fetched_find(ladder, entry);
	if (!ret && sources->archive)
		ret = newest_find(ladder, row, sources, arch, entry);
	return ret;
}

int pb_kernel_list(const struct pb_arch *arch, struct pb_kernel_entry **ret_entries, size_t *ret_nr)
{
	pb_cleanup(pb_table_done) struct pb_table ladder = { 0 };
	pb_cleanup(pb_sources_done) struct pb_sources sources = { 0 };
	struct pb_kernel_entry *entries;
	int ret = pb_table_load("ladder.tsv", "series suites note", &ladder);

	if (ret)
		return ret;
	entries = calloc(ladder.nr_rows + 1, sizeof(*entries));
	if (!entries)
		return pb_fail(-ENOMEM, "out of memory");
	/* A machine without Debian's archive still has its cache. */
	if (pb_sources_find(&sources))
		pb_fail_clear();
	for (size_t i = 0; !ret && i < ladder.nr_rows; i++)
		ret = entry_fill(&ladder, i, &sources, arch, &entries[i]);
	if (ret) {
		pb_kernel_list_free(entries, ladder.nr_rows);
		return ret;
	}
	*ret_entries = entries;
	*ret_nr = ladder.nr_rows;
	return 0;
}

void pb_kernel_list_free(struct pb_kernel_entry *entries, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		free(entries[i].name);
		free(entries[i].newest);
		free(entries[i].fetched);
		free(entries[i].note);
	}
	free(entries);
}
