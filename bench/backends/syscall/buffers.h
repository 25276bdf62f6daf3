/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bed - the two buffers that a cell's calls are made on, of the memory that it asks for.
 * Why: made anew for every sample, since where a buffer comes to lie biases all calls on it.
 */
#ifndef BENCH_BACKENDS_SYSCALL_BUFFERS_H
#define BENCH_BACKENDS_SYSCALL_BUFFERS_H

#include <stdint.h>

#include "bench/memory/memory.h"
#include "bench/users/user.h"

struct pb_bed {
	const struct pb_memory_type *type;
	struct pb_memory memory[2];
	struct pb_memory_proof proof; /* that they are what they claim */
};

/*
 * Prepares @nr_pages in each buffer and fills in the use's buffers; its nr_pages stay. What this
 * user is not shown of them is noted in proof. Errors as of bench/memory.
 */
int pb_bed_init(struct pb_bed *bed, const char *memory, uint64_t nr_pages,
		struct pb_use *use) pb_must_check;
void pb_bed_done(struct pb_bed *bed);

/* 0, or -errno with a message if the memory is no longer what it was. */
int pb_bed_verify(struct pb_bed *bed) pb_must_check;

#endif
