/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * words - the words of a gup_test that failed, was ended or could not run.
 * Why: a shell, a runner and a kernel each have their own for it, and one missed is a good number.
 */
#ifndef COLLECT_FORMATS_GUP_WORDS_H
#define COLLECT_FORMATS_GUP_WORDS_H

#include <stdbool.h>

/* What gup_test and its ancestors say when they end early, and what says that they were ended. */
bool pb_gup_is_failure(const char *body);

/*
 * A shell's or runner's notice of one that was ended, with its command line behind: "line 3: 1234
 * Killed   ./gup_test -a". It starts nothing.
 */
bool pb_gup_is_death(const char *body);

bool pb_gup_is_skip(const char *body);

#endif
