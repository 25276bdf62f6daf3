// SPDX-License-Identifier: GPL-2.0-only
/*
 * traffic - what a cell's cache lines did, by object, field and function.
 * Why: simulator, records and store hand the same rows on.
 */
#include "collect/model/traffic.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

const char *const pb_traffic_values[PB_TRAFFIC_NR_VALUES] = {
	[PB_TRAFFIC_LOADS] = "loads",
	[PB_TRAFFIC_STORES] = "stores",
	[PB_TRAFFIC_COLD_LINES] = "cold-lines",
	[PB_TRAFFIC_D1_MISSES] = "d1-misses",
	[PB_TRAFFIC_LLC_MISSES] = "llc-misses",
	[PB_TRAFFIC_TRANSFERS] = "transfers",
	[PB_TRAFFIC_UPGRADES] = "upgrades",
	[PB_TRAFFIC_INVALIDATIONS] = "invalidations",
	[PB_TRAFFIC_FALSE_SHARING] = "false-sharing",
};

static bool is_same(const struct pb_traffic *row, const char *object, const char *field,
		    const char *function)
{
	return pb_streq(row->object, object) && pb_streq(row->field, field) &&
	       pb_streq(row->function, function);
}

/* Fowler, Noll, Vo (1a); the NUL of each word counts, too. */
static uint64_t word_hash(uint64_t hash, const char *word)
{
	do
		hash = (hash ^ (unsigned char)*word) * 0x100000001b3;
	while (*word++);
	return hash;
}

static size_t *slot_find(const struct pb_traffic_list *list, const char *object, const char *field,
			 const char *function)
{
	uint64_t hash = word_hash(0xcbf29ce484222325, object);
	size_t at = word_hash(word_hash(hash, field), function);

	for (;; at++) {
		size_t *slot = &list->slots[at & (2 * list->room - 1)];

		if (!*slot || is_same(&list->rows[*slot - 1], object, field, function))
			return slot;
	}
}

static int list_grow(struct pb_traffic_list *list)
{
	size_t room = list->room ? 2 * list->room : 64;
	struct pb_traffic *rows = reallocarray(list->rows, room, sizeof(*rows));
	size_t *slots;

	if (!rows)
		return pb_fail(-ENOMEM, "out of memory");
	list->rows = rows;
	slots = calloc(2 * room, sizeof(*slots));
	if (!slots)
		return pb_fail(-ENOMEM, "out of memory");
	free(list->slots);
	list->slots = slots;
	list->room = room;
	for (size_t i = 0; i < list->nr; i++)
		*slot_find(list, rows[i].object, rows[i].field, rows[i].function) = i + 1;
	return 0;
}

int pb_traffic_add(struct pb_traffic_list *list, const char *object, const char *field,
		   const char *function, const double *values)
{
	struct pb_traffic row = { 0 };
	size_t *slot;
	int ret = list->nr == list->room ? list_grow(list) : 0;

	if (ret)
		return ret;
	slot = slot_find(list, object, field, function);
	if (*slot)
		return pb_fail(-EEXIST, "traffic of '%s' '%s' in '%s' came twice", object, field,
			       function);
	row = (struct pb_traffic){ strdup(object), strdup(field), strdup(function), { 0 } };
	memcpy(row.values, values, sizeof(row.values));
	if (!row.object || !row.field || !row.function) {
		free(row.object);
		free(row.field);
		free(row.function);
		return pb_fail(-ENOMEM, "out of memory");
	}
	list->rows[list->nr++] = row;
	*slot = list->nr;
	return 0;
}

struct pb_traffic *pb_traffic_find(const struct pb_traffic_list *list, const char *object,
				   const char *field, const char *function)
{
	const size_t *slot = list->room ? slot_find(list, object, field, function) : NULL;

	return slot && *slot ? &list->rows[*slot - 1] : NULL;
}

void pb_traffic_done(struct pb_traffic_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		free(list->rows[i].object);
		free(list->rows[i].field);
		free(list->rows[i].function);
	}
	free(list->rows);
	free(list->slots);
	*list = (struct pb_traffic_list){ 0 };
}
