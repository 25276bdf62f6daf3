// SPDX-License-Identifier: GPL-2.0-only
/*
 * doctor - what this machine can measure, what it lacks, and the command that gets it.
 * Why: a check is one row; `pinbench doctor` prints them and scripts read its exit status.
 */
#include "bench/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "common/err.h"
#include "common/file.h"
#include "common/paths.h"
#include "common/proc.h"
#include "common/str.h"

#define FOUND(finding, verdict, ...)                                             \
	do {                                                                     \
		(finding)->health = (verdict);                                   \
		snprintf((finding)->text, sizeof((finding)->text), __VA_ARGS__); \
	} while (0)
#define REMEDY(finding, ...) snprintf((finding)->remedy, sizeof((finding)->remedy), __VA_ARGS__)

static void program_look(struct pb_finding *f, const char *program, const char *package,
			 const char *what)
{
	if (pb_proc_exists(program)) {
		FOUND(f, PB_HEALTH_OK, "%s is there: %s", program, what);
		return;
	}
	FOUND(f, PB_HEALTH_MISSING, "%s is not installed: %s", program, what);
	REMEDY(f, "apt-get install %s", package);
}

static void qemu_look(struct pb_finding *f)
{
	program_look(f, "qemu-system-x86_64", "qemu-system-x86",
		     "boots kernels and counts instructions");
}

static void gnuplot_look(struct pb_finding *f)
{
	program_look(f, "gnuplot", "gnuplot-nox", "draws the figures");
}

static void make_look(struct pb_finding *f)
{
	program_look(f, "make", "make gcc", "builds the kernel modules");
}

static void fetch_look(struct pb_finding *f)
{
	program_look(f, "apt-get", "apt", "fetches Debian's kernels, verified by its signatures");
	if (f->health != PB_HEALTH_OK)
		REMEDY(f, "pass a built kernel tree: pinbench run --kernel /path/to/linux");
}

static void chroot_look(struct pb_finding *f)
{
	program_look(f, "mmdebstrap", "mmdebstrap", "newer compilers for kernels 7.x");
	if (f->health != PB_HEALTH_OK)
		f->health = PB_HEALTH_LIMITED;
}

static void agent_look(struct pb_finding *f)
{
	_cleanup_free_ char *path = NULL;

	if (!pb_path_helper("pinbench-agent", &path)) {
		FOUND(f, PB_HEALTH_OK, "%s runs the cells inside a guest", path);
		return;
	}
	FOUND(f, PB_HEALTH_MISSING, "%s", pb_fail_message(-ENOENT));
	REMEDY(f, "ninja -C build, or meson install");
}

static void cache_look(struct pb_finding *f)
{
	_cleanup_free_ char *path = NULL;
	struct statvfs fs;
	char room[32];
	int ret = pb_cache_dir(&path);

	if (!ret && statvfs(path, &fs))
		ret = pb_fail(-errno, "cannot look at '%s': %s", path, strerror(errno));
	if (ret) {
		FOUND(f, PB_HEALTH_MISSING, "%s", pb_fail_message(ret));
		REMEDY(f, "set XDG_CACHE_HOME to a folder that can be written");
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

static void cpus_look(struct pb_finding *f)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	FOUND(f, cpus > 1 ? PB_HEALTH_OK : PB_HEALTH_LIMITED, "%ld CPUs: as many guests at a time",
	      cpus);
}

static void kvm_look(struct pb_finding *f)
{
	if (access("/dev/kvm", R_OK | W_OK) == 0)
		FOUND(f, PB_HEALTH_OK, "/dev/kvm is there; exact counts do not use it");
	else
		FOUND(f, PB_HEALTH_LIMITED, "/dev/kvm: %s; exact counts do not need it",
		      strerror(errno));
}

static void pmu_look(struct pb_finding *f)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HARDWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_HW_INSTRUCTIONS,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0UL);

	if (fd >= 0) {
		close(fd);
		FOUND(f, PB_HEALTH_OK, "the CPU's counters can be opened");
		return;
	}
	if (errno == ENOENT || errno == EOPNOTSUPP) {
		FOUND(f, PB_HEALTH_LIMITED,
		      "no PMU: no cycles and no cache misses on this machine");
		REMEDY(f, "`pinbench run --backend vm` counts instructions without one");
		return;
	}
	FOUND(f, PB_HEALTH_LIMITED, "the counters are closed to this user: %s", strerror(errno));
	REMEDY(f, "sysctl kernel.perf_event_paranoid=1, or root");
}

static void modules_look(struct pb_finding *f)
{
	_cleanup_free_ char *disabled = NULL, *headers = NULL;
	struct utsname name;

	uname(&name);
	if (!pb_file_exists("/proc/modules")) {
		FOUND(f, PB_HEALTH_LIMITED, "this kernel cannot load modules");
		REMEDY(f, "`pinbench run --backend vm` loads them in a guest");
		return;
	}
	if (!pb_file_read("/proc/sys/kernel/modules_disabled", &disabled, NULL) &&
	    disabled[0] == '1') {
		FOUND(f, PB_HEALTH_LIMITED,
		      "module loading was disabled (kernel.modules_disabled=1)");
		REMEDY(f, "reboot without that setting");
		return;
	}
	headers = pb_format("/lib/modules/%s/build", name.release);
	if (!headers || pb_file_exists(headers)) {
		FOUND(f, PB_HEALTH_OK, "modules can be built for %s", name.release);
		return;
	}
	FOUND(f, PB_HEALTH_LIMITED, "no headers of the running kernel %s", name.release);
	REMEDY(f, "apt-get install linux-headers-%s", name.release);
}

const struct pb_check pb_checks[] = {
	{ "qemu", qemu_look },   { "agent", agent_look },     { "make", make_look },
	{ "apt", fetch_look },   { "gnuplot", gnuplot_look }, { "mmdebstrap", chroot_look },
	{ "cache", cache_look }, { "cpus", cpus_look },       { "kvm", kvm_look },
	{ "pmu", pmu_look },     { "modules", modules_look }, { NULL, NULL },
};
