// SPDX-License-Identifier: GPL-2.0-only
/*
 * block - stretches of instructions that QEMU translated, each kept once.
 * Why: QEMU translates the same code many times over, and a profile must not.
 */
#include "collect/tcg/block.h"

#include <errno.h>
#include <string.h>

static struct {
	struct pb_block **blocks; /* by id */
	size_t nr_blocks, room;
	uint32_t *slots;      /* id + 1, 0: empty; open addressing */
	size_t nr_slots;      /* a power of two, at least twice nr_blocks */
	uint64_t *taken_back; /* addresses of instructions that no block ends with */
	size_t nr_taken_back;
} table;

static uint64_t hash_of(const uint64_t *addrs, size_t nr_insns)
{
	uint64_t hash = nr_insns;

	for (size_t i = 0; i < nr_insns; i++)
		hash = (hash ^ addrs[i]) * 0x9e3779b97f4a7c15; /* 2^64 / golden ratio */
	return hash ^ hash >> 32;
}

/* The slot that holds this block's id, or the empty one where it belongs. */
static uint32_t *slot_find(const uint64_t *addrs, size_t nr_insns)
{
	size_t mask = table.nr_slots - 1, at = hash_of(addrs, nr_insns) & mask;

	for (; table.slots[at]; at = (at + 1) & mask) {
		const struct pb_block *block = table.blocks[table.slots[at] - 1];

		if (block->nr_reported == nr_insns &&
		    memcmp(block->addrs, addrs, nr_insns * sizeof(*addrs)) == 0)
			break;
	}
	return &table.slots[at];
}

static bool table_grow(void)
{
	size_t room = table.room ? 2 * table.room : 4096;
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): these are pointers */
	struct pb_block **blocks = reallocarray(table.blocks, room, sizeof(*blocks));
	uint32_t *slots;

	if (!blocks)
		return false;
	table.blocks = blocks;
	slots = calloc(2 * room, sizeof(*slots));
	if (!slots)
		return false;
	free(table.slots);
	table.slots = slots;
	table.nr_slots = 2 * room;
	table.room = room;
	for (size_t i = 0; i < table.nr_blocks; i++)
		*slot_find(blocks[i]->addrs, blocks[i]->nr_reported) = (uint32_t)i + 1;
	return true;
}

static void last_drop(struct pb_block *block, uint64_t addr)
{
	if (block->nr_reported > 1 && block->addrs[block->nr_reported - 1] == addr)
		block->nr_insns = block->nr_reported - 1;
}

int pb_block_not_last(uint64_t addr)
{
	uint64_t *taken_back;

	for (size_t i = 0; i < table.nr_taken_back; i++)
		if (table.taken_back[i] == addr)
			return 0;
	taken_back = reallocarray(table.taken_back, table.nr_taken_back + 1, sizeof(*taken_back));
	if (!taken_back)
		return -ENOMEM;
	table.taken_back = taken_back;
	table.taken_back[table.nr_taken_back++] = addr;
	for (size_t i = 0; i < table.nr_blocks; i++)
		last_drop(table.blocks[i], addr);
	return 0;
}

struct pb_block *pb_block_intern(const uint64_t *addrs, size_t nr_insns)
{
	struct pb_block *block;
	uint32_t *slot;

	if (table.nr_blocks == table.room && !table_grow())
		return NULL;
	slot = slot_find(addrs, nr_insns);
	if (*slot)
		return table.blocks[*slot - 1];
	block = malloc(sizeof(*block) + nr_insns * sizeof(*addrs));
	if (!block)
		return NULL;
	block->id = (uint32_t)table.nr_blocks;
	block->nr_insns = (uint32_t)nr_insns;
	block->nr_reported = (uint32_t)nr_insns;
	block->written = false;
	memcpy(block->addrs, addrs, nr_insns * sizeof(*addrs));
	for (size_t i = 0; i < table.nr_taken_back; i++)
		last_drop(block, table.taken_back[i]);
	table.blocks[table.nr_blocks++] = block;
	*slot = (uint32_t)table.nr_blocks;
	return block;
}

struct pb_block *pb_block_get(uint32_t id)
{
	return id < table.nr_blocks ? table.blocks[id] : NULL;
}
