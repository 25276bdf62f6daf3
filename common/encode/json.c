// SPDX-License-Identifier: GPL-2.0-only
/*
 * json - JSON that a terminal can be shown, with the same meaning to who parses it.
 * Why: JSON's own encoders leave DEL, C1 controls and bidi overrides as they are.
 */
#include "common/encode/json.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

#include "common/encode/printable.h"

/* What jansson wrote is valid UTF-8. */
static void escaped_write(FILE *out, const char *at, size_t len_bytes)
{
	utf8proc_int32_t c = 0xFFFD;

	utf8proc_iterate((const utf8proc_uint8_t *)at, (utf8proc_ssize_t)len_bytes, &c);
	if (c < 0x10000) {
		fprintf(out, "\\u%04x", (unsigned int)c);
		return;
	}
	c -= 0x10000;
	fprintf(out, "\\u%04x\\u%04x", 0xD800 + (unsigned int)(c >> 10),
		0xDC00 + (unsigned int)(c & 0x3FF));
}

void pb_json_write(FILE *out, const char *json, size_t len_bytes)
{
	struct pb_printable walk = { .text = json, .len_bytes = len_bytes };

	while (pb_printable_next(&walk)) {
		if (walk.shown || (walk.at_bytes == 1 && strchr("\n\t", *walk.at)))
			fwrite(walk.at, 1, walk.at_bytes, out);
		else
			escaped_write(out, walk.at, walk.at_bytes);
	}
}
