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
#else
#define pb_mark(op) ({ asm volatile("" : : : "memory"); })
#endif

#endif
