// SPDX-License-Identifier: GPL-2.0-only
/*
 * made - a database that was made and came to hold no run is removed, unless others have it.
 * Why: a run that fails leaves nothing behind; but a file that another process has just opened must
 * not vanish under it.
 *
 * SQLite locks a file while it reads or writes, not while it has it open. So each pinbench that may
 * write holds a lock of its own for as long: on bytes that are SQLite's, and that it uses for
 * nothing (the page at its lock bytes, sqlite.org/fileformat2.html#lockbyte).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect/store/private.h"
#include "collect/store/store.h"
#include "common/err.h"
#include "common/str.h"

/*
 * IN_USE: shared by all who have it open, and alone by who removes it. MADE: shared by those who
 * found it missing, or found it while one of those had it; the last of them removes it.
 */
enum { LOCK_PAGE = 0x40000000, IN_USE = LOCK_PAGE + 1024, MADE, TRIES = 5000, STEP_US = 1000 };

/* An open file description's: closing another descriptor of the file does not end it. */
static int byte_lock(int fd, int type, off_t byte)
{
	struct flock lock = { .l_type = (short)type, .l_start = byte, .l_len = 1 };

	return fcntl(fd, F_OFD_SETLK, &lock) ? -errno : 0;
}

static bool others_hold(int fd, off_t byte)
{
	struct flock lock = { .l_type = F_WRLCK, .l_start = byte, .l_len = 1 };

	return !fcntl(fd, F_OFD_GETLK, &lock) && lock.l_type != F_UNLCK;
}

static bool is_at(const struct stat *file, const char *path)
{
	struct stat there;

	return !stat(path, &there) && there.st_dev == file->st_dev && there.st_ino == file->st_ino;
}

/* 1: it was removed, or is being removed, by another: the next look finds none, or another. */
static int guard_try(struct pb_store *store)
{
	/* Without O_CREAT where it is there: in a sticky folder that all may write to, as /tmp, the
	 * kernel refuses that for another user's file (fs.protected_regular). */
	_cleanup_close_ int fd = open(store->path, O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	int ret;

	if (fd < 0 && errno == ENOENT)
		fd = open(store->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0644);
	/* SQLite says what is wrong with it; only who may write removes. */
	if (fd < 0)
		return 0;
	ret = byte_lock(fd, F_RDLCK, IN_USE);
	if (ret == -EAGAIN || ret == -EACCES)
		return 1;
	if (fstat(fd, &st) || (!ret && !is_at(&st, store->path)))
		return 1;
	store->device = st.st_dev;
	store->inode = st.st_ino;
	/* A file system without locks: then it is not known who has it, and it stays. */
	if (ret)
		store->made = false;
	if (!ret && others_hold(fd, MADE))
		store->made = true;
	if (store->made && byte_lock(fd, F_RDLCK, MADE))
		store->made = false;
	store->guard = pb_steal_fd(fd);
	return 0;
}

int pb_store_guard_take(struct pb_store *store)
{
	for (int tries = 0; tries < TRIES; tries++) {
		bool made = access(store->path, F_OK) != 0;
		int ret;

		store->made = made;
		ret = guard_try(store);
		if (ret != 1)
			return ret;
		usleep(STEP_US);
	}
	return pb_fail(-EBUSY,
		       "database '%s': cannot open: another process removes it, and does not end; "
		       "try again when that has ended",
		       store->path);
}

/* Under a lock that nobody else can have: a run that another process has just begun is seen. */
static bool is_empty(struct pb_store *store)
{
	sqlite3_stmt *query = NULL;
	bool empty;

	store->patience_ms = 0;
	pb_store_rollback(store);
	if (sqlite3_exec(store->db, "BEGIN EXCLUSIVE", NULL, NULL, NULL) != SQLITE_OK)
		return false;
	/* No table run: it was not even begun. */
	empty = sqlite3_prepare_v2(store->db, "SELECT 1 FROM run", -1, &query, NULL) ==
			SQLITE_ERROR ||
		(query && sqlite3_step(query) == SQLITE_DONE);
	sqlite3_finalize(query);
	pb_store_rollback(store);
	return empty;
}

/*
 * Does another program have it open? Only where a lease is to be had (a local file of ours) can
 * that be known; elsewhere it is our own locks alone that count. The kernel would send SIGIO when
 * somebody opens it meanwhile, which kills.
 */
static bool others_have(int fd)
{
	bool others;

	if (fcntl(fd, F_SETSIG, SIGURG))
		return false;
	others = fcntl(fd, F_SETLEASE, F_WRLCK) && errno == EAGAIN;
	if (!others)
		fcntl(fd, F_SETLEASE, F_UNLCK);
	return others;
}

bool pb_store_made_empty(struct pb_store *store)
{
	return store->made && store->guard >= 0 && store->db &&
	       !byte_lock(store->guard, F_WRLCK, IN_USE) && is_empty(store);
}

void pb_store_made_remove(const struct pb_store *store)
{
	_cleanup_free_ char *real = realpath(store->path, NULL);
	struct stat st;

	/* A link to it stays; what it names goes. */
	if (real && !fstat(store->guard, &st) && is_at(&st, real) && !others_have(store->guard))
		unlink(real);
}
