/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * drivers - the kernel's own modules that a user needs, loaded once.
 * Why: a distribution builds its drivers as modules, and a guest has no modprobe.
 *
 * A row's words: "null_blk queue_mode=2, ?sd_mod": modules in order, each with its parameters; a
 * kernel may be without one that has a '?'. The
 * host packs each with what it depends on as /users/MODULE/NN-NAME.ko, the module itself last, or a
 * reason as /users/MODULE/absent.
 */
#ifndef BENCH_USERS_GUEST_DRIVERS_H
#define BENCH_USERS_GUEST_DRIVERS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/cleanup.h"

#define PB_GUEST_DRIVERS "users"
/* Likewise a small ext4, where the host could make one. */
#define PB_GUEST_EXT4 PB_GUEST_DRIVERS "/ext4.image"

/*
 * Copies the next module's name and parameters out of *@words, and moves on. Returns false at the
 * end.
 */
bool pb_guest_driver_next(const char **words, char *name, char *parameters, size_t size);

/* Its folder is its name without the '?'. Points into @name. */
const char *pb_guest_driver_folder(const char *name);

/* 0, or -EOPNOTSUPP with a message where this kernel has not all of them. */
int pb_guest_drivers_load(const char *words) pb_must_check;

#endif
