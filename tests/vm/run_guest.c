// SPDX-License-Identifier: GPL-2.0-only
/*
 * run_guest PROGRAM [CPUS] - runs a static test program in a guest where the modules are loaded.
 * Why: the device is root's and the kernel's; its tests belong where neither can be hurt.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/err.h"
#include "tests/vm/guest.h"

int main(int argc, char **argv)
{
	struct pb_machine_options options = { .exec = argv[1] };
	int status, ret;

	if (argc != 2 && argc != 3) {
		fputs("usage: run_guest PROGRAM [CPUS]\n", stderr);
		return 2;
	}
	if (argc == 3) { /* CPUs that run at the same time: nothing is counted then */
		options.accel = &pb_accel_mttcg;
		options.nr_cpus = (unsigned int)strtoul(argv[2], NULL, 10);
	}
	ret = pb_vm_exec(guest_kernel(), &options, stdout, &status);
	if (ret) {
		printf("Bail out! %s\n", pb_fail_message(ret));
		return 2;
	}
	return status;
}
