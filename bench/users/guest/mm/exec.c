// SPDX-License-Identifier: GPL-2.0-only
/*
 * exec - execve() up to where its arguments are copied into the new program's stack.
 * Why: the kernel writes to pages of a process that does not run yet.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/users/guest/guest.h"
#include "common/err.h"

/* The longest argument that is taken: 32 pages, with its end. */
enum { ARG_PAGES = 31, MOST_ARGS = 16 };

#define PROGRAM "/tmp/pinbench-no-program"

/* A file that may be executed and is no program: all is prepared, then the kernel says no. */
static int exec_open(struct pb_guest_use *use)
{
	int ret = pb_guest_open_fd(use, 0, PROGRAM, O_RDWR | O_CREAT);

	if (!ret && (fchmod(use->fds[0], 0700) || write(use->fds[0], "none", 4) != 4))
		ret = pb_fail(-errno, "cannot write '" PROGRAM "': %s", strerror(errno));
	closep(&use->fds[0]); /* what is open for writing is not executed */
	use->fds[0] = -1;
	memset(use->buffer, 'a', use->len_bytes);
	/* Each argument ends within its last page. */
	for (size_t i = 0; i < use->nr_pages; i += ARG_PAGES) {
		size_t nr = use->nr_pages - i < ARG_PAGES ? use->nr_pages - i : ARG_PAGES;

		use->buffer[(i + nr) * use->page_bytes - 1] = '\0';
	}
	return ret;
}

static int exec_try(struct pb_guest_use *use)
{
	char *args[MOST_ARGS + 1] = { NULL }, *env[] = { NULL };

	for (size_t i = 0, nr = 0; i < use->nr_pages && nr < MOST_ARGS; i += ARG_PAGES)
		args[nr++] = use->buffer + i * use->page_bytes;
	execve(PROGRAM, args, env);
	return errno == ENOEXEC ? 0 : -errno;
}

static void exec_close(struct pb_guest_use *use)
{
	(void)use;
	unlink(PROGRAM);
}

const struct pb_guest_user pb_guest_execve = {
	.open = exec_open,
	.acquire = exec_try,
	.close = exec_close,
};
