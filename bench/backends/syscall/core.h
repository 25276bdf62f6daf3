/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * core - how fast this CPU's core runs just now, and how much of it is ours.
 * Why: between two runs of one kernel a machine's clock drifts by per cents, and a neighbour on the
 * core's other thread adds tens; without a PMU only the time of known instructions tells.
 *
 * No system call, no memory: what the kernel does, and which kernel it is, cannot show here.
 */
#ifndef BENCH_BACKENDS_SYSCALL_CORE_H
#define BENCH_BACKENDS_SYSCALL_CORE_H

#include "bench/users/user.h"

/*
 * Additions that depend on one another, so that each takes a core cycle on every x86 and arm64
 * core: the long chain less the short one is PB_CORE_CYCLES, without what reading the clock costs.
 */
enum { PB_CORE_CYCLES = 1792 };
int pb_core_chain_long(struct pb_use *use, char *buffer);
int pb_core_chain_short(struct pb_use *use, char *buffer);

/*
 * Additions that do not depend on one another: as many a cycle as the core has room for, which is
 * all of it, or what a neighbour leaves.
 */
int pb_core_fill(struct pb_use *use, char *buffer);

/*
 * The least that filling a core takes on this machine, in cycles, as far as it was seen: not the
 * least of all readings, of which one may be wrong, but the last of the least few.
 */
struct pb_core_quiet {
	double least[8]; /* ascending */
	size_t nr;
};

void pb_core_quiet_add(struct pb_core_quiet *quiet, double fill);

/* INFINITY until enough was seen. */
double pb_core_quiet(const struct pb_core_quiet *quiet);

/*
 * Was the core not ours alone? @fill is what filling it took, and @quiet the least that it takes.
 * Alone, the mean of some visits differs by 2 %; a neighbour that does anything at all takes 12 to
 * 40 % (Zen 5 under a hypervisor).
 */
bool pb_core_is_shared(double fill, double quiet);

/* Moves the calling thread to this CPU. */
void pb_core_run_on(int cpu);

#endif
