// SPDX-License-Identifier: GPL-2.0-only
/*
 * device - requests to /dev/pinbench-observe, and what /proc says of frames.
 * Why: each look at a page is one line where it is needed.
 */
#include "bench/semantics/device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench/memory/memory.h"
#include "common/str.h"

/* Documentation/admin-guide/mm/pagemap.rst */
#define PAGEMAP_PRESENT  (1ULL << 63)
#define PAGEMAP_SWAPPED  (1ULL << 62)
#define PAGEMAP_PFN_MASK ((1ULL << 55) - 1)

static const struct {
	const char *name;
	uint32_t id;
	bool owned;
	bool seen;
} strategies[] = {
#define PB_OBSERVE(id, ident, name, control, owned, seen, summary) { name, id, owned, seen },
#include "kmods/uapi/observe.def"
#undef PB_OBSERVE
};

static const char *const invalidation_names[PB_OBSERVE_NR_INVALIDATIONS] = {
	[PB_OBSERVE_UNMAP] = "unmap",
	[PB_OBSERVE_CLEAR] = "clear",
	[PB_OBSERVE_PROTECTION_VMA] = "prot-vma",
	[PB_OBSERVE_PROTECTION_PAGE] = "prot-page",
	[PB_OBSERVE_SOFT_DIRTY] = "soft-dirty",
	[PB_OBSERVE_RELEASE] = "release",
	[PB_OBSERVE_MIGRATE] = "migrate",
	[PB_OBSERVE_OTHER] = "other",
};

static const struct {
	uint32_t flag;
	const char *name;
} page_flags[] = {
	{ PB_OBSERVE_PAGE_FREE, "free" },           { PB_OBSERVE_PAGE_SAME, "same" },
	{ PB_OBSERVE_PAGE_ORPHAN, "orphan" },       { PB_OBSERVE_PAGE_ANON, "anon" },
	{ PB_OBSERVE_PAGE_LARGE, "large" },         { PB_OBSERVE_PAGE_DIRTY, "dirty" },
	{ PB_OBSERVE_PAGE_WRITEBACK, "writeback" }, { PB_OBSERVE_PAGE_PINNED, "pinned" },
};

uint32_t pb_observe_strategy_find(const char *name)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(strategies); i++)
		if (pb_streq(strategies[i].name, name))
			return strategies[i].id;
	return PB_OBSERVE_STRATEGY_NONE;
}

bool pb_observe_strategy_seen(uint32_t strategy)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(strategies); i++)
		if (strategies[i].id == strategy)
			return strategies[i].seen;
	return false;
}

bool pb_observe_strategy_owned(uint32_t strategy)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(strategies); i++)
		if (strategies[i].id == strategy)
			return strategies[i].owned;
	return false;
}

int pb_device_hold(int device, uint32_t strategy, const void *addr, bool writes,
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

int pb_device_read(int device, uint32_t handle, uint32_t offset, uint64_t *ret_value)
{
	struct pb_observe_access access = {
		.size = sizeof(access),
		.handle = handle,
		.offset = offset,
	};

	if (ioctl(device, PB_OBSERVE_IOC_ACCESS, &access))
		return -errno;
	*ret_value = access.value;
	return 0;
}

int pb_device_write(int device, uint32_t handle, uint32_t offset, uint64_t value)
{
	struct pb_observe_access access = {
		.size = sizeof(access),
		.handle = handle,
		.flags = PB_OBSERVE_WRITE,
		.offset = offset,
		.value = value,
	};

	return ioctl(device, PB_OBSERVE_IOC_ACCESS, &access) ? -errno : 0;
}

int pb_device_release(int device, struct pb_seen *seen, bool dirty)
{
	struct pb_observe_release release = {
		.size = sizeof(release),
		.handle = seen->handle,
		.flags = dirty ? PB_OBSERVE_DIRTY : 0,
	};

	if (!seen->handle)
		return 0;
	seen->handle = 0;
	return ioctl(device, PB_OBSERVE_IOC_RELEASE, &release) ? -errno : 0;
}

int pb_device_drain(int device)
{
	struct pb_observe_drain drain = { .size = sizeof(drain) };

	return ioctl(device, PB_OBSERVE_IOC_DRAIN, &drain) ? pb_memory_drain() : 0;
}

static int page_ask(int device, const struct pb_seen *seen, struct pb_observe_page *page)
{
	*page = (struct pb_observe_page){ .size = sizeof(*page), .handle = seen->handle };
	return seen->handle && ioctl(device, PB_OBSERVE_IOC_PAGE, page) ? -errno : 0;
}

void pb_device_look(int device, struct pb_seen *seen, const char *when)
{
	struct pb_observe_page page;
	char name[PB_WORD_LEN], words[PB_SEEN_TEXT] = "";
	size_t at = 0;

	if (!seen->handle || page_ask(device, seen, &page))
		return;
	snprintf(name, sizeof(name), "page.%s.refs", when);
	pb_seen_add(seen, name, "%d", page.refs);
	snprintf(name, sizeof(name), "page.%s.maps", when);
	pb_seen_add(seen, name, "%llu", (unsigned long long)pb_frame_maps(page.pfn));
	for (size_t i = 0; i < PB_ARRAY_SIZE(page_flags); i++)
		if (page.flags & page_flags[i].flag)
			at += (size_t)snprintf(words + at, sizeof(words) - at, "%s%s",
					       at ? " " : "", page_flags[i].name);
	snprintf(name, sizeof(name), "page.%s.is", when);
	pb_seen_add(seen, name, "%s", words);
}

void pb_device_count(int device, struct pb_seen *seen)
{
	struct pb_observe_page page;
	char name[PB_WORD_LEN];

	if (!seen->handle || page_ask(device, seen, &page))
		return;
	for (size_t i = 0; i < PB_OBSERVE_NR_INVALIDATIONS; i++) {
		if (!page.invalidations[i])
			continue;
		snprintf(name, sizeof(name), "invalidations.%s", invalidation_names[i]);
		pb_seen_add(seen, name, "%u", page.invalidations[i]);
	}
}

static uint64_t u64_at(const char *path, uint64_t index)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint64_t value = 0;

	if (fd < 0 || pread(fd, &value, sizeof(value), (off_t)(index * sizeof(value))) !=
			      (ssize_t)sizeof(value))
		return 0;
	return value;
}

uint64_t pb_frame_at(const void *addr, bool *ret_swapped)
{
	uint64_t entry =
		u64_at("/proc/self/pagemap", (uintptr_t)addr / (uint64_t)sysconf(_SC_PAGESIZE));

	if (ret_swapped)
		*ret_swapped = entry & PAGEMAP_SWAPPED;
	return entry & PAGEMAP_PRESENT ? entry & PAGEMAP_PFN_MASK : 0;
}

uint64_t pb_frame_flags(uint64_t pfn)
{
	return u64_at("/proc/kpageflags", pfn);
}

uint64_t pb_frame_maps(uint64_t pfn)
{
	return u64_at("/proc/kpagecount", pfn);
}
