// SPDX-License-Identifier: GPL-2.0-only
/*
 * module - pages held by pinbench's own module: requests to /dev/pinbench-observe.
 * Why: it knows every strategy, and what the kernel has to say of the frame.
 */
#include <errno.h>
#include <sys/ioctl.h>

#include "bench/memory/memory.h"
#include "bench/semantics/device.h"
#include "bench/semantics/machine.h"

static int module_has(uint32_t strategy, bool writes)
{
	(void)strategy;
	(void)writes;
	return 0;
}

static int module_hold(int device, uint32_t strategy, const void *addr, bool writes,
		       struct pb_seen *seen)
{
	struct pb_observe_hold hold = {
		.size = sizeof(hold),
		.strategy = strategy,
		.addr = (uintptr_t)addr,
		.flags = writes ? PB_OBSERVE_WRITE : 0,
	};

	if (ioctl(device, PB_OBSERVE_IOC_HOLD, &hold))
		return -errno;
	seen->pfn = hold.pfn;
	seen->handle = hold.handle;
	return 0;
}

static int module_access(int device, uint32_t handle, bool writes, uint32_t offset, uint64_t *value)
{
	struct pb_observe_access access = {
		.size = sizeof(access),
		.handle = handle,
		.flags = writes ? PB_OBSERVE_WRITE : 0,
		.offset = offset,
		.value = writes ? *value : 0,
	};

	if (ioctl(device, PB_OBSERVE_IOC_ACCESS, &access))
		return -errno;
	*value = access.value;
	return 0;
}

static int module_release(int device, uint32_t handle, bool dirty)
{
	struct pb_observe_release release = {
		.size = sizeof(release),
		.handle = handle,
		.flags = dirty ? PB_OBSERVE_DIRTY : 0,
	};

	return ioctl(device, PB_OBSERVE_IOC_RELEASE, &release) ? -errno : 0;
}

static int module_drain(int device)
{
	struct pb_observe_drain drain = { .size = sizeof(drain) };

	return ioctl(device, PB_OBSERVE_IOC_DRAIN, &drain) ? pb_memory_drain() : 0;
}

static int module_page(int device, const struct pb_seen *seen, struct pb_observe_page *page)
{
	return seen->handle && ioctl(device, PB_OBSERVE_IOC_PAGE, page) ? -errno : 0;
}

const struct pb_device_ops pb_device_module = {
	.begin = pb_observer_begin,
	.has = module_has,
	.hold = module_hold,
	.access = module_access,
	.release = module_release,
	.drain = module_drain,
	.page = module_page,
	.guest = true,
};
