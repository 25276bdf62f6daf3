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

static int sink_returned(struct pb_accounting *ledger, int ret)
{
	if (ret && !ledger->sink_error)
		ledger->sink_error = ret;
	return ret;
}

int pb_accounting_fact(struct pb_accounting *ledger, const char *key, const char *value)
{
	if (!ledger->sink->fact)
		return 0;
	return sink_returned(ledger, ledger->sink->fact(ledger->data, key, value));
}

int pb_accounting_begin(struct pb_accounting *ledger, const struct pb_cell *cell)
{
	const struct pb_backend_request *request = ledger->request;

	if (ledger->nr_ended >= request->nr_cells ||
	    cell->index != request->cells[ledger->nr_ended].index)
		return pb_fail(-EBADMSG, "the agent began cell %u out of turn", cell->index);
	ledger->begun = true;
	if (!ledger->sink->cell_started)
		return 0;
	return sink_returned(ledger, ledger->sink->cell_started(ledger->data, cell));
}

int pb_accounting_end(struct pb_accounting *ledger, const struct pb_cell_result *result)
{
	ledger->nr_ended++;
	if (!ledger->sink->cell_ended)
		return 0;
	return sink_returned(ledger, ledger->sink->cell_ended(ledger->data, result));
}

int pb_accounting_abort(struct pb_accounting *ledger, const struct pb_record_reader *reader,
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
	return pb_accounting_end(ledger, &result);
}

int pb_accounting_miss(struct pb_accounting *ledger, const char *trouble)
{
	_cleanup_free_ char *reason = pb_format("not reached: %s", trouble);
	int ret = reason ? 0 : -ENOMEM;

	while (!ret && ledger->nr_ended < ledger->request->nr_cells) {
		const struct pb_cell *cell = &ledger->request->cells[ledger->nr_ended];
		struct pb_cell_result result = {
			.cell = *cell,
			.state = PB_CELL_MISSING,
			.reason = reason,
		};

		ret = pb_accounting_begin(ledger, cell);
		if (!ret)
			ret = pb_accounting_end(ledger, &result);
	}
	return ret;
}
