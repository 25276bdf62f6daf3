// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory - requests that find no memory end with ENOMEM, and leave nothing behind.
 * Why: what fails half-way has to undo the half that was done. What the device allocates is charged
 * to its user's memory cgroup, so a small limit makes one allocation after the other fail.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"
#include "tests/vm/uapi/uapi.h"

#define CGROUPS "/tmp/cgroups"
#define LIMITED CGROUPS "/limited"

enum { NR_PAGES = 16384, NR_CALLS = 16, STEP_KIB = 64, NR_STEPS = 60, SET_CONSOLE_LEVEL = 8 };

static bool text_put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

static uint64_t number_get(const char *path)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		tap_bail("cannot read %s", path);
	close(fd);
	return strtoull(text, NULL, 10);
}

static void limit_set(uint64_t more_bytes)
{
	char text[32];

	text_put(LIMITED "/memory.max", "max");
	snprintf(text, sizeof(text), "%" PRIu64,
		 number_get(LIMITED "/memory.current") + more_bytes);
	if (!text_put(LIMITED "/memory.max", text))
		tap_bail("cannot limit memory");
}

/* With each step more of the request's allocations find memory. Returns how many steps failed. */
static int sweep(int fd, unsigned long command, const void *request, size_t size)
{
	char copy[1024];
	int nr_failed = 0, nr_other = 0, last = ENOMEM;

	for (int i = 0; i < NR_STEPS; i++) {
		memcpy(copy, request, size);
		limit_set((uint64_t)i * STEP_KIB << 10);
		last = device_request(fd, command, copy);
		nr_failed += last == ENOMEM;
		nr_other += last && last != ENOMEM;
		if (!last && command == PB_IOC_HOLD)
			hold_drop(fd, ((struct pb_hold *)copy)->handle);
	}
	printf("# command %#lx: %d of %d without memory, %d otherwise, the last %s\n", command,
	       nr_failed, NR_STEPS, nr_other, last ? strerrorname_np(last) : "with success");
	fflush(stdout);
	return nr_other || last ? -1 : nr_failed;
}

/* What the child writes to, it has before it is limited. It must not be killed for its wish. */
static int child(int fd)
{
	static struct pb_run_histogram histogram = { .size = sizeof(histogram) };
	char *memory = memory_map_huge((size_t)NR_PAGES * PAGE);
	struct pb_run run = run_of(PB_STRATEGY_pin_fast, memory, NR_PAGES);
	struct pb_run ref = run_of(PB_STRATEGY_ref, memory, NR_PAGES);
	struct pb_hold hold = hold_of(PB_STRATEGY_ref, memory, NR_PAGES);
	int hold_failed, run_failed, ref_failed;

	run.nr_samples = NR_CALLS;
	run.flags = PB_RUN_HOLD | PB_RUN_WRITE;
	run.release = kernel_has("unpin_user_folio") ? PB_RELEASE_FOLIO : PB_RELEASE_PLAIN;
	run.histogram = (uintptr_t)&histogram;
	ref.flags = PB_RUN_TWICE;
	if (!text_put("/proc/self/oom_score_adj", "-1000") ||
	    !text_put(LIMITED "/cgroup.procs", "0"))
		return 2;
	run_failed = sweep(fd, PB_IOC_RUN, &run, sizeof(run));
	ref_failed = sweep(fd, PB_IOC_RUN, &ref, sizeof(ref));
	hold_failed = sweep(fd, PB_IOC_HOLD, &hold, sizeof(hold));
	text_put(LIMITED "/memory.max", "max");
	return run_failed > 0 && ref_failed > 0 && hold_failed >= 0 ? 0 : 1;
}

void test_memory(void)
{
	int status = 0;
	pid_t pid;

	mkdir(CGROUPS, 0755);
	if (mount("cgroups", CGROUPS, "cgroup2", 0, NULL) ||
	    !text_put(CGROUPS "/cgroup.subtree_control", "+memory") || mkdir(LIMITED, 0755))
		tap_bail("cannot make a memory cgroup");
	klogctl(SET_CONSOLE_LEVEL, NULL, 1); /* each failure is a page of the kernel's words */
	pid = fork();
	if (!pid)
		_exit(child(device_open()));
	waitpid(pid, &status, 0);
	klogctl(SET_CONSOLE_LEVEL, NULL, 5);
	tap_ok(WIFEXITED(status) && !WEXITSTATUS(status),
	       "no memory: ENOMEM until there is enough, and nothing else");
	tap_ok(pins_balanced(), "no memory: nothing stays pinned");
	rmdir(LIMITED);
	umount(CGROUPS);
}
