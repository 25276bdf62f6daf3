/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compiler - the compiler that a kernel's headers want: the host's, or one in a chroot.
 * Why: modules must match the kernel's own compiler closely enough to load and to run alike.
 */
#ifndef BENCH_KERNELS_COMPILER_H
#define BENCH_KERNELS_COMPILER_H

#include "bench/kernels/arch.h"
#include "common/cleanup.h"

enum { PB_COMPILER_TOOLS = 3 };

struct pb_compiler {
	char *name;    /* "aarch64-linux-gnu-gcc-12"; "" where make's own is the right one */
	char *package; /* of Debian that has it: "gcc-12-aarch64-linux-gnu" */
	char *chroot;  /* folder that it lives in; NULL: the host */
	char *origin;  /* for people and as a fact: "gcc-12 of the host" */
	char *tools[PB_COMPILER_TOOLS]; /* for make, besides: "LLVM=1"; the first NULL ends them */
};

/*
 * Chooses by data/kernels/compilers.tsv, without making anything: the first way that works here.
 * @config is the kernel's, as text. -ENOPKG says which packages would help.
 */
int pb_compiler_choose(const struct pb_arch *arch, const char *config, const char *build_dir,
		       struct pb_compiler *ret_compiler) pb_must_check;

/*
 * What built a developer's tree or the kernel that runs, by its configuration: gcc or clang of the
 * same major version, and lld where that linked it. @what is for messages: "kernel tree '/x'".
 * @arch: whose gcc is the cross compiler; NULL: this machine's own.
 * -ENOPKG names the packages that are missing; another compiler would make modules that do not
 * load, or load and go wrong.
 */
int pb_compiler_of_config(const char *config, const char *what, const struct pb_arch *arch,
			  struct pb_compiler *ret_compiler) pb_must_check;

/*
 * Is there a way to the compiler that headers will want (@wants, "gcc-12")? Asked before they are
 * downloaded, so that the answer costs nothing; -ENOPKG with what would help. 0 for one without a
 * row.
 */
int pb_compiler_possible(const struct pb_arch *arch, const char *wants) pb_must_check;

/* Makes the chroot where there is one to make. Minutes the first time. */
int pb_compiler_prepare(const struct pb_compiler *compiler) pb_must_check;

/*
 * Runs @argv where the compiler is; @folders (NULL-terminated, absolute) are seen there under the
 * same paths. Output goes to @log, too.
 */
int pb_compiler_run(const struct pb_compiler *compiler, const char *const *argv,
		    const char *const *folders, const char *log) pb_must_check;

void pb_compiler_done(struct pb_compiler *compiler);

#endif
