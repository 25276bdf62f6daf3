// SPDX-License-Identifier: GPL-2.0-only
/*
 * options - the command line as data: parsing, help and "did you mean" from the same rows.
 * Why: a word that pinbench does not know is answered with those that it does, everywhere alike.
 */
#include "bench/cli/options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"

struct parser {
	const struct pb_command *command;
	int argc;
	char **argv;
	int at;
	char *values;
};

static const struct pb_option no_options[] = { { .name = NULL } };

static const struct pb_option *rows_of(const struct pb_command *command)
{
	return command->options ? command->options : no_options;
}

static int unknown_option(const struct pb_command *command, const char *dashes, const char *given)
{
	pb_cleanup(pb_buf_done) struct pb_buf valid = { 0 };
	const char *nearest = NULL;
	unsigned int best = 3;

	for (const struct pb_option *row = rows_of(command); row->name; row++) {
		unsigned int distance = pb_word_distance(row->name, given);

		if (!row->help)
			continue;
		if (pb_buf_printf(&valid, " --%s", row->name))
			return -ENOMEM;
		if (distance < best) {
			best = distance;
			nearest = row->name;
		}
	}
	if (nearest)
		return pb_fail(-EINVAL, "%s: unknown option '%s%s'; did you mean '--%s'?",
			       command->name, dashes, given, nearest);
	return pb_fail(-EINVAL, "%s: unknown option '%s%s' (valid:%s --help)", command->name,
		       dashes, given, valid.data ? valid.data : "");
}

static int text_add(struct pb_word_list *list, const char *text)
{
	char **grown = reallocarray(list->words, list->nr + 2, sizeof(*grown));

	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	list->words = grown;
	grown[list->nr] = strdup(text);
	grown[list->nr + 1] = NULL;
	return grown[list->nr++] ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static int list_add(struct pb_word_list *list, const char *text, const char *what)
{
	char **more = NULL, **grown;
	size_t nr = 0;
	int ret = pb_words_split(text, what, &more, &nr);

	if (ret)
		return ret;
	grown = reallocarray(list->words, list->nr + nr + 1, sizeof(*grown));
	if (!grown) {
		pb_words_free(more);
		return pb_fail(-ENOMEM, "out of memory");
	}
	memcpy(grown + list->nr, more, (nr + 1) * sizeof(*grown));
	free(more); /* the words themselves moved into the list */
	list->words = grown;
	list->nr += nr;
	return 0;
}

void pb_word_list_done(struct pb_word_list *list)
{
	pb_words_free(list->words);
	*list = (struct pb_word_list){ 0 };
}

static int form_set(const struct pb_document_format **ret_form, const char *what, const char *value)
{
	const struct pb_document_format *form = pb_document_format_find(what, value);

	if (!form)
		return -EINVAL;
	*ret_form = form;
	return 0;
}

static int value_set(struct parser *p, const struct pb_option *row, const char *value)
{
	char what[64];

	snprintf(what, sizeof(what), "%s: --%s", p->command->name, row->name);
	switch (row->kind) {
	case PB_OPTION_FLAG:
		*(bool *)(p->values + row->offset) = true;
		return 0;
	case PB_OPTION_TEXT:
		/* An unset variable of a script: as a path it would mean the root folder. */
		if (!value[0])
			return pb_fail(-EINVAL, "%s: '--%s' is empty: --%s %s", p->command->name,
				       row->name, row->name, row->arg);
		*(const char **)(p->values + row->offset) = value;
		return 0;
	case PB_OPTION_U64:
		return pb_parse_u64(value, what, row->min, row->max,
				    (uint64_t *)(p->values + row->offset));
	case PB_OPTION_LIST:
		return list_add((struct pb_word_list *)(p->values + row->offset), value, what);
	case PB_OPTION_TEXTS:
		return text_add((struct pb_word_list *)(p->values + row->offset), value);
	case PB_OPTION_FORM:
		return form_set((const struct pb_document_format **)(p->values + row->offset), what,
				value);
	}
	return pb_fail(-EINVAL, "%s: an option of no kind", what);
}

/* The value after "=", or the next word. */
static int value_take(struct parser *p, const struct pb_option *row, const char *inline_value)
{
	if (row->kind == PB_OPTION_FLAG) {
		if (inline_value)
			return pb_fail(-EINVAL, "%s: '--%s' takes no value", p->command->name,
				       row->name);
		return value_set(p, row, NULL);
	}
	if (!inline_value && p->at + 1 >= p->argc)
		return pb_fail(-EINVAL, "%s: '--%s' wants a value: --%s %s", p->command->name,
			       row->name, row->name, row->arg);
	return value_set(p, row, inline_value ? inline_value : p->argv[++p->at]);
}

static int long_option(struct parser *p, char *word)
{
	char *equals = strchr(word, '=');

	if (equals)
		*equals = '\0';
	for (const struct pb_option *row = rows_of(p->command); row->name; row++)
		if (pb_streq(row->name, word))
			return value_take(p, row, equals ? equals + 1 : NULL);
	return unknown_option(p->command, "--", word);
}

static int short_option(struct parser *p, const char *letters)
{
	for (const struct pb_option *row = rows_of(p->command); row->name; row++) {
		if (!row->letter || row->letter != letters[0])
			continue;
		/* -oDIR and -o DIR, like everywhere; flags are not bundled. */
		return value_take(p, row, letters[1] ? letters + 1 : NULL);
	}
	return unknown_option(p->command, "-", letters);
}

int pb_options_parse(const struct pb_command *command, int argc, char **argv, void *values,
		     int *ret_nr)
{
	struct parser p = { .command = command, .argc = argc, .argv = argv, .values = values };
	bool only_operands = false;
	int nr = 0;

	for (p.at = 1; p.at < argc; p.at++) {
		char *word = argv[p.at];
		int ret;

		if (only_operands || word[0] != '-' || !word[1]) {
			argv[++nr] = word;
			continue;
		}
		if (pb_streq(word, "--")) {
			only_operands = true;
			continue;
		}
		if (pb_streq(word, "--help") || pb_streq(word, "-h")) {
			pb_options_help(command);
			return -ECANCELED;
		}
		ret = word[1] == '-' ? long_option(&p, word + 2) : short_option(&p, word + 1);
		if (ret)
			return ret;
	}
	*ret_nr = nr;
	return 0;
}

void pb_options_help(const struct pb_command *command)
{
	pb_term_printf(stdout, "usage: pinbench %s [OPTION...]%s%s\n\n%s\n", command->name,
		       command->args[0] ? " " : "", command->args, command->summary);
	if (command->text) {
		fputc('\n', stdout);
		pb_term_own(stdout, command->text);
		fputc('\n', stdout);
	}
	fputs("\noptions:\n", stdout);
	for (const struct pb_option *row = rows_of(command); row->name; row++) {
		char left[64], letter[8] = "    ";

		if (!row->help)
			continue;
		if (row->letter)
			snprintf(letter, sizeof(letter), "-%c, ", row->letter);
		snprintf(left, sizeof(left), "%s--%s%s%s", letter, row->name, row->arg ? " " : "",
			 row->arg ? row->arg : "");
		pb_term_printf(stdout, "  %-30s %s\n", left, row->help);
	}
	pb_term_printf(stdout, "  %-30s %s\n", "-h, --help", "show this help");
}
