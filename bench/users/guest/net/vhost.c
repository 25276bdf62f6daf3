// SPDX-License-Identifier: GPL-2.0-only
/*
 * vhost - vhost-net's log of dirty pages: a bit set in the program's memory.
 * Why: the kernel takes a page for each bit that it writes there.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/vhost.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "bench/users/guest/guest.h"
#include "common/err.h"

#ifndef VHOST_F_LOG_ALL
#define VHOST_F_LOG_ALL 26
#endif

enum { VHOST, TAP, RING_PAGES = 4, RING_ENTRIES = 16 };

static int tap_make(struct pb_guest_use *use)
{
	struct ifreq tap = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
	int ret = pb_guest_open_fd(use, TAP, "/dev/net/tun", O_RDWR);

	if (!ret && ioctl(use->fds[TAP], TUNSETIFF, &tap))
		ret = pb_guest_refused("a tap device", -errno);
	return ret;
}

/* Descriptors, available and used ring: a page each, in memory that is the machine's whole. */
static int rings_set(struct pb_guest_use *use)
{
	const uint64_t at = (uintptr_t)use->map, page = use->page_bytes;
	const struct vhost_vring_state entries = { .num = RING_ENTRIES }, base = { .num = 0 };
	const struct vhost_vring_addr rings = {
		.flags = 1 << VHOST_VRING_F_LOG,
		.desc_user_addr = at,
		.avail_user_addr = at + page,
		.used_user_addr = at + 2 * page,
		.log_guest_addr = 2 * page,
	};

	return ioctl(use->fds[VHOST], VHOST_SET_VRING_NUM, &entries) ||
			       ioctl(use->fds[VHOST], VHOST_SET_VRING_BASE, &base) ||
			       ioctl(use->fds[VHOST], VHOST_SET_VRING_ADDR, &rings)
		       ? -errno
		       : 0;
}

static int device_set(struct pb_guest_use *use)
{
	const uint64_t features = UINT64_C(1) << VHOST_F_LOG_ALL, log = (uintptr_t)use->buffer;
	union {
		struct vhost_memory table;
		char room[sizeof(struct vhost_memory) + sizeof(struct vhost_memory_region)];
	} memory = { .table = { .nregions = 1 } };
	int vhost = use->fds[VHOST];

	memory.table.regions[0] = (struct vhost_memory_region){
		.memory_size = use->map_bytes,
		.userspace_addr = (uintptr_t)use->map,
	};
	return ioctl(vhost, VHOST_SET_OWNER) || ioctl(vhost, VHOST_SET_FEATURES, &features) ||
			       ioctl(vhost, VHOST_SET_MEM_TABLE, &memory) ||
			       ioctl(vhost, VHOST_SET_LOG_BASE, &log)
		       ? -errno
		       : rings_set(use);
}

static int log_open(struct pb_guest_use *use)
{
	int code, ret = tap_make(use);

	if (!ret)
		ret = pb_guest_open_fd(use, VHOST, "/dev/vhost-net", O_RDWR);
	if (ret)
		return ret;
	use->map_bytes = RING_PAGES * use->page_bytes;
	use->map = mmap(NULL, use->map_bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (use->map == MAP_FAILED) {
		use->map = NULL;
		return pb_fail(-errno, "cannot map rings: %s", strerror(errno));
	}
	code = device_set(use);
	return code ? pb_guest_refused("a device of vhost-net", code) : 0;
}

/* To start a queue is to write its used ring's flags, which is logged. */
static int queue_start(struct pb_guest_use *use)
{
	const struct vhost_vring_file tap = { .fd = use->fds[TAP] };

	return ioctl(use->fds[VHOST], VHOST_NET_SET_BACKEND, &tap) ? -errno : 0;
}

static int queue_stop(struct pb_guest_use *use)
{
	const struct vhost_vring_file none = { .fd = -1 };

	return ioctl(use->fds[VHOST], VHOST_NET_SET_BACKEND, &none) ? -errno : 0;
}

const struct pb_guest_user pb_guest_vhost_log = {
	.open = log_open,
	.acquire = queue_start,
	.after = queue_stop,
};
