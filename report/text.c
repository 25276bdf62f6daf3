// SPDX-License-Identifier: GPL-2.0-only
/*
 * text - number formats, UTF-8 cleaning, escaping and wrapping.
 * Why: every surface shows the same number in the same form, and no surface can be attacked by one.
 */
#include "report/text.h"

#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

static const char replacement[] = "\xEF\xBF\xBD";
static const char minus[] = "\xE2\x88\x92";

static int decimals_for(double magnitude, double whole_from)
{
	if (magnitude >= whole_from)
		return 0;
	if (magnitude >= 9.995)
		return 1;
	if (magnitude >= 0.0995 || magnitude < 1e-12)
		return 2;
	/* Two digits that count: one instruction spread over 512 pages is 0.0020. */
	return (int)ceil(-log10(magnitude)) + 1;
}

static const char *number_format(double value, double whole_from, const char *plus, char *buf)
{
	double magnitude = fabs(value);

	if (isnan(value))
		snprintf(buf, PB_NUMBER_LEN, "\xE2\x80\x93");
	else if (isinf(value) || magnitude > 1e15)
		snprintf(buf, PB_NUMBER_LEN, "%g", value);
	else
		snprintf(buf, PB_NUMBER_LEN, "%s%.*f", value < 0 ? minus : plus,
			 decimals_for(magnitude, whole_from), magnitude);
	return buf;
}

const char *pb_number(double value, char buf[PB_NUMBER_LEN])
{
	return number_format(value, 999.95, "", buf);
}

const char *pb_number_short(double value, char buf[PB_NUMBER_LEN])
{
	if (fabs(value) < 0.005)
		snprintf(buf, PB_NUMBER_LEN, "0");
	else if (fabs(value) < 0.0995)
		snprintf(buf, PB_NUMBER_LEN, "%s%.2f", value < 0 ? minus : "", fabs(value));
	else
		number_format(value, 99.95, "", buf);
	return buf;
}

const char *pb_number_change(double value, char buf[PB_NUMBER_LEN])
{
	return number_format(value, 999.95, value > 0 ? "+" : "", buf);
}

const char *pb_percent_change(double base, double head, char buf[PB_NUMBER_LEN])
{
	double percent = 100 * (head - base) / fabs(base);
	char number[PB_NUMBER_LEN];
	int decimals = fabs(percent) >= 9.95 ? 0 : fabs(percent) >= 0.995 ? 1 : 2;

	if (base == 0 || !isfinite(percent))
		snprintf(buf, PB_NUMBER_LEN, head == base ? "0 %%" : "new");
	else if (fabs(percent) < 0.005 && percent != 0)
		snprintf(buf, PB_NUMBER_LEN, "%s %%", pb_number_change(percent, number));
	else
		snprintf(buf, PB_NUMBER_LEN, "%s%.*f %%",
			 percent < 0   ? minus
			 : percent > 0 ? "+"
				       : "",
			 decimals, fabs(percent));
	return buf;
}

int pb_text_columns(const char *text)
{
	int columns = 0;

	for (; *text; text++)
		columns += ((unsigned char)*text & 0xC0) != 0x80;
	return columns;
}

/* Length of the well-formed UTF-8 character at @s, 0 if it is none (RFC 3629). */
static size_t utf8_length(const unsigned char *s)
{
	size_t len;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xC2 || s[0] > 0xF4)
		return 0;
	len = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xC0) != 0x80)
			return 0;
	/* Overlong forms, surrogates, and what lies beyond U+10FFFF. */
	if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
	    (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
		return 0;
	return len;
}

static bool is_control(const unsigned char *s, size_t len)
{
	if (len == 1)
		return s[0] < 0x20 || s[0] == 0x7F;
	/* C1 controls are terminal escapes, too; U+2028 to U+202E and U+2066 to U+2069 reorder
	 * text. */
	if (len == 2)
		return s[0] == 0xC2 && s[1] < 0xA0;
	return len == 3 && s[0] == 0xE2 &&
	       ((s[1] == 0x80 && s[2] >= 0xA8 && s[2] <= 0xAE) ||
		(s[1] == 0x81 && s[2] >= 0xA6 && s[2] <= 0xA9));
}

char *pb_text_printable(const char *text, const char *keep)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	const unsigned char *s = (const unsigned char *)text;

	if (pb_buf_add(&buf, "", 0))
		return NULL;
	while (*s) {
		size_t len = utf8_length(s);
		bool kept = len == 1 && strchr(keep, *s);
		int ret;

		if (!len || (is_control(s, len) && !kept))
			ret = pb_buf_add(&buf, replacement, sizeof(replacement) - 1);
		else
			ret = pb_buf_add(&buf, s, len);
		if (ret)
			return NULL;
		s += len ? len : 1;
	}
	return pb_steal(buf.data);
}

void pb_text_escape(FILE *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)(text ? text : "");

	while (*s) {
		size_t len = utf8_length(s);

		if (!len || (is_control(s, len) && *s != '\n' && *s != '\t'))
			fputs(replacement, out);
		else if (*s == '&')
			fputs("&amp;", out);
		else if (*s == '<')
			fputs("&lt;", out);
		else if (*s == '>')
			fputs("&gt;", out);
		else if (*s == '"')
			fputs("&quot;", out);
		else if (*s == '\'')
			fputs("&#39;", out);
		else
			fwrite(s, 1, len, out);
		s += len ? len : 1;
	}
}

unsigned int pb_text_wrap(char *text, unsigned int columns)
{
	unsigned int lines = 1, column = 0;
	char *blank = NULL;

	for (char *c = text; *c; c++) {
		if (*c == '\n' || *c == ' ')
			blank = *c == ' ' ? c : NULL;
		if (*c == '\n') {
			lines++;
			column = 0;
			continue;
		}
		column += ((unsigned char)*c & 0xC0) != 0x80;
		if (column > columns && blank) {
			*blank = '\n';
			lines++;
			column = 0;
			c = blank;
			blank = NULL;
		}
	}
	return lines;
}
