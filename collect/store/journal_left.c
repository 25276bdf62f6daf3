// SPDX-License-Identifier: GPL-2.0-only
/*
 * journal_left - journals that nobody writes any more: found, taken, or pointed at.
 * Why: a run that was killed while its database was locked is worth as much as any other.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "collect/import.h"
#include "collect/store/journal.h"
#include "collect/store/store.h"
#include "common/err.h"
#include "common/progress.h"
#include "common/str.h"

enum { LEFT_S = 3600 };

static const char first_line[] = "{\"type\":\"journal\"";

/* A journal's name is its database's, of one byte or more, and this. Returns where that begins, or 0. */
static size_t name_end(const char *name)
{
	static const char shape[] = ".run-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx.jsonl";
	size_t len = strlen(name), at = len - (sizeof(shape) - 1);

	if (len < sizeof(shape))
		return 0;
	for (size_t i = 0; shape[i]; i++)
		if (shape[i] == 'x' ? !strchr("0123456789abcdef", name[at + i])
				    : name[at + i] != shape[i])
			return 0;
	return at;
}

/* @base: NULL, of whatever database. */
static bool is_journal_of(const char *base, const char *name)
{
	size_t end = name_end(name);

	return end && (!base || (strlen(base) == end && !strncmp(name, base, end)));
}

/*
 * Opens a journal that nobody writes. 0 and *ret_in NULL: it is written to, gone, or no journal.
 * The lock may be of a file that was replaced meanwhile: then that one is somebody's.
 */
static int left_open(const char *path, FILE **ret_in)
{
	char begins[sizeof(first_line)] = "";
	_cleanup_fclose_ FILE *in = NULL;
	struct stat mine, now;
	int fd;

	*ret_in = NULL;
	/* A pipe must not be opened and closed: its writer would be gone. */
	if (!lstat(path, &now) && !S_ISREG(now.st_mode))
		return 0;
	/* NFS locks only what is open for writing. */
	fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT
			       ? 0
			       : pb_fail(-errno, "cannot open '%s': %s", path, strerror(errno));
	in = fdopen(fd, "r");
	if (!in) {
		close(fd);
		return pb_fail(-ENOMEM, "out of memory");
	}
	if (flock(fd, LOCK_EX | LOCK_NB) || fstat(fd, &mine) || !S_ISREG(mine.st_mode) ||
	    stat(path, &now) || mine.st_ino != now.st_ino || mine.st_dev != now.st_dev)
		return 0;
	if (!fgets(begins, sizeof(begins), in) || !pb_streq(begins, first_line))
		return 0;
	rewind(in);
	*ret_in = pb_steal(in);
	return 0;
}

static int left_take(struct pb_store *store, const char *path, FILE *in)
{
	struct pb_import_outcome outcome = { 0 };
	int ret = pb_store_begin(store);

	if (ret)
		return ret;
	ret = pb_import_journal(store, in, PB_JOURNAL_LEFT, &outcome);
	if (!ret)
		ret = pb_store_commit(store);
	else
		pb_store_rollback(store);
	if (ret)
		return pb_fail_in(ret, "journal '%s'", path);
	if (outcome.dropped) {
		pb_progress_say("'%s': a run that ended before its first cell was taken back.",
				path);
		return 0;
	}
	pb_progress_say("'%s': what a run left that could not store it: %zu cells added to '%s'.",
			path, outcome.nr_cells, pb_store_path(store));
	return 0;
}

struct folder {
	char *path;       /* with its slash, or "" */
	const char *base; /* the database's name; NULL: of any */
	DIR *dir;
};

static void folder_done(struct folder *folder)
{
	free(folder->path);
	if (folder->dir)
		closedir(folder->dir);
}

/*
 * The name that a journal has until it is whole (collect/store/journal.c): nothing in it was promised to
 * anybody. Its writer locks it a moment after it made it; an hour is longer. -1: it is none, or
 * somebody's; -2: it cannot be opened, and so nobody here can tell.
 */
static int unfinished_open(const struct folder *folder, const char *name)
{
	static const char end[] = ".new";
	size_t len = strlen(name);
	_cleanup_free_ char *journal = len > strlen(end) ? strndup(name, len - strlen(end)) : NULL;
	_cleanup_close_ int fd = -1;
	struct stat st;

	if (!journal || !pb_streq(name + strlen(journal), end) ||
	    !is_journal_of(folder->base, journal))
		return -1;
	if (fstatat(dirfd(folder->dir), name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode) ||
	    time(NULL) - st.st_mtime < LEFT_S)
		return -1;
	fd = openat(dirfd(folder->dir), name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -1 : -2;
	return flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK ? -1 : pb_steal_fd(fd);
}

/* Only what is this user's alone, and can be locked. */
static bool unfinished_remove(const struct folder *folder, const char *name, int fd)
{
	struct stat st;

	return fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	       st.st_nlink == 1 && !flock(fd, LOCK_EX | LOCK_NB) &&
	       !unlinkat(dirfd(folder->dir), name, 0);
}

static int folder_open(const char *database, struct folder *folder)
{
	const char *slash = strrchr(database, '/');

	folder->path = slash ? strndup(database, (size_t)(slash - database + 1)) : strdup("");
	folder->base = slash ? slash + 1 : database;
	if (!folder->path)
		return pb_fail(-ENOMEM, "out of memory");
	folder->dir = opendir(folder->path[0] ? folder->path : ".");
	return 0;
}

static void unfinished_sweep(const char *database)
{
	pb_cleanup(folder_done) struct folder folder = { 0 };
	struct dirent *entry;

	if (folder_open(database, &folder))
		return;
	while (folder.dir && (entry = readdir(folder.dir))) {
		_cleanup_close_ int fd = unfinished_open(&folder, entry->d_name);

		unfinished_remove(&folder, entry->d_name, fd);
	}
}

static size_t unfinished_visit(const char *parent, bool removes, struct pb_buf *lines)
{
	pb_cleanup(folder_done) struct folder folder = { .dir = opendir(parent) };
	struct dirent *entry;
	size_t nr = 0;

	while (folder.dir && (entry = readdir(folder.dir))) {
		_cleanup_close_ int fd = unfinished_open(&folder, entry->d_name);

		if (removes ? !unfinished_remove(&folder, entry->d_name, fd) : fd == -1)
			continue;
		nr++;
		if (lines && pb_buf_printf(lines, "%s/%s\n", parent, entry->d_name))
			break;
	}
	return nr;
}

size_t pb_journals_sweep(const char *parent, struct pb_buf *removed)
{
	return unfinished_visit(parent, true, removed);
}

size_t pb_journals_cut(const char *parent, struct pb_buf *found)
{
	return unfinished_visit(parent, false, found);
}

/* The next journal's path, newly allocated; NULL: there is none. */
static char *folder_next(struct folder *folder)
{
	struct dirent *entry;

	while (folder->dir && (entry = readdir(folder->dir)))
		if (is_journal_of(folder->base, entry->d_name))
			return pb_format("%s%s", folder->path, entry->d_name);
	return NULL;
}

int pb_journals_take(struct pb_store *store)
{
	pb_cleanup(folder_done) struct folder folder = { 0 };
	int ret = folder_open(pb_store_path(store), &folder);

	unfinished_sweep(pb_store_path(store));
	for (;;) {
		_cleanup_free_ char *path = ret ? NULL : folder_next(&folder);
		_cleanup_fclose_ FILE *in = NULL;

		if (!path)
			return ret;
		/* One that cannot be taken is told, stays, and stops nobody. */
		if (left_open(path, &in) || (in && left_take(store, path, in)))
			pb_progress_say("%s; it stays where it is.", pb_fail_message(-EIO));
		else if (in)
			unlink(path);
		pb_fail_clear();
	}
}

size_t pb_journals_left(const char *parent, struct pb_buf *found)
{
	pb_cleanup(folder_done) struct folder folder = { .dir = opendir(parent) };
	size_t nr = 0;

	folder.path = pb_format("%s/", parent);
	for (;;) {
		_cleanup_free_ char *path = folder.path ? folder_next(&folder) : NULL;
		_cleanup_fclose_ FILE *in = NULL;

		if (!path || (!left_open(path, &in) && in && pb_buf_printf(found, "%s\n", path)))
			break;
		nr += in != NULL;
	}
	pb_fail_clear();
	return nr;
}

static bool lies_beside(const char *database, const char *path)
{
	const char *slash = strrchr(path, '/'), *mine = strrchr(database, '/');
	size_t len = slash ? (size_t)(slash - path + 1) : 0;

	return len == (mine ? (size_t)(mine - database + 1) : 0) && !strncmp(path, database, len) &&
	       is_journal_of(mine ? mine + 1 : database, path + len);
}

int pb_journal_import(struct pb_store *store, const char *path, bool *ret_is)
{
	_cleanup_fclose_ FILE *in = NULL;
	int ret;

	*ret_is = false;
	ret = left_open(path, &in);
	if (ret || !in)
		return 0; /* the usual way says what is wrong with it */
	*ret_is = true;
	ret = left_take(store, path, in);
	if (!ret && lies_beside(pb_store_path(store), path))
		unlink(path);
	return ret;
}

void pb_journals_point_at(const char *database)
{
	pb_cleanup(folder_done) struct folder folder = { 0 };
	int ret = folder_open(database, &folder);

	for (;;) {
		_cleanup_free_ char *path = ret ? NULL : folder_next(&folder);
		_cleanup_fclose_ FILE *in = NULL;

		if (!path)
			break;
		if (!left_open(path, &in) && in)
			pb_progress_say(
				"A run left cells that '%s' has not: `pinbench import -d %s "
				"%s` adds them.",
				database, database, path);
	}
	pb_fail_clear();
}
