/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * swap - brings up swap on a disk of compressed memory (zram).
 * Why: anonymous pages can only be reclaimed to swap.
 */
#ifndef BENCH_AGENT_GUEST_SWAP_H
#define BENCH_AGENT_GUEST_SWAP_H

#include "common/cleanup.h"

/*
 * Loads the modules of @dir and swaps to the disk that they make. Nothing is done where there is no
 * @dir. What does not work is noted at its place; -errno is for what would leave the agent unfit.
 */
int pb_swap_begin(const char *dir) pb_must_check;

#endif
