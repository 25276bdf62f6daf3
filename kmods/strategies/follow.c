// SPDX-License-Identifier: GPL-2.0-only
/*
 * follow - walks the page tables to each page and takes no reference.
 * Why: what munlock and its like do, and the floor that ODP stands on. Always read-only:
 * PB_RUN_WRITE asks for nothing here, since newer kernels have no such flag for a walk.
 */
#include "compat/symbol.h"
#include "compat/walk.h"
#include "strategy.h"

static int follow_probe(void)
{
	unsigned long addr;
	int ret;

	ret = pb_symbol_find(PB_WALK_SYMBOL, &addr);
	if (ret) {
		pr_notice("%s: no kprobe finds %s (%d)\n", KBUILD_MODNAME, PB_WALK_SYMBOL, ret);
		return -EOPNOTSUPP;
	}
	pb_walk_set(addr);
	return 0;
}

static __always_inline long follow_acquire(struct pb_call *call)
{
	unsigned long addr = call->addr;
	unsigned long stop, end = addr + (call->nr_pages << PAGE_SHIFT);
	struct vm_area_struct *vma;
	struct page *page;
	long got = 0;

	mmap_read_lock(call->mm);
	while (addr < end) {
		vma = find_vma(call->mm, addr);
		if (!vma || addr < vma->vm_start)
			break;
		if (!pb_walk_possible(vma)) {
			got = -EOPNOTSUPP;
			break;
		}
		for (stop = min(end, vma->vm_end); addr < stop; addr += PAGE_SIZE) {
			page = pb_walk_page(vma, addr);
			if (!page)
				goto unlock;
			call->pages[got++] = page;
		}
	}
unlock:
	mmap_read_unlock(call->mm);
	return got ? got : -EFAULT;
}

static __always_inline void follow_release(struct pb_call *call, long nr)
{
}

PB_DEFINE_STRATEGY(follow, PB_WALK_SYMBOL, follow_acquire, follow_release, .probe = follow_probe);
