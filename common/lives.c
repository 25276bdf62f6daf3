// SPDX-License-Identifier: GPL-2.0-only
/*
 * lives - which process is it, and is it still there?
 * Why: see lives.h; the database, temporary folders and huge pages' shares ask the same question.
 */
#include "common/lives.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

/* Documentation/filesystems/proc.rst: fields behind the program's name, its state the first. */
enum { FIELDS_TO_START = 20 };

static const char first_line[] = "pinbench";

static void text_set(char *to, size_t size, const char *from)
{
	size_t i;

	for (i = 0; from[i] && i + 1 < size; i++)
		to[i] = (char)(from[i] > ' ' && from[i] < 0x7f ? from[i] : '?');
	to[i] = '\0';
}

void pb_boot_id(char *boot, size_t size)
{
	_cleanup_free_ char *text = NULL;

	if (pb_file_read("/proc/sys/kernel/random/boot_id", &text, NULL))
		pb_fail_clear();
	else
		text[strcspn(text, "\n")] = '\0';
	text_set(boot, size, text ? text : "");
}

/* In a pid namespace that was given no /proc of its own, the numbers there are others. */
static bool proc_is_ours(void)
{
	char self[32];
	ssize_t len = readlink("/proc/self", self, sizeof(self) - 1);

	self[len > 0 ? len : 0] = '\0';
	return strtoll(self, NULL, 10) == getpid();
}

/* *ret_hidden: there is one, and its state is not for us to read (hidepid, no /proc). */
static int64_t started(int64_t pid, bool *ret_hidden)
{
	_cleanup_free_ char *path = pb_format("/proc/%" PRId64 "/stat", pid), *text = NULL;
	const char *at;

	*ret_hidden = false;
	if (!path || !proc_is_ours() || pb_file_read(path, &text, NULL)) {
		pb_fail_clear();
		*ret_hidden = !kill((pid_t)pid, 0) || errno != ESRCH;
		return -1;
	}
	/* A program's name may hold blanks and brackets. */
	at = strrchr(text, ')');
	if (!at || strlen(at) < 3 || at[2] == 'Z' || at[2] == 'X')
		return -1;
	for (int i = 0; at && i < FIELDS_TO_START; i++)
		at = strchr(at + 1, ' ');
	return at ? strtoll(at + 1, NULL, 10) : -1;
}

int64_t pb_process_started(int64_t pid)
{
	bool hidden;

	return started(pid, &hidden);
}

void pb_process_of(int64_t pid, struct pb_process *ret_process)
{
	struct utsname name;
	char namespace[64];
	ssize_t len = readlink("/proc/self/ns/pid", namespace, sizeof(namespace) - 1);

	namespace[len > 0 ? len : 0] = '\0';
	*ret_process = (struct pb_process){ .pid = pid, .started = pb_process_started(pid) };
	if (!uname(&name))
		text_set(ret_process->host, sizeof(ret_process->host), name.nodename);
	pb_boot_id(ret_process->boot, sizeof(ret_process->boot));
	text_set(ret_process->namespace, sizeof(ret_process->namespace), namespace);
}

enum pb_process_fate pb_process_fate(const struct pb_process *process)
{
	struct pb_process self;
	bool hidden;
	int64_t now;

	pb_process_of(getpid(), &self);
	/* What cannot be told apart is not called dead. */
	if (!process->boot[0] || !self.boot[0])
		return PB_PROCESS_UNSEEN;
	if (!pb_streq(process->boot, self.boot))
		return process->host[0] && pb_streq(process->host, self.host) ? PB_PROCESS_GONE
									      : PB_PROCESS_UNSEEN;
	if (!process->namespace[0] || !pb_streq(process->namespace, self.namespace))
		return PB_PROCESS_UNSEEN;
	if (process->pid <= 0 || process->pid > INT32_MAX)
		return PB_PROCESS_GONE;
	now = started(process->pid, &hidden);
	if (hidden || (now >= 0 && process->started < 0))
		return PB_PROCESS_UNSEEN;
	return now >= 0 && now == process->started ? PB_PROCESS_LIVES : PB_PROCESS_GONE;
}

bool pb_process_same(const struct pb_process *a, const struct pb_process *b)
{
	/* A boot is of one machine, whose name may have been changed in the middle of it. */
	return pb_streq(a->boot, b->boot) && pb_streq(a->namespace, b->namespace) &&
	       a->pid == b->pid && a->started == b->started;
}

char *pb_process_format(const struct pb_process *process)
{
	return pb_format("%s\nhost\t%s\nboot\t%s\nnamespace\t%s\npid\t%" PRId64
			 "\nstarted\t%" PRId64 "\n",
			 first_line, process->host, process->boot, process->namespace, process->pid,
			 process->started);
}

/* The line "key<tab>value" at *@rest, which goes on behind it; cut off, and its value, or NULL. */
static const char *line_take(char **rest, const char *key)
{
	char *line = *rest, *end = line ? strchr(line, '\n') : NULL;
	size_t len = strlen(key);

	if (!end || strncmp(line, key, len) != 0 || line[len] != '\t')
		return NULL;
	*end = '\0';
	*rest = end + 1;
	return line + len + 1;
}

static bool number_take(char **rest, const char *key, int64_t *ret_number)
{
	const char *text = line_take(rest, key);
	char *end;

	if (!text || !*text)
		return false;
	errno = 0;
	*ret_number = strtoll(text, &end, 10);
	return !errno && !*end;
}

static bool word_take(char **rest, const char *key, char *word, size_t size)
{
	const char *text = line_take(rest, key);

	if (!text || strlen(text) >= size)
		return false;
	text_set(word, size, text);
	return true;
}

int pb_process_parse(const char *text, struct pb_process *ret_process)
{
	struct pb_process process = { 0 };
	size_t len = strlen(first_line);
	_cleanup_free_ char *copy = NULL;
	char *rest;

	if (strncmp(text, first_line, len) != 0 || text[len] != '\n')
		return -EBADMSG;
	copy = strdup(text + len + 1);
	if (!copy)
		return -ENOMEM;
	rest = copy;
	if (!word_take(&rest, "host", process.host, sizeof(process.host)) ||
	    !word_take(&rest, "boot", process.boot, sizeof(process.boot)) ||
	    !word_take(&rest, "namespace", process.namespace, sizeof(process.namespace)) ||
	    !number_take(&rest, "pid", &process.pid) ||
	    !number_take(&rest, "started", &process.started))
		return -EBADMSG;
	*ret_process = process;
	return 0;
}
