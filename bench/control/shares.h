/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shares - which process added how many huge pages to which pool, as it is written down.
 * Why: a kill may come between a note and its deed; from the pool it is found out which it was.
 */
#ifndef BENCH_CONTROL_SHARES_H
#define BENCH_CONTROL_SHARES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/cleanup.h"
#include "common/lives.h"

enum { PB_POOL_PATH = 128 };

struct pb_share {
	char path[PB_POOL_PATH];
	struct pb_process owner;
	uint64_t set; /* what the pool was when pinbench last looked, the same in all of it */
	uint64_t added;
	uint64_t asked; /* these are being added */
	uint64_t going; /* these are being taken off */
};

struct pb_shares {
	const char *root;
	int dir, lock;
	bool is_read;
	struct pb_share *list;
	size_t nr;
};

/*
 * Takes the lock and reads them; what a kill left half done is put right. @make: where there is
 * nothing yet, it is made; else -ENOENT. pb_shares_close() gives the lock back.
 */
int pb_shares_open(const char *root, bool make, struct pb_shares *ret_shares) pb_must_check;
void pb_shares_close(struct pb_shares *shares);

/* The same without the lock, only to look. -ENOENT: there are none. */
int pb_shares_look(const char *root, struct pb_shares *ret_shares) pb_must_check;

/* The share of @owner in @path, made where it has none; *ret_index names it. */
int pb_shares_find(struct pb_shares *shares, const char *path, pid_t owner,
		   size_t *ret_index) pb_must_check;

/*
 * Adds @nr to share @index, or takes them off (less than 0), and to or from the pool: noted, done,
 * and noted. *ret_done is what the pool changed by. -ESTALE: the pool is not what pinbench set.
 */
int pb_shares_move(struct pb_shares *shares, size_t index, int64_t nr,
		   int64_t *ret_done) pb_must_check;

/* Forgets all shares of the pool that share @index is of: an administrator has set it. */
int pb_shares_forget(struct pb_shares *shares, size_t index) pb_must_check;

/* Is it of @owner, or of a process that is gone? */
bool pb_share_is_due(const struct pb_share *share, pid_t owner);

/* Pages of a pool that stay when nobody uses them, of all nodes: what is not surplus. */
struct pb_pool {
	uint64_t nr;          /* in this file's pool */
	uint64_t all_surplus; /* of all nodes' pools */
};

int pb_pool_read(const char *root, const char *path, struct pb_pool *ret_pool) pb_must_check;

#endif
