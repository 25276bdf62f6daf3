/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * needs - what a type of memory or a load wants of a machine, and where it finds it there.
 * Why: the host gives a guest these things, the agent sets them up, the types use them.
 */
#ifndef BENCH_MEMORY_NEEDS_H
#define BENCH_MEMORY_NEEDS_H

#include "common/cleanup.h"

enum pb_memory_needs {
	PB_NEEDS_NOTHING = 0,
	PB_NEEDS_PMEM = 1,      /* persistent memory: a disk, a DAX file system, a DAX device */
	PB_NEEDS_GIGANTIC = 2,  /* a page of 1 GiB, which only a boot finds room for */
	PB_NEEDS_NODE = 4,      /* a second memory node, which only a boot finds, too */
	PB_NEEDS_SWAP = 8,      /* swap, in use */
	PB_NEEDS_OBSERVER = 16, /* the module that watches a held page */
	PB_NEEDS_USERS = 32,    /* the kernel's own modules for users of GUP */
};

/* One folder holds them; where one is missing, NAME.absent there says why. */
#define PB_PLACES       "/pinbench"
#define PB_PLACE_DISK   "disk"   /* an ext4 file system without DAX */
#define PB_PLACE_PMEM   "pmem"   /* an ext4 file system with DAX */
#define PB_PLACE_DEVDAX "devdax" /* a link to a DAX device of 2 MiB alignment */
#define PB_PLACE_SWAP   "swap"   /* never there itself, only a reason why swap is not in use */

/* *ret_path is the place's path. -EOPNOTSUPP with the reason if it is not there. */
int pb_place_find(const char *name, char **ret_path) pb_must_check;

/* Notes why @name is not there. */
int pb_place_missing(const char *name, const char *reason) pb_must_check;

#endif
