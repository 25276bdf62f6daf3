// SPDX-License-Identifier: GPL-2.0-only
/*
 * progress - what pinbench is doing, on standard error, so that standard output stays data.
 * Why: a bar on a terminal, plain lines elsewhere, and one place that knows which it is.
 */
#include "common/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BAR_CELLS = 24, REDRAW_MS = 100 };

static struct {
	bool quiet;
	bool drawn;
	char what[64];
	uint64_t begun_ms;
	uint64_t drawn_ms;
	uint64_t quarter;
	int fd; /* of the parent that draws; 0: draw here */
} bar;

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void pb_progress_quiet(bool quiet)
{
	bar.quiet = quiet;
}

void pb_progress_to(int fd)
{
	bar.fd = fd;
}

void pb_progress_clear(void)
{
	if (bar.drawn)
		fputs("\r\033[K", stderr);
	bar.drawn = false;
}

void pb_progress_say(const char *fmt, ...)
{
	va_list args;

	if (bar.quiet)
		return;
	va_start(args, fmt);
	if (bar.fd) {
		dprintf(bar.fd, "S ");
		vdprintf(bar.fd, fmt, args);
		dprintf(bar.fd, "\n");
	} else {
		pb_progress_clear();
		vfprintf(stderr, fmt, args);
		fputc('\n', stderr);
	}
	va_end(args);
}

static void bar_restart(const char *what)
{
	snprintf(bar.what, sizeof(bar.what), "%s", what);
	bar.begun_ms = now_ms();
	bar.drawn_ms = 0;
	bar.quarter = 0;
}

static void bar_draw(uint64_t done, uint64_t total, const char *now)
{
	static const char full[] = "########################", none[] = "........................";
	int cells = (int)(done * BAR_CELLS / total);
	uint64_t passed_ms = now_ms() - bar.begun_ms;
	char left[32] = "";

	if (done && done < total && passed_ms > 1000)
		snprintf(left, sizeof(left), "  %llu s left",
			 (unsigned long long)(passed_ms * (total - done) / done / 1000 + 1));
	fprintf(stderr, "\r\033[K%s [%.*s%.*s] %llu/%llu%s  %.40s", bar.what, cells, full,
		BAR_CELLS - cells, none, (unsigned long long)done, (unsigned long long)total, left,
		now ? now : "");
	bar.drawn = true;
}

void pb_progress_bar(const char *what, uint64_t done, uint64_t total, const char *now)
{
	uint64_t quarter;

	if (bar.quiet || !total)
		return;
	if (strncmp(bar.what, what, sizeof(bar.what) - 1) != 0)
		bar_restart(what);
	if (done > total)
		done = total;
	if (bar.fd || isatty(STDERR_FILENO)) {
		if (done < total && now_ms() - bar.drawn_ms < REDRAW_MS)
			return;
		bar.drawn_ms = now_ms();
		if (bar.fd)
			dprintf(bar.fd, "B %llu %llu %s\t%s\n", (unsigned long long)done,
				(unsigned long long)total, what, now ? now : "");
		else
			bar_draw(done, total, now);
		return;
	}
	quarter = done * 4 / total;
	if (quarter > bar.quarter)
		fprintf(stderr, "%s: %llu of %llu\n", what, (unsigned long long)done,
			(unsigned long long)total);
	bar.quarter = quarter;
}
