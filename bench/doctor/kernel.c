// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel - what the running kernel lets in, what it shows, and what was left in it.
 * Why: most of what a real machine refuses, it refuses here.
 */
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "bench/backends/kmod/find.h"
#include "bench/backends/kmod/obstacle.h"
#include "bench/control/pools.h"
#include "bench/control/rundir.h"
#include "bench/control/state.h"
#include "bench/doctor/checks.h"
#include "common/err.h"
#include "common/sysfs.h"

void pb_look_modules(const char *root, struct pb_finding *f)
{
	struct pb_obstacle obstacle;

	pb_obstacle_loading(root, &obstacle);
	FOUND(f, obstacle.text[0] ? PB_HEALTH_MISSING : PB_HEALTH_OK, "%s",
	      obstacle.text[0] ? obstacle.text : "this user may load modules");
	REMEDY(f, "%s", obstacle.remedy);
}

void pb_look_headers(const char *root, struct pb_finding *f)
{
	_cleanup_free_ char *installed = NULL, *remedy = NULL;
	struct utsname name;
	int ret;

	uname(&name);
	ret = pb_kmod_look(root);
	if (!ret) {
		installed = pb_kmod_installed(root, name.release);
		FOUND(f, PB_HEALTH_OK, "modules for %s %s%s", name.release,
		      installed ? "are installed in " : "can be built", installed ? installed : "");
		return;
	}
	remedy = ret == -ENOENT ? pb_headers_remedy(root, name.release) : NULL;
	if (remedy) {
		FOUND(f, PB_HEALTH_MISSING,
		      "no headers of the running kernel %s, and no pinbench.ko installed for it",
		      name.release);
		REMEDY(f, "%s", remedy);
	} else {
		FOUND(f, PB_HEALTH_MISSING, "%s", pb_fail_message(ret));
	}
	pb_fail_clear();
}

void pb_look_signature(const char *root, struct pb_finding *f)
{
	_cleanup_free_ char *wanted = pb_signature_wanted(root), *installed = NULL;
	struct utsname name;

	if (!wanted) {
		FOUND(f, PB_HEALTH_OK, "modules need no signature");
		return;
	}
	uname(&name);
	installed = pb_kmod_installed(root, name.release);
	FOUND(f, installed ? PB_HEALTH_LIMITED : PB_HEALTH_MISSING, "%.*s",
	      (int)strcspn(wanted, ":"), wanted);
	REMEDY(f, "%s", strchr(wanted, ':') ? strchr(wanted, ':') + 2 : "");
}

void pb_look_symbols(const char *root, struct pb_finding *f)
{
	_cleanup_free_ char *restrict_ = pb_sys_text(root, "/proc/sys/kernel/kptr_restrict");
	_cleanup_free_ char *symbols = NULL;

	if (!pb_sys_exists(root, "/proc/kallsyms")) {
		FOUND(f, PB_HEALTH_LIMITED,
		      "the kernel has no symbols (CONFIG_KALLSYMS): no follow, no profiles");
		return;
	}
	symbols = pb_sys_text(root, "/proc/kallsyms");
	if (symbols && strspn(symbols, "0") < 16 && *symbols) {
		FOUND(f, PB_HEALTH_OK, "the kernel shows its symbols' addresses");
		return;
	}
	FOUND(f, PB_HEALTH_LIMITED,
	      "the kernel hides its addresses from this user (kernel.kptr_restrict=%s): no names of "
	      "its functions",
	      restrict_ ? restrict_ : "?");
	REMEDY(f, "root, and sysctl kernel.kptr_restrict=%s",
	       restrict_ && restrict_[0] == '2' ? "1" : "0");
}

void pb_look_seccomp(const char *root, struct pb_finding *f)
{
	_cleanup_free_ char *mode = pb_sys_line(root, "/proc/self/status", "Seccomp:");

	if (mode && mode[0] == '2') {
		FOUND(f, PB_HEALTH_LIMITED,
		      "a seccomp filter is on this process: it may refuse modules, counters or "
		      "io_uring");
		REMEDY(f,
		       "run outside of the container, or with --security-opt seccomp=unconfined");
		return;
	}
	FOUND(f, PB_HEALTH_OK, "no seccomp filter");
}

void pb_look_left(const char *root, struct pb_finding *f)
{
	pb_cleanup(pb_leftovers_done) struct pb_leftovers left = { 0 };
	pb_cleanup(pb_buf_done) struct pb_buf words = { 0 };
	int ret = pb_state_left(root, &left);
	bool blocks = ret || left.any; /* kmod begins with nothing that is to be undone */

	if (!ret && left.words)
		ret = pb_buf_printf(&words, "%s", left.words);
	if (!ret)
		ret = pb_pools_left(root, &words);
	if (!ret && !left.any && !words.len_bytes) {
		FOUND(f, PB_HEALTH_OK, "no killed run has left this machine changed");
		return;
	}
	/* Its lines may not fit here; the command prints what it puts back. */
	for (char *c = words.data; c && *c; c++)
		if (*c == '\n')
			*c = c[1] ? ';' : '\0';
	FOUND(f, blocks ? PB_HEALTH_MISSING : PB_HEALTH_LIMITED, "%.240s%.60s%.*s",
	      ret ? pb_fail_message(ret) : "a killed run has left this machine changed",
	      words.len_bytes ? ":" : "", words.len_bytes ? 200 : 0,
	      words.len_bytes ? words.data + 1 : "");
	pb_fail_clear();
	REMEDY(f, ret ? "look at " PB_RUNDIR ", and remove what is not root's own"
		      : "sudo pinbench doctor --restore");
}
