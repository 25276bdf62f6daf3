// SPDX-License-Identifier: GPL-2.0-only
/*
 * watch - follows a guest through its plan until it ends, however it ends.
 * Why: what was measured before a panic, a hang or a kill is kept, and every cell that was not
 * measured says why.
 */
#include "bench/vm/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "common/err.h"
#include "common/progress.h"
#include "common/str.h"

enum {
	POLL_MS = 50,
	DEFAULT_CELL_LIMIT_S = 120,
	/* Boot and settling take 10 s on an idle core; a machine may be slow and shared by many. */
	BOOT_LIMIT_S = 300,
	DETAIL_LINES = 120, /* a panic with its registers and both stack traces */
	MESSAGE_LINES = 20,
};

struct watch {
	struct pb_machine *machine;
	const struct pb_backend_request *request;
	const struct pb_record_sink *sink; /* the caller's */
	void *data;
	struct pb_record_reader *reader;
	int records;
	size_t nr_ended;
	bool begun; /* a cell was */
	bool ended; /* the agent said so */
	int sink_error;
	char *agent_error;
	uint64_t deadline_ms;
	char now[2 * PB_WORD_LEN + 32]; /* what it is at, for the progress line */
};

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static unsigned int cell_limit_s(const struct watch *watch)
{
	unsigned int limit_s = watch->request->cell_limit_s;

	return limit_s ? limit_s : DEFAULT_CELL_LIMIT_S;
}

static int sink_returned(struct watch *watch, int ret)
{
	if (ret && !watch->sink_error)
		watch->sink_error = ret;
	return ret;
}

static int fact_read(void *data, const char *key, const char *value)
{
	struct watch *watch = data;

	if (pb_streq(key, "agent.error")) {
		free(watch->agent_error);
		watch->agent_error = strdup(value);
		return watch->agent_error ? 0 : pb_fail(-ENOMEM, "out of memory");
	}
	if (!watch->sink->fact)
		return 0;
	return sink_returned(watch, watch->sink->fact(watch->data, key, value));
}

static int cell_begun(void *data, const struct pb_cell *cell)
{
	struct watch *watch = data;
	const struct pb_backend_request *request = watch->request;

	if (watch->nr_ended >= request->nr_cells ||
	    cell->index != request->cells[watch->nr_ended].index)
		return pb_fail(-EBADMSG, "the guest began cell %u out of turn", cell->index);
	watch->begun = true;
	watch->deadline_ms = now_ms() + (uint64_t)cell_limit_s(watch) * 1000;
	snprintf(watch->now, sizeof(watch->now), "%s, %s, %llu pages", cell->strategy, cell->memory,
		 (unsigned long long)cell->nr_pages);
	if (!watch->sink->cell_started)
		return 0;
	return sink_returned(watch, watch->sink->cell_started(watch->data, cell));
}

static int cell_hand_over(void *data, const struct pb_cell_result *result)
{
	struct watch *watch = data;

	watch->nr_ended++;
	if (!watch->sink->cell_ended)
		return 0;
	return sink_returned(watch, watch->sink->cell_ended(watch->data, result));
}

static int cell_ended(void *data, const struct pb_cell_result *result)
{
	struct watch *watch = data;

	watch->deadline_ms = now_ms() + (uint64_t)cell_limit_s(watch) * 1000;
	if (watch->machine->profiler)
		return sink_returned(watch, pb_profiler_cell(watch->machine->profiler, result,
							     cell_hand_over, watch));
	return cell_hand_over(watch, result);
}

static int stream_ended(void *data, const char *state)
{
	struct watch *watch = data;

	(void)state; /* the run's state is the caller's to judge */
	watch->ended = true;
	return 0;
}

/* Reads what the guest wrote since. -EBADMSG: it wrote what is no record. */
static int records_read(struct watch *watch)
{
	char chunk[65536];
	ssize_t got;
	int ret = 0;

	if (watch->records < 0)
		watch->records = open(watch->machine->records, O_RDONLY | O_CLOEXEC);
	if (watch->records < 0) /* QEMU makes it when it starts */
		return 0;
	while (!ret && (got = read(watch->records, chunk, sizeof(chunk))) > 0)
		ret = pb_record_reader_feed(watch->reader, chunk, (size_t)got);
	return ret;
}

/*
 * One look at the guest. Returns 1 when it is over: either it ended well, or *ret_trouble says
 * what happened; -EINTR; what a sink returned.
 */
static int guest_look(struct watch *watch, char **ret_trouble)
{
	bool running = pb_machine_running(watch->machine); /* before reading: no byte is missed */
	int ret = records_read(watch);

	if (watch->sink_error)
		return watch->sink_error;
	if (ret == -ENOMEM)
		return ret;
	if (ret) {
		*ret_trouble =
			pb_format("the guest's records are damaged: %s", pb_fail_message(ret));
		return *ret_trouble ? 1 : -ENOMEM;
	}
	if (watch->ended && !watch->agent_error)
		return 1;
	if (watch->agent_error) {
		*ret_trouble = pb_format("the guest is unusable: %s", watch->agent_error);
		return *ret_trouble ? 1 : -ENOMEM;
	}
	if (!running) {
		ret = pb_machine_ending(watch->machine, ret_trouble);
		return ret ? ret : 1;
	}
	if (watch->request->interrupt && *watch->request->interrupt)
		return pb_fail(-EINTR, "interrupted");
	if (now_ms() > watch->deadline_ms) {
		*ret_trouble = pb_format("no answer from the guest for %u s",
					 watch->begun ? cell_limit_s(watch) : BOOT_LIMIT_S);
		return *ret_trouble ? 1 : -ENOMEM;
	}
	return 0;
}

static int guest_follow(struct watch *watch, char **ret_trouble)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
	int ret;

	while (!(ret = guest_look(watch, ret_trouble))) {
		pb_progress_bar("measuring in the guest", watch->nr_ended, watch->request->nr_cells,
				watch->begun ? watch->now : "booting");
		nanosleep(&pause, NULL);
	}
	return ret < 0 ? ret : 0;
}

/* The cell that the guest died in: what it had measured is kept with it. */
static int open_cell_close(struct watch *watch, enum pb_cell_state state, const char *reason,
			   char *detail)
{
	const struct pb_cell_result *open = pb_record_reader_open_cell(watch->reader);
	struct pb_cell_result result;

	if (!open)
		return 0;
	result = *open; /* its strings and series stay the reader's */
	result.state = state;
	result.error = state == PB_CELL_FAILED ? EIO : EINTR;
	result.reason = (char *)reason;
	result.detail = detail;
	return cell_hand_over(watch, &result);
}

static int missing_close(struct watch *watch, const char *trouble)
{
	_cleanup_free_ char *reason = pb_format("not reached: %s", trouble);
	int ret = reason ? 0 : -ENOMEM;

	while (!ret && watch->nr_ended < watch->request->nr_cells) {
		const struct pb_cell *cell = &watch->request->cells[watch->nr_ended];
		struct pb_cell_result result = {
			.cell = *cell,
			.state = PB_CELL_MISSING,
			.reason = reason,
		};

		if (watch->sink->cell_started)
			ret = sink_returned(watch, watch->sink->cell_started(watch->data, cell));
		if (!ret)
			ret = cell_hand_over(watch, &result);
	}
	return ret;
}

static int trouble_close(struct watch *watch, const char *trouble)
{
	unsigned int nr_lines = watch->begun ? DETAIL_LINES : MESSAGE_LINES;
	_cleanup_free_ char *lines = NULL;
	int ret = pb_machine_last_lines(watch->machine, nr_lines, &lines);

	if (ret)
		return ret;
	if (!watch->begun)
		return pb_fail(-EIO, "%s before the first cell%s%s", trouble, *lines ? ":\n" : "",
			       lines);
	ret = open_cell_close(watch, PB_CELL_FAILED, trouble, *lines ? lines : NULL);
	return ret ? ret : missing_close(watch, trouble);
}

static int interrupt_close(struct watch *watch)
{
	int ret = open_cell_close(watch, PB_CELL_MISSING, "interrupted while it ran", NULL);

	if (!ret)
		ret = missing_close(watch, "interrupted");
	return ret ? ret : pb_fail(-EINTR, "interrupted");
}

static int watch_close(struct watch *watch, int code, const char *trouble)
{
	if (code == -EINTR && !watch->sink_error)
		return interrupt_close(watch);
	if (code)
		return code;
	if (!trouble && watch->nr_ended < watch->request->nr_cells)
		trouble = "the guest ended before its plan did";
	return trouble ? trouble_close(watch, trouble) : 0;
}

int pb_vm_watch(struct pb_machine *machine, const struct pb_backend_request *request,
		const struct pb_record_sink *sink, void *data, bool *ret_intact)
{
	static const struct pb_record_sink own_sink = {
		.fact = fact_read,
		.cell_started = cell_begun,
		.cell_ended = cell_ended,
		.end = stream_ended,
	};
	struct watch watch = {
		.machine = machine,
		.request = request,
		.sink = sink,
		.data = data,
		.records = -1,
		.deadline_ms = now_ms() + BOOT_LIMIT_S * 1000ULL,
	};
	pb_cleanup(pb_record_reader_freep) struct pb_record_reader *reader = NULL;
	_cleanup_free_ char *trouble = NULL;
	int ret = pb_record_reader_new(&own_sink, &watch, &reader);

	if (ret)
		return ret;
	watch.reader = reader;
	ret = guest_follow(&watch, &trouble);
	pb_machine_kill(machine);
	ret = watch_close(&watch, ret, trouble);
	pb_progress_clear();
	*ret_intact = !trouble;
	free(watch.agent_error);
	closep(&watch.records);
	return ret;
}
