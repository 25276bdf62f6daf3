/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * database_seed - a good database with a row in each table, made once, and copies of it to damage.
 * Why: bytes made up by a fuzzer are no database; damage gets past the first check.
 */
#ifndef TESTS_FUZZ_DATABASE_SEED_H
#define TESTS_FUZZ_DATABASE_SEED_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

struct seed_copy {
	uint8_t *bytes; /* the file's */
	size_t len;
	sqlite3 *db; /* between _open() and _close(), and then no bytes */
};

/* The file as it is. */
void seed_copy_bytes(struct seed_copy *copy);

/* The same as a connection in memory that checks nothing; _close() makes the bytes of it. */
void seed_copy_open(struct seed_copy *copy);
void seed_copy_close(struct seed_copy *copy);

/*
 * Sets a value: @column of all tables' columns, sqlite_schema's among them, in the @row-th of its
 * rows, each modulo how many there are. What SQLite itself does not take stays as it was.
 */
void seed_copy_edit(struct seed_copy *copy, uint8_t column, uint8_t row, uint8_t kind,
		    const uint8_t *value, size_t len);

void seed_copy_done(struct seed_copy *copy);

#endif
