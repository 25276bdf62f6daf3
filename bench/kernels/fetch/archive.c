// SPDX-License-Identifier: GPL-2.0-only
/*
 * archive - one suite of Debian's archive, through an apt root of its own.
 * Why: kernels come from suites that are not the host's, and the host's apt must not notice.
 */
#include "bench/kernels/fetch/archive.h"

#include <errno.h>
#include <string.h>

#include "bench/kernels/cache.h"
#include "bench/kernels/fetch/download.h"
#include "common/err.h"
#include "common/file.h"
#include "common/proc.h"
#include "common/progress.h"
#include "common/save.h"
#include "common/str.h"

/* Where the package debian-archive-keyring puts the keys that sign Debian. */
static const char keyring[] = "/usr/share/keyrings/debian-archive-keyring.gpg";
static const char cat_program[] = "/usr/lib/apt/apt-helper";

/*
 * apt reads the machine's configuration first (proxies, credentials) and this file after it.
 * The hooks that the machine runs after an update are for its own lists. Error-Mode: without it
 * an update that could not reach the archive is a success with warnings.
 */
static const char conf_format[] =
	"Dir::State \"%1$s/state\";\n"
	"Dir::State::Lists \"%1$s/lists\";\n"
	"Dir::State::status \"%1$s/status\";\n"
	"Dir::Cache \"%1$s/cache\";\n"
	"Dir::Cache::archives \"%1$s/cache/archives\";\n"
	"Dir::Etc::sourcelist \"%1$s/sources.list\";\n"
	"Dir::Etc::sourceparts \"%1$s/empty\";\n"
	"Dir::Etc::preferences \"/dev/null\";\n"
	"Dir::Etc::preferencesparts \"%1$s/empty\";\n"
	"#clear APT::Architectures;\n"
	"APT::Architectures { %3$s };\n"
	"Acquire::Languages \"none\";\n"
	"Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled \"false\";\n"
	"Acquire::Retries \"2\";\n"
	"APT::Update::Error-Mode \"any\";\n"
	"APT::Sandbox::User \"%2$s\";\n"
	"#clear APT::Update::Pre-Invoke;\n"
	"#clear APT::Update::Post-Invoke;\n"
	"#clear APT::Update::Post-Invoke-Success;\n"
	"#clear APT::NeverAutoRemove;\n";

int pb_archive_judge(const char *words)
{
	static const char *const gone[] = { "does not have a Release file",
					    "no longer has a Release file", "404  Not Found",
					    "404 Not Found" };
	static const char *const unreachable[] = {
		"Could not resolve",  "Temporary failure",    "Could not connect",
		"Connection failed",  "Connection timed out", "Network is unreachable",
		"Connection refused", "Unable to connect",    "Cannot initiate the connection",
		"Failed to fetch",
	};

	/* An archive that was not reached cannot say what it has: look for that first. */
	for (size_t i = 0; i + 1 < PB_ARRAY_SIZE(unreachable); i++)
		if (strstr(words, unreachable[i]))
			return -ENETUNREACH;
	for (size_t i = 0; i < PB_ARRAY_SIZE(gone); i++)
		if (strstr(words, gone[i]))
			return -ENODATA;
	return strstr(words, unreachable[PB_ARRAY_SIZE(unreachable) - 1]) ? -ENETUNREACH : -EIO;
}

static char *extract_path(const struct pb_archive *archive)
{
	return pb_format("%s/kernels", archive->dir);
}

/* Writes @text to @name in the root where it says something else by now. */
static int root_file(const struct pb_archive *archive, const char *name, const char *text)
{
	_cleanup_free_ char *path = pb_format("%s/%s", archive->dir, name), *old = NULL;

	if (!path)
		return -ENOMEM;
	if (pb_file_exists(path) && !pb_file_read(path, &old, NULL) && pb_streq(old, text))
		return 0;
	return pb_file_write(path, text, strlen(text));
}

static int root_make(const struct pb_archive *archive)
{
	const struct pb_arch *arch = archive->arch;
	const char *host = pb_arch_default->name;
	bool foreign = arch != pb_arch_default;
	static const char *const folders[] = { "state", "lists/partial", "cache/archives/partial",
					       "empty" };
	_cleanup_free_ char *conf = NULL, *list = NULL, *archs = NULL;
	int ret;

	for (size_t i = 0; i < PB_ARRAY_SIZE(folders); i++) {
		_cleanup_free_ char *folder = pb_format("%s/%s", archive->dir, folders[i]);

		ret = folder ? pb_dir_make(folder) : -ENOMEM;
		if (ret)
			return ret;
	}
	if (strpbrk(archive->dir, "\"\\\n"))
		return pb_fail(-EINVAL,
			       "cache folder '%s': apt's configuration takes no path with quotes, "
			       "backslashes or line feeds; set XDG_CACHE_HOME to another",
			       archive->dir);
	/* As root, apt would drop to a user who may not enter root's cache folder. */
	archs = foreign ? pb_format("\"%s\"; \"%s\";", host, arch->name)
			: pb_format("\"%s\";", host);
	if (!archs)
		return -ENOMEM;
	conf = pb_format(conf_format, archive->dir, geteuid() ? "" : "root", archs);
	list = pb_format("deb [arch=%s%s%s signed-by=%s] %s %s main\n", host, foreign ? "," : "",
			 foreign ? arch->name : "", keyring, archive->uri, archive->suite);
	if (!conf || !list)
		return -ENOMEM;
	ret = root_file(archive, "apt.conf", conf);
	if (!ret)
		ret = root_file(archive, "sources.list", list);
	return ret ? ret : root_file(archive, "status", "");
}

int pb_archive_open(const struct pb_sources *sources, const char *suite, const struct pb_arch *arch,
		    struct pb_archive *ret_archive)
{
	pb_cleanup(pb_archive_done) struct pb_archive archive = { 0 };
	size_t len = strlen(suite);
	int ret;

	if (!pb_file_exists(keyring))
		return pb_fail(-ENOENT, "'%s' is missing; install debian-archive-keyring", keyring);
	archive.name =
		arch == pb_arch_default ? strdup(suite) : pb_format("%s-%s", suite, arch->name);
	if (!archive.name)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pb_cache_path(&archive.dir, "apt/%s", archive.name);
	if (ret)
		return ret;
	archive.suite = strdup(suite);
	archive.conf = pb_format("%s/apt.conf", archive.dir);
	archive.uri = strdup(len > 9 && pb_streq(suite + len - 9, "-security") ? sources->security
									       : sources->archive);
	if (!archive.suite || !archive.conf || !archive.uri)
		return pb_fail(-ENOMEM, "out of memory");
	archive.arch = arch;
	*ret_archive = archive;
	archive = (struct pb_archive){ 0 };
	return 0;
}

void pb_archive_done(struct pb_archive *archive)
{
	free(archive->suite);
	free(archive->name);
	free(archive->uri);
	free(archive->conf);
	free(archive->dir);
	*archive = (struct pb_archive){ 0 };
}

/* Tells the archive's own answer from a network that failed. */
static int apt_failed(int ret, const struct pb_archive *archive, const char *what)
{
	_cleanup_free_ char *words = strdup(pb_fail_message(ret));

	if (!words)
		return -ENOMEM;
	switch (ret == -EIO ? pb_archive_judge(words) : ret) {
	case -ENODATA:
		return pb_fail(-ENODATA, "%s: %s does not carry it (any more): %s", what,
			       archive->uri, words);
	case -ENETUNREACH:
		return pb_fail(-ENETUNREACH, "%s: cannot reach %s, is the network there? %s", what,
			       archive->uri, words);
	default:
		return pb_fail_in(ret, "%s from %s", what, archive->uri);
	}
}

static int extract_add(const char *file, struct pb_buf *whole)
{
	_cleanup_free_ char *index = NULL, *extract = NULL;
	int ret = pb_proc_run((const char *const[]){ cat_program, "cat-file", file, NULL }, NULL,
			      &index);

	if (!ret)
		ret = pb_packages_extract(index, &extract);
	return ret ? ret : pb_buf_add(whole, extract, strlen(extract));
}

/* Keeps the kernels' part of the lists apart: they are read often, and tens of megabytes long. */
static int extract_write(const struct pb_archive *archive)
{
	const char *const ask[] = {
		"apt-get",  "-c",          archive->conf,          "indextargets",
		"--format", "$(FILENAME)", "Created-By: Packages", NULL
	};
	pb_cleanup(pb_buf_done) struct pb_buf whole = { 0 };
	_cleanup_free_ char *files = NULL, *path = extract_path(archive);
	int ret = path ? pb_proc_run(ask, NULL, &files) : -ENOMEM;

	if (!ret)
		ret = pb_buf_add(&whole, "", 0);
	/* An index for each architecture. */
	for (char *rest = files, *file; !ret && (file = strsep(&rest, "\n"));)
		if (*file)
			ret = extract_add(file, &whole);
	return ret ? ret : pb_file_write(path, whole.data, whole.len_bytes);
}

int pb_archive_update(const struct pb_archive *archive)
{
	const char *const argv[] = { "apt-get", "-q", "-c", archive->conf, "update", NULL };
	static const char *const env[] = { "LC_ALL=C", NULL };
	_cleanup_close_ int lock = -1;
	_cleanup_free_ char *what = pb_format("package lists of %s", archive->suite);
	int ret = what ? pb_cache_lock(archive->name, &lock) : -ENOMEM;

	if (ret)
		return ret;
	pb_progress_say("reading Debian's %s", what);
	ret = root_make(archive);
	if (ret)
		return ret;
	ret = pb_proc_run(argv, &(struct pb_proc_options){ .env = env }, NULL);
	return ret ? apt_failed(ret, archive, what) : extract_write(archive);
}

int pb_archive_packages(const struct pb_archive *archive, struct pb_packages *ret_packages)
{
	_cleanup_free_ char *path = extract_path(archive), *extract = NULL;
	int ret;

	if (!path)
		return -ENOMEM;
	if (!pb_file_exists(path))
		return pb_fail(-ENOENT, "the package lists of %s were never fetched",
			       archive->suite);
	ret = pb_file_read(path, &extract, NULL);
	return ret ? ret : pb_packages_parse(extract, ret_packages);
}

int pb_archive_download(const struct pb_archive *archive, const struct pb_pick *pick,
			char ***ret_files)
{
	_cleanup_close_ int lists = -1, lock = -1;
	/* apt reads the lists that another pinbench may be about to replace. */
	int ret = pb_cache_lock(archive->name, &lists);

	if (!ret)
		ret = pb_cache_lock("packages", &lock);
	if (!ret)
		ret = root_make(archive);
	if (ret)
		return ret;
	ret = pb_download(archive->conf, pick, ret_files);
	return ret ? apt_failed(ret, archive, pick->list[0]->name) : 0;
}
