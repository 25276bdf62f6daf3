/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * access - one access of a recording, as QEMU's plugin writes it and the simulator reads it.
 * Why: plugin and simulator are two programs; the bytes that they agree on stand in one place.
 *
 * A file holds one cell: a header, records in the order in which they happened, and PB_ACCESS_END as
 * the last one. A file without it was cut off. Numbers are the host's own, little endian.
 */
#ifndef COLLECT_MODEL_ACCESS_H
#define COLLECT_MODEL_ACCESS_H

#include <stdint.h>

#define PB_RECORDING_MAGIC "pbtrace1"

enum {
	PB_RECORDING_MAX_CPUS = 64,
	PB_LINE_SHIFT = 6,
	PB_LINE_BYTES = 1 << PB_LINE_SHIFT,
};

enum pb_access_kind {
	PB_ACCESS_NONE = 0,
	PB_ACCESS_MEMORY, /* a load or a store */
	PB_ACCESS_BEGIN,  /* a window begins; phase says which */
	PB_ACCESS_ENDS,   /* it ends */
	PB_ACCESS_OBJECT, /* phase: PB_OBJECT_* of kmods/uapi/mark.h; vaddr: where it lies */
	PB_ACCESS_END,    /* vaddr: how many records came before */
};

enum {
	PB_ACCESS_STORE = 1 << 0,
	PB_ACCESS_LOCKED = 1 << 1, /* of a locked instruction, which both loads and stores */
};

enum pb_access_phase { PB_ACCESS_ACQUIRE, PB_ACCESS_RELEASE, PB_ACCESS_NR_PHASES };

struct pb_access {
	uint64_t vaddr;
	uint64_t paddr;
	uint64_t pc;    /* of the instruction */
	uint32_t clock; /* instructions that this CPU began inside of windows of this run */
	uint8_t cpu;
	uint8_t kind;
	uint8_t phase;
	uint8_t flags_size; /* PB_ACCESS_STORE, _LOCKED; the size's exponent from bit 4 on */
};

struct pb_recording_head {
	char magic[8];
	uint32_t cell;
	uint32_t record_bytes;
	uint64_t reserved[2];
};

_Static_assert(sizeof(struct pb_access) == 32, "plugin and simulator read the same bytes");
_Static_assert(sizeof(struct pb_recording_head) == 32, "records are aligned");

static inline uint32_t pb_access_bytes(const struct pb_access *access)
{
	return UINT32_C(1) << (access->flags_size >> 4);
}

#endif
