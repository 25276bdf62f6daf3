/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel - kernels by name: fetched from Debian's archive, unpacked in the cache, built against.
 * Why: every rung of the ladder is an unmodified distribution kernel that anyone can fetch again.
 */
#ifndef BENCH_KERNELS_KERNEL_H
#define BENCH_KERNELS_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/kernels/arch.h"
#include "common/cleanup.h"

/* A kernel that is there, ready to boot. All strings are owned; paths are absolute. */
struct pb_kernel {
	char *name;      /* as asked for: "debian:6.1", "host"; of a tree its absolute path */
	char *release;   /* uname -r */
	char *arch;      /* uname -m: "x86_64" */
	char *package;   /* "linux-image-6.1.0-49-cloud-amd64"; empty for a tree */
	char *version;   /* the package's version: "6.1.170-3" */
	char *folder;    /* of the cache, whose manifest knows its files; NULL: not a fetched one */
	char *image;     /* bzImage, Image; NULL for the host, which is booted already */
	char *config;    /* its configuration file */
	char *build_dir; /* what `make -C` takes to build modules */
	char *module_tree; /* lib/modules/RELEASE of the image's own modules; may be NULL */
	char *modules;     /* our built modules: *.ko, and absent.tsv (strategy, reason) */
	char *commit;      /* of a tree that git knows: all digits; else NULL */
	char *describe;    /* "v6.12-rc3-12-g1234567890ab-dirty"; else NULL */
	char *compiler;    /* what built them: "gcc-12 of the host" */
};

/* One row of `pinbench kernel list`: a rung of the ladder. */
struct pb_kernel_entry {
	char *name;              /* "debian:6.1" */
	char *newest;            /* release that the archive has, by the lists here; may be NULL */
	char *fetched;           /* release that lies in the cache; may be NULL */
	bool built;              /* its modules, of the present sources, are there */
	uint64_t size_bytes;     /* on disk; 0 if not fetched */
	uint64_t download_bytes; /* of the newest; 0 if unknown */
	char *note;              /* the ladder's */
};

/*
 * Fetches and builds whatever of it is not there yet; says what it does (progress.h). Errors:
 * -EINVAL (no such name), -ENODATA (Debian's archive no longer carries it), -ENETUNREACH (the
 * archive was not reached), -EBADMSG (damaged, and not to be had again), -EOPNOTSUPP (its
 * configuration lacks what pinbench needs), -ENOPKG (no compiler for it), -EIO (another program
 * failed).
 */
int pb_kernel_prepare(const char *name, struct pb_kernel *ret_kernel) pb_must_check;

/*
 * Only looks: -ENOENT where it was not fetched or its modules were not built; -EBADMSG: what is in
 * the cache is damaged.
 */
int pb_kernel_open(const char *name, struct pb_kernel *ret_kernel) pb_must_check;

void pb_kernel_done(struct pb_kernel *kernel);

/*
 * Is @path, a file of this kernel or a folder below @kernel->folder, what was fetched? A kernel
 * that was not fetched is what its maker says it is. -EBADMSG names what is damaged.
 */
int pb_kernel_check(const struct pb_kernel *kernel, const char *path) pb_must_check;

/*
 * pb_kernel_check(), of what is read and returned: the file may be replaced or overwritten
 * meanwhile. Newly allocated.
 */
int pb_kernel_read(const struct pb_kernel *kernel, const char *path, char **ret_data,
		   size_t *ret_len_bytes) pb_must_check;

/*
 * Only fetches: asks the archive for the newest of that name, even if an older one is there. A
 * tree is checked. Errors as of _prepare().
 */
int pb_kernel_fetch(const char *name) pb_must_check;

/* Only builds the modules of a kernel that is there; -ENOENT: it was not fetched. */
int pb_kernel_build(const char *name) pb_must_check;

/*
 * What @name means to whoever asked for kernels of @arch: debian:6.1 of arm64 is
 * debian:6.1/cloud-arm64. Newly allocated. -EINVAL: it is of another architecture.
 */
int pb_kernel_name_of(const char *name, const struct pb_arch *arch, char **ret_name) pb_must_check;

/* The architecture of a kernel that need not be here. Errors as of _open(). */
int pb_kernel_arch(const char *name, const struct pb_arch **ret_arch) pb_must_check;

/*
 * The ladder of @arch, and what of it is here. No network. Release with pb_kernel_list_free().
 */
int pb_kernel_list(const struct pb_arch *arch, struct pb_kernel_entry **ret_entries,
		   size_t *ret_nr) pb_must_check;
void pb_kernel_list_free(struct pb_kernel_entry *entries, size_t nr);

#endif
