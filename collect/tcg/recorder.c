// SPDX-License-Identifier: GPL-2.0-only
/*
 * recorder - pinbench-record.so, which QEMU loads: writes down every access of a run's windows.
 * Why: it only records. What caches would have made of the accesses, and who would have contended
 * with whom, is asked afterwards, of one recording as often as one likes (collect/model/).
 *
 * Armed like the profiler's plugin, by the marker that names a cell; each cell has a file of its own
 * (collect/model/access.h), which is complete when the next marker names another one, or none.
 * QEMU runs all CPUs in one thread here, so nothing is locked.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/model/access.h"
#include "collect/tcg/insn.h"
#include "collect/tcg/qemu.h"
#include "kmods/uapi/mark.h"

enum { ROOM = 1 << 15 }; /* records that are written at once */

/* What the profiler does not call, in our words; enum qemu_plugin_mem_rw. */
enum { MEM_LOADS_AND_STORES = 3 };
typedef uint32_t mem_info;
struct qemu_plugin_hwaddr;
typedef void (*mem_cb)(unsigned int vcpu, mem_info info, uint64_t addr, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, mem_cb cb, int flags, int rw,
				      void *data);
bool qemu_plugin_mem_is_store(mem_info info);
unsigned int qemu_plugin_mem_size_shift(mem_info info);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(mem_info info, uint64_t addr);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *hwaddr);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *hwaddr);

#define KERNEL_BIT (UINT64_C(1) << 63)

struct cpu {
	bool in_run;
	bool in_window;
	bool object; /* the next load says where one lies */
	uint8_t which, phase;
	uint32_t clock;
};

static struct {
	pb_qemu_id id;
	const char *dir;
	bool armed;
	FILE *out; /* of the cell; NULL: none is recorded */
	uint32_t cell;
	unsigned int nr_bits; /* of the cell's number that came */
	int error;            /* the first of this cell */
	uint64_t nr_written;
	size_t nr;
	struct pb_access room[ROOM];
	struct cpu cpus[PB_RECORDING_MAX_CPUS];
} recorder = { .cell = PB_MARK_NO_CELL };

static void room_write(void)
{
	if (recorder.out && !recorder.error &&
	    fwrite(recorder.room, sizeof(*recorder.room), recorder.nr, recorder.out) != recorder.nr)
		recorder.error = errno ? errno : EIO;
	recorder.nr_written += recorder.nr;
	recorder.nr = 0;
}

static void record_add(const struct pb_access *access)
{
	recorder.room[recorder.nr++] = *access;
	if (recorder.nr == ROOM)
		room_write();
}

/* A file that could not be written whole stays without its end: its reader says so. */
static void cell_close(void)
{
	struct pb_access end = { .kind = PB_ACCESS_END };

	if (!recorder.out)
		return;
	end.vaddr = recorder.nr_written + recorder.nr;
	record_add(&end);
	room_write();
	fclose(recorder.out);
	recorder.out = NULL;
	memset(recorder.cpus, 0, sizeof(recorder.cpus));
}

static void cell_open(void)
{
	struct pb_recording_head head = { .cell = recorder.cell,
					  .record_bytes = sizeof(struct pb_access) };
	char path[4096];

	snprintf(path, sizeof(path), "%s/cell-%" PRIu32 ".trace", recorder.dir, recorder.cell);
	recorder.out = fopen(path, "we");
	recorder.nr_written = 0;
	recorder.nr = 0;
	recorder.error = 0;
	memcpy(head.magic, PB_RECORDING_MAGIC, sizeof(head.magic));
	if (recorder.out && fwrite(&head, sizeof(head), 1, recorder.out) != 1)
		recorder.error = errno ? errno : EIO;
}

static void translated(pb_qemu_id id, struct qemu_plugin_tb *tb);

static void armed(pb_qemu_id id)
{
	recorder.armed = true;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
}

static void cell_name(unsigned int op)
{
	if (op == PB_MARK_CELL) {
		cell_close();
		recorder.cell = 0;
		recorder.nr_bits = 0;
		if (!recorder.armed)
			qemu_plugin_reset(recorder.id, armed);
		return;
	}
	recorder.cell = recorder.cell << 1 | (op == PB_MARK_CELL_ONE);
	if (++recorder.nr_bits == 32 && recorder.cell != PB_MARK_NO_CELL)
		cell_open();
}

static void window_mark(struct cpu *cpu, unsigned int vcpu, enum pb_access_kind kind,
			enum pb_access_phase phase)
{
	const struct pb_access access = { .kind = (uint8_t)kind,
					  .phase = (uint8_t)phase,
					  .cpu = (uint8_t)vcpu,
					  .clock = cpu->clock };

	if (!cpu->in_run)
		return;
	cpu->in_window = kind == PB_ACCESS_BEGIN;
	cpu->phase = (uint8_t)phase;
	record_add(&access);
}

static void marker_executed(unsigned int vcpu, void *data)
{
	unsigned int op = (unsigned int)(uintptr_t)data;
	struct cpu *cpu = &recorder.cpus[vcpu];

	switch (op) {
	case PB_MARK_ACQUIRE_BEGIN:
		window_mark(cpu, vcpu, PB_ACCESS_BEGIN, PB_ACCESS_ACQUIRE);
		break;
	case PB_MARK_ACQUIRE_END:
		window_mark(cpu, vcpu, PB_ACCESS_ENDS, PB_ACCESS_ACQUIRE);
		break;
	case PB_MARK_RELEASE_BEGIN:
		window_mark(cpu, vcpu, PB_ACCESS_BEGIN, PB_ACCESS_RELEASE);
		break;
	case PB_MARK_RELEASE_END:
		window_mark(cpu, vcpu, PB_ACCESS_ENDS, PB_ACCESS_RELEASE);
		break;
	case PB_MARK_RUN_BEGIN:
		cpu->in_run = recorder.armed && recorder.out;
		cpu->clock = 0;
		break;
	case PB_MARK_RUN_END:
		cpu->in_run = false;
		cpu->in_window = false;
		break;
	case PB_MARK_CELL:
	case PB_MARK_CELL_ZERO:
	case PB_MARK_CELL_ONE:
		cell_name(op);
		break;
	default:
		cpu->object =
			recorder.out && op >= PB_MARK_OBJECT && op < PB_MARK_OBJECT + PB_NR_OBJECTS;
		cpu->which = (uint8_t)(op - PB_MARK_OBJECT);
		break;
	}
}

static void insn_executed(unsigned int vcpu, void *data)
{
	(void)data;
	recorder.cpus[vcpu].clock += recorder.cpus[vcpu].in_window;
}

/* @data: the instruction's address, whose highest bit is missing where it is a locked one. */
static void memory_accessed(unsigned int vcpu, mem_info info, uint64_t addr, void *data)
{
	struct cpu *cpu = &recorder.cpus[vcpu];
	bool is_locked = !((uintptr_t)data & KERNEL_BIT), is_store;
	const struct qemu_plugin_hwaddr *hwaddr;
	struct pb_access access;

	if (!cpu->in_window && !cpu->object)
		return;
	hwaddr = qemu_plugin_get_hwaddr(info, addr);
	if (!hwaddr || qemu_plugin_hwaddr_is_io(hwaddr))
		return;
	is_store = qemu_plugin_mem_is_store(info);
	access = (struct pb_access){
		.vaddr = addr,
		.paddr = qemu_plugin_hwaddr_phys_addr(hwaddr),
		.pc = (uintptr_t)data | KERNEL_BIT,
		.clock = cpu->clock,
		.cpu = (uint8_t)vcpu,
		.kind = cpu->object ? PB_ACCESS_OBJECT : PB_ACCESS_MEMORY,
		.phase = cpu->object ? cpu->which : cpu->phase,
		.flags_size = (uint8_t)((is_store ? PB_ACCESS_STORE : 0) |
					(is_locked ? PB_ACCESS_LOCKED : 0) |
					qemu_plugin_mem_size_shift(info) << 4),
	};
	cpu->object = false;
	record_add(&access);
}

/* LOCK, F0, among the prefixes; XCHG with memory locks by itself. */
static bool is_locked(const unsigned char *bytes, size_t len)
{
	static const unsigned char prefixes[] = { 0x66, 0x67, 0x2e, 0x36, 0x3e, 0x26,
						  0x64, 0x65, 0xf2, 0xf3, 0xf0 };
	size_t at = 0;

	while (at < len && memchr(prefixes, bytes[at], sizeof(prefixes)))
		if (bytes[at++] == 0xf0)
			return true;
	if (at < len && (bytes[at] & 0xf0) == 0x40) /* REX */
		at++;
	return at + 1 < len && (bytes[at] == 0x86 || bytes[at] == 0x87) && bytes[at + 1] >> 6 != 3;
}

static void translated(pb_qemu_id id, struct qemu_plugin_tb *tb)
{
	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t pc = qemu_plugin_insn_vaddr(insn);
		unsigned char bytes[PB_INSN_BYTES] = { 0 };
		size_t len = pb_insn_bytes(insn, bytes);
		unsigned int op = pb_insn_marker(bytes, len);

		if (op)
			qemu_plugin_register_vcpu_insn_exec_cb(
				insn, marker_executed, PB_QEMU_NO_REGISTERS, (void *)(uintptr_t)op);
		/* User space has the lower half of the addresses, and no window reaches into it. */
		if (!recorder.armed || !(pc & KERNEL_BIT))
			continue;
		if (is_locked(bytes, len < PB_INSN_BYTES ? len : PB_INSN_BYTES))
			pc &= ~KERNEL_BIT;
		qemu_plugin_register_vcpu_insn_exec_cb(insn, insn_executed, PB_QEMU_NO_REGISTERS,
						       NULL);
		qemu_plugin_register_vcpu_mem_cb(insn, memory_accessed, PB_QEMU_NO_REGISTERS,
						 MEM_LOADS_AND_STORES, (void *)(uintptr_t)pc);
	}
}

/* The guest is killed when its plan has ended; its last cell is named before that. */
int qemu_plugin_install(pb_qemu_id id, const struct pb_qemu_info *info, int argc, char **argv)
{
	static const char option[] = "out=";

	if (!info->system_emulation || strcmp(info->target_name, "x86_64") != 0 ||
	    info->system.max_vcpus > PB_RECORDING_MAX_CPUS || argc != 1 ||
	    strncmp(argv[0], option, strlen(option)) != 0) {
		fprintf(stderr,
			"pinbench-record: wants a system of at most %d x86_64 CPUs and out=FOLDER\n",
			PB_RECORDING_MAX_CPUS);
		return -EINVAL;
	}
	recorder.dir = strdup(argv[0] + strlen(option));
	if (!recorder.dir)
		return -ENOMEM;
	recorder.id = id;
	pb_insn_init(info);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
