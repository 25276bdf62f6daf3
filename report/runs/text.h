/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * text - numbers and columns, written for people.
 * Why: every surface shows the same number in the same form.
 */
#ifndef REPORT_RUNS_TEXT_H
#define REPORT_RUNS_TEXT_H

#include <stdint.h>
#include <stdio.h>

#include "common/cleanup.h"
#include "common/encode/printable.h"

enum { PB_NUMBER_LEN = 32 };

/* For prose and tables: "1234", "85.0", "0.43", "0.0020"; "–" for NaN. Returns @buf. */
const char *pb_number(double value, char buf[PB_NUMBER_LEN]);

/*
 * For labels in figures: three digits, and no more than two behind the point: "265", "12.1", "0".
 */
const char *pb_number_short(double value, char buf[PB_NUMBER_LEN]);

/* A signed change: "+3.0", "−86.2", with a true minus sign. */
const char *pb_number_change(double value, char buf[PB_NUMBER_LEN]);

/* "+12 %", "−86 %", "+0.04 %"; "new" where @base is 0. */
const char *pb_percent_change(double base, double head, char buf[PB_NUMBER_LEN]);

/* How many columns a terminal gives this UTF-8 text. */
int pb_text_columns(const char *text);

/*
 * Breaks @text at blanks into lines of at most @columns, in place, with newlines. A longer word
 * stays whole. Returns the number of lines.
 */
unsigned int pb_text_wrap(char *text, unsigned int columns);

#endif
