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

/* The first of @words that @text begins with, or NULL. */
static const char *begins(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (!strncmp(text, *words, strlen(*words)))
			return *words;
	return NULL;
}

static bool is_formula(const char *text)
{
	/* Blanks of ASCII, no-break and ideographic ones, and the byte-order mark. */
	static const char *const blanks[] = {
		" ",        "\t",           "\r",           "\n",           "\v", "\f",
		"\xC2\xA0", "\xE2\x80\x8B", "\xE3\x80\x80", "\xEF\xBB\xBF", NULL
	};
	/* The wide forms are folded to plain ones by some. */
	static const char *const signs[] = {
		"=", "+", "-", "@", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0",
		NULL
	};

	if (*text == '\t' || *text == '\r')
		return true;
	for (const char *blank; (blank = begins(text, blanks));)
		text += strlen(blank);
	return begins(text, signs);
}

void pb_csv_text(FILE *out, const char *text)
{
	bool quotes = strpbrk(text, ",;\"\r\n");

	if (quotes)
		fputc('"', out);
	if (is_formula(text))
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
