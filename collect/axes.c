// SPDX-License-Identifier: GPL-2.0-only
/*
 * axes - the words that a cell is made of, as a table; when two cells are the same.
 * Why: an axis that one of the many that copy or compare cells forgets would mix two measurements.
 */
#include "collect/axes.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

const struct pb_axis pb_axes[PB_NR_AXES] = {
#define PB_AXIS(id, field, since, title) [PB_AXIS_##id] = { #field, since, title, PB_WORDS_##id },
#include "collect/axes.def"
#undef PB_AXIS
};

unsigned int pb_cell_word(const struct pb_cell *cell, enum pb_axis_id id)
{
	switch (id) {
#define PB_AXIS(id, field, since, title) \
	case PB_AXIS_##id:               \
		return cell->field;
#include "collect/axes.def"
#undef PB_AXIS
	case PB_NR_AXES:
		break;
	}
	return 0;
}

void pb_cell_word_set(struct pb_cell *cell, enum pb_axis_id id, unsigned int word)
{
	switch (id) {
#define PB_AXIS(id, field, since, title)                  \
	case PB_AXIS_##id:                                \
		cell->field = (enum pb_cell_##field)word; \
		break;
#include "collect/axes.def"
#undef PB_AXIS
	case PB_NR_AXES:
		break;
	}
}

const char *pb_cell_axis(const struct pb_cell *cell, enum pb_axis_id id)
{
	return pb_word_text(pb_axes[id].kind, pb_cell_word(cell, id));
}

int pb_cell_axis_take(struct pb_cell *cell, enum pb_axis_id id, const char *text)
{
	unsigned int word;
	int ret = pb_word_take(pb_axes[id].kind, text, &word);

	if (!ret)
		pb_cell_word_set(cell, id, word);
	return ret;
}

const char *pb_axis_usual(enum pb_axis_id id)
{
	return pb_word_text(pb_axes[id].kind, 0);
}

const char *pb_axis_words(const struct pb_cell *cell, enum pb_axis_id id, char *buf, size_t size)
{
	const char *title = pb_axes[id].title, *hole = strstr(title, "%s");

	buf[0] = '\0';
	if (!pb_cell_axis_is_default(cell, id))
		snprintf(buf, size, "%.*s%s%s", (int)(hole - title), title, pb_cell_axis(cell, id),
			 hole + strlen("%s"));
	return buf;
}

int pb_axes_refuse(const struct pb_cell *cell, const char *who, unsigned int known)
{
	for (enum pb_axis_id id = 0; id < PB_NR_AXES; id++)
		if (!(known >> id & 1) && !pb_cell_axis_is_default(cell, id))
			return pb_fail(-EOPNOTSUPP, "%s '%s' is unknown to this %s; it has: %s",
				       pb_axes[id].name, pb_cell_axis(cell, id), who,
				       pb_axis_usual(id));
	if (cell->nr_ops && !(known & PB_AXES_OPS))
		return pb_fail(-EOPNOTSUPP,
			       "a histogram of %" PRIu32 " operations is asked for, and this %s "
			       "keeps none",
			       cell->nr_ops, who);
	return 0;
}

int pb_cell_axes_compare(const struct pb_cell *a, const struct pb_cell *b)
{
	for (enum pb_axis_id id = 0; id < PB_NR_AXES; id++) {
		bool usual = pb_cell_axis_is_default(a, id);

		if (usual != pb_cell_axis_is_default(b, id))
			return usual ? -1 : 1;
		if (pb_cell_word(a, id) != pb_cell_word(b, id))
			return pb_word_compare(pb_axes[id].kind, pb_cell_word(a, id),
					       pb_cell_word(b, id));
	}
	return 0;
}

bool pb_cell_axes_same(const struct pb_cell *a, const struct pb_cell *b)
{
	return a->nr_threads == b->nr_threads && a->again == b->again &&
	       pb_streq(a->event, b->event) && pb_cell_axes_compare(a, b) == 0;
}

bool pb_cell_setting_same(const struct pb_cell *a, const struct pb_cell *b)
{
	return a->memory == b->memory && pb_cell_axes_same(a, b);
}

bool pb_cell_same_but_strategy(const struct pb_cell *a, const struct pb_cell *b)
{
	return a->nr_pages == b->nr_pages && pb_cell_setting_same(a, b);
}

bool pb_cell_same(const struct pb_cell *a, const struct pb_cell *b)
{
	return pb_streq(a->strategy, b->strategy) && pb_cell_same_but_strategy(a, b);
}
