// SPDX-License-Identifier: GPL-2.0-only
/*
 * progress - what pinbench is doing, on standard error, so that standard output stays data.
 * Why: a bar on a terminal, plain lines elsewhere, and one place that knows which it is.
 */
#include "common/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/encode/terminal.h"

static const char clear[] = "\r\033[K";

enum { BAR_CELLS = 24, BAR_CELLS_LEAST = 4, REDRAW_MS = 100, LINE_LEN = 160 };

static struct {
	bool quiet;
	bool drawn;
	char what[64];
	int64_t begun_ms;
	int64_t drawn_ms;
	uint64_t quarter;
	int fd; /* of the parent that draws; 0: draw here */
} bar;

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
		pb_term_own(stderr, clear);
	bar.drawn = false;
}

/* One line is one message to the parent, too. */
static void parent_tell(const char *fmt, ...) pb_printf(1, 2);
static void parent_tell(const char *fmt, ...)
{
	_cleanup_free_ char *line = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&line, &len);
	va_list args;

	if (!out)
		return;
	va_start(args, fmt);
	pb_term_vprintf(out, fmt, args);
	va_end(args);
	if (!fclose(out))
		(void)!write(bar.fd, line, len);
}

void pb_progress_say(const char *fmt, ...)
{
	va_list args;

	if (bar.quiet)
		return;
	va_start(args, fmt);
	if (bar.fd) {
		_cleanup_free_ char *text = NULL;

		if (vasprintf(&text, fmt, args) >= 0)
			parent_tell("S %s\n", text);
	} else {
		pb_progress_clear();
		pb_term_vprintf(stderr, fmt, args);
		fputc('\n', stderr);
	}
	va_end(args);
}

static void bar_restart(const char *what)
{
	snprintf(bar.what, sizeof(bar.what), "%s", what);
	bar.begun_ms = pb_now_ms();
	bar.drawn_ms = 0;
	bar.quarter = 0;
}

unsigned int pb_progress_columns(void)
{
	struct winsize size;

	if (!ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col;
	return 80;
}

void pb_progress_line(char *ret_line, size_t len, const char *what, uint64_t done, uint64_t total,
		      const char *tail)
{
	static const char full[] = "########################", none[] = "........................";
	char count[48];
	int cells = BAR_CELLS, taken;

	taken = snprintf(count, sizeof(count), "%llu/%llu", (unsigned long long)done,
			 (unsigned long long)total);
	/* The bar gives way before the numbers do: blanks and brackets are four columns. */
	taken += (int)strlen(what) + 4;
	if (taken + cells >= (int)len)
		cells = (int)len - 1 - taken;
	/*
	 * No line is as long as these words may be; gcc 14 wants to see that the length is an int.
	 */
	if (cells < BAR_CELLS_LEAST || !total) {
		snprintf(ret_line, len, "%.256s %s  %.256s", what, count, tail);
		return;
	}
	taken = (int)(done * (uint64_t)cells / total);
	snprintf(ret_line, len, "%.256s [%.*s%.*s] %s  %.256s", what, taken, full, cells - taken,
		 none, count, tail);
}

static void bar_draw(uint64_t done, uint64_t total, const char *now)
{
	uint64_t passed_ms = (uint64_t)(pb_now_ms() - bar.begun_ms);
	size_t columns = pb_progress_columns();
	char line[LINE_LEN], tail[LINE_LEN], left[32] = "";

	if (done && done < total && passed_ms > 1000)
		snprintf(left, sizeof(left), "%llu s left  ",
			 (unsigned long long)(passed_ms * (total - done) / done / 1000) + 1);
	snprintf(tail, sizeof(tail), "%s%s", left, now ? now : "");
	/* A line that wraps cannot be taken back by a carriage return. */
	pb_progress_line(line, columns < sizeof(line) ? columns : sizeof(line), bar.what, done,
			 total, tail);
	pb_term_own(stderr, clear);
	pb_term_printf(stderr, "%s", line);
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
		if (done < total && pb_now_ms() - bar.drawn_ms < REDRAW_MS)
			return;
		bar.drawn_ms = pb_now_ms();
		if (bar.fd)
			parent_tell("B %llu %llu %s\t%s\n", (unsigned long long)done,
				    (unsigned long long)total, what, now ? now : "");
		else
			bar_draw(done, total, now);
		return;
	}
	quarter = done * 4 / total;
	if (quarter > bar.quarter)
		pb_term_printf(stderr, "%s: %llu of %llu\n", what, (unsigned long long)done,
			       (unsigned long long)total);
	bar.quarter = quarter;
}
