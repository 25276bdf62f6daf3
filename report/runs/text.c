// SPDX-License-Identifier: GPL-2.0-only
/*
 * text - number formats, columns and wrapping.
 * Why: every surface shows the same number in the same form.
 */
#include "report/runs/text.h"

#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

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
