/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine - one QEMU with one guest: started, looked at, ended.
 * Why: the flags that make a guest count every instruction, the same way each time, stand here.
 */
#ifndef BENCH_BACKENDS_VM_MACHINE_H
#define BENCH_BACKENDS_VM_MACHINE_H

#include <stdbool.h>
#include <sys/types.h>

#include "bench/agent/plan.h"
#include "bench/backends/vm/accel.h"
#include "bench/kernels/arch.h"
#include "bench/kernels/kernel.h"
#include "collect/model/recorder.h"
#include "collect/tcg/profiler.h"
#include "common/cleanup.h"
#include "common/temporary.h"

/* For tests, all but the first five; zero is what a user gets. */
struct pb_machine_options {
	const struct pb_accel *accel; /* NULL: pb_accel_tcg */
	unsigned int nr_cpus;         /* that run at the same time; 0 where they are counted: one */
	const struct pb_model_options *model; /* where the accesses are recorded; else NULL */
	const uint32_t *host_cpus; /* where the first nr_host_cpus of them run; NULL: anywhere */
	size_t nr_host_cpus;
	const char *cpu;           /* QEMU's, instead of the architecture's */
	const char *cmdline;       /* added to the kernel's command line */
	const char *exec;          /* a static program, put in as /test */
	unsigned int exec_limit_s; /* how long it may take; 0: ten minutes */
	const char *fault_module;  /* put in as /fault.ko */
	/* PB_PROFILER_NR_ARGS, with a plugin other than the profiler's; the guest tells symbols. */
	const char *const *plugin_args;
};

struct pb_machine {
	struct pb_temporary dir;      /* private; holds all files below */
	char *image;                  /* its own copy of the kernel, of which the check was */
	char *console;                /* what the guest's kernel wrote to its first serial line */
	char *records;                /* what the agent wrote to the second */
	char *log;                    /* QEMU's own words */
	struct pb_profiler *profiler; /* NULL unless the plan says so */
	struct pb_recorder *recorder; /* likewise */
	bool kept;                    /* by pb_machine_keep() */
	pid_t pid;                    /* 0: not running */
	int status;                   /* as waitpid() gives it, once pid is 0 */
};

/*
 * Builds an initrd of the agent, the kernel's modules and @plan, and starts QEMU on it. -ENOENT
 * with the Debian package's name if QEMU is missing. Use pb_machine_done() after a failure, too.
 */
int pb_machine_start(struct pb_machine *machine, const struct pb_kernel *kernel,
		     const struct pb_agent_plan *plan,
		     const struct pb_machine_options *options) pb_must_check;

/* The flags of a machine for these cells, without paths. Newly allocated. */
int pb_machine_args(const struct pb_arch *arch, const struct pb_machine_options *options,
		    const struct pb_cell *cells, size_t nr_cells, char **ret_args) pb_must_check;

/* Did the agent say a word? Until then nothing shows that the guest's kernel booted. */
bool pb_machine_spoke(const struct pb_machine *machine);

/* QEMU's version: "7.2.22 (Debian ...)". Newly allocated. -ENOENT names Debian's package. */
int pb_machine_version(const struct pb_arch *arch, char **ret_version) pb_must_check;

/* Is it still running? Notes how it ended if it is not. */
bool pb_machine_running(struct pb_machine *machine);

void pb_machine_kill(struct pb_machine *machine);

/* How it ended, as "the guest panicked: ..." or "QEMU was killed by signal 9". Newly allocated. */
int pb_machine_ending(const struct pb_machine *machine, char **ret_ending) pb_must_check;

/* The last @nr_lines of the guest's console and, if there are any, of QEMU. Newly allocated. */
int pb_machine_last_lines(const struct pb_machine *machine, unsigned int nr_lines,
			  char **ret_lines) pb_must_check;

/* Kills it, and gives its folder a name under which it stays: machine->dir.path changes. */
int pb_machine_keep(struct pb_machine *machine) pb_must_check;

/* Kills it if it runs, removes its folder unless it was kept, releases everything. */
void pb_machine_done(struct pb_machine *machine);

#endif
