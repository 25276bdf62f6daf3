/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * devices - brings up the disk and the persistent memory that the host gave this guest.
 * Why: the kinds of memory that lie on them find them at their places, or a reason instead.
 */
#ifndef BENCH_AGENT_GUEST_DEVICES_H
#define BENCH_AGENT_GUEST_DEVICES_H

#include "common/cleanup.h"

/*
 * Loads the modules of @dir in order of their names, mounts, makes the DAX device, and stops the
 * kernel's periodic writing back. Nothing is done where there is no @dir. What does not work is
 * noted at its place; -errno is for what would leave the agent itself unfit.
 */
int pb_devices_begin(const char *dir) pb_must_check;

/* The parts: loads what is in @dir; notes what its absent.tsv says is missing. */
int pb_devices_load(const char *dir) pb_must_check;
int pb_devices_absent(const char *dir) pb_must_check;

/* The failure that stands becomes the reason why @place is missing, and is forgotten. */
int pb_devices_fail(const char *place, int code) pb_must_check;

#endif
