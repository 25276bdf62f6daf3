// SPDX-License-Identifier: GPL-2.0-only
/*
 * accounting - which of a request's cells have ended, while an agent somewhere works through them.
 * Why: whatever kills a guest or an agent, each cell is handed over exactly once, in order, with
 * what was measured of it or with the reason why it was not.
 */
#include "bench/run/accounting.h"

#include <errno.h>

#include "common/err.h"
#include "common/str.h"

static int sink_returned(struct pb_accounting *accounting, int ret)
{
	if (ret && !accounting->sink_error)
		accounting->sink_error = ret;
	return ret;
}

unsigned int pb_accounting_limit_s(const struct pb_accounting *accounting)
{
	return accounting->request->cell_limit_s ? accounting->request->cell_limit_s
						 : PB_CELL_LIMIT_S;
}

int pb_accounting_fact(struct pb_accounting *accounting, const char *key, const char *value)
{
	if (!accounting->sink->fact)
		return 0;
	return sink_returned(accounting, accounting->sink->fact(accounting->data, key, value));
}

int pb_accounting_begin(struct pb_accounting *accounting, const struct pb_cell *cell)
{
	const struct pb_backend_request *request = accounting->request;

	if (accounting->nr_ended >= request->nr_cells ||
	    cell->index != request->cells[accounting->nr_ended].index)
		return pb_fail(-EBADMSG, "the agent began cell %u out of turn", cell->index);
	accounting->begun = true;
	if (!accounting->sink->cell_started)
		return 0;
	return sink_returned(accounting, accounting->sink->cell_started(accounting->data, cell));
}

int pb_accounting_end(struct pb_accounting *accounting, const struct pb_cell_result *result)
{
	accounting->nr_ended++;
	if (!accounting->sink->cell_ended)
		return 0;
	return sink_returned(accounting, accounting->sink->cell_ended(accounting->data, result));
}

int pb_accounting_abort(struct pb_accounting *accounting, const struct pb_record_reader *reader,
			enum pb_cell_state state, const char *reason, const char *detail)
{
	const struct pb_cell_result *open = pb_record_reader_open_cell(reader);
	struct pb_cell_result result;

	if (!open)
		return 0;
	result = *open; /* its strings and series stay the reader's */
	result.state = state;
	result.error = state == PB_CELL_FAILED ? EIO : EINTR;
	result.reason = (char *)reason;
	result.detail = (char *)detail;
	return pb_accounting_end(accounting, &result);
}

int pb_accounting_miss(struct pb_accounting *accounting, const char *trouble)
{
	_cleanup_free_ char *reason = pb_format("not reached: %s", trouble);
	int ret = reason ? 0 : -ENOMEM;

	while (!ret && accounting->nr_ended < accounting->request->nr_cells) {
		const struct pb_cell *cell = &accounting->request->cells[accounting->nr_ended];
		struct pb_cell_result result = {
			.cell = *cell,
			.state = PB_CELL_MISSING,
			.reason = reason,
		};

		ret = pb_accounting_begin(accounting, cell);
		if (!ret)
			ret = pb_accounting_end(accounting, &result);
	}
	return ret;
}
