/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * record_check - typed, bounded access to the fields of a record.
 * Why: a stream may come from anywhere; nothing of it is believed before it was looked at.
 */
#ifndef COLLECT_RECORD_CHECK_H
#define COLLECT_RECORD_CHECK_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/record.h"
#include "common/cleanup.h"

enum {
	PB_RECORD_MAX_CELLS = 1 << 20,
	PB_RECORD_MAX_VALUES = 1 << 24,
	PB_RECORD_MAX_FUNCTIONS = 1 << 12, /* of one call: some dozens is usual */
	PB_RECORD_MAX_PARTS = 64,
	PB_RECORD_MAX_BUCKETS = 1 << 16, /* 32 for each power of two make some 2000 */
};

/* All return 0, or -EBADMSG with a message that names the field and what would be valid. */

/* Text without blanks or control characters, 1 to @size - 1 bytes. */
int pb_record_word(const json_t *record, const char *key, char *ret_word,
		   size_t size) pb_must_check;
/* Any text of at most @size - 1 bytes. */
int pb_record_text(const json_t *record, const char *key, char *ret_text,
		   size_t size) pb_must_check;
/* Any text, newly allocated (-ENOMEM); NULL if the field is absent and @required is false. */
int pb_record_text_dup(const json_t *record, const char *key, bool required,
		       char **ret_text) pb_must_check;
int pb_record_count(const json_t *record, const char *key, uint64_t min, uint64_t max,
		    uint64_t *ret_count) pb_must_check;

int pb_record_check_run(const json_t *record, struct pb_run_record *ret_run) pb_must_check;
int pb_record_check_cell(const json_t *record, struct pb_cell *ret_cell) pb_must_check;
/* Adds the record's series to @result. */
int pb_record_check_series(const json_t *record, struct pb_cell_result *result) pb_must_check;
/* Adds the record's profile to @result. */
int pb_record_check_profile(const json_t *record, struct pb_cell_result *result) pb_must_check;
/* Adds the record's histogram to @result. */
int pb_record_check_histogram(const json_t *record, struct pb_cell_result *result) pb_must_check;
/* Adds the record's parts to @result. */
int pb_record_check_observation(const json_t *record, struct pb_cell_result *result) pb_must_check;
/* Fills in how @result ended. */
int pb_record_check_done(const json_t *record, struct pb_cell_result *result) pb_must_check;

/* A copy of @text for a message: short, nothing in it that steers a terminal. Returns @buf. */
const char *pb_record_printable(const char *text, char *buf, size_t size);

#endif
