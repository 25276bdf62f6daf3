// SPDX-License-Identifier: GPL-2.0-only
/*
 * mprotect - takes a right away from the range and gives it back.
 * Why: all page-table entries are rewritten twice and every notifier of the range is told; what is
 * held stays held, and who comes next finds entries that cost a fault to write through.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/load/action.h"
#include "bench/memory/inspect/smaps.h"
#include "common/err.h"

struct rights {
	int before;
	int less;
};

static int mprotect_open(struct pb_load_use *use)
{
	struct rights *rights = malloc(sizeof(*rights));
	char text[8];
	int ret;

	if (!rights)
		return pb_fail(-ENOMEM, "out of memory");
	use->state = rights;
	ret = pb_smaps_rights(use->addr, text, sizeof(text));
	if (ret)
		return ret;
	rights->before = (strchr(text, 'r') ? PROT_READ : 0) |
			 (strchr(text, 'w') ? PROT_WRITE : 0) | (strchr(text, 'x') ? PROT_EXEC : 0);
	/* Reading goes on while writing is forbidden; of what is only read, all is taken. */
	rights->less = rights->before & PROT_WRITE ? rights->before & ~PROT_WRITE : PROT_NONE;
	return 0;
}

static int rights_set(struct pb_load_use *use, int prot)
{
	if (mprotect(use->addr, use->len_bytes, prot))
		return pb_fail(-errno, "cannot change the protection of memory '%s': %s",
			       use->memory_name, strerror(errno));
	return 0;
}

static int mprotect_step(struct pb_load_use *use)
{
	const struct rights *rights = use->state;
	int ret = rights_set(use, rights->less);

	if (!ret)
		ret = rights_set(use, rights->before);
	if (!ret)
		use->nr_done++;
	return ret;
}

static int mprotect_check(const struct pb_load_use *use)
{
	const struct rights *rights = use->state;
	char text[8];
	int ret = use->nr_done ? pb_smaps_rights(use->addr, text, sizeof(text))
			       : pb_fail(-EIO, "no protection was changed");

	if (!ret && (rights->before & PROT_WRITE) && !strchr(text, 'w'))
		ret = pb_fail(-EIO, "the range's protection is '%s', not what it was", text);
	return ret;
}

/* A step that failed between its two calls may have left less. */
static int mprotect_close(struct pb_load_use *use)
{
	const struct rights *rights = use->state;
	int ret = rights && use->nr_steps > use->nr_done ? rights_set(use, rights->before) : 0;

	free(use->state);
	use->state = NULL;
	return ret;
}

const struct pb_load_action pb_load_mprotect = {
	.name = "mprotect",
	.open = mprotect_open,
	.step = mprotect_step,
	.check = mprotect_check,
	.close = mprotect_close,
};
