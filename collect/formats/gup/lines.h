/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lines - what one line of a log says, by itself: times, a start, a result and whose it is.
 * Why: what a line says and what it means there (gup_log.h) are two questions.
 */
#ifndef COLLECT_FORMATS_GUP_LINES_H
#define COLLECT_FORMATS_GUP_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "collect/formats/gup/command.h"
#include "collect/formats/gup/log_text.h"
#include "collect/formats/gup/machine.h"
#include "common/cleanup.h"

enum pb_gup_kind {
	PB_GUP_OTHER,     /* says nothing about a benchmark */
	PB_GUP_SAMPLE,    /* times: .sample */
	PB_GUP_START,     /* one of the programs is started: .command */
	PB_GUP_NAMED,     /* the program's name, and no start of it: "[RUN] gup_test" */
	PB_GUP_ELSEWHERE, /* another program is started */
	PB_GUP_HEADING,   /* "after:", "== v6.12 ==": results of another kernel follow */
	PB_GUP_PLAN,      /* "1..6": .number */
	PB_GUP_RESULT,    /* "ok 3 NAME", "[PASS]": .result, .owner */
	PB_GUP_FAILED,    /* words of one that failed, or of a kernel that did */
	PB_GUP_SKIPPED,   /* words of one that could not run */
	PB_GUP_PAGE_SIZE, /* .page_bytes */
	PB_GUP_ASKS,      /* for the page size or the kernel: the next .number lines have it */
	PB_GUP_KERNEL,    /* .release; .boots where it is a kernel's first line */
	PB_GUP_BEGINS,    /* a log begins: TAP's first line, a mail's */
};

enum pb_gup_result { PB_GUP_PASS, PB_GUP_FAIL, PB_GUP_SKIP };

enum pb_gup_owner {
	PB_GUP_OWN,      /* names one of the programs: .command */
	PB_GUP_NAMELESS, /* whichever ran last, as run_vmtests.sh's "[PASS]" */
	PB_GUP_NUMBERED, /* nothing but .number: whose, its number must tell */
	PB_GUP_INNER,    /* one of several within gup_test, as "ok 1 ioctl status 0" */
	PB_GUP_PARENT,   /* of what runs all mm tests */
	PB_GUP_FOREIGN,  /* another test's */
};

struct pb_gup_sample {
	const char *strategy; /* as the line names its benchmark; NULL: it does not */
	const char *before;   /* what stands before that name, or before "Time:" */
	size_t before_len;
	bool labelled; /* gup_bench's: .setting says the rest */
	struct pb_gup_setting setting;
	uint64_t get_us;
	uint64_t put_us;
	bool has_put; /* not before 4.20 */
	bool truncated;
	uint64_t got_bytes; /* of a truncated range */
};

struct pb_gup_line {
	enum pb_gup_kind kind;
	struct pb_gup_sample sample;
	struct pb_gup_command command;
	enum pb_gup_result result;
	enum pb_gup_owner owner;
	unsigned long number; /* of a result, 0: none; of a plan */
	uint32_t page_bytes;
	char release[64];
	bool boots;
	enum pb_gup_doubt doubt; /* what it says of the machine, by the way */
	bool lost;               /* of a NAMED: it has options, and is no start that can be read */
	bool header;             /* kselftest's "selftests: mm: gup_test": no command line */
};

/* What @line says. -EBADMSG: a benchmark's times that cannot be. */
int pb_gup_line(const struct pb_log_line *line, struct pb_gup_line *ret) pb_must_check;

/* What answers a PB_GUP_ASKS: a page size or a kernel's release; else as above. */
int pb_gup_answer(const struct pb_log_line *line, struct pb_gup_line *ret) pb_must_check;

#endif
