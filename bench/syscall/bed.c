// SPDX-License-Identifier: GPL-2.0-only
/*
 * bed - the two buffers that a cell's calls are made on, of the memory that it asks for.
 * Why: made anew for every sample, since where a buffer comes to lie biases all calls on it.
 */
#include "bench/syscall/bed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

/* What smaps says of the mapping that holds @addr: KiB in huge pages; -1 if it does not say. */
static long huge_kib(char *smaps, uintptr_t addr)
{
	static const char huge[] = "AnonHugePages:";
	bool inside = false;

	for (char *save, *line = strtok_r(smaps, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		char *dash, *blank = NULL;
		unsigned long start = strtoul(line, &dash, 16), end = 0;

		/* "AnonHugePages:" begins with a hexadecimal digit, too. */
		if (*dash == '-')
			end = strtoul(dash + 1, &blank, 16);
		if (blank && *blank == ' ')
			inside = start <= addr && addr < end;
		else if (inside && strncmp(line, huge, strlen(huge)) == 0)
			return strtol(line + strlen(huge), NULL, 10);
	}
	return -1;
}

static int smaps_verify(const struct pb_bed *bed, const struct pb_memory *memory)
{
	bool huge = pb_streq(bed->type->name, "thp");
	_cleanup_free_ char *smaps = NULL;
	long kib;
	int ret = pb_file_read("/proc/self/smaps", &smaps, NULL);

	if (ret)
		return ret;
	/* More than asked for is another buffer's, next to this one and in the same mapping. */
	kib = huge_kib(smaps, (uintptr_t)memory->addr);
	if (huge ? kib < (long)(memory->len_bytes / 1024) : kib != 0)
		return pb_fail(-ENOMEM, "%ld KiB of memory '%s', %zu KiB, are in huge pages", kib,
			       bed->type->name, memory->len_bytes / 1024);
	return 0;
}

int pb_bed_verify(const struct pb_bed *bed)
{
	for (int i = 0; i < 2; i++) {
		int ret = bed->type->verify(&bed->memory[i]);

		if (ret == -EPERM || ret == -EACCES)
			ret = smaps_verify(bed, &bed->memory[i]);
		if (ret)
			return ret;
	}
	pb_fail_clear();
	return 0;
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
