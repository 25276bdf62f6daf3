// SPDX-License-Identifier: GPL-2.0-only
/*
 * figure - what a page costs by each user, taken apart, kernels below each other, as SVG.
 * Why: users differ by a factor of thousands, so that each has a scale of its own, and its number.
 */
#include "report/users/figure.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/encode/html.h"
#include "common/err.h"
#include "common/str.h"

enum panel { FEWEST, MOST, NR_PANELS };

/* In pixels: names, then for each panel kernels, bars and numbers. */
enum {
	NAMES_W = 196,
	KERNEL_W = 46,
	BAR_W = 150,
	NUMBER_W = 72,
	PANEL_W = KERNEL_W + BAR_W + NUMBER_W,
	BAR_H = 10,
	LINE_GAP = 10,
	HEAD_H = 62,
	WIDTH = NAMES_W + (int)NR_PANELS * PANEL_W,
};

static const char *const colours[PB_NR_SHARES] = {
	[PB_SHARE_PIN] = "#0072b2",
	[PB_SHARE_ACCOUNTING] = "#d55e00",
	[PB_SHARE_MAPPING] = "#f0c000",
	[PB_SHARE_REST] = "#a0a4a8",
};

/* A user and one phase of it. */
struct line {
	const struct pb_user_row *named; /* of the newest kernel that has it */
	const struct pb_user_row *cells[PB_USERS_FIGURE_KERNELS][NR_PANELS];
};

struct figure {
	size_t nr_kernels;
	const char *kernels[PB_USERS_FIGURE_KERNELS];
	size_t nr;
	struct line *lines;
};

static void figure_done(struct figure *figure)
{
	free(figure->lines);
}

static void kernels_list(const struct pb_user_rows *rows, struct figure *figure)
{
	const char *last = "";

	for (size_t i = 0; i < rows->nr; i++) {
		if (pb_streq(rows->rows[i].kernel, last))
			continue;
		last = rows->rows[i].kernel;
		if (figure->nr_kernels == PB_USERS_FIGURE_KERNELS) {
			memmove(figure->kernels, figure->kernels + 1,
				(PB_USERS_FIGURE_KERNELS - 1) * sizeof(*figure->kernels));
			figure->nr_kernels--;
		}
		figure->kernels[figure->nr_kernels++] = last;
	}
}

static bool kernel_find(const struct figure *figure, const char *name, size_t *ret_kernel)
{
	for (size_t i = 0; i < figure->nr_kernels; i++)
		if (pb_streq(figure->kernels[i], name)) {
			*ret_kernel = i;
			return true;
		}
	return false;
}

static int line_find(struct figure *figure, const struct pb_user_row *row, struct line **ret_line)
{
	struct line *grown;

	for (size_t i = 0; i < figure->nr; i++)
		if (pb_streq(figure->lines[i].named->user, row->user) &&
		    pb_streq(figure->lines[i].named->phase, row->phase)) {
			*ret_line = &figure->lines[i];
			return 0;
		}
	grown = reallocarray(figure->lines, figure->nr + 1, sizeof(*grown));
	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	figure->lines = grown;
	*ret_line = &grown[figure->nr++];
	**ret_line = (struct line){ .named = row };
	return 0;
}

static void cell_place(struct line *line, size_t kernel, const struct pb_user_row *row)
{
	const struct pb_user_row **cells = line->cells[kernel];

	if (!cells[FEWEST] || row->nr_pages < cells[FEWEST]->nr_pages)
		cells[FEWEST] = row;
	if (!cells[MOST] || row->nr_pages > cells[MOST]->nr_pages)
		cells[MOST] = row;
}

/* In the order of the newest kernel's users; behind them who was there only before. */
static int lines_make(const struct pb_user_rows *rows, struct figure *figure)
{
	for (size_t k = figure->nr_kernels; k-- > 0;)
		for (size_t i = 0; i < rows->nr; i++) {
			const struct pb_user_row *row = &rows->rows[i];
			struct line *line = NULL;
			size_t kernel;
			int ret;

			if (!kernel_find(figure, row->kernel, &kernel) || kernel != k)
				continue;
			ret = line_find(figure, row, &line);
			if (ret)
				return ret;
			cell_place(line, k, row);
		}
	return 0;
}

static bool is_drawn(const struct line *line)
{
	for (size_t k = 0; k < PB_USERS_FIGURE_KERNELS; k++)
		if (line->cells[k][FEWEST] && line->cells[k][FEWEST]->state == PB_CELL_MEASURED)
			return true;
	return false;
}

static double price_of(const struct pb_user_row *row)
{
	return row && row->state == PB_CELL_MEASURED ? row->total / (double)row->nr_pages : 0;
}

static double dearest_of(const struct line *line, enum panel panel)
{
	double most = 0;

	for (size_t k = 0; k < PB_USERS_FIGURE_KERNELS; k++)
		most = fmax(most, price_of(line->cells[k][panel]));
	return most;
}

/* "debian:6.12/amd64" is 6.12/amd64 where there is little room. */
static const char *kernel_short(const char *name)
{
	static const char debian[] = "debian:";

	return strncmp(name, debian, strlen(debian)) ? name : name + strlen(debian);
}

static void tooltip_write(FILE *out, const struct pb_user_row *row)
{
	pb_html_printf(out, "<title>%s, %s, %s, %llu pages: ", row->kernel, row->user, row->phase,
		       (unsigned long long)row->nr_pages);
	if (row->state != PB_CELL_MEASURED)
		pb_html_printf(out, "%s: %s", pb_cell_state_name(row->state),
			       row->reason ? row->reason : "-");
	else
		pb_html_printf(out, "%.2f instructions a page", price_of(row));
	for (enum pb_user_share share = 0; row->shared && share < PB_NR_SHARES; share++)
		pb_html_printf(out, ", %s %.2f", pb_user_share_name(share),
			       row->parts[share] / (double)row->nr_pages);
	if (row->state == PB_CELL_MEASURED)
		pb_html_printf(out, "; %s %s", row->entry, row->flags);
	pb_html_markup(out, "</title>");
}

/* Not taken apart, it is all one thing. */
static double part_of(const struct pb_user_row *row, enum pb_user_share share)
{
	double part = row->shared ? row->parts[share] : share == PB_SHARE_REST ? row->total : 0;

	return part > 0 ? part / (double)row->nr_pages : 0;
}

static void bar_draw(FILE *out, const struct pb_user_row *row, double most, int x, int y)
{
	double at = x + KERNEL_W;

	pb_html_markup(out, "<g>");
	tooltip_write(out, row);
	for (enum pb_user_share share = 0; share < PB_NR_SHARES; share++) {
		double width = most > 0 ? BAR_W * part_of(row, share) / most : 0;

		if (width > 0)
			pb_html_printf(out,
				       "<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\" "
				       "fill=\"%s\"/>",
				       at, y, width, BAR_H - 2, colours[share]);
		at += width;
	}
	pb_html_printf(out, "<text x=\"%.1f\" y=\"%d\" font-size=\"9\">%.*f</text></g>\n", at + 4,
		       y + BAR_H - 3, price_of(row) < 100 ? 1 : 0, price_of(row));
}

static void cell_draw(FILE *out, const char *kernel, const struct pb_user_row *row, double most,
		      int x, int y)
{
	pb_html_printf(out,
		       "<g fill=\"rgb(119,119,119)\"><text x=\"%d\" y=\"%d\" font-size=\"9\" "
		       "text-anchor=\"end\">%s</text></g>",
		       x + KERNEL_W - 5, y + BAR_H - 3, kernel_short(kernel));
	if (row->state == PB_CELL_MEASURED) {
		bar_draw(out, row, most, x, y);
		return;
	}
	pb_html_markup(out, "<g fill=\"rgb(119,119,119)\">");
	tooltip_write(out, row);
	pb_html_printf(out, "<text x=\"%d\" y=\"%d\" font-size=\"9\">%s</text></g>\n", x + KERNEL_W,
		       y + BAR_H - 3, pb_cell_state_name(row->state));
}

/* A user that takes one page a call, however many were wanted, is drawn once. */
static bool is_twice(const struct line *line, size_t kernel, enum panel panel)
{
	return panel == MOST && line->cells[kernel][MOST] == line->cells[kernel][FEWEST];
}

static void line_draw(FILE *out, const struct figure *figure, const struct line *line, int y)
{
	bool releases = pb_streq(line->named->phase, "release");

	pb_html_printf(out,
		       "<text x=\"0\" y=\"%d\" font-size=\"11\" font-weight=\"%s\">%s%s</text>\n",
		       y + BAR_H - 1, releases ? "400" : "600", line->named->user,
		       releases ? ", release" : "");
	if (!releases)
		pb_html_printf(out,
			       "<g fill=\"rgb(119,119,119)\"><text x=\"0\" y=\"%d\" "
			       "font-size=\"8.5\">%s</text></g>\n",
			       y + 2 * BAR_H,
			       pb_streq(line->named->entry, "-") ? "no page is taken"
								 : line->named->entry);
	for (enum panel panel = FEWEST; panel < NR_PANELS; panel++) {
		double most = dearest_of(line, panel);

		for (size_t k = 0; k < figure->nr_kernels; k++)
			if (line->cells[k][panel] && !is_twice(line, k, panel))
				cell_draw(out, figure->kernels[k], line->cells[k][panel], most,
					  NAMES_W + (int)panel * PANEL_W, y + (int)k * BAR_H);
	}
}

static void head_draw(FILE *out)
{
	static const char *const titles[NR_PANELS] = { "fewest pages a call", "most pages a call" };
	int x = 0;

	for (enum pb_user_share share = 0; share < PB_NR_SHARES; share++) {
		pb_html_printf(out,
			       "<rect x=\"%d\" y=\"8\" width=\"11\" height=\"11\" fill=\"%s\"/>"
			       "<text x=\"%d\" y=\"18\" font-size=\"11\">%s</text>\n",
			       x, colours[share], x + 16, pb_user_share_name(share));
		x += 110;
	}
	for (enum panel panel = FEWEST; panel < NR_PANELS; panel++)
		pb_html_printf(out,
			       "<text x=\"%d\" y=\"%d\" font-size=\"12\" "
			       "font-weight=\"600\">%s</text>\n",
			       NAMES_W + KERNEL_W + (int)panel * PANEL_W, HEAD_H - 18,
			       titles[panel]);
}

static int line_height(const struct figure *figure)
{
	int nr = figure->nr_kernels < 2 ? 2 : (int)figure->nr_kernels; /* its entry is below it */

	return nr * BAR_H + LINE_GAP;
}

int pb_users_svg(const struct pb_user_rows *rows, FILE *out)
{
	pb_cleanup(figure_done) struct figure figure = { 0 };
	int ret, y = HEAD_H, nr = 0;

	kernels_list(rows, &figure);
	ret = lines_make(rows, &figure);
	if (ret)
		return ret;
	for (size_t i = 0; i < figure.nr; i++)
		nr += is_drawn(&figure.lines[i]);
	if (!nr)
		return 0;
	pb_html_printf(out,
		       "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
		       "role=\"img\" aria-label=\"Instructions a page by user and kernel, taken "
		       "apart\" font-family=\"sans-serif\">\n",
		       WIDTH, HEAD_H + nr * line_height(&figure));
	head_draw(out);
	for (size_t i = 0; i < figure.nr; i++) {
		if (!is_drawn(&figure.lines[i]))
			continue;
		line_draw(out, &figure, &figure.lines[i], y);
		y += line_height(&figure);
	}
	pb_html_markup(out, "</svg>\n");
	return 0;
}
