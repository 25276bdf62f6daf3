/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kmod - whether modules can be loaded into the running kernel.
 * Why: what --backend auto decides by is what the backend itself decides by.
 */
#ifndef BENCH_BACKENDS_KMOD_KMOD_H
#define BENCH_BACKENDS_KMOD_KMOD_H

#include "common/cleanup.h"

/* 0, or -errno with what is in the way and what to do about it. Builds and loads nothing. */
int pb_kmod_possible(void) pb_must_check;

#endif
