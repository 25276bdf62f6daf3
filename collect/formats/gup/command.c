// SPDX-License-Identifier: GPL-2.0-only
/*
 * command - where a line of a log starts gup_test, gup_bench or gup_benchmark.
 * Why: the name alone stands in lists, results and kernel messages; only a start says options.
 */
#include "collect/formats/gup/command.h"

#include <ctype.h>
#include <string.h>

#include "common/str.h"

/* Where one command of a shell's line ends and the next begins. */
static const char separators[] = ";|&`(){}";

static bool is_one_of(const char *word, size_t len, const char *const *names, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (strlen(names[i]) == len && !strncmp(word, names[i], len))
			return true;
	return false;
}

/* These name the program's file, or print the line; none of them runs it. */
static bool is_other_command(const char *word, size_t len)
{
	static const char *const names[] = {
		"gcc",     "cc",      "clang",   "ld",      "strip",   "make",      "ls",
		"cp",      "mv",      "rm",      "cat",     "chmod",   "chown",     "scp",
		"rsync",   "install", "file",    "which",   "grep",    "vi",        "vim",
		"nano",    "less",    "head",    "tail",    "nm",      "size",      "echo",
		"git",     "find",    "ldd",     "objdump", "readelf", "CC",        "LD",
		"printf",  "diff",    "touch",   "ln",      "md5sum",  "sha256sum", "HOSTCC",
		"INSTALL", "man",     "command", "type",    "export",  "tar",       "apt",
		"awk",     "sed",     "stat",    "pkill",   "pgrep",   "killall",
	};

	return is_one_of(word, len, names, PB_ARRAY_SIZE(names));
}

/* These run what follows them. */
static bool is_wrapper(const char *word, size_t len)
{
	static const char *const names[] = {
		"sudo", "doas", "taskset", "env",     "time",    "nice",    "chrt",
		"bash", "sh",   "numactl", "timeout", "stdbuf",  "strace",  "ltrace",
		"perf", "exec", "ionice",  "nohup",   "setarch", "setsid",  "do",
		"then", "if",   "while",   "xargs",   "eval",    "busybox", "prlimit",
	};

	return is_one_of(word, len, names, PB_ARRAY_SIZE(names));
}

/* These take the name of a machine, a folder or a container, and then run what follows. */
static bool is_elsewhere_wrapper(const char *word, size_t len)
{
	static const char *const names[] = {
		"ssh",     "adb",     "docker", "podman",  "chroot",  "lxc",
		"kubectl", "vng",     "virsh",  "nsenter", "ip",      "systemd-run",
		"rsh",     "unshare", "cset",   "cgexec",  "schroot", "arch-chroot",
	};

	return is_one_of(word, len, names, PB_ARRAY_SIZE(names));
}

/* "user@host:~$", "#", "[root@host mm]#", "host%": the end of a prompt. */
static bool ends_prompt(const char *word, size_t len)
{
	return strchr("#$%", word[len - 1]) || (len == 1 && *word == '>') ||
	       (len >= 3 && (!strncmp(word + len - 3, "\xe2\x9d\xaf", 3) ||
			     !strncmp(word + len - 3, "\xe2\x9e\x9c", 3)));
}

/* What is before a program, as far as it is known. */
struct before {
	bool other;  /* another command, for which the program is a file */
	bool proved; /* a prompt, a shell's "+", "running": it was executed */
	bool known;  /* nothing in it is unknown */
	bool hidden; /* its options come from elsewhere */
};

/* The next word of [*at, end), quotes passed over; false: there is none. */
static bool word_next(const char **at, const char *end, const char **ret_word, size_t *ret_len)
{
	const char *word = *at + strspn(*at, " \t'\"");
	size_t len = strcspn(word, " \t'\"");

	if (word >= end)
		return false;
	if (word + len > end)
		len = (size_t)(end - word);
	*ret_word = word;
	*ret_len = len;
	*at = word + len;
	return len > 0;
}

/* Behind a prompt's last word; @from where there is none. */
static const char *prompt_pass(const char *from, const char *end, bool *ret_prompt)
{
	const char *at = from, *behind = from, *word;
	size_t len;

	*ret_prompt = false;
	while (word_next(&at, end, &word, &len)) {
		if (!ends_prompt(word, len))
			continue;
		*ret_prompt = true;
		behind = at;
	}
	return behind;
}

/* The words between @at and the program @end, once it is known where a command begins. */
static void words_judge(const char *at, const char *end, struct before *before)
{
	bool in_option = false, first = true;
	const char *word;
	size_t len;

	for (; word_next(&at, end, &word, &len); first = false) {
		const char *slash = word[0] == '-' ? NULL : memrchr(word, '/', len);
		bool value = in_option;

		if (slash) {
			len -= (size_t)(slash + 1 - word);
			word = slash + 1;
		}

		in_option = word[0] == '-' && !(len == 2 && word[1] == 'c');
		before->hidden |= is_one_of(word, len, (const char *const[]){ "xargs" }, 1);
		if (!len || is_wrapper(word, len) || !isalpha((unsigned char)word[0]) ||
		    memchr(word, '=', len) || (len > 1 && word[len - 1] == ':'))
			continue;
		if (!first && len == 4 && !strncmp(word, "stat", len))
			continue; /* perf's */
		if (value) {      /* "-u man", "-e cycles" */
			before->known = false;
			continue;
		}
		if (is_elsewhere_wrapper(word, len))
			return;
		before->other = is_other_command(word, len);
		before->known = false;
		return;
	}
}

/* @opens: @from is where the line begins, so that a prompt may stand there. */
static struct before before_judge(const char *from, const char *program, bool opens)
{
	static const char *const runners[] = { "running", "running:", "Running", "Running:" };
	struct before before = { .known = true };
	const char *at = opens ? prompt_pass(from, program, &before.proved) : from;
	/* A shell's word on its jobs: "[1]+  Done   ./gup_test", less its number. */
	static const char *const jobs[] = { "Done", "Running", "Stopped", "Exit" };
	const char *next = at, *word;
	size_t len;

	if (opens && !before.proved && word_next(&next, program, &word, &len)) {
		bool echoed = word[strspn(word, "+")] == ' ' && *word == '+';

		if (is_one_of(word, len, runners, PB_ARRAY_SIZE(runners))) {
			/* Nothing else may stand between: "running tests of gup_test". */
			before.proved = !word_next(&next, program, &word, &len);
			at = before.proved ? program : at + strspn(at, " \t") + strcspn(at, " \t");
		} else if (echoed) {
			before.proved = true;
			at = next;
			before.other = word_next(&next, program, &word, &len) &&
				       is_one_of(word, len, jobs, PB_ARRAY_SIZE(jobs));
			if (before.other)
				return before;
		}
	}
	words_judge(at, program, &before);
	return before;
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
	while (at > from && strchr("'\")}.,:", at[-1]) &&
	       !(at[-1] == '}' && memchr(from, '{', (size_t)(at - from))) &&
	       !(at[-1] == ')' && memchr(from, '(', (size_t)(at - from))))
		at--;
	return (size_t)(at - from);
}

/* "`cat args`", "<args>": words that stand for others. @line: an odd number before quotes. */
static bool is_substituted(const char *line, const char *at)
{
	size_t before = 0;

	if (*at == '<' && isalpha((unsigned char)at[1])) {
		const char *end = at + strcspn(at, ">");

		return *end == '>' && !memchr(at, '/', (size_t)(end - at));
	}
	if (*at != '`')
		return false;
	for (const char *c = line; c < at; c++)
		before += *c == '`';
	return before % 2 == 0;
}

/* Files that only belong to the program. */
static bool is_source(const char *suffix, size_t len)
{
	static const char *const names[] = { ".c",   ".h",   ".o",    ".sh",   ".log",   ".txt",
					     ".ko",  ".rst", ".json", ".csv",  ".py",    ".i",
					     ".S",   ".d",   ".gz",   ".diff", ".patch", ".md",
					     ".out", ".xz",  ".db",   ".yaml", ".dat",   ".html" };

	for (size_t i = 0; i < PB_ARRAY_SIZE(names); i++)
		if (len >= strlen(names[i]) &&
		    !strncmp(suffix + len - strlen(names[i]), names[i], strlen(names[i])))
			return true;
	return false;
}

/* Some are installed as "gup_test_64", "gup_test-6.1" or "gup_test.static"; -1: another's name. */
static int suffix_len(const char *behind)
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_-.+";
	size_t len = strspn(behind, word);

	if (!len)
		return 0;
	if (!strchr("_-.", behind[0]))
		return -1;
	/* A sentence's end. */
	if (strspn(behind, ".") == len)
		return 0;
	return is_source(behind, len) ? -1 : (int)len;
}

/* The program at @at, with its whole word; the length of its name. */
static size_t program_at(const char *line, const char *at, enum pb_gup_program *ret_program)
{
	static const struct {
		const char *name;
		enum pb_gup_program program;
	} known[] = { { "benchmark", PB_GUP_BENCHMARK },
		      { "bench", PB_GUP_BENCH },
		      { "test", PB_GUP_TEST } };

	if (at > line && !strchr("/ \t'\"`(;|&=$#>%]:", at[-1]))
		return 0;
	for (size_t i = 0; i < PB_ARRAY_SIZE(known); i++) {
		size_t len = strlen("gup_") + strlen(known[i].name);
		int suffix;

		if (strncmp(at + strlen("gup_"), known[i].name, strlen(known[i].name)) != 0)
			continue;
		suffix = suffix_len(at + len);
		if (suffix < 0)
			continue;
		len += (size_t)suffix;
		if (at[len] && !strchr(" \t'\";|&)`<>.,:", at[len]))
			continue;
		*ret_program = known[i].program;
		return len;
	}
	return 0;
}

/* "gup_test" and "gup-test", from @at on. */
static const char *name_find(const char *at)
{
	for (at = strstr(at, "gup"); at; at = strstr(at + 1, "gup"))
		if (at[3] == '_' || at[3] == '-')
			return at;
	return NULL;
}

/* Options, or none at all; "gup_test is slow" is a sentence. */
static bool looks_started(const struct pb_gup_command *one)
{
	size_t blank = strspn(one->args, " \t");

	return one->hidden || blank >= one->args_len || strchr("-$\"'@[{", one->args[blank]);
}

/* The first character of the program's whole word, its path. */
static const char *path_find(const char *from, const char *at)
{
	while (at > from && !isspace((unsigned char)at[-1]) && !strchr("'\"`(=", at[-1]))
		at--;
	return at;
}

/* The command whose program stands at @at; false: it is none. @from moves to where it begins. */
static bool one_judge(const char *line, const char **from, const char *at, size_t len, bool named,
		      struct pb_gup_command *one)
{
	const char *path = path_find(*from, at);
	char before_path = path > line ? path[-1] : 0;
	struct before before;
	bool bare;

	for (const char *c = path; c > *from; c--)
		if (strchr(separators, c[-1])) {
			*from = c;
			break;
		}
	before = before_judge(*from, path, *from == line);
	one->at = at;
	one->args = at + len;
	/* The program's own quote: "running 'gup_benchmark -U'". */
	one->args_len =
		args_len(one->args, before_path == '\'' || before_path == '"' ? before_path : 0);
	/* "-a ..." */
	one->hidden = before.hidden ||
		      (one->args_len && isspace((unsigned char)one->args[one->args_len - 1]) &&
		       !strncmp(one->args + one->args_len, "...", 3)) ||
		      is_substituted(line, one->args + one->args_len +
						   strspn(one->args + one->args_len, " \t"));
	one->run = before.known || before.proved;
	if (before.other || !looks_started(one))
		return false;
	bare = strspn(one->args, " \t") >= one->args_len && !one->hidden;
	if (!bare || named)
		return true;
	/* "./gup_test" typed at a prompt that is a "#", which is a comment's mark, too. */
	return before.known && (before.proved || (path == line && path < at));
}

static bool find(const char *line, bool named, struct pb_gup_command *command)
{
	const char *from = line;
	bool found = false;

	for (const char *at = name_find(line); at; at = name_find(at + 1)) {
		struct pb_gup_command one = { 0 };
		size_t len = program_at(line, at, &one.program);

		if (!len || !one_judge(line, &from, at, len, named, &one))
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

bool pb_gup_command_find(const char *line, struct pb_gup_command *command)
{
	return find(line, false, command);
}

bool pb_gup_command_named(const char *line, struct pb_gup_command *command)
{
	return find(line, true, command);
}

bool pb_gup_mentioned(const char *line)
{
	enum pb_gup_program program;

	for (const char *at = name_find(line); at; at = name_find(at + 1))
		if (program_at(line, at, &program))
			return true;
	return false;
}
