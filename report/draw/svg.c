// SPDX-License-Identifier: GPL-2.0-only
/*
 * svg - edits of the few places of gnuplot's SVG that matter, by text.
 * Why: the writer is known and its output regular; an XML library would weigh more than this file.
 */
#include "report/draw/svg.h"

#include <errno.h>
#include <string.h>

#include "common/encode/html.h"
#include "common/err.h"
#include "common/file.h"
#include "common/save.h"
#include "common/str.h"

static const char style_begin[] = "<style>", style_end[] = "</style>\n";

/*
 * #777777 is what the templates call muted; black is gnuplot's default. Words on a coloured ground
 * (heat.gp) stay as they are by day and by night.
 */
static const char style[] = "text{fill:#1c1c1c}g[fill=\"rgb(119,119,119)\"]>text{fill:#5f6368}"
			    "g[fill=\"rgb(250,250,250)\"]>text{fill:#fafafa!important}"
			    "g[fill=\"rgb(17,17,17)\"]>text{fill:#111!important}"
			    "@media(prefers-color-scheme:dark){text{fill:#e6e6e6}"
			    "g[fill=\"rgb(119,119,119)\"]>text{fill:#a8adb2}}";

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* What follows <svg ...> and gnuplot's own title and description. */
static const char *body_find(const char *text)
{
	const char *svg = strstr(text, "<svg"), *end = svg ? strchr(svg, '>') : NULL;
	const char *desc = end ? strstr(end, "</desc>") : NULL;

	return desc ? desc + strlen("</desc>") : NULL;
}

static char *attribute_find(const char *text, const char *name)
{
	const char *at = strstr(text, name), *end;

	at = at ? at + strlen(name) : NULL;
	end = at ? strchr(at, '"') : NULL;
	return end ? strndup(at, (size_t)(end - at)) : NULL;
}

/* Titles inside are gnuplot's names for its plots, which a browser would show as tooltips. */
static void untitled_write(FILE *out, const char *body)
{
	while (*body) {
		const char *title = strstr(body, "<title>");
		const char *end = title ? strstr(title, "</title>") : NULL;

		if (!end) {
			pb_html_markup(out, body);
			return;
		}
		fwrite(body, 1, (size_t)(title - body), out);
		body = end + strlen("</title>");
	}
}

/* What gnuplot says of nearly every group is said once, of the one around them all. */
static const char canvas[] = "<g id=\"gnuplot_canvas\"";
static const char *const usual[] = {
	" font-family=\"Inter,Helvetica,Arial,sans-serif\"",
	" stroke-width=\"1.00\" stroke-linecap=\"butt\" stroke-linejoin=\"miter\"",
};

static void line_write(FILE *out, const char *line, size_t len)
{
	const char *end = line + len;

	while (line < end) {
		size_t skip = 0;

		for (size_t i = 0; i < PB_ARRAY_SIZE(usual) && !skip; i++)
			skip = starts(line, usual[i]) ? strlen(usual[i]) : 0;
		if (skip)
			line += skip;
		else
			fputc(*line++, out);
	}
	fputc('\n', out);
}

/* The next line that is not blank, without what it is indented by. */
static const char *line_next(const char *text, size_t *ret_len)
{
	text += strspn(text, "\n\t ");
	*ret_len = strcspn(text, "\n");
	return text;
}

/* Past the end of gnuplot's shapes for points and boxes, where none of them is used. */
static const char *shapes_skip(const char *line)
{
	const char *end = starts(line, "<defs>") ? strstr(line, "</defs>") : NULL;
	const char *first = strstr(line, "id='gpDot'");

	if (!end || !first || first > end || strstr(end, "#gp") || strstr(end, "#textbox") ||
	    strstr(end, "#greybox"))
		return NULL;
	return end + strlen("</defs>");
}

/* A page holds hundreds of pictures: only what draws something stays. */
static void body_write(FILE *out, const char *body)
{
	size_t len, next_len;

	for (const char *line = line_next(body, &len); *line;) {
		const char *next = line_next(line + len, &next_len), *rest = shapes_skip(line);

		if (rest) {
			line = line_next(rest, &len);
			continue;
		}
		if (starts(line, "<g fill=") && line[len - 1] == '>' && starts(next, "</g>") &&
		    next_len == strlen("</g>")) {
			line = line_next(next + next_len, &len);
			continue;
		}
		if (starts(line, canvas)) {
			pb_html_markup(out, canvas);
			for (size_t i = 0; i < PB_ARRAY_SIZE(usual); i++)
				pb_html_markup(out, usual[i]);
			line_write(out, line + strlen(canvas), len - strlen(canvas));
		} else {
			line_write(out, line, len);
		}
		line = next;
		len = next_len;
	}
}

int pb_svg_finish(const char *path, const char *title, const char *alt)
{
	_cleanup_free_ char *text = NULL, *fresh = NULL, *box = NULL, *untitled = NULL;
	const char *body;
	size_t len = 0;
	FILE *out;
	int ret = pb_file_read(path, &text, NULL);

	if (ret)
		return ret;
	body = body_find(text);
	box = attribute_find(text, "viewBox=\"");
	if (!body || !box || !strstr(body, "</svg>"))
		return pb_fail(-EBADMSG, "cannot use '%s': gnuplot did not finish it", path);
	out = open_memstream(&untitled, &len);
	if (!out)
		return pb_fail(-ENOMEM, "out of memory");
	untitled_write(out, body);
	if (fclose(out))
		return pb_fail(-ENOMEM, "out of memory");
	out = open_memstream(&fresh, &len);
	if (!out)
		return pb_fail(-ENOMEM, "out of memory");
	pb_html_printf(out,
		       "<svg xmlns=\"http://www.w3.org/2000/svg\" "
		       "xmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\" viewBox=\"%s\">\n"
		       "<title>%s</title>\n<desc>%s</desc>\n",
		       box, title, alt);
	pb_html_markup(out, style_begin);
	pb_html_markup(out, style);
	pb_html_markup(out, style_end);
	body_write(out, untitled);
	if (fclose(out))
		return pb_fail(-ENOMEM, "out of memory");
	return pb_file_write(path, fresh, len);
}

/* The attribute that starts here and whose value is an id or names one, up to the id itself. */
static size_t id_attribute(const char *text)
{
	static const char *const starts_of[] = { " id='", " id=\"", "href='#", "href=\"#",
						 "url(#" };

	for (size_t i = 0; i < PB_ARRAY_SIZE(starts_of); i++)
		if (starts(text, starts_of[i]))
			return strlen(starts_of[i]);
	return 0;
}

int pb_svg_inline(const char *path, const char *prefix, FILE *out)
{
	_cleanup_free_ char *text = NULL;
	const char *style_at, *after;
	int ret = pb_file_read(path, &text, NULL);

	if (ret)
		return ret;
	style_at = strstr(text, style_begin);
	after = style_at ? strstr(style_at, style_end) : NULL;
	if (!after)
		return pb_fail(-EBADMSG, "cannot use '%s': it lacks its style", path);
	after += strlen(style_end);
	for (const char *c = text; *c; c++) {
		size_t len = id_attribute(c);

		if (c == style_at)
			c = after;
		if (len) {
			fwrite(c, 1, len, out);
			pb_html_markup(out, prefix);
			c += len - 1;
		} else {
			fputc(*c, out);
		}
	}
	return 0;
}
