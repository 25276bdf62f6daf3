// SPDX-License-Identifier: GPL-2.0-only
/*
 * where - where pages are: move_pages() that only asks, mincore(), get_mempolicy().
 * Why: they want to know of a page and nothing of its data.
 */
#include <errno.h>
#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/users/guest/guest.h"
#include "common/err.h"

enum { MOST = 512 };

struct places {
	void *pages[MOST];
	int nodes[MOST];
};

static int places_open(struct pb_guest_use *use)
{
	struct places *places = calloc(1, sizeof(*places));

	if (!places)
		return pb_fail(-ENOMEM, "out of memory");
	use->state = places;
	for (size_t i = 0; i < use->nr_pages; i++)
		places->pages[i] = use->buffer + i * use->page_bytes;
	return 0;
}

static int pages_ask(struct pb_guest_use *use)
{
	struct places *places = use->state;

	if (syscall(SYS_move_pages, 0, use->nr_pages, places->pages, NULL, places->nodes, 0))
		return -errno;
	return places->nodes[use->nr_pages - 1] >= 0 ? 0 : places->nodes[use->nr_pages - 1];
}

const struct pb_guest_user pb_guest_move_pages = { .open = places_open, .acquire = pages_ask };

static int core_ask(struct pb_guest_use *use)
{
	unsigned char there[MOST];

	if (mincore(use->buffer, use->len_bytes, there))
		return -errno;
	return there[0] & 1 ? 0 : -EIO;
}

const struct pb_guest_user pb_guest_mincore = { .acquire = core_ask };

static int node_ask(struct pb_guest_use *use)
{
	int node;

	for (size_t i = 0; i < use->nr_pages; i++)
		if (syscall(SYS_get_mempolicy, &node, NULL, 0, use->buffer + i * use->page_bytes,
			    MPOL_F_NODE | MPOL_F_ADDR))
			return -errno;
	return 0;
}

const struct pb_guest_user pb_guest_get_mempolicy = { .acquire = node_ask };
