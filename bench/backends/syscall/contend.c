// SPDX-License-Identifier: GPL-2.0-only
/*
 * contend - two threads that hold pages at once: the same page, one page table's, or each its own.
 * Why: see contend.h.
 */
#include "bench/backends/syscall/contend.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/backends/syscall/clock.h"
#include "bench/backends/syscall/core.h"
#include "bench/backends/syscall/sample.h"
#include "bench/memory/memory.h"
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
	_Atomic int error; /* why the other one could not even begin; 0 or -errno */
};

struct peer {
	const struct pb_user *consumer;
	struct pb_use *use;
	char *buffer;
	int cpu;
	struct ring *ring;
	bool process; /* with an address space of its own */
	pthread_t thread;
	pid_t pid;
};

static bool is_process(const struct pb_cell *cell)
{
	return pb_sharing_flags(cell->sharing) & PB_SHARING_PROCESSES;
}

static bool is_known(enum pb_cell_sharing sharing)
{
	return sharing < PB_NR_SHARINGS && sharing != PB_SHARING_FOLIO;
}

/* Of what memory its pages have to be. */
static int memory_check(const struct pb_cell *cell)
{
	const struct pb_memory_type *type = pb_memory_find(cell->memory);

	if (is_process(cell) && type && !type->shared)
		return pb_fail(-EOPNOTSUPP,
			       "sharing '%s' wants memory that is mapped shared, such as shmem or "
			       "memfd; memory '%s' is not that of two processes",
			       pb_sharing_name(cell->sharing), pb_memory_name(cell->memory));
	if (!is_process(cell) && cell->sharing != PB_SHARING_PRIVATE &&
	    cell->memory != PB_MEMORY_anon)
		return pb_fail(-EOPNOTSUPP,
			       "sharing '%s' wants memory 'anon': all pages of a huge "
			       "page share one count",
			       pb_sharing_name(cell->sharing));
	return 0;
}

int pb_contend_check(const struct pb_cell *cell, const struct pb_user *consumer, bool two_cpus)
{
	int ret;

	if (cell->nr_threads == 1 && cell->sharing == PB_SHARING_PRIVATE)
		return 0;
	if (cell->nr_threads != 2 || !is_known(cell->sharing))
		return pb_fail(
			-EOPNOTSUPP,
			"%u threads with sharing '%s': this backend has one thread with "
			"private pages, or two with private, page, pagetable, apart or frame",
			cell->nr_threads, pb_sharing_name(cell->sharing));
	if (!two_cpus)
		return pb_fail(-EOPNOTSUPP, "two threads cannot run at once: this process may use "
					    "one CPU only");
	if (!consumer->contends)
		return pb_fail(-EOPNOTSUPP,
			       "%s holds no reference that two threads could contend "
			       "for",
			       consumer->name);
	ret = memory_check(cell);
	if (ret)
		return ret;
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

static const struct pb_user xadd = { .name = "an atomic addition", .acquire = xadd_acquire };

/* Real-time where that is allowed: the two threads then really run at once. */
static void urgent(bool on)
{
	struct sched_param param = { .sched_priority = on ? PRIORITY : 0 };

	pthread_setschedparam(pthread_self(), on ? SCHED_FIFO : SCHED_OTHER, &param);
}

static int call_both(const struct pb_user *consumer, struct pb_use *use, char *buffer)
{
	int code = consumer->acquire(use, buffer);

	return code || !consumer->release ? code : consumer->release(use, buffer);
}

static void peer_go_on(const struct peer *peer)
{
	pb_core_run_on(peer->cpu);
	urgent(true);
	while (!atomic_load_explicit(&peer->ring->stop, memory_order_relaxed)) {
		if (call_both(peer->consumer, peer->use, peer->buffer))
			break; /* the beats stop, and nothing counts any more */
		atomic_fetch_add_explicit(&peer->ring->beats, 1, memory_order_relaxed);
	}
}

static void *thread_main(void *data)
{
	peer_go_on(data);
	return NULL;
}

/* What open() of the parent made names the parent's memory. */
static void process_main(struct peer *peer, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0); /* nobody is left to stop it */
	peer->use->state = NULL;
	peer->ring->error = peer->consumer->open(peer->use);
	if (!peer->ring->error)
		peer_go_on(peer);
	_exit(0);
}

static int peer_start(struct peer *peer)
{
	pid_t parent = getpid();
	int ret = 0;

	if (!peer->process)
		ret = -pthread_create(&peer->thread, NULL, thread_main, peer);
	else
		peer->pid = fork();
	if (peer->process && peer->pid < 0)
		ret = -errno;
	if (ret)
		return pb_fail(ret, "cannot start a second %s: %s",
			       peer->process ? "process" : "thread", strerror(-ret));
	if (peer->process && !peer->pid)
		process_main(peer, parent);
	return 0;
}

static void peer_join(struct peer *peer)
{
	atomic_store(&peer->ring->stop, true);
	if (peer->process)
		waitpid(peer->pid, NULL, 0);
	else
		pthread_join(peer->thread, NULL);
}

struct tally {
	double values[MAX_BLOCKS]; /* ticks a call */
	size_t nr;
	size_t nr_rejected;
};

static int blocks_time(const struct pb_user *consumer, struct pb_use *use, char *buffer,
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

static int burst(struct peer *peer, struct pb_use *use, char *buffer, struct tally *tally)
{
	uint64_t patience_ns = pb_clock_ns() + START_NS;
	int ret = peer_start(peer);

	if (ret)
		return ret;
	while (!atomic_load_explicit(&peer->ring->beats, memory_order_relaxed) &&
	       !peer->ring->error && pb_clock_ns() < patience_ns)
		sched_yield();
	urgent(true);
	ret = blocks_time(peer->consumer, use, buffer, peer->ring, tally);
	urgent(false);
	peer_join(peer);
	if (!ret && peer->ring->error)
		ret = pb_fail(peer->ring->error, "a second process cannot use %s: %s",
			      peer->consumer->name, strerror(-peer->ring->error));
	return ret;
}

/* Shared with a child, too. */
static int ring_map(struct ring **ret_ring)
{
	void *ring = mmap(NULL, sizeof(struct ring), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (ring == MAP_FAILED)
		return pb_fail(-errno, "cannot map a page to meet in: %s", strerror(errno));
	*ret_ring = ring;
	return 0;
}

static int contend(const struct pb_worker_setup *setup, const struct pb_user *consumer,
		   struct pb_use *uses[2], char *const buffers[2], bool process,
		   struct tally *tally)
{
	int nr_bursts = consumer == &xadd ? CONTROL_BURSTS : BURSTS;
	struct ring *ring = NULL;
	int ret = ring_map(&ring);

	tally->nr = tally->nr_rejected = 0;
	for (int i = 0; i < nr_bursts && !ret; i++) {
		struct peer peer = { .consumer = consumer,
				     .use = uses[1],
				     .buffer = buffers[1],
				     .cpu = setup->cpus[1],
				     .ring = ring,
				     .process = process };

		memset(ring, 0, sizeof(*ring));
		ret = burst(&peer, uses[0], buffers[0], tally);
	}
	if (ring)
		munmap(ring, sizeof(*ring));
	return ret;
}

static double middle_ns(const struct pb_worker_setup *setup, struct tally *tally)
{
	return pb_sample_middle(tally->values, tally->nr) * setup->tick_ns;
}

static char *peer_buffer(const struct pb_cell *cell, const struct pb_use *use)
{
	if (cell->sharing == PB_SHARING_PAGE || cell->sharing == PB_SHARING_FRAME)
		return use->buffers[0];
	if (cell->sharing == PB_SHARING_PAGETABLE)
		return use->buffers[0] + PEER_OFFSET * use->page_bytes;
	return use->buffers[1];
}

static int controls_take(const struct pb_worker_setup *setup, struct pb_use *use,
			 struct tally *tally, struct pb_worker_reply *reply)
{
	struct pb_use *uses[2] = { use, use };
	char *same[2] = { use->buffers[0], use->buffers[0] };
	int ret = contend(setup, &xadd, uses, same, false, tally);

	if (ret)
		return ret;
	reply->values[PB_KIND_XADD_SAME] = middle_ns(setup, tally) / XADDS;
	ret = contend(setup, &xadd, uses, use->buffers, false, tally);
	if (!ret)
		reply->values[PB_KIND_XADD_OWN] = middle_ns(setup, tally) / XADDS;
	return ret;
}

/* The other thread's core, too, has to be ours alone. */
static void peer_core_read(const struct pb_worker_setup *setup, struct pb_worker_reply *reply)
{
	struct pb_core core;

	pb_core_run_on(setup->cpus[1]);
	core = pb_sample_core();
	pb_core_run_on(setup->cpus[0]);
	reply->values[PB_KIND_FILL] = fmax(reply->values[PB_KIND_FILL], core.fill);
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
	if (job->cell->sharing == PB_SHARING_PAGETABLE)
		other.buffers[0] = other.buffers[1] = buffers[1];
	ret = job->consumer->open(&other);
	if (!ret)
		ret = contend(setup, job->consumer, uses, buffers, is_process(job->cell), &tally);
	job->consumer->close(&other);
	if (ret)
		return ret;
	peer_core_read(setup, reply);
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
