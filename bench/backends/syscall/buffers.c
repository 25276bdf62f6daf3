// SPDX-License-Identifier: GPL-2.0-only
/*
 * buffers - the two buffers that a cell's calls are made on, of the memory that it asks for.
 * Why: made anew for every sample, since where a buffer comes to lie biases all calls on it.
 */
#include "bench/backends/syscall/buffers.h"

#include <errno.h>
#include <unistd.h>

#include "common/err.h"

int pb_buffers_verify(struct pb_buffers *buffers)
{
	int ret = 0;

	for (int i = 0; i < 2 && !ret; i++)
		ret = pb_memory_prove(buffers->type, &buffers->memory[i], &buffers->proof);
	return ret;
}

int pb_buffers_init(struct pb_buffers *buffers, enum pb_cell_memory memory, uint64_t nr_pages,
		    struct pb_use *use)
{
	int ret = 0;

	buffers->type = pb_memory_find(memory);
	if (!buffers->type)
		return pb_fail(-EOPNOTSUPP, "memory '%s' is unknown to this backend; it has: %s",
			       pb_memory_name(memory), pb_memory_names());
	for (int i = 0; i < 2 && !ret; i++) {
		ret = buffers->type->prepare(&buffers->memory[i], nr_pages);
		use->buffers[i] = buffers->memory[i].addr;
	}
	use->page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	use->buffer_bytes = buffers->memory[0].len_bytes;
	return ret ? ret : pb_buffers_verify(buffers);
}

void pb_buffers_done(struct pb_buffers *buffers)
{
	for (int i = 0; i < 2; i++)
		pb_memory_release(&buffers->memory[i]);
}
