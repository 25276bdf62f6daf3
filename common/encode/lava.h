/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lava - the one way by which text gets into what LAVA reads signals from.
 * Why: a reason that holds one would be a result.
 */
#ifndef COMMON_ENCODE_LAVA_H
#define COMMON_ENCODE_LAVA_H

#include <stdio.h>

#include "common/cleanup.h"

/* printf() whose every %s stays within its line and begins or ends no signal: '<' and '>' go. */
void pb_lava_printf(FILE *out, const char *fmt, ...) pb_printf(2, 3);

/*
 * The value of a signal's parameter: blanks part parameters, and each holds one '='. These, and
 * what is not ASCII, become '_'.
 */
void pb_lava_value(FILE *out, const char *text);

#endif
