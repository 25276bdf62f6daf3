// SPDX-License-Identifier: GPL-2.0-only
/*
 * quiescent - a long run lets Tasks RCU pass.
 * Why: a run that is only preempted looks to Tasks RCU like one that may stand in a trampoline for
 * ever; whoever frees one would wait for the run's end.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"
#include "tests/vm/uapi/uapi.h"

/* Put in by who boots the guest: waits for Tasks RCU as it is loaded (tests/vm/quiescent.c). */
#define MODULE "/fault.ko"

enum { NR_LONG = 1 << 20, NR_PAGES = 64 };

static pid_t run_start(const struct strategy_row *row)
{
	struct pb_run run = { 0 };
	pid_t pid = fork();

	if (pid)
		return pid;
	run = run_of(row->id, memory_map(NR_PAGES * PAGE), NR_PAGES);
	run.nr_samples = NR_LONG;
	run.samples = (uintptr_t)malloc(NR_LONG * sizeof(struct pb_sample));
	_exit(device_request(device_open(), PB_IOC_RUN, &run));
}

static void test_strategy(const struct strategy_row *row, int module)
{
	pid_t pid = run_start(row);
	int status;

	usleep(50000);
	tap_errno(syscall(SYS_finit_module, module, "", 0) ? errno : 0, 0, "%s: Tasks RCU passes",
		  row->name);
	tap_ok(!waitpid(pid, &status, WNOHANG), "%s: in the middle of a run", row->name);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	module_delete("quiescent");
}

void test_quiescent(void)
{
	int module = open(MODULE, O_RDONLY | O_CLOEXEC);

	if (module < 0)
		return; /* a guest that was not given it */
	for (const struct strategy_row *row = strategy_rows; row->id; row++)
		if (row->id == PB_STRATEGY_pin_fast || row->id == PB_STRATEGY_get)
			test_strategy(row, module);
	close(module);
}
