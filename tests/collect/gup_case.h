/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gup_case - a log of gup_test, and what it must become in the database.
 * Why: a row is easily written, so that what people post can be tried by the dozen.
 */
#ifndef TESTS_COLLECT_GUP_CASE_H
#define TESTS_COLLECT_GUP_CASE_H

#include <stddef.h>

#include "collect/formats/gup/gup_test.h"
#include "common/str.h"
#include "tests/collect/fixture.h"

/* 8 calls of 512 pages each, or 4096 of one. */
#define START "running ./gup_test -u -m 16 -n 512\n"
#define TIMES "GUP_FAST_BENCHMARK: Time: get:4096 put:2048 us\n"
#define ROWS  "get-fast anon-default 512 1 write 1000 500\n"

struct gup_case {
	const char *text;
	const char *rows;  /* "complete" and the cells, a line each; NULL: refused */
	const char *words; /* of the refusal */
	const char *args;
	size_t len; /* 0: up to the NUL */
};

/* Imports it, with @how but for the date and the case's own args. */
int gup_case_take(struct pb_store *store, const struct gup_case *one,
		  const struct pb_gup_options *how, struct pb_import_outcome *outcome);

/* Fails the test, naming row @at, unless it becomes its rows or is refused by its words. */
void gup_case_check(const struct gup_case *one, size_t at, const struct pb_gup_options *how);

#define CHECK_ALL(cases)                                             \
	do {                                                         \
		static const struct pb_gup_options how;              \
		for (size_t i_ = 0; i_ < PB_ARRAY_SIZE(cases); i_++) \
			gup_case_check(&(cases)[i_], i_, &how);      \
	} while (0)

#endif
