// SPDX-License-Identifier: GPL-2.0-only
/*
 * pools - huge pages that runs add to the kernel's pools, and give back.
 * Why: see pools.h.
 */
#include "bench/control/pools.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>

#include "bench/control/shares.h"
#include "common/err.h"
#include "common/sysfs.h"

enum { MOST_NODES = 1024, PATIENCE_MS = 2000, STEP_MS = 50 };

/* The pool's file of this node; -1: of all nodes at once, where the kernel knows none. */
static char *path_of(int node, uint64_t kib)
{
	if (node < 0)
		return pb_format("/sys/kernel/mm/hugepages/hugepages-%" PRIu64 "kB/nr_hugepages",
				 kib);
	return pb_format("/sys/devices/system/node/node%d/hugepages/hugepages-%" PRIu64
			 "kB/nr_hugepages",
			 node, kib);
}

/* Sizing turns others' surplus pages into permanent ones: they are waited for. */
static int surplus_wait(const char *root, uint64_t kib)
{
	_cleanup_free_ char *path = path_of(-1, kib);
	struct pb_pool pool;
	int ret = path ? pb_pool_read(root, path, &pool) : -ENOMEM;

	for (int ms = 0; !ret && pool.all_surplus && ms < PATIENCE_MS; ms += STEP_MS) {
		usleep(STEP_MS * 1000);
		ret = pb_pool_read(root, path, &pool);
	}
	if (ret || !pool.all_surplus)
		return ret;
	return pb_fail(-EOPNOTSUPP,
		       "others use %" PRIu64 " surplus huge pages of %" PRIu64
		       " KiB, which would become permanent if the pool were sized now",
		       pool.all_surplus, kib);
}

/* The administrator lets whoever maps huge pages have so many without any pool. */
static bool overcommit_suffices(const char *root, uint64_t kib, uint64_t nr)
{
	_cleanup_free_ char *most = pb_format(
		"/sys/kernel/mm/hugepages/hugepages-%" PRIu64 "kB/nr_overcommit_hugepages", kib);
	_cleanup_free_ char *used = pb_format(
		"/sys/kernel/mm/hugepages/hugepages-%" PRIu64 "kB/surplus_hugepages", kib);

	return most && used &&
	       pb_sys_number(root, most, 0) - pb_sys_number(root, used, 0) >= (long long)nr;
}

/* This CPU's node first: pages of another one are dearer. */
static size_t nodes_list(const char *root, int nodes[MOST_NODES])
{
	_cleanup_free_ char *text = pb_sys_text(root, "/sys/devices/system/node/has_memory");
	pb_cleanup(pb_cpu_list_done) struct pb_cpu_list list = { 0 };
	unsigned int cpu = 0, here = 0;
	size_t nr = 0;

	if (!text || pb_cpu_list_parse(text, &list) || !list.nr) {
		pb_fail_clear();
		nodes[0] = -1;
		return 1;
	}
	getcpu(&cpu, &here);
	for (int far = 0; far <= 1; far++)
		for (size_t i = 0; i < list.nr && nr < MOST_NODES; i++)
			if ((list.ids[i] != (int)here) == far)
				nodes[nr++] = list.ids[i];
	return nr;
}

/* *ret_got pages came: maybe fewer than asked for. */
static int node_add(struct pb_shares *shares, pid_t owner, const char *path, uint64_t nr,
		    uint64_t *ret_got)
{
	int64_t got = 0;
	size_t index;
	int ret = pb_shares_find(shares, path, owner, &index);

	if (!ret)
		ret = pb_shares_move(shares, index, (int64_t)nr, &got);
	*ret_got = got > 0 ? (uint64_t)got : 0;
	return ret;
}

/* Later cells want memory, too. */
static int node_undo(struct pb_shares *shares, pid_t owner, const char *path, uint64_t nr)
{
	int64_t done;
	size_t index;
	int ret = pb_shares_find(shares, path, owner, &index);

	return ret ? ret : pb_shares_move(shares, index, -(int64_t)nr, &done);
}

static int nodes_add(struct pb_shares *shares, pid_t owner, uint64_t kib, uint64_t nr)
{
	static int nodes[MOST_NODES];
	static uint64_t got[MOST_NODES];
	size_t nr_nodes = nodes_list(shares->root, nodes);
	uint64_t rest = nr;
	int ret = 0, code;

	memset(got, 0, sizeof(got));
	for (size_t i = 0; i < nr_nodes && rest && !ret; i++) {
		_cleanup_free_ char *path = path_of(nodes[i], kib);

		ret = path ? node_add(shares, owner, path, rest, &got[i]) : -ENOMEM;
		rest -= got[i];
	}
	if (!ret && !rest)
		return 0;
	if (!ret)
		ret = pb_fail(-EOPNOTSUPP,
			      "the pool of huge pages of %" PRIu64 " KiB lacks %" PRIu64
			      ", and the kernel found room for %" PRIu64,
			      kib, nr, nr - rest);
	for (size_t i = 0; i < nr_nodes; i++) {
		_cleanup_free_ char *path = got[i] ? path_of(nodes[i], kib) : NULL;

		code = path ? node_undo(shares, owner, path, got[i]) : 0;
		if (code)
			return code;
	}
	return ret;
}

/* Its owner is gone, or gives it back. */
static int share_off(struct pb_shares *shares, size_t index, struct pb_buf *said)
{
	const struct pb_share share = shares->list[index];
	int64_t done;
	int ret = pb_shares_move(shares, index, -(int64_t)share.added, &done);

	if (ret == -ENOENT) { /* a node that was taken out, with its pages */
		pb_fail_clear();
		return pb_shares_forget(shares, index);
	}
	if (ret != -ESTALE)
		return ret;
	ret = pb_buf_printf(said,
			    "%s is not %" PRIu64 " any more, which pinbench had set: left alone\n",
			    share.path, share.set);
	return ret ? ret : pb_shares_forget(shares, index);
}

/* The newest first, as they were added. */
static int shares_off(struct pb_shares *shares, pid_t owner, struct pb_buf *said)
{
	int failed = 0;

	for (size_t i = shares->nr; i-- > 0;) {
		int ret;

		if (i >= shares->nr || !pb_share_is_due(&shares->list[i], owner))
			continue;
		ret = share_off(shares, i, said);
		if (ret && pb_buf_printf(said, "%s\n", pb_fail_message(ret)))
			return -ENOMEM;
		if (ret)
			failed = ret;
	}
	return failed;
}

int pb_pools_add(const char *root, pid_t owner, uint64_t kib, uint64_t nr)
{
	pb_cleanup(pb_shares_close) struct pb_shares shares = { .dir = -1, .lock = -1 };
	pb_cleanup(pb_buf_done) struct pb_buf said = { 0 };
	int ret;

	if (overcommit_suffices(root, kib, nr))
		return 0;
	ret = pb_shares_open(root, true, &shares);
	/* What a killed run left is no room for this one. */
	if (!ret)
		ret = shares_off(&shares, 0, &said);
	if (!ret)
		ret = surplus_wait(root, kib);
	if (!ret)
		ret = nodes_add(&shares, owner, kib, nr);
	if (!ret || ret == -ENOMEM || ret == -EOPNOTSUPP)
		return ret;
	return pb_fail(-EOPNOTSUPP,
		       "the pool of huge pages of %" PRIu64 " KiB lacks %" PRIu64
		       ", and cannot be sized: %s",
		       kib, nr, strdupa(pb_fail_message(ret)));
}

int pb_pools_give_back(const char *root, pid_t owner, struct pb_buf *said)
{
	pb_cleanup(pb_shares_close) struct pb_shares shares = { .dir = -1, .lock = -1 };
	int ret = pb_shares_open(root, false, &shares);

	if (ret == -ENOENT || (ret == -EACCES && geteuid())) {
		pb_fail_clear();
		return 0;
	}
	if (!ret)
		return shares_off(&shares, owner, said);
	return pb_buf_printf(said, "%s\n", pb_fail_message(ret)) ? -ENOMEM : ret;
}

int pb_pools_left(const char *root, struct pb_buf *words)
{
	pb_cleanup(pb_shares_close) struct pb_shares shares = { .dir = -1, .lock = -1 };
	int ret = pb_shares_look(root, &shares);

	if (ret == -ENOENT) {
		pb_fail_clear();
		return 0;
	}
	for (size_t i = 0; i < shares.nr && !ret; i++) {
		const struct pb_share *share = &shares.list[i];

		if (pb_share_is_due(share, 0))
			ret = pb_buf_printf(words,
					    "  %s: %" PRIu64 " pages that a killed run added\n",
					    share->path, share->added + share->asked);
	}
	return ret;
}
