// SPDX-License-Identifier: GPL-2.0-only
/*
 * swap - brings up swap on a disk of compressed memory (zram).
 * Why: anonymous pages can only be reclaimed to swap. Such a disk completes within the instructions
 * of who writes to it, and pages stay the same price for cells that do not swap.
 */
#include "bench/agent/guest/swap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/swap.h>
#include <unistd.h>

#include "bench/agent/guest/devices.h"
#include "bench/memory/needs.h"
#include "common/err.h"
#include "common/file.h"

#define DISK     "/dev/zram0"
#define DISKSIZE "/sys/block/zram0/disksize"

/* Room enough for any cell's pages; what is not used takes none. */
enum { SWAP_MIB = 512 };

/*
 * Documentation for it is include/linux/swap.h: a header behind a boot sector's room, a mark last.
 */
enum { HEADER_OFFSET = 1024, HEADER_VERSION = 1 };
#define MARK "SWAPSPACE2" /* without a terminator, at the page's very end */
enum { MARK_BYTES = sizeof(MARK) - 1 };

static int header_write(void)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	const uint32_t header[] = { HEADER_VERSION,
				    (uint32_t)(((size_t)SWAP_MIB << 20) / page_bytes) - 1 };
	_cleanup_close_ int disk = open(DISK, O_WRONLY | O_CLOEXEC);
	_cleanup_free_ char *page = calloc(1, page_bytes);

	if (!page)
		return pb_fail(-ENOMEM, "out of memory");
	memcpy(page + HEADER_OFFSET, header, sizeof(header));
	memcpy(page + page_bytes - MARK_BYTES, MARK, MARK_BYTES);
	if (disk < 0 || write(disk, page, page_bytes) != (ssize_t)page_bytes || fsync(disk))
		return pb_fail(-errno, "cannot write '%s': %s", DISK, strerror(errno));
	return 0;
}

static int swap_make(const char *dir)
{
	_cleanup_close_ int size = -1;
	int ret = pb_devices_load(dir);

	if (ret)
		return ret;
	size = open(DISKSIZE, O_WRONLY | O_CLOEXEC);
	if (size < 0 || dprintf(size, "%dM", SWAP_MIB) < 0)
		return pb_fail(-errno, "cannot set '%s' to %d MiB: %s", DISKSIZE, SWAP_MIB,
			       strerror(errno));
	ret = header_write();
	if (!ret && swapon(DISK, 0))
		ret = pb_fail(-errno, "cannot swap to '%s': %s", DISK, strerror(errno));
	return ret;
}

int pb_swap_begin(const char *dir)
{
	int ret;

	if (!pb_file_exists(dir))
		return 0;
	ret = pb_devices_absent(dir);
	if (ret || pb_file_exists(PB_PLACES "/" PB_PLACE_SWAP ".absent"))
		return ret;
	ret = swap_make(dir);
	return ret ? pb_devices_fail(PB_PLACE_SWAP, ret) : 0;
}
