// SPDX-License-Identifier: GPL-2.0-only
/*
 * bed - the two buffers that a cell's calls are made on, of the memory that it asks for.
 * Why: made anew for every sample, since where a buffer comes to lie biases all calls on it.
 */
#include "bench/backends/syscall/buffers.h"

#include <errno.h>
#include <unistd.h>

#include "common/err.h"

int pb_bed_verify(struct pb_bed *bed)
{
	int ret = 0;

	for (int i = 0; i < 2 && !ret; i++)
		ret = pb_memory_prove(bed->type, &bed->memory[i], &bed->proof);
	return ret;
}

int pb_bed_init(struct pb_bed *bed, const char *memory, uint64_t nr_pages, struct pb_use *use)
{
	int ret = 0;

	bed->type = pb_memory_find(memory);
	if (!bed->type)
		return pb_fail(-EOPNOTSUPP, "memory '%s' is unknown to this backend; it has: %s",
			       memory, pb_memory_names());
	for (int i = 0; i < 2 && !ret; i++) {
		ret = bed->type->prepare(&bed->memory[i], nr_pages);
		use->buffers[i] = bed->memory[i].addr;
	}
	use->page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	use->buffer_bytes = bed->memory[0].len_bytes;
	return ret ? ret : pb_bed_verify(bed);
}

void pb_bed_done(struct pb_bed *bed)
{
	for (int i = 0; i < 2; i++)
		pb_memory_release(&bed->memory[i]);
}
