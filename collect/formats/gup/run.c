// SPDX-License-Identifier: GPL-2.0-only
/*
 * run - the cells of one run of a log, as its sections end.
 * Why: one section may hold several benchmarks, and one benchmark several sections.
 */
#include "collect/formats/gup/run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"

enum { MAX_CELLS = 4096 };

static int cell_get(struct pb_gup_run *run, const struct pb_gup_setting *setting,
		    struct pb_gup_cell **ret_cell)
{
	struct pb_gup_cell *grown;

	for (size_t i = 0; i < run->nr_cells; i++)
		if (pb_gup_setting_equal(&run->cells[i].setting, setting)) {
			*ret_cell = &run->cells[i];
			return 0;
		}
	if (run->nr_cells == MAX_CELLS)
		return pb_fail(-EBADMSG, "more than %d settings in one log", MAX_CELLS);
	grown = reallocarray(run->cells, run->nr_cells + 1, sizeof(*grown));
	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	run->cells = grown;
	grown[run->nr_cells] = (struct pb_gup_cell){ .setting = *setting };
	*ret_cell = &grown[run->nr_cells++];
	return 0;
}

/* gup_benchmark, which names nothing, reads where nothing else is said; its heirs write. */
static void intent_resolve(struct pb_gup_setting *setting, bool named)
{
	bool old =
		setting->program == PB_GUP_BENCHMARK || (setting->program == PB_GUP_ANY && !named);

	if (setting->intent == PB_GUP_UNSAID)
		setting->intent = old ? PB_GUP_READS : PB_GUP_WRITES;
}

/* What the start, the line's name and its label say together. */
static struct pb_gup_setting setting_of(const struct pb_gup_setting *start,
					const struct pb_gup_sample *sample, size_t at)
{
	struct pb_gup_setting setting = sample->labelled ? sample->setting : *start;

	if (sample->labelled && start->size_bytes != UINT64_C(128) << 20)
		setting.size_bytes = start->size_bytes;
	if (sample->labelled)
		setting.nr_threads = start->nr_threads;
	if (sample->strategy)
		setting.strategy = sample->strategy;
	/* -z: only each thread's first pass finds no pages. */
	setting.faults = start->faults && at < start->nr_threads;
	intent_resolve(&setting, sample->strategy != NULL);
	setting.strategy_said = setting.no_times = false;
	return setting;
}

static int value_add(double **values, size_t *nr, uint64_t value)
{
	double *grown = reallocarray(*values, *nr + 1, sizeof(*grown));

	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	grown[(*nr)++] = (double)value;
	*values = grown;
	return 0;
}

static int sample_add(struct pb_gup_run *run, struct pb_gup_cell *cell,
		      const struct pb_gup_sample *sample, size_t line)
{
	int ret;

	if (sample->truncated) {
		if (!cell->truncated)
			cell->got_bytes = sample->got_bytes;
		cell->truncated = true;
		if (!cell->reason)
			cell->reason = pb_format("a short pin: gup_test stopped at %" PRIu64
						 " of %" PRIu64 " bytes",
						 sample->got_bytes, cell->setting.size_bytes);
		return cell->reason ? 0 : -ENOMEM;
	}
	if (cell->nr && sample->has_put != (cell->nr_put != 0))
		return pb_fail(
			-EBADMSG,
			"line %zu: times with and without 'put:' of one benchmark, as of two "
			"programs",
			line);
	ret = value_add(&cell->get_us, &cell->nr, sample->get_us);
	if (!ret && sample->has_put)
		ret = value_add(&cell->put_us, &cell->nr_put, sample->put_us);
	run->nr_samples += !ret;
	return ret;
}

static int reason_set(struct pb_gup_run *run, const struct pb_gup_setting *setting,
		      const char *reason)
{
	struct pb_gup_cell *cell = NULL;
	int ret = cell_get(run, setting, &cell);

	if (!ret && !cell->reason) {
		cell->reason = strdup(reason);
		ret = cell->reason ? 0 : pb_fail(-ENOMEM, "out of memory");
	}
	return ret;
}

int pb_gup_run_take(struct pb_gup_run *run, const struct pb_gup_setting *setting,
		    const struct pb_gup_pending *samples, size_t nr_samples, const char *reason,
		    bool assumed)
{
	struct pb_gup_setting last = *setting;

	for (size_t i = 0; i < nr_samples; i++) {
		struct pb_gup_cell *cell = NULL;
		int ret;

		last = setting_of(setting, &samples[i].sample, i);
		ret = cell_get(run, &last, &cell);
		if (!ret)
			ret = sample_add(run, cell, &samples[i].sample, samples[i].line);
		if (ret)
			return ret;
		run->assumed |= assumed && !samples[i].sample.labelled;
	}
	if (!reason || setting->no_times)
		return 0;
	if (!last.strategy)
		return pb_fail(-ENODATA, "%s", reason);
	/* Of -z alone: a failure is of the pass that would have come. */
	if (!nr_samples)
		intent_resolve(&last, setting->program != PB_GUP_ANY);
	last.strategy_said = false;
	return reason_set(run, &last, reason);
}

int pb_gup_run_fail(struct pb_gup_run *run, const char *reason)
{
	struct pb_gup_cell *last = run->nr_cells ? &run->cells[run->nr_cells - 1] : NULL;

	if (!last || last->reason)
		return 0;
	last->reason = strdup(reason);
	return last->reason ? 0 : pb_fail(-ENOMEM, "out of memory");
}

bool pb_gup_run_has(const struct pb_gup_run *run, const struct pb_gup_setting *setting)
{
	struct pb_gup_setting wanted = *setting;

	if (setting->no_times)
		return false;
	intent_resolve(&wanted, setting->program != PB_GUP_ANY);
	for (size_t i = 0; i < run->nr_cells; i++) {
		const struct pb_gup_cell *cell = &run->cells[i];

		/* gup_bench's matrix: by its first label's. */
		if (!wanted.strategy && cell->setting.program == wanted.program)
			return true;
		wanted.faults = cell->setting.faults;
		if (cell->nr && pb_gup_setting_equal(&cell->setting, &wanted))
			return true;
	}
	return false;
}

void pb_gup_run_done(struct pb_gup_run *run)
{
	for (size_t i = 0; i < run->nr_cells; i++) {
		free(run->cells[i].get_us);
		free(run->cells[i].put_us);
		free(run->cells[i].reason);
	}
	free(run->cells);
	run->cells = NULL;
	run->nr_cells = 0;
}
