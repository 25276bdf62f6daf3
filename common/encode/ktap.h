/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ktap - the one way by which text gets into KTAP.
 * Why: a '#' begins a directive, and a line a result: a reason could turn a failure into a skip.
 */
#ifndef COMMON_ENCODE_KTAP_H
#define COMMON_ENCODE_KTAP_H

#include <stdio.h>

#include "common/cleanup.h"

/* printf() whose every %s stays within its line and holds no '#' (common/encode/language.h). */
void pb_ktap_printf(FILE *out, const char *fmt, ...) pb_printf(2, 3);

#endif
