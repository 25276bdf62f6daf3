// SPDX-License-Identifier: GPL-2.0-only
/*
 * result - a run as other systems see one: named results with a number, or with a reason.
 * Why: what counts as a pass is decided once, not once a format.
 */
#include "collect/formats/result.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/encode/printable.h"
#include "common/err.h"

static char letter(char c)
{
	return isalnum((unsigned char)c) || c == '-' ? c : '_';
}

static void word_add(char *name, const char *word)
{
	size_t at = strlen(name);

	for (; *word && at + 1 < PB_RESULT_NAME_LEN; word++)
		name[at++] = letter(*word);
	name[at] = '\0';
}

/* Whether word_add() makes one of them. */
static bool words_meet(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (letter(*a) != letter(*b))
			return false;
	return *a == *b;
}

const char *pb_result_cell_name(const struct pb_cell *cell, char name[PB_RESULT_NAME_LEN])
{
	char numbers[48];

	snprintf(numbers, sizeof(numbers), ".%" PRIu64 ".%" PRIu32 ".", cell->nr_pages,
		 cell->nr_threads);
	name[0] = '\0';
	word_add(name, cell->strategy);
	strcat(name, ".");
	word_add(name, pb_memory_name(cell->memory));
	strcat(name, numbers);
	word_add(name, pb_sharing_name(cell->sharing));
	strcat(name, ".");
	word_add(name, pb_load_name(cell->load));
	for (enum pb_axis_id id = PB_AXIS_LOAD + 1; id < PB_NR_AXES; id++) {
		if (pb_cell_axis_is_default(cell, id))
			continue;
		strcat(name, ".");
		word_add(name, pb_axes[id].name);
		strcat(name, "-");
		word_add(name, pb_cell_axis(cell, id));
	}
	return name;
}

const char *pb_result_cell_id(const struct pb_summary_cell *cell, char name[PB_RESULT_NAME_LEN])
{
	size_t len;

	pb_result_cell_name(&cell->cell, name);
	len = strlen(name);
	if (cell->cell.again)
		snprintf(name + len, PB_RESULT_NAME_LEN - len, ".again-%" PRIu32, cell->cell.again);
	return name;
}

const char *pb_result_name(const struct pb_result *result, char name[PB_RESULT_NAME_LEN])
{
	pb_result_cell_id(result->cell, name);
	strcat(name, ".");
	word_add(name, result->phase);
	strcat(name, ".");
	word_add(name, result->metric);
	return name;
}

/* One number has to stand for the samples: without noise the least is the path's own cost. */
static double value_of(const struct pb_summary *run, const struct pb_summary_series *series)
{
	unsigned int spread = PB_EVIDENCE_NOISY | PB_EVIDENCE_DRAWN;

	return pb_evidence_row(run->run.evidence)->flags & spread ? series->median : series->min;
}

static enum pb_result_state absence_of(const struct pb_summary_cell *cell)
{
	switch (cell->state) {
	case PB_CELL_REFUSED:
		return PB_RESULT_SKIPPED;
	case PB_CELL_MISSING:
	case PB_CELL_NONE:
		return PB_RESULT_MISSING;
	default:
		/* Measured without a series that could be judged is no measurement. */
		return PB_RESULT_FAILED;
	}
}

static int absence_tell(const struct pb_summary *run, const struct pb_summary_cell *cell,
			int (*tell)(void *data, const struct pb_result *result), void *data)
{
	static const char *const phases[] = { "acquire", "release" };
	const char *metric = pb_summary_judged(run);
	int ret = 0;

	for (size_t i = 0; i < PB_ARRAY_SIZE(phases) && !ret; i++) {
		struct pb_result result = {
			run, cell, NULL, phases[i], metric, metric, absence_of(cell), NAN
		};

		ret = tell(data, &result);
	}
	return ret;
}

static int cell_tell(const struct pb_summary *run, const struct pb_summary_cell *cell,
		     int (*tell)(void *data, const struct pb_result *result), void *data)
{
	bool any = false;
	int ret = 0;

	for (size_t i = 0; cell->state == PB_CELL_MEASURED && i < cell->nr_series && !ret; i++) {
		const struct pb_summary_series *series = &cell->series[i];
		struct pb_result result = { run,
					    cell,
					    series,
					    series->phase,
					    series->metric,
					    series->unit,
					    series->nr ? PB_RESULT_NUMBER : PB_RESULT_SKIPPED,
					    value_of(run, series) };

		if (!series->per_page)
			continue;
		any |= !pb_streq(series->phase, "call");
		ret = tell(data, &result);
	}
	return ret || any ? ret : absence_tell(run, cell, tell, data);
}

int pb_results_tell(const struct pb_summary *run,
		    int (*tell)(void *data, const struct pb_result *result), void *data)
{
	int ret = 0;

	for (size_t i = 0; i < run->nr_cells && !ret; i++)
		ret = cell_tell(run, &run->cells[i], tell, data);
	return ret;
}

static int worst_keep(void *data, const struct pb_result *result)
{
	static const int ranks[] = { [PB_RESULT_NUMBER] = 0,
				     [PB_RESULT_SKIPPED] = 1,
				     [PB_RESULT_MISSING] = 2,
				     [PB_RESULT_FAILED] = 3 };
	enum pb_result_state *worst = data;

	/* A counter that this machine lacks is no cell that failed. */
	if (!pb_streq(result->phase, "call") && ranks[result->state] > ranks[*worst])
		*worst = result->state;
	return 0;
}

enum pb_result_state pb_result_cell_state(const struct pb_summary *run,
					  const struct pb_summary_cell *cell)
{
	enum pb_result_state worst = PB_RESULT_NUMBER;

	/* Keeping the worst cannot fail. */
	(void)!cell_tell(run, cell, worst_keep, &worst);
	return worst;
}

void pb_result_count(const struct pb_summary *run, size_t counts[PB_NR_RESULT_STATES])
{
	for (size_t i = 0; i < run->nr_cells; i++)
		counts[pb_result_cell_state(run, &run->cells[i])]++;
}

char *pb_result_why(const struct pb_result *result)
{
	pb_cleanup(pb_buf_done) struct pb_buf line = { 0 };
	const struct pb_summary_cell *cell = result->cell;
	char name[PB_ERROR_NAME_LEN];
	int ret = 0;

	if (result->series)
		ret = pb_buf_printf(&line, "the counter never ran: none of %zu samples of %s %s",
				    result->series->nr_values, result->phase, result->metric);
	else if (cell->state == PB_CELL_MEASURED)
		ret = pb_buf_printf(&line, "measured, but without acquire or release");
	else if (cell->error)
		ret = pb_buf_printf(&line, "%s ", pb_error_name(cell->error, name, sizeof(name)));
	if (!ret && cell->reason)
		ret = pb_buf_printf(&line, "%s", cell->reason);
	if (!ret && !line.len_bytes)
		ret = pb_buf_printf(&line, "%s without a reason", pb_cell_state_name(cell->state));
	/* In JSON, too, it is one line. */
	return ret ? NULL : pb_printable_copy(line.data, "");
}

const char *pb_result_run_why(const struct pb_summary *run)
{
	return pb_run_state_why(run->state);
}

enum pb_result_state pb_result_run_state(const struct pb_summary *run)
{
	enum pb_result_state state = PB_RESULT_SKIPPED;

	if (pb_result_run_why(run))
		return PB_RESULT_FAILED;
	for (size_t i = 0; i < run->nr_cells; i++) {
		enum pb_result_state cell = pb_result_cell_state(run, &run->cells[i]);

		if (cell == PB_RESULT_FAILED || cell == PB_RESULT_MISSING)
			return PB_RESULT_FAILED;
		if (cell == PB_RESULT_NUMBER)
			state = PB_RESULT_NUMBER;
	}
	return state;
}

struct named {
	struct pb_summary_cell *cell;
	size_t at; /* in the plan */
	char name[PB_RESULT_NAME_LEN];
};

static int by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* Cells that the letters of a format make one are refused. */
static int cells_name(struct pb_summary *run)
{
	_cleanup_free_ struct named *names = calloc(run->nr_cells, sizeof(*names));

	if (!names)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < run->nr_cells; i++) {
		names[i].cell = &run->cells[i];
		names[i].at = i;
		pb_result_cell_id(&run->cells[i], names[i].name);
	}
	qsort(names, run->nr_cells, sizeof(*names), by_name);
	for (size_t i = 1; i < run->nr_cells; i++) {
		struct pb_summary_cell *before = names[i - 1].cell, *cell = names[i].cell;

		if (pb_streq(names[i].name, names[i - 1].name))
			return pb_fail(
				-EINVAL,
				"export: different cells of run %.8s, of strategies '%s' and "
				"'%s', would both be called '%s'; csv and jsonl hold both",
				run->run.uuid, before->cell.strategy, cell->cell.strategy,
				names[i].name);
	}
	return 0;
}

/* Likewise the phases and metrics of one cell. */
static int series_check(const struct pb_summary *run, const struct pb_summary_cell *cell)
{
	for (size_t i = 0; i < cell->nr_series; i++) {
		const struct pb_summary_series *a = &cell->series[i];

		for (size_t j = 0; j < i; j++) {
			const struct pb_summary_series *b = &cell->series[j];

			if (words_meet(a->phase, b->phase) && words_meet(a->metric, b->metric))
				return pb_fail(-EINVAL,
					       "export: '%s %s' and '%s %s' of run %.8s would both "
					       "have one name; csv and jsonl hold both",
					       b->phase, b->metric, a->phase, a->metric,
					       run->run.uuid);
		}
	}
	return 0;
}

int pb_result_run_load(struct pb_store *store, int64_t run_id, struct pb_summary *ret_run)
{
	struct pb_summary run = { 0 };
	int ret = pb_summary_load(store, run_id, &run);

	if (!ret && !run.nr_cells)
		ret = pb_fail(-ENODATA,
			      "export: run %.8s has no cells, and a report of nothing would read "
			      "as a pass",
			      run.run.uuid);
	if (!ret)
		ret = cells_name(&run);
	for (size_t i = 0; i < run.nr_cells && !ret; i++)
		ret = series_check(&run, &run.cells[i]);
	if (ret)
		pb_summary_done(&run);
	else
		*ret_run = run;
	return ret;
}
