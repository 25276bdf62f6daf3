// SPDX-License-Identifier: GPL-2.0-only
/*
 * chroot - a small Debian of another suite in the cache, for its compiler and its libc.
 * Why: the headers of newer kernels bring programs that do not run on an older libc.
 */
#include "bench/kernels/fetch/chroot.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>

#include "bench/kernels/cache.h"
#include "bench/kernels/fetch/sources.h"
#include "common/err.h"
#include "common/file.h"
#include "common/proc.h"
#include "common/progress.h"
#include "common/str.h"
#include "common/sysfs.h"
#include "common/temporary.h"

enum { MAX_ARGS = 24 };

/*
 * Packages are unpacked and never configured: a compiler needs no more, it is faster, and no
 * package's script runs. What their scripts would have linked is linked below.
 */
static const char include_format[] =
	"%s,binutils,make,dash,bash,coreutils,diffutils,findutils,gawk,grep,gzip,kmod,libc6-dev,"
	"libelf1,perl-base,sed,tar,xz-utils,zlib1g,base-files";

/* Links that the packages' scripts would have made. */
static const struct {
	const char *link;
	const char *target;
} links[] = {
	{ "usr/bin/awk", "gawk" },
	{ "bin/sh", "dash" },
};

/*
 * $1 chroot, then folders up to --, then the command. Mounts vanish with the namespace. The
 * caller's PATH stays outside: a folder of its can hold other things there, such as gawk's folder
 * awk.
 */
static const char enter_script[] =
	"root=$1; shift\n"
	"for folder in /proc /dev; do mount --rbind $folder \"$root$folder\"; done\n"
	"while [ \"$1\" != -- ]; do\n"
	"	mkdir -p \"$root$1\"\n"
	"	mount --bind \"$1\" \"$root$1\"\n"
	"	shift\n"
	"done\n"
	"shift\n"
	"exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C chroot \"$root\" \"$@\"\n";

/* The fifth word of a line is where it is mounted, as this process sees it. */
static bool root_is_mounted(char *mounts)
{
	for (char *rest = mounts, *line; (line = strsep(&rest, "\n"));) {
		char place[3] = "";

		if (sscanf(line, "%*s %*s %*s %*s %2s", place) == 1 && pb_streq(place, "/"))
			return true;
	}
	return false;
}

/* Why mounting failed, as far as it can be found out, and what helps. */
static int mounts_refused(void)
{
	_cleanup_free_ char *caps = pb_sys_line("", "/proc/self/status", "CapEff:");
	_cleanup_free_ char *mounts = pb_sys_text("", "/proc/self/mountinfo");

	if (geteuid() && !pb_sys_number("", "/proc/sys/user/max_user_namespaces", 1))
		return pb_fail(-EPERM, "a chroot needs root, or user namespaces, and this system "
				       "gives none (sysctl user.max_user_namespaces=0)");
	if (geteuid())
		return pb_fail(-EPERM, "a chroot needs root, or a kernel that allows unprivileged "
				       "user namespaces (unshare --map-root-user failed)");
	if (caps && !(strtoull(caps, NULL, 16) >> CAP_SYS_ADMIN & 1))
		return pb_fail(-EPERM,
			       "a chroot needs mounts, and this root has no CAP_SYS_ADMIN: start "
			       "the container with --cap-add SYS_ADMIN --security-opt "
			       "apparmor=unconfined --security-opt seccomp=unconfined");
	if (mounts && !root_is_mounted(mounts))
		return pb_fail(-EPERM,
			       "a chroot needs mounts, and the root that pinbench itself runs in "
			       "is no mount point: outside of it, mount --bind ROOT ROOT, then "
			       "chroot again");
	return pb_fail(-EPERM, "a chroot needs mounts, which are refused here (a seccomp filter or "
			       "an LSM?); run pinbench outside of the container");
}

int pb_chroot_possible(void)
{
	/*
	 * What enter_script does, on a folder that is always there; it vanishes with the namespace.
	 */
	const char *argv[8] = { "unshare", "--mount" };
	size_t nr = 2;

	if (!pb_proc_exists("mmdebstrap"))
		return pb_fail(-ENOPKG, "a chroot needs the package mmdebstrap");
	if (geteuid())
		argv[nr++] = "--map-root-user";
	argv[nr++] = "sh";
	argv[nr++] = "-c";
	argv[nr++] = "mount --bind /proc /proc && chroot / true";
	argv[nr] = NULL;
	if (!pb_proc_run(argv, NULL, NULL))
		return 0;
	pb_fail_clear();
	return mounts_refused();
}

int pb_chroot_path(const char *suite, const char *compiler, char **ret_path)
{
	return pb_cache_path(ret_path, "chroots/%s-%s", suite, compiler);
}

static int chroot_fill(const char *part, const char *suite, const char *compiler,
		       const struct pb_sources *sources, const char *log)
{
	_cleanup_free_ char *include = pb_format(include_format, compiler);
	_cleanup_free_ char *include_option = NULL;

	if (!include)
		return -ENOMEM;
	include_option = pb_format("--include=%s", include);
	if (!include_option)
		return -ENOMEM;
	return pb_proc_run(
		(const char *const[]){
			"mmdebstrap", "--variant=extract",
			geteuid() ? "--mode=chrootless" : "--mode=root", "--architectures=amd64",
			"--aptopt=Acquire::Languages \"none\"", "--aptopt=Acquire::Retries \"2\"",
			"--components=main", include_option, suite, part, sources->archive, NULL },
		&(struct pb_proc_options){ .log = log }, NULL);
}

static int chroot_link(const char *part)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(links); i++) {
		_cleanup_free_ char *path = pb_format("%s/%s", part, links[i].link);

		if (!path)
			return -ENOMEM;
		if (!pb_file_exists(path) && symlink(links[i].target, path) && errno != EEXIST)
			return pb_fail(-errno, "cannot make link '%s': %s", path, strerror(errno));
	}
	return 0;
}

int pb_chroot_make(const char *path, const char *suite, const char *compiler)
{
	pb_cleanup(pb_sources_done) struct pb_sources sources = { 0 };
	pb_cleanup(pb_temporary_done) struct pb_temporary temporary = { NULL, -1 };
	_cleanup_free_ char *part = NULL, *log = NULL, *chroots = NULL;
	_cleanup_close_ int lock = -1;
	int ret = pb_cache_lock("chroots", &lock);

	if (ret || pb_file_exists(path))
		return ret;
	ret = pb_sources_find(&sources);
	if (!ret)
		ret = pb_cache_place(&log, "logs/chroot-%s.log", suite);
	if (!ret)
		ret = pb_cache_place(&chroots, "chroots/any");
	if (ret)
		return ret;
	*strrchr(chroots, '/') = '\0';
	if (!pb_path_harmless(chroots))
		return pb_fail(-EINVAL,
			       "a compiler of %s needs a chroot, which cannot be made below '%s': "
			       "letters, digits and ._+- are harmless; set XDG_CACHE_HOME to "
			       "another folder",
			       suite, chroots);
	ret = pb_temporary_make(chroots, "part", &temporary);
	if (ret)
		return ret;
	part = pb_format("%s/root", temporary.path);
	if (!part)
		return -ENOMEM;
	unlink(log);
	pb_progress_say("making a chroot of %s with %s (about a minute, once)", suite, compiler);
	ret = chroot_fill(part, suite, compiler, &sources, log);
	if (!ret)
		ret = chroot_link(part);
	if (ret)
		return pb_fail_in(ret, "making a chroot of %s with %s", suite, compiler);
	return pb_cache_put(part, path);
}

int pb_chroot_run(const char *path, const char *const *argv, const char *const *folders,
		  const char *log)
{
	const char *args[MAX_ARGS] = { "unshare", "--mount" };
	size_t nr = 2;

	if (geteuid())
		args[nr++] = "--map-root-user";
	args[nr++] = "sh";
	args[nr++] = "-ec";
	args[nr++] = enter_script;
	args[nr++] = "enter";
	args[nr++] = path;
	for (size_t i = 0; folders[i]; i++)
		args[nr++] = folders[i];
	args[nr++] = "--";
	for (size_t i = 0; argv[i]; i++) {
		if (nr + 1 >= MAX_ARGS)
			return pb_fail(-E2BIG, "too many arguments for %s", argv[0]);
		args[nr++] = argv[i];
	}
	args[nr] = NULL;
	return pb_proc_run(args, &(struct pb_proc_options){ .log = log }, NULL);
}
