// SPDX-License-Identifier: GPL-2.0-only
/*
 * devdax - persistent memory as a device, mapped by 2 MiB entries.
 * Why: no file system is involved, so nothing ever moves: a long-term pin is allowed.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "bench/memory/memory.h"
#include "bench/memory/pmem_pages.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

enum { ENTRY_BYTES = 2 << 20 };

/* Beyond its end there is nothing to fault in: whoever touches it is killed. */
static int size_check(int fd, const char *path, size_t len_bytes)
{
	_cleanup_free_ char *size = NULL, *text = NULL;
	struct stat device;
	uint64_t bytes;
	int ret;

	if (fstat(fd, &device))
		return pb_fail(-errno, "cannot look at '%s': %s", path, strerror(errno));
	size = pb_format("/sys/dev/char/%u:%u/size", major(device.st_rdev), minor(device.st_rdev));
	ret = size ? pb_file_read(size, &text, NULL) : -ENOMEM;
	if (ret)
		return ret;
	text[strcspn(text, "\n")] = '\0';
	ret = pb_parse_u64(text, size, 0, INT64_MAX, &bytes);
	if (!ret && len_bytes > bytes)
		ret = pb_fail(-EOPNOTSUPP,
			      "the cell wants %zu MiB of memory 'devdax', and '%s' has %llu MiB",
			      len_bytes >> 20, path, (unsigned long long)bytes >> 20);
	return ret;
}

static int devdax_prepare(struct pb_memory *memory, uint64_t nr_pages)
{
	size_t len_bytes = nr_pages * (size_t)sysconf(_SC_PAGESIZE);
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = -1;
	int ret = pb_place_find(PB_PLACE_DEVDAX, &path);

	if (ret)
		return ret;
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return pb_fail(-errno, "cannot open '%s': %s", path, strerror(errno));
	len_bytes = (len_bytes + ENTRY_BYTES - 1) / ENTRY_BYTES * ENTRY_BYTES;
	ret = size_check(fd, path, len_bytes);
	if (!ret)
		ret = pb_memory_map_at(memory, len_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
				       0);
	return ret ? ret : pb_memory_populate(memory);
}

static int devdax_verify(const struct pb_memory *memory)
{
	return pb_pmem_check_pages(memory, "devdax");
}

static int devdax_entry(size_t *ret_bytes)
{
	*ret_bytes = ENTRY_BYTES;
	return 0;
}

const struct pb_memory_type pb_memory_devdax = {
	.name = "devdax",
	.shared = true,
	.special = true,
	.entry = devdax_entry,
	.prepare = devdax_prepare,
	.verify = devdax_verify,
};
