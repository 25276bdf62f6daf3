// SPDX-License-Identifier: GPL-2.0-only
/*
 * bind - each CPU of a guest on a CPU of the host, for as long as it runs.
 * Why: what threads cost each other depends on how far apart they sit, and a guest's CPUs are
 * threads that the host moves about.
 */
#include "bench/backends/vm/bind.h"

#include <dirent.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/str.h"
#include "common/sysfs.h"

enum { POLL_MS = 10, LIMIT_MS = 3000 };

/* QEMU names them "CPU 0/KVM" where it is told to (debug-threads). */
static bool thread_bind(pid_t tid, const char *name, const uint32_t *cpus, size_t nr)
{
	static const char before[] = "CPU ";
	unsigned long index;
	cpu_set_t one;
	char *end;

	if (strncmp(name, before, strlen(before)) != 0)
		return false;
	index = strtoul(name + strlen(before), &end, 10);
	if (*end != '/' || index >= nr || cpus[index] >= CPU_SETSIZE)
		return false;
	CPU_ZERO(&one);
	CPU_SET(cpus[index], &one);
	return !sched_setaffinity(tid, sizeof(one), &one);
}

static size_t threads_bind(pid_t qemu, const uint32_t *cpus, size_t nr)
{
	_cleanup_free_ char *path = pb_format("/proc/%d/task", (int)qemu);
	_cleanup_closedir_ DIR *dir = path ? opendir(path) : NULL;
	struct dirent *entry;
	size_t nr_bound = 0;

	while (dir && (entry = readdir(dir))) {
		int tid = (int)strtol(entry->d_name, NULL, 10);
		_cleanup_free_ char *name =
			tid > 0 ? pb_sys_text("", "%s/%d/comm", path, tid) : NULL;

		nr_bound += name && thread_bind(tid, name, cpus, nr);
	}
	return nr_bound;
}

size_t pb_vm_bind(struct pb_machine *machine, const uint32_t *cpus, size_t nr)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
	size_t nr_bound = 0;

	for (unsigned int waited_ms = 0; waited_ms < LIMIT_MS; waited_ms += POLL_MS) {
		nr_bound = threads_bind(machine->pid, cpus, nr);
		if (nr_bound == nr || !pb_machine_running(machine))
			break;
		nanosleep(&pause, NULL);
	}
	return nr_bound;
}
