// SPDX-License-Identifier: GPL-2.0-only
/*
 * sources - where this machine gets Debian from, as its own apt sources say.
 * Why: no mirror is named in pinbench; a machine behind a mirror or a proxy keeps using it.
 */
#include "bench/kernels/fetch/sources.h"

#include <errno.h>
#include <string.h>

#include "common/err.h"
#include "common/proc.h"
#include "common/str.h"

/* How sure we are that a source is Debian's: third parties use Debian's suite names, too. */
enum trust { TRUST_NONE, TRUST_PATH, TRUST_ORIGIN };

struct candidate {
	char *uri;
	enum trust trust;
};

struct candidates {
	struct candidate archive;
	struct candidate security;
};

static void candidates_done(struct candidates *found)
{
	free(found->archive.uri);
	free(found->security.uri);
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && pb_streq(text + len - end_len, end);
}

/* The first source of the highest trust wins, as apt itself prefers the first. */
static int candidate_offer(struct candidate *best, const char *uri, enum trust trust)
{
	char *copy;

	if (trust <= best->trust)
		return 0;
	copy = strdup(uri);
	if (!copy)
		return pb_fail(-ENOMEM, "out of memory");
	free(best->uri);
	*best = (struct candidate){ copy, trust };
	return 0;
}

static int source_offer(struct candidates *found, char *uri, const char *release,
			const char *origin)
{
	bool security = ends_with(release, "-security");
	enum trust trust = TRUST_NONE;
	size_t len = strlen(uri);

	while (len && uri[len - 1] == '/')
		uri[--len] = '\0';
	/* Discs and folders hold one suite; the ladder needs the others, too. */
	if (!strncmp(uri, "cdrom:", 6))
		return 0;
	if (pb_streq(origin, "Debian"))
		trust = TRUST_ORIGIN;
	else if ((!origin[0] || origin[0] == '$') &&
		 ends_with(uri, security ? "/debian-security" : "/debian"))
		trust = TRUST_PATH;
	return candidate_offer(security ? &found->security : &found->archive, uri, trust);
}

static int targets_scan(struct candidates *found, const char *targets)
{
	_cleanup_free_ char *copy = strdup(targets);
	char *rest = copy, *line;

	if (!copy)
		return pb_fail(-ENOMEM, "out of memory");
	while ((line = strsep(&rest, "\n"))) {
		char *created = strsep(&line, "|"), *uri = strsep(&line, "|");
		char *release = strsep(&line, "|"), *component = strsep(&line, "|");
		char *origin = strsep(&line, "|");
		int ret;

		if (!origin || !pb_streq(created, "Packages") || !pb_streq(component, "main"))
			continue;
		ret = source_offer(found, uri, release, origin);
		if (ret)
			return ret;
	}
	return 0;
}

/* Lines of the form 'URI/dists/SUITE/InRelease' FILE SIZE. */
static int uris_scan(struct candidates *found, const char *uris)
{
	_cleanup_free_ char *copy = strdup(uris);
	char *rest = copy, *line;

	if (!copy)
		return pb_fail(-ENOMEM, "out of memory");
	while ((line = strsep(&rest, "\n"))) {
		char *uri = strsep(&line, " "), *dists, *suite, *file;
		int ret;

		if (uri[0] != '\'')
			continue;
		dists = strstr(++uri, "/dists/");
		if (!dists)
			continue;
		*dists = '\0';
		suite = dists + strlen("/dists/");
		file = strchr(suite, '/');
		if (!file || strncmp(file, "/InRelease", 10) != 0)
			continue;
		*file = '\0';
		ret = source_offer(found, uri, suite, "");
		if (ret)
			return ret;
	}
	return 0;
}

int pb_sources_parse(const char *targets, const char *uris, struct pb_sources *ret_sources)
{
	pb_cleanup(candidates_done) struct candidates found = { 0 };
	int ret = targets_scan(&found, targets);

	if (!ret)
		ret = uris_scan(&found, uris);
	if (ret)
		return ret;
	if (!found.archive.uri)
		return pb_fail(-ENOENT,
			       "no apt source of this machine is a Debian archive with component "
			       "main; add one to /etc/apt/sources.list.d and run apt-get update");
	/* A machine without security updates: the two archives lie side by side on every mirror. */
	if (!found.security.uri)
		found.security.uri = pb_format("%s-security", found.archive.uri);
	if (!found.security.uri)
		return -ENOMEM;
	*ret_sources =
		(struct pb_sources){ pb_steal(found.archive.uri), pb_steal(found.security.uri) };
	return 0;
}

int pb_sources_find(struct pb_sources *ret_sources)
{
	static const char *const ask_targets[] = {
		"apt-get", "indextargets", "--format",
		"$(CREATED_BY)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)", NULL
	};
	static const char *const ask_uris[] = { "apt-get", "update", "--print-uris", NULL };
	_cleanup_free_ char *targets = NULL, *uris = NULL;
	int ret = pb_proc_run(ask_targets, NULL, &targets);

	if (!ret)
		ret = pb_proc_run(ask_uris, NULL, &uris);
	if (ret)
		return pb_fail_in(ret, "cannot ask apt where Debian comes from");
	return pb_sources_parse(targets, uris, ret_sources);
}

void pb_sources_done(struct pb_sources *sources)
{
	free(sources->archive);
	free(sources->security);
	*sources = (struct pb_sources){ 0 };
}
