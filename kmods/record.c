// SPDX-License-Identifier: GPL-2.0-only
/*
 * record - the calls of a run with PB_RUN_RECORD.
 * Why: workers take turns and have interrupts off from their first call to their last, so that one
 * worker's accesses are the same in each boot. Who contends with whom is found out afterwards, by
 * whoever replays the records.
 */
#include "loop.h"

#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/mmzone.h>
#include <linux/percpu.h>
#include <linux/sched/task_stack.h>

#ifdef CONFIG_X86_64

#include <asm/cpufeature.h>
#include <linux/pgtable.h>

bool pb_record_possible(void)
{
	return boot_cpu_has(X86_FEATURE_HYPERVISOR);
}

static void page_mark(unsigned long pfn)
{
	struct page *page;

	if (!pfn_valid(pfn))
		return;
	page = pfn_to_page(pfn);
	pb_mark_object(PB_OBJECT_PAGE, page);
	pb_mark_object(PB_OBJECT_HEAD, compound_head(page));
}

static void *table_of(void *entry)
{
	return (void *)((unsigned long)entry & PAGE_MASK);
}

/* The calls hold these very pages, so that no table goes away meanwhile. */
static void tables_mark(struct mm_struct *mm, unsigned long addr)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;
	pte_t *pte;

	pb_mark_object(PB_OBJECT_PGD, table_of(pgd));
	if (pgd_none(*pgd))
		return;
	p4d = p4d_offset(pgd, addr);
	if (p4d_none(*p4d))
		return;
	pb_mark_object(PB_OBJECT_P4D, table_of(p4d));
	pud = pud_offset(p4d, addr);
	if (!pud_present(*pud))
		return;
	pb_mark_object(PB_OBJECT_PUD, table_of(pud));
	if (pud_leaf(*pud)) {
		page_mark(pud_pfn(*pud) + ((addr & ~PUD_MASK) >> PAGE_SHIFT));
		return;
	}
	pmd = pmd_offset(pud, addr);
	if (!pmd_present(*pmd))
		return;
	pb_mark_object(PB_OBJECT_PMD, table_of(pmd));
	if (pmd_leaf(*pmd)) {
		page_mark(pmd_pfn(*pmd) + ((addr & ~PMD_MASK) >> PAGE_SHIFT));
		return;
	}
	pte = pte_offset_kernel(pmd, addr);
	pb_mark_object(PB_OBJECT_PTE, table_of(pte));
	if (pte_present(*pte))
		page_mark(pte_pfn(*pte));
}

static void objects_mark(const struct pb_loop *loop)
{
	const struct pb_call *call = loop->calls;
	char *pages = call->entries;
	struct vm_area_struct *vma;

	mmap_read_lock(call->mm);
	pb_mark_object(PB_OBJECT_MM, call->mm);
	pb_mark_object(PB_OBJECT_TASK, current);
	pb_mark_object(PB_OBJECT_STACK, task_stack_page(current));
	vma = find_vma(call->mm, call->addr);
	if (vma)
		pb_mark_object(PB_OBJECT_VMA, vma);
	pb_mark_object(PB_OBJECT_PAGES, pages);
	pb_mark_object(PB_OBJECT_PAGES_END, pages + call->nr_pages * sizeof(*call->pages) - 1);
	pb_mark_object(PB_OBJECT_PERCPU, raw_cpu_ptr(&this_cpu_off));
	pb_mark_object(PB_OBJECT_NODE, NODE_DATA(numa_node_id()));
	tables_mark(call->mm, call->addr);
	mmap_read_unlock(call->mm);
}

#else

bool pb_record_possible(void)
{
	return false;
}

static void objects_mark(const struct pb_loop *loop)
{
}

#endif

static int record_start(struct pb_loop *loop)
{
	int ret = loop->team ? pb_team_gather(loop->team, loop->worker) : 0;

	if (!ret && loop->team)
		ret = pb_team_turn(loop->team, loop->worker);
	if (ret)
		return ret;
	loop->start_ticks = pb_stamp();
	objects_mark(loop);
	local_irq_save(loop->irqs);
	return 0;
}

/* A worker that has left may change what others touch, so all stay until the last one is done. */
static void record_end(struct pb_loop *loop)
{
	local_irq_restore(loop->irqs);
	if (!loop->team || loop->ret)
		return;
	pb_team_turn_pass(loop->team);
	loop->ret = pb_team_turn(loop->team, loop->team->nr_workers);
}

bool pb_record_next(struct pb_loop *loop)
{
	if (!loop->nr_calls) {
		loop->ret = record_start(loop);
		if (loop->ret)
			return false;
	} else if (loop->ret || loop->nr_counted == loop->nr_ops) {
		record_end(loop);
		return false;
	}
	if (loop->nr_calls == loop->nr_warmup)
		pb_mark(PB_MARK_RUN_BEGIN);
	loop->nr_calls++;
	return true;
}
