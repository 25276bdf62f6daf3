// SPDX-License-Identifier: GPL-2.0-only
/*
 * run_state - how a run stands: still running, or how it ended.
 * Why: stream, store, verdicts and pages mean the same by it.
 */
#include "collect/words/run_state.h"

const char *pb_run_state_why(enum pb_run_state state)
{
	static const char *const whys[] = {
#define PB_RUN_STATE(id, name, why) [PB_RUN_STATE_##id] = why,
#include "collect/words/run_state.def"
#undef PB_RUN_STATE
	};

	if (state > PB_RUN_STATE_NONE && state < PB_NR_RUN_STATES)
		return whys[state];
	return "the run did not complete";
}
