// SPDX-License-Identifier: GPL-2.0-only
/*
 * device - what holds the page and reads and writes it through the hold, and what /proc says of frames.
 * Why: each look at a page is one line where it is needed, whoever holds.
 */
#include "bench/semantics/device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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

static const struct pb_device_ops *used = &pb_device_module;

void pb_device_use(const struct pb_device_ops *ops)
{
	used = ops;
}

const struct pb_device_ops *pb_device_used(void)
{
	return used;
}

int pb_device_hold(int device, uint32_t strategy, const void *addr, bool writes,
		   struct pb_seen *seen)
{
	return used->hold(device, strategy, addr, writes, seen);
}

int pb_device_read(int device, uint32_t handle, uint32_t offset, uint64_t *ret_value)
{
	return used->access(device, handle, false, offset, ret_value);
}

int pb_device_write(int device, uint32_t handle, uint32_t offset, uint64_t value)
{
	return used->access(device, handle, true, offset, &value);
}

int pb_device_release(int device, struct pb_seen *seen, bool dirty)
{
	uint32_t handle = seen->handle;

	if (!handle)
		return 0;
	seen->handle = 0;
	return used->release(device, handle, dirty);
}

int pb_device_drain(int device)
{
	return used->drain(device);
}

static int page_ask(int device, const struct pb_seen *seen, struct pb_observe_page *page)
{
	*page = (struct pb_observe_page){ .size = sizeof(*page), .handle = seen->handle };
	return used->page(device, seen, page);
}

void pb_device_look(int device, struct pb_seen *seen, const char *when)
{
	struct pb_observe_page page;
	char name[PB_WORD_LEN], words[PB_SEEN_TEXT] = "";
	size_t at = 0;

	if (!seen->handle || page_ask(device, seen, &page))
		return;
	snprintf(name, sizeof(name), "page.%s.refs", when);
	if (page.refs >= 0)
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

uint64_t pb_frame_at(const void *addr, enum pb_frame *ret_frame)
{
	uint64_t entry =
		u64_at("/proc/self/pagemap", (uintptr_t)addr / (uint64_t)sysconf(_SC_PAGESIZE));
	uint64_t pfn = entry & PAGEMAP_PRESENT ? entry & PAGEMAP_PFN_MASK : 0;

	/* Frame 0 is the firmware's; the kernel says 0 to who may not know. */
	if (ret_frame)
		*ret_frame = pfn                       ? PB_FRAME_THERE
			     : entry & PAGEMAP_PRESENT ? PB_FRAME_HIDDEN
			     : entry & PAGEMAP_SWAPPED ? PB_FRAME_SWAPPED
						       : PB_FRAME_NONE;
	return pfn;
}

uint64_t pb_frame_flags(uint64_t pfn)
{
	return u64_at("/proc/kpageflags", pfn);
}

uint64_t pb_frame_maps(uint64_t pfn)
{
	return u64_at("/proc/kpagecount", pfn);
}
