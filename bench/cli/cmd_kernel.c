// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_kernel - `pinbench kernel`: the ladder of kernels, fetched and built ahead of a run.
 * Why: a lab fetches once, on the machine that has a network, and measures elsewhere.
 */
#include <errno.h>
#include <stdio.h>

#include "bench/backends/vm/guest_agent.h"
#include "bench/cli/answer.h"
#include "bench/cli/commands.h"
#include "bench/cli/lists/lists.h"
#include "bench/cli/options.h"
#include "bench/kernels/arch.h"
#include "bench/kernels/cross.h"
#include "bench/kernels/kernel.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/progress.h"
#include "common/str.h"

struct values {
	const char *arch;
	const struct pb_document_format *form;
};

static const struct pb_option rows[] = {
	{ "arch", 'a', PB_OPTION_TEXT, offsetof(struct values, arch), "NAME",
	  "architecture of the kernels: amd64, arm64 (amd64)", 0, 0 },
	PB_OPTION_FORMAT(offsetof(struct values, form)),
	{ .name = NULL },
};

static int list_answer(const struct pb_arch *arch, const struct values *values)
{
	pb_cleanup(pb_document_done) struct pb_document document = { .command = "kernel" };
	int ret = pb_list_kernels(arch, &document);

	return ret ? pb_command_failed(ret) : pb_answer(&document, values->form, PB_EXIT_OK);
}

static int show(const char *name, const struct pb_arch *arch)
{
	pb_cleanup(pb_kernel_done) struct pb_kernel k = { 0 };
	int ret = pb_kernel_open(name, &k);

	(void)arch;
	if (ret)
		return ret;
	pb_term_printf(
		stdout,
		"name      %s\nrelease   %s\narch      %s\npackage   %s\nversion   %s\nimage     %s\n"
		"config    %s\nbuild     %s\nmodules   %s\ncompiler  %s\n",
		k.name, k.release, k.arch, k.package, k.version, k.image ? k.image : "-", k.config,
		k.build_dir, k.modules, k.compiler);
	return 0;
}

/* Is it for a guest that wants an agent of its own? */
static bool is_foreign(const char *name, const struct pb_arch *arch)
{
	return arch->cross && !pb_streq(name, "host");
}

/* What a run would fetch or build besides, so that it needs no network later. */
static int fetch(const char *name, const struct pb_arch *arch)
{
	_cleanup_free_ char *libraries = NULL;
	int ret = pb_kernel_fetch(name);

	return ret || !is_foreign(name, arch) ? ret : pb_cross_libraries(arch, &libraries);
}

static int build(const char *name, const struct pb_arch *arch)
{
	_cleanup_free_ char *agent = NULL;
	int ret = pb_kernel_build(name);

	return ret || !is_foreign(name, arch) ? ret : pb_guest_agent(arch, &agent);
}

static const struct {
	const char *name;
	/* On a kernel of that architecture; NULL: the list. */
	int (*act)(const char *kernel, const struct pb_arch *arch);
} actions[] = {
	{ "list", NULL },
	{ "fetch", fetch },
	{ "build", build },
	{ "show", show },
};

static int kernel_act(int (*act)(const char *kernel, const struct pb_arch *arch), const char *word,
		      const struct pb_arch *arch)
{
	_cleanup_free_ char *name = NULL;
	int ret = arch ? pb_kernel_name_of(word, arch, &name) : pb_kernel_arch(word, &arch);

	return ret ? ret : act(name ? name : word, arch);
}

static int kernels_act(int (*act)(const char *kernel, const struct pb_arch *arch),
		       const struct pb_arch *arch, char **names, int nr)
{
	int failed = 0;

	/* One kernel that cannot be had does not keep the others away. */
	for (int i = 0; i < nr; i++) {
		int ret = kernel_act(act, names[i], arch);

		if (!ret)
			continue;
		pb_command_failed(ret);
		failed = ret;
	}
	return failed ? PB_EXIT_ERROR : PB_EXIT_OK;
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	struct values values = { 0 };
	const struct pb_arch *arch = NULL; /* each name's own */
	int nr, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	if (!ret && values.arch)
		ret = pb_arch_parse(values.arch, &arch);
	for (size_t i = 0; !ret && nr && i < PB_ARRAY_SIZE(actions); i++) {
		if (!pb_streq(actions[i].name, argv[1]))
			continue;
		if (actions[i].act && nr < 2)
			ret = pb_fail(-EINVAL, "kernel %s: which kernel? for example debian:6.1",
				      argv[1]);
		else if (actions[i].act)
			return kernels_act(actions[i].act, arch, argv + 2, nr - 1);
		else
			return list_answer(arch ? arch : pb_arch_default, &values);
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
		"it needs by itself. Kernels of arm64 are built for with the host's cross compiler;\n"
		"what the agent in their guests needs is fetched and built with them.",
	.options = rows,
	.run = run,
};
