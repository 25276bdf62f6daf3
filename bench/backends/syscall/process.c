// SPDX-License-Identifier: GPL-2.0-only
/*
 * process - the measuring process of a round: this program, started anew.
 * Why: see process.h.
 */
#include "bench/backends/syscall/process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bench/backends/syscall/core.h"
#include "bench/control/pools.h"
#include "bench/memory/hugetlb.h"
#include "common/err.h"
#include "common/str.h"

/* What pb_process_enter() knows one by, and the descriptors that it finds open. */
static const char word[] = "measuring-process";
enum { ORDERS_FD = 3, REPLIES_FD = 4 };

/* Orders are what is said once, then one of these for each job, in order. */
struct order {
	uint32_t job;
	struct pb_cell cell;
	bool prove;
};

struct orders {
	uint64_t budget_ns;
	double tick_ns;
	int cpus[2];
	pid_t owner; /* of what is added to the pools of huge pages: who gives these orders */
};

static bool write_whole(int fd, const void *data, size_t len_bytes)
{
	return write(fd, data, len_bytes) == (ssize_t)len_bytes;
}

/* By the same program on the same machine: as they lie in memory. */
static int orders_write(const struct pb_worker_setup *setup, size_t first, int fd)
{
	struct orders orders = { 0 };
	bool done;

	orders.budget_ns = setup->budget_ns;
	orders.tick_ns = setup->tick_ns;
	orders.owner = getpid();
	memcpy(orders.cpus, setup->cpus, sizeof(orders.cpus));
	done = write_whole(fd, &orders, sizeof(orders));
	for (size_t i = first; i < setup->nr_jobs && done; i++) {
		const struct pb_worker_job *job = &setup->jobs[setup->order[i]];
		struct order order;

		if (job->skip)
			continue;
		memset(&order, 0, sizeof(order));
		order.job = setup->order[i];
		order.cell = *job->cell;
		order.prove = job->prove;
		done = write_whole(fd, &order, sizeof(order));
	}
	if (!done || lseek(fd, 0, SEEK_SET))
		return pb_fail(-errno, "cannot write a measuring process's orders: %s",
			       strerror(errno));
	return 0;
}

/* In the child. Descriptors that stay open are those two, and the standard ones. */
static void become(int orders, int replies)
{
	char name[] = "pinbench", mode[sizeof(word)];
	char *const argv[] = { name, mode, NULL };
	int up = fcntl(replies, F_DUPFD_CLOEXEC, REPLIES_FD + 1);

	memcpy(mode, word, sizeof(word));
	if (up >= 0 && dup2(orders, ORDERS_FD) == ORDERS_FD && dup2(up, REPLIES_FD) == REPLIES_FD) {
		/* Where it was that descriptor already, dup2() left it as it was. */
		fcntl(ORDERS_FD, F_SETFD, 0);
		execv("/proc/self/exe", argv);
	}
	_exit(127);
}

int pb_process_start(const struct pb_worker_setup *setup, size_t first, pid_t *ret_pid,
		     int *ret_replies)
{
	_cleanup_close_ int orders = memfd_create("pinbench-orders", MFD_CLOEXEC);
	pid_t parent = getpid(), pid;
	int ends[2], ret;

	if (orders < 0)
		return pb_fail(-errno, "cannot make a memfd: %s", strerror(errno));
	ret = orders_write(setup, first, orders);
	if (ret)
		return ret;
	if (pipe2(ends, O_CLOEXEC))
		return pb_fail(-errno, "cannot make a pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0) {
		close(ends[0]);
		close(ends[1]);
		return pb_fail(-errno, "cannot start a measuring process: %s", strerror(errno));
	}
	if (pid == 0) {
		/* The parent takes the signals and ends this one. */
		signal(SIGINT, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
		signal(SIGTERM, SIG_DFL);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			become(orders, ends[1]);
		_exit(1);
	}
	close(ends[1]);
	*ret_pid = pid;
	*ret_replies = ends[0];
	return 0;
}

static bool reply_write(const struct pb_worker_reply *reply)
{
	return write_whole(REPLIES_FD, reply, sizeof(*reply));
}

static bool order_obey(const struct pb_worker_setup *setup, const struct order *order)
{
	struct pb_worker_reply reply = { .job = order->job };
	struct pb_worker_job job = {
		.cell = &order->cell,
		.consumer = pb_user_find(order->cell.strategy, order->cell.nr_threads > 1),
		.prove = order->prove,
	};

	/* A type of memory is one of the table, and a call has no more pages than it takes. */
	if (!job.consumer || order->cell.memory >= PB_NR_MEMORIES || !order->cell.nr_pages ||
	    order->cell.nr_pages > job.consumer->max_pages || !reply_write(&reply))
		return false;
	pb_worker_sample(setup, &job, &reply);
	return reply_write(&reply);
}

static pid_t pools_owner;

/* The parent gives it back; where that is gone, this one is about to be killed as well. */
static int pool_add(unsigned int shift, uint64_t nr_huge)
{
	if (getppid() != pools_owner)
		return pb_fail(-EOPNOTSUPP, "nobody is left to give it back");
	return pb_pools_add("", pools_owner, UINT64_C(1) << (shift - 10), nr_huge);
}

static int orders_obey(void)
{
	struct pb_worker_setup setup = { 0 };
	struct orders orders;
	struct order order;
	ssize_t got;

	if (read(ORDERS_FD, &orders, sizeof(orders)) != (ssize_t)sizeof(orders))
		return 1;
	for (int i = 0; i < 2; i++)
		if (orders.cpus[i] < -1 || orders.cpus[i] >= CPU_SETSIZE)
			return 1;
	setup.budget_ns = orders.budget_ns;
	setup.tick_ns = orders.tick_ns;
	memcpy(setup.cpus, orders.cpus, sizeof(setup.cpus));
	pb_core_run_on(setup.cpus[0]);
	pools_owner = orders.owner;
	pb_hugetlb_grow_by(pool_add);
	while ((got = read(ORDERS_FD, &order, sizeof(order))) == (ssize_t)sizeof(order))
		if (!order_obey(&setup, &order))
			return 1;
	return got ? 1 : 0;
}

void pb_process_enter(int argc, char **argv)
{
	/* Typed by someone, the word is as unknown as any other. */
	if (argc == 2 && pb_streq(argv[1], word) && fcntl(ORDERS_FD, F_GETFD) >= 0)
		_exit(orders_obey());
}
