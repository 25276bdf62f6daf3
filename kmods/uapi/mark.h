/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * mark - instructions that do nothing and tell a QEMU TCG plugin where the timed windows are.
 * Why: a plugin sees every instruction; what it counts has to be the same stretch that the clock
 * saw.
 *
 * On x86 a marker is the long NOP 0f 1f 84 00 imm32, imm32 = PB_MARK_TAG << 16 | op: compilers emit
 * NOPs of that shape only with imm32 0, so it cannot be taken for padding, and real processors skip
 * it. A plugin finds it when it translates (bytes 0..3, then imm32, little endian) and acts when it
 * executes. A window may lie in user space: then it ends with user space's own timestamps, and those
 * that the kernel takes meanwhile are instructions like others. Each marker stands outside the window that it bounds, next to the timestamp, so it
 * costs a measured call nothing. Elsewhere a marker is a compiler barrier.
 */
#ifndef _UAPI_PB_MARK_H
#define _UAPI_PB_MARK_H

#define PB_MARK_TAG 0x5042

#define PB_MARK_ACQUIRE_BEGIN 1 /* just before an acquire's first timestamp */
#define PB_MARK_ACQUIRE_END   2 /* just after its second */
#define PB_MARK_RELEASE_BEGIN 3
#define PB_MARK_RELEASE_END   4
#define PB_MARK_RUN_BEGIN     5 /* warm-up is over: the first measured call follows */
#define PB_MARK_RUN_END       6 /* the last measured call is done, or failed */

/* From user space, before a run: which cell it is, 32 bits, the highest first. */
#define PB_MARK_CELL      7 /* a number follows */
#define PB_MARK_CELL_ZERO 8
#define PB_MARK_CELL_ONE  9

#define PB_MARK_DROP 10 /* in the place of an END: the window that is open does not count */

/*
 * Where an object lies that windows touch: the marker is followed by a load from it. Before the
 * windows of a run with PB_RUN_RECORD, on the CPU that they run on.
 */
#define PB_MARK_OBJECT      0x100 /* + one of these: */
#define PB_OBJECT_MM        0     /* struct mm_struct */
#define PB_OBJECT_TASK      1     /* struct task_struct of the worker */
#define PB_OBJECT_STACK     2     /* the lowest byte of its kernel stack */
#define PB_OBJECT_VMA       3     /* struct vm_area_struct of the call's first page */
#define PB_OBJECT_PAGES     4     /* the array that a call fills */
#define PB_OBJECT_PERCPU    5     /* this CPU's copy of the symbol this_cpu_off */
#define PB_OBJECT_NODE      6     /* struct pglist_data */
#define PB_OBJECT_PAGE      7     /* struct page of the call's first page */
#define PB_OBJECT_HEAD      8     /* struct page of the folio that it is in */
#define PB_OBJECT_PGD       9     /* tables that map it, the lowest byte of each */
#define PB_OBJECT_P4D       10
#define PB_OBJECT_PUD       11
#define PB_OBJECT_PMD       12
#define PB_OBJECT_PTE       13
#define PB_OBJECT_PAGES_END 14 /* the last byte of the array */
#define PB_NR_OBJECTS       15

#define PB_MARK_NO_CELL 0xffffffffU /* the next run is not to be profiled: it only warms */

/* The debug port on which a guest sends its symbols: a byte written is a byte in a file outside. */
#define PB_MARK_PORT 0x5042

#if defined(__x86_64__) || defined(__i386__)
#define pb_mark(op)                                                      \
	({                                                               \
		asm volatile(".byte 0x0f, 0x1f, 0x84, 0x00\n\t.long %c0" \
			     :                                           \
			     : "i"(PB_MARK_TAG << 16 | (op))             \
			     : "memory");                                \
	})
/* The load tells the address; what it reads is nobody's concern. */
#define pb_mark_object(object, at)                                                         \
	({                                                                                 \
		unsigned char _byte;                                                       \
		asm volatile(".byte 0x0f, 0x1f, 0x84, 0x00\n\t.long %c1\n\tmovb (%2), %0"  \
			     : "=q"(_byte)                                                 \
			     : "i"(PB_MARK_TAG << 16 | PB_MARK_OBJECT | (object)), "r"(at) \
			     : "memory");                                                  \
	})
#else
#define pb_mark(op)                ({ asm volatile("" : : : "memory"); })
#define pb_mark_object(object, at) ({ (void)(at); })
#endif

#endif
