// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory - what all types of memory share: the table, mapping, populating.
 * Why: a type is one file and one row; the table of types is made from the rows.
 */
#include "bench/memory/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

#ifndef MADV_COLD
#define MADV_COLD 20 /* include/uapi/asm-generic/mman-common.h, since 5.4 */
#endif

static const struct pb_memory_type *const memory_types[PB_NR_MEMORIES] = {
#define PB_MEMORY(ident, name, needs, summary) [PB_MEMORY_##ident] = &pb_memory_##ident,
#include "collect/words/memory.def"
#undef PB_MEMORY
};

const struct pb_memory_type *pb_memory_find(enum pb_cell_memory memory)
{
	return memory < PB_NR_MEMORIES ? memory_types[memory] : NULL;
}

const char *pb_memory_names(void)
{
	/* Each name brings the separator that stands before it; the first one is skipped. */
	static const char names[] =
#define PB_MEMORY(ident, name, needs, summary) ", " name
#include "collect/words/memory.def"
#undef PB_MEMORY
		;

	return names + 2;
}

unsigned int pb_memory_needs(enum pb_cell_memory memory)
{
	static const unsigned int needs_of[PB_NR_MEMORIES] = {
#define PB_MEMORY(ident, name, needs, summary) [PB_MEMORY_##ident] = (needs),
#include "collect/words/memory.def"
#undef PB_MEMORY
	};

	return memory < PB_NR_MEMORIES ? needs_of[memory] : PB_NEEDS_NOTHING;
}

/* Asking for more would have the kernel end this process, or another one. */
int pb_memory_room(const char *name, size_t len_bytes)
{
	static const char key[] = "MemAvailable:";
	_cleanup_free_ char *meminfo = NULL;
	unsigned long long free_kib;
	const char *line;
	int ret = pb_file_read("/proc/meminfo", &meminfo, NULL);

	if (ret) { /* a container may hide it: then it is tried */
		pb_fail_clear();
		return 0;
	}
	line = strstr(meminfo, key);
	free_kib = line ? strtoull(line + strlen(key), NULL, 10) : ULLONG_MAX;
	if (len_bytes / 1024 <= free_kib)
		return 0;
	return pb_fail(-EOPNOTSUPP,
		       "the cell wants %zu MiB of memory '%s', and this machine has "
		       "%llu MiB available",
		       len_bytes >> 20, name, free_kib / 1024);
}

int pb_memory_map(struct pb_memory *memory, size_t len_bytes, size_t align_bytes, int advice)
{
	size_t map_bytes = len_bytes + align_bytes;
	uintptr_t addr;
	void *map =
		mmap(NULL, map_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED)
		return pb_fail(-errno, "cannot map %zu bytes: %s", map_bytes, strerror(errno));
	memory->map = map;
	memory->map_bytes = map_bytes;
	addr = ((uintptr_t)map + align_bytes - 1) / align_bytes * align_bytes;
	memory->addr = (void *)addr;
	memory->len_bytes = len_bytes;
	/* EINVAL: a kernel built without huge pages does not know the advice, and needs none. */
	if (madvise(map, map_bytes, advice) && errno != EINVAL)
		return pb_fail(-errno, "cannot advise %zu bytes: %s", map_bytes, strerror(errno));
	return 0;
}

int pb_memory_map_at(struct pb_memory *memory, size_t len_bytes, int prot, int flags, int fd,
		     off_t offset)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	size_t table_bytes = page_bytes / sizeof(uint64_t) * page_bytes;
	size_t map_bytes = len_bytes + table_bytes;
	void *map = mmap(NULL, map_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uintptr_t addr;

	if (map == MAP_FAILED)
		return pb_fail(-errno, "cannot map %zu bytes: %s", map_bytes, strerror(errno));
	memory->map = map;
	memory->map_bytes = map_bytes;
	addr = ((uintptr_t)map + table_bytes - 1) / table_bytes * table_bytes;
	memory->addr = mmap((void *)addr, len_bytes, prot, flags | MAP_FIXED, fd, offset);
	if (memory->addr == MAP_FAILED)
		return pb_fail(-errno, "cannot map %zu bytes: %s", len_bytes, strerror(errno));
	memory->len_bytes = len_bytes;
	return 0;
}

/* Zeroes are written, not left out: a hole has no pages. */
static int file_fill(int fd, const char *path, size_t len_bytes)
{
	static const char zeroes[1 << 16];
	size_t done = 0;

	while (done < len_bytes) {
		size_t rest = len_bytes - done;
		ssize_t put = write(fd, zeroes, rest < sizeof(zeroes) ? rest : sizeof(zeroes));

		if (put < 0 && errno == ENOSPC)
			return pb_fail(-EOPNOTSUPP,
				       "the file system of '%s' has no room for %zu bytes", path,
				       len_bytes);
		if (put < 0)
			return pb_fail(-errno, "cannot write '%s': %s", path, strerror(errno));
		done += (size_t)put;
	}
	/* What is clean is not written back in the middle of a measurement. */
	if (fsync(fd))
		return pb_fail(-errno, "cannot write '%s': %s", path, strerror(errno));
	return 0;
}

int pb_memory_file(struct pb_memory *memory, const char *place, size_t len_bytes, int *ret_fd)
{
	_cleanup_free_ char *dir = NULL;
	_cleanup_close_ int fd = -1;
	int ret = pb_place_find(place, &dir);

	if (ret)
		return ret;
	memory->path = pb_format("%s/pages", dir);
	if (!memory->path)
		return -ENOMEM;
	fd = open(memory->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return pb_fail(-errno, "cannot make '%s': %s", memory->path, strerror(errno));
	ret = file_fill(fd, memory->path, len_bytes);
	if (!ret)
		*ret_fd = pb_steal_fd(fd);
	return ret;
}

/*
 * Pages that were just faulted in wait in a per-CPU batch, which holds a reference on each, and
 * some strategies would pay for emptying it. mlock() of any page empties the batches of this CPU.
 */
int pb_memory_drain(void)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	char *page =
		mmap(NULL, page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int ret = 0;

	if (page == MAP_FAILED)
		return pb_fail(-errno, "cannot map a page: %s", strerror(errno));
	*(volatile char *)page = 1;
	if (mlock(page, page_bytes) || munlock(page, page_bytes)) {
		ret = -errno;
		/* No page may be locked (ulimit -l 0): this empties them, too, since Linux 5.4. */
		if ((ret == -EPERM || ret == -ENOMEM || ret == -EAGAIN) &&
		    !madvise(page, page_bytes, MADV_COLD))
			ret = 0;
		if (ret)
			pb_fail(ret, "cannot lock a page: %s (see ulimit -l)", strerror(-ret));
	}
	munmap(page, page_bytes);
	return ret;
}

int pb_memory_populate(struct pb_memory *memory)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	volatile char *bytes = memory->addr;

	for (size_t offset = 0; offset < memory->len_bytes; offset += page_bytes)
		bytes[offset] = 1;
	return pb_memory_drain();
}

int pb_memory_populate_read(struct pb_memory *memory)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	volatile const char *bytes = memory->addr;

	for (size_t offset = 0; offset < memory->len_bytes; offset += page_bytes)
		(void)bytes[offset];
	return pb_memory_drain();
}

int pb_memory_zap(const struct pb_memory_type *type, struct pb_memory *memory)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE), entry_bytes = page_bytes, len_bytes;
	int ret = type->entry ? type->entry(&entry_bytes) : 0;

	if (ret)
		return ret;
	len_bytes = (memory->len_bytes + entry_bytes - 1) / entry_bytes * entry_bytes;
	if (madvise(memory->addr, len_bytes, MADV_DONTNEED))
		return pb_fail(-EOPNOTSUPP, "this kernel does not zap memory '%s': %s", type->name,
			       strerror(errno));
	return 0;
}

int pb_memory_refill(const struct pb_memory_type *type, struct pb_memory *memory)
{
	return type->reads ? pb_memory_populate_read(memory) : pb_memory_populate(memory);
}

int pb_memory_check_pages(const struct pb_memory *memory, const char *name,
			  const char *(*fault_of)(const struct pb_page *page))
{
	size_t nr_pages = memory->len_bytes / (size_t)sysconf(_SC_PAGESIZE);
	_cleanup_free_ struct pb_page *pages = NULL;
	bool any = false;
	int ret = pb_pages_read(memory->addr, nr_pages, &pages);

	if (ret)
		return ret;
	for (size_t i = 0; i < nr_pages && !any; i++)
		any = pages[i].flags;
	/* A page that is mapped has some flag. */
	if (!ret && !any)
		ret = pb_fail(-ENODATA, "'/proc/kpageflags' shows nothing (is it masked?)");
	if (ret)
		return ret;
	for (size_t i = 0; i < nr_pages; i++) {
		const char *fault = fault_of(&pages[i]);

		if (fault)
			return pb_fail(-ENOMEM, "page %zu of %zu of memory '%s' %s", i, nr_pages,
				       name, fault);
	}
	return 0;
}

void pb_memory_release(struct pb_memory *memory)
{
	if (memory->map)
		munmap(memory->map, memory->map_bytes);
	if (memory->path)
		unlink(memory->path);
	free(memory->path);
	*memory = (struct pb_memory){ 0 };
}
