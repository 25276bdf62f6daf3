// SPDX-License-Identifier: GPL-2.0-only
/*
 * move_pages - the page-table walk: asked where pages are, and not to move them.
 * Why: from 6.12 it looks at each folio in place; before, follow_page() took a reference, too.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/users/user.h"
#include "common/err.h"

enum { MOVE_MAX_PAGES = 512 };

struct lists {
	const void *pages[2][MOVE_MAX_PAGES]; /* those of each buffer */
	const void *absent[MOVE_MAX_PAGES];
	int status[MOVE_MAX_PAGES];
};

static long where_are(struct pb_use *use, const void *const *pages)
{
	struct lists *lists = use->state;

	return syscall(SYS_move_pages, 0, use->nr_pages, pages, NULL, lists->status, 0);
}

static int move_acquire(struct pb_use *use, char *buffer)
{
	struct lists *lists = use->state;

	if (where_are(use, lists->pages[buffer == use->buffers[1]]))
		return -errno;
	/* A node's number; the last page was the last one looked at. */
	return lists->status[use->nr_pages - 1] < 0 ? lists->status[use->nr_pages - 1] : 0;
}

static int move_base(struct pb_use *use, char *buffer)
{
	struct lists *lists = use->state;

	(void)buffer;
	if (where_are(use, lists->absent))
		return -errno;
	return lists->status[use->nr_pages - 1] == -EFAULT ? 0 : -EIO;
}

static int move_open(struct pb_use *use)
{
	struct lists *lists = calloc(1, sizeof(*lists));
	int code;

	if (!lists)
		return pb_fail(-ENOMEM, "out of memory");
	use->state = lists;
	for (size_t i = 0; i < use->nr_pages; i++) {
		lists->pages[0][i] = use->buffers[0] + i * use->page_bytes;
		lists->pages[1][i] = use->buffers[1] + i * use->page_bytes;
		lists->absent[i] = pb_unmapped() + i * use->page_bytes;
	}
	code = move_acquire(use, use->buffers[0]);
	if (code)
		return pb_fail(code, "move_pages(NULL) of this process's own pages: %s%s",
			       strerror(-code),
			       code == -ENOSYS || code == -EPERM
				       ? " (a seccomp filter, or a kernel without page migration)"
				       : "");
	return 0;
}

static void move_close(struct pb_use *use)
{
	free(use->state);
	use->state = NULL;
}

static const char *move_symbol(const struct pb_use *use)
{
	(void)use;
	if (pb_kernel_has("folio_walk_start"))
		return "folio_walk_start";
	if (pb_kernel_has("follow_page"))
		return "follow_page (with a reference)";
	return "do_pages_stat (this user is not shown which walker it has)";
}

const struct pb_user pb_user_move_pages = {
	.name = "move_pages",
	.strategy = "follow",
	.baseline = "the same call on addresses that are not mapped (EFAULT for each)",
	.unreleased = "nothing is held",
	.max_pages = MOVE_MAX_PAGES,
	.open = move_open,
	.close = move_close,
	.symbol = move_symbol,
	.acquire = move_acquire,
	.base_acquire = move_base,
};
