// SPDX-License-Identifier: GPL-2.0-only
/*
 * save - a file on its way to its name: written beside its place, moved there when it is whole.
 * Why: whoever writes a file goes through here, so that no failure costs the one that was there.
 */
#include "common/save.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "common/err.h"
#include "common/file.h"
#include "common/inputs.h"
#include "common/opening.h"
#include "common/str.h"

enum { MAX_LINKS = 40, LEFT_S = 3600 };

static const char temporary_name[] = ".pinbench.XXXXXX";

static int failed(const struct pb_save *save, int error)
{
	return pb_fail(-error, "cannot write '%s': %s", save->path, strerror(error));
}

/* Where the links end, also where nothing is there yet. */
static int links_follow(struct pb_save *save)
{
	char to[PATH_MAX];

	for (int i = 0; i < MAX_LINKS; i++) {
		ssize_t len = readlink(save->target, to, sizeof(to) - 1);
		char *next;

		if (len < 0)
			return errno == EINVAL || errno == ENOENT ? 0 : failed(save, errno);
		to[len] = '\0';
		next = pb_format("%.*s%s", to[0] == '/' ? 0 : (int)pb_folder_len(save->target),
				 save->target, to);
		if (!next)
			return -ENOMEM;
		free(save->target);
		save->target = next;
	}
	return failed(save, ELOOP);
}

static ssize_t put(void *cookie, const char *data, size_t len_bytes)
{
	struct pb_save *save = cookie;

	if (!save->error)
		save->error = -pb_write_all(save->fd, data, len_bytes);
	return save->error ? 0 : (ssize_t)len_bytes;
}

static int stream_open(struct pb_save *save)
{
	save->out = fopencookie(save, "w", (cookie_io_functions_t){ .write = put });
	return save->out ? 0 : pb_fail(-ENOMEM, "out of memory");
}

/* "/dev/stdout" and its like are streams that are open already, at their own place in a file. */
static int stream_number(const char *path)
{
	static const struct {
		const char *path;
		int fd;
	} named[] = { { "/dev/stdout", STDOUT_FILENO }, { "/dev/stderr", STDERR_FILENO } };
	static const char *const folders[] = { "/dev/fd/", "/proc/self/fd/" };

	for (size_t i = 0; i < PB_ARRAY_SIZE(named); i++)
		if (pb_streq(path, named[i].path))
			return named[i].fd;
	for (size_t i = 0; i < PB_ARRAY_SIZE(folders); i++) {
		const char *number = path + strlen(folders[i]);

		if (!strncmp(path, folders[i], strlen(folders[i])) && *number &&
		    strspn(number, "0123456789") == strlen(number) && strlen(number) < 6)
			return (int)strtol(number, NULL, 10);
	}
	return -1;
}

static int through_open(struct pb_save *save)
{
	int number = stream_number(save->path), fd;

	if (number >= 0) {
		fd = fcntl(number, F_DUPFD_CLOEXEC, 0);
		if (fd < 0)
			return failed(save, errno);
	} else {
		fd = pb_opening(save->path, O_WRONLY, PB_OPENING_WAIT_MS);
		if (fd == -ENXIO)
			return pb_fail(fd, "cannot write '%s': %s", save->path, pb_opening_why(fd));
		if (fd < 0)
			return failed(save, -fd);
	}
	save->fd = fd;
	return stream_open(save);
}

/* Is @name one that mkostemp() made of temporary_name? */
static bool name_is_temporary(const char *name)
{
	size_t before = strlen(temporary_name) - strlen("XXXXXX");

	return strlen(name) == strlen(temporary_name) && !strncmp(name, temporary_name, before) &&
	       strspn(name + before, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789") == strlen("XXXXXX");
}

/* A file of this user that nobody has locked, and that nobody wrote to for an hour. */
static void left_remove(int folder, const char *name)
{
	_cleanup_close_ int fd =
		openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
	    time(NULL) - st.st_mtime < LEFT_S || flock(fd, LOCK_EX | LOCK_NB))
		return;
	unlinkat(folder, name, 0);
}

/*
 * What was killed between a name and its place. Once for each folder that files are written to one
 * after the other: a folder of thousands is not read for each of them.
 */
static void left_sweep(const char *folder)
{
	static dev_t device;
	static ino_t inode;
	_cleanup_closedir_ DIR *dir = opendir(folder);
	struct dirent *entry;
	struct stat st;

	if (!dir || fstat(dirfd(dir), &st) || (st.st_dev == device && st.st_ino == inode))
		return;
	device = st.st_dev;
	inode = st.st_ino;
	while ((entry = readdir(dir)))
		if (name_is_temporary(entry->d_name))
			left_remove(dirfd(dir), entry->d_name);
}

/* Without a name where that can be had: then even a killed process leaves nothing. */
static int beside_open(struct pb_save *save)
{
	int len = (int)pb_folder_len(save->target);
	_cleanup_free_ char *folder = pb_format("%.*s.", len, save->target);

	if (!folder)
		return -ENOMEM;
	left_sweep(folder);
	/* What has no name is given one through /proc. */
	if (access("/proc/self/fd", X_OK))
		errno = EOPNOTSUPP;
	else
		save->fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (save->fd >= 0)
		return stream_open(save);
	if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
		return failed(save, errno);
	save->temporary = pb_format("%.*s%s", len, save->target, temporary_name);
	if (!save->temporary)
		return -ENOMEM;
	save->fd = mkostemp(save->temporary, O_CLOEXEC);
	if (save->fd < 0) {
		int error = errno;

		free(pb_steal(save->temporary));
		return failed(save, error);
	}
	/* It says that its writer lives; without locks its age has to. */
	(void)!flock(save->fd, LOCK_EX | LOCK_NB);
	return stream_open(save);
}

static int target_open(struct pb_save *save, const struct stat *st)
{
	size_t len = strlen(save->path);
	int ret;

	if ((st && S_ISDIR(st->st_mode)) || (len && save->path[len - 1] == '/'))
		return pb_fail(-EISDIR, "cannot write '%s': it is a folder; name a file",
			       save->path);
	if (stream_number(save->path) >= 0)
		return through_open(save);
	if (st && (S_ISCHR(st->st_mode) || S_ISFIFO(st->st_mode)))
		return through_open(save);
	if (st && !S_ISREG(st->st_mode))
		return pb_fail(-EINVAL,
			       "cannot write '%s': it is a %s; name a file, a pipe or a terminal",
			       save->path, S_ISBLK(st->st_mode) ? "disk" : "socket");
	/* Renaming over it asks the folder alone; whoever protected the file meant the file. */
	if (st && access(save->path, W_OK))
		return failed(save, errno);
	save->target = strdup(save->path);
	if (!save->target)
		return pb_fail(-ENOMEM, "out of memory");
	ret = links_follow(save);
	/* Where a link leads need not be there yet: a journal's place is its database's. */
	if (!ret)
		ret = pb_input_refuse(save->target);
	return ret ? ret : beside_open(save);
}

int pb_save_begin(struct pb_save *save, const char *path)
{
	struct stat st;
	bool exists = !stat(path, &st);
	int ret = pb_input_refuse(path);

	*save = (struct pb_save){ .fd = -1 };
	if (ret)
		return ret;
	save->path = strdup(path);
	ret = save->path ? target_open(save, exists ? &st : NULL)
			 : pb_fail(-ENOMEM, "out of memory");
	if (ret)
		pb_save_done(save);
	return ret;
}

/* Mode and owner of what was there; the user's umask decides for a new file. */
static int mode_set(const struct pb_save *save)
{
	mode_t mask = umask(0);
	struct stat st;

	umask(mask);
	if (stat(save->target, &st))
		return fchmod(save->fd, 0666 & ~mask) ? errno : 0;
	/* Only root may give a file away; who may not owns the new one, as with any editor. */
	if (fchown(save->fd, st.st_uid, st.st_gid) && fchown(save->fd, (uid_t)-1, st.st_gid))
		st.st_mode &= 0777;
	return fchmod(save->fd, st.st_mode & 07777) ? errno : 0;
}

/* A name for the nameless: linkat() replaces nothing, so that it takes one that is free. */
static int name_give(struct pb_save *save)
{
	char self[64];

	snprintf(self, sizeof(self), "/proc/self/fd/%d", save->fd);
	for (int tries = 0; tries < MAX_LINKS; tries++) {
		char *name = pb_format("%.*s%s", (int)pb_folder_len(save->target), save->target,
				       temporary_name);
		int fd = name ? mkostemp(name, O_CLOEXEC) : -1;

		if (fd < 0) {
			int error = name ? errno : ENOMEM;

			free(name);
			return error;
		}
		close(fd);
		unlink(name);
		if (!linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW)) {
			save->temporary = name;
			return 0;
		}
		free(name);
		if (errno != EEXIST)
			return errno;
	}
	return EEXIST;
}

static int place_take(struct pb_save *save)
{
	int error = mode_set(save), fd;

	if (!error && fsync(save->fd))
		error = errno;
	if (!error && !save->temporary)
		error = name_give(save);
	if (error)
		return error;
	fd = pb_steal_fd(save->fd);
	if (close(fd))
		return errno;
	if (rename(save->temporary, save->target))
		return errno;
	free(pb_steal(save->temporary));
	pb_folder_sync(save->target);
	return 0;
}

int pb_save_commit(struct pb_save *save)
{
	FILE *out = pb_steal(save->out);
	int ret = 0, fd;

	if (fclose(out) && !save->error)
		save->error = errno ? errno : EIO;
	if (!save->error && save->target)
		save->error = place_take(save);
	fd = pb_steal_fd(save->fd);
	if (fd >= 0 && close(fd) && !save->error && !save->target)
		save->error = errno;
	if (save->error)
		ret = failed(save, save->error);
	pb_save_done(save);
	return ret;
}

void pb_save_done(struct pb_save *save)
{
	/* What is still in the stream's buffer goes nowhere. */
	save->error = save->error ? save->error : ECANCELED;
	if (save->out)
		fclose(save->out);
	if (save->fd >= 0 && save->path)
		close(save->fd);
	if (save->temporary)
		unlink(save->temporary);
	free(save->temporary);
	free(save->target);
	free(save->path);
	*save = (struct pb_save){ .fd = -1 };
}

int pb_file_write(const char *path, const void *data, size_t len_bytes)
{
	pb_cleanup(pb_save_done) struct pb_save save = { 0 };
	int ret = pb_save_begin(&save, path);

	if (ret)
		return ret;
	/* What did not reach the file is found by the commit. */
	(void)!fwrite(data, 1, len_bytes, save.out);
	return pb_save_commit(&save);
}
