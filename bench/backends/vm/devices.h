/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * devices - what a guest is given beyond the plain machine, where its plan's memory wants it.
 * Why: a guest that needs none of it must stay the same machine to the instruction.
 *
 * Persistent memory is RAM that the kernel's command line declares so: nothing completes out of
 * the guest's own instructions, as a disk of QEMU's would. Three pieces lie between the guest's
 * usual 1024 MiB, which stay that many: one holds an ext4 for the page cache, one an ext4 for DAX,
 * one becomes a DAX device. A page of 1 GiB comes on top, above 4 GiB where RAM is split there,
 * where it fits. A second memory node, for pages to migrate to and from, is the last piece of all.
 * Swap needs nothing of the machine: it is a disk of compressed memory (zram), whose modules are
 * packed. An architecture that cannot have something gets a guest without it, and the guest knows
 * why.
 */
#ifndef BENCH_BACKENDS_VM_DEVICES_H
#define BENCH_BACKENDS_VM_DEVICES_H

#include <stddef.h>

#include "bench/backends/vm/initrd.h"
#include "bench/kernels/arch.h"
#include "bench/kernels/kernel.h"
#include "collect/cell.h"
#include "common/cleanup.h"
#include "common/str.h"

enum { PB_DEVICES_MAX_ARGS = 16 };

struct pb_devices {
	unsigned int needs;    /* PB_NEEDS_* */
	char memory_mib[16];   /* for -m */
	struct pb_buf cmdline; /* added to the kernel's; empty, or begins with a blank */
	size_t nr_args;
	char *args[PB_DEVICES_MAX_ARGS]; /* added to QEMU's */
};

/* PB_NEEDS_* of all cells together. */
unsigned int pb_devices_needs(const struct pb_cell *cells, size_t nr_cells);

/*
 * The machine for @needs. @image is the file system's image; NULL leaves it out, as for a
 * description of the machine. Release with pb_devices_done(), after a failure, too.
 */
int pb_devices_init(struct pb_devices *devices, const struct pb_arch *arch, unsigned int needs,
		    const char *image) pb_must_check;
void pb_devices_done(struct pb_devices *devices);

/*
 * Makes the image, in @dir, and puts into the initrd what the agent needs for the devices: the
 * kernel's own modules in the order in which they load, and absent.tsv (place, reason) for what
 * cannot be. *ret_image is NULL where there is no image.
 */
int pb_devices_pack(unsigned int needs, const char *dir, const struct pb_kernel *kernel,
		    struct pb_initrd *initrd, char **ret_image) pb_must_check;

#endif
