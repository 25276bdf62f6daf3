// SPDX-License-Identifier: GPL-2.0-only
/*
 * cell - names of states and errors, text made safe.
 * Why: the agent, the backends and the store share these without sharing a database.
 */
#include "collect/cell.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

/* Linux hands out no errno above this one. */
enum { MAX_ERROR = 4095 };

static const char *const state_names[] = {
	[PB_CELL_NONE] = "none",     [PB_CELL_MEASURED] = "measured", [PB_CELL_REFUSED] = "refused",
	[PB_CELL_FAILED] = "failed", [PB_CELL_MISSING] = "missing",
};

const char *pb_cell_state_name(enum pb_cell_state state)
{
	return (size_t)state < PB_ARRAY_SIZE(state_names) ? state_names[state] : "none";
}

enum pb_cell_state pb_cell_state_parse(const char *name)
{
	for (size_t i = PB_CELL_MEASURED; i < PB_ARRAY_SIZE(state_names); i++)
		if (pb_streq(name, state_names[i]))
			return (enum pb_cell_state)i;
	return PB_CELL_NONE;
}

const char *pb_error_name(int error, char *buf, size_t size)
{
	const char *name = strerrorname_np(error);

	if (name)
		snprintf(buf, size, "%s", name);
	else
		snprintf(buf, size, "%d", error);
	return buf;
}

int pb_error_parse(const char *name)
{
	char buf[PB_ERROR_NAME_LEN];

	/*
	 * Only the one spelling that pb_error_name() gives: what is read is written back the same.
	 */
	for (int error = 1; error <= MAX_ERROR; error++)
		if (pb_streq(name, pb_error_name(error, buf, sizeof(buf))))
			return error;
	return 0;
}

/* The length of the valid UTF-8 sequence at @s, 0 if there is none. Surrogates and overlong forms
 * are none. */
static size_t utf8_len(const unsigned char *s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = s[0] < 0x80       ? 1
		     : s[0] >> 5 == 6  ? 2
		     : s[0] >> 4 == 14 ? 3
		     : s[0] >> 3 == 30 ? 4
				       : 0;
	uint32_t point;

	if (len < 2)
		return len;
	point = s[0] & (0x7fU >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80) /* also the terminator */
			return 0;
		point = point << 6 | (s[i] & 0x3f);
	}
	if (point < least[len] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	return len;
}

char *pb_text_clean(const char *text)
{
	const unsigned char *in = (const unsigned char *)text;
	char *clean = malloc(4 * strlen(text) + 1), *out = clean;

	if (!clean) {
		pb_fail(-ENOMEM, "out of memory");
		return NULL;
	}
	while (*in) {
		size_t len = utf8_len(in);

		if (len) {
			memcpy(out, in, len);
			out += len;
			in += len;
		} else {
			out += sprintf(out, "\\x%02x", *in++);
		}
	}
	*out = '\0';
	return clean;
}

const char *pb_value_text(double value, char *buf)
{
	buf[0] = '\0';
	if (isnan(value))
		return buf;
	/* Counts of instructions are integers; below 2^63 the conversion is exact. */
	if (fabs(value) < 0x1p63 && value == (double)(int64_t)value) {
		snprintf(buf, PB_VALUE_LEN, "%" PRId64, (int64_t)value);
		return buf;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(buf, PB_VALUE_LEN, "%.*g", digits, value);
		if (strtod(buf, NULL) == value)
			break;
	}
	return buf;
}
