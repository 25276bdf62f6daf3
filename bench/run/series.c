// SPDX-License-Identifier: GPL-2.0-only
/*
 * series - one plan on several kernels, as many guests at once as there are CPUs.
 * Why: exact numbers do not mind company, and one kernel that fails must not stop the others. Timed
 * ones do mind: their guests run one after the other.
 */
#include "bench/run/series.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/kernels/kernel.h"
#include "common/encode/printable.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/progress.h"
#include "common/str.h"

enum { LINE_LEN = 4096, NAME_COLUMNS = 14, MAX_AT_ONCE = 64 };

/* A guest and the process that watches it. */
struct guest {
	struct pb_series_entry *entry;
	pid_t pid;
	int fd;
	char line[LINE_LEN]; /* what came and is no whole line yet */
	size_t len;
	unsigned long long done, total;
	unsigned int quarter;
	bool told; /* to stop */
	char now[64];
};

struct board {
	struct guest guests[MAX_AT_ONCE];
	size_t nr;
	int drawn; /* lines on the terminal */
};

static void board_clear(struct board *board)
{
	if (board->drawn)
		fprintf(stderr, "\033[%dA\033[J", board->drawn);
	board->drawn = 0;
}

static void board_draw(struct board *board)
{
	size_t columns = pb_progress_columns();

	if (!isatty(STDERR_FILENO))
		return;
	board_clear(board);
	for (size_t i = 0; i < board->nr; i++) {
		struct guest *g = &board->guests[i];
		char name[64], line[160];

		snprintf(name, sizeof(name), "%-*s", NAME_COLUMNS, g->entry->kernel);
		/* A line that wraps is two to the terminal, and one to board_clear(). */
		pb_progress_line(line, columns < sizeof(line) ? columns : sizeof(line), name,
				 g->done, g->total, g->now);
		pb_term_printf(stderr, "%s\n", line);
		board->drawn++;
	}
}

static void guest_say(struct board *board, struct guest *g, const char *text)
{
	board_clear(board);
	pb_term_printf(stderr, "%s: %s\n", g->entry->kernel, text);
}

static bool counts_read(const char *at, unsigned long long *counts, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		char *end;

		errno = 0;
		counts[i] = strtoull(at, &end, 10);
		if (errno || end == at)
			return false;
		at = end;
	}
	return true;
}

static void guest_bar(struct guest *g, char *line)
{
	char *now = strchr(line, '\t');
	unsigned long long counts[2];

	if (!counts_read(line, counts, 2))
		return;
	g->done = counts[0];
	g->total = counts[1];
	snprintf(g->now, sizeof(g->now), "%s", now ? now + 1 : "");
	if (isatty(STDERR_FILENO) || !g->total || g->done * 4 / g->total <= g->quarter)
		return;
	g->quarter = (unsigned int)(g->done * 4 / g->total);
	pb_term_printf(stderr, "%s: %llu of %llu\n", g->entry->kernel, g->done, g->total);
}

/* "UUID RUN-ID MEASURED REFUSED FAILED MISSING", as guest_main() writes it. */
static void guest_outcome(struct guest *g, const char *line)
{
	struct pb_runner_outcome *o = &g->entry->outcome;
	const size_t uuid_len = sizeof(o->uuid) - 1;
	unsigned long long counts[5];

	if (strlen(line) <= uuid_len || !counts_read(line + uuid_len, counts, 5))
		return;
	memcpy(o->uuid, line, uuid_len);
	o->uuid[uuid_len] = '\0';
	o->run_id = (int64_t)counts[0];
	o->nr_measured = (unsigned int)counts[1];
	o->nr_refused = (unsigned int)counts[2];
	o->nr_failed = (unsigned int)counts[3];
	o->nr_missing = (unsigned int)counts[4];
}

static void guest_line(struct board *board, struct guest *g, char *line)
{
	if (line[0] == 'S')
		guest_say(board, g, line + 2);
	else if (line[0] == 'B')
		guest_bar(g, line + 2);
	else if (line[0] == 'O')
		guest_outcome(g, line + 2);
	else if (line[0])
		guest_say(board, g, line);
}

/* Returns false at the end of the stream. */
static bool guest_read(struct board *board, struct guest *g)
{
	ssize_t got = read(g->fd, g->line + g->len, sizeof(g->line) - g->len - 1);
	char *end;

	if (got < 0)
		return errno == EINTR || errno == EAGAIN;
	g->len += (size_t)got;
	g->line[g->len] = '\0';
	while ((end = strchr(g->line, '\n')) || g->len == sizeof(g->line) - 1) {
		size_t used = end ? (size_t)(end - g->line) + 1 : g->len;

		if (end)
			*end = '\0';
		guest_line(board, g, g->line);
		memmove(g->line, g->line + used, g->len - used + 1);
		g->len -= used;
	}
	return got > 0;
}

/* The child: measures, tells, and leaves without touching what it shares with its parent. */
static void guest_main(const struct pb_runner_options *options, const char *kernel, int fd)
{
	struct pb_runner_options own = *options;
	struct pb_runner_outcome o = { 0 };
	int ret;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	dup2(fd, STDERR_FILENO);
	pb_progress_to(fd);
	own.kernel = kernel;
	ret = pb_runner_run(&own, &o);
	if (ret) {
		/* A line is a message here, whatever it quotes. */
		_cleanup_free_ char *line = pb_printable_copy(pb_fail_message(ret), "");

		dprintf(fd, "S %s\n", line ? line : strerror(ENOMEM));
	}
	if (o.uuid[0])
		dprintf(fd, "O %s %lld %u %u %u %u\n", o.uuid, (long long)o.run_id, o.nr_measured,
			o.nr_refused, o.nr_failed, o.nr_missing);
	_exit(pb_runner_status(ret, &o));
}

static int guest_start(struct board *board, const struct pb_runner_options *options,
		       struct pb_series_entry *entry)
{
	struct guest *g = &board->guests[board->nr];
	int pipes[2];

	if (pipe2(pipes, O_CLOEXEC))
		return pb_fail(-errno, "cannot start a guest: %s", strerror(errno));
	memset(g, 0, sizeof(*g));
	fflush(NULL);
	g->pid = fork();
	if (!g->pid)
		guest_main(options, entry->kernel, pipes[1]);
	close(pipes[1]);
	if (g->pid < 0) {
		close(pipes[0]);
		return pb_fail(-errno, "cannot start a guest: %s", strerror(errno));
	}
	g->entry = entry;
	g->fd = pipes[0];
	g->total = options->plan->nr_cells;
	snprintf(g->now, sizeof(g->now), "booting");
	board->nr++;
	return 0;
}

static void guest_end(struct board *board, size_t i)
{
	struct guest *g = &board->guests[i];
	int status;

	close(g->fd);
	while (waitpid(g->pid, &status, 0) < 0 && errno == EINTR)
		;
	g->entry->status = WIFEXITED(status) ? WEXITSTATUS(status) : PB_EXIT_ERROR;
	if (WIFSIGNALED(status))
		guest_say(board, g, strsignal(WTERMSIG(status)));
	board_clear(board);
	memmove(g, g + 1, (--board->nr - i) * sizeof(*g));
}

static void board_wait(struct board *board, const volatile bool *interrupt)
{
	struct pollfd polls[MAX_AT_ONCE];

	board_draw(board);
	for (size_t i = 0; i < board->nr; i++)
		polls[i] = (struct pollfd){ .fd = board->guests[i].fd, .events = POLLIN };
	if (poll(polls, board->nr, 200) <= 0) {
		/*
		 * A terminal's Ctrl-C reached the children, too; a lone kill did not. Told once: a
		 * second signal would end them before they have tidied up.
		 */
		for (size_t i = 0; *interrupt && i < board->nr; i++) {
			if (!board->guests[i].told)
				kill(board->guests[i].pid, SIGTERM);
			board->guests[i].told = true;
		}
		return;
	}
	for (size_t i = board->nr; i-- > 0;)
		if (polls[i].revents && !guest_read(board, &board->guests[i]))
			guest_end(board, i);
}

static void entry_prepare(struct pb_series_entry *entry, const volatile bool *interrupt)
{
	pb_cleanup(pb_kernel_done) struct pb_kernel kernel = { 0 };
	int ret = pb_kernel_prepare(entry->kernel, &kernel);

	if (!ret)
		return;
	if (*interrupt) {
		/* What a build or a download says that Ctrl-C ended is not news. */
		pb_command_failed(pb_fail(-EINTR, "interrupted"));
		entry->status = PB_EXIT_INTERRUPTED;
		return;
	}
	pb_fail_in(ret, "%s", entry->kernel);
	entry->status = pb_command_failed(ret);
}

int pb_series_run(const struct pb_runner_options *options, struct pb_series_entry *entries,
		  size_t nr_entries)
{
	struct board board = { 0 };
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	size_t most = cpus < 1 || options->backend->wants_quiet ? 1
		      : cpus > MAX_AT_ONCE                      ? MAX_AT_ONCE
								: (size_t)cpus;
	size_t next = 0;
	int worst = PB_EXIT_OK;

	for (size_t i = 0; i < nr_entries && options->backend->boots_kernels; i++)
		if (!*options->interrupt)
			entry_prepare(&entries[i], options->interrupt);
	while (next < nr_entries || board.nr) {
		if (next < nr_entries && board.nr < most) {
			struct pb_series_entry *entry = &entries[next++];

			if (*options->interrupt)
				entry->status = PB_EXIT_INTERRUPTED;
			else if (entry->status == PB_EXIT_OK && guest_start(&board, options, entry))
				entry->status = pb_command_failed(-EIO);
			continue;
		}
		board_wait(&board, options->interrupt);
	}
	board_clear(&board);
	for (size_t i = 0; i < nr_entries; i++)
		worst = entries[i].status > worst ? entries[i].status : worst;
	return worst;
}
