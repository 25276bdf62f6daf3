/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * backend - the backends as `pinbench semantics` runs them: what is seen, not what is counted.
 * Why: a run's evidence stands in the database before it begins, and is a property of its backend.
 */
#ifndef BENCH_SEMANTICS_BACKEND_H
#define BENCH_SEMANTICS_BACKEND_H

#include "bench/backends/backend.h"

extern const struct pb_backend pb_backend_vm_observed;
extern const struct pb_backend pb_backend_syscall_observed;

/* The one of this name; -EINVAL with the names that there are. */
int pb_backend_observed_find(const char *name, const struct pb_backend **ret_backend) pb_must_check;

#endif
