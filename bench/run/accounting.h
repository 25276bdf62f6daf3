/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * accounting - which of a request's cells have ended, while an agent somewhere works through them.
 * Why: whatever kills a guest or an agent, each cell is handed over exactly once, in order, with
 * what was measured of it or with the reason why it was not.
 */
#ifndef BENCH_RUN_ACCOUNTING_H
#define BENCH_RUN_ACCOUNTING_H

#include "bench/backends/backend.h"
#include "collect/record.h"
#include "common/cleanup.h"

/* Set request, sink and data; the rest starts as zero. */
struct pb_accounting {
	const struct pb_backend_request *request;
	const struct pb_record_sink *sink; /* whoever asked for the run */
	void *data;
	size_t nr_ended;
	bool begun;     /* a cell was */
	int sink_error; /* the first that the sink returned: nothing goes on behind it */
};

/* Seconds that one cell may take. */
unsigned int pb_accounting_limit_s(const struct pb_accounting *accounting);

/* All return 0 or -errno (message set). _begin() is -EBADMSG for a cell out of turn. */
int pb_accounting_fact(struct pb_accounting *accounting, const char *key,
		       const char *value) pb_must_check;
int pb_accounting_begin(struct pb_accounting *accounting, const struct pb_cell *cell) pb_must_check;
int pb_accounting_end(struct pb_accounting *accounting,
		      const struct pb_cell_result *result) pb_must_check;

/*
 * Ends the cell that @reader was in the middle of, if any, keeping what had come of it. @detail may
 * be NULL.
 */
int pb_accounting_abort(struct pb_accounting *accounting, const struct pb_record_reader *reader,
			enum pb_cell_state state, const char *reason,
			const char *detail) pb_must_check;

/* Ends the cells that were not reached, because of @trouble. */
int pb_accounting_miss(struct pb_accounting *accounting, const char *trouble) pb_must_check;

#endif
