/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * block - the blocks in which memory is taken out of use and back, and the zone that one is in.
 * Why: ZONE_MOVABLE is made of such a block here, so that one guest has both kinds of memory.
 */
#ifndef BENCH_MEMORY_BLOCK_H
#define BENCH_MEMORY_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "common/cleanup.h"

/* The block that a frame lies in; that of the page at @addr of this process. With a message. */
int pb_block_of_frame(uint64_t pfn, unsigned int *ret_block) pb_must_check;
int pb_block_of(const void *addr, unsigned int *ret_block) pb_must_check;

/* Writes its state: offline, online_movable. -errno as the kernel gave it, no message. */
int pb_block_set(unsigned int block, const char *state) pb_must_check;

/* Is the block in ZONE_MOVABLE? */
bool pb_block_is_movable(unsigned int block);

/* The blocks of a memory node, which is one piece. With a message. */
int pb_blocks_of_node(unsigned int node, unsigned int *ret_first,
		      unsigned int *ret_nr) pb_must_check;

#endif
