// SPDX-License-Identifier: GPL-2.0-only
/*
 * profile - what the profiler on the host cannot see from there: the names of addresses.
 * Why: a debug port needs no driver and raises no interrupt, so nothing of it lands in a window.
 */
#include "bench/agent/profile.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#if defined(__x86_64__)
#include <sys/io.h>
#endif

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "kmods/uapi/mark.h"

/* Is this line of a function, or of data? "ffffffff81000000 T _stext\t[module]" */
static bool is_wanted(const char *line, bool data)
{
	const char *type = strchr(line, ' ');

	/* __pfx_ marks the padding before a function, where a tracer may put code. */
	return type && strchr(data ? "tTwWdDbBrRvVaA" : "tTwW", type[1]) &&
	       strncmp(type + 2, " __pfx_", 7) != 0;
}

static int symbols_read(struct pb_buf *symbols, bool data)
{
	static const char path[] = "/proc/kallsyms";
	_cleanup_fclose_ FILE *in = fopen(path, "re");
	_cleanup_free_ char *line = NULL;
	uint64_t addr, before = 0;
	size_t room = 0;
	char *rest;
	int ret = 0;

	if (!in)
		return pb_fail(-errno, "cannot read '%s': %s", path, strerror(errno));
	while (!ret && getline(&line, &room, in) > 0) {
		if (!is_wanted(line, data))
			continue;
		addr = strtoull(line, &rest, 16);
		ret = pb_buf_printf(symbols, "%" PRIx64 "%s", addr - before, rest);
		before = addr;
	}
	if (!ret && !before)
		ret = pb_fail(-EPERM, "'%s' hides the addresses", path);
	return ret ? ret : pb_buf_add(symbols, "\n", 1);
}

#if defined(__x86_64__)

int pb_profile_symbols_send(bool data)
{
	pb_cleanup(pb_buf_done) struct pb_buf symbols = { 0 };
	int ret = symbols_read(&symbols, data);

	if (ret)
		return ret;
	if (ioperm(PB_MARK_PORT, 1, 1))
		return pb_fail(-errno, "cannot use port %#x: %s", PB_MARK_PORT, strerror(errno));
	outsb(PB_MARK_PORT, symbols.data, symbols.len_bytes);
	ioperm(PB_MARK_PORT, 1, 0);
	return 0;
}

#else

int pb_profile_symbols_send(bool data)
{
	(void)data;
	return pb_fail(-EOPNOTSUPP, "profiles are for x86_64: elsewhere there is no debug port");
}

#endif
