// SPDX-License-Identifier: GPL-2.0-only
/*
 * seen - what two processes write down of one case: memory that both have.
 * Why: a case may end at any step, and what it has seen until then is a result.
 */
#include "bench/semantics/seen.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/err.h"

void pb_seen_add(struct pb_seen *seen, const char *name, const char *fmt, ...)
{
	bool full = seen->nr_parts == PB_SEEN_PARTS - 1;
	va_list args;

	if (seen->nr_parts == PB_SEEN_PARTS)
		return;
	snprintf(seen->parts[seen->nr_parts].name, sizeof(seen->parts->name), "%s",
		 full ? "cut" : name);
	va_start(args, fmt);
	vsnprintf(seen->parts[seen->nr_parts].text, sizeof(seen->parts->text), fmt, args);
	va_end(args);
	seen->nr_parts++;
}

void pb_seen_error(struct pb_seen *seen, const char *name, int error)
{
	char buf[PB_ERROR_NAME_LEN];

	pb_seen_add(seen, name, "%s",
		    error ? pb_error_name(error < 0 ? -error : error, buf, sizeof(buf)) : "ok");
}

void pb_seen_end(struct pb_seen *seen, enum pb_seen_stage stage, int code)
{
	seen->error = -code;
	snprintf(seen->reason, sizeof(seen->reason), "%s", pb_fail_message(code));
	pb_fail_clear();
	seen->stage = stage;
}
