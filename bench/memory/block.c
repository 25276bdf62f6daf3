// SPDX-License-Identifier: GPL-2.0-only
/*
 * block - the blocks in which memory is taken out of use and back, and the zone that one is in.
 * Why: Documentation/admin-guide/mm/memory-hotplug.rst is the contract; this is what is used of it.
 */
#include "bench/memory/block.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "bench/memory/inspect/page_flags.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

#define BLOCKS "/sys/devices/system/memory"

static int block_bytes(uint64_t *ret_bytes)
{
	_cleanup_free_ char *text = NULL;
	int ret = pb_file_read(BLOCKS "/block_size_bytes", &text, NULL);

	if (ret) {
		pb_fail_clear();
		return pb_fail(-EOPNOTSUPP, "this kernel takes no memory out of use: it has no "
					    "'" BLOCKS "'");
	}
	*ret_bytes = strtoull(text, NULL, 16);
	return *ret_bytes ? 0 : pb_fail(-EBADMSG, "'%s/block_size_bytes' holds no size", BLOCKS);
}

int pb_block_of_frame(uint64_t pfn, unsigned int *ret_block)
{
	uint64_t bytes;
	int ret = block_bytes(&bytes);

	if (!ret)
		*ret_block = (unsigned int)(pfn * (uint64_t)sysconf(_SC_PAGESIZE) / bytes);
	return ret;
}

int pb_block_of(const void *addr, unsigned int *ret_block)
{
	_cleanup_free_ struct pb_page *page = NULL;
	int ret = pb_pages_read(addr, 1, &page);

	return ret ? ret : pb_block_of_frame(page->pfn, ret_block);
}

int pb_block_set(unsigned int block, const char *state)
{
	_cleanup_free_ char *path = pb_format(BLOCKS "/memory%u/state", block);
	_cleanup_close_ int fd = path ? open(path, O_WRONLY | O_CLOEXEC) : -1;

	if (!path)
		return -ENOMEM;
	return fd < 0 || write(fd, state, strlen(state)) < 0 ? -errno : 0;
}

bool pb_block_is_movable(unsigned int block)
{
	_cleanup_free_ char *path = pb_format(BLOCKS "/memory%u/valid_zones", block);
	_cleanup_free_ char *zones = NULL;

	if (!path || pb_file_read(path, &zones, NULL)) {
		pb_fail_clear();
		return false;
	}
	return strncmp(zones, "Movable", strlen("Movable")) == 0;
}

int pb_blocks_of_node(unsigned int node, unsigned int *ret_first, unsigned int *ret_nr)
{
	_cleanup_free_ char *path = pb_format("/sys/devices/system/node/node%u", node);
	_cleanup_closedir_ DIR *dir = path ? opendir(path) : NULL;
	unsigned long first = ULONG_MAX;
	unsigned int nr = 0;
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char *end;
		unsigned long block;

		if (strncmp(entry->d_name, "memory", strlen("memory")) != 0)
			continue;
		block = strtoul(entry->d_name + strlen("memory"), &end, 10);
		if (*end || end == entry->d_name + strlen("memory"))
			continue;
		nr++;
		if (block < first)
			first = block;
	}
	if (first > UINT_MAX)
		return pb_fail(-EOPNOTSUPP, "this machine has no blocks of memory on node %u",
			       node);
	*ret_first = (unsigned int)first;
	*ret_nr = nr;
	return 0;
}
