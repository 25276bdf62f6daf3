/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stage - a folder of files that is filled aside and moved to its place when all of it is there.
 * Why: a report that fails half way leaves the earlier one whole, and deletes nobody's files.
 */
#ifndef COMMON_STAGE_H
#define COMMON_STAGE_H

#include <stdbool.h>

#include "common/cleanup.h"
#include "common/temporary.h"

struct pb_stage {
	char *dir; /* where the files will be */
	struct pb_temporary
		made_in; /* inside of it, so that they can be renamed; gone when we are */
	char *aside;     /* where they are written first, in that */
	bool made;       /* @dir was made by us */
};

/*
 * Makes @dir, if it is missing, and the folder .aside in it; what killed ones left there is
 * removed.
 */
int pb_stage_begin(struct pb_stage *stage, const char *dir) pb_must_check;

/*
 * Moves every file from .aside to its place below .dir, replacing those of the same names and no
 * others; a link of that name is replaced, what it points to is not. index.html, which refers to
 * the others, goes last. Whatever keeps a file from its place (an input, a folder of its name) is
 * found before the first is moved.
 */
int pb_stage_commit(struct pb_stage *stage) pb_must_check;

/* Gives up what was not committed, and .dir where we made it. A zeroed stage is none. */
void pb_stage_done(struct pb_stage *stage);

#endif
