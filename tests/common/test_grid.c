// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_grid - tables and answers in each of their forms, at any width.
 * Why: a column that is cut, or a text that becomes markup, is seen by nobody who made it.
 */
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/encode/markdown.h"
#include "common/grid/forms.h"
#include "common/grid/renderers.h"
#include "common/grid/wrap.h"

static char *written(const struct pb_document *document, const char *form, unsigned int columns)
{
	const struct pb_document_format *format = pb_document_format_find("test", form);
	const struct pb_document_style style = { .columns = columns };
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(format);
	assert_non_null(out);
	assert_int_equal(format->write(document, &style, out), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void assert_fits(const char *text, size_t columns)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		char *line = strndup(text, len);

		if (pb_wrap_columns(line) > columns)
			fail_msg("wider than %zu: '%s'", columns, line);
		free(line);
		text += len + (text[len] == '\n');
	}
}

/* Without blanks and line feeds, so that a text is found wherever it was broken. */
static void squeeze(char *text)
{
	char *to = text;

	for (; *text; text++)
		if (!strchr(" \n", *text))
			*to++ = *text;
	*to = '\0';
}

static void assert_holds(const char *text, const char *part)
{
	char *all = strdup(text), *wanted = strdup(part);

	squeeze(all);
	squeeze(wanted);
	if (!strstr(all, wanted))
		fail_msg("lacks '%s':\n%s", part, text);
	free(all);
	free(wanted);
}

static const char *const words[] = {
	"pin",
	"longterm-fast",
	"a strategy of several words that is longer than any column can be made",
	"one-word-that-no-blank-breaks-and-that-is-longer-than-every-line-of-the-table-may-be",
	"\xE6\xBC\xA2\xE5\xAD\x97 wide",
};

static struct pb_grid *sample(struct pb_document *document)
{
	struct pb_grid *grid = pb_document_grid(document, 0, "costs", "What it %s", "costs");

	pb_grid_column(grid, &(struct pb_grid_column){ "strategy", "strategy",
						       .flags = PB_GRID_KEY | PB_GRID_MOVES });
	pb_grid_column(grid, &(struct pb_grid_column){ "plan", "plan", .flags = PB_GRID_MOVES });
	for (int k = 0; k < 6; k++) {
		char key[3][24], group[24];

		snprintf(group, sizeof(group), "6.%d", k);
		for (int v = 0; v < 3; v++) {
			snprintf(key[v], sizeof(key[v]), "6.%d.%d", k, v);
			pb_grid_column(grid, &(struct pb_grid_column){ .key = key[v],
								       .title = v ? "rel" : "acq",
								       .group = group,
								       .unit = "instructions",
								       .precision = 1,
								       .align = PB_GRID_RIGHT });
		}
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		pb_grid_text(grid, words[i]);
		pb_grid_text(grid, "quick");
		for (int k = 0; k < 6; k++) {
			if (k == 3) {
				pb_grid_absent(grid, "EOPNOTSUPP[1]", 3, PB_GRID_DIM);
				continue;
			}
			for (int v = 0; v < 3; v++)
				pb_grid_number(grid, 1000.0 * k + v + 0.25, NULL);
		}
	}
	pb_grid_note(grid, "[1] %s", "no such kernel");
	return grid;
}

static void every_width_has_everything(void **state)
{
	pb_cleanup(pb_document_done) struct pb_document document = { .command = "test" };

	(void)state;
	sample(&document);
	for (unsigned int columns = 20; columns < 200; columns += 3) {
		char *text = written(&document, "text", columns);

		assert_fits(text, columns);
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (!strchr(words[i], ' ') && columns > 100)
				assert_holds(text, words[i]);
		assert_holds(text, "5002.2");
		assert_holds(text, "(plan quick)");
		free(text);
	}
}

static void short_names_are_never_lost(void **state)
{
	pb_cleanup(pb_document_done) struct pb_document document = { .command = "test" };
	struct pb_grid *grid = pb_document_grid(&document, 0, "k", "%s", "");

	(void)state;
	for (int i = 0; i < 9; i++) {
		char key[16];

		snprintf(key, sizeof(key), "column-%d", i);
		pb_grid_column(grid, &(struct pb_grid_column){ .key = key,
							       .title = key,
							       .flags = i ? 0 : PB_GRID_KEY });
	}
	for (int row = 0; row < 3; row++)
		for (int i = 0; i < 9; i++)
			pb_grid_format(grid, "cell-%d-%d", row, i);
	for (unsigned int columns = 20; columns < 120; columns++) {
		char *text = written(&document, "text", columns);

		assert_fits(text, columns);
		for (int row = 0; row < 3; row++) {
			for (int i = 0; i < 9; i++) {
				char cell[24];

				snprintf(cell, sizeof(cell), "cell-%d-%d", row, i);
				assert_holds(text, cell);
			}
		}
		free(text);
	}
}

static void caption_has_what_is_equal(void **state)
{
	struct pb_grid grid;
	char *caption;

	(void)state;
	pb_grid_init(&grid, "k", "Differences");
	pb_grid_column(&grid, &(struct pb_grid_column){ "a", "memory", .flags = PB_GRID_MOVES });
	pb_grid_column(&grid, &(struct pb_grid_column){ "b", "pages", .flags = PB_GRID_MOVES });
	pb_grid_text(&grid, "anon");
	pb_grid_text(&grid, "1");
	assert_false(pb_grid_moved(&grid, 0)); /* one row says nothing twice */
	pb_grid_text(&grid, "anon");
	pb_grid_text(&grid, "8");
	assert_true(pb_grid_moved(&grid, 0));
	assert_false(pb_grid_moved(&grid, 1));
	caption = pb_grid_caption(&grid);
	assert_string_equal(caption, "Differences (memory anon)");
	free(caption);
	pb_grid_done(&grid);
}

static void points_line_up(void **state)
{
	pb_cleanup(pb_document_done) struct pb_document document = { .command = "test" };
	struct pb_grid *grid = pb_document_grid(&document, 0, "k", "%s", "");
	char *text;

	(void)state;
	pb_grid_column(grid, &(struct pb_grid_column){ "n", "n", .align = PB_GRID_POINT });
	pb_grid_number(grid, 1234, "1234");
	pb_grid_number(grid, 0.43, "0.43");
	pb_grid_number(grid, 85, "85.0");
	text = written(&document, "text", 78);
	assert_string_equal(text, "      n\n1234\n   0.43\n  85.0\n");
	free(text);
}

static void json_reads_back(void **state)
{
	pb_cleanup(pb_document_done) struct pb_document document = { .command = "test" };
	struct pb_grid *grid;
	json_error_t error;
	json_t *json, *row;
	char *text;

	(void)state;
	pb_document_say(&document, PB_ITEM_HIDDEN, "verdict", "%s", "a \"b\" \x1b[2J \xFF");
	grid = pb_document_grid(&document, 0, "k", "%s", "");
	pb_grid_column(grid, &(struct pb_grid_column){ "n", "n", .align = PB_GRID_RIGHT });
	pb_grid_column(grid, &(struct pb_grid_column){ "t", "t" });
	pb_grid_number(grid, 0.1, "0.10");
	pb_grid_text(grid, "x");
	pb_grid_number(grid, NAN, NULL);
	pb_grid_text(grid, NULL);
	text = written(&document, "json", 0);
	assert_null(strchr(text, '\x1b'));
	json = json_loads(text, 0, &error);
	if (!json)
		fail_msg("%s in %s", error.text, text);
	assert_int_equal(json_integer_value(json_object_get(json, "version")), PB_DOCUMENT_VERSION);
	row = json_array_get(
		json_object_get(json_array_get(json_object_get(json, "tables"), 0), "rows"), 0);
	assert_true(json_real_value(json_object_get(row, "n")) == 0.1);
	row = json_array_get(
		json_object_get(json_array_get(json_object_get(json, "tables"), 0), "rows"), 1);
	assert_true(json_is_null(json_object_get(row, "n")));
	json_decref(json);
	free(text);
}

static char *markdown(const char *said)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	pb_markdown_text(out, said);
	fclose(out);
	return text;
}

static void markdown_makes_nothing_of_data(void **state)
{
	static const struct {
		const char *said, *becomes;
	} cases[] = {
		{ "a|b", "a\\|b" },
		{ "<img src=x>", "&lt;img src=x&gt;" },
		{ "@root", "@<!-- -->root" },
		{ "see #12", "see \\#<!-- -->12" },
		{ "http://a.b", "http:<!-- -->//a.b" },
		{ "www.a.b", "www<!-- -->.a.b" },
		{ "1. x", "1\\. x" },
		{ "30.0", "30.0" },
		{ "+3.3 %", "+3.3 %" },
		{ "- x", "\\- x" },
		{ "    code", "&#32;   code" },
		{ "[a](b)", "\\[a\\](b)" },
		{ "a\nb", "a\\x0ab" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = markdown(cases[i].said);

		assert_string_equal(text, cases[i].becomes);
		free(text);
	}
}

static void csv_is_one_rectangle(void **state)
{
	pb_cleanup(pb_document_done) struct pb_document document = { .command = "test" };
	char *text, *line, *rest;
	size_t commas = 0;

	(void)state;
	pb_document_say(&document, 0, "sentence", "worse");
	sample(&document);
	text = written(&document, "csv", 0);
	rest = text;
	while ((line = strsep(&rest, "\n")) && *line) {
		size_t nr = 0;

		for (const char *c = line; *c; c++)
			nr += *c == ',';
		if (commas)
			assert_int_equal(nr, commas);
		commas = nr;
	}
	free(text);
}

static void unknown_form_is_refused(void **state)
{
	(void)state;
	assert_null(pb_document_format_find("test", "markdwon"));
	assert_null(pb_document_format_find("test", ""));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_width_has_everything),
		cmocka_unit_test(short_names_are_never_lost),
		cmocka_unit_test(caption_has_what_is_equal),
		cmocka_unit_test(points_line_up),
		cmocka_unit_test(json_reads_back),
		cmocka_unit_test(markdown_makes_nothing_of_data),
		cmocka_unit_test(csv_is_one_rectangle),
		cmocka_unit_test(unknown_form_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
