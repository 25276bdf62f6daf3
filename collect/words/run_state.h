/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run_state - how a run stands: still running, or how it ended.
 * Why: stream, store, verdicts and pages mean the same by it.
 */
#ifndef COLLECT_WORDS_RUN_STATE_H
#define COLLECT_WORDS_RUN_STATE_H

#include "collect/words/words.h"

enum pb_run_state {
	PB_RUN_STATE_NONE,
#define PB_RUN_STATE(id, name, why) PB_RUN_STATE_##id,
#include "collect/words/run_state.def"
#undef PB_RUN_STATE
	PB_NR_RUN_STATES,
	PB_RUN_STATE_FOREIGN = PB_WORD_FOREIGN,
};

static inline const char *pb_run_state_name(enum pb_run_state state)
{
	return pb_word_text(PB_WORDS_RUN_STATE, state);
}

/* 0, or -ENOMEM; what is not known is foreign. */
static inline int pb_run_state_take(const char *name, enum pb_run_state *ret_state)
{
	unsigned int word;
	int ret = pb_word_take(PB_WORDS_RUN_STATE, name, &word);

	if (!ret)
		*ret_state = (enum pb_run_state)word;
	return ret;
}

/* Why it is not complete, for a person; NULL: it is. */
const char *pb_run_state_why(enum pb_run_state state);

/* Has it not come to its end: does it run yet, or was it stopped? */
static inline bool pb_run_state_is_open(enum pb_run_state state)
{
	return state == PB_RUN_STATE_RUNNING || state == PB_RUN_STATE_INTERRUPTED;
}

#endif
