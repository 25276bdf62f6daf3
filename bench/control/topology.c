// SPDX-License-Identifier: GPL-2.0-only
/*
 * topology - which CPUs share a core, a cache, a socket, a node; and which to take for --place.
 * Why: what a contended reference costs depends on how far apart its users sit.
 */
#include "bench/control/topology.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "common/sysfs.h"

#define CPU_DIR "/sys/devices/system/cpu"

enum { MAX_CACHES = 8, MAX_NODES = 1024 };

/* What places are told apart by, as offsets of struct pb_cpu. */
#define KEY(field) offsetof(struct pb_cpu, field)

static const struct place {
	const char *name;
	size_t group;    /* what workers share, or must not share */
	bool apart;      /* each worker in a group of its own */
	bool threads;    /* a core's threads count, not its first alone */
	const char *has; /* what the machine lacks otherwise */
} places[] = {
	{ "smt", KEY(core), false, true, "no core has two threads that may be used" },
	{ "core", KEY(socket), false, false, "no socket has enough cores" },
	{ "l3", KEY(l3), false, false, "no L3 cache is shared by enough cores" },
	{ "socket", KEY(socket), true, false, "there are not enough sockets with a core each" },
	{ "node", KEY(node), true, false, "there are not enough NUMA nodes with a core each" },
};

static int key_of(const struct pb_cpu *cpu, size_t key)
{
	return *(const int *)((const char *)cpu + key);
}

/* The lowest CPU of a list file, or @otherwise. */
static int lowest(char *text, int otherwise)
{
	_cleanup_free_ char *owned = text;
	pb_cleanup(pb_cpu_list_done) struct pb_cpu_list list = { 0 };

	if (!owned || pb_cpu_list_parse(owned, &list) || !list.nr) {
		pb_fail_clear();
		return otherwise;
	}
	return list.ids[0];
}

static int l3_of(const char *root, int cpu, int otherwise)
{
	for (int i = 0; i < MAX_CACHES; i++) {
		_cleanup_free_ char *level =
			pb_sys_text(root, CPU_DIR "/cpu%d/cache/index%d/level", cpu, i);

		if (level && pb_streq(level, "3"))
			return lowest(pb_sys_text(root,
						  CPU_DIR "/cpu%d/cache/index%d/shared_cpu_list",
						  cpu, i),
				      otherwise);
	}
	return otherwise;
}

static void cpu_read(const char *root, int id, struct pb_cpu *ret_cpu)
{
	struct pb_cpu cpu = { .id = id };

	cpu.core =
		lowest(pb_sys_text(root, CPU_DIR "/cpu%d/topology/thread_siblings_list", id), id);
	cpu.socket = lowest(pb_sys_text(root, CPU_DIR "/cpu%d/topology/core_siblings_list", id), 0);
	cpu.l3 = l3_of(root, id, cpu.socket);
	for (int node = 0; node < MAX_NODES; node++)
		if (pb_sys_exists(root, CPU_DIR "/cpu%d/node%d", id, node)) {
			cpu.node = node;
			break;
		}
	*ret_cpu = cpu;
}

int pb_topology_read(const char *root, const cpu_set_t *allowed, struct pb_topology *ret_topology)
{
	_cleanup_free_ char *text = pb_sys_text(root, CPU_DIR "/online");
	pb_cleanup(pb_topology_done) struct pb_topology topology = { 0 };
	pb_cleanup(pb_cpu_list_done) struct pb_cpu_list online = { 0 };
	int ret;

	if (!text)
		return pb_fail(-ENOENT, "cannot read the CPUs from '%s%s/online'", root, CPU_DIR);
	ret = pb_cpu_list_parse(text, &online);
	if (ret)
		return pb_fail_in(ret, "'%s%s/online'", root, CPU_DIR);
	topology.cpus = calloc(online.nr + 1, sizeof(*topology.cpus));
	if (!topology.cpus)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < online.nr; i++)
		if (!allowed ||
		    (online.ids[i] < CPU_SETSIZE && CPU_ISSET((size_t)online.ids[i], allowed)))
			cpu_read(root, online.ids[i], &topology.cpus[topology.nr++]);
	if (!topology.nr)
		return pb_fail(-ENODEV, "none of the CPUs %s may be used by this process", text);
	*ret_topology = topology;
	topology = (struct pb_topology){ 0 };
	return 0;
}

void pb_topology_done(struct pb_topology *topology)
{
	free(topology->cpus);
	*topology = (struct pb_topology){ 0 };
}

/* Is @i the first CPU of its group? */
static bool leads(const struct pb_topology *t, size_t i, size_t key)
{
	for (size_t j = 0; j < i; j++)
		if (key_of(&t->cpus[j], key) == key_of(&t->cpus[i], key))
			return false;
	return true;
}

static size_t nr_groups(const struct pb_topology *t, size_t key)
{
	size_t nr = 0;

	for (size_t i = 0; i < t->nr; i++)
		nr += leads(t, i, key);
	return nr;
}

char *pb_topology_words(const struct pb_topology *t)
{
	size_t nr_cores = nr_groups(t, KEY(core)), nr_l3 = nr_groups(t, KEY(l3));
	size_t nr_sockets = nr_groups(t, KEY(socket)), nr_nodes = nr_groups(t, KEY(node));
	char threads[32] = "";

	if (t->nr > nr_cores)
		snprintf(threads, sizeof(threads), " of %zu threads", t->nr / nr_cores);
	return pb_format("%zu CPU%s: %zu core%s%s, %zu L3 cache%s, %zu socket%s, %zu NUMA node%s",
			 t->nr, t->nr == 1 ? "" : "s", nr_cores, nr_cores == 1 ? "" : "s", threads,
			 nr_l3, nr_l3 == 1 ? "" : "s", nr_sockets, nr_sockets == 1 ? "" : "s",
			 nr_nodes, nr_nodes == 1 ? "" : "s");
}

/* May the place take CPU @i? Where cores count, only each one's first thread. */
static bool eligible(const struct pb_topology *t, const struct place *place, size_t i)
{
	return place->threads || leads(t, i, KEY(core));
}

static size_t group_size(const struct pb_topology *t, const struct place *place, int group)
{
	size_t nr = 0;

	for (size_t i = 0; i < t->nr; i++)
		nr += key_of(&t->cpus[i], place->group) == group && eligible(t, place, i);
	return nr;
}

/* All in one group: the largest, of equals the last. For threads: as many cores as it takes. */
static size_t pack(const struct pb_topology *t, const struct place *place, size_t nr, int *cpus)
{
	int group = key_of(&t->cpus[t->nr - 1], place->group);
	size_t taken = 0;

	for (size_t i = t->nr; i-- > 0;)
		if (group_size(t, place, key_of(&t->cpus[i], place->group)) >
		    group_size(t, place, group))
			group = key_of(&t->cpus[i], place->group);
	if (group_size(t, place, group) < 2)
		return 0;
	for (size_t i = t->nr; i-- > 0 && taken < nr;)
		if (key_of(&t->cpus[i], place->group) == group && eligible(t, place, i))
			cpus[taken++] = t->cpus[i].id;
	if (!place->threads)
		return taken;
	for (size_t i = t->nr; i-- > 0 && taken < nr;)
		for (size_t j = t->nr; j-- > 0 && taken < nr && leads(t, i, place->group);) {
			int other = key_of(&t->cpus[i], place->group);

			if (other != group && group_size(t, place, other) > 1 &&
			    key_of(&t->cpus[j], place->group) == other)
				cpus[taken++] = t->cpus[j].id;
		}
	return taken;
}

/* Round after round, one of each group. */
static size_t spread(const struct pb_topology *t, const struct place *place, size_t nr, int *cpus)
{
	size_t taken = 0, before = 1;

	if (nr_groups(t, place->group) < 2)
		return 0;
	for (size_t round = 0; taken < nr && taken != before; round++) {
		before = taken;
		for (size_t i = t->nr; i-- > 0 && taken < nr;) {
			size_t left = round;

			/*
			 * Each group's representative stands for it; the round-th of it is taken.
			 */
			for (size_t j = t->nr; j-- > 0 && leads(t, i, place->group);) {
				if (key_of(&t->cpus[j], place->group) !=
					    key_of(&t->cpus[i], place->group) ||
				    !eligible(t, place, j) || left--)
					continue;
				cpus[taken++] = t->cpus[j].id;
				break;
			}
		}
	}
	return taken;
}

const char *pb_topology_places(void)
{
	return "smt core l3 socket node";
}

int pb_topology_place(const struct pb_topology *t, const char *name, size_t nr, int *ret_cpus)
{
	const struct place *place = NULL;
	_cleanup_free_ int *cpus = calloc(nr + 1, sizeof(*cpus));
	_cleanup_free_ char *words = NULL;
	size_t taken;

	for (size_t i = 0; i < PB_ARRAY_SIZE(places); i++)
		if (pb_streq(places[i].name, name))
			place = &places[i];
	if (!place)
		return pb_fail(-EINVAL, "unknown place '%s' (valid: %s)", name,
			       pb_topology_places());
	if (!cpus)
		return pb_fail(-ENOMEM, "out of memory");
	taken = place->apart ? spread(t, place, nr, cpus) : pack(t, place, nr, cpus);
	if (taken < nr) {
		words = pb_topology_words(t);
		return words ? pb_fail(-EOPNOTSUPP,
				       "--place %s for %zu workers: %s; this machine has %s", name,
				       nr, place->has, words)
			     : -ENOMEM;
	}
	memcpy(ret_cpus, cpus, nr * sizeof(*cpus));
	return 0;
}
