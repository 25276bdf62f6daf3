// SPDX-License-Identifier: GPL-2.0-only
/*
 * run_guest PROGRAM [CPUS [LIMIT_S [WORDS]]] - runs a static test program in a guest where the
 * modules are loaded; WORDS are added to the kernel's command line. PINBENCH_TEST_MODULE names a
 * module of tests/vm that the program finds as /fault.ko.
 * Why: the device is root's and the kernel's; its tests belong where neither can be hurt.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "tests/vm/guest.h"

/* Built in a folder that is gone once the program ended. */
static int module_run(const char *name, struct pb_machine_options *options, int *ret_status)
{
	char dir[] = "/tmp/run_guest.XXXXXX";
	_cleanup_free_ char *module = NULL;
	int ret;

	if (!mkdtemp(dir))
		return pb_fail(-errno, "cannot make folder '%s': %s", dir, strerror(errno));
	module = guest_module(name, dir);
	options->fault_module = module;
	ret = module ? pb_vm_exec(guest_kernel(), options, stdout, ret_status) : -ENOMEM;
	if (pb_tree_remove(dir))
		fprintf(stderr, "%s\n", pb_fail_message(-EIO));
	return ret;
}

int main(int argc, char **argv)
{
	struct pb_machine_options options = { .exec = argv[1] };
	const char *module;
	int status, ret;

	if (argc < 2 || argc > 5) {
		fputs("usage: run_guest PROGRAM [CPUS [LIMIT_S [WORDS]]]\n", stderr);
		return 2;
	}
	if (argc > 2) { /* CPUs that run at the same time: nothing is counted then */
		options.accel = &pb_accel_mttcg;
		options.nr_cpus = (unsigned int)strtoul(argv[2], NULL, 10);
	}
	if (argc > 3)
		options.exec_limit_s = (unsigned int)strtoul(argv[3], NULL, 10);
	options.cmdline = argc > 4 ? argv[4] : NULL;
	module = getenv("PINBENCH_TEST_MODULE");
	if (module && *module)
		ret = module_run(module, &options, &status);
	else
		ret = pb_vm_exec(guest_kernel(), &options, stdout, &status);
	if (ret) {
		printf("Bail out! %s\n", pb_fail_message(ret));
		return 2;
	}
	return status;
}
