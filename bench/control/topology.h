/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * topology - which CPUs share a core, a cache, a socket, a node; and which to take for --place.
 * Why: what a contended reference costs depends on how far apart its users sit.
 */
#ifndef BENCH_CONTROL_TOPOLOGY_H
#define BENCH_CONTROL_TOPOLOGY_H

#include <sched.h>
#include <stddef.h>

#include "common/cleanup.h"

/* Groups are named by their lowest CPU; nodes by their number. */
struct pb_cpu {
	int id;
	int core;
	int l3; /* where a machine has no L3 or does not say: its socket's lowest CPU */
	int socket;
	int node;
};

struct pb_topology {
	struct pb_cpu *cpus; /* online, rising */
	size_t nr;
};

/*
 * Reads @root/sys; @allowed leaves out what this process may not run on, NULL: nothing. What the
 * machine does not say is taken as one socket, one node, no siblings.
 */
int pb_topology_read(const char *root, const cpu_set_t *allowed,
		     struct pb_topology *ret_topology) pb_must_check;
void pb_topology_done(struct pb_topology *topology);

/* "8 CPUs: 4 cores of 2 threads, 1 L3 cache, 1 socket, 1 NUMA node". Newly allocated. */
char *pb_topology_words(const struct pb_topology *topology);

/*
 * The CPUs for @nr workers, in the workers' order:
 *   smt     threads of one core
 *   core    different cores of one socket
 *   l3      different cores that share an L3 cache
 *   socket  each on another socket, in turn
 *   node    each on another NUMA node, in turn
 * The first CPUs, which take most interrupts, are taken last. -EINVAL: no such place;
 * -EOPNOTSUPP with what the machine has: it has no such place, or not for so many.
 */
int pb_topology_place(const struct pb_topology *topology, const char *place, size_t nr,
		      int *ret_cpus) pb_must_check;

/* "smt core l3 socket node" */
const char *pb_topology_places(void);

#endif
