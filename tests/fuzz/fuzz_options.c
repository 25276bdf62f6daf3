// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_options - a command line.
 * Why: it is typed, and made by scripts.
 */
#include <string.h>

#include "bench/cli/options.h"
#include "tests/fuzz/fuzz.h"

enum { MAX_WORDS = 32 };

struct values {
	bool flag;
	const char *text;
	uint64_t number;
	struct pb_word_list list, texts;
};

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "flag", 'f', PB_OPTION_FLAG, AT(flag), NULL, "a flag", 0, 0 },
	{ "text", 't', PB_OPTION_TEXT, AT(text), "TEXT", "a text", 0, 0 },
	{ "number", 'n', PB_OPTION_U64, AT(number), "N", "a number", 1, 1000 },
	{ "list", 'l', PB_OPTION_LIST, AT(list), "A,B", "a list", 0, 0 },
	{ "texts", 0, PB_OPTION_TEXTS, AT(texts), "TEXT", "texts", 0, 0 },
	{ .name = NULL },
};
#undef AT

/* Each part up to a NUL is a word. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pb_command command = {
		.name = "fuzz", .args = "WORD...", .summary = "tries options", .options = rows
	};
	char *argv[MAX_WORDS + 2] = { (char *)"fuzz" };
	struct values values = { 0 };
	int argc = 1, nr;

	/* --help is printed; nobody wants to read it a million times. */
	if (!freopen("/dev/null", "we", stdout))
		return 0;
	while (size && argc <= MAX_WORDS) {
		const uint8_t *rest;
		size_t rest_size, len = fuzz_cut(data, size, &rest, &rest_size);

		argv[argc++] = fuzz_text(data, len);
		data = rest;
		size = rest_size;
	}
	/* The parser sorts the words, so that they are freed by another list. */
	{
		char *words[MAX_WORDS + 2];

		memcpy(words, argv, sizeof(words));
		(void)!pb_options_parse(&command, argc, argv, &values, &nr);
		pb_word_list_done(&values.list);
		pb_word_list_done(&values.texts);
		for (int i = 1; i < argc; i++)
			free(words[i]);
	}
	return 0;
}
