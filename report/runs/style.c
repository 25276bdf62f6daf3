// SPDX-License-Identifier: GPL-2.0-only
/*
 * style - what suits the place that a table is printed to.
 * Why: escapes in a file are noise, and a table wider than the terminal is no table.
 */
#include "report/runs/style.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct pb_table_style pb_table_style_of(FILE *out)
{
	struct pb_table_style style = { 0 };
	const char *no_colour = getenv("NO_COLOR");
	struct winsize size;

	if (!isatty(fileno(out)))
		return style;
	style.colour = !no_colour || !*no_colour;
	if (!ioctl(fileno(out), TIOCGWINSZ, &size))
		style.columns = size.ws_col;
	return style;
}
