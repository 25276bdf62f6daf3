// SPDX-License-Identifier: GPL-2.0-only
/*
 * str - strings, lists of words and numbers as people write them.
 * Why: every option, job file and record is parsed by the same few functions with the same
 * messages.
 */
#include "common/str.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/err.h"

char *pb_format(const char *fmt, ...)
{
	char *text = NULL;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vasprintf(&text, fmt, args);
	va_end(args);
	if (len < 0) {
		pb_fail(-ENOMEM, "out of memory");
		return NULL;
	}
	return text;
}

static int buf_reserve(struct pb_buf *buf, size_t more)
{
	size_t want = buf->len_bytes + more + 1;
	size_t room = buf->room_bytes ? buf->room_bytes : 256;
	char *data;

	if (want <= buf->room_bytes)
		return 0;
	while (room < want)
		room *= 2;
	data = realloc(buf->data, room);
	if (!data)
		return pb_fail(-ENOMEM, "out of memory");
	buf->data = data;
	buf->room_bytes = room;
	return 0;
}

int pb_buf_add(struct pb_buf *buf, const void *data, size_t len_bytes)
{
	int ret = buf_reserve(buf, len_bytes);

	if (ret)
		return ret;
	memcpy(buf->data + buf->len_bytes, data, len_bytes);
	buf->len_bytes += len_bytes;
	buf->data[buf->len_bytes] = '\0';
	return 0;
}

int pb_buf_printf(struct pb_buf *buf, const char *fmt, ...)
{
	va_list args, again;
	int len, ret;

	va_start(args, fmt);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	ret = len < 0 ? pb_fail(-EINVAL, "bad format") : buf_reserve(buf, (size_t)len);
	if (!ret) {
		vsnprintf(buf->data + buf->len_bytes, (size_t)len + 1, fmt, again);
		buf->len_bytes += (size_t)len;
	}
	va_end(again);
	return ret;
}

void pb_buf_done(struct pb_buf *buf)
{
	free(buf->data);
	*buf = (struct pb_buf){ 0 };
}

static int suffix_shift(const char *suffix)
{
	static const struct {
		const char *text;
		int shift;
	} suffixes[] = { { "", 0 }, { "k", 10 }, { "K", 10 }, { "M", 20 }, { "G", 30 } };

	for (size_t i = 0; i < PB_ARRAY_SIZE(suffixes); i++)
		if (pb_streq(suffix, suffixes[i].text))
			return suffixes[i].shift;
	return -1;
}

int pb_parse_u64(const char *text, const char *what, uint64_t min, uint64_t max,
		 uint64_t *ret_value)
{
	unsigned long long value;
	char *end;
	int shift;

	errno = 0;
	value = strtoull(text, &end, 10);
	shift = suffix_shift(end);
	/* strtoull() takes signs and leading blanks; a count has neither. */
	if (!isdigit((unsigned char)text[0]) || shift < 0)
		return pb_fail(-EINVAL, "%s '%s' is not a whole number (valid: %llu to %llu)", what,
			       text, (unsigned long long)min, (unsigned long long)max);
	if (errno || value > (UINT64_MAX >> shift) || (value << shift) < min ||
	    (value << shift) > max)
		return pb_fail(-ERANGE, "%s '%s' is out of range (valid: %llu to %llu)", what, text,
			       (unsigned long long)min, (unsigned long long)max);
	*ret_value = value << shift;
	return 0;
}

static char *word_dup(const char *start, const char *end)
{
	while (start < end && isspace((unsigned char)*start))
		start++;
	while (end > start && isspace((unsigned char)end[-1]))
		end--;
	return strndup(start, (size_t)(end - start));
}

int pb_words_split(const char *text, const char *what, char ***ret_words, size_t *ret_nr)
{
	pb_cleanup(pb_words_freep) char **words = NULL;
	size_t nr = 0, most = 2;

	for (const char *c = text; *c; c++)
		most += *c == ',';
	words = calloc(most, sizeof(*words));
	if (!words)
		return pb_fail(-ENOMEM, "out of memory");
	for (const char *start = text;; start++) {
		const char *end = strchrnul(start, ',');

		words[nr] = word_dup(start, end);
		if (!words[nr])
			return pb_fail(-ENOMEM, "out of memory");
		if (!words[nr++][0])
			return pb_fail(-EINVAL, "%s '%s' has an empty word", what, text);
		if (!*end)
			break;
		start = end;
	}
	*ret_words = pb_steal(words);
	*ret_nr = nr;
	return 0;
}

void pb_words_free(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}

unsigned int pb_word_distance(const char *a, const char *b)
{
	enum { MOST = 40 };
	unsigned int d[MOST + 1][MOST + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > MOST || lb > MOST)
		return MOST;
	for (size_t i = 0; i <= la; i++)
		d[i][0] = (unsigned int)i;
	for (size_t j = 0; j <= lb; j++)
		d[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= la; i++) {
		for (size_t j = 1; j <= lb; j++) {
			unsigned int best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			if (d[i - 1][j] + 1 < best)
				best = d[i - 1][j] + 1;
			if (d[i][j - 1] + 1 < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	}
	return d[la][lb];
}

const char *pb_human_bytes(uint64_t bytes, char *buf, size_t size)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double value = (double)bytes;
	size_t unit = 0;

	while (value >= 1024 && unit + 1 < PB_ARRAY_SIZE(units)) {
		value /= 1024;
		unit++;
	}
	snprintf(buf, size, unit ? "%.1f %s" : "%.0f %s", value, units[unit]);
	return buf;
}
