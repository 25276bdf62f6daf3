/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fingerprint - what the machine that pinbench runs on says of itself.
 * Why: a number without its machine cannot be compared; the guest's own facts come from the agent.
 */
#ifndef COLLECT_FINGERPRINT_H
#define COLLECT_FINGERPRINT_H

#include "common/cleanup.h"

/*
 * Calls @fact once for each: host.arch, host.cpu, host.cpus, host.distribution, host.kernel,
 * host.memory_mib, host.virtualized, pinbench.revision, pinbench.version. What the machine does not
 * tell is left out. No names of machines or users. Returns 0 or what @fact returned.
 */
int pb_fingerprint_host(int (*fact)(void *data, const char *key, const char *value),
			void *data) pb_must_check;

#endif
