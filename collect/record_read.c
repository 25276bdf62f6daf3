// SPDX-License-Identifier: GPL-2.0-only
/*
 * record_read - puts runs and cells together from a stream that comes in pieces.
 * Why: whoever reads a stream, from a guest or a file, is told of whole, checked cells only.
 */
#include "collect/record.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "collect/model/traffic_check.h"
#include "collect/record_check.h"
#include "common/err.h"
#include "common/str.h"

/* A line holds one series: PB_RECORD_MAX_VALUES short numbers, or fewer long ones. */
enum { MAX_LINE_BYTES = 1 << 27, KEY_LEN = 128 };

struct pb_record_reader {
	struct pb_record_sink sink;
	void *data;
	struct pb_buf partial; /* the line whose end has not come yet */
	uint64_t line;         /* lines taken, from 1 */
	int failed;            /* what stopped the reading */
	bool in_run;           /* something came since the last end */
	bool journal;          /* its first record said so */
	bool ended;            /* only a `run` record may follow */
	bool cell_open;
	struct pb_cell_result cell;
	unsigned char *seen; /* a bit for each cell of this run that was begun */
	size_t seen_bytes;
};

struct record_type {
	const char *name;
	int (*take)(struct pb_record_reader *reader, const json_t *record);
};

int pb_record_reader_new(const struct pb_record_sink *sink, void *data,
			 struct pb_record_reader **ret_reader)
{
	struct pb_record_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return pb_fail(-ENOMEM, "out of memory");
	reader->sink = *sink;
	reader->data = data;
	*ret_reader = reader;
	return 0;
}

void pb_record_reader_free(struct pb_record_reader *reader)
{
	if (!reader)
		return;
	pb_cell_result_done(&reader->cell);
	pb_buf_done(&reader->partial);
	free(reader->seen);
	free(reader);
}

/* The record is wrong: puts its line number before the message that stands. */
static int bad_record(const struct pb_record_reader *reader, int ret)
{
	return pb_fail_in(ret, "records: line %" PRIu64, reader->line);
}

static int take_run(struct pb_record_reader *reader, const json_t *record)
{
	struct pb_run_record run;
	int ret;

	if (reader->in_run)
		return bad_record(reader, pb_fail(-EBADMSG, "a run begins, but the one before has "
							    "not ended"));
	ret = pb_record_check_run(record, &run);
	if (ret)
		return bad_record(reader, ret);
	reader->ended = false;
	if (reader->seen)
		memset(reader->seen, 0, reader->seen_bytes);
	return reader->sink.run ? reader->sink.run(reader->data, &run) : 0;
}

/* A journal (collect/store/journal.h): of a cell that comes twice the later record counts. */
static int take_journal(struct pb_record_reader *reader, const json_t *record)
{
	uint64_t format;
	int ret = pb_record_count(record, "format", 1, PB_RECORD_FORMAT, &format);

	if (!ret && reader->line != 1)
		ret = pb_fail(-EBADMSG, "'journal' is for the first line");
	if (ret)
		return bad_record(reader, ret);
	reader->journal = true;
	return reader->sink.journal ? reader->sink.journal(reader->data) : 0;
}

static int take_fact(struct pb_record_reader *reader, const json_t *record)
{
	_cleanup_free_ char *value = NULL;
	char key[KEY_LEN];
	int ret = pb_record_word(record, "key", key, sizeof(key));

	if (!ret)
		ret = pb_record_text_dup(record, "value", true, &value);
	if (ret)
		return bad_record(reader, ret);
	return reader->sink.fact ? reader->sink.fact(reader->data, key, value) : 0;
}

/* Marks a cell as begun; -EBADMSG if it was before. */
static int mark_seen(struct pb_record_reader *reader, uint32_t index)
{
	size_t want = index / 8 + 1;

	if (want > reader->seen_bytes) {
		unsigned char *seen = realloc(reader->seen, 2 * want);

		if (!seen)
			return pb_fail(-ENOMEM, "out of memory");
		memset(seen + reader->seen_bytes, 0, 2 * want - reader->seen_bytes);
		reader->seen = seen;
		reader->seen_bytes = 2 * want;
	}
	if (!reader->journal && reader->seen[index / 8] & 1U << index % 8)
		return pb_fail(-EBADMSG, "cell %" PRIu32 " came before", index);
	reader->seen[index / 8] |= (unsigned char)(1U << index % 8);
	return 0;
}

static int take_cell(struct pb_record_reader *reader, const json_t *record)
{
	struct pb_cell cell;
	int ret;

	if (reader->cell_open)
		return bad_record(reader,
				  pb_fail(-EBADMSG,
					  "a cell begins, but cell %" PRIu32 " has not ended",
					  reader->cell.cell.index));
	ret = pb_record_check_cell(record, &cell);
	if (!ret)
		ret = mark_seen(reader, cell.index);
	if (ret)
		return bad_record(reader, ret);
	reader->cell.cell = cell;
	reader->cell_open = true;
	return reader->sink.cell_started ? reader->sink.cell_started(reader->data, &cell) : 0;
}

/* Is the record one of the cell that is open? */
static int check_open(const struct pb_record_reader *reader, const json_t *record)
{
	uint64_t index;
	int ret = pb_record_count(record, "cell", 0, PB_RECORD_MAX_CELLS - 1, &index);

	if (ret)
		return ret;
	if (!reader->cell_open)
		return pb_fail(-EBADMSG, "cell %" PRIu64 " has not begun", index);
	if (reader->cell.cell.index != index)
		return pb_fail(-EBADMSG, "cell %" PRIu64 " has not begun; cell %" PRIu32 " has",
			       index, reader->cell.cell.index);
	return 0;
}

static int take_series(struct pb_record_reader *reader, const json_t *record)
{
	int ret = check_open(reader, record);

	if (!ret)
		ret = pb_record_check_series(record, &reader->cell);
	return ret ? bad_record(reader, ret) : 0;
}

static int take_profile(struct pb_record_reader *reader, const json_t *record)
{
	int ret = check_open(reader, record);

	if (!ret)
		ret = pb_record_check_profile(record, &reader->cell);
	return ret ? bad_record(reader, ret) : 0;
}

static int take_histogram(struct pb_record_reader *reader, const json_t *record)
{
	int ret = check_open(reader, record);

	if (!ret)
		ret = pb_record_check_histogram(record, &reader->cell);
	return ret ? bad_record(reader, ret) : 0;
}

static int take_observation(struct pb_record_reader *reader, const json_t *record)
{
	int ret = check_open(reader, record);

	if (!ret)
		ret = pb_record_check_observation(record, &reader->cell);
	return ret ? bad_record(reader, ret) : 0;
}

static int take_traffic(struct pb_record_reader *reader, const json_t *record)
{
	int ret = check_open(reader, record);

	if (!ret)
		ret = pb_traffic_check(record, &reader->cell.traffic);
	return ret ? bad_record(reader, ret) : 0;
}

static int take_done(struct pb_record_reader *reader, const json_t *record)
{
	int ret = check_open(reader, record);

	if (!ret)
		ret = pb_record_check_done(record, &reader->cell);
	if (ret)
		return bad_record(reader, ret);
	if (reader->sink.cell_ended)
		ret = reader->sink.cell_ended(reader->data, &reader->cell);
	pb_cell_result_done(&reader->cell);
	reader->cell_open = false;
	return ret;
}

static bool is_end(unsigned int state, bool in_journal)
{
	return state == PB_RUN_STATE_COMPLETE || state == PB_RUN_STATE_FAILED ||
	       state == PB_RUN_STATE_INTERRUPTED || (in_journal && state == PB_RUN_STATE_DROPPED);
}

static int take_end(struct pb_record_reader *reader, const json_t *record)
{
	char text[PB_WORD_LEN];
	unsigned int state = PB_RUN_STATE_NONE;
	int ret = pb_record_word(record, "state", text, sizeof(text));

	if (!ret &&
	    (!pb_word_find(PB_WORDS_RUN_STATE, text, &state) || !is_end(state, reader->journal)))
		ret = pb_fail(-EBADMSG,
			      "\"state\" is '%s'; valid are complete, failed, interrupted", text);
	if (!ret && reader->cell_open)
		ret = pb_fail(-EBADMSG, "the run ends, but cell %" PRIu32 " has not",
			      reader->cell.cell.index);
	if (ret)
		return bad_record(reader, ret);
	reader->in_run = false;
	reader->ended = true;
	return reader->sink.end ? reader->sink.end(reader->data, (enum pb_run_state)state) : 0;
}

static const struct record_type record_types[] = {
	{ "run", take_run },         { "fact", take_fact },
	{ "cell", take_cell },       { "series", take_series },
	{ "profile", take_profile }, { "histogram", take_histogram },
	{ "done", take_done },       { "end", take_end },
	{ "journal", take_journal }, { "observation", take_observation },
	{ "traffic", take_traffic },
};

static int take_record(struct pb_record_reader *reader, const json_t *record)
{
	char name[PB_WORD_LEN];
	int ret = pb_record_word(record, "type", name, sizeof(name));

	if (ret)
		return bad_record(reader, ret);
	for (size_t i = 0; i < PB_ARRAY_SIZE(record_types); i++) {
		if (!pb_streq(name, record_types[i].name))
			continue;
		if (reader->ended && !pb_streq(name, "run"))
			return bad_record(reader,
					  pb_fail(-EBADMSG, "'%s' after the run's end", name));
		ret = record_types[i].take(reader, record);
		if (!pb_streq(name, "end") && !pb_streq(name, "journal"))
			reader->in_run = true;
		return ret;
	}
	return bad_record(reader, pb_fail(-EBADMSG,
					  "unknown type '%s'; valid are run, fact, cell, "
					  "series, profile, histogram, observation, traffic, done, "
					  "end",
					  name));
}

static int take_line(struct pb_record_reader *reader, const char *line, size_t len)
{
	char shown[100];
	json_error_t error;
	json_t *record;
	int ret;

	reader->line++;
	/* A serial line ends its lines in CR LF; a blank one says nothing. */
	while (len && (line[len - 1] == '\r' || line[len - 1] == ' '))
		len--;
	if (!len)
		return 0;
	record = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(record)) {
		pb_fail(-EBADMSG, "no JSON object: %s",
			record ? "an array"
			       : pb_record_printable(error.text, shown, sizeof(shown)));
		json_decref(record);
		return bad_record(reader, -EBADMSG);
	}
	ret = take_record(reader, record);
	json_decref(record);
	return ret;
}

static int take_bytes(struct pb_record_reader *reader, const char *data, size_t len)
{
	const char *newline;
	int ret;

	while ((newline = memchr(data, '\n', len))) {
		size_t line_len = (size_t)(newline - data);

		if (reader->partial.len_bytes) {
			ret = pb_buf_add(&reader->partial, data, line_len);
			if (!ret)
				ret = take_line(reader, reader->partial.data,
						reader->partial.len_bytes);
			reader->partial.len_bytes = 0;
		} else {
			ret = take_line(reader, data, line_len);
		}
		if (ret)
			return ret;
		data += line_len + 1;
		len -= line_len + 1;
	}
	if (len > MAX_LINE_BYTES - reader->partial.len_bytes) {
		reader->line++;
		return bad_record(reader,
				  pb_fail(-EBADMSG, "longer than %d bytes", MAX_LINE_BYTES));
	}
	return len ? pb_buf_add(&reader->partial, data, len) : 0;
}

int pb_record_reader_feed(struct pb_record_reader *reader, const char *data, size_t len_bytes)
{
	if (reader->failed)
		return pb_fail(reader->failed, "records: reading stopped at line %" PRIu64,
			       reader->line);
	reader->failed = take_bytes(reader, data, len_bytes);
	return reader->failed;
}

const struct pb_cell_result *pb_record_reader_open_cell(const struct pb_record_reader *reader)
{
	return reader->cell_open ? &reader->cell : NULL;
}

int pb_record_reader_finish(struct pb_record_reader *reader)
{
	if (!reader->partial.len_bytes)
		return 0;
	reader->line++;
	return bad_record(reader, pb_fail(-EBADMSG, "the stream ends in the middle of this line"));
}
