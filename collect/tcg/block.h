/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * block - stretches of instructions that QEMU translated, each kept once.
 * Why: a block is executed as a whole, so a window's log needs one number a block, and every
 * instruction in it can still be told apart afterwards.
 */
#ifndef COLLECT_TCG_BLOCK_H
#define COLLECT_TCG_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"

struct pb_block {
	uint32_t id;          /* from 0, in the order in which they were first seen */
	uint32_t nr_insns;    /* that it executes */
	uint32_t nr_reported; /* by QEMU, see pb_block_not_last(): the length of addrs */
	bool written;         /* to the profile: it is there once */
	uint64_t addrs[];     /* of each instruction, in order */
};

/*
 * Finds the block with these instructions, or makes it. It lives as long as the process, since
 * translated code refers to it. NULL: out of memory.
 */
struct pb_block *pb_block_intern(const uint64_t *addrs, size_t nr_insns) pb_must_check;
struct pb_block *pb_block_get(uint32_t id) pb_must_check;

/*
 * Up to version 7.2 QEMU reports an instruction too many where a block stops before an instruction
 * that reaches into the next page: the instruction was begun and taken back, and is then the first
 * of the next block. Called with the address of such an instruction when it is the first of its
 * block, this corrects nr_insns of all blocks that end with it, also of those yet to come. Returns
 * 0 or -ENOMEM.
 */
int pb_block_not_last(uint64_t addr) pb_must_check;

#endif
