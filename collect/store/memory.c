// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory - a store that lives as long as the process looks at it.
 * Why: what was read from elsewhere, a baseline's text, is then read as every other run is.
 */
#include <errno.h>
#include <string.h>

#include "collect/store/private.h"
#include "collect/store/store.h"
#include "collect/store/writer.h"
#include "common/err.h"

int pb_store_open_memory(const char *name, struct pb_store **ret_store)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = calloc(1, sizeof(*store));
	int ret;

	if (!store)
		return pb_fail(-ENOMEM, "out of memory");
	store->guard = -1;
	store->path = strdup(name);
	if (!store->path)
		return pb_fail(-ENOMEM, "out of memory");
	if (sqlite3_open_v2(":memory:", &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY,
			    NULL) != SQLITE_OK)
		return store->db ? pb_store_error(store, "open")
				 : pb_fail(-ENOMEM, "out of memory");
	sqlite3_extended_result_codes(store->db, 1);
	ret = pb_store_exec(store, "PRAGMA foreign_keys = ON", "open");
	if (!ret)
		ret = pb_store_writer_register(store);
	if (!ret)
		ret = pb_store_migrate(store, pb_embedded_schema);
	if (!ret)
		*ret_store = pb_steal(store);
	return ret;
}
