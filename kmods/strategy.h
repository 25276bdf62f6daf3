/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * strategy - what a strategy is, and the one loop that times it.
 * Why: the loop is inlined into each strategy's module, so that a timed call is a direct call and
 * nothing but the call stands between two timestamps.
 */
#ifndef PB_STRATEGY_H
#define PB_STRATEGY_H

#include <linux/device.h>
#include <linux/irqflags.h>
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

/* What one call of a kernel function releases: neighbours among a call's pages. */
struct pb_piece {
	union {
		struct page *page; /* the first of them */
		struct folio *folio;
	};
	unsigned long nr_pages;
};

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
	struct pb_piece *pieces; /* of these pages; found for the releases that want them */
	unsigned long nr_pieces;
	void *private; /* from setup() to teardown() */
	unsigned long span_addr; /* all that addr can come to in this run, and what follows it */
	unsigned long span_pages;
	void *entries; /* the allocation behind pages: one array, or one for each held call */
	u64 nr_got;
	u64 setup_ticks;
	u64 teardown_ticks;
	u64 invalidations;
	u32 retries;
};

struct pb_loop;

/*
 * A loop for each way to release: PB_SHAPE_ONCE acquires and releases call by call, PB_SHAPE_TWICE
 * does each twice in a window, PB_SHAPE_HOLD acquires all calls' pages before it releases any,
 * PB_SHAPE_IRQS_OFF is once with interrupts off in the windows, and only for what never sleeps.
 */
enum pb_shape {
	PB_SHAPE_ONCE,
	PB_SHAPE_TWICE,
	PB_SHAPE_HOLD,
	PB_SHAPE_IRQS_OFF,
	PB_NR_SHAPES
};
#define PB_NR_RELEASES (PB_RELEASE_FOLIO + 1)

typedef void (*pb_measure_fn)(struct pb_call *calls, struct pb_loop *loop);

/* From acquire(): all that was asked for, where there is nothing to count. */
#define PB_GOT_ALL LONG_MAX

/*
 * setup() and teardown() surround a run, or a hold's acquire; neither is timed, save where they
 * time themselves into call->setup_ticks. A setup() that fails leaves nothing behind. move() is
 * told, outside the windows, that addr or pages changed since; setup() sees them as they are first.
 * acquire() returns the pages it got, which may be fewer than asked, or -errno and nothing held.
 */
struct pb_strategy {
	u32 id;
	struct module *owner;
	const char *symbol; /* the kernel function that acquires */
	bool keeps_pages;   /* what it acquires can be held */
	int (*probe)(void); /* optional: can it work on this kernel? */
	int (*setup)(struct pb_call *call);
	void (*move)(struct pb_call *call);
	void (*teardown)(struct pb_call *call);
	long (*acquire)(struct pb_call *call);
	void (*release)(struct pb_call *call, long nr);
	pb_measure_fn measure[PB_NR_RELEASES][PB_NR_SHAPES]; /* NULL: no such release here */
};

/* EINVAL, EEXIST, or what probe() returned. */
int pb_strategy_register(const struct pb_strategy *strategy);
void pb_strategy_unregister(const struct pb_strategy *strategy);

/*
 * What the loop does between the windows, in loop.c.
 *   next      before a call: waits, moves on; false when there is no other one
 *   acquired  after an acquire window: pages that each of the two acquires got, or -errno
 *   released  after a release window, or where there was none
 *   keep      instead of a release: are the call's pages to be held?
 *   next_held the pages of the next call that is held, ready to be released; 0 after the last
 *   released_held after its window
 */
bool pb_loop_next(struct pb_loop *loop);
void pb_loop_acquired(struct pb_loop *loop, u64 ticks, long got, long got_twin);
void pb_loop_released(struct pb_loop *loop, u64 ticks);
bool pb_loop_keep(struct pb_loop *loop);
long pb_loop_next_held(struct pb_loop *loop);
void pb_loop_released_held(struct pb_loop *loop, u64 ticks);

/*
 * The two windows. All that is not the call itself, counting included, is outside of them; with
 * @twice, which is a constant, they hold two calls on the same range.
 */
static __always_inline u64 pb_acquire_timed(struct pb_call *calls,
					    long (*acquire)(struct pb_call *), const bool twice,
					    long *ret_got, long *ret_got_twin)
{
	long got, got_twin = 0;
	u64 begin, end;

	pb_mark(PB_MARK_ACQUIRE_BEGIN);
	begin = pb_stamp();
	pb_inject();
	got = acquire(&calls[0]);
	if (twice)
		got_twin = acquire(&calls[1]);
	end = pb_stamp();
	pb_mark(PB_MARK_ACQUIRE_END);
	*ret_got = got;
	*ret_got_twin = got_twin;
	return end - begin;
}

static __always_inline u64 pb_release_timed(struct pb_call *calls,
					    void (*release)(struct pb_call *, long),
					    const bool twice, long got, long got_twin)
{
	u64 begin, end;

	pb_mark(PB_MARK_RELEASE_BEGIN);
	begin = pb_stamp();
	release(&calls[0], got);
	if (twice)
		release(&calls[1], got_twin);
	end = pb_stamp();
	pb_mark(PB_MARK_RELEASE_END);
	return end - begin;
}

/* Warm-up and measured calls go through the same instructions. Afterwards nothing is held. */
static __always_inline void pb_measure(struct pb_call *calls, struct pb_loop *loop,
				       long (*acquire)(struct pb_call *),
				       void (*release)(struct pb_call *, long), const bool twice)
{
	long got, got_twin;
	u64 ticks;

	while (pb_loop_next(loop)) {
		ticks = pb_acquire_timed(calls, acquire, twice, &got, &got_twin);
		pb_loop_acquired(loop, ticks, got, got_twin);
		ticks = 0;
		if (likely(got > 0 && (!twice || got_twin > 0)))
			ticks = pb_release_timed(calls, release, twice, got, got_twin);
		else if (got > 0)
			release(&calls[0], got);
		else if (got_twin > 0)
			release(&calls[1], got_twin);
		pb_loop_released(loop, ticks);
	}
	pb_mark(PB_MARK_RUN_END);
}

static __always_inline void pb_measure_hold(struct pb_call *call, struct pb_loop *loop,
					    long (*acquire)(struct pb_call *),
					    void (*release)(struct pb_call *, long))
{
	long got, no_twin;
	u64 ticks;

	while (pb_loop_next(loop)) {
		ticks = pb_acquire_timed(call, acquire, false, &got, &no_twin);
		pb_loop_acquired(loop, ticks, got, 0);
		if (got > 0 && !pb_loop_keep(loop))
			release(call, got);
	}
	while ((got = pb_loop_next_held(loop))) {
		ticks = pb_release_timed(call, release, false, got, 0);
		pb_loop_released_held(loop, ticks);
	}
	pb_mark(PB_MARK_RUN_END);
}

/* A loop of its own, so that what switches interrupts moves nothing in the windows of the others. */
static __always_inline void pb_measure_irqs_off(struct pb_call *call, struct pb_loop *loop,
						long (*acquire)(struct pb_call *),
						void (*release)(struct pb_call *, long))
{
	unsigned long irqs;
	long got, no_twin;
	u64 ticks;

	while (pb_loop_next(loop)) {
		local_irq_save(irqs);
		ticks = pb_acquire_timed(call, acquire, false, &got, &no_twin);
		local_irq_restore(irqs);
		pb_loop_acquired(loop, ticks, got, 0);
		ticks = 0;
		if (likely(got > 0)) {
			local_irq_save(irqs);
			ticks = pb_release_timed(call, release, false, got, 0);
			local_irq_restore(irqs);
		}
		pb_loop_released(loop, ticks);
	}
	pb_mark(PB_MARK_RUN_END);
}

/* The loops of one way to release: functions, and their row in struct pb_strategy's measure. */
#define PB_LOOPS(name, acquire_pages, release_pages)                                   \
	static void name##_once(struct pb_call *calls, struct pb_loop *loop)           \
	{                                                                              \
		pb_measure(calls, loop, acquire_pages, release_pages, false);          \
	}                                                                              \
	static void name##_twice(struct pb_call *calls, struct pb_loop *loop)          \
	{                                                                              \
		pb_measure(calls, loop, acquire_pages, release_pages, true);           \
	}                                                                              \
	static void name##_hold(struct pb_call *calls, struct pb_loop *loop)           \
	{                                                                              \
		pb_measure_hold(calls, loop, acquire_pages, release_pages);            \
	}

#define PB_LOOPS_OF(name)                                                              \
	{                                                                              \
		[PB_SHAPE_ONCE] = name##_once, [PB_SHAPE_TWICE] = name##_twice,        \
		[PB_SHAPE_HOLD] = name##_hold,                                         \
	}

/* One loop more, for what never sleeps. */
#define PB_LOOPS_OF_ATOMIC(name)                                                       \
	{                                                                              \
		[PB_SHAPE_ONCE] = name##_once, [PB_SHAPE_TWICE] = name##_twice,        \
		[PB_SHAPE_HOLD] = name##_hold, [PB_SHAPE_IRQS_OFF] = name##_irqs_off,  \
	}

#define PB_STRATEGY_MODULE(ident, function, acquire_pages, release_pages, loops, ...)  \
	PB_LOOPS(ident##_plain, acquire_pages, release_pages)                          \
	static const struct pb_strategy ident##_strategy = {                           \
		.id = PB_STRATEGY_##ident,                                             \
		.owner = THIS_MODULE,                                                  \
		.symbol = function,                                                    \
		.acquire = acquire_pages,                                              \
		.release = release_pages,                                              \
		.measure[PB_RELEASE_PLAIN] = loops,                                    \
		##__VA_ARGS__,                                                         \
	};                                                                             \
	module_driver(ident##_strategy, pb_strategy_register, pb_strategy_unregister); \
	MODULE_DESCRIPTION("pinbench strategy " #ident);                               \
	MODULE_LICENSE("GPL")

/*
 * Makes a module of a strategy: ident as in strategies.def, acquire and release __always_inline,
 * then any further members of struct pb_strategy.
 */
#define PB_DEFINE_STRATEGY(ident, function, acquire_pages, release_pages, ...)         \
	PB_STRATEGY_MODULE(ident, function, acquire_pages, release_pages,              \
			   PB_LOOPS_OF(ident##_plain), ##__VA_ARGS__)

/* The same of one whose acquire and release never sleep. */
#define PB_DEFINE_ATOMIC_STRATEGY(ident, function, acquire_pages, release_pages, ...)  \
	static void ident##_plain_irqs_off(struct pb_call *calls, struct pb_loop *loop) \
	{                                                                              \
		pb_measure_irqs_off(calls, loop, acquire_pages, release_pages);        \
	}                                                                              \
	PB_STRATEGY_MODULE(ident, function, acquire_pages, release_pages,              \
			   PB_LOOPS_OF_ATOMIC(ident##_plain), ##__VA_ARGS__)

/* Notes what acquire() returned: 0 when that was all, else the error that the caller sees. */
static inline int pb_call_result(struct pb_call *call, long got)
{
	if (got == PB_GOT_ALL)
		got = call->nr_pages;
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

#endif
