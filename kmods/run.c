// SPDX-License-Identifier: GPL-2.0-only
/*
 * run - PB_IOC_RUN: checks a request, gives it room, hands it to the strategy's loop.
 * Why: everything that costs something and is not the call stands here, outside the timed window.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "core.h"

#define NR_EMPTY 64

int pb_request_check(u32 strategy, u64 addr, u64 nr_pages, u32 flags)
{
	if (!strategy || (flags & ~PB_RUN_ALL))
		return -EINVAL;
	if (!nr_pages || !PAGE_ALIGNED(addr))
		return -EINVAL;
	return nr_pages > PB_MAX_PAGES ? -E2BIG : 0;
}

int pb_call_init(struct pb_call *call, struct pb_file *file, u64 addr, u64 nr_pages, u32 flags)
{
	unsigned long start, end, len = (unsigned long)nr_pages << PAGE_SHIFT;

	start = untagged_addr((unsigned long)addr);
	if ((unsigned long)addr != addr)
		return -EFAULT;
	if (check_add_overflow(start, len, &end) || !access_ok((void __user *)start, len))
		return -EFAULT;

	*call = (struct pb_call){
		.mm = file->mm,
		.addr = start,
		.nr_pages = nr_pages,
		.gup_flags = flags & PB_RUN_WRITE ? FOLL_WRITE : 0,
	};
	call->pages = kvcalloc(nr_pages, sizeof(*call->pages), GFP_KERNEL_ACCOUNT);
	return call->pages ? 0 : -ENOMEM;
}

void pb_call_done(struct pb_call *call)
{
	kvfree(call->pages);
	call->pages = NULL;
}

/* The least, because an interrupt can only make a distance longer. */
static noinline u64 empty_ticks(void)
{
	u64 begin, end, least = U64_MAX;
	int i;

	for (i = 0; i < NR_EMPTY; i++) {
		begin = pb_stamp();
		end = pb_stamp();
		least = min(least, end - begin);
	}
	return least;
}

static int run_check(const struct pb_run *run)
{
	int ret = pb_request_check(run->strategy, run->addr, run->nr_pages, run->flags);

	if (run->pad || !run->nr_samples || !run->release)
		return -EINVAL;
	if (ret)
		return ret;
	if (run->nr_samples > PB_MAX_SAMPLES || run->nr_warmup > PB_MAX_WARMUP)
		return -E2BIG;
	if (run->flags & ~PB_RUN_WRITE || run->release != PB_RELEASE_PLAIN)
		return -EOPNOTSUPP;
	if (run->stride_pages || run->region_pages || run->nr_ops || run->histogram || run->group)
		return -EOPNOTSUPP;
	return 0;
}

static int run_measure(const struct pb_strategy *strategy, struct pb_call *call,
		       struct pb_loop *loop)
{
	int ret = 0;

	if (strategy->setup)
		ret = strategy->setup(call);
	if (ret)
		return ret;
	strategy->measure(call, loop);
	if (strategy->teardown)
		strategy->teardown(call);
	return loop->ret;
}

static int run_samples(const struct pb_strategy *strategy, struct pb_call *call, struct pb_run *run)
{
	void __user *samples = u64_to_user_ptr(run->samples);
	struct pb_loop loop = {
		.nr_samples = run->nr_samples,
		.nr_warmup = run->nr_warmup,
	};
	size_t len = array_size(run->nr_samples, sizeof(*loop.samples));
	int ret;

	if (!access_ok(samples, len))
		return -EFAULT;
	loop.samples = kvcalloc(run->nr_samples, sizeof(*loop.samples), GFP_KERNEL_ACCOUNT);
	if (!loop.samples)
		return -ENOMEM;

	run->empty_ticks = empty_ticks();
	ret = run_measure(strategy, call, &loop);
	run->nr_done = loop.nr_done;
	run->nr_counted = loop.nr_done;
	if (!ret && copy_to_user(samples, loop.samples, len))
		ret = -EFAULT;
	kvfree(loop.samples);
	return ret;
}

/* What is left are the (in) fields: no (out) field keeps what the caller had in it. */
static void results_clear(struct pb_run *run)
{
	*run = (struct pb_run){
		.size = run->size,
		.strategy = run->strategy,
		.addr = run->addr,
		.nr_pages = run->nr_pages,
		.samples = run->samples,
		.histogram = run->histogram,
		.stride_pages = run->stride_pages,
		.region_pages = run->region_pages,
		.nr_samples = run->nr_samples,
		.nr_warmup = run->nr_warmup,
		.nr_ops = run->nr_ops,
		.flags = run->flags,
		.release = run->release,
		.group = run->group,
		.worker = run->worker,
		.pad = run->pad,
	};
}

int pb_run_request(struct pb_file *file, struct pb_run *run)
{
	const struct pb_strategy *strategy;
	struct pb_call call;
	int ret;

	results_clear(run);
	ret = run_check(run);
	if (ret)
		return ret;
	strategy = pb_strategy_get(run->strategy);
	if (!strategy)
		return -ENOENT;
	ret = pb_call_init(&call, file, run->addr, run->nr_pages, run->flags);
	if (ret)
		goto put_strategy;

	ret = run_samples(strategy, &call, run);
	run->retries = call.retries;
	run->nr_got = call.nr_got;
	run->setup_ticks = call.setup_ticks;
	run->teardown_ticks = call.teardown_ticks;
	run->invalidations = call.invalidations;
	pb_call_done(&call);
put_strategy:
	pb_strategy_put(strategy);
	return ret;
}
