// SPDX-License-Identifier: GPL-2.0-only
/*
 * programs - what pinbench runs and where it keeps things: installed, found, roomy enough?
 * Why: each is one package away, and the package's name differs from the program's.
 */
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "bench/backends/vm/guest_agent.h"
#include "bench/doctor/checks.h"
#include "bench/kernels/arch.h"
#include "bench/kernels/cache.h"
#include "bench/kernels/fetch/chroot.h"
#include "bench/kernels/fetch/sources.h"
#include "collect/store/journal.h"
#include "common/err.h"
#include "common/file.h"
#include "common/paths.h"
#include "common/proc.h"
#include "common/str.h"
#include "common/temporary.h"

static void program_look(struct pb_finding *f, const char *program, const char *package,
			 const char *what, enum pb_health otherwise)
{
	if (pb_proc_exists(program)) {
		FOUND(f, PB_HEALTH_OK, "%s is there: %s", program, what);
		return;
	}
	FOUND(f, otherwise, "%s is not installed: %s", program, what);
	REMEDY(f, "apt-get install %s", package);
}

/* Started with what counts instructions, on a machine without anything, and told to end. */
void pb_look_qemu(const char *root, struct pb_finding *f)
{
	const char *const argv[] = { pb_arch_default->qemu,
				     "-M",
				     "none",
				     "-accel",
				     "tcg",
				     "-icount",
				     "shift=0",
				     "-display",
				     "none",
				     "-nodefaults",
				     "-monitor",
				     "stdio",
				     NULL };

	(void)root;
	program_look(f, pb_arch_default->qemu, pb_arch_default->qemu_package,
		     "boots kernels and counts instructions", PB_HEALTH_MISSING);
	if (f->health != PB_HEALTH_OK)
		return;
	if (pb_proc_run(argv, &(struct pb_proc_options){ .input = "quit\n" }, NULL)) {
		FOUND(f, PB_HEALTH_MISSING, "%s does not start: %s", argv[0],
		      pb_fail_message(-EIO));
		REMEDY(f, "apt-get install --reinstall %s", pb_arch_default->qemu_package);
		pb_fail_clear();
	}
}

void pb_look_gnuplot(const char *root, struct pb_finding *f)
{
	(void)root;
	program_look(f, "gnuplot", "gnuplot-nox", "draws the figures", PB_HEALTH_LIMITED);
}

void pb_look_make(const char *root, struct pb_finding *f)
{
	(void)root;
	program_look(f, "make", "make gcc", "builds the kernel modules", PB_HEALTH_MISSING);
	if (f->health == PB_HEALTH_OK)
		program_look(f, "gcc", "make gcc", "make builds the kernel modules with it",
			     PB_HEALTH_MISSING);
}

/* What the machine's own sources say, without asking the network. */
void pb_look_apt(const char *root, struct pb_finding *f)
{
	pb_cleanup(pb_sources_done) struct pb_sources sources = { 0 };

	(void)root;
	program_look(f, "apt-get", "apt", "fetches Debian's kernels, verified by its signatures",
		     PB_HEALTH_MISSING);
	if (f->health == PB_HEALTH_OK && pb_sources_find(&sources)) {
		FOUND(f, PB_HEALTH_MISSING, "%s", pb_fail_message(-ENOENT));
		pb_fail_clear();
	}
	if (f->health != PB_HEALTH_OK)
		REMEDY(f, "pass a built kernel tree: pinbench run --kernel /path/to/linux");
}

void pb_look_mmdebstrap(const char *root, struct pb_finding *f)
{
	(void)root;
	program_look(f, "mmdebstrap", "mmdebstrap",
		     "newer compilers for kernels that this system's cannot build for",
		     PB_HEALTH_LIMITED);
	if (f->health == PB_HEALTH_OK && pb_chroot_possible()) {
		FOUND(f, PB_HEALTH_LIMITED,
		      "no modules for kernels that want a newer compiler than this system's: %s",
		      pb_fail_message(-EPERM));
		pb_fail_clear();
	}
}

/* Kernels of an architecture that few ask for: nothing else needs what this one lacks. */
void pb_look_arm64(const char *root, struct pb_finding *f)
{
	const struct pb_arch *arch;
	int ret = pb_arch_parse("arm64", &arch);
	bool qemu, agent;

	(void)root;
	if (ret) {
		FOUND(f, PB_HEALTH_LIMITED, "%s", pb_fail_message(ret));
		return;
	}
	qemu = pb_proc_exists(arch->qemu);
	ret = pb_guest_agent_possible(arch);
	agent = !ret;
	if (qemu && agent)
		FOUND(f, PB_HEALTH_OK, "%s and %sgcc are there: kernels with --arch %s", arch->qemu,
		      arch->cross, arch->name);
	else
		FOUND(f, PB_HEALTH_LIMITED, "no kernels with --arch %s: %s%s%s%s", arch->name,
		      qemu ? "" : arch->qemu, qemu ? "" : " is not installed",
		      qemu || agent ? "" : "; ", agent ? "" : pb_fail_message(ret));
	pb_fail_clear();
	if (!qemu || !agent)
		REMEDY(f, "apt-get install %s %s", arch->qemu_package, arch->cross_packages);
}

/* Whose plans, modules and agent: one in its tree takes its tree's, an installed one its own. */
void pb_look_parts(const char *root, struct pb_finding *f)
{
	static const char *const parts[] = { "data/plans", "data/kernels", "kmods" };
	_cleanup_free_ char *whose = pb_path_whose();

	(void)root;
	for (size_t i = 0; i < PB_ARRAY_SIZE(parts); i++) {
		_cleanup_free_ char *path = NULL;
		int ret = pb_path_data(parts[i], &path);

		if (!ret)
			continue;
		FOUND(f, PB_HEALTH_MISSING, "%s", pb_fail_message(ret));
		pb_fail_clear();
		return;
	}
	FOUND(f, PB_HEALTH_OK, "plans and modules are of %s", whose ? whose : "?");
}

void pb_look_agent(const char *root, struct pb_finding *f)
{
	_cleanup_free_ char *path = NULL;

	(void)root;
	if (!pb_path_helper("pinbench-agent", &path)) {
		FOUND(f, PB_HEALTH_OK, "%s runs the cells", path);
		return;
	}
	FOUND(f, PB_HEALTH_MISSING, "%s", pb_fail_message(-ENOENT));
	REMEDY(f, "ninja -C build, or meson install");
}

/* Of those that another machine or container may still use, a person has to know. */
static void look_unseen(const char *parent, struct pb_finding *f)
{
	pb_cleanup(pb_buf_done) struct pb_buf found = { 0 };
	size_t nr = pb_temporary_unseen(parent, &found);

	if (!nr) {
		FOUND(f, PB_HEALTH_OK, "no killed run has left a folder in %s", parent);
		return;
	}
	FOUND(f, PB_HEALTH_LIMITED,
	      "%zu folder%s in %s of runs that cannot be seen from here (another machine or "
	      "container, see .owner in it): %.*s%s",
	      nr, nr == 1 ? "" : "s", parent, (int)strcspn(found.data, "\n"), found.data,
	      nr == 1 ? "" : ", ...");
	REMEDY(f, "pinbench doctor --restore there; or, if that run has ended, rm -r");
}

void pb_look_temporary(const char *root, struct pb_finding *f)
{
	pb_cleanup(pb_buf_done) struct pb_buf found = { 0 };
	const char *parent = pb_temporary_parent();
	size_t nr = pb_temporary_left(parent, &found);

	(void)root;
	if (!nr) {
		look_unseen(parent, f);
		return;
	}
	FOUND(f, PB_HEALTH_LIMITED, "killed runs have left %zu folder%s in %s: %.*s%s", nr,
	      nr == 1 ? "" : "s", parent, (int)strcspn(found.data, "\n"), found.data,
	      nr == 1 ? "" : ", ...");
	REMEDY(f, "pinbench doctor --restore; the next run removes them, too");
}

/* "and 2 more", or nothing. */
static char *more_format(size_t nr)
{
	return nr > 1 ? pb_format(" and %zu more", nr - 1) : strdup("");
}

/* Cells of runs whose database and its folder could not be written to the end. */
void pb_look_journals(const char *root, struct pb_finding *f)
{
	pb_cleanup(pb_buf_done) struct pb_buf whole = { 0 }, cut = { 0 };
	const char *parent = pb_temporary_parent();
	size_t nr = pb_journals_left(parent, &whole), nr_cut;
	_cleanup_free_ char *more = more_format(nr), *more_cut = NULL;

	(void)root;
	if (nr) {
		FOUND(f, PB_HEALTH_LIMITED, "cells that no database took: %.*s%s",
		      (int)strcspn(whole.data, "\n"), whole.data, more ? more : "");
		REMEDY(f, "pinbench import -d DATABASE FILE adds them; then rm FILE");
		return;
	}
	nr_cut = pb_journals_cut(parent, &cut);
	more_cut = more_format(nr_cut);
	if (!nr_cut) {
		FOUND(f, PB_HEALTH_OK, "no run has left cells in %s", parent);
		return;
	}
	FOUND(f, PB_HEALTH_LIMITED, "a killed run has left an unfinished journal: %.*s%s",
	      (int)strcspn(cut.data, "\n"), cut.data, more_cut ? more_cut : "");
	REMEDY(f, "pinbench doctor --restore removes it where it is this user's; else rm");
}

/* The cache need not be there yet: what counts is where it would be made. */
static int room_ask(const char *path, struct statvfs *fs, bool *ret_writable)
{
	_cleanup_free_ char *walk = strdup(path);

	if (!walk)
		return pb_fail(-ENOMEM, "out of memory");
	while (!pb_file_exists(walk) && strrchr(walk, '/') > walk)
		*strrchr(walk, '/') = '\0';
	if (statvfs(pb_file_exists(walk) ? walk : "/", fs))
		return pb_fail(-errno, "cannot look at '%s': %s", walk, strerror(errno));
	*ret_writable = !access(walk, W_OK);
	return 0;
}

void pb_look_cache(const char *root, struct pb_finding *f)
{
	_cleanup_free_ char *path = NULL;
	bool writable = false;
	struct statvfs fs;
	char room[32];
	int ret = pb_cache_path(&path, "kernels");

	(void)root;
	if (!ret) {
		*strrchr(path, '/') = '\0';
		ret = room_ask(path, &fs, &writable);
	}
	if (ret || (!writable && !pb_file_exists(path))) {
		FOUND(f, PB_HEALTH_MISSING, "%s",
		      ret ? pb_fail_message(ret) : "the cache folder cannot be made");
		REMEDY(f, "set XDG_CACHE_HOME to a folder that can be written");
		return;
	}
	if (!writable) {
		FOUND(f, PB_HEALTH_LIMITED,
		      "%s cannot be written: the kernels that are complete in it can be used",
		      path);
		REMEDY(f, "for others set XDG_CACHE_HOME to a folder that can be written");
		return;
	}
	/* Modules are built by programs that come with the headers and lie there. */
	if (fs.f_flag & ST_NOEXEC) {
		FOUND(f, PB_HEALTH_MISSING, "%s runs no programs (mounted noexec)", path);
		REMEDY(f, "set XDG_CACHE_HOME to a folder on another file system");
		return;
	}
	pb_human_bytes((uint64_t)fs.f_bavail * fs.f_frsize, room, sizeof(room));
	/* A cloud kernel with its headers takes about 0.4 GiB unpacked. */
	FOUND(f,
	      (uint64_t)fs.f_bavail * fs.f_frsize < (1ULL << 30) ? PB_HEALTH_LIMITED : PB_HEALTH_OK,
	      "%s has %s free for kernels", path, room);
	if (f->health != PB_HEALTH_OK)
		REMEDY(f, "set XDG_CACHE_HOME to a roomier file system");
}
