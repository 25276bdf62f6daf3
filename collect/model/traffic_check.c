// SPDX-License-Identifier: GPL-2.0-only
/*
 * traffic_check - a record of type `traffic`, looked at before it is believed.
 * Why: a stream may come from anywhere.
 */
#include "collect/model/traffic_check.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "collect/record_check.h"
#include "common/err.h"

enum { MAX_ROWS = 1 << 16 };

static int row_check(const json_t *row, struct pb_traffic_list *list)
{
	_cleanup_free_ char *object = NULL, *field = NULL, *function = NULL;
	double values[PB_TRAFFIC_NR_VALUES];
	int ret = pb_record_text_dup(row, "object", true, &object);

	if (!ret)
		ret = pb_record_text_dup(row, "field", true, &field);
	if (!ret)
		ret = pb_record_text_dup(row, "function", true, &function);
	for (size_t i = 0; i < PB_TRAFFIC_NR_VALUES && !ret; i++) {
		const json_t *value = json_object_get(row, pb_traffic_values[i]);

		values[i] = json_number_value(value);
		if (!json_is_number(value) || !isfinite(values[i]) || values[i] < 0)
			ret = pb_fail(-EBADMSG, "\"%s\" must be a number of 0 or more",
				      pb_traffic_values[i]);
	}
	if (!ret)
		ret = pb_traffic_add(list, object, field, function, values);
	return ret == -EEXIST ? pb_fail(-EBADMSG, "%s", strdupa(pb_fail_message(ret))) : ret;
}

int pb_traffic_check(const json_t *record, struct pb_traffic_list *list)
{
	const json_t *rows = json_object_get(record, "rows");
	int ret = 0;

	if (!json_is_array(rows) || !json_array_size(rows) || json_array_size(rows) > MAX_ROWS)
		return pb_fail(-EBADMSG, "\"rows\" is not a list of 1 to %d rows", MAX_ROWS);
	if (list->nr)
		return pb_fail(-EBADMSG, "the cell has its traffic already");
	for (size_t i = 0; i < json_array_size(rows) && !ret; i++)
		ret = row_check(json_array_get(rows, i), list);
	return ret;
}
