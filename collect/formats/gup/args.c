// SPDX-License-Identifier: GPL-2.0-only
/*
 * args - what the options mean that gup_test, gup_bench or gup_benchmark was started with.
 * Why: the same letters mean different calls in programs of ten years.
 */
#include "collect/formats/gup/args.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

#define MIB (UINT64_C(1) << 20)
/* More than any machine's range, and far from overflow. */
#define MAX_SIZE (UINT64_C(1) << 46)

/* As the selftests of 4.15 to 7.2 hand them to getopt(); ANY takes what one of them takes. */
static const struct {
	const char *name;
	const char *plain;
	const char *valued;
} programs[] = {
	[PB_GUP_ANY] = { "gup_test", "abctTLUuwWSHpz", "mrnfFj" },
	[PB_GUP_BENCHMARK] = { "gup_benchmark", "abtTLUuwSH", "mrnf" },
	[PB_GUP_TEST] = { "gup_test", "abctTLUuwWSHpz", "mrnfFj" },
	[PB_GUP_BENCH] = { "gup_bench", "atTLuwWSH", "mrnfFj" },
};

static const struct {
	char letter;
	const char *strategy;
	bool old; /* has its time printed by gup_benchmark alone */
} benchmarks[] = {
	{ 'u', "get-fast", false }, { 'a', "pin-fast", false }, { 'L', "longterm", false },
	{ 'U', "get", true },       { 'b', "pin", true },
};

/* What is understood when all are known: their order does not matter. */
struct options {
	bool hugetlb, shared, file;
	char thp;            /* 't', 'T' or 0 */
	unsigned long flags; /* -F */
};

void pb_gup_setting_default(struct pb_gup_setting *setting)
{
	/* Whether such memory is of huge pages is up to the machine: not `anon`, not `thp`. */
	*setting = (struct pb_gup_setting){ .memory = "anon-default",
					    .size_bytes = 128 * MIB,
					    .nr_pages = 1,
					    .nr_threads = 1,
					    .nr_repeats = 1 };
}

bool pb_gup_setting_equal(const struct pb_gup_setting *a, const struct pb_gup_setting *b)
{
	bool strategies = a->strategy && b->strategy ? pb_streq(a->strategy, b->strategy)
						     : a->strategy == b->strategy;

	return strategies && pb_streq(a->memory, b->memory) && a->size_bytes == b->size_bytes &&
	       a->nr_pages == b->nr_pages && a->nr_threads == b->nr_threads &&
	       a->intent == b->intent && a->faults == b->faults && a->no_times == b->no_times;
}

static void memory_resolve(const struct options *options, struct pb_gup_setting *setting)
{
	if (options->hugetlb) /* anonymous: a file is not looked at */
		setting->memory = "hugetlb";
	else if (options->file)
		setting->memory = "file";
	else if (options->shared)
		setting->memory = options->thp == 't' ? "shmem-thp" : "shmem";
	else if (options->thp)
		setting->memory = options->thp == 't' ? "thp" : "anon";
}

static void strategy_take(char letter, struct pb_gup_setting *setting)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(benchmarks); i++) {
		if (letter != benchmarks[i].letter)
			continue;
		setting->no_times = benchmarks[i].old && setting->program == PB_GUP_TEST;
		setting->strategy = setting->no_times ? NULL : benchmarks[i].strategy;
		setting->strategy_said = true;
	}
	if (letter == 'c') {
		setting->no_times = true;
		setting->strategy = NULL;
	}
}

static void letter_take(char letter, struct pb_gup_setting *setting, struct options *options)
{
	strategy_take(letter, setting);
	if (letter == 'w' || letter == 'W')
		setting->intent = letter == 'w' ? PB_GUP_WRITES : PB_GUP_READS;
	else if (letter == 't' || letter == 'T')
		options->thp = letter;
	options->hugetlb |= letter == 'H';
	options->shared |= letter == 'S';
	setting->faults |= letter == 'z';
}

static int flags_take(const char *text, unsigned long *ret_flags)
{
	char *end;
	unsigned long flags;

	errno = 0;
	flags = strtoul(text, &end, 0);
	if (errno || *end || !isdigit((unsigned char)text[0]))
		return pb_fail(-EINVAL, "gup_test: -F '%.20s' is no number", text);
	*ret_flags = flags;
	return 0;
}

/* Digits alone: these programs know no suffixes, and would stop at one. */
static int number_take(const char *text, char letter, uint64_t max, uint64_t *ret_value)
{
	char what[] = "gup_test: -X";

	what[sizeof(what) - 2] = letter;
	if (text[strspn(text, "0123456789")])
		return pb_fail(-EINVAL, "%s '%.40s' is no number from 1 to %" PRIu64, what, text,
			       max);
	return pb_parse_u64(text, what, 1, max, ret_value);
}

static int value_take(char letter, const char *text, struct pb_gup_setting *setting,
		      struct options *options)
{
	uint64_t value = 0;
	int ret = 0;

	switch (letter) {
	case 'm':
		ret = number_take(text, letter, MAX_SIZE / MIB, &value);
		setting->size_bytes = ret ? setting->size_bytes : value * MIB;
		return ret;
	case 'n':
		/* A negative number is the whole range. */
		if (text[0] != '-' || !isdigit((unsigned char)text[1]))
			ret = number_take(text, letter, UINT32_MAX, &value);
		setting->nr_pages = value;
		return ret;
	case 'j':
		ret = number_take(text, letter, 65536, &value);
		setting->nr_threads = ret ? 1 : (uint32_t)value;
		return ret;
	case 'r': /* repeats: as many samples */
		ret = number_take(text, letter, UINT32_MAX, &value);
		setting->nr_repeats = ret ? 1 : (uint32_t)value;
		return ret;
	case 'f':
		options->file = !pb_streq(text, "/dev/zero");
		return 0;
	default:
		return flags_take(text, &options->flags);
	}
}

/* One word of the command line, and the next one where that is its value. */
static int option_take(char *word, char **save, struct pb_gup_setting *setting,
		       struct options *options)
{
	enum pb_gup_program program = setting->program;

	for (const char *c = word + 1; *c; c++) {
		const char *value;

		if (strchr(programs[program].plain, *c)) {
			letter_take(*c, setting, options);
			continue;
		}
		if (!strchr(programs[program].valued, *c))
			return pb_fail(-EINVAL,
				       "%s has no option '-%c' (valid: -%s, and -%s with a value "
				       "each)",
				       programs[program].name,
				       isprint((unsigned char)*c) ? *c : '?',
				       programs[program].plain, programs[program].valued);
		value = c[1] ? c + 1 : strtok_r(NULL, " \t", save);
		if (!value)
			return pb_fail(-EINVAL, "%s: option '-%c' wants a value",
				       programs[program].name, *c);
		return value_take(*c, value, setting, options);
	}
	return 0;
}

static int words_take(char *args, struct pb_gup_setting *setting)
{
	struct options options = { 0 };
	const char *stray = NULL;
	bool ended = false;
	char *save = NULL;

	for (char *word = strtok_r(args, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		int ret;

		if (ended || word[0] != '-' || !word[1]) {
			/* Pages for -c, which getopt() lets stand anywhere. */
			stray = stray ? stray : word;
			continue;
		}
		ended = pb_streq(word, "--");
		ret = ended ? 0 : option_take(word, &save, setting, &options);
		if (ret)
			return ret;
	}
	if (stray && !setting->no_times)
		return pb_fail(-EINVAL, "gup_test: '%.40s' is no option", stray);
	/* Only FOLL_WRITE has a word among pinbench's; another flag makes another call of it. */
	if (options.flags & ~1UL && !setting->no_times)
		return pb_fail(-EINVAL,
			       "gup_test: -F %#lx has flags other than FOLL_WRITE (1), with which "
			       "its calls are none of pinbench's strategies",
			       options.flags);
	if (options.flags & 1)
		setting->intent = PB_GUP_WRITES;
	memory_resolve(&options, setting);
	return 0;
}

bool pb_gup_args_hidden(const char *args, size_t args_len)
{
	/* A shell's variables, commands, patterns and lists; "[OPTIONS]", "-a ..." of people. */
	for (size_t i = 0; i < args_len; i++)
		if (strchr("$`*?[]{}\\@!", args[i]) || !strncmp(args + i, "...", 3) ||
		    !strncmp(args + i, "\xe2\x80\xa6", 3))
			return true;
	return false;
}

int pb_gup_setting_parse(enum pb_gup_program program, const char *args, size_t args_len,
			 struct pb_gup_setting *setting)
{
	_cleanup_free_ char *copy = strndup(args, args_len);
	struct pb_gup_setting parsed;
	int ret;

	if (!copy)
		return pb_fail(-ENOMEM, "out of memory");
	if (pb_gup_args_hidden(args, args_len))
		return pb_fail(-EINVAL,
			       "'%.60s' stands for options that the log does not show; say them: "
			       "--args '-a -n 512'",
			       copy + strspn(copy, " \t"));
	pb_gup_setting_default(&parsed);
	parsed.program = program;
	ret = words_take(copy, &parsed);
	if (ret)
		return ret;
	/* Both have this default; gup_bench without options is a matrix, whose lines say it. */
	if (!parsed.strategy && !parsed.no_times &&
	    (program == PB_GUP_TEST || program == PB_GUP_BENCHMARK))
		parsed.strategy = "get-fast";
	*setting = parsed;
	return 0;
}
