// SPDX-License-Identifier: GPL-2.0-only
/*
 * log_text - what a log went through on its way (mail, console, editor) is undone, once, for all.
 * Why: whoever judges lines must see those that were printed, not how they were carried.
 */
#include "collect/formats/gup/log_text.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "common/err.h"

/* In the place of a control character within a line: no number reads across it. */
enum { CONTROL = 0x1a, ESCAPE = 0x1b };

int pb_log_text_read(FILE *in, struct pb_buf *ret_text)
{
	pb_cleanup(pb_buf_done) struct pb_buf text = { 0 };
	char chunk[1 << 14];
	size_t len;

	errno = 0;
	while ((len = fread(chunk, 1, sizeof(chunk), in)) > 0) {
		if (text.len_bytes + len > PB_LOG_MAX_BYTES)
			return pb_fail(
				-EFBIG,
				"more than %d MiB, and no record stream: too much for a log; cut "
				"out the part with gup_test's lines, and import that",
				PB_LOG_MAX_BYTES >> 20);
		if (pb_buf_add(&text, chunk, len))
			return -ENOMEM;
	}
	if (ferror(in))
		return pb_fail(errno ? -errno : -EIO, "cannot read: %s", strerror(errno));
	if (!text.data && pb_buf_add(&text, "", 0))
		return -ENOMEM;
	*ret_text = text;
	text = (struct pb_buf){ 0 };
	return 0;
}

/* 'l' or 'b' for the byte order of UTF-16, 0 for none: by its mark, or as ASCII looks in it. */
static char utf16_order(const unsigned char *text, size_t len)
{
	size_t nr = len / 2 < 512 ? len / 2 : 512, low = 0, high = 0;

	if (len < 4)
		return 0;
	if (text[0] == 0xff && text[1] == 0xfe)
		return 'l';
	if (text[0] == 0xfe && text[1] == 0xff)
		return 'b';
	for (size_t i = 0; i < nr; i++) {
		low += text[2 * i] && !text[2 * i + 1];
		high += !text[2 * i] && text[2 * i + 1];
	}
	return low * 10 >= nr * 9 ? 'l' : high * 10 >= nr * 9 ? 'b' : 0;
}

size_t pb_utf8_put(unsigned unit, char out[3])
{
	if (unit < 0x80) {
		out[0] = (char)unit;
		return 1;
	}
	if (unit < 0x800) {
		out[0] = (char)(0xc0 | unit >> 6);
		out[1] = (char)(0x80 | (unit & 0x3f));
		return 2;
	}
	/* Half of a pair is no character that a benchmark prints. */
	if (unit >= 0xd800 && unit < 0xe000)
		unit = 0xfffd;
	out[0] = (char)(0xe0 | unit >> 12);
	out[1] = (char)(0x80 | (unit >> 6 & 0x3f));
	out[2] = (char)(0x80 | (unit & 0x3f));
	return 3;
}

/* Of four bytes three are NUL, or it has the mark of such. */
static int utf32_check(const struct pb_buf *text)
{
	const unsigned char *in = (const unsigned char *)text->data;
	size_t nr = text->len_bytes / 4 < 512 ? text->len_bytes / 4 : 512, little = 0, big = 0;

	for (size_t i = 0; i < nr; i++) {
		const unsigned char *c = in + 4 * i;

		little += c[0] && !c[1] && !c[2] && !c[3];
		big += !c[0] && !c[1] && !c[2] && c[3];
	}
	if (!nr || (little * 10 < nr * 9 && big * 10 < nr * 9 &&
		    memcmp(in, "\xff\xfe\0\0", 4) != 0 && memcmp(in, "\0\0\xfe\xff", 4) != 0))
		return 0;
	return pb_fail(-EBADMSG, "the text is UTF-32; valid are UTF-8 and UTF-16: "
				 "iconv -f UTF-32 -t UTF-8 FILE | pinbench import -");
}

static int utf16_undo(struct pb_buf *text)
{
	const unsigned char *in = (const unsigned char *)text->data;
	char order = utf16_order(in, text->len_bytes);
	pb_cleanup(pb_buf_done) struct pb_buf out = { 0 };

	if (!order)
		return 0;
	for (size_t i = 0; i + 1 < text->len_bytes; i += 2) {
		unsigned unit = order == 'l' ? in[i] | in[i + 1] << 8 : in[i] << 8 | in[i + 1];
		char bytes[3];

		if (pb_buf_add(&out, bytes, pb_utf8_put(unit, bytes)))
			return -ENOMEM;
	}
	pb_buf_done(text);
	*text = out;
	out = (struct pb_buf){ 0 };
	return 0;
}

/* CR, CR LF, CR CR LF each end one line. */
static void ends_undo(struct pb_buf *text)
{
	char *to = text->data, *end = text->data + text->len_bytes;

	for (const char *at = text->data; at < end; at++) {
		const char *after = at;

		if (*at != '\r') {
			*to++ = *at;
			continue;
		}
		while (after < end && *after == '\r')
			after++;
		if (after < end && *after == '\n')
			at = after;
		*to++ = '\n';
	}
	*to = '\0';
	text->len_bytes = (size_t)(to - text->data);
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that "=XX" at @at stands for, where mail programs write it so; else -1. */
static int quoted_byte(const char *at)
{
	int byte = hex(at[1]) < 0 || hex(at[2]) < 0 ? -1 : hex(at[1]) << 4 | hex(at[2]);

	/* Printable ones stand for themselves, save these few: "nr_pages=512" is no 'Q2'. */
	return byte >= 0x80 || (byte >= 0 && byte < ' ') || (byte > 0 && strchr(" =.-_F>", byte))
		       ? byte
		       : -1;
}

/* The end of the line where only blanks are before it, else NULL. */
static const char *line_end(const char *at)
{
	at += strspn(at, " \t");
	return *at == '\n' || !*at ? at : NULL;
}

/* "Subject: ..." above a mail's text, or a part's boundary: never quoted; "running: ..." is none. */
static bool is_mail_header(const char *line)
{
	size_t len =
		strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

	return (len && !islower((unsigned char)line[0]) && line[len] == ':' &&
		line[len + 1] == ' ') ||
	       !strncmp(line, "--", 2) || !strncmp(line, "From ", 5) || line[0] == '\t';
}

static bool is_quoted_printable(const char *text)
{
	bool found = false;

	for (const char *line = text; *line;) {
		const char *end = strchrnul(line, '\n');

		for (const char *at = line; !is_mail_header(line) && at < end; at++) {
			if (*at != '=')
				continue;
			if (line_end(at + 1)) {
				found |= at > line;
				continue;
			}
			if (quoted_byte(at) < 0)
				return false;
			/* "=3D" wherever; "=20" where it had to be hidden, before a line's end. */
			found |= quoted_byte(at) == '=' || quoted_byte(at) >= 0x80 ||
				 (quoted_byte(at) == ' ' && line_end(at + 3));
		}
		line = *end ? end + 1 : end;
	}
	return found;
}

static void quoted_undo(struct pb_buf *text)
{
	char *to = text->data;
	size_t joined = 0;

	if (!is_quoted_printable(text->data))
		return;
	for (const char *at = text->data; *at; at++) {
		const char *end;

		if (*at == '=' && (end = line_end(at + 1))) {
			joined += *end == '\n';
			at = *end ? end : end - 1;
		} else if (*at == '=' && quoted_byte(at) >= 0) {
			*to++ = (char)quoted_byte(at);
			at += 2;
		} else {
			*to++ = *at;
			/* There is room: each of these was "=\n". */
			for (; *at == '\n' && joined; joined--)
				*to++ = '\n';
		}
	}
	*to = '\0';
	text->len_bytes = (size_t)(to - text->data);
}

/* "[31m" behind an escape: its length, 0 where it never ends. */
static size_t colour_len(const char *at, size_t left)
{
	size_t end = 1 + strspn(at + 1, "0123456789;:?<=>! \"'$");

	return end < left && at[end] >= '@' && at[end] <= '~' ? end + 1 : 0;
}

/* "]0;title" behind an escape, up to its end: a bell, or ESC and a backslash. */
static size_t title_len(const char *at, size_t left)
{
	size_t end = strcspn(at, "\a\n\033");

	if (end < left && at[end] == '\a')
		return end + 1;
	return end + 1 < left && at[end] == ESCAPE && at[end + 1] == '\\' ? end + 2 : end;
}

/* The length of a terminal's control sequence at @at, of which there are @left bytes, or 0. */
static size_t sequence_len(const char *at, size_t left)
{
	/* As `cat -v` and syslog daemons write it. */
	static const char *const written[] = { "^[", "#033" };

	for (size_t i = 0; i < PB_ARRAY_SIZE(written); i++) {
		size_t len = strlen(written[i]), colour;

		if (strncmp(at, written[i], len) != 0 || at[len] != '[')
			continue;
		colour = colour_len(at + len, left - len);
		return colour ? len + colour : 0;
	}
	if (at[0] != ESCAPE)
		return 0;
	if (left < 2 || at[1] == '\n')
		return 1;
	if (at[1] == '[')
		return 1 + (colour_len(at + 1, left - 1) ? colour_len(at + 1, left - 1) : 1);
	if (at[1] == ']')
		return 1 + title_len(at + 1, left - 1);
	return strchr("()*+#%", at[1]) && left > 2 && at[2] != '\n' ? 3 : 2;
}

static void controls_undo(struct pb_buf *text)
{
	char *to = text->data, *line = to, *end = text->data + text->len_bytes;

	for (const char *at = text->data; at < end;) {
		unsigned char c = (unsigned char)*at;
		/* A terminal's sequences hold no NUL, so that this ends at one. */
		size_t skipped = c == ESCAPE || c == '^' || c == '#'
					 ? sequence_len(at, (size_t)(end - at))
					 : 0;

		at += skipped ? skipped : 1;
		if (skipped)
			continue;
		if (c == '\b') {
			to -= to > line;
		} else if (c == 0xc2 && at < end && (unsigned char)*at == 0xa0) {
			*to++ = ' '; /* a page's blank that does not break */
			at++;
		} else if (c == '\n') {
			while (to > line && (to[-1] == CONTROL || to[-1] == ' ' || to[-1] == '\t'))
				to--;
			*to++ = '\n';
			line = to;
		} else if ((c >= ' ' && c != 0x7f) || c == '\t') {
			*to++ = (char)c;
		} else if (to > line) {
			*to++ = CONTROL;
		}
	}
	while (to > line && (to[-1] == CONTROL || to[-1] == ' ' || to[-1] == '\t'))
		to--;
	*to = '\0';
	text->len_bytes = (size_t)(to - text->data);
}

static int lengths_check(const char *text)
{
	size_t number = 1;

	for (const char *line = text, *end; *line; line = *end ? end + 1 : end, number++) {
		end = strchrnul(line, '\n');
		if (end - line > PB_LOG_LINE_MAX_BYTES)
			return pb_fail(-EBADMSG,
				       "line %zu has %zu bytes; one of a log has at most %d",
				       number, (size_t)(end - line), PB_LOG_LINE_MAX_BYTES);
	}
	return 0;
}

int pb_log_text_decode(struct pb_buf *text)
{
	int ret = utf32_check(text);

	if (!ret)
		ret = utf16_undo(text);
	if (ret)
		return ret;
	/* quoted_undo() reads strings: a NUL is noise like other control characters. */
	for (size_t i = 0; i < text->len_bytes; i++)
		if (!text->data[i])
			text->data[i] = CONTROL;
	ends_undo(text);
	ret = pb_log_yaml_undo(text);
	if (ret)
		return ret;
	quoted_undo(text);
	for (size_t i = 0; i < text->len_bytes; i++)
		if (!text->data[i])
			text->data[i] = CONTROL;
	controls_undo(text);
	return lengths_check(text->data);
}
