// SPDX-License-Identifier: GPL-2.0-only
/*
 * open - opens a database, knows ours from others, brings its schema forward.
 * Why: a wrong path must cost a message and never somebody's file.
 */
#include "collect/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "collect/store/private.h"
#include "collect/store/rollback.h"
#include "collect/store/trust.h"
#include "collect/store/writer.h"
#include "common/err.h"
#include "common/inputs.h"
#include "common/str.h"

/* Where SQLite's file format puts what tells databases apart (sqlite.org/fileformat2.html). */
enum { HEADER_LEN = 100, APPLICATION_ID_AT = 68 };

static int open_errno(const char *path, int error)
{
	return pb_fail(-error, "database '%s': cannot open: %s%s", path, strerror(error),
		       error == ENOENT ? "; 'pinbench run' or 'pinbench import' makes one" : "");
}

static int check_header(const char *path, const unsigned char *header, ssize_t len)
{
	const unsigned char *id = header + APPLICATION_ID_AT;

	if (len < HEADER_LEN || memcmp(header, PB_SQLITE_MAGIC, sizeof(PB_SQLITE_MAGIC)) != 0)
		return pb_fail(-EBADMSG,
			       "database '%s': this is no SQLite database; nothing was "
			       "touched",
			       path);
	if (((uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3]) !=
	    PB_STORE_APPLICATION_ID)
		return pb_fail(-EBADMSG,
			       "database '%s': this is a database of another program; "
			       "nothing was touched",
			       path);
	return 0;
}

/* SQLite would report a folder that nothing can be made in as a file that is missing. */
static int check_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *folder = NULL;

	folder = slash ? strndup(path, (size_t)(slash - path + 1)) : strdup(".");
	if (!folder)
		return pb_fail(-ENOMEM, "out of memory");
	if (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0)
		return 0;
	return pb_fail(-errno, "database '%s': cannot make it in folder '%s': %s", path, folder,
		       strerror(errno));
}

/*
 * SQLite removes the log that it finds beside a database that is not there, or empty; but all that
 * was committed may be in it. (In a rollback journal there is only what was not.)
 */
static int check_log(const char *path, const char *what)
{
	_cleanup_free_ char *log = pb_format("%s-wal", path);
	struct stat st;

	if (!log)
		return -ENOMEM;
	if (stat(log, &st) || !st.st_size)
		return 0;
	return pb_fail(-EBADMSG,
		       "database '%s': it is %s, but SQLite's log of it, '%s', holds data that "
		       "would be lost; nothing was touched: put the database back beside it, or "
		       "move the log away",
		       path, what, log);
}

/*
 * SQLite opens what is called like its own files, waits for a pipe's writer, follows links and
 * writes where they lead. Where the database is a link it looks beside the file itself.
 */
static int check_companions(const char *path)
{
	static const char *const suffixes[] = { "-journal", "-wal", "-shm" };
	_cleanup_free_ char *real = realpath(path, NULL);

	for (size_t i = 0; i < PB_ARRAY_SIZE(suffixes); i++) {
		_cleanup_free_ char *name = pb_format("%s%s", real ? real : path, suffixes[i]);
		struct stat st;

		if (!name)
			return pb_fail(-ENOMEM, "out of memory");
		if (!lstat(name, &st) && !S_ISREG(st.st_mode))
			return pb_fail(-EBADMSG,
				       "database '%s': '%s', where SQLite keeps a file of its own, "
				       "is no regular file; nothing was touched: move it away",
				       path, name);
	}
	return 0;
}

/* One that is to be made. */
static int check_missing(const char *path)
{
	int ret = check_log(path, "not there");

	if (!ret)
		ret = check_companions(path);
	return ret ? ret : check_folder(path);
}

/*
 * Looks at the file before SQLite does: that would replay a journal left beside it, also another
 * program's. Note that closing a descriptor drops this process's locks on the file, so a database
 * must not be opened again in the middle of a transaction on it.
 */
static int check_file(const char *path, enum pb_store_mode mode)
{
	unsigned char header[HEADER_LEN];
	_cleanup_close_ int fd = -1;
	struct stat st;
	ssize_t len;
	int ret;

	if (stat(path, &st) < 0) {
		if (errno == ENOENT && mode == PB_STORE_WRITE && path[0])
			return check_missing(path);
		return open_errno(path, errno);
	}
	if (!S_ISREG(st.st_mode))
		return pb_fail(-EBADMSG, "database '%s': this is no regular file", path);
	ret = check_companions(path);
	if (ret)
		return ret;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	/* Removed since: another process had made it for nothing. */
	if (fd < 0 && errno == ENOENT && mode == PB_STORE_WRITE)
		return check_missing(path);
	if (fd < 0)
		return open_errno(path, errno);
	len = read(fd, header, sizeof(header));
	if (len < 0)
		return open_errno(path, errno);
	/* An empty file is what mktemp leaves: nothing that could be lost. */
	if (len == 0 && mode == PB_STORE_WRITE)
		return check_log(path, "empty");
	ret = check_header(path, header, len);
	return ret ? ret : pb_rollback_check(path);
}

static int errno_of(sqlite3 *db)
{
	int extended = sqlite3_extended_errcode(db), system = sqlite3_system_errno(db);

	switch (extended & 0xff) {
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_TOOBIG:
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return -EBADMSG;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_CONSTRAINT:
		return extended == SQLITE_CONSTRAINT_FOREIGNKEY ? -ENOENT
		       : extended == SQLITE_CONSTRAINT_UNIQUE ||
				       extended == SQLITE_CONSTRAINT_PRIMARYKEY
			       ? -EEXIST
			       : -EINVAL;
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
		return system > 0 ? -system : -EIO;
	default:
		return -EIO;
	}
}

static const char *advice(int ret)
{
	switch (ret) {
	case -ENOSPC:
	case -EDQUOT:
	case -EFBIG:
		return "; what was committed before stays readable";
	case -EBUSY:
		return "; another process holds it, try again when that has ended";
	case -EROFS:
		return "; choose another file with --db";
	default:
		return "";
	}
}

int pb_store_error(struct pb_store *store, const char *what)
{
	int ret = errno_of(store->db), system = sqlite3_system_errno(store->db);
	bool io = (sqlite3_errcode(store->db) & 0xff) == SQLITE_IOERR ||
		  (sqlite3_errcode(store->db) & 0xff) == SQLITE_CANTOPEN;

	return pb_fail(ret, "database '%s': cannot %s: %s%s%s%s", store->path, what,
		       sqlite3_errmsg(store->db), io && system ? ": " : "",
		       io && system ? strerror(system) : "", advice(ret));
}

int pb_store_exec(struct pb_store *store, const char *sql, const char *what)
{
	return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK
		       ? 0
		       : pb_store_error(store, what);
}

int pb_store_prepare(struct pb_store *store, const char *sql, sqlite3_stmt **ret_query)
{
	return sqlite3_prepare_v2(store->db, sql, -1, ret_query, NULL) == SQLITE_OK
		       ? 0
		       : pb_store_error(store, "read");
}

static int read_number(struct pb_store *store, const char *sql, int64_t *ret_number)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	int ret = pb_store_prepare(store, sql, &query);

	if (ret)
		return ret;
	if (sqlite3_step(query) != SQLITE_ROW)
		return pb_store_error(store, "read");
	*ret_number = sqlite3_column_int64(query, 0);
	return 0;
}

static int64_t schema_number(const struct pb_embedded *file)
{
	return strtoll(file->name, NULL, 10);
}

static int64_t newest(const struct pb_embedded *schema)
{
	int64_t number = 0;

	for (; schema->name; schema++)
		number = schema_number(schema);
	return number;
}

static int apply(struct pb_store *store, const struct pb_embedded *schema, int64_t version)
{
	char pragma[80];

	for (; schema->name; schema++) {
		int ret;

		if (schema_number(schema) <= version)
			continue;
		ret = pb_store_exec(store, schema->text, "apply the schema");
		if (ret)
			return ret;
		version = schema_number(schema);
	}
	snprintf(pragma, sizeof(pragma), "PRAGMA application_id = %d; PRAGMA user_version = %lld",
		 PB_STORE_APPLICATION_ID, (long long)version);
	return pb_store_exec(store, pragma, "apply the schema");
}

int pb_store_migrate(struct pb_store *store, const struct pb_embedded *schema)
{
	int64_t version = 0;
	/* A table that is made anew takes its old one's place, and must not take the children along. */
	int ret = pb_store_exec(store, "PRAGMA foreign_keys = OFF", "apply the schema");

	if (!ret)
		ret = pb_store_begin(store);
	if (ret)
		return ret;
	/* Read again under the lock: another process may have done it meanwhile. */
	ret = read_number(store, "PRAGMA user_version", &version);
	if (!ret && schema == pb_embedded_schema && version)
		ret = pb_store_trust_schema(store, "main", version);
	if (!ret && version < newest(schema))
		ret = apply(store, schema, version);
	/* What is wrong with it is said before anything of it was changed. */
	if (!ret && schema == pb_embedded_schema && version)
		ret = pb_store_trust_content(store, "main");
	if (!ret)
		ret = pb_store_commit(store);
	else
		pb_store_rollback(store);
	return ret ? ret : pb_store_exec(store, "PRAGMA foreign_keys = ON", "apply the schema");
}

/* 0; 1: it is to be brought forward; -errno. */
static int check_trust(struct pb_store *store, enum pb_store_mode mode)
{
	int64_t version = 0, tables = 0, known = newest(pb_embedded_schema);
	int ret = read_number(store, "PRAGMA user_version", &version);

	if (!ret)
		ret = read_number(store, "SELECT count(*) FROM sqlite_schema", &tables);
	if (ret)
		return ret;
	if (version > known)
		return pb_fail(
			-EPROTO,
			"database '%s': schema %lld is newer than this pinbench, which knows "
			"%lld; nothing was touched, use the pinbench that wrote it",
			store->path, (long long)version, (long long)known);
	if (version == 0 && tables != 0)
		return pb_fail(-EBADMSG,
			       "database '%s': has tables, but no schema number; nothing "
			       "was touched",
			       store->path);
	ret = pb_store_trust_schema(store, "main", version);
	if (!ret && version == known)
		return store->checked ? 0 : pb_store_trust_content(store, "main");
	if (ret)
		return ret;
	if (mode == PB_STORE_READ)
		return pb_fail(-ESTALE,
			       "database '%s': schema %lld is older than this pinbench's %lld, and "
			       "has to be writable to be brought forward",
			       store->path, (long long)version, (long long)known);
	return 1;
}

/* As it stands at one moment: a run that is being written does not change between two looks. */
static int check_schema(struct pb_store *store, enum pb_store_mode mode)
{
	int ret = pb_store_exec(store, "BEGIN", "open");

	if (ret)
		return ret;
	ret = check_trust(store, mode);
	if (sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL) != SQLITE_OK && !ret)
		ret = pb_store_error(store, "open");
	return ret == 1 ? pb_store_migrate(store, pb_embedded_schema) : ret;
}

static const struct {
	int op, on;
} switches[] = {
	{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
	{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
	{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
	{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
	{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
	{ SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0 },
	/* Of a file that is not yet trusted a log is read, and not written into it. */
	{ SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 },
};

/* Far above what our own statements and rows need, far below what a stranger's may cost. */
static const struct {
	int id, most;
} limits[] = {
	{ SQLITE_LIMIT_LENGTH, 16 << 20 },
	{ SQLITE_LIMIT_SQL_LENGTH, 1 << 20 },
	{ SQLITE_LIMIT_EXPR_DEPTH, 200 },
	{ SQLITE_LIMIT_COMPOUND_SELECT, 50 },
	{ SQLITE_LIMIT_ATTACHED, 1 },
	{ SQLITE_LIMIT_TRIGGER_DEPTH, 16 },
	{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000 },
	{ SQLITE_LIMIT_WORKER_THREADS, 0 },
};

/*
 * The plain rollback journal, not WAL: a cell is one transaction in seconds, so speed is no reason,
 * and without WAL a database is one file that can be copied, sits on any file system (also NFS),
 * and can be read where nothing can be written. Files from strangers are opened: nothing in their
 * schema is trusted to run code.
 */
static int configure(struct pb_store *store, enum pb_store_mode mode)
{
	int ret;

	sqlite3_extended_result_codes(store->db, 1);
	pb_store_wait_register(store);
	for (size_t i = 0; i < PB_ARRAY_SIZE(switches); i++)
		sqlite3_db_config(store->db, switches[i].op, switches[i].on, NULL);
	for (size_t i = 0; i < PB_ARRAY_SIZE(limits); i++)
		sqlite3_limit(store->db, limits[i].id, limits[i].most);
	ret = pb_store_exec(store,
			    "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
			    "PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON;"
			    "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY",
			    "open");
	if (!ret)
		ret = pb_store_writer_register(store);
	if (!ret)
		ret = pb_store_trust_register(store);
	/* Only now: a reader, too, must be able to roll back what a crashed writer left. */
	if (!ret && mode == PB_STORE_READ)
		ret = pb_store_exec(store, "PRAGMA query_only = ON", "open");
	return ret;
}

static int open_on(const char *path, enum pb_store_mode mode, struct pb_store_terms *terms,
		   struct pb_store **ret_store)
{
	int flags = SQLITE_OPEN_READWRITE;
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ char *name = NULL;
	int ret = pb_input_add(path, PB_INPUT_DATABASE);

	if (!ret)
		ret = check_file(path, mode);
	if (ret)
		return ret;
	store = calloc(1, sizeof(*store));
	if (!store)
		return pb_fail(-ENOMEM, "out of memory");
	store->guard = -1;
	store->patience_ms = terms->patience_ms;
	store->interrupt = terms->interrupt;
	/* A plain file whatever it is called: SQLite sees more in ":memory:" and "file:...". */
	name = pb_format("%s%s", path[0] == '/' ? "" : "./", path);
	store->path = strdup(path);
	if (!name || !store->path)
		return pb_fail(-ENOMEM, "out of memory");
	ret = mode == PB_STORE_WRITE ? pb_store_guard_take(store) : 0;
	if (ret)
		return ret;
	store->checked =
		store->inode && store->inode == terms->inode && store->device == terms->device;
	if (sqlite3_open_v2(name, &store->db, flags, NULL) != SQLITE_OK)
		return store->db ? pb_store_error(store, "open")
				 : pb_fail(-ENOMEM, "out of memory");
	if (mode == PB_STORE_WRITE && sqlite3_db_readonly(store->db, "main") == 1)
		return pb_fail(
			-EROFS,
			"database '%s': the file is write-protected; choose another with --db",
			path);
	ret = configure(store, mode);
	if (!ret)
		ret = check_schema(store, mode);
	if (ret)
		return ret;
	store->interrupt = NULL;
	terms->device = store->device;
	terms->inode = store->inode;
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	*ret_store = pb_steal(store);
	return 0;
}

int pb_store_open(const char *path, enum pb_store_mode mode, struct pb_store **ret_store)
{
	struct pb_store_terms terms = { .patience_ms = pb_store_wait_s() * 1000 };

	return open_on(path, mode, &terms, ret_store);
}

int pb_store_open_on(const char *path, struct pb_store_terms *terms, struct pb_store **ret_store)
{
	return open_on(path, PB_STORE_WRITE, terms, ret_store);
}
