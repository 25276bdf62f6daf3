/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tsv - the one way by which text gets into a line of fields between tabs.
 * Why: a baseline is read back by its lines and tabs, which no console's words may make.
 */
#ifndef COMMON_ENCODE_TSV_H
#define COMMON_ENCODE_TSV_H

#include <stdio.h>

#include "common/cleanup.h"

/* printf() whose every %s stays within its field (common/encode/language.h). */
void pb_tsv_printf(FILE *out, const char *fmt, ...) pb_printf(2, 3);

#endif
