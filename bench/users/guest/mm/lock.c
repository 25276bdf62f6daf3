// SPDX-License-Identifier: GPL-2.0-only
/*
 * lock - mlock() and munlock(), MAP_POPULATE, MADV_POPULATE_READ and _WRITE: pages brought in
 * to stay.
 * Why: they use the code of get_user_pages() and hold nothing.
 */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/users/guest/guest.h"
#include "common/err.h"

/* Since Linux 5.14. */
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ  22
#define MADV_POPULATE_WRITE 23
#endif

static int lock(struct pb_guest_use *use)
{
	return mlock(use->buffer, use->len_bytes) ? -errno : 0;
}

static int unlock(struct pb_guest_use *use)
{
	return munlock(use->buffer, use->len_bytes) ? -errno : 0;
}

const struct pb_guest_user pb_guest_mlock = { .acquire = lock, .release = unlock };

static int map(struct pb_guest_use *use)
{
	void *at = mmap(NULL, use->len_bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (at == MAP_FAILED)
		return -errno;
	use->map = at;
	use->map_bytes = use->len_bytes;
	return 0;
}

static int unmap(struct pb_guest_use *use)
{
	int code = munmap(use->map, use->map_bytes) ? -errno : 0;

	use->map = NULL;
	return code;
}

const struct pb_guest_user pb_guest_map_populate = { .acquire = map, .release = unmap };

/* Pages that are there already: what is left is the looking. */
static int populate_read(struct pb_guest_use *use)
{
	return madvise(use->buffer, use->len_bytes, MADV_POPULATE_READ) ? -errno : 0;
}

static int populate_write(struct pb_guest_use *use)
{
	return madvise(use->buffer, use->len_bytes, MADV_POPULATE_WRITE) ? -errno : 0;
}

const struct pb_guest_user pb_guest_populate_read = { .acquire = populate_read };
const struct pb_guest_user pb_guest_populate_write = { .acquire = populate_write };
