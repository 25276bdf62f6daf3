// SPDX-License-Identifier: GPL-2.0-only
/*
 * csv - the one way by which text gets into a CSV.
 * Why: a spreadsheet computes a field that begins as a formula; here none does.
 */
#include "common/encode/csv.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "common/encode/language.h"

static const char *doubled(char c)
{
	return c == '"' ? "\"\"" : NULL;
}

static const struct pb_language field = { .special = doubled, .keep = "", .around = "" };

void pb_csv_text(FILE *out, const char *text)
{
	bool quotes = strpbrk(text, ",;\"\r\n");

	if (quotes)
		fputc('"', out);
	if (pb_text_is_formula(text, strlen(text), false))
		fputc('\'', out);
	pb_language_text(out, &field, text);
	if (quotes)
		fputc('"', out);
}

void pb_csv_number(FILE *out, const char *number)
{
	fputs(number, out);
}

void pb_csv_count(FILE *out, uint64_t count)
{
	fprintf(out, "%" PRIu64, count);
}

void pb_csv_head(FILE *out, const char *head)
{
	fputs(head, out);
}
