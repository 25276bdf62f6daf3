// SPDX-License-Identifier: GPL-2.0-only
/*
 * ptrace - a word of each page of a stopped child, read and written by ptrace().
 * Why: a debugger takes a page for each word, whether it may write there or not.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/users/guest/guest.h"
#include "common/err.h"

/* The child has pages of its own: what a fork shares would be copied at the first write. */
static void child_main(const struct pb_guest_use *use)
{
	for (size_t i = 0; i < use->nr_pages; i++)
		((volatile char *)use->buffer)[i * use->page_bytes] = 2;
	if (!ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		raise(SIGSTOP);
	_exit(1);
}

static int trace_open(struct pb_guest_use *use)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		child_main(use);
	if (pid < 0)
		return pb_fail(-errno, "cannot start a child: %s", strerror(errno));
	use->child = pid;
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return pb_fail(-EIO, "the child did not stop to be traced");
	return 0;
}

static int peek(struct pb_guest_use *use)
{
	for (size_t i = 0; i < use->nr_pages; i++) {
		errno = 0;
		ptrace(PTRACE_PEEKDATA, use->child, use->buffer + i * use->page_bytes, NULL);
		if (errno)
			return -errno;
	}
	return 0;
}

static int poke(struct pb_guest_use *use)
{
	for (size_t i = 0; i < use->nr_pages; i++)
		if (ptrace(PTRACE_POKEDATA, use->child, use->buffer + i * use->page_bytes,
			   (void *)3L))
			return -errno;
	return 0;
}

const struct pb_guest_user pb_guest_ptrace_peek = { .open = trace_open, .acquire = peek };
const struct pb_guest_user pb_guest_ptrace_poke = { .open = trace_open, .acquire = poke };
