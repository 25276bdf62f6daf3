// SPDX-License-Identifier: GPL-2.0-only
/*
 * hold - PB_IOC_HOLD and PB_IOC_DROP: pages that stay acquired between two calls.
 * Why: what a held page does to the mm can only be watched while it is held. Every hold belongs to
 * an open file, so that the end of a process, whatever its kind, is the end of its holds.
 */
#include <linux/slab.h>

#include "compat/resched.h"
#include "core.h"

struct pb_held {
	const struct pb_strategy *strategy; /* with a reference on its module */
	struct pb_call call;
};

static int held_acquire(struct pb_held *held)
{
	const struct pb_strategy *strategy = held->strategy;
	struct pb_call *call = &held->call;
	int ret = 0;
	long got;

	if (strategy->setup)
		ret = strategy->setup(call);
	if (ret)
		return ret;
	got = strategy->acquire(call);
	ret = pb_call_result(call, got);
	if (ret && got > 0)
		strategy->release(call, got);
	if (strategy->teardown)
		strategy->teardown(call);
	return ret;
}

static void held_free(struct pb_file *file, struct pb_held *held)
{
	held->strategy->release(&held->call, held->call.nr_pages);
	atomic_long_sub(held->call.nr_pages, &file->nr_held_pages);
	pb_call_done(&held->call);
	pb_strategy_put(held->strategy);
	kfree(held);
}

/* Room first: two threads at once must not hold more than the limit, not even for a moment. */
static int room_reserve(struct pb_file *file, u64 nr_pages)
{
	if (atomic_long_add_return(nr_pages, &file->nr_held_pages) <= PB_MAX_PAGES)
		return 0;
	atomic_long_sub(nr_pages, &file->nr_held_pages);
	return -ENOSPC;
}

static int hold_acquire(struct pb_file *file, struct pb_held *held, struct pb_hold *hold)
{
	const struct pb_range range = {
		.addr = hold->addr,
		.nr_pages = hold->nr_pages,
		.span_pages = hold->nr_pages,
		.nr_held = 1,
		.flags = hold->flags,
	};
	int ret;

	ret = pb_call_init(&held->call, file, &range);
	if (ret)
		return ret;
	ret = room_reserve(file, hold->nr_pages);
	if (ret)
		goto done_call;
	ret = held_acquire(held);
	if (ret)
		goto return_room;
	ret = pb_handle_new(&file->held, &file->last_held, held, &hold->handle);
	if (ret)
		goto release_pages;
	return 0;

release_pages:
	held->strategy->release(&held->call, hold->nr_pages);
return_room:
	atomic_long_sub(hold->nr_pages, &file->nr_held_pages);
done_call:
	pb_call_done(&held->call);
	return ret;
}

int pb_hold_request(struct pb_file *file, struct pb_hold *hold)
{
	const struct pb_strategy *strategy;
	struct pb_held *held;
	int ret;

	hold->handle = 0;
	if (hold->flags & ~PB_RUN_WRITE)
		return -EINVAL;
	ret = pb_request_check(hold->strategy, hold->addr, hold->nr_pages, hold->flags);
	if (ret)
		return ret;
	strategy = pb_strategy_get(hold->strategy);
	if (!strategy)
		return -ENOENT;
	if (!strategy->keeps_pages) {
		ret = -EOPNOTSUPP;
		goto put_strategy;
	}
	held = kzalloc(sizeof(*held), GFP_KERNEL_ACCOUNT);
	if (!held) {
		ret = -ENOMEM;
		goto put_strategy;
	}
	held->strategy = strategy;
	ret = hold_acquire(file, held, hold);
	if (ret)
		goto free_held;
	return 0;

free_held:
	kfree(held);
put_strategy:
	pb_strategy_put(strategy);
	return ret;
}

int pb_hold_drop(struct pb_file *file, u32 handle)
{
	struct pb_held *held = xa_erase(&file->held, handle);

	if (!held)
		return -ENOENT;
	held_free(file, held);
	return 0;
}

void pb_hold_drop_all(struct pb_file *file)
{
	struct pb_held *held;
	unsigned long handle;

	xa_for_each(&file->held, handle, held)
	{
		held_free(file, held);
		pb_resched();
	}
	xa_destroy(&file->held);
}
