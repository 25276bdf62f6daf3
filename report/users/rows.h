/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rows - what users of GUP cost and call: a row for each kernel, user, number of pages and phase.
 * Why: every table and file about users is made of the same rows.
 */
#ifndef REPORT_USERS_ROWS_H
#define REPORT_USERS_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/store/store.h"
#include "common/cleanup.h"
#include "report/users/shares.h"

struct pb_user_row {
	char kernel[128];  /* fact kernel.name */
	char release[128]; /* fact kernel.release */
	char user[PB_WORD_LEN];
	char phase[PB_WORD_LEN];  /* acquire, release; of what was not measured: acquire */
	char sort[8];             /* the case of pin_user_pages.rst: 1 to 5, - */
	char beside[PB_WORD_LEN]; /* the strategy beside which it stands; empty: none */
	uint64_t nr_pages;
	enum pb_cell_state state;
	int error;    /* positive errno of what was refused or failed */
	char *reason; /* NULL where it was measured */
	bool shared;  /* is the total taken apart? */
	/* Instructions of a call, the harness's own taken off; parts add up to the total. */
	double total;
	double parts[PB_NR_SHARES];
	char *entry, *flags;   /* "-": nothing was seen */
	uint64_t nr_calls;     /* of it, in one call of the user's */
	const char *objection; /* against what its case asks for; NULL: none */
	uint32_t position;
	size_t age; /* of its run, the newest first */
};

struct pb_user_rows {
	size_t nr;
	struct pb_user_row *rows; /* by kernel, in the order of the plan, acquire before release */
};

/* What is wanted; an empty list: all. */
struct pb_user_filter {
	char *const *kernels, *const *users;
	size_t nr_kernels, nr_users;
	const uint64_t *pages;
	size_t nr_pages;
	const int64_t *run_ids; /* of these runs alone; NULL: all that are stored */
	size_t nr_runs;
};

/* The newest measurement of each user. -ENOENT with a message where there is none. */
int pb_user_rows_load(struct pb_store *store, const struct pb_user_filter *filter,
		      const struct pb_user_shares *shares,
		      struct pb_user_rows *ret_rows) pb_must_check;
void pb_user_rows_done(struct pb_user_rows *rows);

/*
 * What Documentation/core-api/pin_user_pages.rst would say against a user of this case that calls
 * @entry with @flags, from what was seen. NULL: nothing. Never to be freed.
 */
const char *pb_user_objection(const char *sort, const char *entry, const char *flags);

#endif
