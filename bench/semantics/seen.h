/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * seen - what two processes write down of one case: memory that both have.
 * Why: a case runs in a process of its own, which may end, hang or be killed at any step; what it
 * has seen until then is kept, and its controller goes on from there.
 */
#ifndef BENCH_SEMANTICS_SEEN_H
#define BENCH_SEMANTICS_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "collect/cell.h"
#include "common/cleanup.h"

enum { PB_SEEN_PARTS = 48, PB_SEEN_TEXT = 96, PB_SEEN_REASON = 512 };

/* How far the case came. What comes after its event is the controller's, if it ends there. */
enum pb_seen_stage {
	PB_SEEN_BEGUN,
	PB_SEEN_REFUSED, /* event or memory: error and reason say why */
	PB_SEEN_FAILED,  /* likewise */
	PB_SEEN_UNHELD,  /* the kernel refused the hold, likewise */
	PB_SEEN_HELD,
	PB_SEEN_DONE,
};

struct pb_seen {
	volatile enum pb_seen_stage stage;
	int error; /* positive errno */
	char reason[PB_SEEN_REASON];
	uint32_t handle;    /* 0: nothing is held */
	uint64_t pfn;       /* that is held */
	bool huge, hugetlb; /* the page is */
	bool file;          /* there is a file to ask for what the device wrote */
	char path[PB_SEEN_TEXT];
	int64_t offset; /* of the page, in the file */
	size_t nr_parts;
	struct {
		char name[PB_WORD_LEN];
		char text[PB_SEEN_TEXT];
	} parts[PB_SEEN_PARTS];
};

/* What does not fit any more is left out and noted as the part `cut`. */
void pb_printf(3, 4) pb_seen_add(struct pb_seen *seen, const char *name, const char *fmt, ...);

/* "ok", or the errno's name. */
void pb_seen_error(struct pb_seen *seen, const char *name, int error);

/* Ends with the message that stands for @code. */
void pb_seen_end(struct pb_seen *seen, enum pb_seen_stage stage, int code);

#endif
