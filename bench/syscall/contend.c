// SPDX-License-Identifier: GPL-2.0-only
/*
 * contend - two threads that hold pages at once: the same page, one page table's, or each its own.
 * Why: what a reference count costs is mostly what it costs when another CPU wants it, too.
 */
#include "bench/syscall/contend.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "bench/syscall/clock.h"
#include "bench/syscall/sample.h"
#include "common/err.h"
#include "common/str.h"

enum {
	TABLE_PAGES = 512, /* of one page table, from where a buffer begins */
	PEER_OFFSET = 256, /* the other thread's pages, where one table has both */
	BURSTS = 3,
	CONTROL_BURSTS = 1,
	BURST_NS = 4 * 1000 * 1000, /* short, since real-time threads keep all others out */
	START_NS = 20 * 1000 * 1000,
	MAX_BLOCKS = 4096,
	XADDS = 64, /* additions in a control's call */
	PRIORITY = 10,
};

/* What the two threads share: each on a line of its own, else the gate itself would contend. */
struct ring {
	_Alignas(256) _Atomic uint64_t beats;
	_Alignas(256) atomic_bool stop;
};

struct peer {
	const struct pb_consumer *consumer;
	struct pb_use *use;
	char *buffer;
	int cpu;
	struct ring *ring;
};

int pb_contend_check(const struct pb_cell *cell, const struct pb_consumer *consumer, bool two_cpus)
{
	bool private = pb_streq(cell->sharing, "private");

	if (cell->nr_threads == 1 && private)
		return 0;
	if (cell->nr_threads != 2)
		return pb_fail(-EOPNOTSUPP,
			       "%u threads with sharing '%s': this backend has one thread with "
			       "private pages, or two with private, page or pagetable",
			       cell->nr_threads, cell->sharing);
	if (!two_cpus)
		return pb_fail(-EOPNOTSUPP, "two threads cannot run at once: this process may use "
					    "one CPU only");
	if (!consumer->contends)
		return pb_fail(-EOPNOTSUPP,
			       "%s holds no reference that two threads could contend "
			       "for",
			       consumer->name);
	if (!private && !pb_streq(cell->memory, "anon"))
		return pb_fail(-EOPNOTSUPP,
			       "sharing '%s' wants memory 'anon': all pages of a huge "
			       "page share one count",
			       cell->sharing);
	if (cell->nr_pages > TABLE_PAGES - PEER_OFFSET)
		return pb_fail(-E2BIG, "%llu pages: one page table has room for two times %d",
			       (unsigned long long)cell->nr_pages, TABLE_PAGES - PEER_OFFSET);
	return 0;
}

uint64_t pb_contend_pages(const struct pb_cell *cell)
{
	return cell->nr_threads > 1 ? TABLE_PAGES : cell->nr_pages;
}

static int xadd_acquire(struct pb_use *use, char *buffer)
{
	(void)use;
	for (int i = 0; i < XADDS; i++)
		__atomic_fetch_add((long *)(void *)buffer, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static const struct pb_consumer xadd = { .name = "an atomic addition", .acquire = xadd_acquire };

/* Real-time where that is allowed: the two threads then really run at once. */
static void urgent(bool on)
{
	struct sched_param param = { .sched_priority = on ? PRIORITY : 0 };

	pthread_setschedparam(pthread_self(), on ? SCHED_FIFO : SCHED_OTHER, &param);
}

static int call_both(const struct pb_consumer *consumer, struct pb_use *use, char *buffer)
{
	int code = consumer->acquire(use, buffer);

	return code || !consumer->release ? code : consumer->release(use, buffer);
}

static void *peer_main(void *data)
{
	const struct peer *peer = data;
	cpu_set_t there;

	CPU_ZERO(&there);
	CPU_SET((size_t)peer->cpu, &there);
	pthread_setaffinity_np(pthread_self(), sizeof(there), &there);
	urgent(true);
	while (!atomic_load_explicit(&peer->ring->stop, memory_order_relaxed)) {
		if (call_both(peer->consumer, peer->use, peer->buffer))
			break; /* the beats stop, and nothing counts any more */
		atomic_fetch_add_explicit(&peer->ring->beats, 1, memory_order_relaxed);
	}
	return NULL;
}

struct tally {
	double values[MAX_BLOCKS]; /* ticks a call */
	size_t nr;
	size_t nr_rejected;
};

static int blocks_time(const struct pb_consumer *consumer, struct pb_use *use, char *buffer,
		       struct ring *ring, struct tally *tally)
{
	uint64_t end_ns = pb_clock_ns() + BURST_NS;

	while (tally->nr < MAX_BLOCKS && pb_clock_ns() < end_ns) {
		uint64_t beats = atomic_load_explicit(&ring->beats, memory_order_relaxed);
		uint64_t begin = pb_clock_ticks(), end;
		int code = 0;

		for (int i = 0; i < PB_GATE_CALLS && !code; i++)
			code = call_both(consumer, use, buffer);
		end = pb_clock_ticks();
		if (code)
			return pb_fail(code, "a call of %s failed beside another thread's: %s",
				       consumer->name, strerror(-code));
		if (pb_gate_opens(beats, atomic_load_explicit(&ring->beats, memory_order_relaxed)))
			tally->values[tally->nr++] = (double)(end - begin) / PB_GATE_CALLS;
		else
			tally->nr_rejected++;
	}
	return 0;
}

static int burst(const struct peer *peer, struct pb_use *use, char *buffer, struct tally *tally)
{
	uint64_t patience_ns = pb_clock_ns() + START_NS;
	pthread_t thread;
	int ret = pthread_create(&thread, NULL, peer_main, (void *)peer);

	if (ret)
		return pb_fail(-ret, "cannot start a second thread: %s", strerror(ret));
	while (!atomic_load_explicit(&peer->ring->beats, memory_order_relaxed) &&
	       pb_clock_ns() < patience_ns)
		sched_yield();
	urgent(true);
	ret = blocks_time(peer->consumer, use, buffer, peer->ring, tally);
	urgent(false);
	atomic_store(&peer->ring->stop, true);
	pthread_join(thread, NULL);
	return ret;
}

static int contend(const struct pb_worker_setup *setup, const struct pb_consumer *consumer,
		   struct pb_use *uses[2], char *const buffers[2], struct tally *tally)
{
	int nr_bursts = consumer == &xadd ? CONTROL_BURSTS : BURSTS;

	tally->nr = tally->nr_rejected = 0;
	for (int i = 0; i < nr_bursts; i++) {
		struct ring ring = { 0 };
		const struct peer peer = { consumer, uses[1], buffers[1], setup->cpus[1], &ring };
		int ret = burst(&peer, uses[0], buffers[0], tally);

		if (ret)
			return ret;
	}
	return 0;
}

static double middle_ns(const struct pb_worker_setup *setup, struct tally *tally)
{
	return pb_sample_middle(tally->values, tally->nr) * setup->tick_ns;
}

static char *peer_buffer(const struct pb_cell *cell, const struct pb_use *use)
{
	if (pb_streq(cell->sharing, "page"))
		return use->buffers[0];
	if (pb_streq(cell->sharing, "pagetable"))
		return use->buffers[0] + PEER_OFFSET * use->page_bytes;
	return use->buffers[1];
}

static int controls_take(const struct pb_worker_setup *setup, struct pb_use *use,
			 struct tally *tally, struct pb_worker_reply *reply)
{
	struct pb_use *uses[2] = { use, use };
	char *same[2] = { use->buffers[0], use->buffers[0] };
	int ret = contend(setup, &xadd, uses, same, tally);

	if (ret)
		return ret;
	reply->values[PB_KIND_XADD_SAME] = middle_ns(setup, tally) / XADDS;
	ret = contend(setup, &xadd, uses, use->buffers, tally);
	if (!ret)
		reply->values[PB_KIND_XADD_OWN] = middle_ns(setup, tally) / XADDS;
	return ret;
}

int pb_contend_take(const struct pb_worker_setup *setup, const struct pb_worker_job *job,
		    struct pb_use *use, struct pb_worker_reply *reply)
{
	static struct tally tally;
	struct pb_use other = *use, *uses[2] = { use, &other };
	char *buffers[2] = { use->buffers[0], peer_buffer(job->cell, use) };
	int ret;

	/* Its own pipes, rings and lists, on the buffers as it will name them. */
	other.state = NULL;
	if (pb_streq(job->cell->sharing, "pagetable"))
		other.buffers[0] = other.buffers[1] = buffers[1];
	ret = job->consumer->open(&other);
	if (!ret)
		ret = contend(setup, job->consumer, uses, buffers, &tally);
	job->consumer->close(&other);
	if (ret)
		return ret;
	reply->values[PB_KIND_ACQUIRE] = middle_ns(setup, &tally);
	/* Both halves are in acquire here, so both baselines come off it. */
	if (job->consumer->release)
		reply->values[PB_KIND_BASE_ACQUIRE] += reply->values[PB_KIND_BASE_RELEASE];
	reply->values[PB_KIND_RELEASE] = NAN;
	reply->values[PB_KIND_BASE_RELEASE] = NAN;
	reply->values[PB_KIND_PAIR] = NAN;
	reply->values[PB_KIND_BASE_PAIR] = NAN;
	reply->values[PB_KIND_COUNTED] = (double)tally.nr * PB_GATE_CALLS;
	reply->values[PB_KIND_REJECTED] = (double)tally.nr_rejected * PB_GATE_CALLS;
	return controls_take(setup, use, &tally, reply);
}
