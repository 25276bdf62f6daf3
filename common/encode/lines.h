/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lines - the one way by which text gets into the lines of time-series databases.
 * Why: a quote ends a label there, a blank or a comma a tag, a line a sample: a kernel's name would be
 * somebody else's number.
 */
#ifndef COMMON_ENCODE_LINES_H
#define COMMON_ENCODE_LINES_H

#include <stdio.h>

#include "common/cleanup.h"

/* OpenMetrics 1.0: printf() whose every %s is good between the quotes of a label's value. */
void pb_metrics_printf(FILE *out, const char *fmt, ...) pb_printf(2, 3);

/*
 * InfluxDB's line protocol: printf() whose every %s is good as a tag's key or value, or a field's
 * key. A backslash becomes '/': at the end of a value it would join it with what follows.
 */
void pb_influx_printf(FILE *out, const char *fmt, ...) pb_printf(2, 3);

#endif
