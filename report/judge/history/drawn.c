// SPDX-License-Identifier: GPL-2.0-only
/*
 * drawn - the steps of a history that was simulated.
 * Why: each kernel is held against the one before it in pairs of interleavings, as by `compare`.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "common/err.h"
#include "common/str.h"
#include "report/judge/comparison.h"
#include "report/judge/drawn.h"
#include "report/judge/history/history.h"

/* Of one cell, from one kernel to the next that has it. */
static int pair_judge(struct pb_history *h, struct pb_history_step *step)
{
	const struct pb_history_kernel *from = &h->kernels[step->from], *to = &h->kernels[step->to];
	const struct pb_summary_cell *base = step->cell->at[step->from];
	const struct pb_summary_cell *head = step->cell->at[step->to];
	struct pb_drawn_pairs pairs;
	char why[256];
	int ret;

	pb_drawn_cells_refuse(base, from->label, head, to->label, h->metric, why, sizeof(why));
	if (why[0])
		return pb_history_doubt_add(h, step, why);
	ret = pb_drawn_pair(from->store, base, to->store, head, h->metric, &pairs);
	if (ret || pairs.identical)
		return ret;
	if (pairs.lower > 0 || pairs.upper < 0) {
		step->before = pairs.base;
		step->after = pairs.head;
		step->change = pairs.change;
		return pb_history_step_add(h, step);
	}
	if (fmax(fabs(pairs.lower), fabs(pairs.upper)) > PB_TOLERANCE * fabs(pairs.base))
		h->nr_unsure++;
	return 0;
}

static int refusal_find(struct pb_history *h, size_t from, size_t to, bool *ret_refused)
{
	_cleanup_free_ char *why = NULL;
	int ret = pb_drawn_refuse(&h->kernels[from].summary, h->kernels[from].label,
				  &h->kernels[to].summary, h->kernels[to].label, &why);

	if (ret)
		return ret;
	*ret_refused = why;
	if (why && !h->refused)
		h->refused = pb_steal(why);
	return 0;
}

static int cell_steps(struct pb_history *h, const struct pb_history_cell *cell)
{
	struct pb_history_step step = { .cell = cell, .phase = "call" };
	bool begun = false;

	for (size_t k = 0; k < h->nr_kernels; k++) {
		bool refused = false;
		int ret = 0;

		if (isnan(pb_history_value(h, cell, k, "call")))
			continue;
		step.to = k;
		if (begun)
			ret = refusal_find(h, step.from, k, &refused);
		if (!ret && begun && !refused)
			ret = pair_judge(h, &step);
		if (ret)
			return ret;
		step.from = k;
		begun = true;
	}
	return 0;
}

int pb_history_drawn_steps(struct pb_history *history)
{
	int ret = 0;

	for (size_t i = 0; i < history->nr_cells && !ret; i++)
		ret = cell_steps(history, &history->cells[i]);
	return ret;
}
