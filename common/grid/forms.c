// SPDX-License-Identifier: GPL-2.0-only
/*
 * forms - in which forms an answer is written, and for how wide a place.
 * Why: a form is a file and a row of common/grid/formats.def; --format, its help and its errors
 * come from there.
 */
#include "common/grid/forms.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/err.h"
#include "common/grid/renderers.h"
#include "common/str.h"

/* What a mail can have without being broken by who quotes it. */
enum { MAIL_COLUMNS = 78, LEAST_COLUMNS = 20, MOST_COLUMNS = 10000 };

const struct pb_document_format pb_document_formats[] = {
#define PB_DOCUMENT_FORMAT(name, write, complete, summary) { name, summary, complete, write },
#include "common/grid/formats.def"
#undef PB_DOCUMENT_FORMAT
	{ .name = NULL },
};

/* COLUMNS as a shell sets it; 0: not said, or nothing that could be one. */
static unsigned int columns_said(void)
{
	const char *text = getenv("COLUMNS");
	char *end = NULL;
	unsigned long columns = text ? strtoul(text, &end, 10) : 0;

	if (!text || end == text || *end || columns < LEAST_COLUMNS || columns > MOST_COLUMNS)
		return 0;
	return (unsigned int)columns;
}

struct pb_document_style pb_document_style_of(FILE *out)
{
	struct pb_document_style style = { .columns = MAIL_COLUMNS };
	const char *no_colour = getenv("NO_COLOR");
	unsigned int said = columns_said();
	struct winsize size;

	/* Nothing said by a shell widens a mail, and a narrower one is narrower everywhere. */
	if (!isatty(fileno(out))) {
		style.columns = said && said < MAIL_COLUMNS ? said : MAIL_COLUMNS;
		return style;
	}
	style.colour = !no_colour || !*no_colour;
	if (said)
		style.columns = said;
	else if (!ioctl(fileno(out), TIOCGWINSZ, &size) && size.ws_col >= LEAST_COLUMNS)
		style.columns = size.ws_col;
	return style;
}

const struct pb_document_format *pb_document_format_find(const char *what, const char *name)
{
	pb_cleanup(pb_buf_done) struct pb_buf valid = { 0 };
	const char *nearest = NULL;
	unsigned int best = 3;

	for (const struct pb_document_format *row = pb_document_formats; row->name; row++) {
		unsigned int distance = pb_word_distance(row->name, name);

		if (!distance)
			return row;
		if (pb_buf_printf(&valid, "%s%s", valid.len_bytes ? ", " : "", row->name))
			return NULL;
		if (distance < best) {
			best = distance;
			nearest = row->name;
		}
	}
	pb_fail(-EINVAL, "%s: unknown format '%s'%s%s%s (valid: %s)", what, name,
		nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "",
		valid.data);
	return NULL;
}

int pb_document_write(const struct pb_document *document, const struct pb_document_format *format,
		      FILE *out)
{
	struct pb_document_style style = pb_document_style_of(out);
	int ret = document->error ? pb_fail(document->error, "out of memory") : 0;

	for (size_t i = 0; i < document->nr_items && !ret; i++)
		if (document->items[i]->grid)
			ret = pb_grid_error(document->items[i]->grid);
	if (!ret)
		ret = format->write(document, &style, out);
	if (ret)
		return ret;
	return ferror(out) ? pb_fail(-EIO, "cannot write the answer of '%s'", document->command)
			   : 0;
}
