// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_record - the record stream: what is written is read back, what is wrong is named.
 * Why: a stream comes from a guest that may be dying, or from a stranger.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "collect/record.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/collect/fixture.h"

#define RUN                                                                                  \
	"{\"type\":\"run\",\"format\":1,\"uuid\":\"" UUID_A                                  \
	"\",\"created\":\"2026-01-01T00:00:00Z\",\"backend\":\"vm\",\"evidence\":\"exact\"," \
	"\"plan\":\"quick\",\"revision\":\"r\"}\n"
#define CELL_HEAD "{\"type\":\"cell\",\"cell\":0,\"strategy\":\"pin\",\"memory\":\"anon\","
#define CELL_TAIL \
	"\"threads\":1,\"sharing\":\"private\",\"load\":\"none\",\"samples\":3,\"warmup\":1}\n"
#define CELL CELL_HEAD "\"pages\":8," CELL_TAIL
#define SERIES_HEAD \
	"{\"type\":\"series\",\"cell\":0,\"phase\":\"acquire\",\"metric\":\"ns\",\"unit\":\"ns\","
#define SERIES SERIES_HEAD "\"values\":[1,null,2.5]}\n"
#define DONE   "{\"type\":\"done\",\"cell\":0,\"state\":\"measured\",\"symbol\":\"s\"}\n"
#define END    "{\"type\":\"end\",\"state\":\"complete\"}\n"

/* What a sink saw, in one line of text. */
struct seen {
	char text[4096];
	int answer; /* what cell_ended() returns */
};

static void note(struct seen *seen, const char *fmt, ...) pb_printf(2, 3);
static void note(struct seen *seen, const char *fmt, ...)
{
	size_t len = strlen(seen->text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(seen->text + len, sizeof(seen->text) - len, fmt, args);
	va_end(args);
}

static int on_run(void *data, const struct pb_run_record *run)
{
	note(data, "run %s %s %s;", run->uuid, pb_evidence_name(run->evidence), run->plan);
	return 0;
}

static int on_fact(void *data, const char *key, const char *value)
{
	note(data, "fact %s=%s;", key, value);
	return 0;
}

static int on_started(void *data, const struct pb_cell *cell)
{
	note(data, "cell %u %s %u pages;", cell->index, cell->strategy, (unsigned)cell->nr_pages);
	return 0;
}

static int on_ended(void *data, const struct pb_cell_result *result)
{
	struct seen *seen = data;
	char value[PB_VALUE_LEN];

	note(seen, "done %s %d %s|%s|%s", pb_cell_state_name(result->state), result->error,
	     result->symbol ? result->symbol : "-", result->reason ? result->reason : "-",
	     result->detail ? result->detail : "-");
	for (size_t i = 0; i < result->nr_series; i++) {
		note(seen, "[%s", result->series[i].phase);
		for (size_t j = 0; j < result->series[i].nr_values; j++)
			note(seen, " %s", pb_value_text(result->series[i].values[j], value));
		note(seen, "]");
	}
	note(seen, ";");
	return seen->answer;
}

static int on_end(void *data, enum pb_run_state state)
{
	note(data, "end %s;", pb_run_state_name(state));
	return 0;
}

static const struct pb_record_sink sink = { on_run, on_fact, on_started, on_ended, on_end };

/* Reads @len bytes in pieces of @piece. */
static int read_pieces(const char *text, size_t len, size_t piece, struct seen *seen)
{
	pb_cleanup(pb_record_reader_freep) struct pb_record_reader *reader = NULL;
	int ret;

	pb_fail_clear();
	assert_int_equal(pb_record_reader_new(&sink, seen, &reader), 0);
	for (size_t at = 0; at < len; at += piece) {
		ret = pb_record_reader_feed(reader, text + at, at + piece > len ? len - at : piece);
		if (ret)
			return ret;
	}
	return pb_record_reader_finish(reader);
}

static void test_round_trip(void **state)
{
	const double values[] = { 4711, NAN, 0.1, -5, 1e19, 1e-300, 0x1p62, 1.0 / 3 };
	struct pb_cell_result result = fixture_refused(7);
	struct seen seen = { 0 };
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct pb_run_record run = fixture_run(UUID_B);

	(void)state;
	result.detail = strdup("a\x01 \"b\" \\ \xc3\xa9 \xff \xed\xa0\x80\n");
	assert_int_equal(pb_record_write_run(out, &run), 0);
	assert_int_equal(pb_record_write_fact(out, "k", "v\t"), 0);
	assert_int_equal(pb_record_write_cell(out, &result.cell), 0);
	assert_int_equal(pb_cell_result_add(&result, "acquire", "ns", "ns", values, 8), 0);
	assert_int_equal(pb_record_write_series(out, 7, &result.series[0]), 0);
	assert_int_equal(pb_record_write_done(out, &result), 0);
	assert_int_equal(pb_record_write_end(out, PB_RUN_STATE_COMPLETE), 0);
	assert_int_equal(fclose(out), 0);
	for (size_t piece = 1; piece <= len; piece = piece * 3 + 1) {
		memset(&seen, 0, sizeof(seen));
		assert_int_equal(read_pieces(text, len, piece, &seen), 0);
		assert_string_equal(seen.text,
				    "run " UUID_B " fake quick;fact k=v\t;cell 7 pin 8 pages;"
				    "done refused 95 -|this kernel has no hmm_range_fault()|"
				    "a\x01 \"b\" \\ \xc3\xa9 \\xff \\xed\\xa0\\x80\n"
				    "[acquire 4711  0.1 -5 1e+19 1e-300 4611686018427387904 "
				    "0.3333333333333333];end complete;");
	}
	pb_cell_result_done(&result);
	free(text);
}

static void test_infinite_is_refused(void **state)
{
	struct pb_cell_result result = fixture_cell(0, 1);
	FILE *out = fopen("/dev/null", "w");

	(void)state;
	assert_non_null(out);
	result.series[0].values[0] = INFINITY;
	assert_int_equal(pb_record_write_series(out, 0, &result.series[0]), -EINVAL);
	fclose(out);
	pb_cell_result_done(&result);
}

static void test_full_disk(void **state)
{
	FILE *out = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(out);
	setvbuf(out, NULL, _IONBF, 0);
	assert_int_equal(pb_record_write_end(out, PB_RUN_STATE_COMPLETE), -ENOSPC);
	assert_non_null(strstr(pb_fail_message(-ENOSPC), "No space left"));
	fclose(out);
}

static const struct {
	const char *text, *message;
} hostile[] = {
	{ "nonsense\n", "line 1: no JSON object" },
	{ "{\"type\":\"end\"\n", "line 1: no JSON object" },
	{ "\x1b[31m{\n", "line 1: no JSON object" },
	{ "[1]\n", "line 1: no JSON object: an array" },
	{ "\n \r\n{}\n", "line 3: \"type\" is missing; it must be text" },
	{ "{\"type\":\"fact\",\"type\":\"end\"}\n", "line 1: no JSON object: duplicate" },
	{ "{\"type\":\"fact\",\"key\":\"a\\u0000b\",\"value\":\"\"}\n", "line 1: no JSON" },
	{ "{\"type\":\"fact\",\"key\":\"a\xff\",\"value\":\"\"}\n", "line 1: no JSON" },
	{ "{\"type\":\"strange\"}\n", "line 1: unknown type 'strange'; valid are run" },
	{ "{\"type\":\"a\\u001b[31m\"}\n", "\"type\" is 'a?[31m'; a word" },
	{ "{\"type\":\"fact\",\"key\":\"\",\"value\":\"\"}\n", "\"key\" is empty" },
	{ "{\"type\":\"fact\",\"key\":\"a b\",\"value\":\"\"}\n", "\"key\" is 'a b'" },
	{ "{\"type\":\"fact\",\"key\":\"a\",\"value\":1}\n", "\"value\" is a number" },
	{ "{\"type\":\"run\",\"format\":2}\n", "format 2 is newer" },
	{ "{\"type\":\"run\",\"format\":0}\n", "\"format\" is 0; 1 to" },
	{ "{\"type\":\"run\",\"format\":1,\"uuid\":\"6F1C\"}\n", "\"uuid\" is '6F1C'" },
	{ RUN RUN, "line 2: a run begins, but the one before has not ended" },
	{ RUN END END, "line 3: 'end' after the run's end" },
	{ RUN END CELL, "line 3: 'cell' after the run's end" },
	{ CELL CELL, "line 2: a cell begins, but cell 0 has not ended" },
	{ CELL SERIES DONE CELL, "line 4: cell 0 came before" },
	{ CELL SERIES SERIES, "line 3: cell 0 has a series ns of phase acquire already" },
	{ CELL DONE, "line 2: cell 0 is measured, but has no series" },
	{ DONE, "line 1: cell 0 has not begun" },
	{ SERIES, "line 1: cell 0 has not begun" },
	{ CELL END, "line 2: the run ends, but cell 0 has not" },
	{ CELL "{\"type\":\"done\",\"cell\":1,\"state\":\"failed\"}\n",
	  "cell 1 has not begun; cell 0 has" },
	{ CELL "{\"type\":\"done\",\"cell\":0,\"state\":\"failed\"}\n", "\"reason\" is missing" },
	{ CELL "{\"type\":\"done\",\"cell\":0,\"state\":\"fine\"}\n",
	  "\"state\" is 'fine'; valid are measured" },
	{ CELL "{\"type\":\"done\",\"cell\":0,\"state\":\"failed\",\"errno\":\"EWHAT\","
	       "\"reason\":\"r\"}\n",
	  "\"errno\" is 'EWHAT'" },
	{ CELL_HEAD "\"pages\":0," CELL_TAIL, "\"pages\" is 0; 1 to" },
	{ CELL_HEAD "\"pages\":-1," CELL_TAIL, "\"pages\" is -1; 1 to" },
	{ CELL_HEAD "\"pages\":1.5," CELL_TAIL, "\"pages\" is a fraction" },
	{ CELL_HEAD "\"pages\":\"8\"," CELL_TAIL, "\"pages\" is text" },
	{ CELL_HEAD "\"pages\":99999999999999999999," CELL_TAIL, "no JSON object" },
	{ "{\"type\":\"cell\",\"cell\":1048576}\n", "\"cell\" is 1048576; 0 to 1048575" },
	{ "{\"type\":\"cell\",\"cell\":0,\"strategy\":\"aaaaaaaaaabbbbbbbbbbccccccccccdd\"}\n",
	  "\"strategy\" has 32 bytes; at most 31" },
	{ CELL SERIES_HEAD "\"values\":[]}\n", "\"values\" is an array of 0" },
	{ CELL SERIES_HEAD "\"values\":7}\n", "\"values\" is a number" },
	{ CELL SERIES_HEAD "\"values\":[1,\"2\"]}\n", "\"values\" has text at 1" },
	{ CELL SERIES_HEAD "\"values\":[1e999]}\n", "no JSON object" },
	{ "{\"type\":\"end\",\"state\":\"running\"}\n", "valid are complete, failed" },
	{ CELL "{\"type\":", "line 2: the stream ends in the middle of this line" },
};

static void test_hostile(void **state)
{
	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(hostile); i++) {
		struct seen seen = { 0 };
		size_t len = strlen(hostile[i].text);

		assert_int_equal(read_pieces(hostile[i].text, len, len, &seen), -EBADMSG);
		if (!strstr(pb_fail_message(-EBADMSG), hostile[i].message))
			fail_msg("case %zu: '%s' lacks '%s'", i, pb_fail_message(-EBADMSG),
				 hostile[i].message);
	}
}

/*
 * Whatever a broken line or a hand does to a stream: an answer, and no other harm (ASan watches).
 */
static void test_mutations(void **state)
{
	static const char stream[] = RUN CELL SERIES DONE END RUN CELL SERIES DONE END;
	static const char spice[] = "\"{}[]:,\\\n-.0eE9\0\xff";
	uint64_t random = 1;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		char text[sizeof(stream)];
		struct seen seen = { 0 };
		size_t piece;
		int ret;

		memcpy(text, stream, sizeof(stream));
		for (int i = 0; i <= round % 4; i++) {
			/* Knuth's MMIX generator: the same mutations every time. */
			random = random * UINT64_C(6364136223846793005) +
				 UINT64_C(1442695040888963407);
			text[(random >> 33) % (sizeof(stream) - 1)] =
				spice[(random >> 20) % (sizeof(spice) - 1)];
		}
		piece = (random >> 40) % sizeof(stream) + 1;
		ret = read_pieces(text, sizeof(stream) - 1, piece, &seen);
		assert_true(ret == 0 || ret == -EBADMSG);
		assert_true(ret == 0 || strstr(pb_fail_message(ret), "records: line "));
	}
}

static void test_two_runs_and_unknown_keys(void **state)
{
	const char text[] = RUN CELL SERIES DONE END
		"\r\n" RUN CELL SERIES
		"{\"type\":\"done\",\"cell\":0,\"state\":\"failed\",\"reason\":\"r\",\"new\":[{}]}\r\n" END;
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(read_pieces(text, strlen(text), 5, &seen), 0);
	assert_non_null(
		strstr(seen.text, "done measured 0 s|-|-[acquire 1  2.5];end complete;run"));
	assert_non_null(strstr(seen.text, "done failed 0 -|r|-[acquire 1  2.5];end complete;"));
}

static void test_open_cell(void **state)
{
	pb_cleanup(pb_record_reader_freep) struct pb_record_reader *reader = NULL;
	const char text[] = CELL SERIES "{\"type\":\"ser";
	const struct pb_cell_result *open;
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(pb_record_reader_new(&sink, &seen, &reader), 0);
	assert_null(pb_record_reader_open_cell(reader));
	assert_int_equal(pb_record_reader_feed(reader, text, strlen(text)), 0);
	open = pb_record_reader_open_cell(reader);
	assert_non_null(open);
	assert_int_equal(open->nr_series, 1);
	assert_string_equal(open->cell.strategy, "pin");
	assert_int_equal(pb_record_reader_finish(reader), -EBADMSG);
}

static void test_sink_stops(void **state)
{
	pb_cleanup(pb_record_reader_freep) struct pb_record_reader *reader = NULL;
	struct seen seen = { .answer = -ENOSPC };
	const char text[] = CELL SERIES DONE END;

	(void)state;
	assert_int_equal(pb_record_reader_new(&sink, &seen, &reader), 0);
	assert_int_equal(pb_record_reader_feed(reader, text, strlen(text)), -ENOSPC);
	/* The failure stands: nothing after it is taken. */
	assert_int_equal(pb_record_reader_feed(reader, END, strlen(END)), -ENOSPC);
	assert_null(strstr(seen.text, "end"));
}

static void test_long_line(void **state)
{
	enum { NR = 200000 };
	struct pb_cell_result result = fixture_cell(0, NR);
	pb_cleanup(pb_record_reader_freep) struct pb_record_reader *reader = NULL;
	struct pb_record_sink none = { 0 };
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	for (size_t i = 0; i < NR; i++)
		result.series[0].values[i] = 1e6 + (double)i;
	assert_int_equal(pb_record_write_cell(out, &result.cell), 0);
	assert_int_equal(pb_record_write_series(out, 0, &result.series[0]), 0);
	fclose(out);
	assert_true(len > 1 << 20);
	assert_int_equal(pb_record_reader_new(&none, NULL, &reader), 0);
	for (size_t at = 0; at < len; at += 4096)
		assert_int_equal(
			pb_record_reader_feed(reader, text + at, len - at < 4096 ? len - at : 4096),
			0);
	assert_memory_equal(pb_record_reader_open_cell(reader)->series[0].values,
			    result.series[0].values, NR * sizeof(double));
	pb_cell_result_done(&result);
	free(text);
}

static void test_error_names(void **state)
{
	char buf[PB_ERROR_NAME_LEN];

	(void)state;
	assert_string_equal(pb_error_name(EOPNOTSUPP, buf, sizeof(buf)), "EOPNOTSUPP");
	assert_string_equal(pb_error_name(524, buf, sizeof(buf)), "524");
	for (int error = 1; error < 600; error++)
		assert_int_equal(pb_error_parse(pb_error_name(error, buf, sizeof(buf))), error);
	assert_int_equal(pb_error_parse("0"), 0);
	assert_int_equal(pb_error_parse("-1"), 0);
	assert_int_equal(pb_error_parse("05"), 0);
	assert_int_equal(pb_error_parse(""), 0);
	assert_int_equal(pb_cell_state_parse("none"), PB_CELL_NONE);
	assert_int_equal(pb_cell_state_parse("missing"), PB_CELL_MISSING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_infinite_is_refused),
		cmocka_unit_test(test_full_disk),  cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_mutations),  cmocka_unit_test(test_two_runs_and_unknown_keys),
		cmocka_unit_test(test_open_cell),  cmocka_unit_test(test_sink_stops),
		cmocka_unit_test(test_long_line),  cmocka_unit_test(test_error_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
