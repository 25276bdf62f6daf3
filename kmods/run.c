// SPDX-License-Identifier: GPL-2.0-only
/*
 * run - PB_IOC_RUN: checks a request, gives it room, hands it to the strategy's loop.
 * Why: everything that costs something and is not the call stands here, outside the timed window.
 */
#include <linux/gcd.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "core.h"
#include "loop.h"

#define NR_EMPTY 64

int pb_request_check(u32 strategy, u64 addr, u64 nr_pages, u32 flags)
{
	if (!strategy || (flags & ~PB_RUN_ALL))
		return -EINVAL;
	if (!nr_pages || !PAGE_ALIGNED(addr))
		return -EINVAL;
	return nr_pages > PB_MAX_PAGES ? -E2BIG : 0;
}

/*
 * Small memory of a power of two is aligned to its size, large memory to pages: so no cache line is
 * shared with whatever else is allocated.
 */
void *pb_alloc(size_t nr, size_t size)
{
	size_t len = max_t(size_t, array_size(nr, size), SMP_CACHE_BYTES);

	return kvzalloc(len <= PAGE_SIZE ? roundup_pow_of_two(len) : len, GFP_KERNEL_ACCOUNT);
}

int pb_call_init(struct pb_call *call, struct pb_file *file, const struct pb_range *range)
{
	unsigned long start, end, len = (unsigned long)range->span_pages << PAGE_SHIFT;

	start = untagged_addr((unsigned long)range->addr);
	if ((unsigned long)range->addr != range->addr)
		return -EFAULT;
	if (check_add_overflow(start, len, &end) || !access_ok((void __user *)start, len))
		return -EFAULT;

	*call = (struct pb_call){
		.mm = file->mm,
		.addr = start,
		.nr_pages = range->nr_pages,
		.span_addr = start,
		.span_pages = range->span_pages,
		.gup_flags = range->flags & PB_RUN_WRITE ? FOLL_WRITE : 0,
	};
	call->entries = pb_alloc(range->nr_held * range->nr_pages, sizeof(*call->pages));
	call->pages = call->entries;
	return call->entries ? 0 : -ENOMEM;
}

void pb_call_done(struct pb_call *call)
{
	kvfree(call->pieces);
	kvfree(call->entries);
	call->pieces = NULL;
	call->entries = NULL;
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

static u32 run_ops(const struct pb_run *run)
{
	return run->nr_ops ? run->nr_ops : run->nr_samples;
}

/* What contradicts itself, whatever the limits. */
static int run_check_sense(const struct pb_run *run)
{
	if (run->pad || !run->nr_samples || !run->release || run->release >= PB_NR_RELEASES)
		return -EINVAL;
	if (run->flags & PB_RUN_HOLD && (run->flags & PB_RUN_TWICE || run->group))
		return -EINVAL;
	if (run->flags & PB_RUN_IRQS_OFF && run->flags & (PB_RUN_HOLD | PB_RUN_TWICE))
		return -EINVAL;
	if (run->flags & PB_RUN_RECORD &&
	    (run->flags & ~(PB_RUN_RECORD | PB_RUN_WRITE) || run->stride_pages))
		return -EINVAL;
	if (!run->group && (run->worker || run->flags & PB_RUN_PACED))
		return -EINVAL;
	if (!run->stride_pages != !run->region_pages || run->stride_pages > run->region_pages)
		return -EINVAL;
	if (run_ops(run) < run->nr_samples || (run_ops(run) > run->nr_samples && !run->histogram))
		return -EINVAL;
	return 0;
}

static int run_check(const struct pb_run *run)
{
	int ret = pb_request_check(run->strategy, run->addr, run->nr_pages, run->flags);

	if (ret == -EINVAL || run_check_sense(run))
		return -EINVAL;
	if (ret)
		return ret;
	if (run->nr_samples > PB_MAX_SAMPLES || run->nr_warmup > PB_MAX_WARMUP)
		return -E2BIG;
	if (run->nr_ops > PB_MAX_OPS || run->region_pages > PB_MAX_PAGES)
		return -E2BIG;
	if (run->flags & PB_RUN_HOLD && run_ops(run) * run->nr_pages > PB_MAX_PAGES)
		return -E2BIG;
	if (run->flags & PB_RUN_RECORD &&
	    ((u64)run->nr_warmup + run_ops(run)) * run->nr_pages > PB_MAX_PAGES)
		return -E2BIG;
	return run->flags & PB_RUN_RECORD && !pb_record_possible() ? -EOPNOTSUPP : 0;
}

/* Starts are multiples of what stride and region have in common, so the last one is known. */
static u64 run_span(const struct pb_run *run)
{
	if (!run->region_pages)
		return run->nr_pages;
	return run->region_pages - gcd(run->stride_pages, run->region_pages) + run->nr_pages;
}

static int run_release_check(const struct pb_strategy *strategy, const struct pb_run *run)
{
	if (!strategy->measure[run->release][PB_SHAPE_ONCE])
		return -EOPNOTSUPP;
	if (run->flags & PB_RUN_IRQS_OFF && !strategy->measure[run->release][PB_SHAPE_IRQS_OFF])
		return -EOPNOTSUPP;
	if (run->release == PB_RELEASE_DIRTY || run->release == PB_RELEASE_RANGE_DIRTY)
		return run->flags & PB_RUN_WRITE ? 0 : -EOPNOTSUPP;
	return 0;
}

static int calls_init(struct pb_call *calls, u32 nr, struct pb_file *file, const struct pb_run *run)
{
	const struct pb_range range = {
		.addr = run->addr,
		.nr_pages = run->nr_pages,
		.span_pages = run_span(run),
		.nr_held = run->flags & PB_RUN_HOLD ? run_ops(run) : 1,
		.flags = run->flags,
	};
	bool in_pieces = run->release == PB_RELEASE_RANGE_DIRTY ||
			 run->release == PB_RELEASE_FOLIO;
	u32 i;
	int ret;

	for (i = 0; i < nr; i++) {
		ret = pb_call_init(&calls[i], file, &range);
		if (ret)
			return ret;
		if (!in_pieces)
			continue;
		calls[i].pieces = pb_alloc(run->nr_pages, sizeof(*calls[i].pieces));
		if (!calls[i].pieces)
			return -ENOMEM;
	}
	return 0;
}

static int run_measure(struct pb_loop *loop)
{
	const struct pb_strategy *strategy = loop->strategy;
	enum pb_shape shape = PB_SHAPE_ONCE;
	u32 i, nr_set_up = 0;
	int ret = 0;

	if (loop->flags & PB_RUN_TWICE)
		shape = PB_SHAPE_TWICE;
	else if (loop->flags & PB_RUN_HOLD)
		shape = PB_SHAPE_HOLD;
	else if (loop->flags & PB_RUN_IRQS_OFF)
		shape = PB_SHAPE_IRQS_OFF;
	while (strategy->setup && nr_set_up < loop->nr_calls_each) {
		ret = strategy->setup(&loop->calls[nr_set_up]);
		if (ret)
			goto teardown;
		nr_set_up++;
	}
	strategy->measure[loop->release][shape](loop->calls, loop);
	ret = loop->ret;
teardown:
	for (i = 0; i < nr_set_up && strategy->teardown; i++)
		strategy->teardown(&loop->calls[i]);
	return ret;
}

/* The caller says how large it thinks it is, like every structure. */
static int histogram_check(u64 addr)
{
	struct pb_run_histogram __user *histogram = u64_to_user_ptr(addr);
	u32 size, pad;

	if (get_user(size, &histogram->size) || get_user(pad, &histogram->pad))
		return -EFAULT;
	return size != sizeof(*histogram) || pad ? -EINVAL : 0;
}

static int loop_alloc(struct pb_loop *loop, const struct pb_run *run)
{
	int ret;

	if (!access_ok(u64_to_user_ptr(run->samples), array_size(run->nr_samples,
								  sizeof(*loop->samples))))
		return -EFAULT;
	if (run->histogram) {
		ret = histogram_check(run->histogram);
		if (ret)
			return ret;
		loop->histogram = pb_alloc(1, sizeof(*loop->histogram));
		if (!loop->histogram)
			return -ENOMEM;
		loop->histogram->size = sizeof(*loop->histogram);
	}
	loop->samples = pb_alloc(run->nr_samples, sizeof(*loop->samples));
	return loop->samples ? 0 : -ENOMEM;
}

static int loop_copy(const struct pb_loop *loop, const struct pb_run *run)
{
	if (copy_to_user(u64_to_user_ptr(run->samples), loop->samples,
			 array_size(run->nr_samples, sizeof(*loop->samples))))
		return -EFAULT;
	if (loop->histogram && copy_to_user(u64_to_user_ptr(run->histogram), loop->histogram,
					    sizeof(*loop->histogram)))
		return -EFAULT;
	return 0;
}

static void loop_report(const struct pb_loop *loop, struct pb_run *run)
{
	run->nr_done = min(loop->nr_counted, loop->nr_samples);
	run->nr_counted = loop->nr_counted;
	run->nr_partial = loop->nr_partial;
	run->nr_calls = loop->nr_calls;
	run->nr_discarded = loop->nr_discarded;
	run->start_ticks = pb_clock_is_shared() ? loop->start_ticks : 0;
	memcpy(run->failures, loop->failures, sizeof(run->failures));
}

static void calls_report(const struct pb_call *calls, u32 nr, struct pb_run *run)
{
	u32 i;

	for (i = 0; i < nr; i++)
		run->retries += calls[i].retries;
	run->nr_got = calls->nr_got;
	run->setup_ticks = calls->setup_ticks;
	run->teardown_ticks = calls->teardown_ticks;
	run->invalidations = calls->invalidations;
}

static int run_on(const struct pb_strategy *strategy, struct pb_file *file, struct pb_team *team,
		  struct pb_run *run)
{
	struct pb_call calls[2] = {};
	struct pb_loop loop = {
		.strategy = strategy,
		.calls = calls,
		.nr_calls_each = run->flags & PB_RUN_TWICE ? 2 : 1,
		.flags = run->flags,
		.release = run->release,
		.nr_warmup = run->nr_warmup,
		.nr_ops = run_ops(run),
		.nr_samples = run->nr_samples,
		.stride_pages = run->stride_pages,
		.region_pages = run->region_pages,
		.team = team,
		.worker = run->worker,
	};
	u32 i;
	int ret;

	ret = calls_init(calls, loop.nr_calls_each, file, run);
	if (!ret)
		ret = loop_alloc(&loop, run);
	if (ret)
		goto free_memory;
	run->empty_ticks = empty_ticks();
	ret = run_measure(&loop);
	loop_report(&loop, run);
	calls_report(calls, loop.nr_calls_each, run);
	if (!ret)
		ret = loop_copy(&loop, run);
free_memory:
	kvfree(loop.samples);
	kvfree(loop.histogram);
	for (i = 0; i < loop.nr_calls_each; i++)
		pb_call_done(&calls[i]);
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
	struct pb_team *team = NULL;
	int ret;

	results_clear(run);
	ret = run_check(run);
	if (!ret)
		ret = pb_clock_check();
	if (ret)
		return ret;
	if (run->group)
		ret = pb_team_join(file, run->group, run->worker, &team);
	if (ret)
		return ret;
	strategy = pb_strategy_get(run->strategy);
	if (!strategy) {
		ret = -ENOENT;
		goto leave_team;
	}
	ret = run_release_check(strategy, run);
	if (!ret)
		ret = run_on(strategy, file, team, run);
	pb_strategy_put(strategy);
leave_team:
	if (team)
		pb_team_leave(team, ret);
	return ret;
}
