// SPDX-License-Identifier: GPL-2.0-only
/*
 * plugin - pinbench-profile.so, which QEMU loads: finds markers and timestamps, logs blocks.
 * Why: only the emulator sees every instruction that a guest executes, and where each one lies.
 *
 * Before the first cell nothing but markers is looked for, so that a guest boots at full speed. The
 * marker that names a cell arms the plugin: translations are dropped, and code translated from then on
 * reports its blocks, that of programs, too: windows of users of GUP reach into it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "collect/tcg/block.h"
#include "collect/tcg/insn.h"
#include "collect/tcg/qemu.h"
#include "collect/tcg/window.h"
#include "kmods/uapi/mark.h"

enum { MAX_BLOCK = 4096, PAGE_SHIFT = 12 };

/* Beside a marker's number: it stands in a program, not in the kernel. */
enum { USER_SPACE = 0x100 };

static struct {
	pb_qemu_id id;
	FILE *out;
	bool armed;
	bool named; /* a cell was */
	uint32_t cell;
} plugin;

/* What is lost is told in the profile, and so fails the cell, not the guest. */
static void trouble_write(const char *what)
{
	fprintf(plugin.out, "trouble %s\n", what);
	fflush(plugin.out);
}

static void translated(pb_qemu_id id, struct qemu_plugin_tb *tb);

static void armed(pb_qemu_id id)
{
	plugin.armed = true;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
}

static void run_end(void)
{
	if (pb_window_run_end(plugin.out, plugin.cell))
		trouble_write("the profile cannot be written");
	plugin.named = false;
}

static void cell_name(unsigned int op)
{
	if (op == PB_MARK_CELL) {
		plugin.cell = 0;
		plugin.named = true;
		if (!plugin.armed)
			qemu_plugin_reset(plugin.id, armed);
	} else {
		plugin.cell = plugin.cell << 1 | (op == PB_MARK_CELL_ONE);
	}
}

static void marker_executed(unsigned int vcpu, void *data)
{
	unsigned int op = (unsigned int)(uintptr_t)data & ~USER_SPACE;

	(void)vcpu;
	switch (op) {
	case PB_MARK_ACQUIRE_BEGIN:
	case PB_MARK_RELEASE_BEGIN:
		pb_window_begin((uintptr_t)data & USER_SPACE);
		break;
	case PB_MARK_DROP:
		pb_window_drop();
		break;
	case PB_MARK_ACQUIRE_END:
		pb_window_end(PB_WINDOW_ACQUIRE);
		break;
	case PB_MARK_RELEASE_END:
		pb_window_end(PB_WINDOW_RELEASE);
		break;
	case PB_MARK_RUN_BEGIN:
		/* Runs of another program than the agent have no name. */
		if (plugin.named && plugin.armed && plugin.cell != PB_MARK_NO_CELL)
			pb_window_run_begin();
		break;
	case PB_MARK_RUN_END:
		run_end();
		break;
	case PB_MARK_CELL:
	case PB_MARK_CELL_ZERO:
	case PB_MARK_CELL_ONE:
		cell_name(op);
		break;
	default:
		break;
	}
}

static void stamp_executed(unsigned int vcpu, void *data)
{
	(void)vcpu;
	pb_window_stamp((uintptr_t)data & USER_SPACE);
}

static void block_executed(unsigned int vcpu, void *data)
{
	(void)vcpu;
	pb_window_block(data);
}

static bool is_stamp(const unsigned char bytes[PB_INSN_BYTES], size_t len)
{
	static const unsigned char rdtsc[] = { 0x0f, 0x31 }, rdtscp[] = { 0x0f, 0x01, 0xf9 };

	return (len == sizeof(rdtsc) && memcmp(bytes, rdtsc, len) == 0) ||
	       (len == sizeof(rdtscp) && memcmp(bytes, rdtscp, len) == 0);
}

/* User space has the lower half of the addresses. */
static unsigned int space_of(uint64_t addr)
{
	return addr >> 63 ? 0 : USER_SPACE;
}

static void insn_translated(struct qemu_plugin_insn *insn, bool counted, bool last)
{
	unsigned int space = space_of(qemu_plugin_insn_vaddr(insn));
	unsigned char bytes[PB_INSN_BYTES] = { 0 };
	size_t len = pb_insn_bytes(insn, bytes);
	unsigned int op = pb_insn_marker(bytes, len);

	if (op)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, marker_executed, PB_QEMU_NO_REGISTERS,
						       (void *)(uintptr_t)(op | space));
	if (!counted || !is_stamp(bytes, len))
		return;
	if (!last)
		trouble_write("a timestamp does not end its block: the guest runs without icount");
	qemu_plugin_register_vcpu_insn_exec_cb(insn, stamp_executed, PB_QEMU_NO_REGISTERS,
					       (void *)(uintptr_t)space);
}

static bool reaches_next_page(const struct qemu_plugin_tb *tb, uint64_t addr)
{
	size_t len = qemu_plugin_insn_size(qemu_plugin_tb_get_insn(tb, 0));

	return addr >> PAGE_SHIFT != (addr + len - 1) >> PAGE_SHIFT;
}

static void translated(pb_qemu_id id, struct qemu_plugin_tb *tb)
{
	size_t nr = qemu_plugin_tb_n_insns(tb);
	uint64_t addrs[MAX_BLOCK];
	struct pb_block *block;
	bool counted;

	(void)id;
	if (!nr || nr > MAX_BLOCK)
		return;
	for (size_t i = 0; i < nr; i++)
		addrs[i] = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, i));
	counted = plugin.armed;
	for (size_t i = 0; i < nr; i++)
		insn_translated(qemu_plugin_tb_get_insn(tb, i), counted, i + 1 == nr);
	if (!counted)
		return;
	block = pb_block_intern(addrs, nr);
	if (!block || (reaches_next_page(tb, addrs[0]) && pb_block_not_last(addrs[0]))) {
		trouble_write("out of memory");
		return;
	}
	qemu_plugin_register_vcpu_tb_exec_cb(tb, block_executed, PB_QEMU_NO_REGISTERS, block);
}

int qemu_plugin_install(pb_qemu_id id, const struct pb_qemu_info *info, int argc, char **argv)
{
	static const char option[] = "out=";

	if (!info->system_emulation || strcmp(info->target_name, "x86_64") != 0 ||
	    info->system.smp_vcpus != 1) {
		fprintf(stderr, "pinbench-profile: wants a system of one x86_64 CPU\n");
		return -EINVAL;
	}
	if (argc != 1 || strncmp(argv[0], option, strlen(option)) != 0) {
		fprintf(stderr, "pinbench-profile: wants the option out=FILE and no other\n");
		return -EINVAL;
	}
	plugin.out = fopen(argv[0] + strlen(option), "we");
	if (!plugin.out) {
		fprintf(stderr, "pinbench-profile: cannot write '%s': %s\n",
			argv[0] + strlen(option), strerror(errno));
		return -errno;
	}
	plugin.id = id;
	pb_insn_init(info);
	fprintf(plugin.out, "pinbench-profile 1\n");
	fflush(plugin.out);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
