/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * backend - the vm backend as `pinbench semantics` runs it: what is seen, not what is counted.
 * Why: a run's evidence stands in the database before it begins, and is a property of its backend.
 */
#ifndef BENCH_SEMANTICS_BACKEND_H
#define BENCH_SEMANTICS_BACKEND_H

#include "bench/backends/backend.h"

extern const struct pb_backend pb_backend_vm_observed;

#endif
