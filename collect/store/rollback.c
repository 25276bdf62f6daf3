// SPDX-License-Identifier: GPL-2.0-only
/*
 * rollback - looks at a journal that a crash left beside a database, before SQLite plays it back.
 * Why: see rollback.h. Where what lies in the files: sqlite.org/fileformat2.html.
 */
#include "collect/store/rollback.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "common/temporary.h"

/* Bytes of a database that SQLite locks, and what is where in it and in a journal. */
enum {
	RESERVED_BYTE = 0x40000001,
	SHARED_BYTE = 0x40000002,
	SHARED_LEN = 510,
	CHANGES_AT = 24,
	JOURNAL_HEAD_LEN = 28,
	SECTOR_AT = 20,
	PAGE_SIZE_AT = 24,
	MAX_PAGE_BYTES = 65536,
};

static const unsigned char journal_magic[8] = { 0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7 };

/* The two files, open to read. */
struct pair {
	const char *path;
	const char *journal_path;
	int database;
	int journal;
	off_t journal_len;
};

static uint32_t number_at(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static bool bytes_read(int fd, off_t at, void *bytes, size_t len)
{
	return pread(fd, bytes, len, at) == (ssize_t)len;
}

/* Somebody else's, and also of another connection of this process. */
static bool is_written(int database)
{
	struct flock lock = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = RESERVED_BYTE, .l_len = 1
	};

	return !fcntl(database, F_OFD_GETLK, &lock) && lock.l_type != F_UNLCK;
}

/*
 * Whoever wants to write or to play back waits until this descriptor is closed. A file system
 * without locks has no other way than to go on.
 */
static void readers_join(int database)
{
	struct flock lock = {
		.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = SHARED_BYTE, .l_len = SHARED_LEN
	};

	(void)fcntl(database, F_OFD_SETLK, &lock);
}

static int refuse(const struct pair *pair, const char *why)
{
	return pb_fail(-EBADMSG,
		       "database '%s': the journal beside it, '%s', %s; nothing was touched: move "
		       "the journal away, or put the file beside it that it is of",
		       pair->path, pair->journal_path, why);
}

/* At its end stands the name of a journal of several databases, if there is one. */
static bool names_another(const struct pair *pair)
{
	unsigned char end[sizeof(journal_magic)];

	return pair->journal_len >= 16 &&
	       bytes_read(pair->journal, pair->journal_len - (off_t)sizeof(end), end,
			  sizeof(end)) &&
	       !memcmp(end, journal_magic, sizeof(end));
}

/*
 * Each change counts up in the first page. Its old image, if the journal has it, is of this
 * database only if that stands at the same number, or at the next.
 */
static bool counts_differ(const struct pair *pair)
{
	unsigned char head[JOURNAL_HEAD_LEN], bytes[4];
	uint32_t sector, page_bytes, now;

	if (!bytes_read(pair->journal, 0, head, sizeof(head)) ||
	    !bytes_read(pair->database, CHANGES_AT, bytes, sizeof(bytes)))
		return false;
	now = number_at(bytes);
	sector = number_at(head + SECTOR_AT);
	page_bytes = number_at(head + PAGE_SIZE_AT);
	if (sector < JOURNAL_HEAD_LEN || page_bytes < CHANGES_AT + sizeof(bytes) ||
	    page_bytes > MAX_PAGE_BYTES)
		return false;
	for (off_t at = sector; at + (off_t)page_bytes + 8 <= pair->journal_len;
	     at += (off_t)page_bytes + 8) {
		uint32_t old;

		/* Where a second part begins there is no page of this number. */
		if (!bytes_read(pair->journal, at, bytes, sizeof(bytes)) || number_at(bytes) != 1)
			continue;
		if (!bytes_read(pair->journal, at + 4 + CHANGES_AT, bytes, sizeof(bytes)))
			return false;
		old = number_at(bytes);
		return now != old && now != old + 1;
	}
	return false;
}

static int copy(int from, const char *to)
{
	_cleanup_close_ int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	unsigned char chunk[65536];
	ssize_t len = 0;
	int ret = out < 0 ? -errno : 0;

	for (off_t at = 0; !ret && (len = pread(from, chunk, sizeof(chunk), at)) > 0; at += len)
		ret = pb_write_all(out, chunk, (size_t)len);
	if (len < 0)
		ret = -errno;
	return ret ? pb_fail(ret, "cannot write '%s': %s", to, strerror(-ret)) : 0;
}

/* Only what SQLite itself says of the copy: whether it is to be trusted is asked of the real one. */
static bool is_whole(sqlite3 *db)
{
	sqlite3_stmt *query = NULL;
	bool whole;

	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	whole = sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &query, NULL) ==
			SQLITE_OK &&
		sqlite3_step(query) == SQLITE_ROW &&
		pb_streq((const char *)sqlite3_column_text(query, 0), "ok");
	sqlite3_finalize(query);
	if (!whole ||
	    sqlite3_prepare_v2(db, "PRAGMA foreign_key_check", -1, &query, NULL) != SQLITE_OK)
		return false;
	whole = sqlite3_step(query) == SQLITE_DONE;
	sqlite3_finalize(query);
	return whole;
}

static int untried(const struct pair *pair, int ret)
{
	return pb_fail_in(
		ret,
		"database '%s': the journal that a crash left beside it is tried on a copy "
		"below TMPDIR first, and nothing was touched",
		pair->path);
}

static int trial(const struct pair *pair)
{
	pb_cleanup(pb_temporary_done) struct pb_temporary folder = { 0 };
	_cleanup_free_ char *database = NULL, *journal = NULL;
	sqlite3 *db = NULL;
	bool whole;
	int ret = pb_temporary_make(pb_temporary_parent(), "journal", &folder);

	if (ret)
		return untried(pair, ret);
	database = pb_format("%s/x.db", folder.path);
	journal = pb_format("%s/x.db-journal", folder.path);
	if (!database || !journal)
		return pb_fail(-ENOMEM, "out of memory");
	ret = copy(pair->database, database);
	if (!ret)
		ret = copy(pair->journal, journal);
	if (ret)
		return untried(pair, ret);
	whole = sqlite3_open_v2(database, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
		is_whole(db);
	sqlite3_close(db);
	return whole ? 0
		     : refuse(pair, "is of another database, or one of both is damaged: together "
				    "they make none that is whole");
}

static int pair_check(struct pair *pair)
{
	unsigned char first = 0;
	struct stat st;

	/* What SQLite does not play back: none, an empty one, one that was ended by zeros. */
	if (pair->database < 0 || pair->journal < 0 || fstat(pair->journal, &st) ||
	    !bytes_read(pair->journal, 0, &first, 1) || !first)
		return 0;
	pair->journal_len = st.st_size;
	if (is_written(pair->database))
		return 0;
	readers_join(pair->database);
	/* Whoever was to write has begun before, or waits. */
	if (is_written(pair->database) || access(pair->journal_path, F_OK))
		return 0;
	if (names_another(pair))
		return refuse(pair,
			      "names a journal of several databases, which pinbench never writes");
	if (counts_differ(pair))
		return refuse(pair, "is of another state of it, or of another database");
	return trial(pair);
}

int pb_rollback_check(const char *path)
{
	_cleanup_free_ char *real = realpath(path, NULL);
	_cleanup_free_ char *journal = real ? pb_format("%s-journal", real) : NULL;
	_cleanup_close_ int database_fd = -1, journal_fd = -1;
	struct pair pair = { .path = path, .journal_path = journal };

	if (!journal)
		return real ? pb_fail(-ENOMEM, "out of memory") : 0;
	journal_fd = open(journal, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
	if (journal_fd < 0)
		return 0; /* none; or SQLite says what is wrong with it */
	database_fd = open(real, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	pair.database = database_fd;
	pair.journal = journal_fd;
	return pair_check(&pair);
}
