// SPDX-License-Identifier: GPL-2.0-only
/*
 * gup_args - how gup_test, gup_bench or gup_benchmark was started: finding it, and what it means.
 * Why: the same letters mean different calls in programs of ten years.
 */
#include "collect/formats/gup_args.h"

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
	*setting = (struct pb_gup_setting){
		.memory = "anon-default", .size_bytes = 128 * MIB, .nr_pages = 1, .nr_threads = 1
	};
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
		return number_take(text, letter, UINT32_MAX, &value);
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

int pb_gup_setting_parse(enum pb_gup_program program, const char *args, size_t args_len,
			 struct pb_gup_setting *setting)
{
	_cleanup_free_ char *copy = strndup(args, args_len);
	struct pb_gup_setting parsed;
	int ret;

	if (!copy)
		return pb_fail(-ENOMEM, "out of memory");
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

/* Where one command of a shell's line ends and the next begins. */
static const char separators[] = ";|&`(){}";

/* These name the program's file, or print the line; none of them runs it. */
static bool is_other_command(const char *word, size_t len)
{
	static const char *const names[] = {
		"gcc",       "cc",     "clang",   "ld",     "strip",   "make",  "ls",     "cp",
		"mv",        "rm",     "cat",     "chmod",  "chown",   "scp",   "rsync",  "install",
		"file",      "which",  "grep",    "vi",     "vim",     "nano",  "less",   "head",
		"tail",      "nm",     "size",    "echo",   "git",     "find",  "ldd",    "objdump",
		"readelf",   "CC",     "LD",      "printf", "diff",    "touch", "ln",     "md5sum",
		"sha256sum", "HOSTCC", "INSTALL", "man",    "command", "type",  "export", "tar",
		"apt",       "awk",    "sed",
	};

	for (size_t i = 0; i < PB_ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == len && !strncmp(word, names[i], len))
			return true;
	return false;
}

/* A prompt, a wrapper, "running": what stands before a program that is executed. */
static bool is_before_run(const char *word, size_t len)
{
	static const char *const names[] = {
		"running", "Running", "RUN",    "run",  "Run",  "sudo", "taskset",
		"env",     "time",    "nice",   "chrt", "bash", "sh",   "numactl",
		"timeout", "stdbuf",  "strace", "perf", "stat", "exec", "ionice",
		"nohup",   "setarch", "start",  "test", "Test", "root", "do",
	};

	if (!isalpha((unsigned char)word[0]) || memchr(word, '=', len) || memchr(word, '@', len) ||
	    strchr("#$>%:+]", word[len - 1]))
		return true;
	for (size_t i = 0; i < PB_ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == len && !strncmp(word, names[i], len))
			return true;
	return false;
}

/* False: what stands between @from and the program is another command, for which it is a file. */
static bool before_check(const char *from, const char *program, bool *ret_run)
{
	*ret_run = true;
	for (const char *at = from; at < program;) {
		size_t len;

		at += strspn(at, " \t'\"");
		if (at >= program)
			break;
		len = strcspn(at, " \t'\"");
		if (at + len > program)
			len = (size_t)(program - at);
		if (len && is_other_command(at, len))
			return false;
		*ret_run &= !len || is_before_run(at, len);
		at += len;
	}
	return true;
}

/* Where the options that begin at @at end: a shell's next command, a comment, a label, a quote. */
static size_t args_len(const char *at, char quote)
{
	const char *from = at;

	for (; *at; at++) {
		bool apart = at == from || isspace((unsigned char)at[-1]);

		if ((quote && *at == quote) || strchr(";|&<>`", *at))
			break;
		if (apart && (*at == '#' || *at == '('))
			break;
		/* "2>&1": the number is the shell's. */
		if (apart && isdigit((unsigned char)*at) && (at[1] == '>' || at[1] == '<'))
			break;
	}
	while (at > from && isspace((unsigned char)at[-1]))
		at--;
	/* "bash -c './gup_test -a'" and ")" of a subshell. */
	while (at > from && strchr("'\")}.,:", at[-1]))
		at--;
	return (size_t)(at - from);
}

/* Some are installed as "gup_test_64", or as "gup_test-6.1" beside another kernel's. */
static size_t suffix_len(const char *behind)
{
	if (!strncmp(behind, "_64", 3) || !strncmp(behind, "_32", 3))
		return 3;
	return behind[0] == '-' && isdigit((unsigned char)behind[1]) ? strcspn(behind, " \t") : 0;
}

/* The program at @at, with its whole word; the length of its name. */
static size_t program_at(const char *line, const char *at, enum pb_gup_program *ret_program)
{
	static const enum pb_gup_program known[] = { PB_GUP_BENCHMARK, PB_GUP_BENCH, PB_GUP_TEST };

	if (at > line && !strchr("/ \t'\"`(;|&=$#>%]:", at[-1]))
		return 0;
	for (size_t i = 0; i < PB_ARRAY_SIZE(known); i++) {
		const char *name = programs[known[i]].name;
		size_t len = strlen(name);

		if (strncmp(at, name, len) != 0)
			continue;
		len += suffix_len(at + len);
		if (at[len] && !strchr(" \t'\";|&)`<>", at[len]))
			continue;
		*ret_program = known[i];
		return len;
	}
	return 0;
}

/* Options, or none at all; "gup_test is slow" is a sentence. */
static bool looks_started(const char *args, size_t len)
{
	size_t blank = strspn(args, " \t");

	return blank >= len || args[blank] == '-';
}

bool pb_gup_command_find(const char *line, struct pb_gup_command *command)
{
	const char *from = line;
	bool found = false;

	for (const char *at = strstr(line, "gup_"); at; at = strstr(at + 1, "gup_")) {
		struct pb_gup_command one = { 0 };
		size_t len = program_at(line, at, &one.program);
		const char *path = at;

		if (!len)
			continue;
		while (path > from && !isspace((unsigned char)path[-1]) &&
		       !strchr("'\"`(=", path[-1]))
			path--;
		for (const char *c = path; c > from; c--)
			if (strchr(separators, c[-1])) {
				from = c;
				break;
			}
		one.args = at + len;
		/* The program's own quote: "running 'gup_benchmark -U'". */
		one.args_len = args_len(
			at + len,
			path > line ? path[-1] == '\'' || path[-1] == '"' ? path[-1] : 0 : 0);
		if (!before_check(from, path, &one.run) || !looks_started(one.args, one.args_len))
			continue;
		if (!one.run && strspn(one.args, " \t") >= one.args_len)
			continue;
		if (found) {
			command->repeated = true;
			return true;
		}
		*command = one;
		found = true;
		from = one.args + one.args_len;
	}
	return found;
}
