/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * buffers - the two buffers that a cell's calls are made on, of the memory that it asks for.
 * Why: made anew for every sample, since where a buffer comes to lie biases all calls on it.
 */
#ifndef BENCH_BACKENDS_SYSCALL_BUFFERS_H
#define BENCH_BACKENDS_SYSCALL_BUFFERS_H

#include <stdint.h>

#include "bench/memory/memory.h"
#include "bench/users/user.h"

struct pb_buffers {
	const struct pb_memory_type *type;
	struct pb_memory memory[2];
	struct pb_memory_proof proof; /* that they are what they claim */
};

/*
 * Prepares @nr_pages in each buffer and fills in the use's buffers; its nr_pages stay. What this
 * user is not shown of them is noted in proof. Errors as of bench/memory.
 */
int pb_buffers_init(struct pb_buffers *buffers, enum pb_cell_memory memory, uint64_t nr_pages,
		    struct pb_use *use) pb_must_check;
void pb_buffers_done(struct pb_buffers *buffers);

/* 0, or -errno with a message if the memory is no longer what it was. */
int pb_buffers_verify(struct pb_buffers *buffers) pb_must_check;

#endif
