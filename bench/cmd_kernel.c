// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_kernel - `pinbench kernel`: the ladder of kernels, fetched and built ahead of a run.
 * Why: a lab fetches once, on the machine that has a network, and measures elsewhere.
 */
#include <errno.h>
#include <stdio.h>

#include "bench/commands.h"
#include "bench/kernel.h"
#include "bench/options.h"
#include "common/err.h"
#include "common/progress.h"
#include "common/str.h"

int pb_kernels_print(FILE *out)
{
	struct pb_kernel_entry *entries = NULL;
	size_t nr = 0;
	int ret = pb_kernel_list(&entries, &nr);

	if (ret)
		return ret;
	fprintf(out, "%-13s %-28s %-28s %-8s %10s  %s\n", "kernel", "newest in the archive",
		"fetched", "modules", "size", "note");
	for (size_t i = 0; i < nr; i++) {
		const struct pb_kernel_entry *e = &entries[i];
		uint64_t bytes = e->size_bytes ? e->size_bytes : e->download_bytes;
		char size[32] = "-";

		if (bytes)
			pb_human_bytes(bytes, size, sizeof(size));
		fprintf(out, "%-13s %-28s %-28s %-8s %10s  %s\n", e->name,
			e->newest ? e->newest : "? (not looked up yet)",
			e->fetched ? e->fetched : "-", e->built ? "built" : "-", size,
			e->note ? e->note : "");
	}
	pb_kernel_list_free(entries, nr);
	fprintf(out,
		"\nAlso: debian:6.12.107 (a patch release that the archive still has), debian:6.1/amd64 (a\n"
		"flavour), the path of a built kernel tree, and host, the kernel that runs.\n");
	return 0;
}

static int show(const char *name)
{
	pb_cleanup(pb_kernel_done) struct pb_kernel k = { 0 };
	int ret = pb_kernel_open(name, &k);

	if (ret)
		return ret;
	printf("name      %s\nrelease   %s\narch      %s\npackage   %s\nversion   %s\nimage     %s\n"
	       "config    %s\nbuild     %s\nmodules   %s\ncompiler  %s\n",
	       k.name, k.release, k.arch, k.package, k.version, k.image ? k.image : "-", k.config,
	       k.build_dir, k.modules, k.compiler);
	return 0;
}

static int fetch(const char *name)
{
	return pb_kernel_fetch(name);
}

static int build(const char *name)
{
	return pb_kernel_build(name);
}

static const struct {
	const char *name;
	int (*act)(const char *kernel); /* NULL: the list */
} actions[] = {
	{ "list", NULL },
	{ "fetch", fetch },
	{ "build", build },
	{ "show", show },
};

static int kernels_act(int (*act)(const char *kernel), char **names, int nr)
{
	int failed = 0;

	/* One kernel that cannot be had does not keep the others away. */
	for (int i = 0; i < nr; i++) {
		int ret = act(names[i]);

		if (!ret)
			continue;
		pb_command_failed(ret);
		failed = ret;
	}
	return failed ? PB_EXIT_ERROR : PB_EXIT_OK;
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	int nr, ret = pb_options_parse(command, argc, argv, NULL, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	for (size_t i = 0; !ret && nr && i < PB_ARRAY_SIZE(actions); i++) {
		if (!pb_streq(actions[i].name, argv[1]))
			continue;
		if (actions[i].act && nr < 2)
			ret = pb_fail(-EINVAL, "kernel %s: which kernel? for example debian:6.1",
				      argv[1]);
		else if (actions[i].act)
			return kernels_act(actions[i].act, argv + 2, nr - 1);
		else
			ret = pb_kernels_print(stdout);
		return ret ? pb_command_failed(ret) : PB_EXIT_OK;
	}
	if (!ret && nr)
		ret = pb_fail(-EINVAL, "kernel: unknown word '%s' (valid: list fetch build show)",
			      argv[1]);
	else if (!ret)
		ret = pb_fail(-EINVAL, "kernel: do what? (valid: list fetch build show)");
	return pb_command_failed(ret);
}

const struct pb_command pb_command_kernel = {
	.name = "kernel",
	.args = "list | fetch NAME... | build NAME... | show NAME...",
	.summary = "the ladder of kernels: fetch them, build modules for them",
	.text = "Kernels come from Debian's archive by the machine's own apt sources, verified by its\n"
		"signatures, into pinbench's cache; nothing is installed. `run` fetches and builds what\n"
		"it needs by itself.",
	.run = run,
};
