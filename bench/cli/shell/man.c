// SPDX-License-Identifier: GPL-2.0-only
/*
 * man - the manual page, made from the table of commands.
 * Why: a page that is written by hand says what the program once did.
 */
#include "bench/cli/shell/man.h"

#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "config.h"

/* In troff a leading dot or quote is a request, and '-' a hyphen that nobody can paste. */
static void text_write(FILE *out, const char *text)
{
	bool line_start = true;

	for (; *text; text++) {
		if (line_start && (*text == '.' || *text == '\''))
			fputs("\\&", out);
		if (*text == '-')
			fputs("\\-", out);
		else if (*text == '\\')
			fputs("\\e", out);
		else
			fputc(*text, out);
		line_start = *text == '\n';
	}
}

static void options_write(FILE *out, const struct pb_option *row)
{
	for (; row && row->name; row++) {
		if (!row->help)
			continue;
		fputs(".TP\n", out);
		if (row->letter)
			fprintf(out, "\\fB\\-%c\\fR, ", row->letter);
		fputs("\\fB\\-\\-", out);
		text_write(out, row->name);
		fputs("\\fR", out);
		if (row->arg) {
			fputs(" \\fI", out);
			text_write(out, row->arg);
			fputs("\\fR", out);
		}
		fputc('\n', out);
		text_write(out, row->help);
		fputc('\n', out);
	}
}

static void command_write(FILE *out, const struct pb_command *command)
{
	fputs(".SS \"pinbench ", out);
	text_write(out, command->name);
	fputs(" [OPTION...] ", out);
	text_write(out, command->args);
	fputs("\"\n", out);
	text_write(out, command->summary);
	fputs(".\n", out);
	if (command->text) {
		fputs(".PP\n", out);
		text_write(out, command->text);
		fputc('\n', out);
	}
	options_write(out, command->options);
}

void pb_man_write(FILE *out)
{
	fprintf(out, ".TH PINBENCH 1 \"\" \"pinbench %s\" \"User Commands\"\n", PB_VERSION);
	fputs(".SH NAME\npinbench \\- measure what it costs the Linux kernel to hold on to user pages\n"
	      ".SH SYNOPSIS\n.B pinbench\n.I COMMAND\n[OPTION...] [ARG...]\n.SH COMMANDS\n",
	      out);
	for (const struct pb_command *const *c = pb_commands; *c; c++)
		command_write(out, *c);
	fputs(".SH EXIT STATUS\n"
	      ".TP\n0\nDone; for compare: the same or better.\n"
	      ".TP\n1\nrun: a cell failed or was not reached; compare: worse; doctor: something is "
	      "missing.\n"
	      ".TP\n2\nAn error; the message says which.\n"
	      ".TP\n125\ncompare: nothing to compare.\n"
	      ".TP\n130\nInterrupted; what was measured is kept.\n"
	      ".SH FILES\n"
	      ".TP\npinbench.db\nThe database, in the current folder.\n"
	      ".TP\n$XDG_CACHE_HOME/pinbench\nKernels and modules; ~/.cache/pinbench by default. Can be "
	      "deleted at any time.\n"
	      ".SH ENVIRONMENT\n"
	      ".TP\nNO_COLOR\nNo colours, also on a terminal.\n"
	      ".TP\nTMPDIR\nWhere a guest's initrd and console lie while it runs, and where modules are built.\n",
	      out);
}
