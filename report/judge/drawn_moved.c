// SPDX-License-Identifier: GPL-2.0-only
/*
 * drawn_moved - of a simulated cell, the object and field that moved most from one run to another.
 * Why: a step of a number says that something changed; its field says where to look.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collect/model/traffic.h"
#include "collect/store/traffic.h"
#include "common/encode/printable.h"
#include "common/err.h"
#include "common/str.h"
#include "report/judge/drawn.h"
#include "report/runs/text.h"

/* The parts of both sides by object and field, the functions together. */
struct parts {
	struct pb_traffic_list base, head;
	struct pb_traffic_list fields; /* values[0]: base's, values[1]: head's */
};

static void parts_done(struct parts *parts)
{
	pb_traffic_done(&parts->base);
	pb_traffic_done(&parts->head);
	pb_traffic_done(&parts->fields);
}

static bool value_find(const char *metric, enum pb_traffic_value *ret_value)
{
	for (int i = 0; i < PB_TRAFFIC_NR_VALUES; i++)
		if (pb_streq(pb_traffic_values[i], metric)) {
			*ret_value = (enum pb_traffic_value)i;
			return true;
		}
	return false;
}

static int fields_add(struct pb_traffic_list *fields, const struct pb_traffic_list *rows,
		      enum pb_traffic_value value, size_t side)
{
	static const double none[PB_TRAFFIC_NR_VALUES];
	int ret = 0;

	for (size_t i = 0; i < rows->nr && !ret; i++) {
		const struct pb_traffic *row = &rows->rows[i];
		struct pb_traffic *field;

		if (!(row->values[value] > 0))
			continue;
		field = pb_traffic_find(fields, row->object, row->field, "");
		if (!field) {
			ret = pb_traffic_add(fields, row->object, row->field, "", none);
			field = ret ? NULL : &fields->rows[fields->nr - 1];
		}
		if (field)
			field->values[side] += row->values[value];
	}
	return ret;
}

static const struct pb_traffic *most_find(const struct pb_traffic_list *fields)
{
	const struct pb_traffic *most = NULL;
	double by = 0;

	for (size_t i = 0; i < fields->nr; i++) {
		const struct pb_traffic *field = &fields->rows[i];
		double change = fabs(field->values[1] - field->values[0]);

		if (!(change > by))
			continue;
		by = change;
		most = field;
	}
	return most;
}

int pb_drawn_moved_find(struct pb_store *base_store, const struct pb_summary_cell *base,
			struct pb_store *head_store, const struct pb_summary_cell *head,
			const char *metric, struct pb_drawn_moved *ret_moved)
{
	pb_cleanup(parts_done) struct parts parts = { 0 };
	double nr_pages = (double)base->cell.nr_pages;
	const struct pb_traffic *most;
	enum pb_traffic_value value;
	int ret;

	*ret_moved = (struct pb_drawn_moved){ 0 };
	if (!value_find(metric, &value))
		return 0;
	ret = pb_traffic_load(base_store, base->id, &parts.base);
	if (!ret)
		ret = pb_traffic_load(head_store, head->id, &parts.head);
	/* A side without parts has not lost them all. */
	if (ret || !parts.base.nr || !parts.head.nr)
		return ret;
	ret = fields_add(&parts.fields, &parts.base, value, 0);
	if (!ret)
		ret = fields_add(&parts.fields, &parts.head, value, 1);
	if (ret)
		return ret;
	most = most_find(&parts.fields);
	if (!most)
		return 0;
	ret_moved->name = pb_format("%s.%s", most->object, most->field);
	ret_moved->base = most->values[0] / nr_pages;
	ret_moved->head = most->values[1] / nr_pages;
	return ret_moved->name ? 0 : pb_fail(-ENOMEM, "out of memory");
}

char *pb_drawn_moved_words(const struct pb_drawn_moved *moved)
{
	_cleanup_free_ char *clean = pb_printable_copy(moved->name ? moved->name : "", "");
	char base[PB_NUMBER_LEN], head[PB_NUMBER_LEN];

	if (!clean)
		return NULL;
	return moved->name ? pb_format("%s %s \xE2\x86\x92 %s", clean, pb_number(moved->base, base),
				       pb_number(moved->head, head))
			   : strdup("");
}
