// SPDX-License-Identifier: GPL-2.0-only
/*
 * loop - what happens between the timed windows: waiting, moving on, counting.
 * Why: the windows stand in strategy.h, in every strategy's module; what is not timed stands here,
 * once. Nothing in this file runs between two timestamps.
 */
#include "loop.h"

#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "compat/resched.h"
#include "uapi/histogram.h"

static bool is_warmup(const struct pb_loop *loop)
{
	return loop->nr_calls <= loop->nr_warmup; /* the call at hand is counted already */
}

/* Has this worker all that it was asked for? */
static bool is_full(const struct pb_loop *loop)
{
	return (loop->flags & PB_RUN_HOLD ? loop->nr_held : loop->nr_counted) == loop->nr_ops;
}

static bool is_over(struct pb_loop *loop)
{
	if (loop->ret)
		return true;
	if (!is_full(loop))
		return false;
	if (!loop->team)
		return true;
	if (!loop->finished)
		pb_team_finish(loop->team);
	loop->finished = true;
	return pb_team_finished(loop->team);
}

static int loop_start(struct pb_loop *loop)
{
	int ret = loop->team ? pb_team_gather(loop->team, loop->worker) : 0;

	if (ret)
		return ret;
	if (loop->team)
		loop->paced_from = pb_team_steps(loop->team);
	loop->start_ticks = pb_stamp();
	return 0;
}

/* A call may wait here, and not go on; where it goes on, nothing is left that could hold it up. */
static int loop_wait(struct pb_loop *loop)
{
	int ret;

	if (signal_pending(current))
		return -EINTR;
	pb_resched();
	if (!loop->team)
		return 0;
	if (loop->flags & PB_RUN_PACED) {
		ret = pb_team_pace(loop->team, loop->paced_from + loop->nr_calls + 1);
		if (ret)
			return ret;
	}
	/* whatever befalls a peer once all are finished is none of this run's business */
	return pb_team_cancelled(loop->team) && !pb_team_finished(loop->team) ? -ECANCELED : 0;
}

/* Where the next call begins, and where its pages go to. */
static void loop_move(struct pb_loop *loop)
{
	bool hold = loop->flags & PB_RUN_HOLD;
	struct pb_call *call;
	u32 i;

	if (!loop->stride_pages && !hold)
		return;
	for (i = 0; i < loop->nr_calls_each; i++) {
		call = &loop->calls[i];
		call->addr = call->span_addr + (loop->offset_pages << PAGE_SHIFT);
		if (hold)
			call->pages = (struct page **)call->entries +
				      loop->nr_held * call->nr_pages;
		if (loop->strategy->move)
			loop->strategy->move(call);
	}
	loop->offset_pages += loop->stride_pages;
	if (loop->offset_pages >= loop->region_pages)
		loop->offset_pages -= loop->region_pages;
}

bool pb_loop_next(struct pb_loop *loop)
{
	if (loop->flags & PB_RUN_RECORD)
		return pb_record_next(loop);
	if (is_over(loop))
		return false;
	if (!loop->nr_calls)
		loop->ret = loop_start(loop);
	if (!loop->ret)
		loop->ret = loop_wait(loop);
	if (is_over(loop)) /* the last peer may have finished as this one waited for a step */
		return false;
	if (loop->nr_calls == loop->nr_warmup) {
		loop->co_run.since = jiffies;
		pb_mark(PB_MARK_RUN_BEGIN);
	}
	loop_move(loop);
	loop->nr_calls++;
	if (loop->team && !loop->co_run.nr_calls)
		pb_team_co_run_begin(loop->team, &loop->co_run);
	return true;
}
EXPORT_SYMBOL_GPL(pb_loop_next);

/* Neighbours that one call of a kernel function can release: by frame, or by folio. */
static void pieces_find(struct pb_call *call, unsigned long nr, bool by_folio)
{
	struct pb_piece *piece = NULL;
	unsigned long i;

	call->nr_pieces = 0;
	for (i = 0; i < nr; i++) {
		struct page *page = call->pages[i];

		if (piece && (by_folio ? page_folio(page) == piece->folio
				       : page_to_pfn(page) ==
						 page_to_pfn(piece->page) + piece->nr_pages)) {
			piece->nr_pages++;
			continue;
		}
		piece = &call->pieces[call->nr_pieces++];
		piece->nr_pages = 1;
		if (by_folio)
			piece->folio = page_folio(page);
		else
			piece->page = page;
	}
}

static void failure_add(struct pb_loop *loop, int error)
{
	struct pb_failure *failure = loop->failures;
	struct pb_failure *end = failure + PB_MAX_ERRORS;

	while (failure < end && failure->error && failure->error != error)
		failure++;
	if (failure == end) {
		loop->ret = -error; /* nowhere to count it: it is not passed over in silence */
		return;
	}
	failure->error = error;
	failure->nr_calls++;
}

/* ret: what pb_call_result() made of it. A short call is no error of the kernel's: got >= 0. */
static void call_failed(struct pb_loop *loop, int ret, long got)
{
	loop->failed = true;
	if (ret == -EINTR) {
		loop->ret = ret;
		return;
	}
	if (got >= 0)
		loop->nr_partial++;
	else
		failure_add(loop, -ret);
	if (!(loop->flags & PB_RUN_TOLERATE))
		loop->ret = ret;
}

void pb_loop_acquired(struct pb_loop *loop, u64 ticks, long got, long got_twin)
{
	const long gots[] = { got, got_twin };
	u32 i;

	loop->acquire_ticks = ticks;
	loop->failed = false;
	for (i = 0; i < loop->nr_calls_each; i++) {
		struct pb_call *call = &loop->calls[i];
		int ret = pb_call_result(call, gots[i]);

		if (ret)
			call_failed(loop, ret, gots[i]);
		if (call->pieces)
			pieces_find(call, call->nr_got, loop->release == PB_RELEASE_FOLIO);
	}
	loop->nr_failed_last = loop->failed ? loop->nr_failed_last + 1 : 0;
	if (loop->nr_failed_last == PB_MAX_FAILURES && !loop->ret)
		loop->ret = -EOVERFLOW;
}
EXPORT_SYMBOL_GPL(pb_loop_acquired);

static void acquire_count(struct pb_loop *loop, u32 nr, u64 ticks)
{
	if (nr < loop->nr_samples)
		loop->samples[nr].acquire_ticks = ticks;
	if (loop->histogram)
		loop->histogram->acquire[pb_bucket_of(ticks)]++;
}

static void release_count(struct pb_loop *loop, u32 nr, u64 ticks)
{
	if (nr < loop->nr_samples)
		loop->samples[nr].release_ticks = ticks;
	if (loop->histogram)
		loop->histogram->release[pb_bucket_of(ticks)]++;
}

static void sample_count(struct pb_loop *loop, const struct pb_sample *sample)
{
	if (loop->nr_counted == loop->nr_ops)
		return;
	acquire_count(loop, loop->nr_counted, sample->acquire_ticks);
	release_count(loop, loop->nr_counted, sample->release_ticks);
	loop->nr_counted++;
}

static void co_run_end(struct pb_loop *loop)
{
	struct pb_co_run *co_run = &loop->co_run;
	u32 i;

	if (pb_team_co_run_counts(loop->team, loop->worker, co_run)) {
		for (i = 0; i < co_run->nr_calls; i++)
			sample_count(loop, &co_run->samples[i]);
		co_run->since = jiffies;
	} else {
		loop->nr_discarded += co_run->nr_calls;
		if (time_after(jiffies, co_run->since + PB_WAIT_S * HZ))
			loop->ret = -ETIMEDOUT;
	}
	co_run->nr_calls = 0;
}

void pb_loop_released(struct pb_loop *loop, u64 ticks)
{
	const struct pb_sample sample = { loop->acquire_ticks, ticks };

	if (loop->team)
		pb_team_beat(loop->team, loop->worker);
	if (loop->failed || is_warmup(loop) || loop->finished)
		return;
	if (!loop->team || loop->flags & PB_RUN_RECORD) {
		sample_count(loop, &sample);
		return;
	}
	loop->co_run.samples[loop->co_run.nr_calls++] = sample;
	if (loop->co_run.nr_calls == PB_CO_RUN_CALLS)
		co_run_end(loop);
}
EXPORT_SYMBOL_GPL(pb_loop_released);

bool pb_loop_keep(struct pb_loop *loop)
{
	if (loop->failed || is_warmup(loop))
		return false;
	acquire_count(loop, loop->nr_held++, loop->acquire_ticks);
	return true;
}
EXPORT_SYMBOL_GPL(pb_loop_keep);

/* Signals wait: what is held has to go, whatever comes. */
long pb_loop_next_held(struct pb_loop *loop)
{
	struct pb_call *call = loop->calls;

	if (loop->nr_released == loop->nr_held)
		return 0;
	pb_resched();
	call->pages = (struct page **)call->entries + loop->nr_released * call->nr_pages;
	if (call->pieces)
		pieces_find(call, call->nr_pages, loop->release == PB_RELEASE_FOLIO);
	return call->nr_pages;
}
EXPORT_SYMBOL_GPL(pb_loop_next_held);

void pb_loop_released_held(struct pb_loop *loop, u64 ticks)
{
	release_count(loop, loop->nr_released++, ticks);
	loop->nr_counted = loop->nr_released;
}
EXPORT_SYMBOL_GPL(pb_loop_released_held);
