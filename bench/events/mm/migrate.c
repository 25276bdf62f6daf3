// SPDX-License-Identifier: GPL-2.0-only
/*
 * migrate - the page is moved to the other memory node.
 * Why: compaction, offlining and NUMA balancing all end in the same function, which no held page
 * passes.
 */
#include <errno.h>
#include <linux/mempolicy.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/events/event.h"
#include "common/err.h"

#define NODES "/sys/devices/system/node/node1"

static int migrate_fits(const struct pb_subject *subject)
{
	(void)subject;
	return access(NODES, F_OK) ? pb_fail(-EOPNOTSUPP, "this machine has one memory node: "
							  "there is no other to move to")
				   : 0;
}

/* A number that the kernel gives no page: it does not touch the status of one that it leaves. */
enum { UNTOLD = -4711 };

/* The node that it is not on. */
static int target_find(void *page)
{
	int node = UNTOLD;

	/* Without nodes to move to it tells where they are. */
	if (syscall(SYS_move_pages, 0, 1UL, &page, NULL, &node, 0) || node != 1)
		return 1;
	return 0;
}

static int migrate_act(struct pb_happening *happening)
{
	void *page = happening->subject->addr;
	int target = target_find(page), status = UNTOLD;
	long ret = syscall(SYS_move_pages, 0, 1UL, &page, &target, &status, MPOL_MF_MOVE);

	if (ret < 0)
		return -errno;
	if (ret > 0 || status == UNTOLD) /* so many were not moved */
		return 1;
	return status < 0 ? status : 0;
}

const struct pb_event pb_event_migrate = {
	.name = "migrate",
	.fits = migrate_fits,
	.act = migrate_act,
};
