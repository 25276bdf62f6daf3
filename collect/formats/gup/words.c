// SPDX-License-Identifier: GPL-2.0-only
/*
 * words - the words of a gup_test that failed, was ended or could not run.
 * Why: a shell, a runner and a kernel each have their own for it, and one missed is a good number.
 */
#include "collect/formats/gup/words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "collect/formats/gup/command.h"
#include "common/str.h"

/* Of the programs themselves, and of what cannot start them. */
static const char *const failures[] = {
	"ioctl: ",
	" ioctl failed: ",
	"mmap: ",
	"open: ",
	"Bail out!",
	"Wrong argument",
	"Unexpected argument",
	"Invalid ",
	"invalid option",
	"requires an argument",
	"Not enough huge pages",
	"Could not determine huge page size",
	"mapping size is too large",
	"Page count is too large",
	"Unable to open ",
	"Failed to allocate ",
	"ailed to open /sys/kernel/debug/gup",
	"pthread_create failed",
	"pthread_join failed",
	"core dumped",
	"Assertion `",
	"Permission denied",
	"command not found",
	"No such file or directory",
	"Cannot allocate memory",
};

/*
 * Of kernels and runners, in any case; "#" is a number. A connection that ends is none: what it cut
 * short lacks times.
 */
static const char *const ends[] = {
	"kernel panic",
	"bug: ",
	"oops: ",
	"kernel bug at",
	"unable to handle ",
	"internal error: ",
	"out of memory",
	"timed out",
	"# timeout",
	"timeout: sending signal",
	"timeout expired",
	"timeout exceeded",
	"timeoutexpired",
	"timeout reached",
	"terminated by signal",
	"killed by signal",
	"exited on signal",
	"caught signal",
	"received signal ",
	"fatal signal",
	"exited with non-zero",
	"exited with code #",
	"exit code: #",
	"exit code #",
	"exit code=#",
	"exit status: #",
	"exit status #",
	"exit=#",
	"rc=#",
	"return code #",
	"run interrupted",
	"keyboardinterrupt",
	"keyboard interrupt",
};

/* As a shell prints what ended a command (strsignal's), in any case; alone or before the command.
 */
static const char *const signals[] = {
	"hangup",
	"interrupt",
	"quit",
	"illegal instruction",
	"trace/breakpoint trap",
	"trace/bpt trap",
	"aborted",
	"abort",
	"bus error",
	"floating point exception",
	"killed",
	"user defined signal 1",
	"user defined signal 2",
	"user signal 1",
	"user signal 2",
	"segmentation fault",
	"alarm clock",
	"alarm",
	"terminated",
	"stack fault",
	"cpu time limit exceeded",
	"cputime limit exceeded",
	"file size limit exceeded",
	"virtual timer expired",
	"profiling timer expired",
	"bad system call",
	"invalid system call",
	"real-time signal",
	"i/o possible",
	"power failure",
	"stopped",
	"suspended",
};

/* A phrase as a word of its own within @text, a "#" in it being a number other than 0. */
static bool has_phrase(const char *text, const char *phrase)
{
	size_t len = strcspn(phrase, "#"), plain = phrase[0] == '#' ? strlen(phrase) : len;
	bool number = phrase[0] != '#' && phrase[len] == '#';
	_cleanup_free_ char *words = strndup(phrase, plain);

	for (const char *at = words ? strcasestr(text, words) : NULL; at;
	     at = strcasestr(at + 1, words)) {
		if (at > text && isalnum((unsigned char)at[-1]) && isalnum((unsigned char)*words))
			continue;
		if (!number || strtoul(at + plain, NULL, 10))
			return true;
	}
	return false;
}

/* "name[123]: segfault at", "Killed process 123 (name)": whose the kernel's or its daemon's is. */
static bool is_process(const char *body, bool *ret_own)
{
	static const char *const before[] = { "segfault at", "general protection",
					      "traps: ",     "trap ",
					      "unhandled ",  "potentially unexpected fatal" };
	static const char *const behind[] = { "Killed process ",
					      "illed process ",
					      "oom_reaper: reaped process ",
					      "blocked for more than",
					      "Kill process ",
					      "task=",
					      "INFO: task " };
	bool kernels = false;

	for (size_t i = 0; i < PB_ARRAY_SIZE(before); i++)
		kernels |= strstr(body, before[i]) && strchr(body, '[');
	for (size_t i = 0; i < PB_ARRAY_SIZE(behind); i++)
		kernels |= strstr(body, behind[i]) != NULL;
	*ret_own = strstr(body, "gup_") || strstr(body, "gup-");
	return kernels;
}

/*
 * The whole of @text is a signal's word, with ", core dumped" or a number behind at most, or a
 * shell's column with the command, whatever that is ("$@").
 */
static bool is_signal(const char *text)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(signals); i++) {
		size_t len = strlen(signals[i]);
		const char *behind = text + len;

		if (strncasecmp(text, signals[i], len) != 0)
			continue;
		if (!strncmp(behind, "   ", 3))
			return true;
		behind += strspn(behind, ".!0123456789:? \t");
		if (!*behind || *behind == '(' || *behind == '\'' || *behind == '"')
			return true;
	}
	return false;
}

/* "./run.sh: line 3:  1234 ", "zsh: ", "+ ", "make: *** [x] ", "bash: line 1: " before a word. */
static const char *shell_pass(const char *body)
{
	const char *at = body;

	for (;;) {
		size_t len = strcspn(at, " \t");
		bool place = !strncmp(at, "line ", 5);

		if (place)
			len = 5 + strcspn(at + 5, " \t");
		if (!len || !at[len] ||
		    !(place || at[len - 1] == ':' || strspn(at, "0123456789") == len ||
		      strspn(at, "+-*") == len || at[0] == '['))
			return at;
		at += len;
		at += strspn(at, " \t");
	}
}

bool pb_gup_is_failure(const char *body)
{
	bool own;

	if (is_process(body, &own))
		return own;
	if (is_signal(shell_pass(body)))
		return true;
	for (size_t i = 0; i < PB_ARRAY_SIZE(failures); i++) {
		const char *at = strstr(body, failures[i]);

		if (at && (at == body || !isalnum((unsigned char)at[-1]) || failures[i][0] == ' ' ||
			   failures[i][0] == 'a'))
			return true;
	}
	for (size_t i = 0; i < PB_ARRAY_SIZE(ends); i++)
		if (has_phrase(body, ends[i]))
			return true;
	return !strcmp(body, "^C") || !strcmp(body, "^\\");
}

bool pb_gup_is_death(const char *body)
{
	const char *at = shell_pass(body);
	size_t exit_len = strlen("Exit ");

	/* Of a script: its own name begins the line, as another program's start does. */
	if (strstr(body, ": line ") && is_signal(at))
		return true;
	if (!pb_gup_mentioned(body))
		return false;
	if (at > body && (!strncmp(at, "Exit ", exit_len) || !strncmp(at, "exit ", exit_len)))
		return strtoul(at + exit_len, NULL, 10) != 0;
	if (strcasestr(body, "timeout: sending signal"))
		return true;
	for (size_t i = 0; i < PB_ARRAY_SIZE(signals); i++) {
		size_t len = strlen(signals[i]);

		/* Behind the word the command's own begins: apart, or with its core. */
		if (!strncasecmp(at, signals[i], len) &&
		    (at[len] == ' ' || at[len] == '\t' || at[len] == '(' || at[len] == ':'))
			return true;
	}
	return false;
}

bool pb_gup_is_skip(const char *body)
{
	static const char *const words[] = { "CONFIG_GUP_TEST is enabled",
					     "Check CONFIG_GUP_TEST",
					     "CONFIG_GUP_BENCHMARK",
					     "ount debugfs at",
					     "Please run this test as root",
					     "Please run as root",
					     "# SKIP" };

	for (size_t i = 0; i < PB_ARRAY_SIZE(words); i++)
		if (strstr(body, words[i]))
			return true;
	return false;
}
