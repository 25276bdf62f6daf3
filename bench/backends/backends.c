// SPDX-License-Identifier: GPL-2.0-only
/*
 * backends - the table of backends, and which of them `--backend auto` takes, and why.
 * Why: a choice that a program makes for its user is said in one line, with its reason.
 */
#include "bench/backends/backends.h"

#include <errno.h>
#include <string.h>

#include "bench/backends/kmod/kmod.h"
#include "common/err.h"
#include "common/proc.h"
#include "common/str.h"

const struct pb_backend *const pb_backends[] = { &pb_backend_kmod, &pb_backend_vm,
						 &pb_backend_syscall, NULL };

int pb_backend_find(const char *name, const struct pb_backend **ret_backend)
{
	pb_cleanup(pb_buf_done) struct pb_buf valid = { 0 };

	if (pb_streq(name, pb_backend_fake.name)) {
		*ret_backend = &pb_backend_fake;
		return 0;
	}
	for (size_t i = 0; pb_backends[i]; i++) {
		if (pb_streq(pb_backends[i]->name, name)) {
			*ret_backend = pb_backends[i];
			return 0;
		}
		if (pb_buf_printf(&valid, " %s", pb_backends[i]->name))
			return -ENOMEM;
	}
	return pb_fail(-EINVAL, "unknown backend '%s' (valid: auto%s)", name, valid.data);
}

int pb_backend_decide(const struct pb_auto_view *view, const struct pb_backend **ret_backend,
		      char **ret_why)
{
	static const char exactly[] = "QEMU counts every instruction of a guest, exactly";
	const struct pb_backend *backend;
	char *why;

	if (view->kernel_given) {
		backend = &pb_backend_vm;
		why = pb_format("the kernel that --kernel names is booted; %s", exactly);
	} else if (!view->no_kmod) {
		backend = &pb_backend_kmod;
		why = pb_format("modules can be loaded into the running kernel");
	} else if (view->has_qemu && !view->host_given) {
		backend = &pb_backend_vm;
		why = pb_format("%s (not kmod: %s)", exactly, view->no_kmod);
	} else {
		backend = &pb_backend_syscall;
		why = pb_format("system calls of the running kernel are timed (not kmod: %s%s)",
				view->no_kmod,
				view->host_given ? "" : "; not vm: QEMU is not installed");
	}
	if (!why)
		return -ENOMEM;
	*ret_backend = backend;
	*ret_why = why;
	return 0;
}

int pb_backend_auto(const char *kernel, const struct pb_backend **ret_backend, char **ret_why)
{
	struct pb_auto_view view = {
		.kernel_given = kernel && !pb_streq(kernel, "host"),
		.host_given = kernel && pb_streq(kernel, "host"),
		.has_qemu = pb_proc_exists("qemu-system-x86_64"),
	};
	_cleanup_free_ char *no_kmod = NULL;
	int ret = view.kernel_given ? 0 : pb_kmod_possible();

	if (ret == -ENOMEM)
		return ret;
	if (ret) {
		no_kmod = strdup(pb_fail_message(ret));
		pb_fail_clear();
		if (!no_kmod)
			return pb_fail(-ENOMEM, "out of memory");
	}
	view.no_kmod = no_kmod;
	return pb_backend_decide(&view, ret_backend, ret_why);
}
