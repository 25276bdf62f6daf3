/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * accel - who executes a guest's instructions, and what its numbers are then.
 * Why: an emulator that counts and a processor that does not are one choice, which decides the
 * evidence, the unit, the number of CPUs and what can be asked at all.
 */
#ifndef BENCH_BACKENDS_VM_ACCEL_H
#define BENCH_BACKENDS_VM_ACCEL_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/backends/backend.h"
#include "bench/kernels/arch.h"
#include "common/cleanup.h"

struct pb_accel {
	const char *name;          /* "tcg", as --accel says */
	enum pb_evidence evidence; /* of a run */
	const char *metric;  /* of a tick of the device's clock; its unit is called the same */
	const char *machine; /* the fact machine.virtual; NULL: none, nothing is timed */
	bool counted;        /* one CPU, and QEMU counts its instructions */
	const char *qemu;    /* what QEMU's -accel is told instead of the architecture's; or NULL */
	bool recorded;       /* every access, for the simulator (collect/model/) */
	bool native;         /* the host's own processors: its architecture alone */
	unsigned int boot_limit_s; /* until the first cell begins */
};

extern const struct pb_accel pb_accel_tcg;   /* TCG with icount: exact */
extern const struct pb_accel pb_accel_mttcg; /* for tests: CPUs that are emulated at once */
extern const struct pb_accel pb_accel_model; /* CPUs that take turns, their accesses recorded */
extern const struct pb_accel pb_accel_kvm;

/* The backend that runs its guests so. -EINVAL with the valid names. */
int pb_accel_backend(const char *name, const struct pb_backend **ret_backend) pb_must_check;

/*
 * Can @accel execute a guest of @arch here? -EOPNOTSUPP for another architecture than the host's;
 * what pb_kvm_check() says.
 */
int pb_accel_check(const struct pb_accel *accel, const struct pb_arch *arch) pb_must_check;

/*
 * How many CPUs a guest gets: those asked for, else one for each thread of the cell that has most,
 * and one for its load, as far as the host has them. -EINVAL: the host has less than were asked
 * for. 0 where @accel counts, and for one counted CPU. Recorded ones may be more than the host has.
 */
int pb_accel_cpus(const struct pb_accel *accel, const struct pb_backend_request *request,
		  unsigned int *ret_cpus) pb_must_check;

#endif
