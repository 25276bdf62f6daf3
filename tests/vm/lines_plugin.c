// SPDX-License-Identifier: GPL-2.0-only
/*
 * lines_plugin - a plugin for QEMU that notes which cache lines each CPU touches in its windows.
 * Why: what several emulated CPUs cost means nothing; what they write is the same as on real ones.
 *
 * Armed like the profiler's plugin, by the marker that names a cell. From then on each CPU keeps,
 * from its PB_MARK_RUN_BEGIN to its PB_MARK_RUN_END, the lines of its cheapest windows, of its
 * dearer ones, and those that it wrote between windows. Interrupts only ever make a window dearer,
 * so the cheapest ones are free of them. A window here reaches from marker to marker.
 *
 * At a run's end, for each phase (acquire, release, dearer, between):
 *   phase CELL CPU PHASE WINDOWS AT_LEAST INSTRUCTIONS LOADS STORES
 *   line CELL CPU PHASE LINE ADDR PC LOADS STORES
 * AT_LEAST are the windows with the least instructions; INSTRUCTIONS, LOADS and STORES are those of
 * one of them. LINE is a physical address, ADDR the kernel's own of it, PC the first instruction
 * that stored there or, where none did, that loaded; these are hexadecimal.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/tcg/insn.h"
#include "collect/tcg/qemu.h"
#include "kmods/uapi/mark.h"

enum { LINE_SHIFT = 6, MAX_CPUS = 8, FIRST_ROOM = 256 };

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

enum phase { ACQUIRE, RELEASE, DEARER, BETWEEN, NR_PHASES };
static const char *const phase_names[] = { "acquire", "release", "dearer", "between" };

struct line {
	uint64_t phys; /* of its first byte */
	uint64_t addr;
	uint64_t pc;
	uint64_t nr_loads;
	uint64_t nr_stores;
};

/* Open addressing; room is a power of two and never more than half used. Whoever is in it has made
 * an access. */
struct set {
	struct line *lines;
	size_t nr, room;
};

struct window {
	uint64_t nr_insns, nr_loads, nr_stores;
	struct set set;
};

struct cpu {
	bool in_run;
	bool in_window;
	struct window now;
	uint64_t nr_windows[NR_PHASES], nr_at_least[NR_PHASES];
	struct window kept[NR_PHASES]; /* of ACQUIRE and RELEASE: the cheapest; else the lines */
};

static struct {
	pb_qemu_id id;
	FILE *out;
	pthread_mutex_t out_lock;
	bool armed;
	atomic_uint cell; /* named before the threads that run it exist */
	struct cpu cpus[MAX_CPUS];
} plugin = { .out_lock = PTHREAD_MUTEX_INITIALIZER, .cell = PB_MARK_NO_CELL };

static bool is_empty(const struct line *line)
{
	return !line->nr_loads && !line->nr_stores;
}

static struct line *slot_find(const struct set *set, uint64_t phys)
{
	size_t at = (phys >> LINE_SHIFT) * 0x9e3779b97f4a7c15 >> 32; /* 2^64 / golden ratio */

	for (;; at++) {
		struct line *line = &set->lines[at & (set->room - 1)];

		if (line->phys == phys || is_empty(line))
			return line;
	}
}

/* A test that runs out of memory ends with the guest that it watches. */
static void set_grow(struct set *set)
{
	struct set larger = { .nr = set->nr, .room = set->room ? 2 * set->room : FIRST_ROOM };

	larger.lines = calloc(larger.room, sizeof(*larger.lines));
	if (!larger.lines)
		abort();
	for (size_t i = 0; i < set->room; i++)
		if (!is_empty(&set->lines[i]))
			*slot_find(&larger, set->lines[i].phys) = set->lines[i];
	free(set->lines);
	*set = larger;
}

static void set_add(struct set *set, const struct line *line)
{
	struct line *slot;

	if (2 * set->nr >= set->room)
		set_grow(set);
	slot = slot_find(set, line->phys);
	if (is_empty(slot)) {
		*slot = *line;
		set->nr++;
		return;
	}
	if (!slot->nr_stores && line->nr_stores)
		slot->pc = line->pc;
	slot->nr_loads += line->nr_loads;
	slot->nr_stores += line->nr_stores;
}

static void set_merge(struct set *set, const struct set *other)
{
	for (size_t i = 0; i < other->room; i++)
		if (!is_empty(&other->lines[i]))
			set_add(set, &other->lines[i]);
}

static void window_clear(struct window *window)
{
	if (window->set.room)
		memset(window->set.lines, 0, window->set.room * sizeof(*window->set.lines));
	*window =
		(struct window){ .set = { .lines = window->set.lines, .room = window->set.room } };
}

static void window_begin(struct cpu *cpu)
{
	window_clear(&cpu->now);
	cpu->in_window = cpu->in_run;
}

static void window_end(struct cpu *cpu, enum phase phase)
{
	struct window *least = &cpu->kept[phase];
	bool first = !cpu->nr_windows[phase];

	if (!cpu->in_window)
		return;
	cpu->in_window = false;
	cpu->nr_windows[phase]++;
	if (!first && cpu->now.nr_insns == least->nr_insns) {
		cpu->nr_at_least[phase]++;
		set_merge(&least->set, &cpu->now.set);
		return;
	}
	if (first || cpu->now.nr_insns < least->nr_insns) {
		struct window before = *least; /* nothing, if this is the first */

		*least = cpu->now;
		cpu->now = before;
		cpu->nr_at_least[phase] = 1;
	}
	set_merge(&cpu->kept[DEARER].set, &cpu->now.set);
}

static void run_begin(struct cpu *cpu)
{
	for (int phase = 0; phase < NR_PHASES; phase++) {
		window_clear(&cpu->kept[phase]);
		cpu->nr_windows[phase] = 0;
		cpu->nr_at_least[phase] = 0;
	}
	cpu->in_run = plugin.armed && plugin.cell != PB_MARK_NO_CELL;
}

static void phase_write(FILE *out, const struct cpu *cpu, enum phase phase)
{
	const struct window *kept = &cpu->kept[phase];
	size_t nr = (size_t)(cpu - plugin.cpus);

	fprintf(out,
		"phase %u %zu %s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		plugin.cell, nr, phase_names[phase], cpu->nr_windows[phase],
		cpu->nr_at_least[phase], kept->nr_insns, kept->nr_loads, kept->nr_stores);
	for (size_t i = 0; i < kept->set.room; i++) {
		const struct line *line = &kept->set.lines[i];

		if (is_empty(line))
			continue;
		fprintf(out,
			"line %u %zu %s %" PRIx64 " %" PRIx64 " %" PRIx64 " %" PRIu64 " %" PRIu64
			"\n",
			plugin.cell, nr, phase_names[phase], line->phys, line->addr, line->pc,
			line->nr_loads, line->nr_stores);
	}
}

static void run_end(struct cpu *cpu)
{
	if (!cpu->in_run)
		return;
	cpu->in_run = false;
	pthread_mutex_lock(&plugin.out_lock);
	for (int phase = 0; phase < NR_PHASES; phase++)
		phase_write(plugin.out, cpu, (enum phase)phase);
	fflush(plugin.out);
	pthread_mutex_unlock(&plugin.out_lock);
}

static void translated(pb_qemu_id id, struct qemu_plugin_tb *tb);

static void armed(pb_qemu_id id)
{
	plugin.armed = true;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
}

static void marker_executed(unsigned int vcpu, void *data)
{
	unsigned int op = (unsigned int)(uintptr_t)data;
	struct cpu *cpu = &plugin.cpus[vcpu];

	switch (op) {
	case PB_MARK_ACQUIRE_BEGIN:
	case PB_MARK_RELEASE_BEGIN:
		window_begin(cpu);
		break;
	case PB_MARK_ACQUIRE_END:
		window_end(cpu, ACQUIRE);
		break;
	case PB_MARK_RELEASE_END:
		window_end(cpu, RELEASE);
		break;
	case PB_MARK_RUN_BEGIN:
		run_begin(cpu);
		break;
	case PB_MARK_RUN_END:
		run_end(cpu);
		break;
	case PB_MARK_CELL:
		plugin.cell = 0;
		if (!plugin.armed)
			qemu_plugin_reset(plugin.id, armed);
		break;
	case PB_MARK_CELL_ZERO:
	case PB_MARK_CELL_ONE:
		plugin.cell = plugin.cell << 1 | (op == PB_MARK_CELL_ONE);
		break;
	default:
		break;
	}
}

static void insn_executed(unsigned int vcpu, void *data)
{
	(void)data;
	plugin.cpus[vcpu].now.nr_insns++; /* cleared as a window begins */
}

/* An access that reaches into the next line touches both; the kernel's memory lies in one piece. */
static void memory_accessed(unsigned int vcpu, mem_info info, uint64_t addr, void *data)
{
	struct cpu *cpu = &plugin.cpus[vcpu];
	struct window *window = cpu->in_window ? &cpu->now : &cpu->kept[BETWEEN];
	bool is_store = qemu_plugin_mem_is_store(info);
	uint64_t last = addr + (1U << qemu_plugin_mem_size_shift(info)) - 1;
	const struct qemu_plugin_hwaddr *hwaddr;
	struct line line = { .pc = (uintptr_t)data, .nr_loads = !is_store, .nr_stores = is_store };

	if (!cpu->in_run || (!cpu->in_window && !is_store))
		return;
	hwaddr = qemu_plugin_get_hwaddr(info, addr);
	if (!hwaddr || qemu_plugin_hwaddr_is_io(hwaddr))
		return;
	window->nr_loads += !is_store;
	window->nr_stores += is_store;
	line.phys = qemu_plugin_hwaddr_phys_addr(hwaddr) >> LINE_SHIFT << LINE_SHIFT;
	for (line.addr = addr >> LINE_SHIFT << LINE_SHIFT; line.addr <= last;
	     line.addr += 1U << LINE_SHIFT, line.phys += 1U << LINE_SHIFT)
		set_add(&window->set, &line);
}

static void translated(pb_qemu_id id, struct qemu_plugin_tb *tb)
{
	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t pc = qemu_plugin_insn_vaddr(insn);
		unsigned char bytes[PB_INSN_BYTES] = { 0 };
		unsigned int op = pb_insn_marker(bytes, pb_insn_bytes(insn, bytes));

		if (op)
			qemu_plugin_register_vcpu_insn_exec_cb(
				insn, marker_executed, PB_QEMU_NO_REGISTERS, (void *)(uintptr_t)op);
		/* User space has the lower half of the addresses, and no window reaches into it. */
		if (!plugin.armed || !(pc >> 63))
			continue;
		qemu_plugin_register_vcpu_insn_exec_cb(insn, insn_executed, PB_QEMU_NO_REGISTERS,
						       NULL);
		qemu_plugin_register_vcpu_mem_cb(insn, memory_accessed, PB_QEMU_NO_REGISTERS,
						 MEM_LOADS_AND_STORES, (void *)(uintptr_t)pc);
	}
}

/* With "probe=on" QEMU ends right away, well: the plugin could be loaded. */
int qemu_plugin_install(pb_qemu_id id, const struct pb_qemu_info *info, int argc, char **argv)
{
	static const char option[] = "out=";

	if (argc == 1 && strcmp(argv[0], "probe=on") == 0)
		exit(0);
	if (!info->system_emulation || info->system.max_vcpus > MAX_CPUS || argc != 1 ||
	    strncmp(argv[0], option, strlen(option)) != 0) {
		fprintf(stderr, "lines_plugin: wants a system of at most %d CPUs and out=FILE\n",
			MAX_CPUS);
		return -EINVAL;
	}
	plugin.out = fopen(argv[0] + strlen(option), "we");
	if (!plugin.out) {
		fprintf(stderr, "lines_plugin: cannot write '%s': %s\n", argv[0] + strlen(option),
			strerror(errno));
		return -errno;
	}
	plugin.id = id;
	pb_insn_init(info);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
