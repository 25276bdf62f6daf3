// SPDX-License-Identifier: GPL-2.0-only
/*
 * main - `pinbench COMMAND ...`: finds the command's row and runs it.
 * Why: the table is the program's whole surface; help is made from it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/command.h"
#include "bench/man.h"
#include "bench/options.h"
#include "bench/syscall/process.h"
#include "common/err.h"
#include "common/progress.h"
#include "common/str.h"
#include "config.h"
#include "revision.h"

static const char intro[] =
	"pinbench measures what it costs the Linux kernel to hold on to user pages.\n";

static const char outro[] =
	"\n"
	"`pinbench COMMAND --help` shows a command's options.\n"
	"exit status: 0 done; 1 run: a cell failed, compare: worse, doctor: something is missing;\n"
	"             2 error; 125 compare: cannot tell; 130 interrupted\n";

static void help(void)
{
	printf("usage: pinbench COMMAND [OPTION...] [ARG...]\n\n%s\ncommands:\n", intro);
	for (const struct pb_command *const *c = pb_commands; *c; c++)
		printf("  %-9s %s\n", (*c)->name, (*c)->summary);
	fputs(outro, stdout);
}

static int unknown_command(const char *word)
{
	const char *nearest = NULL;
	unsigned int best = 3;

	fprintf(stderr, "pinbench: unknown command '%s'", word);
	for (const struct pb_command *const *c = pb_commands; *c; c++) {
		unsigned int distance = pb_word_distance((*c)->name, word);

		if (distance < best) {
			best = distance;
			nearest = (*c)->name;
		}
	}
	if (nearest) {
		fprintf(stderr, "; did you mean '%s'?\n", nearest);
		return PB_EXIT_ERROR;
	}
	fputs(" (valid:", stderr);
	for (const struct pb_command *const *c = pb_commands; *c; c++)
		fprintf(stderr, " %s", (*c)->name);
	fputs(")\n", stderr);
	return PB_EXIT_ERROR;
}

int pb_command_failed(int code)
{
	pb_progress_clear();
	fflush(stdout);
	fprintf(stderr, "pinbench: %s\n", pb_fail_message(code));
	return PB_EXIT_ERROR;
}

/* Data that could not be written is an error, also when only the last flush finds out. */
static int output_closed(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	/* A command that failed has said why: one failure, one message. */
	if (status != PB_EXIT_ERROR)
		fprintf(stderr, "pinbench: cannot write to standard output\n");
	return status == PB_EXIT_OK ? PB_EXIT_ERROR : status;
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
		printf("pinbench %s (%s)\n", PB_VERSION, PB_REVISION);
		return output_closed(PB_EXIT_OK);
	}
	for (const struct pb_command *const *c = pb_commands; *c; c++)
		if (pb_streq((*c)->name, word))
			return output_closed((*c)->run(*c, argc - 1, argv + 1));
	return unknown_command(word);
}
