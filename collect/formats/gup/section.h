/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * section - what gup_test printed between a start of it and its end, and who may end it.
 * Why: whose a time, a failure or a result is depends on what stood above it.
 */
#ifndef COLLECT_FORMATS_GUP_SECTION_H
#define COLLECT_FORMATS_GUP_SECTION_H

#include "collect/formats/gup/lines.h"
#include "collect/formats/gup/log.h"
#include "collect/formats/gup/log_text.h"
#include "collect/formats/gup/prefix.h"
#include "collect/formats/gup/run.h"
#include "common/cleanup.h"

struct pb_gup_section {
	bool open;
	bool implied;  /* nobody said how it was started: --args, or the defaults */
	bool header;   /* kselftest named the program, and no options */
	bool bare;     /* started without options */
	bool executed; /* the start was run, and not only shown */
	bool fresh;    /* the line before was its start */
	struct pb_gup_setting setting;
	char *wrong;  /* why the start cannot be read; counts when times come */
	char *reason; /* it failed */
	size_t line;
	size_t named_line; /* another mention of the program, behind all its times; 0: none */
	struct pb_gup_prefix prefix; /* of its times */
	unsigned depth;
	unsigned long plan;  /* results that it announced; 0: none */
	unsigned long inner; /* the last of its own results' numbers */
};

/* A log while it is read. */
struct pb_gup_state {
	struct pb_gup_log *log;
	const struct pb_gup_reading *how;
	struct pb_gup_section section;
	struct pb_gup_pending *pending; /* samples of the section */
	size_t nr_pending;
	const struct pb_log_line *line;
	bool elsewhere;       /* another program's lines */
	size_t lost_line;     /* names the program with options that cannot be read; 0: none */
	unsigned long asked;  /* as many lines may be answers */
	unsigned long result; /* the last number of the runner's results; 0: none */
	char *hint;           /* a skip that nobody's name was on, for want of better */
};

void pb_gup_state_done(struct pb_gup_state *state);
struct pb_gup_run *pb_gup_run_of(struct pb_gup_state *state);

/* "line 12: what is wrong: 'the line'", with everything but ASCII escaped. */
int pb_gup_fail_at(int ret, const struct pb_log_line *line);

/* Whether the run has times, or a benchmark's failure, already. */
bool pb_gup_has_times(struct pb_gup_state *state);

/* A run is over, if it has something; @joint: the next is of the same machine. */
int pb_gup_run_add(struct pb_gup_state *state, bool joint) pb_must_check;
int pb_gup_run_end(struct pb_gup_state *state, bool joint) pb_must_check;

/* Without a start: what --args says, or the defaults. */
int pb_gup_section_imply(struct pb_gup_state *state) pb_must_check;
int pb_gup_section_close(struct pb_gup_state *state) pb_must_check;

/* What a start means; options that the log does not show are those of --args, if there are some. */
int pb_gup_command_parse(const struct pb_gup_state *state, const struct pb_gup_line *said,
			 struct pb_gup_setting *setting) pb_must_check;

/* What a line of each kind does to the section. */
int pb_gup_start_take(struct pb_gup_state *state, const struct pb_gup_line *said) pb_must_check;
int pb_gup_sample_take(struct pb_gup_state *state,
		       const struct pb_gup_sample *sample) pb_must_check;
int pb_gup_skip_take(struct pb_gup_state *state) pb_must_check;
int pb_gup_failed_take(struct pb_gup_state *state) pb_must_check;
int pb_gup_heading_take(struct pb_gup_state *state) pb_must_check;
void pb_gup_named_take(struct pb_gup_state *state, const struct pb_gup_line *said);
int pb_gup_result_take(struct pb_gup_state *state, const struct pb_gup_line *said) pb_must_check;

/* A start's options may stand in two lines, which is seen in the second. */
int pb_gup_wrapped_check(struct pb_gup_state *state) pb_must_check;

#endif
