/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * modules - loads pinbench.ko and the strategies, and knows why a strategy is not there.
 * Why: a strategy that this kernel cannot have is a result with its reason, never a gap.
 */
#ifndef BENCH_AGENT_MODULES_H
#define BENCH_AGENT_MODULES_H

#include <stdint.h>

#include "common/cleanup.h"

struct pb_absence {
	char *strategy; /* its word on the command line */
	char *reason;
};

struct pb_modules {
	struct pb_absence *absences;
	size_t nr_absences;
};

/*
 * Loads the core of @dir, adding @inject instructions to each acquire, and every pinbench_*.ko
 * beside it; reads absent.tsv there. A strategy that the kernel refuses is an absence; that the
 * core cannot be loaded is -errno with a message. The modules stay loaded.
 */
int pb_modules_load(const char *dir, uint32_t inject, struct pb_modules *ret_modules) pb_must_check;

/* Loads one module file. */
int pb_module_load(const char *path, const char *parameters) pb_must_check;

/* Why this strategy is not there. Never NULL. */
const char *pb_modules_absence(const struct pb_modules *modules, const char *strategy);

void pb_modules_done(struct pb_modules *modules);

#endif
