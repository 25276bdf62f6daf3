/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cache - where fetched kernels lie, and who may work on one.
 * Why: two pinbench at once must not fetch the same thing, and nothing half-made is ever found.
 *
 *   apt/SUITE[-ARCH]/         package lists of one suite, with an apt configuration of their own
 *   packages/                 downloaded packages
 *   names/NAME                what a name meant when it was fetched: a release
 *   kernels/RELEASE/          root/ (unpacked), facts (key, tab, value), modules-DIGEST/
 *   trees/DIGEST/             modules-DIGEST/ for a developer's tree
 *   chroots/SUITE-COMPILER/   compilers that the host does not have
 *   cross/ARCH/               libraries that the agent for another architecture is linked with
 *   locks/, logs/
 */
#ifndef BENCH_KERNELS_CACHE_H
#define BENCH_KERNELS_CACHE_H

#include "common/cleanup.h"

/* A path in pinbench's cache; the folder that holds it is made. Newly allocated. */
int pb_cache_path(char **ret_path, const char *fmt, ...) pb_must_check pb_printf(2, 3);

/*
 * Waits until no other pinbench works on @what (says so if it must wait) and keeps others out
 * until the descriptor is closed, however this process ends.
 */
int pb_cache_lock(const char *what, int *ret_fd) pb_must_check;

/* The value of @key in a file of lines "key<tab>value", newly allocated; -ENOENT. */
int pb_facts_get(const char *path, const char *key, char **ret_value) pb_must_check;

#endif
