// SPDX-License-Identifier: GPL-2.0-only
/*
 * watch - follows a guest through its plan until it ends, however it ends.
 * Why: what was measured before a panic, a hang or a kill is kept, and every cell that was not
 * measured says why.
 */
#include "bench/backends/vm/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "bench/run/accounting.h"
#include "common/clock.h"
#include "common/err.h"
#include "common/proc.h"
#include "common/progress.h"
#include "common/str.h"

enum {
	POLL_MS = 50,
	DETAIL_LINES = 120, /* a panic with its registers and both stack traces */
	MESSAGE_LINES = 20,
};

struct watch {
	struct pb_machine *machine;
	struct pb_accounting accounting;
	struct pb_record_reader *reader;
	int records;
	bool ended; /* the agent said so */
	char *agent_error;
	unsigned int boot_limit_s;
	int64_t deadline_ms;
	int64_t delayed_ms;             /* that QEMU had waited for a CPU when that was set */
	char now[2 * PB_WORD_LEN + 32]; /* what it is at, for the progress line */
};

static void deadline_set(struct watch *watch, unsigned int limit_s)
{
	watch->deadline_ms = pb_now_ms() + (int64_t)limit_s * 1000;
	watch->delayed_ms = pb_proc_delayed_ms(watch->machine->pid);
}

/*
 * On a machine that has no CPU for it a guest is slow, and no kernel hangs. So the limit does not count
 * what QEMU's busiest thread waited for one; a guest that spins goes on using it up.
 */
static bool is_late(const struct watch *watch)
{
	int64_t late_ms = pb_now_ms() - watch->deadline_ms;

	return late_ms > 0 && late_ms > pb_proc_delayed_ms(watch->machine->pid) - watch->delayed_ms;
}

static int fact_read(void *data, const char *key, const char *value)
{
	struct watch *watch = data;

	if (pb_streq(key, "agent.error")) {
		free(watch->agent_error);
		watch->agent_error = strdup(value);
		return watch->agent_error ? 0 : pb_fail(-ENOMEM, "out of memory");
	}
	return pb_accounting_fact(&watch->accounting, key, value);
}

static int cell_begun(void *data, const struct pb_cell *cell)
{
	struct watch *watch = data;

	deadline_set(watch, pb_accounting_limit_s(&watch->accounting));
	snprintf(watch->now, sizeof(watch->now), "%s, %s, %llu pages", cell->strategy,
		 pb_memory_name(cell->memory), (unsigned long long)cell->nr_pages);
	return pb_accounting_begin(&watch->accounting, cell);
}

static int cell_hand_over(void *data, const struct pb_cell_result *result)
{
	struct watch *watch = data;

	return pb_accounting_end(&watch->accounting, result);
}

static int cell_ended(void *data, const struct pb_cell_result *result)
{
	struct watch *watch = data;
	int ret;

	deadline_set(watch, pb_accounting_limit_s(&watch->accounting));
	if (watch->machine->recorder)
		ret = pb_recorder_cell(watch->machine->recorder, result, cell_hand_over, watch);
	else if (watch->machine->profiler)
		ret = pb_profiler_cell(watch->machine->profiler, result, cell_hand_over, watch);
	else
		return cell_hand_over(watch, result);
	/* What a recording took to simulate is none of the guest's time. */
	deadline_set(watch, pb_accounting_limit_s(&watch->accounting));
	if (ret && !watch->accounting.sink_error) /* as grave as a sink's: there is no going on */
		watch->accounting.sink_error = ret;
	return ret;
}

static int stream_ended(void *data, enum pb_run_state state)
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

	if (watch->accounting.sink_error)
		return watch->accounting.sink_error;
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
	if (watch->accounting.request->interrupt && *watch->accounting.request->interrupt)
		return pb_fail(-EINTR, "interrupted");
	if (is_late(watch)) {
		*ret_trouble = pb_format("no answer from the guest for %u s",
					 watch->accounting.begun
						 ? pb_accounting_limit_s(&watch->accounting)
						 : watch->boot_limit_s);
		return *ret_trouble ? 1 : -ENOMEM;
	}
	return 0;
}

static int guest_follow(struct watch *watch, char **ret_trouble)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
	int ret;

	while (!(ret = guest_look(watch, ret_trouble))) {
		pb_progress_bar("measuring in the guest", watch->accounting.nr_ended,
				watch->accounting.request->nr_cells,
				watch->accounting.begun ? watch->now : "booting");
		nanosleep(&pause, NULL);
	}
	return ret < 0 ? ret : 0;
}

static int trouble_close(struct watch *watch, const char *trouble)
{
	unsigned int nr_lines = watch->accounting.begun ? DETAIL_LINES : MESSAGE_LINES;
	_cleanup_free_ char *lines = NULL;
	int ret = pb_machine_last_lines(watch->machine, nr_lines, &lines);

	if (ret)
		return ret;
	if (!watch->accounting.begun)
		return pb_fail(-EIO, "%s before the first cell%s%s", trouble, *lines ? ":\n" : "",
			       lines);
	ret = pb_accounting_abort(&watch->accounting, watch->reader, PB_CELL_FAILED, trouble,
				  *lines ? lines : NULL);
	return ret ? ret : pb_accounting_miss(&watch->accounting, trouble);
}

static int interrupt_close(struct watch *watch)
{
	int ret = pb_accounting_abort(&watch->accounting, watch->reader, PB_CELL_MISSING,
				      "interrupted while it ran", NULL);

	if (!ret)
		ret = pb_accounting_miss(&watch->accounting, "interrupted");
	return ret ? ret : pb_fail(-EINTR, "interrupted");
}

static int watch_close(struct watch *watch, int code, const char *trouble)
{
	if (code == -EINTR && !watch->accounting.sink_error)
		return interrupt_close(watch);
	if (code)
		return code;
	if (!trouble && watch->accounting.nr_ended < watch->accounting.request->nr_cells)
		trouble = "the guest ended before its plan did";
	return trouble ? trouble_close(watch, trouble) : 0;
}

int pb_vm_watch(struct pb_machine *machine, const struct pb_backend_request *request,
		unsigned int boot_limit_s, const struct pb_record_sink *sink, void *data,
		bool *ret_intact)
{
	static const struct pb_record_sink own_sink = {
		.fact = fact_read,
		.cell_started = cell_begun,
		.cell_ended = cell_ended,
		.end = stream_ended,
	};
	struct watch watch = {
		.machine = machine,
		.accounting = { .request = request, .sink = sink, .data = data },
		.records = -1,
		.boot_limit_s = boot_limit_s,
	};
	pb_cleanup(pb_record_reader_freep) struct pb_record_reader *reader = NULL;
	_cleanup_free_ char *trouble = NULL;
	int ret = pb_record_reader_new(&own_sink, &watch, &reader);

	if (ret)
		return ret;
	watch.reader = reader;
	deadline_set(&watch, boot_limit_s);
	ret = guest_follow(&watch, &trouble);
	pb_machine_kill(machine);
	ret = watch_close(&watch, ret, trouble);
	pb_progress_clear();
	*ret_intact = !trouble;
	free(watch.agent_error);
	closep(&watch.records);
	return ret;
}
