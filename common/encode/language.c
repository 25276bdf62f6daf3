// SPDX-License-Identifier: GPL-2.0-only
/*
 * language - printf() into another language: every %s is text, and is encoded for that language.
 * Why: a writer that has no other way to print cannot forget to encode; tests/style/doors.sh sees
 * to it that nobody has another way.
 */
#include "common/encode/language.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "common/encode/printable.h"

/* One conversion of a format. */
struct spec {
	char flags[8];
	int width;
	int precision; /* -1: none */
	char length[3];
	char conversion;
};

/* A va_list as a parameter is an array or not, by architecture; in a struct it is neither. */
struct arguments {
	va_list list;
};

/* The length of the first of @words that the @len_bytes of @text begin with, or 0. */
static size_t begins(const char *text, size_t len_bytes, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) <= len_bytes && !strncmp(text, *words, strlen(*words)))
			return strlen(*words);
	return 0;
}

bool pb_text_is_formula(const char *text, size_t len_bytes, bool numbers_pass)
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
	static const char number[] = "0123456789.,eE% ()";
	size_t at = 0, len;
	bool signs_number;

	if (len_bytes && (*text == '\t' || *text == '\r'))
		return true;
	while ((len = begins(text + at, len_bytes - at, blanks)))
		at += len;
	len = begins(text + at, len_bytes - at, signs);
	if (!len || !numbers_pass)
		return len;
	signs_number = text[at] == '+' || text[at] == '-';
	for (at += len; at < len_bytes && text[at] && strchr(number, text[at]);)
		at++;
	return !signs_number || at < len_bytes;
}

/* With @out NULL the columns are only counted. */
static size_t text_write(FILE *out, const struct pb_language *language, const char *text,
			 size_t len_bytes)
{
	struct pb_printable walk = { .text = text, .len_bytes = len_bytes };
	size_t columns = 0, left = 0;
	bool defused = language->defuse && pb_text_is_formula(text, len_bytes, true);

	if (language->is_own && language->is_own(text)) {
		if (out)
			fputs(text, out);
		return 0;
	}
	if (len_bytes > PB_PRINTABLE_MOST_BYTES) {
		walk.len_bytes = PB_PRINTABLE_MOST_BYTES;
		/* Not from within a character. */
		while (walk.len_bytes && ((unsigned char)text[walk.len_bytes] & 0xC0) == 0x80)
			walk.len_bytes--;
		left = len_bytes - walk.len_bytes;
	}
	while (pb_printable_next(&walk)) {
		const char *special = walk.at_bytes == 1 && language->special
					      ? language->special(*walk.at)
					      : NULL;
		bool kept = walk.at_bytes == 1 && strchr(language->keep, *walk.at);

		columns += special ? strlen(special) : walk.columns;
		if (!out)
			continue;
		if (special)
			fputs(special, out);
		else if ((walk.shown || kept) && !(defused && walk.at == text))
			fwrite(walk.at, 1, walk.at_bytes, out);
		else
			for (size_t i = 0; i < walk.at_bytes; i++)
				fprintf(out, "\\x%02x", (unsigned char)walk.at[i]);
	}
	if (left && out)
		fprintf(out, "... (%zu more bytes)", left);
	return columns;
}

void pb_language_text(FILE *out, const struct pb_language *language, const char *text)
{
	fputs(language->around, out);
	if (text)
		text_write(out, language, text, strlen(text));
	fputs(language->around, out);
}

static void padded_write(FILE *out, const struct pb_language *language, const struct spec *spec,
			 const char *text)
{
	size_t len = !text                 ? 0
		     : spec->precision < 0 ? strlen(text)
					   : strnlen(text, (size_t)spec->precision);
	int width = spec->width < 0 ? -spec->width : spec->width;
	bool left = spec->width < 0 || strchr(spec->flags, '-');
	size_t columns = width ? text_write(NULL, language, text ? text : "", len) : 0;
	int blanks = (size_t)width > columns ? width - (int)columns : 0;

	if (!left)
		fprintf(out, "%*s", blanks, "");
	fputs(language->around, out);
	text_write(out, language, text ? text : "", len);
	fputs(language->around, out);
	if (left)
		fprintf(out, "%*s", blanks, "");
}

static int number_take(const char **fmt, struct arguments *args)
{
	int number = 0;

	if (**fmt == '*') {
		(*fmt)++;
		return va_arg(args->list, int);
	}
	for (; isdigit((unsigned char)**fmt); (*fmt)++)
		number = number * 10 + (**fmt - '0');
	return number;
}

/* What stands behind a '%', up to and with its letter. */
static struct spec spec_take(const char **fmt, struct arguments *args)
{
	struct spec spec = { .precision = -1 };

	for (size_t n = 0; **fmt && strchr("-+ #0", **fmt); (*fmt)++)
		if (n + 1 < sizeof(spec.flags))
			spec.flags[n++] = **fmt;
	spec.width = number_take(fmt, args);
	if (**fmt == '.') {
		(*fmt)++;
		spec.precision = number_take(fmt, args);
	}
	for (size_t n = 0; **fmt && strchr("hlzjt", **fmt); (*fmt)++)
		if (n + 1 < sizeof(spec.length))
			spec.length[n++] = **fmt;
	spec.conversion = **fmt;
	*fmt += **fmt != '\0';
	return spec;
}

static_assert(sizeof(size_t) == sizeof(uintmax_t), "%zu is taken as %ju");

/* All integers in one width: the argument is taken as what it is, and printed as the largest. */
static uintmax_t integer_take(const struct spec *spec, struct arguments *args)
{
	bool negative = spec->conversion == 'd' || spec->conversion == 'i';

	switch (spec->length[0]) {
	case 'l':
		if (spec->length[1])
			return negative ? (uintmax_t)va_arg(args->list, long long)
					: va_arg(args->list, unsigned long long);
		return negative ? (uintmax_t)va_arg(args->list, long)
				: va_arg(args->list, unsigned long);
	case 'z':
	case 'j': /* of one width wherever Linux has 64 bits, which is asserted */
		return va_arg(args->list, uintmax_t);
	case 't':
		return (uintmax_t)va_arg(args->list, ptrdiff_t);
	default:
		return negative ? (uintmax_t)va_arg(args->list, int)
				: va_arg(args->list, unsigned int);
	}
}

/* The format is put together here of checked parts. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void number_write(FILE *out, const struct spec *spec, struct arguments *args)
{
	bool integer = strchr("diuxXo", spec->conversion) != NULL;
	char fmt[24];

	snprintf(fmt, sizeof(fmt), "%%%s*.*%s%c", spec->flags, integer ? "j" : "",
		 spec->conversion);
	if (integer)
		fprintf(out, fmt, spec->width, spec->precision, integer_take(spec, args));
	else
		fprintf(out, fmt, spec->width, spec->precision, va_arg(args->list, double));
}
#pragma GCC diagnostic pop

static void spec_write(FILE *out, const struct pb_language *language, const struct spec *spec,
		       struct arguments *args)
{
	char letter[2] = "";

	switch (spec->conversion) {
	case '%':
		fputc('%', out);
		return;
	case 's':
		padded_write(out, language, spec, va_arg(args->list, const char *));
		return;
	case 'c':
		letter[0] = (char)va_arg(args->list, int);
		padded_write(out, language, spec, letter);
		return;
	default:
		number_write(out, spec, args);
	}
}

void pb_language_vprintf(FILE *out, const struct pb_language *language, const char *fmt,
			 va_list list)
{
	struct arguments args;

	va_copy(args.list, list);
	while (*fmt) {
		size_t plain = strcspn(fmt, "%");
		struct spec spec;

		fwrite(fmt, 1, plain, out);
		fmt += plain;
		if (!*fmt)
			break;
		fmt++;
		spec = spec_take(&fmt, &args);
		spec_write(out, language, &spec, &args);
	}
	va_end(args.list);
}
