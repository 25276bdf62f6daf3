/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * csv - the one way by which text gets into a CSV.
 * Why: a spreadsheet computes a field that begins as a formula; here none does.
 */
#ifndef COMMON_ENCODE_CSV_H
#define COMMON_ENCODE_CSV_H

#include <stdint.h>
#include <stdio.h>

/*
 * A field of text: one line, shown by common/encode/printable.h, quoted where RFC 4180 wants it,
 * and with a ' in front where it begins, behind whatever a reader may skip (blanks, quotes, line
 * ends, what cannot be seen), with = + - @, one of their other forms or a dash of any length, or
 * with a tab or a carriage return. Numbers are written as such, and stay -1.5.
 */
void pb_csv_text(FILE *out, const char *text);

/* A number, as pb_value_text() wrote it, or nothing. */
void pb_csv_number(FILE *out, const char *number);
void pb_csv_count(FILE *out, uint64_t count);

/* Names of columns, commas and line feeds: what is CSV already. Never of data. */
void pb_csv_head(FILE *out, const char *head);

#endif
