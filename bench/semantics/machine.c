// SPDX-License-Identifier: GPL-2.0-only
/*
 * machine - the guest, made ready for cases: the module, its zones, and nothing that acts by itself.
 * Why: the second node's first block of memory becomes ZONE_MOVABLE, so that one guest has pages of
 * either kind, and says of each page which it is.
 */
#include "bench/semantics/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "bench/agent/modules.h"
#include "bench/events/pool.h"
#include "bench/memory/block.h"
#include "bench/memory/memory.h"
#include "collect/cell.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "kmods/uapi/observe.h"

#define MODULE "/observe/pinbench_observe.ko"
#define NODE   "/sys/devices/system/node/node1"

enum { SECOND_NODE = 1, LIMIT_US = 300000, BLOCK_ROUNDS = 3 };

/* What would act on pages by itself, or how soon. Not each kernel has each of them. */
static const struct {
	const char *path;
	const char *text;
} settings[] = {
	{ "/proc/sys/vm/dirty_writeback_centisecs", "0" },
	{ "/proc/sys/kernel/numa_balancing", "0" },
	{ "/proc/sys/vm/compaction_proactiveness", "0" },
	{ "/sys/kernel/mm/ksm/run", "0" },
	{ "/sys/kernel/mm/transparent_hugepage/enabled", "madvise" },
	{ "/sys/kernel/mm/transparent_hugepage/khugepaged/pages_to_scan", "1" },
	{ "/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs", "4000000" },
	{ "/sys/kernel/mm/transparent_hugepage/khugepaged/max_ptes_none", "0" },
	/* A file that takes all there is gets the very last block, too (bench/semantics/other.h). */
	{ "/sys/fs/ext4/pmem1/reserved_clusters", "0" },
	/* A task takes these when it is made. Up to 5.12 they are sysctls. */
	{ "/proc/sys/kernel/numa_balancing_scan_delay_ms", "1" },
	{ "/proc/sys/kernel/numa_balancing_scan_period_min_ms", "4" },
	{ "/proc/sys/kernel/numa_balancing_scan_period_max_ms", "4" },
	{ "/sys/kernel/debug/sched/numa_balancing/scan_delay_ms", "1" },
	{ "/sys/kernel/debug/sched/numa_balancing/scan_period_min_ms", "4" },
	{ "/sys/kernel/debug/sched/numa_balancing/scan_period_max_ms", "4" },
};

/* Why there is no ZONE_MOVABLE; empty: there is. */
static char no_movable[128];

static void on_alarm(int signal)
{
	(void)signal;
}

/*
 * The kernel tries for ever where a page does not move, and only a signal ends it: EINTR. A block
 * that is not away at once is none of ours.
 */
static int block_take(unsigned int block)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	const struct itimerval limit = { .it_interval.tv_usec = LIMIT_US,
					 .it_value.tv_usec = LIMIT_US };
	const struct itimerval none = { .it_value.tv_usec = 0 };
	struct sigaction before;
	int ret;

	sigaction(SIGALRM, &action, &before);
	setitimer(ITIMER_REAL, &limit, NULL);
	ret = pb_block_set(block, "offline");
	setitimer(ITIMER_REAL, &none, NULL);
	sigaction(SIGALRM, &before, NULL);
	return ret;
}

/*
 * Any block of the node that lets itself be taken out; the kernel's own lie in some. What is in a
 * batch, or on its way between lists, stays once and goes the next time. Where there is none, each
 * one's error is in the message: EINVAL is a hole in it, EBUSY a page that stays.
 */
static int block_free(unsigned int *ret_block)
{
	char errors[128] = "", name[PB_ERROR_NAME_LEN];
	unsigned int first, nr;
	int ret = pb_blocks_of_node(SECOND_NODE, &first, &nr), busy;
	size_t at = 0;

	for (unsigned int i = 0; !ret && i < BLOCK_ROUNDS * nr; i++) {
		busy = block_take(first + i % nr);
		if (!busy) {
			*ret_block = first + i % nr;
			return 0;
		}
		if (i % nr == 0 && !pb_memory_drain())
			at = 0; /* the last round's are told */
		if (at < sizeof(errors))
			at += (size_t)snprintf(errors + at, sizeof(errors) - at, "%s%u: %s",
					       at ? ", " : "", first + i % nr,
					       pb_error_name(-busy, name, sizeof(name)));
	}
	return ret ? ret
		   : pb_fail(-EOPNOTSUPP,
			     "the kernel makes no ZONE_MOVABLE: it takes no block of node %d out of "
			     "use (%s)",
			     SECOND_NODE, errors);
}

/*
 * The pool is filled while the block is away: a pool's page in it would go with it, each time that
 * it is taken out of use.
 */
static void zones_make(void)
{
	unsigned int block = 0;
	int ret = block_free(&block);

	pb_pool_fill();
	if (!ret && pb_block_set(block, "online_movable"))
		ret = pb_fail(-EOPNOTSUPP, "the kernel makes no ZONE_MOVABLE of block %u: %s",
			      block, strerror(errno));
	if (!ret)
		return;
	snprintf(no_movable, sizeof(no_movable), "%s", pb_fail_message(ret));
	pb_fail_clear();
}

static int tmpfs_mount(void)
{
	static const char dir[] = PB_PLACES "/" PB_PLACE_TMPFS;

	mkdir(PB_PLACES, 0755);
	mkdir(dir, 0755);
	return mount("tmpfs", dir, "tmpfs", 0, NULL)
		       ? pb_fail(-errno, "cannot mount tmpfs at '%s': %s", dir, strerror(errno))
		       : 0;
}

int pb_observer_begin(int *ret_device)
{
	_cleanup_close_ int device = -1;
	struct pb_observe_info info = { .size = sizeof(info) };
	int ret;

	if (!pb_file_exists(MODULE))
		return pb_fail(-EOPNOTSUPP, "this kernel lacks what the module that watches pages "
					    "is built on (MMU notifiers, hmm_range_fault())");
	ret = pb_module_load(MODULE, "unowned=1");
	if (ret)
		return ret;
	device = open(PB_OBSERVE_DEVICE, O_RDWR | O_CLOEXEC);
	if (device < 0 || ioctl(device, PB_OBSERVE_IOC_INFO, &info) || info.abi != PB_OBSERVE_ABI)
		return pb_fail(-EPROTO, "cannot use '%s', or it has another ABI",
			       PB_OBSERVE_DEVICE);
	/* EBUSY: it is there. */
	if (mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL) && errno != EBUSY &&
	    errno != ENOENT && errno != ENODEV)
		return pb_fail(-errno, "cannot mount debugfs: %s", strerror(errno));
	for (size_t i = 0; i < PB_ARRAY_SIZE(settings); i++)
		(void)!pb_event_put(settings[i].path, settings[i].text);
	zones_make();
	ret = tmpfs_mount();
	if (!ret)
		*ret_device = pb_steal_fd(device);
	return ret;
}

int pb_place_begin(enum pb_event_place place)
{
	unsigned long nodes = 1UL << SECOND_NODE;

	if (place == PB_EVENT_ANYWHERE)
		return 0;
	if (access(NODE, F_OK))
		return pb_fail(-EOPNOTSUPP, "this machine has one memory node: there is no other "
					    "for the page to lie on");
	if (place == PB_EVENT_MOVABLE_ZONE && *no_movable)
		return pb_fail(-EOPNOTSUPP, "%s", no_movable);
	if (syscall(SYS_set_mempolicy, MPOL_BIND, &nodes, 8 * sizeof(nodes)))
		return pb_fail(-errno, "cannot bind memory to node %d: %s", SECOND_NODE,
			       strerror(errno));
	return 0;
}

void pb_place_end(void)
{
	(void)syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0UL);
}
