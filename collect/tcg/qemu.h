/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qemu - the functions of QEMU's plugin interface that the profiler calls, declared in our words.
 * Why: no distribution packages QEMU's own header, and one plugin has to load into versions of
 * QEMU whose interfaces differ.
 *
 * Interface versions: 0 and 1 are taken by QEMU 7.2, 2 to 4 by 10.0. Between them, version 3 has
 * changed insn_data(), which was to return a pointer and now copies.
 */
#ifndef COLLECT_TCG_QEMU_H
#define COLLECT_TCG_QEMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PB_QEMU_EXPORT __attribute__((visibility("default")))

enum {
	PB_QEMU_API_OLD = 1,   /* up to QEMU 8.2 */
	PB_QEMU_API_NEW = 2,   /* QEMU 9.0 and later take it as long as they take any up to 4 */
	PB_QEMU_INSN_COPY = 3, /* insn_data() copies from here on */
};

/* enum qemu_plugin_cb_flags: the callback neither reads nor writes registers. */
enum { PB_QEMU_NO_REGISTERS = 0 };

typedef uint64_t pb_qemu_id;

struct qemu_plugin_tb;
struct qemu_plugin_insn;

/* The head of struct qemu_info_t, which has kept this shape in all versions. */
struct pb_qemu_info {
	const char *target_name;
	struct {
		int min;
		int cur;
	} version;
	bool system_emulation;
	struct {
		int smp_vcpus;
		int max_vcpus;
	} system;
};

typedef void (*pb_qemu_simple_cb)(pb_qemu_id id);
typedef void (*pb_qemu_translated_cb)(pb_qemu_id id, struct qemu_plugin_tb *tb);
typedef void (*pb_qemu_executed_cb)(unsigned int vcpu, void *data);

/* Translation blocks: QEMU tells of each when it translates it, and on request when it runs. */
void qemu_plugin_register_vcpu_tb_trans_cb(pb_qemu_id id, pb_qemu_translated_cb cb);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, pb_qemu_executed_cb cb,
					  int flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, pb_qemu_executed_cb cb,
					    int flags, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);

size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);

/*
 * Two functions of one name: before PB_QEMU_INSN_COPY only the first argument counts and the bytes
 * are returned; from there on they are copied and their number is returned.
 */
uintptr_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *dest, size_t len_bytes);

/* Drops all translations and callbacks, then calls @cb, which registers anew. */
void qemu_plugin_reset(pb_qemu_id id, pb_qemu_simple_cb cb);

/* What QEMU calls. */
extern PB_QEMU_EXPORT int qemu_plugin_version;
PB_QEMU_EXPORT int qemu_plugin_install(pb_qemu_id id, const struct pb_qemu_info *info, int argc,
				       char **argv);

#endif
