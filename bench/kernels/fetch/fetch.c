// SPDX-License-Identifier: GPL-2.0-only
/*
 * fetch - a kernel of the ladder from Debian's archive to the cache.
 * Why: which suite has it today is found out by asking, and a kernel that is gone says so.
 */
#include "bench/kernels/fetch/fetch.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/kernels/cache.h"
#include "bench/kernels/compiler.h"
#include "bench/kernels/fetch/archive.h"
#include "bench/kernels/fetch/unpack.h"
#include "bench/kernels/manifest.h"
#include "common/err.h"
#include "common/file.h"
#include "common/progress.h"
#include "common/save.h"
#include "common/str.h"

/* What a look through one suite needs and finds. */
struct search {
	const char *pattern;
	const char *version;
	const struct pb_arch *arch;
	struct pb_archive archive;
	struct pb_packages packages;
	struct pb_pick pick;
	char newest[64]; /* of the series, when another patch release was asked for */
	bool image_alone;
	bool listed_only; /* a suite's lists name packages that it has no more */
};

static void search_forget(struct search *search)
{
	pb_archive_done(&search->archive);
	pb_packages_done(&search->packages);
}

static int name_path(const struct pb_kernel_name *name, char **ret_path)
{
	return pb_cache_path(ret_path, "names/debian_%s_%s",
			     name->version[0] ? name->version : name->series, name->flavour);
}

int pb_fetched_release(const struct pb_kernel_name *name, char **ret_release)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	int ret = name_path(name, &path);

	if (ret)
		return ret;
	if (!pb_file_exists(path))
		return pb_fail(-ENOENT, "it was not fetched yet");
	ret = pb_file_read(path, &text, NULL);
	if (ret)
		return ret == -ENOMEM ? ret : pb_fail(-EBADMSG, "%s", pb_fail_message(ret));
	text[strcspn(text, "\n")] = '\0';
	/* It becomes part of paths. */
	if (!isdigit((unsigned char)text[0]) || strstr(text, "..") || strchr(text, '/') ||
	    !pb_path_harmless(text + strspn(text, "0123456789.-+~")))
		return pb_fail(-EBADMSG, "'%s' is damaged: it names no release", path);
	*ret_release = pb_steal(text);
	return 0;
}

static int names_make(void)
{
	_cleanup_free_ char *path = NULL;

	return pb_cache_place(&path, "names/any");
}

static int name_remember(const struct pb_kernel_name *name, const char *release)
{
	_cleanup_free_ char *path = NULL;
	struct stat st;
	int ret = name_path(name, &path);

	if (!ret)
		ret = names_make();
	if (!ret && !lstat(path, &st) && S_ISDIR(st.st_mode))
		ret = pb_tree_remove(path);
	return ret ? ret : pb_file_write(path, release, strlen(release));
}

/* Not an errno: a missing keyring or cache folder must not read as a missing kernel. */
enum { SUITE_LACKS_IT = 1 };

/* 0: found in @suite; SUITE_LACKS_IT: go on; anything else ends the search. */
static int suite_search(const struct pb_sources *sources, const char *suite, struct search *search)
{
	struct pb_pick newest;
	int ret;

	search_forget(search);
	ret = pb_archive_open(sources, suite, search->arch, &search->archive);
	if (!ret)
		ret = pb_archive_update(&search->archive);
	/* Suites come and go with Debian's releases; another one may have the kernel. */
	if (ret == -ENODATA)
		return SUITE_LACKS_IT;
	if (!ret)
		ret = pb_archive_packages(&search->archive, &search->packages);
	if (ret)
		return ret;
	ret = pb_packages_pick(&search->packages, search->pattern, search->version, &search->pick);
	if (ret == -ENOPKG)
		search->image_alone = true;
	if (ret && !search->newest[0] && search->version[0] &&
	    !pb_packages_pick(&search->packages, search->pattern, "", &newest))
		snprintf(search->newest, sizeof(search->newest), "%s", newest.list[0]->version);
	return ret == -ENOPKG || ret == -ENOENT ? SUITE_LACKS_IT : ret;
}

static int search_failed(const struct search *search, const char *text, const char *suites)
{
	if (search->image_alone)
		return pb_fail(-ENODATA,
			       "kernel '%s': Debian still has its image, but not the headers "
			       "that modules are built with (suites %s)%s%s",
			       text, suites, search->newest[0] ? "; the newest there is " : "",
			       search->newest);
	if (search->listed_only)
		return pb_fail(
			-ENODATA,
			"kernel '%s': Debian's lists still name it, but its packages are gone "
			"from the archive (suites %s)",
			text, suites);
	return pb_fail(-ENODATA,
		       "kernel '%s': Debian's archive answered, and has no such kernel (any "
		       "more) in the suites %s%s%s",
		       text, suites, search->newest[0] ? "; the newest there is " : "",
		       search->newest);
}

/* Is exactly this package version unpacked already, to the last byte? */
static bool pick_unpacked(const struct pb_pick *pick)
{
	pb_cleanup(pb_manifest_done) struct pb_manifest manifest = { 0 };
	_cleanup_free_ char *folder = NULL, *facts = NULL, *version = NULL;
	int ret = pb_cache_path(&folder, "kernels/%s", pick->release);

	if (!ret)
		ret = pb_manifest_load(folder, pick->release, &manifest);
	if (!ret)
		ret = pb_manifest_check_all(&manifest, "");
	if (!ret) {
		facts = pb_format("%s/facts", folder);
		ret = facts ? pb_facts_get(facts, "version", &version) : -ENOMEM;
	}
	if (ret)
		pb_fail_clear();
	return !ret && pb_streq(version, pick->list[0]->version);
}

static int found_take(const struct search *search)
{
	pb_cleanup(pb_words_freep) char **files = NULL;
	_cleanup_close_ int lock = -1;
	char wants[16];
	int ret = pb_cache_lock(search->pick.release, &lock);

	if (ret || pick_unpacked(&search->pick))
		return ret;
	/* A hundred megabytes that nothing could be built for would be found out after them. */
	if (pb_pick_compiler(&search->pick, wants, sizeof(wants)))
		ret = pb_compiler_possible(search->arch, wants);
	if (ret)
		return ret;
	ret = pb_archive_download(&search->archive, &search->pick, &files);
	return ret ? ret : pb_unpack(&search->pick, search->archive.suite, files);
}

/*
 * Lists can name packages that are gone: when support of an architecture ends, its packages leave a
 * suite before the lists do. An older one in another suite is still that kernel.
 */
static int suite_take(struct search *search)
{
	int ret = found_take(search);

	if (ret != -ENODATA)
		return ret;
	pb_progress_say("the packages of %s are gone from %s", search->pick.title,
			search->archive.suite);
	search->listed_only = true;
	pb_fail_clear();
	return SUITE_LACKS_IT;
}

static int suites_search(const char *suites, const char *text, struct search *search)
{
	pb_cleanup(pb_sources_done) struct pb_sources sources = { 0 };
	pb_cleanup(pb_words_freep) char **words = NULL;
	size_t nr;
	int ret = pb_words_split(suites, "ladder.tsv", &words, &nr);

	if (!ret)
		ret = pb_sources_find(&sources);
	if (ret)
		return ret;
	for (size_t i = 0; i < nr; i++) {
		ret = suite_search(&sources, words[i], search);
		if (!ret)
			ret = suite_take(search);
		if (ret != SUITE_LACKS_IT)
			return ret;
	}
	return search_failed(search, text, suites);
}

int pb_fetch(const struct pb_table *ladder, const struct pb_kernel_name *name, const char *text)
{
	ssize_t row = pb_table_find(ladder, name->series);
	const char *suites = row < 0 ? NULL : pb_table_get(ladder, (size_t)row, "suites");
	pb_cleanup(search_forget) struct search search = { .version = name->version,
							   .arch = name->arch };
	int ret;

	search.pattern = row < 0 ? NULL : pb_table_get(ladder, (size_t)row, name->flavour);
	if (!suites || !search.pattern)
		return pb_fail(-EINVAL, "ladder.tsv has no suites or no pattern for '%s'", text);
	ret = suites_search(suites, text, &search);
	return ret ? ret : name_remember(name, search.pick.release);
}
