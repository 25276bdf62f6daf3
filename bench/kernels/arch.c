// SPDX-License-Identifier: GPL-2.0-only
/*
 * arch - the architectures whose kernels are fetched, built for and booted.
 * Why: all that differs between them is a row here; code asks the row, never the architecture.
 */
#include "bench/kernels/arch.h"

#include <errno.h>

#include "common/err.h"
#include "common/str.h"

/*
 * With sleep=off the clock jumps to the next timer when the guest idles, and QEMU's main loop is
 * who moves it. By itself that thread may look at any time, also between the CPU's halt and the
 * moment when the CPU's thread adds up what it ran: the clock then jumps from too early a time,
 * those instructions are added to where it lands, and everything after is some nanoseconds late.
 * So it reads in QEMU's sources; what was measured is that a main loop which never sleeps long
 * moves the clock, and that it no longer does once the two threads exclude each other.
 * While QEMU records an execution the two threads exclude each other (its replay_mutex), which is
 * all that is wanted of it: the recording itself is nobody's. tests/vm/test_repeat.c fails without
 * it.
 */
#define ICOUNT_NS  "shift=0,sleep=off,rr=record,rrfile=/dev/null"
#define ICOUNT_2NS "shift=1,sleep=off,rr=record,rrfile=/dev/null"

/*
 * icount makes the guest's clock a count of its instructions. With shift 0 an instruction takes
 * one nanosecond, which is what the time-stamp counter of x86 shows. On arm64 the PMU counts both,
 * and with shift 1 its cycles are twice its instructions: neither is taken for the other by
 * mistake. What arm64's machine would tell the kernel at random is in the device tree.
 *
 * Under KVM nothing is counted: the guest gets the host's CPU with its PMU, and on x86 a
 * time-stamp counter that says of itself that its rate is constant, which QEMU hides from guests
 * that might move to another machine.
 *
 * The records leave through an 8250 on both. The virt machine has one serial line of its own, a
 * PL011, so that one sits on PCI there; its bytes, too, are handed over inside the instruction.
 */
static const struct pb_arch archs[] = {
	{
		.name = "amd64",
		.machine = "x86_64",
		.flavours = { "cloud", "amd64" },
		.config = "X86_64",
		.tree_image = "arch/x86/boot/bzImage",
		.tree_target = "bzImage",
		.qemu = "qemu-system-x86_64",
		.qemu_package = "qemu-system-x86",
		.qemu_args = { "-accel", "tcg", "-icount", ICOUNT_NS, "-cpu", "max" },
		.kvm_args = { "-accel", "kvm", "-cpu", "host,migratable=off,pmu=on" },
		.cmdline = "console=ttyS0",
		.ram_is_split = true,
		.has_vtd = true,
	},
	{
		.name = "arm64",
		.machine = "aarch64",
		.flavours = { "cloud-arm64", "arm64" },
		.config = "ARM64",
		.tree_image = "arch/arm64/boot/Image",
		.tree_target = "Image",
		.make_arch = "ARCH=arm64",
		.cross = "aarch64-linux-gnu-",
		.cross_suite = "bookworm",
		.cross_packages = "gcc-aarch64-linux-gnu libc6-dev-arm64-cross",
		.qemu = "qemu-system-aarch64",
		.qemu_package = "qemu-system-arm",
		.qemu_args = { "-accel", "tcg", "-machine", "virt,gic-version=3,dtb-randomness=off",
			       "-icount", ICOUNT_2NS, "-cpu", "neoverse-n1" },
		.kvm_args = { "-accel", "kvm", "-machine", "virt,gic-version=host", "-cpu",
			      "host,pmu=on" },
		.cmdline = "console=ttyAMA0",
		.records_device = "pci-serial",
		.no_pmem = "no persistent memory on arm64: its kernels cannot be told on the "
			   "command line that a piece of RAM is some",
		.no_profile = "the marks around what is timed, and the port that symbols leave by, "
			      "are x86's",
	},
};

const struct pb_arch *const pb_arch_default = &archs[0];

const struct pb_arch *pb_arch_at(size_t i)
{
	return i < PB_ARRAY_SIZE(archs) ? &archs[i] : NULL;
}

int pb_arch_parse(const char *name, const struct pb_arch **ret_arch)
{
	pb_cleanup(pb_buf_done) struct pb_buf valid = { 0 };

	for (size_t i = 0; i < PB_ARRAY_SIZE(archs); i++) {
		if (pb_streq(archs[i].name, name)) {
			*ret_arch = &archs[i];
			return 0;
		}
		if (pb_buf_printf(&valid, " %s", archs[i].name))
			return -ENOMEM;
	}
	return pb_fail(-EINVAL, "unknown architecture '%s' (valid:%s)", name, valid.data);
}

const struct pb_arch *pb_arch_of_machine(const char *machine)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(archs); i++)
		if (pb_streq(archs[i].machine, machine))
			return &archs[i];
	return NULL;
}

const struct pb_arch *pb_arch_of_flavour(const char *flavour)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(archs); i++)
		for (size_t f = 0; f < PB_ARCH_FLAVOURS; f++)
			if (pb_streq(archs[i].flavours[f], flavour))
				return &archs[i];
	return NULL;
}
