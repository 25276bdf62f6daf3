// SPDX-License-Identifier: GPL-2.0-only
/*
 * follow - takes an agent's records from its pipe, cell by cell, until it ends, however it ends.
 * Why: each cell is stored as it comes, and a cell that never came says why.
 */
#include "bench/backends/kmod/follow.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "common/clock.h"
#include "common/err.h"
#include "common/file.h"
#include "common/progress.h"

enum { POLL_MS = 500, BEGIN_LIMIT_S = 60 };

struct follow {
	struct pb_accounting *accounting;
	struct pb_record_reader *reader;
	int records;
	int64_t deadline_ms;
	char *agent_error;
	char now[2 * PB_WORD_LEN + 32];
};

static void deadline_set(struct follow *f)
{
	f->deadline_ms = pb_now_ms() + (int64_t)pb_accounting_limit_s(f->accounting) * 1000;
}

static int on_fact(void *data, const char *key, const char *value)
{
	struct follow *f = data;

	if (!pb_streq(key, "agent.error"))
		return pb_accounting_fact(f->accounting, key, value);
	free(f->agent_error);
	f->agent_error = strdup(value);
	return f->agent_error ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static int on_cell_started(void *data, const struct pb_cell *cell)
{
	struct follow *f = data;

	deadline_set(f);
	snprintf(f->now, sizeof(f->now), "%s, %s, %" PRIu64 " pages", cell->strategy,
		 pb_memory_name(cell->memory), cell->nr_pages);
	return pb_accounting_begin(f->accounting, cell);
}

static int on_cell_ended(void *data, const struct pb_cell_result *result)
{
	struct follow *f = data;

	deadline_set(f);
	return pb_accounting_end(f->accounting, result);
}

/* The next bytes. 1: the stream is over. */
static int records_read(struct follow *f)
{
	char chunk[65536];
	ssize_t got = read(f->records, chunk, sizeof(chunk));

	if (got < 0 && errno == EINTR)
		return 0;
	if (got < 0)
		return pb_fail(-errno, "cannot read the agent's records: %s", strerror(errno));
	return got ? pb_record_reader_feed(f->reader, chunk, (size_t)got) : 1;
}

/*
 * 0: the stream ended, or *ret_trouble says why it is not followed any further; -EINTR; what a sink
 * returned.
 */
static int records_follow(struct follow *f, char **ret_trouble)
{
	const struct pb_backend_request *request = f->accounting->request;
	struct pollfd ready = { .fd = f->records, .events = POLLIN };
	int ret = 0;

	while (!ret) {
		pb_progress_bar("measuring", f->accounting->nr_ended, request->nr_cells,
				f->accounting->begun ? f->now : "loading modules");
		if (request->interrupt && *request->interrupt)
			return pb_fail(-EINTR, "interrupted");
		if (pb_now_ms() > f->deadline_ms) {
			*ret_trouble = pb_format("no answer from the agent for %u s",
						 f->accounting->begun
							 ? pb_accounting_limit_s(f->accounting)
							 : BEGIN_LIMIT_S);
			return *ret_trouble ? 0 : -ENOMEM;
		}
		if (poll(&ready, 1, POLL_MS) > 0)
			ret = records_read(f);
	}
	if (ret == -EBADMSG && !f->accounting->sink_error) {
		*ret_trouble =
			pb_format("the agent's records are damaged: %s", pb_fail_message(ret));
		return *ret_trouble ? 0 : -ENOMEM;
	}
	return ret > 0 ? 0 : ret;
}

/* What the agent said on standard error, without the last newline. NULL: nothing. */
static char *agent_words(int log)
{
	_cleanup_free_ char *path = pb_format("/proc/self/fd/%d", log), *text = NULL;
	size_t len;

	if (!path || pb_file_read(path, &text, &len) || !len) {
		pb_fail_clear();
		return NULL;
	}
	text[strcspn(text, "\n")] = '\0';
	return pb_steal(text);
}

/* *ret_trouble stays NULL where the agent ended well. */
static int ending_judge(struct follow *f, const struct pb_guard *guard,
			const struct pb_guard_report *report, char **ret_trouble)
{
	_cleanup_free_ char *words = agent_words(guard->agent_log);
	int status = report->agent_status;

	if (!report->told)
		*ret_trouble = pb_format("the process that guards the run was killed");
	else if (report->code)
		*ret_trouble = strdup(report->message);
	else if (f->agent_error)
		*ret_trouble = strdup(f->agent_error);
	else if (WIFSIGNALED(status))
		*ret_trouble = pb_format("the agent was killed by signal %d (%s)", WTERMSIG(status),
					 strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status))
		*ret_trouble =
			pb_format("the agent failed with exit status %d%s%s", WEXITSTATUS(status),
				  words ? ": " : "", words ? words : "");
	else if (f->accounting->nr_ended < f->accounting->request->nr_cells)
		*ret_trouble = strdup("the agent ended before its plan did");
	else
		return 0;
	return *ret_trouble ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static int cells_close(struct follow *f, int code, const char *trouble)
{
	int ret;

	if (code == -EINTR && !f->accounting->sink_error) {
		ret = pb_accounting_abort(f->accounting, f->reader, PB_CELL_MISSING,
					  "interrupted while it ran", NULL);
		if (!ret)
			ret = pb_accounting_miss(f->accounting, "interrupted");
		return ret ? ret : pb_fail(-EINTR, "interrupted");
	}
	if (code || !trouble)
		return code;
	if (!f->accounting->begun)
		return pb_fail(-EIO, "%s", trouble);
	ret = pb_accounting_abort(f->accounting, f->reader, PB_CELL_FAILED, trouble, NULL);
	return ret ? ret : pb_accounting_miss(f->accounting, trouble);
}

static void lines_say(const char *lines)
{
	while (lines && *lines) {
		const char *end = strchrnul(lines, '\n');

		pb_progress_say("%.*s", (int)(end - lines), lines);
		lines = *end ? end + 1 : end;
	}
}

int pb_kmod_follow(struct pb_guard *guard, struct pb_accounting *accounting)
{
	static const struct pb_record_sink sink = {
		.fact = on_fact,
		.cell_started = on_cell_started,
		.cell_ended = on_cell_ended,
	};
	struct follow f = {
		.accounting = accounting,
		.records = guard->records,
		.deadline_ms = pb_now_ms() + INT64_C(1000) * BEGIN_LIMIT_S,
	};
	pb_cleanup(pb_record_reader_freep) struct pb_record_reader *reader = NULL;
	pb_cleanup(pb_guard_report_done) struct pb_guard_report report = { 0 };
	_cleanup_free_ char *trouble = NULL, *message = NULL;
	int ret = pb_record_reader_new(&sink, &f, &reader), code;

	f.reader = reader;
	if (!ret)
		ret = records_follow(&f, &trouble);
	pb_progress_clear();
	message = ret ? strdup(pb_fail_message(ret)) : NULL;
	/* The machine first: cells can wait, and a message must not be lost to it. */
	code = pb_guard_finish(guard, &report);
	lines_say(report.said.data);
	if (ret)
		pb_fail(ret, "%s", message ? message : "out of memory");
	else if (!code && report.code && !accounting->begun)
		ret = pb_fail(report.code, "%s", report.message);
	else if (!code && !trouble)
		ret = ending_judge(&f, guard, &report, &trouble);
	ret = cells_close(&f, ret ? ret : code, trouble);
	free(f.agent_error);
	closep(&guard->agent_log);
	return ret;
}
