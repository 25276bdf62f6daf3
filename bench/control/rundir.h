/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rundir - ROOT/run/pinbench: what runs write down for those that come after them.
 * Why: root acts on what it reads there. So it reads only what it wrote itself: a file of its own,
 * in a folder of its own, that nobody else could have written to.
 */
#ifndef BENCH_CONTROL_RUNDIR_H
#define BENCH_CONTROL_RUNDIR_H

#include <jansson.h>
#include <stdbool.h>

#include "common/cleanup.h"
#include "common/encode/json.h"

#define PB_RUNDIR "/run/pinbench"

/*
 * Opens it; @make: makes it where it is not there. -ENOENT: it is not there; -EPERM: it is somebody
 * else's, or others may write to it.
 */
int pb_rundir_open(const char *root, bool make, int *ret_dir) pb_must_check;

/*
 * The JSON object in the file @name; *ret_json is NULL where there is no such file. -EPERM: it is
 * not to be believed; -EBADMSG: it is no JSON object, or too large. The message names it, and says
 * what to do.
 */
int pb_rundir_read(int dir, const char *name, json_t **ret_json) pb_must_check;

/* Written beside, synced and renamed: whatever kills us, there is the old one or the new one. */
int pb_rundir_write(int dir, const char *name, const json_t *json) pb_must_check;

/*
 * Opens the lock @name and takes it; @wait: when it comes free, else -EBUSY. The lock is held until
 * *ret_lock is closed.
 */
int pb_rundir_lock(int dir, const char *name, bool wait, int *ret_lock) pb_must_check;

#endif
