// SPDX-License-Identifier: GPL-2.0-only
/*
 * shmem_pages - small pages of shmem, which two types of memory are made of.
 * Why: a distribution may give shmem huge pages unasked, and then it would be another memory.
 */
#include "bench/memory/shmem_pages.h"

#include <errno.h>
#include <linux/kernel-page-flags.h>
#include <string.h>
#include <sys/mman.h>

#include "common/err.h"

int pb_shmem_populate(struct pb_memory *memory)
{
	/* EINVAL: a kernel built without huge pages does not know the advice, and needs none. */
	if (madvise(memory->addr, memory->len_bytes, MADV_NOHUGEPAGE) && errno != EINVAL)
		return pb_fail(-errno, "cannot advise %zu bytes: %s", memory->len_bytes,
			       strerror(errno));
	return pb_memory_populate(memory);
}

const char *pb_shmem_page_fault(const struct pb_page *page)
{
	if (pb_page_has(page, KPF_COMPOUND_HEAD) || pb_page_has(page, KPF_COMPOUND_TAIL))
		return "is part of a larger page";
	if (pb_page_has(page, KPF_ANON))
		return "is anonymous";
	if (!pb_page_has(page, KPF_SWAPBACKED))
		return "is a file's";
	if (!pb_page_has(page, KPF_LRU))
		return "is not on the kernel's lists yet";
	return NULL;
}
