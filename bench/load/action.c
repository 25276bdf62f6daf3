// SPDX-License-Identifier: GPL-2.0-only
/*
 * action - what a load does to the pages that are measured, one operation at a time.
 * Why: a load is one file and one row; the table of actions is made from the rows.
 */
#include "bench/load/action.h"

#include <errno.h>
#include <unistd.h>

#include "bench/memory/inspect/smaps.h"
#include "common/err.h"
#include "common/str.h"

/* What does nothing needs no file. */
const struct pb_load_action pb_load_none = { .name = "none" };

static const struct pb_load_action *const actions[] = {
#define PB_LOAD(ident, name, default_rate, needs, summary) &pb_load_##ident,
#include "collect/words/load.def"
#undef PB_LOAD
};

const struct pb_load_action *pb_load_action_find(const char *name)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(actions); i++)
		if (pb_streq(actions[i]->name, name))
			return actions[i]->step ? actions[i] : NULL;
	return NULL;
}

int pb_load_open(struct pb_load_use *use, const struct pb_load_action *action,
		 const struct pb_memory *memory, const char *memory_name)
{
	uint64_t kib;
	int ret = pb_smaps_kib(memory->addr, "KernelPageSize:", &kib), closed;

	if (ret)
		return ret;
	*use = (struct pb_load_use){
		.action = action,
		.memory = memory,
		.memory_name = memory_name,
		.addr = memory->addr,
		.page_bytes = kib ? (size_t)kib * 1024 : (size_t)sysconf(_SC_PAGESIZE),
	};
	use->len_bytes = (memory->len_bytes + use->page_bytes - 1) / use->page_bytes;
	use->len_bytes *= use->page_bytes;
	ret = action->open(use);
	if (!ret)
		return 0;
	closed = action->close(use);
	return closed ? pb_fail_in(closed, "load '%s'", action->name) : ret;
}

int pb_load_step(struct pb_load_use *use)
{
	int ret = use->action->step(use);

	use->nr_steps++;
	return ret;
}

int pb_load_check(const struct pb_load_use *use)
{
	return use->action->check(use);
}

int pb_load_close(struct pb_load_use *use)
{
	return use->action->close(use);
}
