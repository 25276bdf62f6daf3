/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * commit - which commit a developer's tree is at, and whether its files are that commit's.
 * Why: trees of one release differ in what is being measured, and only git can name that.
 */
#ifndef BENCH_KERNELS_COMMIT_H
#define BENCH_KERNELS_COMMIT_H

#include "common/cleanup.h"

struct pb_commit {
	char *id;       /* all 40 digits */
	char *describe; /* git describe --always --dirty: "v6.12-rc3-12-g1234567890ab-dirty" */
};

/* Both stay NULL where the tree is no repository, or there is no git: that is no error. */
int pb_commit_find(const char *tree, struct pb_commit *ret_commit) pb_must_check;
void pb_commit_done(struct pb_commit *commit);

#endif
