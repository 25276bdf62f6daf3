// SPDX-License-Identifier: GPL-2.0-only
/*
 * strategy - rows of kmods/uapi/strategies.def with the colours of their families.
 * Why: a strategy added there appears in every figure and table without another edit.
 */
#include "report/runs/strategy.h"

#include <string.h>

#include "common/str.h"

/* Floors are given as C identifiers; their names come from the same rows. */
#define PB_STRATEGY(id, ident, name, floor, family, symbols, summary) \
	static const char name_##ident[] = name;
#include "kmods/uapi/strategies.def"
#undef PB_STRATEGY

const struct pb_strategy_row pb_strategy_rows[] = {
#define PB_STRATEGY(id, ident, name, floor, family, symbols, summary) \
	{ id, name_##ident, name_##floor, #family, summary },
#include "kmods/uapi/strategies.def"
#undef PB_STRATEGY
};

const size_t pb_nr_strategy_rows = PB_ARRAY_SIZE(pb_strategy_rows);

const struct pb_sharing_look pb_sharing_looks[PB_NR_SHARING_LOOKS] = {
	{ PB_SHARING_PAGE, 0, false },        { PB_SHARING_FOLIO, 0, true },
	{ PB_SHARING_FRAME, 0, false },       { PB_SHARING_PAGETABLE, 0x777777, true },
	{ PB_SHARING_APART, 0x777777, true }, { PB_SHARING_PRIVATE, 0x999999, false },
};

static const struct {
	const char *family;
	uint32_t rgb;
} colours[] = {
	{ "noop", 0x999999 },     { "ref", 0x777777 }, { "get", 0x0072B2 },    { "pin", 0xE69F00 },
	{ "longterm", 0xD55E00 }, { "odp", 0x009E73 }, { "follow", 0xCC79A7 },
};

const struct pb_strategy_row *pb_strategy_find(const char *name)
{
	for (size_t i = 0; i < pb_nr_strategy_rows; i++)
		if (pb_streq(pb_strategy_rows[i].name, name))
			return &pb_strategy_rows[i];
	return NULL;
}

size_t pb_strategy_rank(const char *name)
{
	const struct pb_strategy_row *strategy = pb_strategy_find(name);

	return strategy ? (size_t)(strategy - pb_strategy_rows) : pb_nr_strategy_rows;
}

uint32_t pb_strategy_colour(const char *name)
{
	const struct pb_strategy_row *strategy = pb_strategy_find(name);

	for (size_t i = 0; strategy && i < PB_ARRAY_SIZE(colours); i++)
		if (pb_streq(colours[i].family, strategy->family))
			return colours[i].rgb;
	return 0x56B4E9;
}

const char *pb_strategy_panel(const char *name)
{
	const struct pb_strategy_row *strategy = pb_strategy_find(name);

	if (!strategy)
		return "others";
	if (pb_streq(strategy->family, "noop") || pb_streq(strategy->family, "ref"))
		return NULL;
	/* What does not stand on a bare reference keeps none. */
	for (const struct pb_strategy_row *s = strategy; s; s = pb_strategy_find(s->floor)) {
		if (pb_streq(s->name, "ref"))
			return strategy->family;
		if (pb_streq(s->floor, s->name))
			break;
	}
	return "no reference";
}

bool pb_strategy_is_fast(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && pb_streq(name + len - 5, "-fast");
}
