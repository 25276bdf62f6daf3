// SPDX-License-Identifier: GPL-2.0-only
/*
 * draw - one gnuplot for all figures, each wide and narrow.
 * Why: a figure follows light and dark, and a phone gets a picture drawn for its width.
 */
#include "report/draw/draw.h"

#include <errno.h>
#include <string.h>

#include "common/embed.h"
#include "common/encode/gnuplot.h"
#include "common/encode/html.h"
#include "common/err.h"
#include "common/file.h"
#include "common/proc.h"
#include "common/save.h"
#include "common/str.h"
#include "report/draw/svg.h"
#include "report/runs/text.h"

enum {
	WIDE_PX = 720,
	NARROW_PX = 360,
	WIDE_TITLE_PX = 16,
	NARROW_TITLE_PX = 15,
	NOTE_FONT_PX = 11,
	PNG_SCALE = 2
};

/* pngcairo's font sizes are points of 1/72 inch, 96 pixels to the inch; SVG's are pixels. */
#define PX_PER_POINT (72.0 / 96)

/*
 * How wide a letter is, in font sizes: a browser has one of several narrow fonts; a PNG has what
 * this machine has, which without others is DejaVu, the widest of them.
 */
static const double svg_letter = 0.56, png_letter = 0.64;

enum output { OUTPUT_WIDE, OUTPUT_NARROW, OUTPUT_PNG };

static const char *const endings[] = { ".svg", ".narrow.svg", ".png" };

const char *pb_embedded_text(const char *name)
{
	for (const struct pb_embedded *t = pb_embedded_templates; t->name; t++)
		if (pb_streq(t->name, name))
			return t->text;
	return NULL;
}

static char *file_path(const struct pb_figure *figure, const char *dir, const char *ending)
{
	return pb_format("%s/%s%s", dir, figure->name, ending);
}

/* Title or note, broken into lines, as a gnuplot array. Returns the number of lines, or -errno. */
static int lines_write(FILE *out, const char *array, const char *text, int width_px,
		       double letter_px)
{
	_cleanup_free_ char *wrapped = strdup(text);
	char *rest = wrapped;
	unsigned int nr;

	if (!wrapped)
		return pb_fail(-ENOMEM, "out of memory");
	nr = pb_text_wrap(wrapped, (unsigned int)((width_px - 20) / letter_px));
	pb_gp_script(out, array);
	pb_gp_printf(out, "S = %u\narray ", nr);
	pb_gp_script(out, array);
	pb_gp_printf(out, "[%u]\n", nr);
	for (unsigned int i = 0; i < nr; i++) {
		pb_gp_script(out, array);
		pb_gp_printf(out, "[%u] = %s\n", i + 1, strsep(&rest, "\n"));
	}
	return (int)nr;
}

static void terminal_write(FILE *out, enum output output, const struct pb_canvas *canvas)
{
	pb_gp_number(out, "W", canvas->width);
	pb_gp_number(out, "H", canvas->height);
	pb_gp_number(out, "TOP", canvas->top);
	pb_gp_number(out, "TITLE_PX", output == OUTPUT_NARROW ? NARROW_TITLE_PX : WIDE_TITLE_PX);
	if (output == OUTPUT_PNG)
		pb_gp_printf(
			out,
			"set terminal pngcairo noenhanced size %d,%d fontscale %g linewidth %d "
			"dashlength 0.6 background '#ffffff' font 'Arial,12'\n",
			canvas->width * PNG_SCALE, canvas->height * PNG_SCALE,
			PNG_SCALE * PX_PER_POINT, PNG_SCALE);
	else
		pb_gp_printf(out,
			     "set terminal svg dynamic noenhanced size %d,%d "
			     "font 'Inter,Helvetica,Arial,sans-serif,12'\n",
			     canvas->width, canvas->height);
}

/* The figure's own labels come after head.gp, which clears those of the figure before. */
static int picture_write(const struct pb_figure *figure, enum output output, FILE *out)
{
	struct pb_canvas canvas = { .width = output == OUTPUT_NARROW ? NARROW_PX : WIDE_PX };
	_cleanup_free_ char *path = pb_format("%s%s", figure->name, endings[output]);
	_cleanup_free_ char *data = pb_format("%s.tsv", figure->name), *script = NULL;
	int title_px = output == OUTPUT_NARROW ? NARROW_TITLE_PX : WIDE_TITLE_PX;
	double letter = output == OUTPUT_PNG ? png_letter : svg_letter;
	size_t len = 0;
	int titles, notes, ret;
	FILE *own;

	if (!path || !data)
		return -ENOMEM;
	fputs("reset session\n", out);
	titles = lines_write(out, "TITLE", figure->title, canvas.width, title_px * letter);
	notes = lines_write(out, "NOTE", figure->note, canvas.width, NOTE_FONT_PX * letter);
	own = open_memstream(&script, &len);
	if (titles < 0 || notes < 0 || !own)
		return pb_fail(-ENOMEM, "out of memory");
	canvas.top = 20 * titles + 15 * notes + 20;
	ret = figure->kind->script(figure, &canvas, own);
	if (fclose(own) || ret)
		return ret ? ret : pb_fail(-ENOMEM, "out of memory");
	terminal_write(out, output, &canvas);
	/* Names without a folder: gnuplot runs in it, and no user's path is part of a script. */
	pb_gp_printf(out, "set output %s\nDATA = %s\nUNIT = %s\n", path, data, figure->unit);
	pb_gp_script(out, pb_embedded_text("head.gp"));
	pb_gp_script(out, script);
	pb_gp_script(out, pb_embedded_text(figure->kind->template));
	fputs("\nunset output\n", out);
	return 0;
}

static int data_write(const struct pb_figure *figure, const char *dir)
{
	_cleanup_free_ char *path = file_path(figure, dir, ".tsv"), *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out || !path) {
		if (out)
			fclose(out);
		return pb_fail(-ENOMEM, "out of memory");
	}
	figure->kind->data(figure, out);
	if (fclose(out))
		return pb_fail(-ENOMEM, "out of memory");
	return pb_file_write(path, text, len);
}

static int script_make(const struct pb_figures *figures, const char *dir, bool png, char **ret_text)
{
	enum output last = png ? OUTPUT_PNG : OUTPUT_NARROW;
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int ret = 0;

	if (!out)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < figures->nr && !ret; i++) {
		ret = data_write(&figures->items[i], dir);
		for (enum output o = OUTPUT_WIDE; o <= last && !ret; o++)
			ret = picture_write(&figures->items[i], o, out);
	}
	if (fclose(out) && !ret)
		ret = pb_fail(-ENOMEM, "out of memory");
	if (ret)
		return ret;
	*ret_text = pb_steal(text);
	return 0;
}

static int files_finish(const struct pb_figure *figure, const char *dir)
{
	_cleanup_free_ char *wide = file_path(figure, dir, endings[OUTPUT_WIDE]);
	_cleanup_free_ char *narrow = file_path(figure, dir, endings[OUTPUT_NARROW]);
	int ret;

	if (!wide || !narrow)
		return -ENOMEM;
	ret = pb_svg_finish(wide, figure->title, figure->alt);
	return ret ? ret : pb_svg_finish(narrow, figure->title, figure->alt);
}

int pb_draw(const struct pb_figures *figures, const char *dir, bool png)
{
	/* -d: nobody's start-up files, which could be of any content. */
	static const char *const argv[] = { "gnuplot", "-d", "-", NULL };
	_cleanup_free_ char *script = NULL;
	struct pb_proc_options options = { 0 };
	int ret = script_make(figures, dir, png, &script);

	if (ret || !figures->nr)
		return ret;
	options.input = script;
	options.dir = dir;
	options.alone = true;
	ret = pb_proc_run(argv, &options, NULL);
	if (ret == -ENOENT)
		return pb_fail(ret, "cannot draw the figures: gnuplot is not installed (Debian: "
				    "gnuplot-nox)");
	if (ret)
		return pb_fail_in(ret, "cannot draw the figures");
	for (size_t i = 0; i < figures->nr && !ret; i++)
		ret = files_finish(&figures->items[i], dir);
	return ret;
}

int pb_draw_inline(const struct pb_figure *figure, const char *dir, unsigned int serial, FILE *out)
{
	static const struct {
		enum output output;
		const char *class;
	} rows[] = { { OUTPUT_WIDE, "wide" }, { OUTPUT_NARROW, "narrow" } };

	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *path = file_path(figure, dir, endings[rows[i].output]);
		char prefix[PB_NUMBER_LEN];
		int ret;

		if (!path)
			return -ENOMEM;
		snprintf(prefix, sizeof(prefix), "f%u%c", serial, rows[i].class[0]);
		pb_html_printf(out, "<div class=\"%s\">", rows[i].class);
		ret = pb_svg_inline(path, prefix, out);
		if (ret)
			return ret;
		fputs("</div>\n", out);
	}
	return 0;
}
