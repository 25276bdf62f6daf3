// SPDX-License-Identifier: GPL-2.0-only
/*
 * load - the words for what else happens while pages are held, each with a rate.
 * Why: plan, host and agent read "fork:100" with one function, so that all mean the same by it.
 */
#include "bench/load/load.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bench/memory/needs.h"
#include "common/err.h"
#include "common/str.h"

const struct pb_load_row pb_load_rows[] = {
#define PB_LOAD(ident, name, default_rate, needs, summary) { name, default_rate, needs, summary },
#include "collect/words/load.def"
#undef PB_LOAD
	{ NULL, 0, 0, NULL },
};

/* The row whose name is the first @len letters of @word; the row without a name: none is. */
static const struct pb_load_row *row_find(const char *word, size_t len)
{
	const struct pb_load_row *row = pb_load_rows;

	while (row->name && (strlen(row->name) != len || strncmp(row->name, word, len) != 0))
		row++;
	return row;
}

static int unknown(const char *word, size_t len)
{
	pb_cleanup(pb_buf_done) struct pb_buf valid = { 0 };

	for (const struct pb_load_row *row = pb_load_rows; row->name; row++)
		if (pb_buf_printf(&valid, " %s", row->name))
			return -ENOMEM;
	return pb_fail(-EINVAL, "unknown load '%.*s' (valid:%s)", (int)len, word, valid.data);
}

static int rate_parse(const struct pb_load_row *row, const char *word, const char *text,
		      uint32_t *ret_rate)
{
	/* Without the suffixes of pb_parse_u64(), whose k is 1024: a rate counts in tens. */
	size_t nr_digits = strspn(text, "0123456789");
	uint64_t rate = 0;

	if (!row->default_rate)
		return pb_fail(-EINVAL, "load '%s': '%s' has no rate, as it does nothing", word,
			       row->name);
	if (!nr_digits || text[nr_digits])
		return pb_fail(-EINVAL,
			       "load '%s': the rate '%s' is not a whole number (valid: %s:1 to "
			       "%s:%d, operations a second)",
			       word, text, row->name, row->name, PB_LOAD_MAX_RATE);
	if (pb_parse_u64(text, "rate", 1, PB_LOAD_MAX_RATE, &rate))
		return pb_fail(-EINVAL,
			       "load '%s': a rate of %s is out of range (valid: %s:1 to %s:%d, "
			       "operations a second)",
			       word, text, row->name, row->name, PB_LOAD_MAX_RATE);
	*ret_rate = (uint32_t)rate;
	return 0;
}

int pb_load_parse(const char *word, const struct pb_load_row **ret_row, uint32_t *ret_rate)
{
	size_t len = strcspn(word, ":");
	const struct pb_load_row *row = row_find(word, len);
	uint32_t rate;
	int ret = 0;

	if (!row->name)
		return unknown(word, len);
	rate = row->default_rate;
	if (word[len])
		ret = rate_parse(row, word, word + len + 1, &rate);
	if (ret)
		return ret;
	if (ret_row)
		*ret_row = row;
	if (ret_rate)
		*ret_rate = rate;
	return 0;
}

int pb_load_find(enum pb_cell_load load, const struct pb_load_row **ret_row, uint32_t *ret_rate)
{
	enum pb_cell_load plain = pb_load_plain(load);
	uint32_t rate = pb_load_rate(load);

	/* Its text says what is wrong with it. */
	if (plain >= PB_NR_LOADS || rate > PB_LOAD_MAX_RATE)
		return pb_load_parse(pb_load_name(load), ret_row, ret_rate);
	*ret_row = &pb_load_rows[plain];
	*ret_rate = rate ? rate : pb_load_rows[plain].default_rate;
	return 0;
}

unsigned int pb_load_needs(enum pb_cell_load load)
{
	enum pb_cell_load plain = pb_load_plain(load);

	return plain < PB_NR_LOADS ? pb_load_rows[plain].needs : PB_NEEDS_NOTHING;
}

int pb_load_complete(const char *word, char ret_word[PB_WORD_LEN])
{
	const struct pb_load_row *row = NULL;
	uint32_t rate = 0;
	int ret = pb_load_parse(word, &row, &rate);

	if (ret)
		return ret;
	if (rate)
		snprintf(ret_word, PB_WORD_LEN, "%s:%" PRIu32, row->name, rate);
	else
		snprintf(ret_word, PB_WORD_LEN, "%s", row->name);
	return 0;
}
