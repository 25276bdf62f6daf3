/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * log - a log's lines put together: which start each time belongs to, and what failed whom.
 * Why: a log holds many tests and sometimes several logs; only gup_test's own lines may count.
 *
 * A section begins where gup_test is started and ends at its own result, at another test's start
 * or where the log ends. Times, failures and "[FAIL]" within it are its own; those outside are
 * others'. A run ends where another log begins: at a kernel's boot, TAP's first line, a byte order
 * mark, a mail, a heading like "after:", and where a benchmark that has its times is started in the
 * same way again. What is said of the machine holds for all of it, wherever it is said.
 */
#ifndef COLLECT_FORMATS_GUP_LOG_H
#define COLLECT_FORMATS_GUP_LOG_H

#include <sha2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/formats/gup/args.h"
#include "common/cleanup.h"
#include "common/str.h"

struct pb_gup_cell {
	struct pb_gup_setting setting;
	double *get_us; /* a pass over the range */
	double *put_us;
	size_t nr;
	size_t nr_put; /* as many, or none where the program prints none */
	char *reason;  /* it failed */
	bool truncated;
	uint64_t got_bytes; /* of the first pass that was */
};

struct pb_gup_run {
	struct pb_gup_cell *cells;
	size_t nr_cells;
	size_t nr_samples;
	size_t line;         /* where it begins */
	uint32_t page_bytes; /* 0: not said */
	char release[64];    /* "": not said */
	bool joint;          /* of the same machine as the run before it */
	bool booted;         /* a kernel's boot began it */
	bool page_doubt;     /* its pages may well not be of 4 KiB, for what the log says */
	bool doubt_said, doubt_mentioned, doubt_none; /* its own lines' (gup_machine.h) */
	bool assumed;    /* a sample came with a setting that nobody said */
	SHA2_CTX digest; /* of its lines */
};

struct pb_gup_log {
	struct pb_gup_run *runs;
	size_t nr_runs;
};

struct pb_gup_reading {
	const char *args; /* how it was started where the log does not say; may be NULL */
	bool one_run;     /* starts that repeat are samples of one run */
	bool guessed;     /* that it is a log */
};

/*
 * Reads a decoded text (log_text.h), which is changed. -ENODATA: a benchmark was skipped, or there
 * are no times; -EBADMSG: a line that cannot be; -EINVAL: args. Messages begin with the line's
 * number and end with the line.
 */
int pb_gup_log_read(char *text, const struct pb_gup_reading *how,
		    struct pb_gup_log *ret_log) pb_must_check;
void pb_gup_log_done(struct pb_gup_log *log);

#endif
