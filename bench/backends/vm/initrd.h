/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * initrd - the guest's whole file system: a cpio archive that is the same bytes for the same files.
 * Why: a date or an inode number that differs would move the guest's clock, which counts
 * everything.
 */
#ifndef BENCH_BACKENDS_VM_INITRD_H
#define BENCH_BACKENDS_VM_INITRD_H

#include <stddef.h>

#include "bench/kernels/manifest.h"
#include "common/cleanup.h"

struct pb_initrd;

int pb_initrd_new(const char *path, struct pb_initrd **ret_initrd) pb_must_check;

/* Puts the file @source in as @name ("init", "modules/pinbench.ko"). */
int pb_initrd_add(struct pb_initrd *initrd, const char *name, const char *source) pb_must_check;

/* Puts in bytes that were read, and perhaps checked, before. */
int pb_initrd_add_data(struct pb_initrd *initrd, const char *name, const char *data,
		       size_t len_bytes) pb_must_check;

/* An empty folder, before the files in it. */
int pb_initrd_add_dir(struct pb_initrd *initrd, const char *name) pb_must_check;

/* Puts in, in order of names, the modules that @source lists and its absent.tsv, as @name/...; but
 * not PB_OBSERVER, which nothing that is timed needs. -EBADMSG: one is not what the list says. */
#define PB_OBSERVER "pinbench_observe"
int pb_initrd_add_modules(struct pb_initrd *initrd, const char *name,
			  const struct pb_manifest *source) pb_must_check;

/* Writes what is left to write; without it the archive is incomplete. */
int pb_initrd_finish(struct pb_initrd *initrd) pb_must_check;
void pb_initrd_free(struct pb_initrd *initrd);

PB_DEFINE_CLEANUP(pb_initrd_freep, struct pb_initrd *, pb_initrd_free);

#endif
