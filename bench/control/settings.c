// SPDX-License-Identifier: GPL-2.0-only
/*
 * settings - which files of a machine pinbench may write to, and the one way in which it does.
 * Why: see settings.h.
 */
#include "bench/control/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "common/err.h"
#include "common/str.h"

const struct pb_machine_setting pb_machine_settings[] = {
#define PB_SETTING(pattern, quiet, min, max) { pattern, quiet, min, max },
#include "bench/control/settings.def"
#undef PB_SETTING
};
const size_t pb_nr_machine_settings = PB_ARRAY_SIZE(pb_machine_settings);

/* Where settings begin: nothing on the way from there may be a link or another file system. */
static const struct {
	const char *path;
	long magic;
} anchors[] = {
	{ "/sys", SYSFS_MAGIC },
	{ "/proc/sys", PROC_SUPER_MAGIC },
};

enum { MOST_DIGITS = 8, VALUE_BYTES = 4096, WORD_BYTES = 32 };

static const char digits[] = "0123456789";

/* A % stands for a number as the kernel writes it, without zeros before it. */
static bool pattern_fits(const char *pattern, const char *path)
{
	for (; *pattern; pattern++) {
		size_t len = 1;

		if (*pattern == '%') {
			len = strspn(path, digits);
			if (!len || len > MOST_DIGITS || (len > 1 && *path == '0'))
				return false;
		} else if (*pattern != *path) {
			return false;
		}
		path += len;
	}
	return !*path;
}

static const struct pb_machine_setting *setting_find(const char *path)
{
	for (size_t i = 0; i < pb_nr_machine_settings; i++)
		if (pattern_fits(pb_machine_settings[i].pattern, path))
			return &pb_machine_settings[i];
	return NULL;
}

static bool is_word(const char *value)
{
	size_t len = strspn(value, "abcdefghijklmnopqrstuvwxyz_-");

	return len && len < WORD_BYTES && !value[len];
}

static bool is_number(const char *value, long long min, long long max)
{
	size_t len = strspn(value, digits);
	long long number;

	if (!len || len > 18 || value[len])
		return false;
	number = strtoll(value, NULL, 10);
	return number >= min && number <= max;
}

int pb_setting_check(const char *path, const char *value)
{
	const struct pb_machine_setting *setting = setting_find(path);

	if (!setting)
		return pb_fail(-EPERM, "it is no setting that pinbench changes");
	if (!setting->max && !is_word(value))
		return pb_fail(-EINVAL, "'%s' takes a word", path);
	if (setting->max && !is_number(value, setting->min, setting->max))
		return pb_fail(-EINVAL, "'%s' takes a number from %lld to %lld", path, setting->min,
			       setting->max);
	return 0;
}

/* The folder in which settings begin, of the file system that must be there on a real machine. */
static int anchor_open(const char *root, const char *path, const char **ret_rest, int *ret_dir)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(anchors); i++) {
		size_t len = strlen(anchors[i].path);
		_cleanup_free_ char *full = NULL;
		_cleanup_close_ int dir = -1;
		struct statfs fs;

		if (strncmp(path, anchors[i].path, len) != 0 || path[len] != '/')
			continue;
		full = pb_format("%s%s", root, anchors[i].path);
		dir = full ? open(full, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
		if (!full)
			return -ENOMEM;
		if (dir < 0 || fstatfs(dir, &fs))
			return pb_fail(-errno, "cannot open '%s': %s", full, strerror(errno));
		if (!*root && (long)fs.f_type != anchors[i].magic)
			return pb_fail(-EPERM, "'%s' is not the kernel's own here", full);
		*ret_rest = path + len + 1;
		*ret_dir = pb_steal_fd(dir);
		return 0;
	}
	return pb_fail(-EPERM, "'%s' is neither in /sys nor in /proc/sys", path);
}

static int step_refused(const char *path, int code)
{
	if (code == -ELOOP || code == -ENOTDIR || code == -EXDEV)
		return pb_fail(-EPERM, "the way to '%s' leads through a link or a mount", path);
	return pb_fail(code, "cannot open '%s': %s", path, strerror(-code));
}

/*
 * One folder after the other, each seen before the next: no kernel is too old for that, and nobody
 * can change what was looked at.
 */
static int setting_open(const char *root, const char *path, int flags, int *ret_fd)
{
	_cleanup_close_ int dir = -1;
	struct stat begin, here;
	const char *rest = "";
	int ret;

	if (!setting_find(path))
		return pb_fail(-EPERM, "'%s' is no setting that pinbench changes", path);
	ret = anchor_open(root, path, &rest, &dir);
	if (ret)
		return ret;
	if (fstat(dir, &begin))
		return step_refused(path, -errno);
	while (*rest) {
		size_t len = strcspn(rest, "/");
		_cleanup_free_ char *name = strndup(rest, len);
		bool last = !rest[len];
		int next = name ? openat(dir, name,
					 last ? flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
					      : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
				: -1;

		if (!name || next < 0)
			return step_refused(path, name ? -errno : -ENOMEM);
		close(dir);
		dir = next;
		if (fstat(dir, &here) || here.st_dev != begin.st_dev ||
		    (last && !S_ISREG(here.st_mode)))
			return step_refused(path, -EXDEV);
		rest += len + !last;
	}
	*ret_fd = pb_steal_fd(dir);
	return 0;
}

/* The word in brackets of "always [madvise] never". */
static char *choice_of(char *text)
{
	char *open = strchr(text, '['), *close = open ? strchr(open, ']') : NULL;

	text[strcspn(text, "\n")] = '\0';
	return close ? strndup(open + 1, (size_t)(close - open) - 1) : strdup(text);
}

int pb_setting_read(const char *root, const char *path, char **ret_value)
{
	_cleanup_close_ int fd = -1;
	char text[VALUE_BYTES];
	ssize_t got;
	int ret = setting_open(root, path, O_RDONLY, &fd);

	if (ret)
		return ret;
	got = read(fd, text, sizeof(text) - 1);
	if (got < 0)
		return pb_fail(-errno, "cannot read '%s%s': %s", root, path, strerror(errno));
	text[got] = '\0';
	*ret_value = choice_of(text);
	return *ret_value ? 0 : pb_fail(-ENOMEM, "out of memory");
}

int pb_setting_write(const char *root, const char *path, const char *value)
{
	_cleanup_close_ int fd = -1;
	int ret = pb_setting_check(path, value);

	if (!ret)
		ret = setting_open(root, path, O_WRONLY, &fd);
	if (ret)
		return ret;
	/* A test's machine is made of files, and those keep what is longer. */
	if (*root && ftruncate(fd, 0))
		return pb_fail(-errno, "cannot empty '%s%s': %s", root, path, strerror(errno));
	if (write(fd, value, strlen(value)) != (ssize_t)strlen(value))
		return pb_fail(-errno, "cannot write '%s' to '%s%s': %s", value, root, path,
			       strerror(errno));
	return 0;
}
