/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * writer - which process writes a run, and whether it still can.
 * Why: kill -9 leaves nobody to write down how a run ended; who reads it finds out.
 */
#ifndef COLLECT_STORE_WRITER_H
#define COLLECT_STORE_WRITER_H

#include <stdint.h>

#include "common/cleanup.h"

struct pb_store;

/* Makes the function that PB_STORE_RUN_STATE calls known to the connection. */
int pb_store_writer_register(struct pb_store *store) pb_must_check;

/* Keeps this process as the writer of a run that begins; part of the caller's transaction. */
int pb_store_writer_keep(struct pb_store *store, int64_t run_id) pb_must_check;

/* Nobody writes it any more; part of the caller's transaction. */
int pb_store_writer_drop(struct pb_store *store, int64_t run_id) pb_must_check;

#endif
