/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * inject - adds a known number of instructions to every acquire.
 * Why: a benchmark that claims to see one instruction must be shown one.
 *
 * Each level is a static branch whose block stands in line: off it is a jump over the rest, on it
 * is a NOP in the same place. So a level that is on executes one instruction more than the same
 * level off, and no data is read. A last level, which is never on, sees to it that every way out of
 * a chain is such a jump: where a block would fall out at the end, compilers may put another jump,
 * and do on arm64. With nothing injected the two chains cost two jumps.
 */
#ifndef PB_INJECT_H
#define PB_INJECT_H

#include <linux/jump_label.h>

#define PB_INJECT_LEVELS 9

extern struct static_key_false pb_inject_ones[PB_INJECT_LEVELS + 1];
extern struct static_key_false pb_inject_tens[PB_INJECT_LEVELS + 1];

static __always_inline void pb_nops(const int nr)
{
	asm volatile(".rept %c0\n\tnop\n\t.endr" : : "i"(nr) : "memory");
}

static __always_inline void pb_inject_units(void)
{
	if (!static_branch_likely(&pb_inject_ones[0]))
		return;
	if (!static_branch_likely(&pb_inject_ones[1]))
		return;
	if (!static_branch_likely(&pb_inject_ones[2]))
		return;
	if (!static_branch_likely(&pb_inject_ones[3]))
		return;
	if (!static_branch_likely(&pb_inject_ones[4]))
		return;
	if (!static_branch_likely(&pb_inject_ones[5]))
		return;
	if (!static_branch_likely(&pb_inject_ones[6]))
		return;
	if (!static_branch_likely(&pb_inject_ones[7]))
		return;
	if (!static_branch_likely(&pb_inject_ones[8]))
		return;
	if (!static_branch_likely(&pb_inject_ones[9]))
		return;
	pb_nops(1);
}

static __always_inline void pb_inject_decades(void)
{
	if (!static_branch_likely(&pb_inject_tens[0]))
		return;
	pb_nops(9);
	if (!static_branch_likely(&pb_inject_tens[1]))
		return;
	pb_nops(9);
	if (!static_branch_likely(&pb_inject_tens[2]))
		return;
	pb_nops(9);
	if (!static_branch_likely(&pb_inject_tens[3]))
		return;
	pb_nops(9);
	if (!static_branch_likely(&pb_inject_tens[4]))
		return;
	pb_nops(9);
	if (!static_branch_likely(&pb_inject_tens[5]))
		return;
	pb_nops(9);
	if (!static_branch_likely(&pb_inject_tens[6]))
		return;
	pb_nops(9);
	if (!static_branch_likely(&pb_inject_tens[7]))
		return;
	pb_nops(9);
	if (!static_branch_likely(&pb_inject_tens[8]))
		return;
	pb_nops(9);
	if (!static_branch_likely(&pb_inject_tens[9]))
		return;
	pb_nops(1);
}

static __always_inline void pb_inject(void)
{
	pb_inject_decades();
	pb_inject_units();
}

/* What is injected just now. */
unsigned int pb_inject_get(void);

#endif
