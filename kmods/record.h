/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * record - the calls of a run with PB_RUN_RECORD.
 * Why: what a plugin records is worth most where nothing but the call is in it: no interrupt, no
 * other worker, and nothing left out.
 */
#ifndef PB_RECORD_H
#define PB_RECORD_H

#include "loop.h"

/* Is this CPU one that an emulator could record? */
bool pb_record_possible(void);

/* In place of what pb_loop_next() does. */
bool pb_record_next(struct pb_loop *loop);

#endif
