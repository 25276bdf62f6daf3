// SPDX-License-Identifier: GPL-2.0-only
/*
 * cache - where fetched kernels lie, and who may work on one.
 * Why: two pinbench at once must not fetch the same thing, and nothing half-made is ever found.
 */
#include "bench/kernels/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdarg.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "common/err.h"
#include "common/file.h"
#include "common/progress.h"
#include "common/str.h"
#include "common/temporary.h"

/*
 * What is in the cache runs: programs of the headers here, modules in a kernel. Root takes it from
 * root alone, everybody else from themselves, root, or one whose folder nobody else can write to.
 */
static int cache_trust(const char *cache)
{
	struct stat st;
	uid_t me = geteuid();

	if (stat(cache, &st)) {
		if (errno == ENOENT)
			return 0;
		return pb_fail(-errno, "cannot look at the cache '%s': %s", cache, strerror(errno));
	}
	if (!S_ISDIR(st.st_mode))
		return pb_fail(-ENOTDIR, "the cache '%s' is no folder", cache);
	if (!me && st.st_uid)
		return pb_fail(-EPERM,
			       "the cache '%s' belongs to user %u, and what is in it would run as "
			       "root; set XDG_CACHE_HOME to a folder of root's, or give it to root "
			       "(chown -R)",
			       cache, (unsigned int)st.st_uid);
	if (st.st_mode & S_IWOTH || (st.st_uid != me && st.st_uid && st.st_mode & S_IWGRP))
		return pb_fail(-EPERM,
			       "others can write to the cache '%s', and what is in it runs: chmod "
			       "go-w, or set XDG_CACHE_HOME to another folder",
			       cache);
	return 0;
}

static int path_make(char **ret_path, const char *fmt, va_list args) pb_printf(2, 0);
static int path_make(char **ret_path, const char *fmt, va_list args)
{
	_cleanup_free_ char *cache = NULL, *relative = NULL;
	int ret = pb_cache_dir(&cache);

	if (!ret)
		ret = cache_trust(cache);
	if (ret)
		return ret;
	if (vasprintf(&relative, fmt, args) < 0) {
		relative = NULL;
		return pb_fail(-ENOMEM, "out of memory");
	}
	*ret_path = pb_format("%s/%s", cache, relative);
	return *ret_path ? 0 : -ENOMEM;
}

int pb_cache_path(char **ret_path, const char *fmt, ...)
{
	va_list args;
	int ret;

	va_start(args, fmt);
	ret = path_make(ret_path, fmt, args);
	va_end(args);
	return ret;
}

int pb_cache_place(char **ret_path, const char *fmt, ...)
{
	_cleanup_free_ char *path = NULL;
	va_list args;
	char *slash;
	int ret;

	va_start(args, fmt);
	ret = path_make(&path, fmt, args);
	va_end(args);
	if (ret)
		return ret;
	slash = strrchr(path, '/');
	*slash = '\0';
	ret = pb_dir_make(path);
	*slash = '/';
	if (!ret)
		*ret_path = pb_steal(path);
	return ret;
}

int pb_cache_put(const char *made, const char *path)
{
	if (!renameat2(AT_FDCWD, made, AT_FDCWD, path, RENAME_NOREPLACE))
		return 0;
	if (errno == EEXIST && !renameat2(AT_FDCWD, made, AT_FDCWD, path, RENAME_EXCHANGE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return pb_fail(-errno, "cannot rename '%s' to '%s': %s", made, path,
			       strerror(errno));
	/* A file system that knows neither. */
	if (pb_tree_remove(path))
		pb_fail_clear();
	return rename(made, path) ? pb_fail(-errno, "cannot rename '%s' to '%s': %s", made, path,
					    strerror(errno))
				  : 0;
}

bool pb_path_harmless(const char *path)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789/._+-";

	return path[strspn(path, good)] == '\0';
}

size_t pb_cache_sweep(struct pb_buf *removed)
{
	/* Where pb_temporary_make() is given a place in the cache. */
	static const char *const places[] = { "kernels", "kernels/*", "trees/*",
					      "host/*",  "chroots",   "cross/*" };
	size_t nr = 0;

	for (size_t i = 0; i < PB_ARRAY_SIZE(places); i++) {
		_cleanup_free_ char *pattern = NULL;
		glob_t found = { 0 };

		if (pb_cache_path(&pattern, "%s", places[i])) {
			pb_fail_clear();
			return nr;
		}
		if (!glob(pattern, GLOB_NOSORT, NULL, &found))
			for (size_t g = 0; g < found.gl_pathc; g++)
				nr += pb_temporary_sweep(found.gl_pathv[g], removed);
		globfree(&found);
	}
	return nr;
}

int pb_cache_lock(const char *what, int *ret_fd)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = -1;
	int ret = pb_cache_place(&path, "locks/%s.lock", what);

	if (ret)
		return ret;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return pb_fail(-errno, "cannot open '%s': %s", path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno == EWOULDBLOCK)
			pb_progress_say("waiting for another pinbench that works on %s", what);
		while (flock(fd, LOCK_EX))
			if (errno != EINTR)
				return pb_fail(-errno, "cannot lock '%s': %s", path,
					       strerror(errno));
	}
	*ret_fd = pb_steal_fd(fd);
	return 0;
}

int pb_facts_get(const char *path, const char *key, char **ret_value)
{
	_cleanup_free_ char *text = NULL;
	size_t len = strlen(key);
	int ret = pb_file_read(path, &text, NULL);

	if (ret)
		return ret;
	for (char *rest = text, *line; (line = strsep(&rest, "\n"));) {
		if (strncmp(line, key, len) != 0 || line[len] != '\t')
			continue;
		*ret_value = strdup(line + len + 1);
		return *ret_value ? 0 : pb_fail(-ENOMEM, "out of memory");
	}
	return pb_fail(-ENOENT, "'%s' does not say its %s", path, key);
}
