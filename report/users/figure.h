/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * figure - what a page costs by each user, taken apart, kernels below each other, as SVG.
 * Why: whether a release made a user dearer, and whether the pin did, is seen at a glance or not at all.
 */
#ifndef REPORT_USERS_FIGURE_H
#define REPORT_USERS_FIGURE_H

#include <stdio.h>

#include "common/cleanup.h"
#include "report/users/rows.h"

/* Kernels drawn; of more of them the newest. */
enum { PB_USERS_FIGURE_KERNELS = 6 };

/* Writes one <svg>. Without a row that was measured it writes nothing. -ENOMEM. */
int pb_users_svg(const struct pb_user_rows *rows, FILE *out) pb_must_check;

#endif
