// SPDX-License-Identifier: GPL-2.0-only
/*
 * formats - the table of what `pinbench export` writes.
 * Why: a format is one file and one row of formats.def.
 */
#include "collect/formats/formats.h"

#include <errno.h>

#include "collect/baseline.h"
#include "collect/export.h"
#include "common/err.h"
#include "common/str.h"

const struct pb_format pb_formats[] = {
#define PB_FORMAT(name, write, summary) { name, summary, write },
#include "collect/formats/formats.def"
#undef PB_FORMAT
	{ NULL, NULL, NULL },
};

const struct pb_format *pb_format_find(const char *name)
{
	pb_cleanup(pb_buf_done) struct pb_buf valid = { 0 };

	for (const struct pb_format *format = pb_formats; format->name; format++)
		if (pb_streq(format->name, name))
			return format;
	for (const struct pb_format *format = pb_formats; format->name; format++)
		if (pb_buf_printf(&valid, "%s%s", valid.data ? " " : "", format->name))
			return NULL;
	pb_fail(-EINVAL, "export: unknown format '%s' (valid: %s)", name, valid.data);
	return NULL;
}
