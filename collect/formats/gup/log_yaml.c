// SPDX-License-Identifier: GPL-2.0-only
/*
 * log_yaml - the lines of a log that LAVA keeps as YAML: - {"dt": ..., "lvl": ..., "msg": "..."}.
 * Why: each of its lines is another one, written as a string; read as it stands it means nothing.
 */
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collect/formats/gup/log_text.h"
#include "common/err.h"

/* Behind `- {"dt":`, quoted in any way or not; NULL where the line is another. */
static const char *entry_pass(const char *line)
{
	line += strspn(line, " \t");
	if (*line != '-')
		return NULL;
	line += 1 + strspn(line + 1, " \t");
	if (*line != '{')
		return NULL;
	line += 1 + strspn(line + 1, " \t\"'");
	if (strncmp(line, "dt", 2) != 0)
		return NULL;
	line += 2 + strspn(line + 2, "\"'");
	return *line == ':' ? line + 1 : NULL;
}

/* The value of "msg" in [@at, end), or NULL. */
static const char *message_find(const char *at, const char *end)
{
	while ((at = memmem(at, (size_t)(end - at), "msg", 3))) {
		char before = at[-1];

		at += 3;
		if (before != ' ' && before != '"' && before != '\'' && before != ',')
			continue;
		at += *at == '"' || *at == '\'';
		if (*at++ == ':')
			return at + strspn(at, " \t");
	}
	return NULL;
}

/* Hexadecimal digits of an escape, as many as @nr; -1: they are none. */
static long code_read(const char *at, const char *end, size_t nr)
{
	char digits[9] = "";

	if ((size_t)(end - at) < nr)
		return -1;
	memcpy(digits, at, nr);
	return strspn(digits, "0123456789abcdefABCDEF") == nr ? strtol(digits, NULL, 16) : -1;
}

static int code_put(struct pb_buf *out, long code)
{
	char bytes[3];

	/* A line feed would make two lines of one, which its number would not survive. */
	if (code == '\n' || code > 0xffff || code < 0)
		code = code == '\n' ? ' ' : 0xfffd;
	return pb_buf_add(out, bytes, pb_utf8_put((unsigned)code, bytes));
}

/* An escape behind its backslash; its length, or 0: there is none such. */
static size_t escape_undo(const char *at, const char *end, struct pb_buf *out, int *ret)
{
	static const struct {
		char letter;
		char byte;
	} plain[] = { { '"', '"' },  { '\\', '\\' }, { '/', '/' },  { ' ', ' ' }, { '0', 0x1a },
		      { 'a', '\a' }, { 'b', '\b' },  { 't', '\t' }, { 'n', ' ' }, { 'v', '\v' },
		      { 'f', '\f' }, { 'r', '\r' },  { 'e', 0x1b }, { '_', ' ' }, { 'N', ' ' },
		      { 'L', ' ' },  { 'P', ' ' } };
	size_t nr = at >= end ? 0 : *at == 'x' ? 2 : *at == 'u' ? 4 : *at == 'U' ? 8 : 0;
	long code = nr ? code_read(at + 1, end, nr) : -1;

	if (code >= 0) {
		*ret = code_put(out, code);
		return 1 + nr;
	}
	for (size_t i = 0; i < PB_ARRAY_SIZE(plain) && at < end; i++)
		if (*at == plain[i].letter) {
			*ret = pb_buf_add(out, &plain[i].byte, 1);
			return 1;
		}
	return 0;
}

/* A string from its quote at *@at on, of one line; *@at is then behind it. */
static int string_undo(const char **at, const char *end, struct pb_buf *out)
{
	char quote = *(*at)++;
	int ret = 0;

	while (*at < end && !ret) {
		char c = **at;

		if (c == quote && quote == '\'' && *at + 1 < end && (*at)[1] == quote) {
			(*at)++; /* two are one */
		} else if (c == quote) {
			(*at)++;
			return 0;
		} else if (c == '\\' && quote == '"') {
			size_t len = escape_undo(*at + 1, end, out, &ret);

			if (!len)
				return -EBADMSG;
			*at += 1 + len;
			continue;
		}
		ret = pb_buf_add(out, &c, 1);
		(*at)++;
	}
	return ret ? ret : -EBADMSG;
}

/* One entry's message. -EBADMSG: it ends within, or has none. */
static int entry_undo(const char *line, const char *end, struct pb_buf *out)
{
	const char *at = message_find(line, end);
	int ret = 0;

	if (!at || at >= end)
		return -EBADMSG;
	while (end > at && isspace((unsigned char)end[-1]))
		end--;
	if (end == at || end[-1] != '}')
		return -EBADMSG;
	end--;
	/* What a result is, and not what was printed. */
	if (*at == '{' || *at == '[')
		return 0;
	if (*at != '"' && *at != '\'')
		return pb_buf_add(out, at, (size_t)(end - at));
	ret = string_undo(&at, end, out);
	at += strspn(at, " \t");
	return ret ? ret : at == end || *at == ',' ? 0 : -EBADMSG;
}

static bool is_yaml(const char *text)
{
	size_t nr = 0;

	for (const char *line = text; *line && nr < 50; nr++) {
		const char *end = strchrnul(line, '\n');

		if (entry_pass(line))
			return true;
		line = *end ? end + 1 : end;
	}
	return false;
}

int pb_log_yaml_undo(struct pb_buf *text)
{
	pb_cleanup(pb_buf_done) struct pb_buf out = { 0 };
	size_t number = 1;

	if (!is_yaml(text->data))
		return 0;
	for (const char *line = text->data, *end; *line; line = *end ? end + 1 : end, number++) {
		const char *entry = entry_pass(line);
		size_t from = out.len_bytes;
		int ret;

		end = strchrnul(line, '\n');
		ret = entry ? entry_undo(entry, end, &out)
			    : pb_buf_add(&out, line, (size_t)(end - line));
		if (ret == -EBADMSG)
			return pb_fail(ret,
				       "line %zu: an entry of LAVA's YAML that is cut or wrapped; "
				       "valid is - {\"dt\": \"...\", \"lvl\": \"...\", \"msg\": "
				       "\"...\"}, or the log as plain text",
				       number);
		/* Carriage returns at its end, and within it where a program overwrote its line. */
		while (!ret && out.len_bytes > from && strchr("\r ", out.data[out.len_bytes - 1]))
			out.data[--out.len_bytes] = '\0';
		if (!ret)
			ret = pb_buf_add(&out, "\n", 1);
		if (ret)
			return ret;
	}
	pb_buf_done(text);
	*text = out;
	out = (struct pb_buf){ 0 };
	return 0;
}
