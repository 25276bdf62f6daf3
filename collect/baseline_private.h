/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * baseline_private - what writing and reading a baseline share.
 * Why: a file is known by its first words, whichever of the two asks.
 */
#ifndef COLLECT_BASELINE_PRIVATE_H
#define COLLECT_BASELINE_PRIVATE_H

#define PB_BASELINE_MAGIC "pinbench-baseline"

#endif
