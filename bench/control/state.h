/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * state - what a run changed on this machine, written down before it is changed.
 * Why: whatever kills a run, the next one, or `pinbench doctor`, finds what to undo and how.
 *
 * ROOT/run/pinbench/lock is held by who measures on this machine; ROOT/run/pinbench/state.json says
 * what was changed:
 *   {"format":1,"pid":1234,"boot":"UUID","modules":true,
 *    "settings":[{"path":"/sys/...","was":"powersave","set":"performance"}]}
 * Only settings of bench/control/settings.def are ever written, whatever stands there. What several
 * runs change at a time, the pools of huge pages, is in a file of its own (pools.h).
 */
#ifndef BENCH_CONTROL_STATE_H
#define BENCH_CONTROL_STATE_H

#include <stdbool.h>

#include "common/cleanup.h"
#include "common/str.h"

struct pb_state;

/*
 * Takes the lock and begins an empty state. -EBUSY: another run has it (its pid is named); -ESTALE:
 * a run was killed and left something, which the message says, and how to restore it; -EACCES.
 */
int pb_state_begin(const char *root, struct pb_state **ret_state) pb_must_check;

/* Writes @value to @root/@path, after what stood there was written down. */
int pb_state_set(struct pb_state *state, const char *path, const char *value) pb_must_check;

/* Writes down that modules of pinbench are going to be loaded. */
int pb_state_modules(struct pb_state *state) pb_must_check;

/* From now on the modules stay (--keep): they are not what a run left by mistake. */
int pb_state_modules_forget(struct pb_state *state) pb_must_check;

/*
 * Puts settings back, the newest first. What somebody else changed meanwhile is left as it is.
 * What could not be restored, and what was left alone, is added to @said, a line each; the state
 * keeps what could not be restored. Returns 0, or -errno if something could not.
 */
int pb_state_restore(struct pb_state *state, struct pb_buf *said) pb_must_check;

/* Gives the lock back; the file goes if nothing is left to undo. */
void pb_state_end(struct pb_state *state);

PB_DEFINE_CLEANUP(pb_state_endp, struct pb_state *, pb_state_end);

/* What a killed run left: nothing, if a run is under way or all was undone. */
struct pb_leftovers {
	bool any;
	bool modules;
	char *words; /* a line for each thing, "/sys/...: was 'powersave'"; NULL without any */
};

int pb_state_left(const char *root, struct pb_leftovers *ret_left) pb_must_check;
void pb_leftovers_done(struct pb_leftovers *left);

/*
 * Takes over what a killed run left, to restore it. -EBUSY as above; -EPERM and -EBADMSG where the
 * file is not to be believed; *ret_state is NULL where nothing is left. *ret_modules says whether
 * modules were loaded.
 */
int pb_state_resume(const char *root, struct pb_state **ret_state, bool *ret_modules) pb_must_check;

#endif
