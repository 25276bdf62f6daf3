// SPDX-License-Identifier: GPL-2.0-only
/*
 * history - puts runs in the order of their kernels and finds what changed from one to the next.
 * Why: what the tables and figures of a history show is decided once.
 */
#include "report/judge/history/history.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/judge/drawn.h"
#include "report/judge/intervals.h"
#include "report/judge/least.h"
#include "report/runs/strategy.h"
#include "report/runs/text.h"
#include "report/runs/units.h"
#include "report/runs/view.h"

static const char *const phases[] = { "acquire", "release" };

/* A release candidate comes before what it is a candidate of, which ends there or goes on. */
static int char_rank(const char *s)
{
	if (*s == '~' || !strncmp(s, "-rc", 3))
		return -1;
	return *s ? (unsigned char)*s + 1 : 0;
}

int pb_release_compare(const char *a, const char *b)
{
	while (*a || *b) {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			char *end_a, *end_b;
			unsigned long long x = strtoull(a, &end_a, 10), y = strtoull(b, &end_b, 10);

			if (x != y)
				return x < y ? -1 : 1;
			a = end_a;
			b = end_b;
			continue;
		}
		if (char_rank(a) != char_rank(b))
			return char_rank(a) < char_rank(b) ? -1 : 1;
		a++;
		b++;
	}
	return 0;
}

static const char *release_of(const struct pb_summary *summary)
{
	const char *release = pb_summary_fact(summary, "kernel.release");

	return release ? release : "";
}

static int kernel_order(const void *a, const void *b)
{
	const struct pb_history_kernel *left = a, *right = b;
	int order = pb_release_compare(release_of(&left->summary), release_of(&right->summary));

	if (order)
		return order;
	/* Within a database as they came into it, whatever their clocks said. */
	if (left->store_at != right->store_at)
		return left->store_at < right->store_at ? -1 : 1;
	return (left->summary.run_id > right->summary.run_id) -
	       (left->summary.run_id < right->summary.run_id);
}

double pb_history_value(const struct pb_history *history, const struct pb_history_cell *cell,
			size_t kernel, const char *phase)
{
	const struct pb_summary_series *series;

	if (!cell->at[kernel] || cell->at[kernel]->state != PB_CELL_MEASURED)
		return NAN;
	series = pb_summary_find(cell->at[kernel], phase, history->metric);
	if (!series)
		return NAN;
	return history->noisy || history->drawn ? series->median : series->min;
}

double pb_history_total(const struct pb_history *history, const struct pb_history_cell *cell,
			size_t kernel)
{
	/* Medians of the two do not add up to that of a call. */
	if (history->drawn)
		return pb_history_value(history, cell, kernel, "call");
	return pb_history_value(history, cell, kernel, "acquire") +
	       pb_history_value(history, cell, kernel, "release");
}

double pb_history_share(const struct pb_history_step *step)
{
	return step->before != 0 ? fabs(step->change / step->before) : INFINITY;
}

static int runs_check(const struct pb_history *h)
{
	const struct pb_run_record *first = &h->kernels[0].summary.run;

	for (size_t i = 0; i < h->nr_kernels; i++) {
		const struct pb_run_record *run = &h->kernels[i].summary.run;

		if (run->evidence != first->evidence)
			return pb_fail(-EINVAL,
				       "history: run %.8s has evidence '%s' and run %.8s '%s'; "
				       "numbers of different classes make no history",
				       first->uuid, pb_evidence_name(first->evidence), run->uuid,
				       pb_evidence_name(run->evidence));
		if (pb_view_units_differ(&h->kernels[0].summary, &h->kernels[i].summary))
			return pb_fail(
				-EINVAL,
				"history: run %.8s counts instructions of '%s' and run %.8s "
				"of '%s'; different units make no history",
				first->uuid, pb_summary_fact(&h->kernels[0].summary, "kernel.arch"),
				run->uuid, pb_summary_fact(&h->kernels[i].summary, "kernel.arch"));
		if (pb_view_pages_check(&h->kernels[0].summary, &h->kernels[i].summary))
			return pb_fail_in(-EINVAL, "history");
	}
	return 0;
}

static size_t store_place(const struct pb_history_run *runs, size_t at)
{
	size_t first = 0;

	while (runs[first].store != runs[at].store)
		first++;
	return first;
}

static int kernels_load(const struct pb_history_run *runs, size_t nr_runs, struct pb_history *h)
{
	h->kernels = calloc(nr_runs, sizeof(*h->kernels));
	if (!h->kernels)
		return pb_fail(-ENOMEM, "out of memory");
	for (; h->nr_kernels < nr_runs; h->nr_kernels++) {
		const struct pb_history_run *run = &runs[h->nr_kernels];
		int ret;

		h->kernels[h->nr_kernels].store = run->store;
		h->kernels[h->nr_kernels].store_at = store_place(runs, h->nr_kernels);
		ret = pb_summary_load(run->store, run->run_id, &h->kernels[h->nr_kernels].summary);

		if (ret)
			return ret;
	}
	qsort(h->kernels, nr_runs, sizeof(*h->kernels), kernel_order);
	return 0;
}

/* The first @parts numbers of a release: "6.12" of 6.12.107+deb12-cloud-amd64 for two. */
static size_t release_prefix(const char *release, int parts)
{
	size_t len = strcspn(release, "0123456789");

	while (parts-- && release[len]) {
		len += strspn(release + len, "0123456789");
		if (parts)
			len += strcspn(release + len, "0123456789");
	}
	return len;
}

/* What stands before the version ("debian:") is the same for all and says nothing. */
static char *label_make(const char *release, int parts)
{
	size_t start = strcspn(release, "0123456789");
	size_t len = parts ? release_prefix(release, parts) : strlen(release);
	_cleanup_free_ char *label = NULL;

	if (!release[start])
		start = 0;
	label = strndup(release + start, len > start ? len - start : strlen(release));
	return label ? pb_printable_copy(label, "") : NULL;
}

static bool labels_unique(const struct pb_history *h)
{
	for (size_t i = 1; i < h->nr_kernels; i++)
		for (size_t j = 0; j < i; j++)
			if (pb_streq(h->kernels[i].label, h->kernels[j].label))
				return false;
	return true;
}

/* As short as tells them apart; two runs of one kernel are told apart by the uuid. */
static int labels_make(struct pb_history *h)
{
	static const int tries[] = { 2, 3, 4, 0, -1 };

	for (size_t t = 0; t < PB_ARRAY_SIZE(tries); t++) {
		for (size_t i = 0; i < h->nr_kernels; i++) {
			struct pb_history_kernel *kernel = &h->kernels[i];
			const char *release = release_of(&kernel->summary);

			free(kernel->label);
			kernel->label = tries[t] < 0 || !*release
						? pb_format("%.8s", kernel->summary.run.uuid)
						: label_make(release, tries[t]);
			if (!kernel->label)
				return pb_fail(-ENOMEM, "out of memory");
		}
		if (labels_unique(h))
			return 0;
	}
	return 0;
}

bool pb_history_word_is_plain(const char *word)
{
	return *word && word[0] != '-' &&
	       !word[strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789.:+~_-"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ")];
}

/* The word by which compare finds this very run again, or one like it. */
static int names_make(struct pb_history *h)
{
	for (size_t i = 0; i < h->nr_kernels; i++) {
		struct pb_history_kernel *kernel = &h->kernels[i];
		const char *name = pb_summary_fact(&kernel->summary, "kernel.name");
		bool unique = true;

		name = name ? name : release_of(&kernel->summary);
		for (size_t j = 0; j < h->nr_kernels; j++) {
			const char *other = pb_summary_fact(&h->kernels[j].summary, "kernel.name");

			other = other ? other : release_of(&h->kernels[j].summary);
			unique &= j == i || !pb_streq(name, other);
		}
		kernel->name = unique && pb_history_word_is_plain(name)
				       ? pb_printable_copy(name, "")
				       : pb_format("%.8s", kernel->summary.run.uuid);
		if (!kernel->name)
			return pb_fail(-ENOMEM, "out of memory");
	}
	return 0;
}

static int cell_put(struct pb_history *h, size_t kernel, const struct pb_summary_cell *cell)
{
	struct pb_history_cell *cells;
	size_t at = 0;

	while (at < h->nr_cells && !pb_cell_same(h->cells[at].cell, &cell->cell))
		at++;
	if (at == h->nr_cells) {
		cells = reallocarray(h->cells, at + 1, sizeof(*cells));
		if (!cells)
			return pb_fail(-ENOMEM, "out of memory");
		h->cells = cells;
		cells[at].cell = &cell->cell;
		cells[at].at = calloc(h->nr_kernels, sizeof(struct pb_summary_cell *));
		if (!cells[at].at)
			return pb_fail(-ENOMEM, "out of memory");
		h->nr_cells++;
	}
	h->cells[at].at[kernel] = cell;
	return 0;
}

static int cell_order(const void *a, const void *b)
{
	const struct pb_cell *left = ((const struct pb_history_cell *)a)->cell;
	const struct pb_cell *right = ((const struct pb_history_cell *)b)->cell;
	size_t rank_left = pb_strategy_rank(left->strategy);
	size_t rank_right = pb_strategy_rank(right->strategy);
	int order = pb_word_compare(PB_WORDS_MEMORY, left->memory, right->memory);

	if (!order)
		order = pb_cell_axes_compare(left, right);
	if (!order && left->nr_threads != right->nr_threads)
		order = left->nr_threads < right->nr_threads ? -1 : 1;
	if (!order && left->nr_pages != right->nr_pages)
		order = left->nr_pages > right->nr_pages ? -1 : 1;
	if (!order && rank_left != rank_right)
		order = rank_left < rank_right ? -1 : 1;
	return order ? order : strcmp(left->strategy, right->strategy);
}

/* Unless told, the most and the fewest pages: what a page costs, and what a call costs. */
static void pages_choose(const struct pb_history *h, struct pb_history_filter *filter,
			 uint64_t pages[2])
{
	if (filter->nr_pages || filter->nr_cells)
		return;
	pages[0] = UINT64_MAX;
	pages[1] = 0;
	for (size_t k = 0; k < h->nr_kernels; k++) {
		const struct pb_summary *summary = &h->kernels[k].summary;

		for (size_t i = 0; i < summary->nr_cells; i++) {
			const struct pb_cell *cell = &summary->cells[i].cell;

			if (!pb_history_wants(filter, cell))
				continue;
			pages[0] = cell->nr_pages < pages[0] ? cell->nr_pages : pages[0];
			pages[1] = cell->nr_pages > pages[1] ? cell->nr_pages : pages[1];
		}
	}
	if (!pages[1])
		return;
	filter->pages = pages;
	filter->nr_pages = 2;
}

static int cells_gather(struct pb_history *h, const struct pb_history_filter *filter)
{
	int ret = 0;

	for (size_t k = 0; k < h->nr_kernels && !ret; k++) {
		const struct pb_summary *summary = &h->kernels[k].summary;

		for (size_t i = 0; i < summary->nr_cells && !ret; i++)
			if (pb_history_wants(filter, &summary->cells[i].cell))
				ret = cell_put(h, k, &summary->cells[i]);
	}
	if (!ret && !h->nr_cells)
		return pb_history_wants_fail(filter, &h->kernels[h->nr_kernels - 1].summary);
	if (!ret)
		qsort(h->cells, h->nr_cells, sizeof(*h->cells), cell_order);
	return ret;
}

int pb_history_step_add(struct pb_history *h, const struct pb_history_step *step)
{
	struct pb_history_step *steps = reallocarray(h->steps, h->nr_steps + 1, sizeof(*steps));

	if (!steps)
		return pb_fail(-ENOMEM, "out of memory");
	steps[h->nr_steps++] = *step;
	h->steps = steps;
	return 0;
}

static struct pb_least_side side_of(const struct pb_history *h, const struct pb_history_step *step,
				    size_t kernel)
{
	const struct pb_summary_cell *cell = step->cell->at[kernel];

	return (struct pb_least_side){ h->kernels[kernel].store, &h->kernels[kernel].summary, cell,
				       pb_summary_find(cell, step->phase, h->metric) };
}

/* A step, or neighbours that cost the same, or ones of which neither can be said. */
static int pair_judge(struct pb_history *h, const struct pb_history_step *step)
{
	struct pb_least_side base = side_of(h, step, step->from), head = side_of(h, step, step->to);
	struct pb_least least;
	int ret = pb_least_compare(&base, &head, -1, &least);

	if (ret)
		return ret;
	/* Runs of different numbers of samples may differ in their least ones for that alone. */
	if (least.open)
		return pb_history_doubt_add(h, step,
					    "the least samples differ, and so do their "
					    "numbers");
	if (least.doubt)
		return pb_history_doubt_add(h, step, least.why);
	return step->change != 0 && least.base != least.head ? pb_history_step_add(h, step) : 0;
}

static int cell_steps(struct pb_history *h, const struct pb_history_cell *cell, const char *phase)
{
	struct pb_history_step step = { .cell = cell, .phase = phase, .before = NAN };

	for (size_t k = 0; k < h->nr_kernels; k++) {
		double value = pb_history_value(h, cell, k, phase);
		int ret = 0;

		if (isnan(value))
			continue;
		step.to = k;
		step.after = value;
		step.change = value - step.before;
		if (!isnan(step.before))
			ret = pair_judge(h, &step);
		if (ret)
			return ret;
		step.from = k;
		step.before = value;
	}
	return 0;
}

static int step_order(const void *a, const void *b)
{
	const struct pb_history_step *left = a, *right = b;
	uint64_t pages_left = left->cell->cell->nr_pages, pages_right = right->cell->cell->nr_pages;
	double by = fabs(right->change) - fabs(left->change);

	/* What a call costs once would hide what its pages cost: these are not mixed. */
	if (pages_left != pages_right)
		return pages_left > pages_right ? -1 : 1;
	if (by != 0)
		return by > 0 ? 1 : -1;
	if (left->to != right->to)
		return left->to < right->to ? -1 : 1;
	if (left->cell != right->cell)
		return left->cell < right->cell ? -1 : 1;
	return strcmp(left->phase, right->phase);
}

static int steps_find(struct pb_history *h)
{
	int ret = 0;

	if (h->drawn)
		ret = pb_history_drawn_steps(h);
	else if (h->noisy)
		ret = pb_history_noisy_steps(h);
	for (size_t i = 0; i < h->nr_cells && !h->noisy && !h->drawn; i++)
		for (size_t p = 0; p < PB_ARRAY_SIZE(phases) && !ret; p++)
			ret = cell_steps(h, &h->cells[i], phases[p]);
	if (!ret && h->nr_steps)
		qsort(h->steps, h->nr_steps, sizeof(*h->steps), step_order);
	return ret;
}

int pb_history_load(const struct pb_history_run *runs, size_t nr_runs,
		    const struct pb_history_filter *filter, struct pb_history *ret_history)
{
	pb_cleanup(pb_history_done) struct pb_history h = { 0 };
	struct pb_history_filter wanted = *filter;
	uint64_t pages[2];
	int ret = nr_runs ? kernels_load(runs, nr_runs, &h)
			  : pb_fail(-EINVAL, "history: no run was named");

	if (!ret)
		ret = runs_check(&h);
	if (!ret)
		ret = labels_make(&h);
	if (!ret)
		ret = names_make(&h);
	if (ret)
		return ret;
	h.drawn = pb_drawn_needed(&h.kernels[0].summary, &h.kernels[nr_runs - 1].summary);
	h.noisy = !h.drawn &&
		  pb_intervals_needed(&h.kernels[0].summary, &h.kernels[nr_runs - 1].summary);
	h.metric = filter->metric ? filter->metric
				  : pb_intervals_metric(&h.kernels[0].summary,
							&h.kernels[nr_runs - 1].summary);
	for (size_t k = 0; k < nr_runs && !ret; k++)
		ret = pb_units_check(&h.kernels[0].summary, &h.kernels[k].summary, h.metric,
				     "history: ");
	if (ret)
		return ret;
	pages_choose(&h, &wanted, pages);
	ret = cells_gather(&h, &wanted);
	if (!ret)
		ret = steps_find(&h);
	if (ret)
		return ret;
	*ret_history = h;
	h = (struct pb_history){ 0 };
	return 0;
}

void pb_history_done(struct pb_history *history)
{
	for (size_t i = 0; i < history->nr_kernels; i++) {
		pb_summary_done(&history->kernels[i].summary);
		free(history->kernels[i].label);
		free(history->kernels[i].name);
	}
	for (size_t i = 0; i < history->nr_cells; i++)
		free(history->cells[i].at);
	free(history->kernels);
	free(history->cells);
	free(history->steps);
	free(history->doubts);
	free(history->refused);
	*history = (struct pb_history){ 0 };
}
