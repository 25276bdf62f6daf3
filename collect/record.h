/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * record - the stream of what was measured: one JSON object a line, in the order in which it came.
 * Why: a panic loses nothing that stood in the stream before it, and export is the same stream.
 *
 *   {"type":"run","format":1,"uuid":"...","created":"2026-01-01T00:00:00Z","backend":"vm",
 *    "evidence":"exact","plan":"quick","revision":"..."}
 *   {"type":"fact","key":"kernel.release","value":"6.1.0-..."}
 *   {"type":"cell","cell":0,"strategy":"pin","memory":"anon","pages":8,"threads":1,
 *    "sharing":"private","load":"none","residency":"warm","intent":"read","hold":"0",
 *    "release":"plain","samples":100,"warmup":10,"ops":0}
 *   {"type":"series","cell":0,"phase":"acquire","metric":"instructions","unit":"instructions",
 *    "values":[4711,4700,null]}
 *   {"type":"profile","cell":0,"phase":"acquire",
 *    "functions":[{"instructions":39,"entries":1,"function":"try_grab_folio",
 *                  "caller":"internal_get_user_pages_fast"},...]}
 *   {"type":"histogram","cell":0,"phase":"acquire","metric":"instructions",
 *    "unit":"instructions","buckets":[[low,width,count],...]}
 *   {"type":"observation","cell":0,"parts":{"event":"ok","frame":"4711",...}}
 *   {"type":"traffic","cell":0,"rows":[{"loads":98,"stores":58,...,"object":"page",
 *    "field":"_refcount","function":"try_grab_folio"},...]}
 *   {"type":"done","cell":0,"state":"measured","symbol":"pin_user_pages"}
 *   {"type":"done","cell":1,"state":"refused","errno":"EOPNOTSUPP","reason":"...","detail":"..."}
 *   {"type":"end","state":"complete"}
 *
 * A stream that begins with {"type":"journal","format":1} is a journal (collect/store/journal.h).
 *
 * A cell whose event is watched has `"event":"munmap"`, too, and an observation (collect/observed.h)
 * in the place of series.
 *
 * `cell` is written before a cell starts, so that a stream which stops names the cell that it died
 * in. The agent in a guest writes no `run` record: the host knows what the run is. A stream may
 * hold several runs, each begun by its `run` record. Unknown keys are ignored, unknown types are an
 * error, a higher format is refused.
 */
#ifndef COLLECT_RECORD_H
#define COLLECT_RECORD_H

#include <stdio.h>

#include "collect/cell.h"
#include "collect/histogram.h"
#include "collect/profile.h"
#include "collect/result.h"
#include "collect/words/evidence.h"
#include "collect/words/run_state.h"
#include "common/cleanup.h"

enum { PB_RECORD_FORMAT = 1 };

/* A fact of runs that were taken in turns, sample by sample: the same value in each of them. */
#define PB_FACT_INTERLEAVED "pinbench.interleaved"

struct pb_run_record {
	char uuid[37];
	char created[32]; /* UTC, ISO 8601 */
	char backend[PB_WORD_LEN];
	enum pb_evidence evidence;
	char plan[PB_WORD_LEN];
	char revision[72]; /* pinbench's own git revision */
};

/* Writers: one line each, flushed by the caller. Return 0 or -errno (message set). */
int pb_record_write_run(FILE *out, const struct pb_run_record *run) pb_must_check;
int pb_record_write_fact(FILE *out, const char *key, const char *value) pb_must_check;
int pb_record_write_cell(FILE *out, const struct pb_cell *cell) pb_must_check;
int pb_record_write_series(FILE *out, uint32_t cell, const struct pb_series *series) pb_must_check;
int pb_record_write_profile(FILE *out, uint32_t cell,
			    const struct pb_profile *profile) pb_must_check;
int pb_record_write_histogram(FILE *out, uint32_t cell,
			      const struct pb_histogram *histogram) pb_must_check;
/* Nothing where nothing was simulated. */
int pb_record_write_traffic(FILE *out, uint32_t cell,
			    const struct pb_traffic_list *traffic) pb_must_check;
/* Nothing where the result has no parts. */
int pb_record_write_observation(FILE *out, const struct pb_cell_result *result) pb_must_check;
int pb_record_write_done(FILE *out, const struct pb_cell_result *result) pb_must_check;
int pb_record_write_end(FILE *out, enum pb_run_state state) pb_must_check;

/*
 * What a reader is told. Each may be NULL; each returns 0 or -errno, which stops the reading. The
 * result handed to cell_ended() belongs to the reader and is complete (series, profiles,
 * histograms, state).
 */
struct pb_record_sink {
	int (*run)(void *data, const struct pb_run_record *run);
	int (*fact)(void *data, const char *key, const char *value);
	int (*cell_started)(void *data, const struct pb_cell *cell);
	int (*cell_ended)(void *data, const struct pb_cell_result *result);
	int (*end)(void *data, enum pb_run_state state);
	int (*journal)(void *data); /* before all others */
	/*
	 * What there is so far of cells that have not ended, each PB_CELL_MISSING; each ends later
	 * all the same. From backends that measure cells in turns, never from a stream.
	 */
	int (*cells_so_far)(void *data, const struct pb_cell_result *results, size_t nr);
};

/* Puts cells together from a stream that comes in pieces. */
struct pb_record_reader;

int pb_record_reader_new(const struct pb_record_sink *sink, void *data,
			 struct pb_record_reader **ret_reader) pb_must_check;
void pb_record_reader_free(struct pb_record_reader *reader);

/*
 * Takes the next bytes, whole lines or not. Returns 0, what a sink returned, or -EBADMSG with a
 * message that names the line's number and what is wrong with it.
 */
int pb_record_reader_feed(struct pb_record_reader *reader, const char *data,
			  size_t len_bytes) pb_must_check;

/* The cell that was begun and not ended, or NULL: where a stream that stopped has died. */
const struct pb_cell_result *pb_record_reader_open_cell(const struct pb_record_reader *reader);

/* 0, or -EBADMSG if bytes of an unfinished line are left (message set). */
int pb_record_reader_finish(struct pb_record_reader *reader) pb_must_check;

PB_DEFINE_CLEANUP(pb_record_reader_freep, struct pb_record_reader *, pb_record_reader_free);

#endif
