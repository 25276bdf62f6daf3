/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * json - JSON that a terminal can be shown, with the same meaning to who parses it.
 * Why: JSON's own encoders leave DEL, C1 controls and bidi overrides as they are.
 */
#ifndef COMMON_ENCODE_JSON_H
#define COMMON_ENCODE_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "common/cleanup.h"

PB_DEFINE_CLEANUP(pb_json_freep, json_t *, json_decref);

/*
 * Writes @json, as jansson made it, with every character that common/encode/printable.h would not
 * show as "\uXXXX". Outside of strings JSON is ASCII, so that this changes no value.
 */
void pb_json_write(FILE *out, const char *json, size_t len_bytes);

#endif
