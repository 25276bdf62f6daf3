// SPDX-License-Identifier: GPL-2.0-only
/*
 * migrate - moves the pages to another memory node, and back the next time.
 * Why: a page that is held cannot move, one that is not moves under whoever looks at it next. Only
 * between nodes does the kernel move every page each time it is asked: compaction moves none that
 * already lies where it would put it.
 */
#include <errno.h>
#include <limits.h>
#include <linux/mempolicy.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/load/action.h"
#include "bench/load/vmstat.h"
#include "common/err.h"
#include "common/file.h"

#define NODES "/sys/devices/system/node/has_memory"

enum { NOT_TOLD = INT_MIN }; /* what stays where the kernel tried, and says nothing of the page */

struct moves {
	int nodes[2];
	unsigned int turn; /* whose turn it is: index into nodes */
	size_t nr_pages;
	void **pages;
	int *targets;
	int *status;
	int refusal; /* what the kernel last said of a page that it did not move */
	uint64_t migrated_before;
};

/* The first two of "0,2-3". */
static int nodes_read(int nodes[2])
{
	_cleanup_free_ char *text = NULL;
	unsigned int nr = 0;
	char *end;
	int ret;

	if (!pb_file_exists(NODES))
		return pb_fail(-EOPNOTSUPP, "this kernel knows no memory nodes");
	ret = pb_file_read(NODES, &text, NULL);
	for (char *at = ret ? NULL : text; at && nr < 2; at = *end == ',' ? end + 1 : NULL) {
		long first = strtol(at, &end, 10), last = first;

		if (end == at)
			break;
		if (*end == '-')
			last = strtol(end + 1, &end, 10);
		for (long node = first; node <= last && nr < 2; node++)
			nodes[nr++] = (int)node;
	}
	if (!ret && nr < 2)
		ret = pb_fail(-EOPNOTSUPP, "load 'migrate' moves pages between memory nodes, and "
					   "this machine has only one");
	return ret;
}

static long pages_move(const struct moves *moves, const int *targets)
{
	return syscall(SYS_move_pages, 0, moves->nr_pages, moves->pages, targets, moves->status,
		       MPOL_MF_MOVE);
}

static int arrays_make(struct moves *moves, const struct pb_load_use *use)
{
	moves->nr_pages = use->len_bytes / use->page_bytes;
	moves->pages = calloc(moves->nr_pages, sizeof(*moves->pages));
	moves->targets = calloc(moves->nr_pages, sizeof(*moves->targets));
	moves->status = calloc(moves->nr_pages, sizeof(*moves->status));
	if (!moves->pages || !moves->targets || !moves->status)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < moves->nr_pages; i++)
		moves->pages[i] = use->addr + i * use->page_bytes;
	return 0;
}

static int migrate_open(struct pb_load_use *use)
{
	struct moves *moves = calloc(1, sizeof(*moves));
	int ret;

	if (!moves)
		return pb_fail(-ENOMEM, "out of memory");
	use->state = moves;
	ret = nodes_read(moves->nodes);
	if (!ret)
		ret = arrays_make(moves, use);
	if (!ret)
		ret = pb_vmstat_read("pgmigrate_success", &moves->migrated_before);
	if (ret)
		return ret;
	if (pages_move(moves, NULL)) /* only asks where they are */
		return pb_fail(-errno, "cannot ask for the nodes of memory '%s': %s",
			       use->memory_name, strerror(errno));
	moves->turn = moves->status[0] == moves->nodes[0];
	return 0;
}

static int migrate_step(struct pb_load_use *use)
{
	struct moves *moves = use->state;
	int target = moves->nodes[moves->turn];

	for (size_t i = 0; i < moves->nr_pages; i++) {
		moves->targets[i] = target;
		moves->status[i] = NOT_TOLD;
	}
	/* More than 0 is the number of pages that were not moved. */
	if (pages_move(moves, moves->targets) < 0)
		return pb_fail(-errno, "cannot move memory '%s' to node %d: %s", use->memory_name,
			       target, strerror(errno));
	for (size_t i = 0; i < moves->nr_pages; i++)
		if (moves->status[i] == target)
			use->nr_done++;
		else if (moves->status[i] < 0 && moves->status[i] != NOT_TOLD)
			moves->refusal = moves->status[i];
	moves->turn ^= 1;
	return 0;
}

static int migrate_check(const struct pb_load_use *use)
{
	const struct moves *moves = use->state;
	uint64_t migrated;
	int ret = pb_vmstat_read("pgmigrate_success", &migrated);

	if (!ret && (!use->nr_done || migrated == moves->migrated_before))
		ret = pb_fail(-EOPNOTSUPP,
			      "the kernel migrated no page of memory '%s' in %llu rounds: %s",
			      use->memory_name, (unsigned long long)use->nr_steps,
			      moves->refusal ? strerror(-moves->refusal)
					     : "all of them are held, or cannot move");
	return ret;
}

static int migrate_close(struct pb_load_use *use)
{
	struct moves *moves = use->state;

	if (moves) {
		free(moves->pages);
		free(moves->targets);
		free(moves->status);
	}
	free(moves);
	use->state = NULL;
	return 0;
}

const struct pb_load_action pb_load_migrate = {
	.name = "migrate",
	.open = migrate_open,
	.step = migrate_step,
	.check = migrate_check,
	.close = migrate_close,
};
