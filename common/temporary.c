// SPDX-License-Identifier: GPL-2.0-only
/*
 * temporary - folders that are gone when their maker is, at the latest by the next run.
 * Why: kill -9, an OOM kill or a CI's limit leaves no chance to tidy up, and nobody else would.
 */
#include "common/temporary.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "common/err.h"
#include "common/file.h"
#include "common/lives.h"

enum { RANDOM_LETTERS = 6, MAX_DEPTH = 64, MAX_TRIES = 16, EMPTY_S = 3600, NOTE_BYTES = 1024 };

/* By its maker; LEFT_UNSEEN: nobody here can tell. */
enum left { LEFT_NOT, LEFT, LEFT_UNSEEN };

static const char prefix[] = "pinbench-";
static const char kept[] = "kept";
static const char note[] = ".owner";

const char *pb_temporary_parent(void)
{
	const char *tmp = getenv("TMPDIR");

	return tmp && *tmp ? tmp : "/tmp";
}

/* Is @name one of ours, and not one that was kept for a person? */
static bool name_is_ours(const char *name)
{
	const char *dot = strrchr(name, '.'), *what = name + strlen(prefix);

	if (strncmp(name, prefix, strlen(prefix)) != 0 || !dot || dot <= what ||
	    strlen(dot + 1) != RANDOM_LETTERS)
		return false;
	for (const char *c = what; c < dot; c++)
		if (!islower((unsigned char)*c))
			return false;
	for (const char *c = dot + 1; *c; c++)
		if (!isalnum((unsigned char)*c))
			return false;
	return strncmp(what, kept, strlen(kept)) != 0 || what + strlen(kept) != dot;
}

/*
 * Behind the maker's lines in the note: the folder as its maker locked it. Who sees the same kernel,
 * device and inode sees the maker's lock, in whatever container it lives.
 */
static char *place_format(const struct stat *st)
{
	return pb_format("place\t%u:%u %ju\n", major(st->st_dev), minor(st->st_dev),
			 (uintmax_t)st->st_ino);
}

static int folder_open(int parent, const char *name)
{
	return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* A bind mount has its own file system's number; only its root tells it. */
static bool is_mount(int fd, dev_t device)
{
	struct statx stx;
	struct stat st;

	if (fstat(fd, &st) || st.st_dev != device)
		return true;
	return !statx(fd, "", AT_EMPTY_PATH, 0, &stx) && stx.stx_attributes & STATX_ATTR_MOUNT_ROOT;
}

static int entries_remove(int fd, dev_t device, unsigned int depth);

static int entry_remove(int fd, const char *name, dev_t device, unsigned int depth)
{
	_cleanup_close_ int sub = -1;
	int ret;

	if (!unlinkat(fd, name, 0) || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -errno;
	sub = folder_open(fd, name);
	if (sub < 0)
		return -errno;
	if (is_mount(sub, device) || depth == MAX_DEPTH)
		return -EBUSY;
	ret = entries_remove(sub, device, depth + 1);
	return !ret && unlinkat(fd, name, AT_REMOVEDIR) ? -errno : ret;
}

/* By descriptors alone: no name is looked up twice. The note goes last, see folder_remove(). */
static int entries_remove(int fd, dev_t device, unsigned int depth)
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_closedir_ DIR *dir = again < 0 ? NULL : fdopendir(again);
	struct dirent *entry;
	int ret = 0;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		int failed;

		if (pb_streq(entry->d_name, ".") || pb_streq(entry->d_name, "..") ||
		    (!depth && pb_streq(entry->d_name, note)))
			continue;
		failed = entry_remove(fd, entry->d_name, device, depth);
		ret = ret ? ret : failed;
	}
	return ret;
}

/* With @fd open and locked: whoever removes one is killed, too, and the next one goes on. */
static int folder_remove(int parent, const char *name, int fd)
{
	struct stat st;
	int ret;

	if (fstat(fd, &st))
		return -errno;
	ret = entries_remove(fd, st.st_dev, 0);
	if (ret)
		return ret;
	if (unlinkat(fd, note, 0) && errno != ENOENT)
		return -errno;
	return unlinkat(parent, name, AT_REMOVEDIR) ? -errno : 0;
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && pb_streq(text + len - end_len, end);
}

static bool is_empty(int fd)
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_closedir_ DIR *dir = again < 0 ? NULL : fdopendir(again);
	struct dirent *entry;

	if (!dir)
		return false;
	while ((entry = readdir(dir)))
		if (!pb_streq(entry->d_name, ".") && !pb_streq(entry->d_name, ".."))
			return false;
	return true;
}

/* When this boot began, or 0: what is younger cannot be of an earlier one. */
static time_t boot_time(void)
{
	_cleanup_free_ char *text = NULL;
	const char *at;

	if (pb_file_read("/proc/stat", &text, NULL)) {
		pb_fail_clear();
		return 0;
	}
	at = strstr(text, "\nbtime ");
	return at ? (time_t)strtoll(at + strlen("\nbtime "), NULL, 10) : 0;
}

/*
 * Two machines may have one name: only a note from before this boot is of an earlier one of it.
 * @lock_tells: its lock, which we hold, was the maker's.
 */
static enum pb_process_fate maker_fate(const struct pb_process *maker, time_t noted,
				       bool lock_tells)
{
	enum pb_process_fate fate = pb_process_fate(maker);
	char boot[sizeof(maker->boot)];

	pb_boot_id(boot, sizeof(boot));
	if (fate == PB_PROCESS_UNSEEN && lock_tells && *boot && pb_streq(boot, maker->boot))
		return PB_PROCESS_GONE;
	if (fate != PB_PROCESS_GONE)
		return fate;
	return pb_streq(boot, maker->boot) || noted < boot_time() ? PB_PROCESS_GONE
								  : PB_PROCESS_UNSEEN;
}

/* What the note in the folder @fd says of its maker; -ENOENT: there is none. @locked: by us. */
static int note_read(int fd, const struct stat *folder, bool locked, enum pb_process_fate *ret_fate)
{
	_cleanup_free_ char *place = place_format(folder);
	_cleanup_close_ int file =
		openat(fd, note, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	char text[NOTE_BYTES + 1];
	struct pb_process maker;
	struct stat st;
	ssize_t len;

	if (file < 0 || fstat(file, &st))
		return errno == ENOENT ? -ENOENT : -EBADMSG;
	if (!S_ISREG(st.st_mode))
		return -EBADMSG;
	len = read(file, text, NOTE_BYTES);
	if (len < 0)
		return -EBADMSG;
	text[len] = '\0';
	if (!place || pb_process_parse(text, &maker))
		return -EBADMSG;
	*ret_fate = maker_fate(&maker, st.st_mtime, locked && ends_with(text, place));
	return 0;
}

/*
 * One without a note is another program's, or its maker was killed before it wrote one: it is
 * taken only when it has been empty for an hour, since a script's `mktemp -d` looks just so.
 */
static enum left left_of(int fd, const struct stat *st, bool locked)
{
	enum pb_process_fate fate;
	int ret = note_read(fd, st, locked, &fate);

	if (ret == -ENOENT)
		return time(NULL) - st->st_mtime > EMPTY_S && is_empty(fd) ? LEFT : LEFT_NOT;
	if (ret || fate == PB_PROCESS_UNSEEN)
		return LEFT_UNSEEN;
	return fate == PB_PROCESS_GONE ? LEFT : LEFT_NOT;
}

/* 0 with @ret_locked false where the file system has no locks: the note alone says whose it is. */
static int lock_try(int fd, int wait, bool *ret_locked)
{
	*ret_locked = true;
	while (flock(fd, LOCK_EX | wait)) {
		*ret_locked = false;
		if (errno == ENOLCK || errno == ENOSYS || errno == EOPNOTSUPP)
			return 0;
		if (errno != EINTR)
			return -errno;
		*ret_locked = true;
	}
	return 0;
}

/* Locks the folder @name and returns its descriptor, where it was left as @wanted; else -1. */
static int left_open(int parent, const char *name, enum left wanted)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	bool locked;

	if (!name_is_ours(name))
		return -1;
	fd = folder_open(parent, name);
	if (fd < 0 || fstat(fd, &st) || st.st_uid != geteuid() || st.st_mode & (S_IRWXG | S_IRWXO))
		return -1;
	if (lock_try(fd, LOCK_NB, &locked))
		return -1;
	return left_of(fd, &st, locked) == wanted ? pb_steal_fd(fd) : -1;
}

static size_t left_visit(const char *parent, enum left wanted, bool removes, struct pb_buf *lines)
{
	_cleanup_closedir_ DIR *dir = opendir(parent);
	struct dirent *entry;
	size_t nr = 0;

	while (dir && (entry = readdir(dir))) {
		_cleanup_close_ int fd = left_open(dirfd(dir), entry->d_name, wanted);

		if (fd < 0 || (removes && folder_remove(dirfd(dir), entry->d_name, fd)))
			continue;
		nr++;
		if (lines && pb_buf_printf(lines, "%s/%s\n", parent, entry->d_name))
			break;
	}
	return nr;
}

size_t pb_temporary_sweep(const char *parent, struct pb_buf *removed)
{
	return left_visit(parent, LEFT, true, removed);
}

size_t pb_temporary_left(const char *parent, struct pb_buf *found)
{
	return left_visit(parent, LEFT, false, found);
}

size_t pb_temporary_unseen(const char *parent, struct pb_buf *found)
{
	return left_visit(parent, LEFT_UNSEEN, false, found);
}

/*
 * Between its making and its lock a folder looks like a dead maker's: then somebody else may have
 * it, and remove it. 0: it is ours; 1: it is gone, or going.
 */
static int folder_lock(const char *path, int *ret_lock, bool *ret_locked)
{
	_cleanup_close_ int fd = folder_open(AT_FDCWD, path);
	struct stat ours, there;
	int ret;

	if (fd < 0)
		return errno == ENOENT ? 1 : -errno;
	ret = lock_try(fd, 0, ret_locked);
	if (ret)
		return ret;
	if (fstat(fd, &ours))
		return -errno;
	if (lstat(path, &there) || ours.st_ino != there.st_ino || ours.st_dev != there.st_dev)
		return 1;
	*ret_lock = pb_steal_fd(fd);
	return 0;
}

static int note_write(int folder, bool locked)
{
	_cleanup_free_ char *maker = NULL, *place = NULL, *text = NULL;
	_cleanup_close_ int fd = -1;
	struct pb_process self;
	struct stat st;

	if (fstat(folder, &st))
		return -errno;
	pb_process_of(getpid(), &self);
	maker = pb_process_format(&self);
	place = locked ? place_format(&st) : strdup("");
	text = maker && place ? pb_format("%s%s", maker, place) : NULL;
	if (!text)
		return -ENOMEM;
	fd = openat(folder, note, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : pb_write_all(fd, text, strlen(text));
}

static int folder_make(const char *parent, const char *what, struct pb_temporary *made)
{
	bool locked = false;
	int ret = 1;

	for (int i = 0; ret == 1 && i < MAX_TRIES; i++) {
		free(made->path);
		made->path = pb_format("%s/%s%s.XXXXXX", parent, prefix, what);
		if (!made->path)
			return -ENOMEM;
		if (!mkdtemp(made->path))
			return -errno;
		ret = folder_lock(made->path, &made->lock, &locked);
	}
	return ret == 1 ? -EAGAIN : ret ? ret : note_write(made->lock, locked);
}

int pb_temporary_make(const char *parent, const char *what, struct pb_temporary *ret_temporary)
{
	struct pb_temporary made = { NULL, -1 };
	int ret;

	pb_temporary_sweep(parent, NULL);
	ret = folder_make(parent, what, &made);
	if (ret) {
		pb_temporary_done(&made);
		return pb_fail(ret, "cannot make a folder in '%s': %s", parent, strerror(-ret));
	}
	*ret_temporary = made;
	return 0;
}

/* Only what is locked is ours: a folder whose lock was lost is somebody else's by now. */
void pb_temporary_done(struct pb_temporary *temporary)
{
	if (!temporary->path) /* perhaps all zero, and 0 is a descriptor of somebody's */
		return;
	if (temporary->lock >= 0)
		(void)folder_remove(AT_FDCWD, temporary->path, temporary->lock);
	closep(&temporary->lock);
	free(temporary->path);
	*temporary = (struct pb_temporary){ NULL, -1 };
}

int pb_temporary_keep(struct pb_temporary *temporary)
{
	const char *dot = strrchr(temporary->path, '.'), *slash = strrchr(temporary->path, '/');
	_cleanup_free_ char *name = pb_format("%.*s/%s%s%s", (int)(slash - temporary->path),
					      temporary->path, prefix, kept, dot);

	if (!name)
		return -ENOMEM;
	/* An empty folder of that name would be replaced. */
	if (renameat2(AT_FDCWD, temporary->path, AT_FDCWD, name, RENAME_NOREPLACE))
		return pb_fail(-errno, "cannot keep '%s': %s", temporary->path, strerror(errno));
	unlinkat(temporary->lock, note, 0);
	free(temporary->path);
	temporary->path = pb_steal(name);
	return 0;
}
