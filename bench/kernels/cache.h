/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cache - where fetched kernels lie, and who may work on one.
 * Why: two pinbench at once must not fetch the same thing, and nothing half-made is ever found.
 *
 *   apt/SUITE[-ARCH]/         package lists of one suite, with an apt configuration of their own
 *   packages/                 downloaded packages
 *   names/NAME                what a name meant when it was fetched: a release
 *   kernels/RELEASE/          root/ (unpacked), facts (key, tab, value), modules-DIGEST/, manifest
 *   trees/DIGEST/             modules-DIGEST/ for a developer's tree
 *   chroots/SUITE-COMPILER/   compilers that the host does not have
 *   cross/ARCH/               libraries that the agent for another architecture is linked with
 *   locks/, logs/
 *
 * No file names a path of the cache: it can be moved and copied. What is used is held against the
 * manifest of its folder first (manifest.h).
 */
#ifndef BENCH_KERNELS_CACHE_H
#define BENCH_KERNELS_CACHE_H

#include <stdbool.h>

#include "common/cleanup.h"
#include "common/str.h"

/*
 * A path in pinbench's cache. Nothing is made: a complete cache may be on a read-only file system,
 * or another user's. -EPERM: root uses no cache of somebody else's, and nobody one that everybody
 * can write to. Newly allocated.
 */
int pb_cache_path(char **ret_path, const char *fmt, ...) pb_must_check pb_printf(2, 3);

/* The same for what is about to be written: the folder that holds it is made. */
int pb_cache_place(char **ret_path, const char *fmt, ...) pb_must_check pb_printf(2, 3);

/*
 * Waits until no other pinbench works on @what (says so if it must wait) and keeps others out
 * until the descriptor is closed, however this process ends. Only for writing.
 *
 * Who holds several takes them in this order, so that nobody waits in a circle:
 *   RELEASE       kernels/RELEASE, the modules of all kernels of that release,
 * logs/build-RELEASE.log agent-ARCH    the agent's build for another architecture cross-ARCH
 * cross/ARCH chroots       chroots/ SUITE[-ARCH]  apt/SUITE[-ARCH] packages      packages/ Fetching
 * a kernel and building for it take one lock: the fetched folder takes the place of that whose
 * headers are being built against.
 */
int pb_cache_lock(const char *what, int *ret_fd) pb_must_check;

/*
 * Puts the folder @made, in the same file system, at @path: in one step also where there is one
 * already, which then lies at @made.
 */
int pb_cache_put(const char *made, const char *path) pb_must_check;

/* Removes what killed makers left in the cache; @removed as of pb_temporary_sweep(). */
size_t pb_cache_sweep(struct pb_buf *removed);

/*
 * Is it a path that make, kbuild and gcc's options can be given? They take blanks, colons, commas
 * and much else apart.
 */
bool pb_path_harmless(const char *path);

/* The value of @key in a file of lines "key<tab>value", newly allocated; -ENOENT. */
int pb_facts_get(const char *path, const char *key, char **ret_value) pb_must_check;

#endif
