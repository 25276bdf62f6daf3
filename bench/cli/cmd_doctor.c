// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_doctor - `pinbench doctor`: what this machine can measure and what it lacks.
 * Why: a newcomer's first question, answered before anything was downloaded.
 */
#include <errno.h>
#include <stdio.h>

#include "bench/backends/backends.h"
#include "bench/backends/kmod/guard.h"
#include "bench/cli/commands.h"
#include "bench/cli/options.h"
#include "bench/doctor/doctor.h"
#include "bench/kernels/cache.h"
#include "collect/store/journal.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"
#include "common/temporary.h"

struct values {
	const char *backend;
	bool restore;
};

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "backend", 'b', PB_OPTION_TEXT, AT(backend), "NAME",
	  "judge by what this backend needs: kmod, vm, syscall (any of kmod and vm)", 0, 0 },
	{ "restore", 0, PB_OPTION_FLAG, AT(restore), NULL,
	  "undo what a killed run left: modules, settings, temporary folders", 0, 0 },
	{ .name = NULL },
};
#undef AT

static int restore(void)
{
	pb_cleanup(pb_buf_done) struct pb_buf said = { 0 };
	bool any;
	int ret = pb_guard_restore(&said, &any);

	any |= pb_temporary_sweep(pb_temporary_parent(), &said) > 0;
	any |= pb_journals_sweep(pb_temporary_parent(), &said) > 0;
	any |= pb_cache_sweep(&said) > 0;
	if (said.data)
		pb_term_lines(stdout, said.data);
	if (!ret)
		pb_term_printf(stdout, "%s\n",
			       any ? "what a killed run had left was undone"
				   : "nothing was left to restore");
	return ret ? PB_EXIT_WORSE : PB_EXIT_OK;
}

static unsigned int need_of(const struct pb_backend *backend)
{
	if (backend == &pb_backend_kmod)
		return PB_NEED_KMOD;
	return backend == &pb_backend_vm ? PB_NEED_VM : PB_NEED_SYSCALL;
}

static int report(const struct pb_backend *backend)
{
	unsigned int unmet = pb_doctor_report("", stdout);
	bool works = backend ? !(unmet & need_of(backend))
			     : !(unmet & PB_NEED_KMOD) || !(unmet & PB_NEED_VM);

	if (backend)
		return works ? PB_EXIT_OK : PB_EXIT_WORSE;
	pb_term_printf(stdout, "\n%s\n",
		       works ? "`pinbench run` works here"
			     : "`pinbench run` cannot work here until what is missing is there "
			       "(system calls alone: --backend syscall)");
	return works ? PB_EXIT_OK : PB_EXIT_WORSE;
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	const struct pb_backend *backend = NULL;
	struct values values = { 0 };
	int nr, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	if (!ret && nr)
		ret = pb_fail(-EINVAL, "doctor: unexpected word '%s' (it takes none)", argv[1]);
	if (!ret && values.backend && !pb_streq(values.backend, "auto"))
		ret = pb_backend_find(values.backend, &backend);
	if (ret)
		return pb_command_failed(ret);
	return values.restore ? restore() : report(backend);
}

const struct pb_command pb_command_doctor = {
	.name = "doctor",
	.args = "",
	.summary = "what this machine can measure, what is missing, how to get it",
	.text = "A row is ok, limited (something is out of reach here) or missing (a backend cannot work).\n"
		"exit status: 0 `pinbench run` can work, or the backend that --backend names;\n"
		"1 something that it needs is missing, or --restore could not undo all; 2 error.",
	.options = rows,
	.run = run,
};
