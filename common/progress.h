/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * progress - what pinbench is doing, on standard error, so that standard output stays data.
 * Why: a bar on a terminal, plain lines elsewhere, and one place that knows which it is.
 */
#ifndef COMMON_PROGRESS_H
#define COMMON_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/cleanup.h"

/* A stage begins: one line that stays. */
void pb_progress_say(const char *fmt, ...) pb_printf(1, 2);

/*
 * @done of @total, with an estimate of what is left and a few words on what is going on. Redraws
 * one line on a terminal; elsewhere one plain line a quarter. Call as often as you like.
 */
void pb_progress_bar(const char *what, uint64_t done, uint64_t total, const char *now);

/* Columns of the terminal on standard error; 80 where it does not say. */
unsigned int pb_progress_columns(void);

/*
 * "what [###...] done/total  tail" in less than @len columns (ASCII, so as many bytes): the tail is
 * cut first, then the bar shrinks and goes.
 */
void pb_progress_line(char *ret_line, size_t len, const char *what, uint64_t done, uint64_t total,
		      const char *tail);

/* The bar's line is cleared; whatever is printed next starts at the left. */
void pb_progress_clear(void);

void pb_progress_quiet(bool quiet);

/*
 * From now on this process draws nothing and writes to @fd, a line each: "S text" for what is said,
 * "B done total what<TAB>now" for a bar (ten a second at most). For a child whose parent draws.
 */
void pb_progress_to(int fd);

#endif
