/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * args - what the options mean that gup_test, gup_bench or gup_benchmark was started with.
 * Why: the same letters mean different calls in programs of ten years.
 */
#ifndef COLLECT_FORMATS_GUP_ARGS_H
#define COLLECT_FORMATS_GUP_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"

enum pb_gup_program {
	PB_GUP_ANY,       /* nobody said which */
	PB_GUP_BENCHMARK, /* gup_benchmark, 4.15 to 5.10: reads unless -w */
	PB_GUP_TEST,      /* gup_test, from 5.11: writes unless -W; its -U, -b, -c print no time */
	PB_GUP_BENCH,     /* gup_bench, from 7.2: without options, a matrix with a label each */
};

enum pb_gup_intent { PB_GUP_UNSAID, PB_GUP_READS, PB_GUP_WRITES };

/* How it was started, as far as that is known. */
struct pb_gup_setting {
	enum pb_gup_program program;
	const char *strategy; /* NULL: not said */
	bool strategy_said;   /* by an option, not by the program's default */
	bool no_times;        /* one of gup_test's tests that print none */
	const char *memory;   /* anon, anon-default, thp, hugetlb, shmem, file */
	uint64_t size_bytes;  /* of the range */
	uint64_t nr_pages;    /* a call; 0: all of the range */
	uint32_t nr_threads;
	uint32_t nr_repeats; /* lines of times that each thread prints */
	enum pb_gup_intent intent;
	bool faults; /* -z: the first pass faults its pages in */
};

/* The defaults of all three: 128 MiB, one page a call, one thread, private memory of /dev/zero. */
void pb_gup_setting_default(struct pb_gup_setting *setting);

/*
 * Takes options as @program has them, joined or apart: "-a -n 512", "-an512". -EINVAL: one that it
 * does not have, a value that is none, a word that is no option.
 */
int pb_gup_setting_parse(enum pb_gup_program program, const char *args, size_t args_len,
			 struct pb_gup_setting *setting) pb_must_check;

/* Whether words in it stand for options that are elsewhere: "$ARGS", "-n {1,512}", "[OPTIONS]". */
bool pb_gup_args_hidden(const char *args, size_t args_len);

/* Whether @a and @b start the same benchmark on the same memory, as often or not. */
bool pb_gup_setting_equal(const struct pb_gup_setting *a, const struct pb_gup_setting *b);

#endif
