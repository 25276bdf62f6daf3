// SPDX-License-Identifier: GPL-2.0-only
/*
 * space - the memory that requests are about, and what happens to it meanwhile.
 * Why: pages are acquired while they are faulted in, migrated, unmapped and given to others.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/guest/kfuzz/kfuzz.h"

enum { PAGE_BYTES = 4096, SLOT_BYTES = 4 << 20, NR_SLOTS = 4, HUGE_BYTES = 2 << 20 };
enum { SLOT_PAGES = SLOT_BYTES / PAGE_BYTES };

static char *arena; /* NR_SLOTS of SLOT_BYTES, at a multiple of a huge page's size */
static char *results;
static int file; /* of SLOT_BYTES, in memory */

void *space_results(const struct thread *thread)
{
	return results + (size_t)thread->index * RESULT_BYTES;
}

uint64_t space_pages(struct chance *chance)
{
	uint64_t slot = chance_below(chance, NR_SLOTS), page = 0;

	if (chance_one_in(chance, 2))
		page = chance_below(chance, SLOT_PAGES);
	return (uintptr_t)arena + slot * SLOT_BYTES + page * PAGE_BYTES;
}

uint64_t space_nowhere(struct chance *chance)
{
	static const uint64_t places[] = {
		0,
		PAGE_BYTES,
		0x00007ffffffff000, /* the last page of user space, and what follows it */
		0x0000800000000000,
		0x00fffffffffff000,
		0xffff800000000000,
		0xffff888000000000, /* x86: all of memory, mapped */
		0xffffffff81000000, /* its text */
		0xffffffffff600000, /* vsyscall: a page of the kernel's that users can run */
		0xfffffffffffff000,
	};

	if (chance_one_in(chance, 4))
		return chance_next(chance);
	return places[chance_below(chance, sizeof(places) / sizeof(*places))];
}

/* A slot of another kind, empty or filled. */
static void slot_map(struct chance *chance, char *slot)
{
	static const int kinds[] = {
		MAP_PRIVATE | MAP_ANONYMOUS,
		MAP_SHARED | MAP_ANONYMOUS,
		MAP_PRIVATE,
		MAP_SHARED,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB,
	};
	int kind = kinds[chance_below(chance, sizeof(kinds) / sizeof(*kinds))];
	int protection = chance_one_in(chance, 6) ? PROT_READ : PROT_READ | PROT_WRITE;
	size_t len = chance_one_in(chance, 4) ? HUGE_BYTES : SLOT_BYTES;

	kind |= MAP_FIXED | (chance_one_in(chance, 6) ? MAP_POPULATE : 0);
	/* Not all fit: hugetlb has a small pool. Then the slot is what it was, or empty. */
	if (mmap(slot, len, protection, kind, kind & MAP_ANONYMOUS ? -1 : file, 0) != MAP_FAILED &&
	    chance_one_in(chance, 3))
		madvise(slot, len, MADV_HUGEPAGE);
}

void space_init(struct chance *chance)
{
	size_t len = (size_t)NR_SLOTS * SLOT_BYTES;
	char *raw = mmap(NULL, len + HUGE_BYTES, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	results = mmap(NULL, (size_t)RESULT_BYTES * NR_THREADS, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	file = memfd_create("kfuzz", MFD_CLOEXEC);
	if (raw == MAP_FAILED || results == MAP_FAILED || file < 0 || ftruncate(file, SLOT_BYTES))
		_exit(2);
	arena = (char *)(((uintptr_t)raw + HUGE_BYTES - 1) & ~((uintptr_t)HUGE_BYTES - 1));
	for (size_t i = 0; i < NR_SLOTS; i++)
		slot_map(chance, arena + i * SLOT_BYTES);
}

/* @len bytes from @at, which is anywhere in a slot. */
static void part_advise(struct chance *chance, char *at, size_t len)
{
	static const int advice[] = { MADV_DONTNEED, MADV_HUGEPAGE,  MADV_NOHUGEPAGE, MADV_FREE,
				      MADV_COLD,     MADV_PAGEOUT,   MADV_WILLNEED,   MADV_DONTFORK,
				      MADV_DOFORK,   MADV_MERGEABLE, MADV_REMOVE };

	madvise(at, len, advice[chance_below(chance, sizeof(advice) / sizeof(*advice))]);
}

/* Reading or writing what another thread unmaps meanwhile ends this process: also a way to go. */
static void part_touch(struct chance *chance, char *at, size_t len)
{
	bool write = chance_one_in(chance, 2);

	for (size_t i = 0; i < len; i += PAGE_BYTES) {
		if (write)
			*(volatile char *)(at + i) = 1;
		else
			(void)*(volatile char *)(at + i);
	}
}

void space_change(struct thread *thread)
{
	struct chance *chance = &thread->chance;
	char *slot = arena + chance_below(chance, NR_SLOTS) * SLOT_BYTES;
	size_t first = chance_below(chance, SLOT_PAGES);
	char *at = slot + first * PAGE_BYTES;
	size_t len = (1 + chance_below(chance, SLOT_PAGES - first)) * PAGE_BYTES;

	switch (chance_below(chance, 9)) {
	case 0:
	case 1:
	case 2:
		slot_map(chance, slot);
		break;
	case 3:
		munmap(at, len);
		break;
	case 4:
		mprotect(at, len, chance_one_in(chance, 3) ? PROT_NONE : PROT_READ | PROT_WRITE);
		break;
	case 5:
		part_advise(chance, at, len);
		break;
	case 6: /* onto the next slot, or its own place */
		mremap(at, len, len, MREMAP_MAYMOVE | MREMAP_FIXED,
		       arena + (slot == arena ? SLOT_BYTES : 0) + first * PAGE_BYTES);
		break;
	case 7:
		if (chance_one_in(chance, 8))
			part_touch(chance, at, len);
		break;
	default:
		if (chance_one_in(chance, 2))
			mlock(at, len);
		else
			munlock(at, len);
	}
}
