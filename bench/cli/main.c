// SPDX-License-Identifier: GPL-2.0-only
/*
 * main - `pinbench COMMAND ...`: finds the command's row and runs it.
 * Why: the table is the program's whole surface; help is made from it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/backends/syscall/process.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/cli/shell/man.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/progress.h"
#include "common/str.h"
#include "config.h"
#include "revision.h"

static const char intro[] =
	"usage: pinbench COMMAND [OPTION...] [ARG...]\n\npinbench measures what it costs the Linux kernel to hold on to user pages.\n\ncommands:\n";

static const char outro[] =
	"\n"
	"`pinbench COMMAND --help` shows a command's options.\n"
	"PINBENCH_DB names the database where no --db does (pinbench.db).\n"
	"exit status: 0 done; 1 run: a cell failed, compare: worse, doctor: something is missing;\n"
	"             2 error; 125 compare: cannot tell; 130 interrupted\n";

static void help(void)
{
	pb_term_own(stdout, intro);
	for (const struct pb_command *const *c = pb_commands; *c; c++)
		pb_term_printf(stdout, "  %-9s %s\n", (*c)->name, (*c)->summary);
	pb_term_own(stdout, outro);
}

static int unknown_command(const char *word)
{
	const char *nearest = NULL;
	unsigned int best = 3;

	pb_term_printf(stderr, "pinbench: unknown command '%s'", word);
	for (const struct pb_command *const *c = pb_commands; *c; c++) {
		unsigned int distance = pb_word_distance((*c)->name, word);

		if (distance < best) {
			best = distance;
			nearest = (*c)->name;
		}
	}
	if (nearest) {
		pb_term_printf(stderr, "; did you mean '%s'?\n", nearest);
		return PB_EXIT_ERROR;
	}
	fputs(" (valid:", stderr);
	for (const struct pb_command *const *c = pb_commands; *c; c++)
		pb_term_printf(stderr, " %s", (*c)->name);
	fputs(")\n", stderr);
	return PB_EXIT_ERROR;
}

int pb_command_failed(int code)
{
	pb_progress_clear();
	fflush(stdout);
	fputs("pinbench: ", stderr);
	pb_term_lines(stderr, pb_fail_message(code));
	return PB_EXIT_ERROR;
}

/* Data that could not be written is an error, also when only the last flush finds out. */
static int output_closed(int status)
{
	int error;

	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	error = errno;
	/* A command that failed has said why: one failure, one message. */
	if (status != PB_EXIT_ERROR)
		pb_term_printf(stderr, "pinbench: cannot write to standard output%s%s\n",
			       error ? ": " : "", error ? strerror(error) : "");
	return PB_EXIT_ERROR;
}

/*
 * A stream that the caller closed would lend its number to the next file that is opened, and
 * progress lines would end up in it. Reserved the wrong way round, so that using it still fails.
 */
static void streams_reserve(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			abort();
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "--help";

	pb_process_enter(argc, argv);
	streams_reserve();
	/* A file that would pass the limit is an error of its write, and no death half way. */
	signal(SIGXFSZ, SIG_IGN);
	if (pb_streq(word, "--help") || pb_streq(word, "-h") || pb_streq(word, "help")) {
		if (argc > 2 && pb_streq(argv[2], "--man")) {
			pb_man_write(stdout);
			return output_closed(PB_EXIT_OK);
		}
		if (argc > 2 && pb_streq(word, "help")) {
			for (const struct pb_command *const *c = pb_commands; *c; c++) {
				if (!pb_streq((*c)->name, argv[2]))
					continue;
				pb_options_help(*c);
				return output_closed(PB_EXIT_OK);
			}
			return unknown_command(argv[2]);
		}
		help();
		/* Asked for: success. Nothing asked for: a usage error that shows the same. */
		return output_closed(argc > 1 ? PB_EXIT_OK : PB_EXIT_ERROR);
	}
	if (pb_streq(word, "--version")) {
		pb_term_printf(stdout, "pinbench %s (%s)\n", PB_VERSION, PB_REVISION);
		return output_closed(PB_EXIT_OK);
	}
	for (const struct pb_command *const *c = pb_commands; *c; c++)
		if (pb_streq((*c)->name, word))
			return output_closed((*c)->run(*c, argc - 1, argv + 1));
	return unknown_command(word);
}
