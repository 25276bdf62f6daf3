// SPDX-License-Identifier: GPL-2.0-only
/*
 * rundir - ROOT/run/pinbench: what runs write down for those that come after them.
 * Why: see rundir.h.
 */
#include "bench/control/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "common/err.h"
#include "common/str.h"
#include "common/sysfs.h"

/* Room for thousands of settings; what is larger was not written here. */
enum { FILE_BYTES = 256 << 10, NAME_BYTES = 64 };

static int not_believed(const char *name, const char *why)
{
	return pb_fail(-EPERM,
		       "'" PB_RUNDIR "%s%s' %s: it is not believed and was left alone; look at it, "
		       "and remove it",
		       *name ? "/" : "", name, why);
}

/* A folder or file of this user or of root, which nobody else may write to. */
static int owner_check(const struct stat *st, const char *name)
{
	char why[64];

	if (st->st_uid != 0 && st->st_uid != geteuid()) {
		snprintf(why, sizeof(why), "belongs to user %u", (unsigned int)st->st_uid);
		return not_believed(name, why);
	}
	return st->st_mode & (S_IWGRP | S_IWOTH) ? not_believed(name, "is writable by others") : 0;
}

int pb_rundir_open(const char *root, bool make, int *ret_dir)
{
	_cleanup_free_ char *run = pb_format("%s/run", root);
	_cleanup_close_ int above = -1, dir = -1;
	struct stat st;
	int ret;

	if (!run)
		return -ENOMEM;
	if (make && mkdir(run, 0755) && errno != EEXIST)
		return pb_fail(-errno, "cannot make '%s': %s", run, strerror(errno));
	above = open(run, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (above < 0 || fstat(above, &st))
		return pb_fail(-errno, "cannot open '%s': %s", run, strerror(errno));
	if (st.st_mode & S_IWOTH && !(st.st_mode & S_ISVTX))
		return pb_fail(-EPERM, "anybody may rename what is in '%s': chmod o-w %s", run,
			       run);
	if (make && mkdirat(above, "pinbench", 0755) && errno != EEXIST)
		return pb_fail(-errno, "cannot make '%s/pinbench': %s", run, strerror(errno));
	dir = openat(above, "pinbench", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0 && (errno == ELOOP || errno == ENOTDIR))
		return not_believed("", "is no folder");
	if (dir < 0 || fstat(dir, &st))
		return pb_fail(-errno, "cannot open '%s/pinbench': %s", run, strerror(errno));
	ret = owner_check(&st, "");
	if (!ret)
		*ret_dir = pb_steal_fd(dir);
	return ret;
}

/* A link is not followed, and a pipe or a device is not waited for. */
static int file_open(int dir, const char *name, int flags, mode_t mode, int *ret_fd)
{
	_cleanup_close_ int fd =
		openat(dir, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode);
	struct stat st;
	int ret;

	if (fd < 0 && errno == ELOOP)
		return not_believed(name, "is a link");
	if (fd < 0 || fstat(fd, &st))
		return pb_fail(-errno, "cannot open '" PB_RUNDIR "/%s': %s", name, strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_nlink != 1)
		return not_believed(name, "is no file of its own");
	ret = owner_check(&st, name);
	if (!ret)
		*ret_fd = pb_steal_fd(fd);
	return ret;
}

static int text_read(int fd, const char *name, char *text, size_t *ret_len)
{
	size_t len = 0;
	ssize_t got;

	while ((got = read(fd, text + len, FILE_BYTES - len)) > 0 || (got < 0 && errno == EINTR))
		len += got > 0 ? (size_t)got : 0;
	if (got < 0)
		return pb_fail(-errno, "cannot read '" PB_RUNDIR "/%s': %s", name, strerror(errno));
	if (len == FILE_BYTES)
		return pb_fail(-EBADMSG,
			       "'" PB_RUNDIR "/%s' is larger than any that pinbench writes: look "
			       "at it, and remove it",
			       name);
	*ret_len = len;
	return 0;
}

int pb_rundir_read(int dir, const char *name, json_t **ret_json)
{
	pb_cleanup(pb_json_freep) json_t *json = NULL;
	_cleanup_free_ char *text = malloc(FILE_BYTES);
	_cleanup_close_ int fd = -1;
	json_error_t error;
	size_t len = 0;
	int ret;

	*ret_json = NULL;
	if (!text)
		return pb_fail(-ENOMEM, "out of memory");
	if (faccessat(dir, name, F_OK, AT_SYMLINK_NOFOLLOW) && errno == ENOENT)
		return 0;
	ret = file_open(dir, name, O_RDONLY, 0, &fd);
	if (!ret)
		ret = text_read(fd, name, text, &len);
	if (ret)
		return ret;
	json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(json))
		return pb_fail(-EBADMSG,
			       "'" PB_RUNDIR "/%s' is no JSON object (line %d): look at it, and "
			       "remove it",
			       name, json ? 1 : error.line);
	*ret_json = pb_steal(json);
	return 0;
}

int pb_rundir_write(int dir, const char *name, const json_t *json)
{
	char beside[NAME_BYTES];
	_cleanup_close_ int fd = -1;
	bool done;

	snprintf(beside, sizeof(beside), "%s.new", name);
	/* What a kill in the middle left there. */
	if (unlinkat(dir, beside, 0) && errno != ENOENT)
		return pb_fail(-errno, "cannot remove '" PB_RUNDIR "/%s': %s", beside,
			       strerror(errno));
	fd = openat(dir, beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	errno = fd < 0 ? errno : 0;
	done = fd >= 0 && !json_dumpfd(json, fd, JSON_COMPACT) && !fsync(fd) &&
	       !renameat(dir, beside, dir, name) && !fsync(dir);
	if (done)
		return 0;
	return pb_fail(errno ? -errno : -EIO,
		       "cannot write '" PB_RUNDIR "/%s', so that nothing is changed on this "
		       "machine: %s",
		       name, strerror(errno ? errno : EIO));
}

int pb_rundir_lock(int dir, const char *name, bool wait, int *ret_lock)
{
	_cleanup_close_ int lock = -1;
	/* Who may open it may hold it: nobody is to be waited for but ourselves. */
	int ret = file_open(dir, name, O_RDWR | O_CREAT, wait ? 0600 : 0644, &lock);

	if (ret)
		return ret;
	while (flock(lock, LOCK_EX | (wait ? 0 : LOCK_NB))) {
		if (errno == EINTR)
			continue;
		return pb_fail(errno == EWOULDBLOCK ? -EBUSY : -errno,
			       "cannot lock '" PB_RUNDIR "/%s': %s", name, strerror(errno));
	}
	*ret_lock = pb_steal_fd(lock);
	return 0;
}
