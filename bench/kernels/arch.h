/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * arch - the architectures whose kernels are fetched, built for and booted.
 * Why: all that differs between them is a row here; code asks the row, never the architecture.
 */
#ifndef BENCH_KERNELS_ARCH_H
#define BENCH_KERNELS_ARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "common/cleanup.h"

enum { PB_ARCH_FLAVOURS = 2, PB_ARCH_MAX_ARGS = 10 };

struct pb_arch {
	const char *name;                       /* "arm64", as Debian and --arch say */
	const char *machine;                    /* "aarch64", as uname -m says */
	const char *flavours[PB_ARCH_FLAVOURS]; /* of Debian's kernels, the default first */

	/* Building. */
	const char *config;      /* option that its kernels' configuration has */
	const char *tree_image;  /* in a kernel's build folder */
	const char *tree_target; /* what make builds it with */
	const char *make_arch;   /* "ARCH=arm64"; beside a cross prefix */
	const char *cross;       /* "aarch64-linux-gnu-"; NULL: the host's own */
	const char *cross_suite; /* Debian suite of the libraries that the agent is linked with */
	const char *cross_packages;

	/* Booting. */
	const char *qemu;
	const char *qemu_package;
	const char *qemu_args[PB_ARCH_MAX_ARGS]; /* machine, CPU, icount; NULL-terminated */
	const char *kvm_args[PB_ARCH_MAX_ARGS];  /* instead of these, under KVM */
	const char *cmdline;
	const char *records_device; /* NULL: the second serial line of the machine itself */

	/* What some plans ask for. NULL: it has it; else why it has not. */
	const char *no_pmem;
	const char *no_profile;
	bool ram_is_split; /* what does not fit below 4 GiB lies above */
	bool has_vtd;      /* QEMU's q35 with an IOMMU of Intel's */
};

/* What is meant where nobody names one. */
extern const struct pb_arch *const pb_arch_default;

/* -EINVAL with the valid ones. */
int pb_arch_parse(const char *name, const struct pb_arch **ret_arch) pb_must_check;

/* NULL without a message: there is none. @machine: as uname -m says. */
const struct pb_arch *pb_arch_of_machine(const char *machine);
const struct pb_arch *pb_arch_of_flavour(const char *flavour);

/* One after another, from 0; NULL at the end. */
const struct pb_arch *pb_arch_at(size_t i);

#endif
