/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest_agent - the agent for a guest's architecture; a foreign one is built when first asked for.
 * Why: what few people need must cost nobody else a compiler, and no system a foreign architecture.
 */
#ifndef BENCH_BACKENDS_VM_GUEST_AGENT_H
#define BENCH_BACKENDS_VM_GUEST_AGENT_H

#include "bench/kernels/arch.h"
#include "common/cleanup.h"

/*
 * The agent's path, newly allocated. A foreign one is pinbench-agent-ARCH beside pinbench's helpers
 * if it is there; else it is built from pinbench's sources in the build folder, with the host's
 * cross compiler and with libraries from Debian's archive that stay in the cache. -ENOPKG names the
 * packages that are missing; -ENOENT: neither is there.
 */
int pb_guest_agent(const struct pb_arch *arch, char **ret_path) pb_must_check;

/* What building it lacks on this machine: 0, or -ENOPKG. Looks only. */
int pb_guest_agent_possible(const struct pb_arch *arch) pb_must_check;

#endif
