// SPDX-License-Identifier: GPL-2.0-only
/*
 * heat - strategies by types of memory: the cost of a page in every field, or why there is none.
 * Why: where one memory is dear and another refuses is seen at once, over a whole run.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/draw/figures/figures.h"
#include "report/runs/text.h"

enum {
	LEAST_MEMORIES = 3, /* fewer are seen better side by side as bars */
	ROW_PX = 24,
	HEAD_PX = 30,
	BLOCK_GAP_PX = 14,
	FOOT_PX = 26,
	EDGE_PX = 10,
	FIELD_LEAST_PX = 58, /* of width: a number and, small, the name of an error */
	NAME_FONT_PX = 11,
	WORD_MOST_PX = 10,
	WORD_LEAST_PX = 7,
};

/* Nunez, Anderton and Renslow's cividis, even to the eye with and without colour vision. */
static const uint32_t cividis[] = { 0x00204d, 0x00336f, 0x39486b, 0x575c6d, 0x707173,
				    0x8a8779, 0xa69d75, 0xc4b56c, 0xe4cf5b, 0xffea46 };

/* @at from 0 to 1. */
static uint32_t colour_at(double at)
{
	const size_t nr = PB_ARRAY_SIZE(cividis), last = nr - 1;
	double scaled = fmax(0, fmin(1, at)) * (double)last;
	size_t low = (size_t)scaled, high = low < last ? low + 1 : low;
	double part = scaled - (double)low;
	uint32_t colour = 0;

	for (int shift = 16; shift >= 0; shift -= 8) {
		double from = (double)(cividis[low] >> shift & 0xff);
		double to = (double)(cividis[high] >> shift & 0xff);

		colour |= (uint32_t)lround(from + (to - from) * part) << shift;
	}
	return colour;
}

/* ITU-R BT.601's luma: on the darker half words are light. */
static bool is_dark(uint32_t colour)
{
	double red = (double)(colour >> 16 & 0xff), green = (double)(colour >> 8 & 0xff);

	return 0.299 * red + 0.587 * green + 0.114 * (double)(colour & 0xff) < 128;
}

static bool same_but_memory(const struct pb_setting *a, const struct pb_setting *b)
{
	return pb_cell_axes_same(a->cell, b->cell);
}

/* The map stands with the first of its settings. */
static bool is_first(const struct pb_view *view, const struct pb_setting *setting)
{
	for (const struct pb_setting *s = view->settings; s < setting; s++)
		if (same_but_memory(s, setting))
			return false;
	return true;
}

/* Is the strategy planned with any of the memories? */
static bool has_column(const struct pb_view *view, const struct pb_setting *setting,
		       const char *strategy, uint64_t nr_pages)
{
	for (size_t s = 0; s < view->nr_settings; s++)
		if (same_but_memory(&view->settings[s], setting) &&
		    pb_view_cell(view, &view->settings[s], strategy, nr_pages))
			return true;
	return false;
}

static int name_add(char ***names, size_t *nr, const char *name)
{
	char **grown = reallocarray(*names, *nr + 1, sizeof(*grown));

	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	*names = grown;
	grown[*nr] = pb_printable_copy(name, "");
	return grown[(*nr)++] ? 0 : -ENOMEM;
}

/* The error's name alone: all of a field's width is its own. */
static char *absence_word(const struct pb_summary_cell *cell)
{
	char name[PB_ERROR_NAME_LEN];

	if (!cell)
		return pb_format("–");
	if (cell->state == PB_CELL_REFUSED && cell->error)
		return pb_format("%s", pb_error_name(cell->error, name, sizeof(name)));
	return pb_format("%s", pb_cell_state_name(cell->state));
}

static int tile_add(const struct pb_view *view, const struct pb_summary_cell *cell, size_t row,
		    size_t column, struct pb_figure *figure)
{
	struct pb_tile *tiles =
		reallocarray(figure->tiles, figure->nr_tiles + 1, sizeof(*figure->tiles));
	double total = pb_view_value(view, cell).total;
	char number[PB_NUMBER_LEN];
	struct pb_tile *tile;

	if (!tiles)
		return pb_fail(-ENOMEM, "out of memory");
	figure->tiles = tiles;
	tile = &tiles[figure->nr_tiles];
	*tile = (struct pb_tile){ .row = row, .column = column, .value = total };
	tile->text =
		isnan(total) ? absence_word(cell) : pb_format("%s", pb_number_short(total, number));
	if (!tile->text)
		return -ENOMEM;
	figure->nr_tiles++;
	return 0;
}

/* A logarithm, since costs lie decades apart; what is below one unit a page says only "nothing". */
static void tiles_colour(struct pb_figure *figure)
{
	double least = INFINITY, most = 1;

	for (size_t i = 0; i < figure->nr_tiles; i++) {
		if (figure->tiles[i].value >= 1)
			least = fmin(least, figure->tiles[i].value);
		if (figure->tiles[i].value > most)
			most = figure->tiles[i].value;
	}
	for (size_t i = 0; i < figure->nr_tiles; i++) {
		struct pb_tile *tile = &figure->tiles[i];

		if (isnan(tile->value) || least >= most)
			continue;
		tile->colour = colour_at(log(fmax(tile->value, least) / least) / log(most / least));
	}
}

static int row_add(const struct pb_view *view, const struct pb_setting *setting, uint64_t nr_pages,
		   struct pb_figure *figure, struct pb_buf *alt)
{
	size_t row = figure->nr_panels;
	int ret = name_add(&figure->panels, &figure->nr_panels,
			   pb_memory_name(setting->cell->memory));

	if (!ret)
		ret = pb_buf_printf(alt, " %s:", figure->panels[row]);
	for (size_t i = 0, column = 0; i < view->nr_strategies && !ret; i++) {
		const char *strategy = view->strategies[i];

		if (!has_column(view, setting, strategy, nr_pages))
			continue;
		ret = tile_add(view, pb_view_cell(view, setting, strategy, nr_pages), row, column,
			       figure);
		if (!ret)
			ret = pb_buf_printf(alt, "%s %s %s", column ? "," : "",
					    figure->places[column],
					    figure->tiles[figure->nr_tiles - 1].text);
		column++;
	}
	return ret ? ret : pb_buf_printf(alt, ".");
}

static int map_fill(const struct pb_view *view, const struct pb_setting *setting, uint64_t nr_pages,
		    struct pb_figure *figure, struct pb_buf *alt)
{
	int ret = 0;

	for (size_t i = 0; i < view->nr_strategies && !ret; i++)
		if (has_column(view, setting, view->strategies[i], nr_pages))
			ret = name_add(&figure->places, &figure->nr_places, view->strategies[i]);
	for (size_t s = 0; s < view->nr_settings && !ret; s++)
		if (same_but_memory(&view->settings[s], setting))
			ret = row_add(view, &view->settings[s], nr_pages, figure, alt);
	tiles_colour(figure);
	return ret;
}

static bool has_value(const struct pb_figure *figure)
{
	for (size_t i = 0; i < figure->nr_tiles; i++)
		if (!isnan(figure->tiles[i].value))
			return true;
	return false;
}

/* "", or ", 2 threads": what differs from the usual. */
static int words_make(const struct pb_setting *setting, char **ret_words)
{
	struct pb_setting all = *setting;

	all.instead = "";
	*ret_words = pb_setting_title(&all);
	return *ret_words ? 0 : -ENOMEM;
}

static int plan(const struct pb_figure_kind *kind, const struct pb_view *view,
		const struct pb_setting *setting, struct pb_figures *figures)
{
	pb_cleanup(pb_buf_done) struct pb_buf alt = { 0 };
	_cleanup_free_ char *words = NULL;
	uint64_t nr_pages = setting->pages[setting->nr_pages - 1];
	struct pb_setting all = *setting;
	char pages[PB_WORD_LEN], number[PB_WORD_LEN];
	size_t nr_memories = 0;
	struct pb_figure *figure;
	int ret;

	for (size_t s = 0; s < view->nr_settings; s++)
		nr_memories += same_but_memory(&view->settings[s], setting);
	if (nr_memories < LEAST_MEMORIES || !is_first(view, setting))
		return 0;
	all.instead = "memory";
	snprintf(number, sizeof(number), "%" PRIu64, nr_pages);
	ret = words_make(setting, &words);
	if (!ret)
		ret = pb_figure_add(figures, kind, view, &all, number, &figure);
	if (!ret)
		ret = pb_figure_note(figure,
				     "acquire and release together; the lighter, the dearer, "
				     "on a logarithmic scale; hatched: refused, with "
				     "the error");
	if (!ret)
		ret = map_fill(view, setting, nr_pages, figure, &alt);
	if (ret)
		return ret;
	/* Refusals alone are told by a sentence. */
	if (!has_value(figure)) {
		pb_figure_drop(figures);
		return 0;
	}
	figure->title = pb_format("Cost of a page by memory and strategy%s, %s a call", words,
				  pb_pages_words(nr_pages, pages));
	figure->alt =
		pb_format("%s, %s.%s", figure->title ? figure->title : "", figure->unit, alt.data);
	return figure->title && figure->alt ? 0 : -ENOMEM;
}

static void data(const struct pb_figure *figure, FILE *out)
{
	pb_figure_head(figure, out);
	pb_gp_data_printf(out, "# row\tcolumn\t%s\tcolour\tlight words\ttext\tmemory\tstrategy\n",
			  figure->unit);
	for (size_t i = 0; i < figure->nr_tiles; i++) {
		const struct pb_tile *tile = &figure->tiles[i];

		pb_gp_data_printf(out, "%zu\t%zu\t", tile->row, tile->column);
		pb_gp_data_printf(out, isnan(tile->value) ? "nan" : "%.10g", tile->value);
		pb_gp_data_printf(out, "\t%" PRIu32 "\t%d\t%s\t%s\t%s\n", tile->colour,
				  is_dark(tile->colour), tile->text, figure->panels[tile->row],
				  figure->places[tile->column]);
	}
}

/* A strategy's name in two lines, broken at its hyphen: "longterm", "fast". */
static void column_write(size_t at, const char *name, FILE *out)
{
	const char *hyphen = strchr(name, '-');
	_cleanup_free_ char *top = hyphen ? strndup(name, (size_t)(hyphen - name)) : strdup("");

	pb_gp_printf(out, "TOPWORD[%zu] = %s\nLOWWORD[%zu] = %s\n", at, top ? top : "", at,
		     hyphen ? hyphen + 1 : name);
}

static void names_write(const struct pb_figure *figure, FILE *out)
{
	pb_gp_printf(out, "array TOPWORD[%zu]\narray LOWWORD[%zu]\narray ROW[%zu]\n",
		     figure->nr_places, figure->nr_places, figure->nr_panels);
	for (size_t i = 0; i < figure->nr_places; i++)
		column_write(i + 1, figure->places[i], out);
	for (size_t i = 0; i < figure->nr_panels; i++) {
		pb_gp_printf(out, "ROW[%zu] = %s\n", i + 1, figure->panels[i]);
	}
}

/* The largest size in which every word fits its field; capitals are wider than other letters. */
static int word_px(const struct pb_figure *figure, int field_px)
{
	int px = WORD_MOST_PX;

	for (size_t i = 0; i < figure->nr_tiles; i++)
		while (px > WORD_LEAST_PX && isnan(figure->tiles[i].value) &&
		       pb_text_pixels(figure->tiles[i].text, px) * 6 / 5 > field_px - 2)
			px--;
	return px;
}

static int script(const struct pb_figure *figure, struct pb_canvas *canvas, FILE *out)
{
	int rows = (int)figure->nr_panels, columns = (int)figure->nr_places;
	int left = 0, per, blocks, field_px, block_px;

	for (int i = 0; i < rows; i++) {
		int px = pb_text_pixels(figure->panels[i], NAME_FONT_PX) + EDGE_PX;

		left = px > left ? px : left;
	}
	per = (canvas->width - left - EDGE_PX) / FIELD_LEAST_PX;
	if (per < 1)
		return pb_fail(-EINVAL, "figure '%s': names leave no room for a map", figure->name);
	blocks = (columns + per - 1) / per;
	per = (columns + blocks - 1) / blocks;
	field_px = (canvas->width - left - EDGE_PX) / per;
	block_px = HEAD_PX + rows * ROW_PX + BLOCK_GAP_PX;
	canvas->height = canvas->top + blocks * block_px + FOOT_PX;
	names_write(figure, out);
	pb_gp_number(out, "ROWS", rows);
	pb_gp_number(out, "COLUMNS", columns);
	pb_gp_number(out, "PER", per);
	pb_gp_number(out, "BLOCKS", blocks);
	pb_gp_number(out, "LEFT", left);
	pb_gp_number(out, "CW", field_px);
	pb_gp_number(out, "RH", ROW_PX);
	pb_gp_number(out, "HEAD", HEAD_PX);
	pb_gp_number(out, "BLOCK", block_px);
	pb_gp_number(out, "WORD_PX", word_px(figure, field_px));
	return 0;
}

const struct pb_figure_kind pb_figure_heat = {
	.name = "heat",
	.template = "heat.gp",
	.overview = true,
	.plan = plan,
	.data = data,
	.script = script,
};
