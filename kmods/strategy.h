/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * strategy - what a strategy is, and the one loop that times it.
 * Why: the loop is inlined into each strategy's module, so that a timed call is a direct call and
 * nothing but the call stands between two timestamps.
 */
#ifndef PB_STRATEGY_H
#define PB_STRATEGY_H

#include <linux/device.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/types.h>

#include "compat/clock.h"
#include "compat/folio.h"
#include "inject.h"
#include "uapi/mark.h"
#include "uapi/pinbench.h"

/* One range in one mm, and room for what acquiring it yields. */
struct pb_call {
	struct mm_struct *mm;
	unsigned long addr;
	unsigned long nr_pages;
	unsigned int gup_flags;
	union { /* one entry a page */
		struct page **pages;
		struct folio **folios;
		unsigned long *pfns;
	};
	void *private; /* from setup() to teardown() */
	u64 nr_got;
	u64 setup_ticks;
	u64 teardown_ticks;
	u64 invalidations;
	u32 retries;
};

struct pb_loop {
	struct pb_sample *samples;
	u32 nr_samples;
	u32 nr_warmup;
	u32 nr_done;
	int ret;
};

/*
 * setup() and teardown() surround a run, or a hold's acquire; neither is timed, save where they
 * time themselves into call->setup_ticks. A setup() that fails leaves nothing behind.
 * acquire() returns the pages it got, which may be fewer than asked, or -errno and nothing held.
 */
struct pb_strategy {
	u32 id;
	struct module *owner;
	const char *symbol; /* the kernel function that acquires */
	bool keeps_pages;   /* what it acquires can be held */
	int (*probe)(void); /* optional: can it work on this kernel? */
	int (*setup)(struct pb_call *call);
	void (*teardown)(struct pb_call *call);
	void (*measure)(struct pb_call *call, struct pb_loop *loop);
	long (*acquire)(struct pb_call *call);
	void (*release)(struct pb_call *call, long nr);
};

/* EINVAL, EEXIST, or what probe() returned. */
int pb_strategy_register(const struct pb_strategy *strategy);
void pb_strategy_unregister(const struct pb_strategy *strategy);

/*
 * Makes a module of a strategy: ident as in strategies.def, acquire and release __always_inline,
 * then any further members of struct pb_strategy.
 */
#define PB_DEFINE_STRATEGY(ident, function, acquire_pages, release_pages, ...)         \
	static void ident##_measure(struct pb_call *call, struct pb_loop *loop)        \
	{                                                                              \
		pb_measure(call, loop, acquire_pages, release_pages);                  \
	}                                                                              \
	static const struct pb_strategy ident##_strategy = {                           \
		.id = PB_STRATEGY_##ident,                                             \
		.owner = THIS_MODULE,                                                  \
		.symbol = function,                                                    \
		.measure = ident##_measure,                                            \
		.acquire = acquire_pages,                                              \
		.release = release_pages,                                              \
		##__VA_ARGS__,                                                         \
	};                                                                             \
	module_driver(ident##_strategy, pb_strategy_register, pb_strategy_unregister); \
	MODULE_DESCRIPTION("pinbench strategy " #ident);                               \
	MODULE_LICENSE("GPL")

/* Notes what acquire() returned: 0 when that was all, else the error that the caller sees. */
static inline int pb_call_result(struct pb_call *call, long got)
{
	call->nr_got = got > 0 ? got : 0;
	if (call->nr_got == call->nr_pages)
		return 0;
	if (got == -ERESTARTSYS)
		return -EINTR;
	if (got < 0)
		return got;
	/* a walk that a signal cut short is no sign of a page that cannot be had */
	return signal_pending(current) ? -EINTR : -EIO;
}

/*
 * Warm-up and measured calls go through the same instructions; only the store differs. All that is
 * not the call itself, counting included, is outside the two windows. Afterwards nothing is held,
 * and loop->ret is 0 or -errno.
 */
static __always_inline void pb_measure(struct pb_call *call, struct pb_loop *loop,
				       long (*acquire)(struct pb_call *),
				       void (*release)(struct pb_call *, long))
{
	u64 acquire_begin, acquire_end, release_begin, release_end;
	u32 i, nr_calls = loop->nr_warmup + loop->nr_samples;
	int ret = 0;
	long got;

	for (i = 0; i < nr_calls && !ret; i++) {
		if (i == loop->nr_warmup)
			pb_mark(PB_MARK_RUN_BEGIN);
		if (signal_pending(current)) {
			ret = -EINTR;
			break;
		}
		cond_resched();

		pb_mark(PB_MARK_ACQUIRE_BEGIN);
		acquire_begin = pb_stamp();
		pb_inject();
		got = acquire(call);
		acquire_end = pb_stamp();
		pb_mark(PB_MARK_ACQUIRE_END);

		ret = pb_call_result(call, got);
		if (got < 0)
			break;

		pb_mark(PB_MARK_RELEASE_BEGIN);
		release_begin = pb_stamp();
		release(call, got);
		release_end = pb_stamp();
		pb_mark(PB_MARK_RELEASE_END);

		if (ret || i < loop->nr_warmup)
			continue;
		loop->samples[loop->nr_done].acquire_ticks = acquire_end - acquire_begin;
		loop->samples[loop->nr_done].release_ticks = release_end - release_begin;
		loop->nr_done++;
	}
	pb_mark(PB_MARK_RUN_END);
	loop->ret = ret;
}

#endif
