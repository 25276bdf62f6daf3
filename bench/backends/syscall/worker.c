// SPDX-License-Identifier: GPL-2.0-only
/*
 * worker - one visit to a cell: pages made, warmed, proved and timed.
 * Why: see worker.h.
 */
#include "bench/backends/syscall/worker.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "bench/backends/syscall/buffers.h"
#include "bench/backends/syscall/contend.h"
#include "bench/backends/syscall/sample.h"
#include "common/err.h"

/* As in a guest: two rounds of calls, a drain after each, bring pages to where they stay. */
enum { WARM_ROUNDS = 2, WARM_CALLS = 4 };

/* What open() left behind is closed on every path. */
struct opened {
	const struct pb_user *consumer;
	struct pb_use *use;
};

static void opened_done(struct opened *opened)
{
	if (opened->use)
		opened->consumer->close(opened->use);
}

static int pages_warm(const struct pb_user *consumer, struct pb_use *use, uint32_t nr_more)
{
	int ret = 0;

	for (int i = 0; i < WARM_ROUNDS && !ret; i++) {
		for (int j = 0; j < WARM_CALLS && !ret; j++)
			ret = pb_sample_warm(consumer, use);
		if (!ret)
			ret = pb_memory_drain();
	}
	for (uint32_t i = 0; i < nr_more && !ret; i++)
		ret = pb_sample_warm(consumer, use);
	return ret;
}

/* Memory that could be had and was not is no refusal: it may be there the next time. */
static bool is_memory_refusal(int code)
{
	return code == -EOPNOTSUPP || code == -EPERM || code == -EACCES || code == -ENOSYS;
}

/* The kernel's or the administrator's no: a result. Everything else went wrong. */
static bool is_refusal(int code)
{
	switch (-code) {
	case EPERM:
	case EACCES:
	case ENOSYS:
	case EOPNOTSUPP:
	case ENOENT:
	case ENXIO:
	case ENODEV:
	case ENOMEM: /* of locked memory or pipes: limits */
	case E2BIG:
	case EMFILE: /* of open files: limits, too */
	case ENFILE:
		return true;
	}
	return false;
}

static void reply_end(struct pb_worker_reply *reply, int code, bool refusal)
{
	reply->state = refusal ? PB_CELL_REFUSED : PB_CELL_FAILED;
	reply->error = -code;
	snprintf(reply->reason, sizeof(reply->reason), "%s", pb_fail_message(code));
	pb_fail_clear();
}

static int values_take(const struct pb_worker_setup *setup, const struct pb_worker_job *job,
		       struct pb_use *use, struct pb_worker_reply *reply)
{
	struct pb_sample_times times;
	int ret = pb_sample_take(job->consumer, use, setup->budget_ns, &times);

	if (ret)
		return ret;
	reply->values[PB_KIND_ACQUIRE] = times.acquire * setup->tick_ns;
	reply->values[PB_KIND_RELEASE] = times.release * setup->tick_ns;
	reply->values[PB_KIND_BASE_ACQUIRE] = times.base_acquire * setup->tick_ns;
	reply->values[PB_KIND_BASE_RELEASE] = times.base_release * setup->tick_ns;
	reply->values[PB_KIND_PAIR] = times.pair * setup->tick_ns;
	reply->values[PB_KIND_BASE_PAIR] = times.base_pair * setup->tick_ns;
	reply->values[PB_KIND_CYCLE] = times.core.cycle * setup->tick_ns;
	reply->values[PB_KIND_FILL] = times.core.fill;
	return 0;
}

static int use_sample(const struct pb_worker_setup *setup, const struct pb_worker_job *job,
		      struct pb_use *use, struct pb_worker_reply *reply)
{
	int ret = pages_warm(job->consumer, use, job->cell->nr_warmup);

	if (!ret && job->prove)
		ret = pb_identity_prove(job->consumer, use, &reply->identity);
	if (!ret)
		ret = values_take(setup, job, use, reply);
	if (!ret && job->cell->nr_threads > 1)
		ret = pb_contend_take(setup, job, use, reply);
	/* Probing for it would be over the message that says what went wrong. */
	if (!ret)
		snprintf(reply->symbol, sizeof(reply->symbol), "%s", job->consumer->symbol(use));
	return ret;
}

void pb_worker_sample(const struct pb_worker_setup *setup, const struct pb_worker_job *job,
		      struct pb_worker_reply *reply)
{
	pb_cleanup(pb_buffers_done) struct pb_buffers buffers = { 0 };
	struct pb_use use = { .nr_pages = job->cell->nr_pages };
	pb_cleanup(opened_done) struct opened opened = { .consumer = job->consumer };
	int ret = pb_buffers_init(&buffers, job->cell->memory, pb_contend_pages(job->cell), &use);

	for (int kind = 0; kind < PB_KIND_NR; kind++)
		reply->values[kind] = NAN;
	if (ret) {
		reply_end(reply, ret, is_memory_refusal(ret));
		return;
	}
	opened.use = &use;
	ret = job->consumer->open(&use);
	if (!ret && job->consumer->fits)
		ret = job->consumer->fits(&use, job->cell->strategy);
	if (!ret)
		ret = use_sample(setup, job, &use, reply);
	if (ret) {
		reply_end(reply, ret, is_refusal(ret));
		return;
	}
	ret = pb_buffers_verify(&buffers);
	if (ret)
		reply_end(reply, pb_fail_in(ret, "the memory changed while it was measured"),
			  false);
	else
		reply->state = PB_CELL_MEASURED;
	reply->proof = buffers.proof;
}
