// SPDX-License-Identifier: GPL-2.0-only
/*
 * udmabuf - a dma-buf of the pages of a memfd.
 * Why: it pins folios of a file, and no mapping of them: memfd_pin_folios().
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/udmabuf.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/memory/hugetlb.h"
#include "bench/users/guest/guest.h"
#include "common/err.h"

enum { DEVICE, MEMFD, DMABUF };
enum { HUGE_SHIFT = 21 };

static int file_make(struct pb_guest_use *use, unsigned int flags, size_t len)
{
	use->fds[MEMFD] = memfd_create("pinbench", MFD_CLOEXEC | MFD_ALLOW_SEALING | flags);
	if (use->fds[MEMFD] < 0 || ftruncate(use->fds[MEMFD], (off_t)len) ||
	    fcntl(use->fds[MEMFD], F_ADD_SEALS, F_SEAL_SHRINK))
		return pb_guest_refused("a sealed memfd", -errno);
	/* Written, so that its pages are there. */
	use->map_bytes = len;
	use->map = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, use->fds[MEMFD], 0);
	if (use->map == MAP_FAILED) {
		use->map = NULL;
		return pb_fail(-errno, "cannot map a memfd: %s", strerror(errno));
	}
	memset(use->map, 1, len);
	return 0;
}

static int dmabuf_open(struct pb_guest_use *use)
{
	int ret = pb_guest_open_fd(use, DEVICE, "/dev/udmabuf", O_RDWR);

	return ret ? ret : file_make(use, 0, use->len_bytes);
}

/* Its pages come out of the pool, beside those of the buffer that every user has. */
static int dmabuf_huge_open(struct pb_guest_use *use)
{
	size_t huge_bytes = (size_t)1 << HUGE_SHIFT;
	size_t nr = (use->len_bytes + huge_bytes - 1) / huge_bytes;
	int ret = pb_guest_open_fd(use, DEVICE, "/dev/udmabuf", O_RDWR);

	if (!ret)
		ret = pb_hugetlb_reserve(HUGE_SHIFT, nr);
	return ret ? ret : file_make(use, MFD_HUGETLB, nr * huge_bytes);
}

static int dmabuf_make(struct pb_guest_use *use)
{
	const struct udmabuf_create create = {
		.memfd = (uint32_t)use->fds[MEMFD],
		.flags = UDMABUF_FLAGS_CLOEXEC,
		.size = use->len_bytes,
	};

	use->fds[DMABUF] = ioctl(use->fds[DEVICE], UDMABUF_CREATE, &create);
	return use->fds[DMABUF] < 0 ? -errno : 0;
}

static int dmabuf_close(struct pb_guest_use *use)
{
	int code = close(use->fds[DMABUF]) ? -errno : 0;

	use->fds[DMABUF] = -1;
	return code;
}

const struct pb_guest_user pb_guest_udmabuf = {
	.open = dmabuf_open,
	.acquire = dmabuf_make,
	.release = dmabuf_close,
};
const struct pb_guest_user pb_guest_udmabuf_huge = {
	.open = dmabuf_huge_open,
	.acquire = dmabuf_make,
	.release = dmabuf_close,
};
