/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * insn - what a plugin of ours asks of an instruction: its bytes, and whether it is a marker.
 * Why: plugins differ in what they count, and not in how they load or where a window begins.
 */
#ifndef COLLECT_TCG_INSN_H
#define COLLECT_TCG_INSN_H

#include "collect/tcg/qemu.h"

enum { PB_INSN_BYTES = 8 }; /* that a marker has; of longer instructions only these are looked at */

/* Once, as the plugin is installed. */
void pb_insn_init(const struct pb_qemu_info *info);

/* Its first bytes; returns its length, which may be more than those. */
size_t pb_insn_bytes(const struct qemu_plugin_insn *insn, unsigned char bytes[PB_INSN_BYTES]);

/* The marker's number (kmods/uapi/mark.h), or 0. */
unsigned int pb_insn_marker(const unsigned char bytes[PB_INSN_BYTES], size_t len_bytes);

#endif
