// SPDX-License-Identifier: GPL-2.0-only
/*
 * calls - pages held by system calls of this machine's own kernel, and looked at by /proc.
 * Why: what a reference and a pin for long do can be seen on any machine, without a module: vmsplice
 * takes FOLL_GET and keeps it while the page is in the pipe, an io_uring's registered buffer is
 * FOLL_PIN | FOLL_LONGTERM. No system call holds in the other ways for as long as it is told.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kernel-page-flags.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench/memory/memory.h"
#include "bench/semantics/device.h"
#include "bench/semantics/held_ring.h"
#include "common/err.h"
#include "common/str.h"

/* Handles: what is held, and so how it is asked. */
enum { NOTHING = 1, IN_A_PIPE, IN_A_RING };

enum { FROM, TO };

/* Of the controller, which every case inherits; what a case held is written down for it. */
static struct {
	int page[2]; /* the pipe that a page is in */
	int copy[2]; /* what is read of it, without taking it out */
	int data[2]; /* between a ring and this program */
	struct {
		const char *addr; /* of what is held, in the process that held it */
		bool anon;
	} * held;
} calls;

static int pipe_open(int ends[2])
{
	return pipe2(ends, O_CLOEXEC | O_NONBLOCK)
		       ? pb_fail(-errno, "cannot make a pipe: %s", strerror(errno))
		       : 0;
}

static int calls_begin(int *ret_device)
{
	int ret = pipe_open(calls.page);

	if (!ret)
		ret = pipe_open(calls.copy);
	if (!ret)
		ret = pipe_open(calls.data);
	if (ret)
		return ret;
	calls.held = mmap(NULL, sizeof(*calls.held), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (calls.held == MAP_FAILED)
		return pb_fail(-ENOMEM, "out of memory");
	return pb_held_ring_open(ret_device);
}

static int calls_has(uint32_t strategy, bool writes)
{
	switch (strategy) {
	case PB_OBSERVE_none:
		return 0;
	case PB_OBSERVE_get:
		return writes ? pb_fail(-EOPNOTSUPP,
					"by system calls a reference is held to read: vmsplice; "
					"none keeps one to write (--intent read, or --backend vm)")
			      : 0;
	case PB_OBSERVE_longterm:
		return writes ? 0
			      : pb_fail(-EOPNOTSUPP,
					"by system calls a pin for long is to write: io_uring pins "
					"its buffers so (--intent write, or --backend vm)");
	default:
		return pb_fail(-EOPNOTSUPP, "no system call holds a page so for as long as it is "
					    "told (--backend vm has all strategies)");
	}
}

static uint64_t flags_at(const struct pb_seen *seen)
{
	return seen->pfn ? pb_frame_flags(seen->pfn) : 0;
}

static bool is(uint64_t flags, unsigned int flag)
{
	return flags >> flag & 1;
}

static int pipe_put(const void *addr, size_t len_bytes)
{
	struct iovec page = { (void *)addr, len_bytes };
	ssize_t got = vmsplice(calls.page[TO], &page, 1, SPLICE_F_NONBLOCK);

	return got == (ssize_t)len_bytes ? 0 : got < 0 ? -errno : -EIO;
}

static int calls_hold(int device, uint32_t strategy, const void *addr, bool writes,
		      struct pb_seen *seen)
{
	size_t len_bytes = (size_t)sysconf(_SC_PAGESIZE);
	int ret = 0;

	(void)writes; /* as has() has it */
	if (strategy == PB_OBSERVE_get)
		ret = pipe_put(addr, len_bytes);
	else if (strategy == PB_OBSERVE_longterm)
		ret = pb_held_ring_register(device, addr, len_bytes);
	if (ret)
		return ret;
	/* After the hold: it may have brought the page in, or moved it. */
	seen->pfn = pb_frame_at(addr, NULL);
	seen->handle = strategy == PB_OBSERVE_none  ? NOTHING
		       : strategy == PB_OBSERVE_get ? IN_A_PIPE
						    : IN_A_RING;
	calls.held->addr = addr;
	calls.held->anon = is(flags_at(seen), KPF_ANON);
	return 0;
}

static int bytes_read(int fd, void *to, size_t len_bytes)
{
	ssize_t got = read(fd, to, len_bytes);

	return got == (ssize_t)len_bytes ? 0 : got < 0 ? -errno : -EIO;
}

/* tee() leaves the page where it is, and gives another pipe a look at it. */
static int pipe_read(uint32_t offset, uint64_t *ret_value)
{
	size_t len_bytes = (size_t)sysconf(_SC_PAGESIZE);
	_cleanup_free_ char *content = malloc(len_bytes);
	ssize_t got;
	int ret;

	if (!content)
		return -ENOMEM;
	got = tee(calls.page[FROM], calls.copy[TO], len_bytes, SPLICE_F_NONBLOCK);
	if (got != (ssize_t)len_bytes)
		return got < 0 ? -errno : -EIO;
	ret = bytes_read(calls.copy[FROM], content, len_bytes);
	if (!ret)
		memcpy(ret_value, content + offset, sizeof(*ret_value));
	return ret;
}

static int ring_access(int ring, bool writes, uint32_t offset, uint64_t *value)
{
	const char *addr = calls.held->addr + offset;
	int ret;

	if (writes) {
		if (write(calls.data[TO], value, sizeof(*value)) != (ssize_t)sizeof(*value))
			return -EIO;
		return pb_held_ring_move(ring, true, addr, sizeof(*value), calls.data[FROM]);
	}
	ret = pb_held_ring_move(ring, false, addr, sizeof(*value), calls.data[TO]);
	return ret ? ret : bytes_read(calls.data[FROM], value, sizeof(*value));
}

static int calls_access(int device, uint32_t handle, bool writes, uint32_t offset, uint64_t *value)
{
	switch (handle) {
	case IN_A_PIPE:
		return writes ? -EACCES : pipe_read(offset, value);
	case IN_A_RING:
		return ring_access(device, writes, offset, value);
	default:
		return -EOPNOTSUPP; /* nothing is held: nobody reads or writes */
	}
}

static int calls_release(int device, uint32_t handle, bool dirty)
{
	size_t len_bytes = (size_t)sysconf(_SC_PAGESIZE);
	_cleanup_free_ char *content = NULL;

	(void)dirty; /* the kernel does as it likes: io_uring marks what it wrote */
	if (handle == IN_A_RING)
		return pb_held_ring_unregister(device);
	if (handle != IN_A_PIPE)
		return 0;
	content = malloc(len_bytes);
	return content ? bytes_read(calls.page[FROM], content, len_bytes) : -ENOMEM;
}

static int calls_drain(int device)
{
	(void)device;
	return pb_memory_drain();
}

/*
 * From the outside: /proc/kpageflags and kpagecount. What nobody maps, no list has and is no memory
 * of a process is free, though it may wait in a CPU's own list, where nothing marks it.
 */
static int calls_page(int device, const struct pb_seen *seen, struct pb_observe_page *page)
{
	static const struct {
		unsigned int flag;
		uint32_t word;
	} words[] = {
		{ KPF_ANON, PB_OBSERVE_PAGE_ANON },
		{ KPF_DIRTY, PB_OBSERVE_PAGE_DIRTY },
		{ KPF_WRITEBACK, PB_OBSERVE_PAGE_WRITEBACK },
		{ KPF_COMPOUND_HEAD, PB_OBSERVE_PAGE_LARGE },
		{ KPF_COMPOUND_TAIL, PB_OBSERVE_PAGE_LARGE },
	};
	uint64_t flags = flags_at(seen);
	bool used = is(flags, KPF_MMAP) || is(flags, KPF_LRU) || is(flags, KPF_ANON) ||
		    is(flags, KPF_HUGE) || (seen->pfn && pb_frame_maps(seen->pfn));

	(void)device;
	if (!seen->pfn)
		return -EACCES;
	page->pfn = seen->pfn;
	page->refs = -1;
	for (size_t i = 0; i < PB_ARRAY_SIZE(words); i++)
		if (is(flags, words[i].flag))
			page->flags |= words[i].word;
	if (!used || is(flags, KPF_BUDDY) || is(flags, KPF_NOPAGE))
		page->flags |= PB_OBSERVE_PAGE_FREE;
	else if (is(flags, KPF_ANON) == calls.held->anon)
		page->flags |= PB_OBSERVE_PAGE_SAME;
	return 0;
}

const struct pb_device_ops pb_device_calls = {
	.begin = calls_begin,
	.has = calls_has,
	.hold = calls_hold,
	.access = calls_access,
	.release = calls_release,
	.drain = calls_drain,
	.page = calls_page,
};
