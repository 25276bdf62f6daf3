/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gup_lines - gup_test's lines, one by one.
 * Why: reading text that three programs wrote in ten years is an idea of its own.
 */
#ifndef COLLECT_FORMATS_GUP_LINES_H
#define COLLECT_FORMATS_GUP_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "common/cleanup.h"

/* How it was started, as far as that is known. */
struct pb_gup_setting {
	const char *strategy; /* NULL: not known */
	const char *memory;   /* anon, anon-default, thp, hugetlb, shmem, file */
	uint64_t size_bytes;  /* of the range */
	uint64_t nr_pages;    /* a call; 0: all of the range */
	uint32_t nr_threads;
	bool read_only;
};

enum pb_gup_kind {
	PB_GUP_OTHER,     /* says nothing about a benchmark */
	PB_GUP_SETTING,   /* how the next one was started: *setting was set */
	PB_GUP_ELSEWHERE, /* another program's output begins */
	PB_GUP_SAMPLE,    /* *sample was set, *setting where the line says more */
	PB_GUP_SKIPPED,   /* it did not run */
	PB_GUP_FAILED,    /* it ran and failed */
};

struct pb_gup_sample {
	uint64_t get_us;
	uint64_t put_us;
	bool truncated;
	uint64_t got_bytes; /* of a truncated range */
};

/* gup_test's own defaults: 128 MiB, one page a call, one thread, private memory of /dev/zero. */
void pb_gup_setting_default(struct pb_gup_setting *setting);

/* Takes options as gup_test has them: "-a -n 512". -EINVAL: one that it does not have. */
int pb_gup_setting_parse(const char *args, struct pb_gup_setting *setting) pb_must_check;

/* Reads one line without its end. -EBADMSG: a benchmark's line that cannot be. */
int pb_gup_line(const char *line, struct pb_gup_setting *setting, struct pb_gup_sample *sample,
		enum pb_gup_kind *ret_kind) pb_must_check;

#endif
