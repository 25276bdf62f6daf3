// SPDX-License-Identifier: GPL-2.0-only
/*
 * file_private - page cache of an ext4 file, mapped private and only read.
 * Why: programs and libraries lie in memory so. Written, its pages would be copies: memory 'anon'.
 */
#include <errno.h>
#include <linux/kernel-page-flags.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/memory/file_pages.h"
#include "common/err.h"

static int file_private_prepare(struct pb_memory *memory, uint64_t nr_pages)
{
	size_t len_bytes = nr_pages * (size_t)sysconf(_SC_PAGESIZE);
	_cleanup_close_ int fd = -1;
	int ret = pb_memory_file(memory, PB_PLACE_DISK, len_bytes, &fd);

	if (!ret)
		ret = pb_memory_map_at(memory, len_bytes, PROT_READ, MAP_PRIVATE, fd, 0);
	return ret ? ret : pb_memory_populate_read(memory);
}

/* As in zeropage.c: a long-term pin makes a private page the holder's own first, since 6.2. */
static int file_private_verify(const struct pb_memory *memory)
{
	_cleanup_free_ struct pb_page *page = NULL;
	int ret = pb_file_check_ext4(memory);

	if (!ret)
		ret = pb_pages_read(memory->addr, 1, &page);
	if (!ret && pb_page_has(page, KPF_ANON))
		return pb_fail(-EOPNOTSUPP, "the kernel does not hold a private file's page so: it "
					    "put copies in its place, and those are memory "
					    "'anon'");
	return ret ? ret : pb_memory_check_pages(memory, "file-private", pb_file_page_fault);
}

const struct pb_memory_type pb_memory_file_private = {
	.name = "file-private",
	.around = true,
	.special = true,
	.reads = true,
	.prepare = file_private_prepare,
	.verify = file_private_verify,
};
