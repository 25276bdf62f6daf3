/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * load - pinbench's modules into the running kernel, and out of it again.
 * Why: the kernel says no in one errno; what it means, and what to do, is said here.
 */
#ifndef BENCH_BACKENDS_KMOD_LOAD_H
#define BENCH_BACKENDS_KMOD_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "common/cleanup.h"
#include "common/str.h"

/*
 * Loads the core of @dir, adding @inject instructions to each acquire, and all strategies beside
 * it. What is loaded already must have been unloaded: it may be another build's. A strategy that
 * the kernel refuses stays away; whoever asks for it later is told by the kernel itself. Errors say
 * what they mean for this machine.
 */
int pb_kmod_load(const char *dir, uint32_t inject) pb_must_check;

/*
 * Removes every module of pinbench. Waits up to @patience_ms for one that is in use. Returns 0,
 * also when none is loaded; -errno with a message that says how to remove them by hand.
 */
int pb_kmod_unload(unsigned int patience_ms) pb_must_check;

#endif
