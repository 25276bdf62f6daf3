// SPDX-License-Identifier: GPL-2.0-only
/*
 * log_line - what consoles, journals, CI systems, mails and kselftest put before a line.
 * Why: a result is a result whoever stamped it; the stamps are known in one place.
 */
#include <ctype.h>
#include <string.h>

#include "collect/formats/gup/log_text.h"

#define BOM "\xef\xbb\xbf"

/* Each of these returns the length of what it knows at @at, or 0. */

static size_t level_len(const char *at)
{
	size_t digits = at[0] == '<' ? strspn(at + 1, "0123456789") : 0;

	return digits && digits <= 3 && at[digits + 1] == '>' ? digits + 2 : 0;
}

/* "03:04:05", "3:04:05.123456", "03:04:05,123". */
static size_t clock_len(const char *at)
{
	size_t hours = strspn(at, "0123456789"), len;

	if (hours < 1 || hours > 3)
		return 0;
	for (len = hours; len < hours + 6; len += 3)
		if (at[len] != ':' || !isdigit((unsigned char)at[len + 1]) ||
		    !isdigit((unsigned char)at[len + 2]))
			return 0;
	if (at[len] == '.' || at[len] == ',')
		len += 1 + strspn(at + len + 1, "0123456789");
	return len;
}

/* "Z", "+01:00", "-0500", " UTC" behind a clock. */
static size_t zone_len(const char *at)
{
	size_t len;

	if (*at == 'Z')
		return 1;
	if (!strncmp(at, " UTC", 4) || !strncmp(at, " GMT", 4))
		return 4;
	if (*at != '+' && *at != '-')
		return 0;
	len = 1 + strspn(at + 1, "0123456789:");
	return len == 3 || len == 5 || len == 6 ? len : 0;
}

/* "2026-01-02T03:04:05.123Z", "2026/01/02 03:04:05", "2026-01-02". */
static size_t date_len(const char *at)
{
	static const char shape[] = "dddd-dd-dd";
	size_t clock;

	for (size_t i = 0; shape[i]; i++)
		if (shape[i] == 'd' ? !isdigit((unsigned char)at[i]) : at[i] != '-' && at[i] != '/')
			return 0;
	if (at[10] != 'T' && at[10] != ' ' && at[10] != '_')
		return at[10] == ']' ? 10 : 0;
	clock = clock_len(at + 11);
	return clock ? 11 + clock + zone_len(at + 11 + clock) : 0;
}

/* "Nov 29 03:04:05", with the day of the week before it and the year behind it, as dmesg -T. */
static size_t month_len(const char *at)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	static const char days[] = "MonTueWedThuFriSatSun";
	size_t len = 0, digits, clock;
	const char *month;

	for (const char *day = days; *day; day += 3)
		if (!strncmp(at, day, 3) && (at[3] == ' ' || at[3] == ','))
			len = 4 + strspn(at + 4, " ");
	for (month = months; *month && strncmp(at + len, month, 3) != 0; month += 3)
		;
	if (!*month || at[len + 3] != ' ')
		return 0;
	len += 3;
	len += strspn(at + len, " ");
	digits = strspn(at + len, "0123456789");
	if (digits < 1 || digits > 2 || at[len + digits] != ' ')
		return 0;
	len += digits + 1;
	clock = clock_len(at + len);
	if (!clock)
		return 0;
	len += clock;
	/*
	 * The year may be 2026, and what follows a clock's blank may be a number: of four digits.
	 */
	if (at[len] == ' ' && strspn(at + len + 1, "0123456789") == 4 &&
	    (at[len + 5] == ' ' || at[len + 5] == ']'))
		len += 5;
	return len;
}

/* "[   12.345678]", "[T123]", "[    C0]", "[03:04:05]", "[Sun Nov 29 03:04:05 2026]". */
static size_t bracket_len(const char *at)
{
	const char *in = at + 1, *end;
	size_t digits, len;

	if (at[0] != '[')
		return 0;
	in += strspn(in, " ");
	end = strchr(in, ']');
	if (!end || end - at > 48)
		return 0;
	digits = strspn(in, "0123456789");
	len = date_len(in);
	if (!len)
		len = month_len(in);
	if (!len)
		len = clock_len(in);
	if (!len && (*in == 'T' || *in == 'C'))
		len = 1 + strspn(in + 1, "0123456789");
	if (!len && digits)
		len = digits + (in[digits] == '.' ? 1 + strspn(in + digits + 1, "0123456789") : 0);
	/* "[12.345678,0]" and "[   12.3][  T1]" of a kernel, "[ 12.3 < 0.1>]" of a console. */
	if (len && (in[len] == '<' || in[len] == ',' || in[len] == ' ' || in[len] == '@'))
		len += strspn(in + len, "0123456789.,<> @T");
	return len && in + len == end ? (size_t)(end + 1 - at) : 0;
}

/* "12.345678: " of an early console; a number alone is what a program printed. */
static size_t seconds_len(const char *at)
{
	size_t whole = strspn(at, "0123456789"), len = whole;

	if (!whole || at[len] != '.')
		return 0;
	len += 1 + strspn(at + len + 1, "0123456789");
	return len > whole + 3 && at[len] == ':' && at[len + 1] == ' ' ? len + 1 : 0;
}

/* "host kernel:", "board run_vmtests[12]:", "systemd[1]:", which follow a date. */
static size_t source_len(const char *at)
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.@/()";
	size_t len = 0;

	for (int words = 0; words < 2; words++) {
		const char *end = at + len + strcspn(at + len, " [:");
		size_t in_word = strspn(at + len, word);

		/* A name in capitals is a benchmark's, or a level. */
		if (!in_word || (words && at + len + in_word != end))
			return 0;
		if (*end == '[') {
			size_t digits = strspn(end + 1, "0123456789");

			if (!digits || strncmp(end + 1 + digits, "]:", 2) != 0)
				return 0;
			return (size_t)(end - at) + digits + 3;
		}
		if (*end == ':')
			return words && end[1] == ' ' ? (size_t)(end - at) + 1 : 0;
		if (*end != ' ' || words)
			return 0;
		len = (size_t)(end - at) + 1;
	}
	return 0;
}

/* GitLab's "00O", "01E+" behind its stamp: which stream of which step a line came by. */
static size_t stream_len(const char *at)
{
	size_t len = isdigit((unsigned char)at[0]) && isxdigit((unsigned char)at[1]) &&
				     (at[2] == 'O' || at[2] == 'E')
			     ? 3
			     : 0;

	return !len ? 0 : at[3] == '+' ? 4 : at[3] == ' ' || !at[3] ? 3 : 0;
}

static size_t stamp_len(const char *at)
{
	static size_t (*const stamps[])(const char *) = { level_len, date_len,    month_len,
							  clock_len, bracket_len, seconds_len };
	size_t len = 0;

	for (size_t i = 0; i < PB_ARRAY_SIZE(stamps) && !len; i++)
		len = stamps[i](at);
	if (!len)
		return 0;
	/* What stands at the end of a word only. */
	if (at[len] && !strchr(" \t:|[<", at[len]) && at[len - 1] != ']' && at[len - 1] != '>')
		return 0;
	if (at[len] == ':' || at[len] == '|')
		len++;
	if (at[0] != '[' && at[0] != '<' && at[len] == ' ') {
		len += strspn(at + len, " ");
		len += stream_len(at + len);
		len += source_len(at + len);
	}
	return len;
}

/* "# " of kselftest; "####" and "#define" are none. */
static size_t hash_len(const char *at)
{
	return at[0] == '#' && (!at[1] || isspace((unsigned char)at[1])) ? 1 : 0;
}

/* A byte order mark, or a mail's "> " and ">>". */
static size_t carrier_len(const char *at, struct pb_log_line *line)
{
	if (!strncmp(at, BOM, strlen(BOM))) {
		line->opens = true;
		return strlen(BOM);
	}
	return *at == '>' ? strspn(at, ">") : 0;
}

static void prefixes_pass(const char *at, struct pb_log_line *line)
{
	size_t len;

	do {
		at += strspn(at, " \t");
		len = carrier_len(at, line);
		at += len;
	} while (len);
	line->said = at;
	do {
		at += strspn(at, " \t");
		len = stamp_len(at);
		if (!len) {
			len = hash_len(at);
			line->depth += len != 0;
		}
		at += len;
	} while (len);
	line->body = at;
}

bool pb_log_line_next(char **at, struct pb_log_line *line)
{
	char *end;

	if (!**at)
		return false;
	end = strchrnul(*at, '\n');
	*line = (struct pb_log_line){ .number = line->number + 1 };
	line->body = *at;
	*at = *end ? end + 1 : end;
	*end = '\0';
	prefixes_pass(line->body, line);
	return true;
}
