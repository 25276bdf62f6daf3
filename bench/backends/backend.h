/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * backend - what runs the cells of a plan and yields their raw samples.
 * Why: everything above this line is the same for a guest, a real machine and the tests' fake.
 */
#ifndef BENCH_BACKENDS_BACKEND_H
#define BENCH_BACKENDS_BACKEND_H

#include <stdbool.h>
#include <stddef.h>

#include "collect/cell.h"
#include "collect/record.h"
#include "common/cleanup.h"

struct pb_model_options; /* collect/model/recorder.h */
struct pb_control;       /* bench/control/control.h */

/* The usual cell_limit_s. A macro, so that help can say it. */
#define PB_CELL_LIMIT_S 120

struct pb_backend_request {
	const char *kernel; /* "debian:6.1"; NULL: whatever runs */
	unsigned int
		nr_cpus; /* vm but for exact counts: of the guest; 0: as many as the cells want */
	const struct pb_cell *cells;
	size_t nr_cells;
	unsigned int nr_runs; /* syscall only: cells that follow one another are the same cell of as
			       * many runs, which are taken in turns; 0: one */
	unsigned int inject;  /* instructions added to every acquire: a self-test */
	unsigned int cell_limit_s; /* wall-clock time that one cell may take; 0: the usual one */
	char *const *counters;     /* words of --counters; NULL: none */
	size_t nr_counters;
	bool multiplex;                       /* let counters take turns, and scale them */
	bool profile;                         /* say which functions the instructions lie in, too */
	const struct pb_model_options *model; /* evidence model: caches and seed; else NULL */
	const struct pb_control *control; /* what is asked of the machine that is measured, or NULL:
					   * kmod all, vm under KVM its place */
	const volatile bool *interrupt;   /* set by a signal: stop soon, keep what was measured */
};

enum pb_backend_can {
	PB_BACKEND_ACCELS = 1,    /* there is a backend for each way to run its guests (--accel) */
	PB_BACKEND_CPUS = 2,      /* as many CPUs as are asked for */
	PB_BACKEND_PLACES = 4,    /* runs on chosen CPUs */
	PB_BACKEND_CONTROLS = 8,  /* the rest of struct pb_control, too */
	PB_BACKEND_REPEATS = 16,  /* several runs in turns */
	PB_BACKEND_NAMES = 32,    /* keeps any kernel's name, and looks at none */
	PB_BACKEND_OWN_PLAN = 64, /* its plan is the usual one also where it was asked for */
};

/*
 * _run() hands every cell to @sink: each of the request's cells ends exactly once, with whatever
 * state it deserves: in order, or, where cells are measured in turns, when it has ended. Returns 0
 * when it could work at all, even if cells failed; -errno with a message when nothing could be run
 * (then no cell was handed over) or a sink failed; -EINTR when interrupted (the cells that were not
 * reached are PB_CELL_MISSING).
 */
struct pb_backend {
	const char *name;
	enum pb_evidence evidence;
	const char *summary;
	unsigned int can;   /* PB_BACKEND_*: what may be asked of it */
	const char *plan;   /* usual where it was chosen for its user; NULL: as everywhere */
	bool boots_kernels; /* request->kernel is a kernel of bench/kernels/kernel.h */
	bool wants_quiet;   /* another guest at the same time would be in its numbers */
	int (*run)(const struct pb_backend_request *request, const struct pb_record_sink *sink,
		   void *data);
};

extern const struct pb_backend pb_backend_kmod;
extern const struct pb_backend pb_backend_vm;
extern const struct pb_backend pb_backend_vm_model; /* the same, recorded and simulated */
extern const struct pb_backend pb_backend_vm_kvm;   /* the same, under KVM: timed, not counted */
extern const struct pb_backend pb_backend_syscall;
extern const struct pb_backend pb_backend_fake;

#endif
