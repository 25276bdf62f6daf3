// SPDX-License-Identifier: GPL-2.0-only
/*
 * printable - which characters are shown as they are, and how the others are shown.
 * Why: one rule for every language that pinbench writes: what cannot be seen, or changes how the
 * rest is seen, is written as its bytes, "\x1b".
 */
#include "common/encode/printable.h"

#include <string.h>
#include <utf8proc.h>

#include "common/err.h"
#include "common/str.h"

/* Of categories that are shown, but without a shape (Unicode's Default_Ignorable_Code_Point). */
bool pb_printable_shapeless(int32_t c)
{
	static const struct {
		utf8proc_int32_t from, to;
	} ranges[] = {
		{ 0x034F, 0x034F },   /* combining grapheme joiner */
		{ 0x115F, 0x1160 },   /* Hangul fillers */
		{ 0x17B4, 0x17B5 },   /* Khmer inherent vowels */
		{ 0x180B, 0x180F },   /* Mongolian variation selectors */
		{ 0x2800, 0x2800 },   /* a Braille pattern without a dot */
		{ 0x3164, 0x3164 },   /* Hangul filler */
		{ 0xFE00, 0xFE0F },   /* variation selectors */
		{ 0xFFA0, 0xFFA0 },   /* halfwidth Hangul filler */
		{ 0xE0100, 0xE01EF }, /* variation selectors */
	};

	for (size_t i = 0; i < PB_ARRAY_SIZE(ranges); i++)
		if (c >= ranges[i].from && c <= ranges[i].to)
			return true;
	return false;
}

static bool is_shown(struct pb_printable *walk, utf8proc_int32_t c)
{
	if (pb_printable_shapeless(c))
		return false;
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return false;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_MC:
		return walk->begun && walk->nr_marks++ < PB_PRINTABLE_MOST_MARKS;
	default:
		walk->nr_marks = 0;
		return true;
	}
}

bool pb_printable_next(struct pb_printable *walk)
{
	utf8proc_int32_t c = 0;
	utf8proc_ssize_t len;

	if (!walk->len_bytes)
		return false;
	walk->at = walk->text;
	if (*walk->at >= 0x20 && *walk->at < 0x7F) { /* nearly all of it */
		len = 1;
		walk->shown = true;
		walk->columns = 1;
		walk->nr_marks = 0;
	} else {
		len = utf8proc_iterate((const utf8proc_uint8_t *)walk->at,
				       (utf8proc_ssize_t)walk->len_bytes, &c);
		walk->shown = len > 0 && is_shown(walk, c);
		len = len > 0 ? len : 1;
		walk->columns =
			walk->shown ? (unsigned int)utf8proc_charwidth(c) : 4 * (unsigned int)len;
	}
	walk->begun = true;
	walk->at_bytes = (size_t)len;
	walk->text += len;
	walk->len_bytes -= (size_t)len;
	return true;
}

char *pb_printable_copy(const char *text, const char *keep)
{
	struct pb_printable walk = { .text = text, .len_bytes = strlen(text) };
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };

	if (pb_buf_add(&buf, "", 0))
		return NULL;
	while (pb_printable_next(&walk)) {
		int ret = 0;

		if (walk.shown || (walk.at_bytes == 1 && strchr(keep, *walk.at)))
			ret = pb_buf_add(&buf, walk.at, walk.at_bytes);
		else
			for (size_t i = 0; i < walk.at_bytes && !ret; i++)
				ret = pb_buf_printf(&buf, "\\x%02x", (unsigned char)walk.at[i]);
		if (ret)
			return NULL;
	}
	return pb_steal(buf.data);
}
