// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_encode - hostile texts through every encoder, each held to its language's own rules.
 * Why: a database may refuse most of them at the door; the encoders must hold without that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/encode/csv.h"
#include "common/encode/gnuplot.h"
#include "common/encode/html.h"
#include "common/encode/json.h"
#include "common/encode/ktap.h"
#include "common/encode/language.h"
#include "common/encode/lava.h"
#include "common/encode/printable.h"
#include "common/encode/terminal.h"
#include "common/encode/tsv.h"
#include "common/str.h"

static const char *const payloads[] = {
	"plain",
	"x\n!touch P\n#",
	"x'\n!touch P\n#",
	"x`touch P`",
	"x';system('touch P')#",
	"\"x\".system(\"touch P\")",
	"@macro",
	"back\\",
	"a\\",
	"{/Symbol a}_b^c~d&{e}",
	"<script>alert(1)</script>",
	"\" onload=\"alert(1)",
	"' onmouseover='alert(1)",
	"javascript:alert(1)",
	"</title><svg onload=alert(1)>",
	"]]><x/>-->",
	"&#x3c;script&#x3e;",
	"=1+2",
	"+1+2",
	"-1+2",
	"@SUM(A1)",
	"\t=1",
	"\r=1",
	" =1",
	"\xC2\xA0=1",
	"\xEF\xBC\x9D"
	"1",
	"=cmd|' /C calc'!A0",
	"\033]0;title\007",
	"\033[2J\033[1;1H",
	"\xC2\x9B"
	"2J",
	"\x7F\b\b\b\v\f",
	"\xE2\x80\xAE"
	"drow",
	"\xE2\x81\xA6x\xE2\x81\xA9",
	"zero\xE2\x80\x8Bwidth\xEF\xBB\xBF",
	"line\xE2\x80\xA8"
	"separator",
	"\xF3\xA0\x81\x81tag",
	"\xC0\xAF\xE0\x80\xAF\xED\xA0\x80\xFF\xFE\x80",
	"cut\xE2\x80",
	"%n%s%x%1000000d",
	"%%",
	"ok 1 # SKIP\nnot ok 2",
	"# SKIP no",
	"<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=x RESULT=pass>",
	"a=b c",
	"| a | ![x](http://x) [l](javascript:x)",
	"$(touch P)",
	"; touch P",
	"../../etc/passwd",
	"\"},{\"run\":1",
	"\\u0000\\x00",
	"a,b\"c;d",
	"run\t1\t2",
	"e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81",
	"\xCC\x81mark",
	"\xEF\xBF\xBF\xF4\x8F\xBF\xBF",
	"\xE3\x85\xA4\xEF\xBE\xA0",
	"",
};

static char *text;
static size_t len;
static FILE *out;

static void begin(void)
{
	out = open_memstream(&text, &len);
	assert_non_null(out);
}

static void end(void)
{
	assert_int_equal(fclose(out), 0);
	/* Whatever the language: nothing unprintable but our own line feeds and tabs. */
	for (struct pb_printable walk = { .text = text, .len_bytes = len };
	     pb_printable_next(&walk);)
		assert_true(walk.shown || (walk.at_bytes == 1 && strchr("\n\t", *walk.at)));
}

static size_t count(const char *of)
{
	size_t nr = 0;

	for (const char *at = text; (at = strstr(at, of)); at += strlen(of))
		nr++;
	return nr;
}

#define EACH(payload) \
	for (size_t p_ = 0; p_ < PB_ARRAY_SIZE(payloads) && (payload = payloads[p_]); p_++)

static void test_terminal(void **state)
{
	const char *payload;

	(void)state;
	EACH(payload)
	{
		begin();
		pb_term_printf(out, "a %s b\n", payload);
		end();
		assert_int_equal(count("\n"), 1);
		free(text);
		begin();
		pb_term_printf(out, "%-3.1s|%5s\n", payload, payload);
		end();
		assert_int_equal(count("\n"), 1);
		free(text);
	}
	begin();
	pb_term_lines(out, "one\ntwo\033[2J\n\nlast\n");
	end();
	assert_string_equal(text, "one\n  two\\x1b[2J\n  \n  last\n");
	free(text);
}

static void test_html(void **state)
{
	const char *payload;

	(void)state;
	EACH(payload)
	{
		begin();
		pb_html_printf(out, "<a title=\"%s\" id='%s'>%s</a>", payload, payload, payload);
		end();
		assert_int_equal(count("<"), 2);
		assert_int_equal(count(">"), 2);
		assert_int_equal(count("\""), 2);
		assert_int_equal(count("'"), 2);
		free(text);
	}
}

/* One string of gnuplot's on one line: between quotes only doubled ones. */
static void assert_quoted(const char *line)
{
	size_t n = strlen(line);

	assert_true(n >= 3 && line[0] == '\'' && line[n - 2] == '\'' && line[n - 1] == '\n');
	for (size_t i = 1; i < n - 2; i++) {
		assert_int_not_equal(line[i], '\n');
		assert_int_not_equal(line[i], '`');
		if (line[i] == '\'')
			assert_int_equal(line[++i], '\'');
	}
}

static void test_gnuplot(void **state)
{
	const char *payload;

	(void)state;
	EACH(payload)
	{
		begin();
		pb_gp_printf(out, "%s\n", payload);
		end();
		assert_quoted(text);
		free(text);
		begin();
		pb_gp_tic_printf(out, "%s\n", payload);
		end();
		assert_quoted(text);
		assert_int_equal(count("%") % 2, 0);
		free(text);
		begin();
		pb_gp_data_printf(out, "%s\t%s\n", payload, payload);
		end();
		assert_int_equal(count("\n"), 1);
		assert_int_equal(count("\t"), 1);
		assert_int_equal(count("\"") + count("#"), 0);
		assert_null(strchr("=@", *payload ? *text : 'x'));
		free(text);
	}
	begin();
	pb_gp_data_printf(out, "%s\t%s\t%s\t%s", "-1.5", "+22.0  (80.0)", "-1+2", "a=b");
	end();
	assert_string_equal(text, "-1.5\t+22.0  (80.0)\t\\x2d1+2\ta=b");
	free(text);
}

/* One rule, for tables and for figures' data; what shares a column with numbers keeps its sign. */
static void test_formulas(void **state)
{
	static const struct {
		const char *text;
		bool is, is_beside_numbers;
	} rows[] = {
		{ "=1", true, true },
		{ " =1", true, true },
		{ "\xC2\xA0@A", true, true },
		{ "\xEF\xBC\x9D"
		  "1",
		  true, true },
		{ "\t1", true, true },
		{ "-1+2", true, true },
		{ "-1.5", true, false },
		{ "+22.0  (80.0)", true, false },
		{ " -3", true, false },
		{ "=5", true, true },
		{ "1-2", false, false },
		{ "", false, false },
		{ "   ", false, false },
	};

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		size_t bytes = strlen(rows[i].text);

		assert_int_equal(pb_text_is_formula(rows[i].text, bytes, false), rows[i].is);
		assert_int_equal(pb_text_is_formula(rows[i].text, bytes, true),
				 rows[i].is_beside_numbers);
	}
	/* Not what stands behind the text. */
	assert_false(pb_text_is_formula("=1", 0, false));
	assert_false(pb_text_is_formula("\xEF\xBC\x9D", 2, false));
	begin();
	pb_gp_data_printf(out, "%s\t%s\n", " =1", "-1.5");
	end();
	assert_string_equal(text, "\\x20=1\t-1.5\n");
	free(text);
}

static void test_csv(void **state)
{
	const char *payload;

	(void)state;
	EACH(payload)
	{
		size_t i = 0, nr = 1;

		begin();
		pb_csv_text(out, payload);
		end();
		assert_int_equal(count("\n"), 0);
		/* One field, by RFC 4180's rules. */
		if (text[0] == '"') {
			for (i = 1; text[i] && (text[i] != '"' || text[++i] == '"'); i++)
				;
			assert_int_equal(text[i], '\0');
			i = 1;
		} else {
			nr += count(",");
			assert_int_equal(count("\""), 0);
		}
		assert_int_equal(nr, 1);
		i += strspn(text + i, " ");
		assert_true(!text[i] || !strchr("=+-@\t\r", text[i]));
		free(text);
	}
	begin();
	pb_csv_text(out, " =1");
	pb_csv_text(out, "\t=1");
	pb_csv_text(out, "-,\"");
	pb_csv_number(out, "-1.5");
	end();
	assert_string_equal(text, "' =1'\\x09=1\"'-,\"\"\"-1.5");
	free(text);
}

static void test_csv_signs(void **state)
{
	static const char *const formulas[] = {
		"\xE2\x88\x92"
		"1",
		"\xEF\xB9\xA3"
		"1",
		"\xEF\xBC\x8B"
		"1",
		"\xEF\xBC\x9D"
		"1",
		"\xEF\xBC\xA0"
		"A",
		"\xEF\xB9\xA6"
		"1",
		"\xE2\x81\xBA"
		"1",
		"\xE2\x80\x93"
		"1",
		"\xE2\x80\xA8=1",
		"\xE2\x80\xA9@A",
		"\xE2\x80\x8B=1",
		"\xE2\x81\xA0+1",
		"\xE2\x80\x8F-1",
		"\xC2\xAD=1",
		"\xCC\x81=1",
		"\xE3\x85\xA4=1",
		"\xE2\x80\xAF=1",
		"\x01=1",
		"\"=1",
		"\t1",
		"\r1",
		"\xFF=1",
		"  \xE3\x80\x80 =1",
	};
	static const char *const plain[] = { "pin-fast", "a=b", "\xC3\xA9=1", "6.1.0-57", "_=1" };

	(void)state;
	for (size_t i = 0; i < sizeof(formulas) / sizeof(*formulas); i++) {
		begin();
		pb_csv_text(out, formulas[i]);
		end();
		if (text[text[0] == '"'] != '\'')
			fail_msg("formula %zu is written as %s", i, text);
		free(text);
	}
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
		begin();
		pb_csv_text(out, plain[i]);
		end();
		assert_string_equal(text, plain[i]);
		free(text);
	}
}

static void test_line_formats(void **state)
{
	const char *payload;

	(void)state;
	EACH(payload)
	{
		begin();
		pb_ktap_printf(out, "ok 1 name # SKIP %s\n", payload);
		end();
		assert_int_equal(count("\n"), 1);
		assert_int_equal(count("#"), 1);
		free(text);
		begin();
		pb_lava_printf(out, "%s\n", payload);
		pb_lava_value(out, payload);
		end();
		assert_int_equal(count("<") + count(">"), 0);
		assert_int_equal(count("\n"), 1);
		assert_null(strpbrk(strchr(text, '\n'), "= \t"));
		free(text);
		begin();
		pb_tsv_printf(out, "%s\t%s\n", payload, payload);
		end();
		assert_int_equal(count("\n"), 1);
		assert_int_equal(count("\t"), 1);
		free(text);
	}
}

static void test_json(void **state)
{
	static const char json[] =
		"{\"a\": \"\xC3\xA9\x7F\xC2\x9B\xE2\x80\xAE\xF3\xA0\x81\x81\"}\n";

	(void)state;
	begin();
	pb_json_write(out, json, strlen(json));
	end();
	assert_string_equal(text, "{\"a\": \"\xC3\xA9\\u007f\\u009b\\u202e\\udb40\\udc41\"}\n");
	free(text);
}

static void test_rule(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ "\xC3\xA9 \xF0\x9F\x93\x8C \xE2\x88\x92",
		  "\xC3\xA9 \xF0\x9F\x93\x8C \xE2\x88\x92" },
		{ "\033[1m", "\\x1b[1m" },
		{ "\xC2\x9B", "\\xc2\\x9b" },
		{ "a\nb", "a\\x0ab" },
		{ "\xE2\x80\xAE", "\\xe2\\x80\\xae" },
		{ "\xED\xA0\x80", "\\xed\\xa0\\x80" },
		{ "\xC0\xAF", "\\xc0\\xaf" },
		{ "x\xE2\x80", "x\\xe2\\x80" },
		/* Four marks stay on their letter, and none goes to somebody else's. */
		{ "e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81",
		  "e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\\xcc\\x81" },
		{ "\xCC\x81", "\\xcc\\x81" },
		{ "\\x1b", "\\x1b" },
	};

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *copy = pb_printable_copy(rows[i].text, "");

		assert_string_equal(copy, rows[i].shown);
	}
}

static void test_formats(void **state)
{
	_cleanup_free_ char *want = NULL, *big = malloc(70001);

	(void)state;
	begin();
	pb_term_printf(out, "%5d|%-5u|%05.1f|%+g|%zu|%lld|%08x|%c|%%|%*.*f|%-4s|%4s|%.2s|%s%s", -7,
		       8U, 3.14159, 2.5, (size_t)9, -10LL, 0xbeefU, 'c', 8, 2, 1.005, "ab",
		       "\xE2\x88\x92", "abc", pb_term_bold, pb_term_plain);

	assert_int_equal(fclose(out), 0);
	assert_true(
		asprintf(&want,
			 "%5d|%-5u|%05.1f|%+g|%zu|%lld|%08x|%c|%%|%*.*f|ab  |   \xE2\x88\x92|ab|"
			 "\033[1m\033[0m",
			 -7, 8U, 3.14159, 2.5, (size_t)9, -10LL, 0xbeefU, 'c', 8, 2, 1.005) > 0);
	assert_string_equal(text, want);
	free(text);
	/* The escape is our own by its address, not by its letters. */
	begin();
	pb_term_printf(out, "%s", "\033[1m");
	end();
	free(text);
	/* A text has an end. */
	assert_non_null(big);
	memset(big, 'w', 70000);
	big[70000] = '\0';
	begin();
	pb_term_printf(out, "%s", big);
	end();
	assert_true(len < PB_PRINTABLE_MOST_BYTES + 40);
	assert_non_null(strstr(text, "... (37232 more bytes)"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rule),         cmocka_unit_test(test_formats),
		cmocka_unit_test(test_terminal),     cmocka_unit_test(test_html),
		cmocka_unit_test(test_gnuplot),      cmocka_unit_test(test_formulas),
		cmocka_unit_test(test_csv),          cmocka_unit_test(test_csv_signs),
		cmocka_unit_test(test_line_formats), cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
