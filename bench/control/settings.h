/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * settings - which files of a machine pinbench may write to, and the one way in which it does.
 * Why: what is to be put back is read from a file. Root writes only where the table says, never
 * where that file says.
 */
#ifndef BENCH_CONTROL_SETTINGS_H
#define BENCH_CONTROL_SETTINGS_H

#include <stddef.h>

#include "common/cleanup.h"

struct pb_machine_setting {
	const char *pattern; /* "/sys/.../policy%/scaling_governor": % is a number */
	const char *quiet;   /* what --quiesce sets; NULL: it leaves it */
	long long min, max;  /* of a number; both 0: a word */
};

/* The table, and how many rows it has. */
extern const struct pb_machine_setting pb_machine_settings[];
extern const size_t pb_nr_machine_settings;

/* 0; -EPERM: @path is in no row; -EINVAL: @value is not what that setting takes. Messages set. */
int pb_setting_check(const char *path, const char *value) pb_must_check;

/*
 * What stands in @root/@path, the choice where there are several, newly allocated. -EPERM as above
 * or where the way there has a link or leaves /sys or /proc/sys; -ENOENT where it is not there.
 */
int pb_setting_read(const char *root, const char *path, char **ret_value) pb_must_check;

/* Writes @value to @root/@path, by the same rules. */
int pb_setting_write(const char *root, const char *path, const char *value) pb_must_check;

#endif
