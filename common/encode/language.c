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
#include <utf8proc.h>

#include "common/encode/printable.h"
#include "common/str.h"

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

/*
 * What a reader may skip before it looks for a sign: blanks, line ends, quotes, control characters,
 * and whatever cannot be seen. A byte that is no character is one of them.
 */
static bool is_skipped(utf8proc_int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return true;
	default:
		return pb_printable_shapeless(c) || c == '"' || c == '\'';
	}
}

/* The signs, what Unicode folds to one (the wide, small, raised ones), and look-alikes. */
static bool is_sign(utf8proc_int32_t c)
{
	static const utf8proc_int32_t alike[] = {
		0x02D6, 0x02D7, 0x06D4, 0x2052, 0x2212, 0x2213, 0x2214,  0x229E,  0x229F,
		0x2500, 0x2501, 0x2795, 0x2796, 0x29FA, 0x29FB, 0x101DB, 0x1F7F0,
	};
	utf8proc_int32_t folded[8];
	int last = 0;
	utf8proc_ssize_t nr = utf8proc_decompose_char(c, folded, PB_ARRAY_SIZE(folded),
						      UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &last);

	for (utf8proc_ssize_t i = 0; i < nr && i < (utf8proc_ssize_t)PB_ARRAY_SIZE(folded); i++)
		if (folded[i] && folded[i] < 0x80 && strchr("=+-@", (int)folded[i]))
			return true;
	for (size_t i = 0; i < PB_ARRAY_SIZE(alike); i++)
		if (alike[i] == c)
			return true;
	return false;
}

/* Where the first character that is seen begins, and how long it is: 0 where there is none. */
static size_t first_seen(const char *text, size_t len_bytes, size_t *ret_at,
			 utf8proc_int32_t *ret_c)
{
	for (size_t at = 0; at < len_bytes && text[at];) {
		utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
							(utf8proc_ssize_t)(len_bytes - at), ret_c);

		if (len > 0 && (is_sign(*ret_c) || !is_skipped(*ret_c))) {
			*ret_at = at;
			return (size_t)len;
		}
		at += len > 0 ? (size_t)len : 1;
	}
	return 0;
}

bool pb_text_is_formula(const char *text, size_t len_bytes, bool numbers_pass)
{
	static const char number[] = "0123456789.,eE% ()";
	utf8proc_int32_t c = 0;
	size_t at = 0, len;
	bool signs_number;

	if (len_bytes && (*text == '\t' || *text == '\r'))
		return true;
	len = first_seen(text, len_bytes, &at, &c);
	if (!len)
		return false;
	/* A dash stands for nothing in a table; only a spreadsheet might fold it to a sign. */
	if (!numbers_pass)
		return is_sign(c) || utf8proc_category(c) == UTF8PROC_CATEGORY_PD;
	if (!is_sign(c))
		return false;
	signs_number = c == '+' || c == '-' || c == 0x2212; /* the minus that our own text has */
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
