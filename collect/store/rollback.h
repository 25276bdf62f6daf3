/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rollback - looks at a journal that a crash left beside a database, before SQLite plays it back.
 * Why: it is played into whatever database stands beside it, and may name a file to be removed.
 */
#ifndef COLLECT_STORE_ROLLBACK_H
#define COLLECT_STORE_ROLLBACK_H

#include "common/cleanup.h"

/*
 * 0: there is none, another process is writing, or what comes out of @path and its journal is a
 * whole database. That is tried on a copy in TMPDIR. -EBADMSG: it is not, as of a journal of
 * another database, or the journal names a journal of several databases, which pinbench never
 * writes, and which SQLite removes. Nothing was touched then; nor with any other error.
 */
int pb_rollback_check(const char *path) pb_must_check;

#endif
