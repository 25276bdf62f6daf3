// SPDX-License-Identifier: GPL-2.0-only
/*
 * cache - where fetched kernels lie, and who may work on one.
 * Why: two pinbench at once must not fetch the same thing, and nothing half-made is ever found.
 */
#include "bench/kernels/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/file.h>

#include "common/err.h"
#include "common/file.h"
#include "common/progress.h"
#include "common/str.h"

int pb_cache_path(char **ret_path, const char *fmt, ...)
{
	_cleanup_free_ char *cache = NULL, *relative = NULL;
	char *path, *slash;
	va_list args;
	int ret;

	ret = pb_cache_dir(&cache);
	if (ret)
		return ret;
	va_start(args, fmt);
	ret = vasprintf(&relative, fmt, args);
	va_end(args);
	if (ret < 0) {
		relative = NULL;
		return pb_fail(-ENOMEM, "out of memory");
	}
	path = pb_format("%s/%s", cache, relative);
	if (!path)
		return -ENOMEM;
	slash = strrchr(path, '/');
	*slash = '\0';
	ret = pb_dir_make(path);
	*slash = '/';
	if (ret) {
		free(path);
		return ret;
	}
	*ret_path = path;
	return 0;
}

int pb_cache_lock(const char *what, int *ret_fd)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = -1;
	int ret = pb_cache_path(&path, "locks/%s.lock", what);

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
