// SPDX-License-Identifier: GPL-2.0-only
/*
 * traffic - what a cell's cache lines did, by object, field and function.
 * Why: simulator, records and store hand the same rows on.
 */
#include "collect/model/traffic.h"

#include <errno.h>
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

int pb_traffic_add(struct pb_traffic_list *list, const char *object, const char *field,
		   const char *function, const double *values)
{
	struct pb_traffic *rows, *row;

	for (size_t i = 0; i < list->nr; i++)
		if (is_same(&list->rows[i], object, field, function))
			return pb_fail(-EEXIST, "traffic of '%s' '%s' in '%s' came twice", object,
				       field, function);
	rows = reallocarray(list->rows, list->nr + 1, sizeof(*rows));
	if (!rows)
		return pb_fail(-ENOMEM, "out of memory");
	list->rows = rows;
	row = &rows[list->nr++];
	*row = (struct pb_traffic){ strdup(object), strdup(field), strdup(function), { 0 } };
	memcpy(row->values, values, sizeof(row->values));
	if (!row->object || !row->field || !row->function)
		return pb_fail(-ENOMEM, "out of memory");
	return 0;
}

void pb_traffic_done(struct pb_traffic_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		free(list->rows[i].object);
		free(list->rows[i].field);
		free(list->rows[i].function);
	}
	free(list->rows);
	*list = (struct pb_traffic_list){ 0 };
}
