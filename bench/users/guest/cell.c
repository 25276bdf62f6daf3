// SPDX-License-Identifier: GPL-2.0-only
/*
 * cell - the agent's part: a cell of a user, in a process of its own.
 * Why: what a user leaves behind, or holds when it fails midway, ends with its process.
 */
#include "bench/users/guest/cell.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/agent/watch.h"
#include "bench/users/guest/drivers.h"
#include "bench/users/guest/run.h"
#include "collect/observed.h"
#include "common/err.h"
#include "common/str.h"

/* For pins that the kernel lets go of behind the process's back (work queues, RCU). */
enum { SETTLE_STEP_MS = 20, SETTLE_STEPS = 100 };

static struct pb_guest_outcome *outcome;

static int machine_begin(void)
{
	int ret = pb_entries_open();

	if (ret)
		return ret;
	outcome = mmap(NULL, sizeof(*outcome), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	if (outcome != MAP_FAILED)
		return 0;
	outcome = NULL;
	return pb_fail(-ENOMEM, "out of memory");
}

static int part_add(struct pb_cell_result *result, const char *phase, const char *name,
		    const char *value)
{
	_cleanup_free_ char *part = pb_format("%s.%s", phase, name);

	return part ? pb_observed_add(result, part, value) : -ENOMEM;
}

static int number_add(struct pb_cell_result *result, const char *phase, const char *name,
		      uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	return part_add(result, phase, name, text);
}

/* What kprobes saw of a phase. */
static int entries_keep(struct pb_cell_result *result, const char *phase,
			const struct pb_entries *entries)
{
	struct pb_entry_text text;
	int ret;

	pb_entries_describe(entries, &text);
	ret = part_add(result, phase, "entry", *text.functions ? text.functions : "-");
	if (!ret)
		ret = part_add(result, phase, "flags", *text.flags ? text.flags : "-");
	if (!ret)
		ret = number_add(result, phase, "calls", text.nr_calls);
	if (!ret && text.nr_pages)
		ret = number_add(result, phase, "pages", text.nr_pages);
	return ret;
}

static int samples_keep(struct pb_cell_result *result, const char *phase,
			const struct pb_guest_samples *samples)
{
	double values[PB_WINDOW_SAMPLES_MAX];
	int ret = 0;

	for (uint32_t i = 0; i < samples->nr; i++)
		values[i] = (double)samples->ticks[i];
	if (samples->nr)
		ret = pb_cell_result_add(result, phase, "instructions", "instructions", values,
					 samples->nr);
	if (!ret && samples->nr_slept)
		ret = number_add(result, phase, "slept", samples->nr_slept);
	if (!ret && samples->nr_preempted)
		ret = number_add(result, phase, "preempted", samples->nr_preempted);
	return ret;
}

static int result_make(const struct pb_guest_user *user, struct pb_cell_result *result)
{
	double harness = (double)outcome->harness_ticks;
	int ret = entries_keep(result, "acquire", &outcome->acquire);

	if (!ret && user->release)
		ret = entries_keep(result, "release", &outcome->release);
	if (!ret)
		ret = samples_keep(result, "acquire", &outcome->acquired);
	if (!ret)
		ret = samples_keep(result, "release", &outcome->released);
	if (!ret)
		ret = pb_cell_result_add(result, "harness", "instructions", "instructions",
					 &harness, 1);
	result->state = PB_CELL_MEASURED;
	return ret;
}

/* What a reader needs to know of the row, with whatever came of it. */
static int row_tell(const struct pb_guest_row *row, struct pb_cell_result *result)
{
	int ret = pb_observed_add(result, "case", row->sort);

	return ret || !*row->strategy ? ret : pb_observed_add(result, "beside", row->strategy);
}

static int outcome_take(const struct pb_guest_row *row, int status, struct pb_cell_result *result)
{
	int code = outcome->code;

	if (!outcome->ended)
		return pb_cell_result_end(
			result, PB_CELL_FAILED,
			pb_fail(-EIO, "the user's process ended %s %d before its time",
				WIFSIGNALED(status) ? "by signal" : "with status",
				WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)));
	if (!code)
		return result_make(row->user, result);
	return pb_cell_result_end(result, code == -EOPNOTSUPP ? PB_CELL_REFUSED : PB_CELL_FAILED,
				  pb_fail(code, "%s", outcome->reason));
}

static int process_run(const struct pb_guest_row *row, const struct pb_cell *cell,
		       struct pb_cell_result *result)
{
	int status = 0;
	pid_t pid;

	memset(outcome, 0, sizeof(*outcome));
	pid = fork();
	if (pid < 0)
		return pb_fail(-errno, "cannot start a user: %s", strerror(errno));
	if (!pid) {
		pb_guest_run(row, cell, outcome);
		_exit(0);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return pb_fail(-errno, "cannot wait for a user: %s", strerror(errno));
	return outcome_take(row, status, result);
}

/* Some pins go when the kernel gets round to it: who waits a moment sees whether they do. */
static int pins_check(void)
{
	const struct timespec pause = { .tv_nsec = SETTLE_STEP_MS * 1000000L };
	int ret = pb_watch_pins();

	for (int i = 0; i < SETTLE_STEPS && ret == -EBUSY; i++) {
		nanosleep(&pause, NULL);
		ret = pb_watch_pins();
	}
	return ret;
}

/* What was counted stays in the result, but it failed. */
static int aftermath_check(int kmsg, struct pb_cell_result *result)
{
	pb_cleanup(pb_buf_done) struct pb_buf log = { 0 };
	int ret = pins_check();

	if (ret)
		ret = pb_cell_result_end(result, PB_CELL_FAILED, ret);
	if (!ret)
		ret = pb_watch_log(kmsg, &log);
	if (ret || !log.len_bytes)
		return ret;
	free(result->detail);
	result->detail = pb_steal(log.data);
	return pb_cell_result_end(result, PB_CELL_FAILED,
				  pb_fail(-EIO, "the kernel logged a warning during the cell"));
}

void pb_guest_prepare(const struct pb_cell *cells, size_t nr_cells)
{
	for (size_t i = 0; i < nr_cells; i++) {
		const struct pb_guest_row *row = pb_streq(cells[i].event, PB_EVENT_USE)
							 ? pb_guest_find(cells[i].strategy)
							 : NULL;

		/* The cell will say what is missing. */
		if (row && pb_guest_drivers_load(row->modules))
			pb_fail_clear();
	}
}

int pb_guest_row_cell(const struct pb_guest_row *row, const struct pb_cell *cell, int kmsg,
		      struct pb_cell_result *result)
{
	pb_cleanup(pb_buf_done) struct pb_buf log = { 0 };
	int ret = outcome ? 0 : machine_begin();

	result->cell = *cell;
	if (ret == -EOPNOTSUPP)
		return pb_cell_result_end(result, PB_CELL_REFUSED, ret);
	if (!ret)
		ret = row_tell(row, result);
	if (ret)
		return ret;
	ret = pb_guest_drivers_load(row->modules);
	if (ret)
		return pb_cell_result_end(
			result, ret == -EOPNOTSUPP ? PB_CELL_REFUSED : PB_CELL_FAILED, ret);
	/* What drivers log as they come up is no cell's fault. */
	ret = pb_watch_log(kmsg, &log);
	if (!ret)
		ret = process_run(row, cell, result);
	return ret ? ret : aftermath_check(kmsg, result);
}

int pb_guest_cell(const struct pb_cell *cell, int kmsg, struct pb_cell_result *result)
{
	const struct pb_guest_row *row = pb_guest_find(cell->strategy);

	if (row)
		return pb_guest_row_cell(row, cell, kmsg, result);
	result->cell = *cell;
	return pb_cell_result_end(
		result, PB_CELL_REFUSED,
		pb_fail(-EOPNOTSUPP, "user '%s' is unknown to this agent", cell->strategy));
}
