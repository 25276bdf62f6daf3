/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tap - results as lines of the Test Anything Protocol on stdout.
 * Why: the program runs in a guest; a console is all that it can be sure of.
 */
#ifndef TESTS_VM_UAPI_TAP_H
#define TESTS_VM_UAPI_TAP_H

#include <stdbool.h>

void tap_ok(bool ok, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Compares two errno values, 0 being success, and names them where they differ. */
void tap_errno(int got, int want, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* What nothing after it can do without: ends the program. */
void tap_bail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Prints the plan; returns the exit status. */
int tap_done(void);

#endif
