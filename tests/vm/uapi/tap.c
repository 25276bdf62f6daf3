// SPDX-License-Identifier: GPL-2.0-only
/*
 * tap - results as lines of the Test Anything Protocol on stdout.
 * Why: the program runs in a guest; a console is all that it can be sure of.
 */
#include "tests/vm/uapi/tap.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned int nr_tests;
static unsigned int nr_failed;

static void print_result(bool ok, const char *format, va_list args)
{
	nr_tests++;
	if (!ok)
		nr_failed++;
	printf("%s %u - ", ok ? "ok" : "not ok", nr_tests);
	vprintf(format, args);
	putchar('\n');
	fflush(stdout); /* children are forked: nothing may be printed twice */
}

void tap_ok(bool ok, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_result(ok, format, args);
	va_end(args);
}

static const char *errno_name(int error)
{
	return error ? strerrorname_np(error) : "success";
}

void tap_errno(int got, int want, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_result(got == want, format, args);
	va_end(args);
	if (got != want)
		printf("# got %s, want %s\n", errno_name(got), errno_name(want));
	fflush(stdout);
}

void tap_bail(const char *format, ...)
{
	va_list args;
	int error = errno;

	fputs("Bail out! ", stdout);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf(" (%s)\n", strerror(error));
	fflush(stdout);
	_Exit(2);
}

int tap_done(void)
{
	printf("1..%u\n", nr_tests);
	return nr_failed ? 1 : 0;
}
