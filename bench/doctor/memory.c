// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory - which kinds of memory this machine can give, and may lock.
 * Why: a pool that is empty or a boot argument that is missing is found out here, not in a cell.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/resource.h>

#include "bench/doctor/checks.h"
#include "common/str.h"
#include "common/sysfs.h"

static void hugetlb_look(const char *root, unsigned int kib, const char *grow, struct pb_finding *f)
{
	_cleanup_free_ char *path = pb_format("/sys/kernel/mm/hugepages/hugepages-%ukB", kib);
	_cleanup_free_ char *nr_path = pb_format("%s/nr_hugepages", path ? path : "");
	_cleanup_free_ char *free_path = pb_format("%s/free_hugepages", path ? path : "");
	long long nr;

	if (!path || !nr_path || !free_path || !pb_sys_exists(root, "%s", path)) {
		FOUND(f, PB_HEALTH_LIMITED,
		      "no huge pages of %u KiB: neither kernel nor CPU has them", kib);
		return;
	}
	nr = pb_sys_number(root, nr_path, 0);
	if (nr) {
		FOUND(f, PB_HEALTH_OK, "%lld huge pages of %u KiB, %lld of them free", nr, kib,
		      pb_sys_number(root, free_path, 0));
		return;
	}
	FOUND(f, kib > 2048 ? PB_HEALTH_LIMITED : PB_HEALTH_OK,
	      "the pool of huge pages of %u KiB is empty%s", kib,
	      kib > 2048 ? "" : "; kmod fills and empties it, as far as memory is in one piece");
	if (kib > 2048)
		REMEDY(f, "%s", grow);
}

void pb_look_hugetlb_2m(const char *root, struct pb_finding *f)
{
	hugetlb_look(root, 2048, "sysctl vm.nr_hugepages=64", f);
}

void pb_look_hugetlb_1g(const char *root, struct pb_finding *f)
{
	hugetlb_look(root, 1048576, "boot with hugepagesz=1G hugepages=1", f);
}

void pb_look_thp(const char *root, struct pb_finding *f)
{
	_cleanup_free_ char *enabled =
		pb_sys_choice(root, "/sys/kernel/mm/transparent_hugepage/enabled");

	if (enabled && !pb_streq(enabled, "never")) {
		FOUND(f, PB_HEALTH_OK, "transparent huge pages: %s", enabled);
		return;
	}
	FOUND(f, PB_HEALTH_LIMITED, "transparent huge pages: %s",
	      enabled ? "never" : "this kernel has none (CONFIG_TRANSPARENT_HUGEPAGE)");
	if (enabled)
		REMEDY(f, "echo madvise >/sys/kernel/mm/transparent_hugepage/enabled");
}

/* How many entries of a folder begin so. */
static size_t entries_like(const char *root, const char *folder, const char *start)
{
	_cleanup_free_ char *path = pb_format("%s%s", root, folder);
	_cleanup_closedir_ DIR *dir = path ? opendir(path) : NULL;
	struct dirent *entry;
	size_t nr = 0;

	while (dir && (entry = readdir(dir)))
		nr += strncmp(entry->d_name, start, strlen(start)) == 0;
	return nr;
}

void pb_look_dax(const char *root, struct pb_finding *f)
{
	size_t nr_pmem = entries_like(root, "/sys/block", "pmem");
	size_t nr_dax = entries_like(root, "/sys/bus/dax/devices", "dax");

	if (nr_pmem || nr_dax) {
		FOUND(f, PB_HEALTH_OK, "%zu persistent-memory disk%s, %zu DAX device%s", nr_pmem,
		      nr_pmem == 1 ? "" : "s", nr_dax, nr_dax == 1 ? "" : "s");
		return;
	}
	FOUND(f, PB_HEALTH_LIMITED,
	      "no persistent memory: no fsdax, no devdax here; guests have it");
	REMEDY(f, "boot with memmap=1G!4G (a piece of ordinary memory), on a machine with more");
}

void pb_look_swap(const char *root, struct pb_finding *f)
{
	_cleanup_free_ char *swaps = pb_sys_text(root, "/proc/swaps");
	const char *first = swaps ? strchr(swaps, '\n') : NULL;

	if (first) {
		FOUND(f, PB_HEALTH_OK, "there is swap: reclaim can take anonymous pages");
		return;
	}
	FOUND(f, PB_HEALTH_LIMITED, "no swap: reclaim cannot take anonymous pages");
	REMEDY(f, "modprobe zram; echo 1G >/sys/block/zram0/disksize; mkswap /dev/zram0; swapon "
		  "/dev/zram0");
}

void pb_look_memlock(const char *root, struct pb_finding *f)
{
	_cleanup_free_ char *caps = pb_sys_line(root, "/proc/self/status", "CapEff:");
	struct rlimit limit = { 0 };
	char text[32];

	if (caps && strtoull(caps, NULL, 16) >> CAP_IPC_LOCK & 1) {
		FOUND(f, PB_HEALTH_OK, "this user may lock any amount of memory");
		return;
	}
	getrlimit(RLIMIT_MEMLOCK, &limit);
	if (limit.rlim_cur == RLIM_INFINITY) {
		FOUND(f, PB_HEALTH_OK, "memory may be locked without a limit");
		return;
	}
	pb_human_bytes(limit.rlim_cur, text, sizeof(text));
	FOUND(f, limit.rlim_cur < (64 << 20) ? PB_HEALTH_LIMITED : PB_HEALTH_OK,
	      "%s of memory may be locked, which is as much as a long-term pin may hold", text);
	if (f->health != PB_HEALTH_OK)
		REMEDY(f, "root, or ulimit -l unlimited (memlock in /etc/security/limits.conf)");
}
