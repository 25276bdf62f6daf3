// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_doctor - `pinbench doctor`: what this machine can measure and what it lacks.
 * Why: a newcomer's first question, answered before anything was downloaded.
 */
#include <errno.h>
#include <stdio.h>

#include "bench/commands.h"
#include "bench/doctor.h"
#include "bench/options.h"
#include "common/err.h"

static int run(const struct pb_command *command, int argc, char **argv)
{
	static const char *const words[] = {
		[PB_HEALTH_OK] = "ok",
		[PB_HEALTH_LIMITED] = "limited",
		[PB_HEALTH_MISSING] = "missing",
	};
	bool missing = false;
	int nr, ret = pb_options_parse(command, argc, argv, NULL, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	if (!ret && nr)
		ret = pb_fail(-EINVAL, "doctor: unexpected word '%s' (it takes none)", argv[1]);
	if (ret)
		return pb_command_failed(ret);
	for (const struct pb_check *check = pb_checks; check->name; check++) {
		struct pb_finding finding = { 0 };

		check->look(&finding);
		missing |= finding.health == PB_HEALTH_MISSING;
		printf("%-11s %-8s %s\n", check->name, words[finding.health], finding.text);
		if (finding.remedy[0])
			printf("%-11s %-8s -> %s\n", "", "", finding.remedy);
	}
	printf("\n%s\n",
	       missing ? "`pinbench run` cannot work here until what is missing is there"
		       : "`pinbench run` works here: exact instruction counts of kernels in QEMU");
	return missing ? PB_EXIT_WORSE : PB_EXIT_OK;
}

const struct pb_command pb_command_doctor = {
	.name = "doctor",
	.args = "",
	.summary = "what this machine can measure, what is missing, how to get it",
	.text = "exit status: 0 `pinbench run` can work, 1 something that it needs is missing.",
	.run = run,
};
