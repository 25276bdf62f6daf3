/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * options - the command line as data: parsing, help and "did you mean" from the same rows.
 * Why: a word that pinbench does not know is answered with those that it does, everywhere alike.
 */
#ifndef BENCH_CLI_OPTIONS_H
#define BENCH_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/cli/command.h"
#include "common/cleanup.h"
#include "common/grid/forms.h"

enum pb_option_kind {
	PB_OPTION_FLAG,  /* bool */
	PB_OPTION_TEXT,  /* const char *, points into argv */
	PB_OPTION_U64,   /* uint64_t, in [min, max] */
	PB_OPTION_LIST,  /* struct pb_word_list: a,b,c; may be given several times */
	PB_OPTION_TEXTS, /* struct pb_word_list: one word each time it is given, commas kept */
	PB_OPTION_FORM,  /* const struct pb_document_format *: a form of common/grid/formats.def */
};

struct pb_word_list {
	char **words; /* NULL-terminated when there are any; pb_words_free() */
	size_t nr;
};

struct pb_option {
	const char *name; /* without dashes; NULL ends the table */
	char letter;      /* short form, or 0 */
	enum pb_option_kind kind;
	size_t offset;    /* of the value in the command's own struct */
	const char *arg;  /* what --help calls the value; NULL for a flag */
	const char *help; /* NULL hides the option from --help */
	uint64_t min;
	uint64_t max;
};

/*
 * Fills @values by the command's table; options and operands may be mixed, `--` ends options.
 * Operands end up in argv[1 .. *ret_nr]. Returns 0; -EINVAL (message set); -ECANCELED when --help
 * was asked for and printed.
 */
int pb_options_parse(const struct pb_command *command, int argc, char **argv, void *values,
		     int *ret_nr) pb_must_check;

/* Usage, text and option rows of one command on standard output. */
void pb_options_help(const struct pb_command *command);

void pb_word_list_done(struct pb_word_list *list);

/* The row of an option --format, alike in every command that answers with a document. */
#define PB_OPTION_FORMAT(offset)                                                         \
	{                                                                                \
		"format", 'f', PB_OPTION_FORM, offset, "FORM",                           \
			"text, markdown, json, csv or html (text; docs/output.md)", 0, 0 \
	}

#endif
