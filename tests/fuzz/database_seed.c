// SPDX-License-Identifier: GPL-2.0-only
/*
 * database_seed - a good database with a row in each table, made once, and copies of it to damage.
 * Why: bytes made up by a fuzzer are no database; damage gets past the first check.
 */
#include "tests/fuzz/database_seed.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect/import.h"
#include "common/err.h"
#include "common/file.h"
#include "tests/fuzz/fuzz.h"

static const char seed[] =
	"{\"type\":\"run\",\"format\":1,\"uuid\":\"6f1c2f0e-0000-4000-8000-00000000000a\","
	"\"created\":\"2026-01-01T00:00:00Z\",\"backend\":\"fake\",\"evidence\":\"fake\","
	"\"plan\":\"quick\",\"revision\":\"0\"}\n"
	"{\"type\":\"fact\",\"key\":\"kernel.release\",\"value\":\"6.1.0\"}\n"
	"{\"type\":\"cell\",\"cell\":0,\"strategy\":\"pin\",\"memory\":\"anon\",\"pages\":1,"
	"\"threads\":1,\"sharing\":\"private\",\"load\":\"none\",\"samples\":2,\"warmup\":0,"
	"\"ops\":2}\n"
	"{\"type\":\"series\",\"cell\":0,\"phase\":\"acquire\",\"metric\":\"instructions\","
	"\"unit\":\"instructions\",\"values\":[36,37]}\n"
	"{\"type\":\"series\",\"cell\":0,\"phase\":\"harness\",\"metric\":\"instructions\","
	"\"unit\":\"instructions\",\"values\":[6]}\n"
	"{\"type\":\"profile\",\"cell\":0,\"phase\":\"acquire\",\"functions\":[{\"instructions\":36,"
	"\"entries\":1,\"function\":\"pin_user_pages\",\"caller\":\"pin_measure\"}]}\n"
	"{\"type\":\"histogram\",\"cell\":0,\"phase\":\"acquire\",\"metric\":\"instructions\","
	"\"unit\":\"instructions\",\"buckets\":[[36,2,2]]}\n"
	"{\"type\":\"done\",\"cell\":0,\"state\":\"measured\",\"symbol\":\"pin_user_pages\"}\n"
	"{\"type\":\"cell\",\"cell\":1,\"strategy\":\"odp\",\"memory\":\"anon\",\"pages\":1,"
	"\"threads\":1,\"sharing\":\"private\",\"load\":\"none\",\"samples\":2,\"warmup\":0}\n"
	"{\"type\":\"done\",\"cell\":1,\"state\":\"refused\",\"errno\":\"EOPNOTSUPP\","
	"\"reason\":\"refused by request\"}\n"
	"{\"type\":\"end\",\"state\":\"complete\"}\n";

static struct {
	char *bytes;
	size_t len;
	char **updates; /* a statement a column */
	size_t nr_updates;
} whole;

static void must(bool fine)
{
	if (!fine)
		abort();
}

static void updates_make(sqlite3 *db)
{
	static const char sql[] =
		"SELECT format('UPDATE \"%w\" SET \"%w\" = ?1 WHERE \"%w\" IS (SELECT \"%w\" FROM "
		"\"%w\" LIMIT 1 OFFSET ?2 %% (SELECT max(1, count(*)) FROM \"%w\"))',"
		" m.name, p.name, p.name, p.name, m.name, m.name)"
		" FROM (SELECT name FROM sqlite_schema WHERE type = 'table'"
		" UNION ALL SELECT 'sqlite_schema') AS m, pragma_table_info(m.name) AS p";
	sqlite3_stmt *query = NULL;

	must(sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK);
	while (sqlite3_step(query) == SQLITE_ROW) {
		whole.updates =
			reallocarray(whole.updates, whole.nr_updates + 1, sizeof(*whole.updates));
		must(whole.updates);
		whole.updates[whole.nr_updates++] =
			strdup((const char *)sqlite3_column_text(query, 0));
	}
	sqlite3_finalize(query);
	must(whole.nr_updates);
}

static void whole_free(void)
{
	for (size_t i = 0; i < whole.nr_updates; i++)
		free(whole.updates[i]);
	free(whole.updates);
	free(whole.bytes);
}

static void whole_make(void)
{
	const char *path = fuzz_file("seed.db", NULL, 0);
	struct pb_import_outcome outcome;
	struct pb_store *store = NULL;
	FILE *in;

	if (whole.bytes)
		return;
	in = fuzz_stream((const uint8_t *)seed, strlen(seed));
	unlink(path);
	must(!pb_store_open(path, PB_STORE_WRITE, &store));
	if (pb_import_jsonl(store, in, "seed", false, &outcome)) {
		fprintf(stderr, "%s\n", pb_fail_message(0));
		abort();
	}
	fclose(in);
	updates_make(pb_store_sqlite(store));
	pb_store_free(store);
	must(!pb_file_read(path, &whole.bytes, &whole.len));
	atexit(whole_free);
}

void seed_copy_bytes(struct seed_copy *copy)
{
	whole_make();
	copy->bytes = malloc(whole.len);
	must(copy->bytes);
	memcpy(copy->bytes, whole.bytes, whole.len);
	copy->len = whole.len;
}

void seed_copy_open(struct seed_copy *copy)
{
	uint8_t *bytes;

	whole_make();
	bytes = sqlite3_malloc64(whole.len);
	must(bytes && sqlite3_open(":memory:", &copy->db) == SQLITE_OK);
	memcpy(bytes, whole.bytes, whole.len);
	must(sqlite3_deserialize(
		     copy->db, "main", bytes, (sqlite3_int64)whole.len, (sqlite3_int64)whole.len,
		     SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) == SQLITE_OK);
	must(sqlite3_exec(copy->db,
			  "PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON;"
			  "PRAGMA journal_mode = OFF; BEGIN",
			  NULL, NULL, NULL) == SQLITE_OK);
}

static void value_bind(sqlite3_stmt *query, uint8_t kind, const uint8_t *value, size_t len)
{
	int64_t number = 0;
	double real;

	memcpy(&number, value, len < sizeof(number) ? len : sizeof(number));
	memcpy(&real, &number, sizeof(real));
	switch (kind % 5) {
	case 0:
		sqlite3_bind_null(query, 1);
		break;
	case 1:
		sqlite3_bind_int64(query, 1, number);
		break;
	case 2:
		sqlite3_bind_double(query, 1, real);
		break;
	case 3:
		sqlite3_bind_text(query, 1, (const char *)value, (int)len, SQLITE_STATIC);
		break;
	default:
		sqlite3_bind_blob(query, 1, value, (int)len, SQLITE_STATIC);
	}
}

void seed_copy_edit(struct seed_copy *copy, uint8_t column, uint8_t row, uint8_t kind,
		    const uint8_t *value, size_t len)
{
	sqlite3_stmt *query = NULL;

	if (sqlite3_prepare_v2(copy->db, whole.updates[column % whole.nr_updates], -1, &query,
			       NULL) != SQLITE_OK)
		return;
	value_bind(query, kind, value, len);
	sqlite3_bind_int(query, 2, row);
	(void)sqlite3_step(query);
	sqlite3_finalize(query);
}

void seed_copy_close(struct seed_copy *copy)
{
	sqlite3_int64 len = 0;
	uint8_t *bytes;

	must(sqlite3_exec(copy->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
	bytes = sqlite3_serialize(copy->db, "main", &len, 0);
	must(bytes && len);
	copy->bytes = malloc((size_t)len);
	must(copy->bytes);
	memcpy(copy->bytes, bytes, (size_t)len);
	copy->len = (size_t)len;
	sqlite3_free(bytes);
	sqlite3_close(copy->db);
	copy->db = NULL;
}

void seed_copy_done(struct seed_copy *copy)
{
	sqlite3_close(copy->db);
	free(copy->bytes);
}
