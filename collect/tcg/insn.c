// SPDX-License-Identifier: GPL-2.0-only
/*
 * insn - what a plugin of ours asks of an instruction: its bytes, and whether it is a marker.
 * Why: the interface of QEMU's plugins changes, and one file has to keep up with it.
 */
#include "collect/tcg/insn.h"

#include <dlfcn.h>
#include <string.h>

#include "kmods/uapi/mark.h"

PB_QEMU_EXPORT int qemu_plugin_version = PB_QEMU_API_OLD;

static bool insn_copy; /* which of the two insn_data() this QEMU has */

/*
 * QEMU reads the version right after loading. No number fits all, but the interface of version 2
 * came with a function that older ones do not have.
 */
__attribute__((constructor)) static void version_choose(void)
{
	if (dlsym(RTLD_DEFAULT, "qemu_plugin_scoreboard_new"))
		qemu_plugin_version = PB_QEMU_API_NEW;
}

void pb_insn_init(const struct pb_qemu_info *info)
{
	insn_copy = info->version.cur >= PB_QEMU_INSN_COPY;
}

size_t pb_insn_bytes(const struct qemu_plugin_insn *insn, unsigned char bytes[PB_INSN_BYTES])
{
	size_t size = qemu_plugin_insn_size(insn);
	size_t len = size < PB_INSN_BYTES ? size : PB_INSN_BYTES;

	if (insn_copy)
		qemu_plugin_insn_data(insn, bytes, len);
	else
		memcpy(bytes, (const void *)qemu_plugin_insn_data(insn, NULL, 0), len);
	return size;
}

unsigned int pb_insn_marker(const unsigned char bytes[PB_INSN_BYTES], size_t len_bytes)
{
	static const unsigned char head[] = { 0x0f, 0x1f, 0x84, 0x00 };
	uint32_t imm;

	if (len_bytes != PB_INSN_BYTES || memcmp(bytes, head, sizeof(head)) != 0)
		return 0;
	memcpy(&imm, bytes + sizeof(head), sizeof(imm));
	return imm >> 16 == PB_MARK_TAG ? imm & 0xffff : 0;
}
