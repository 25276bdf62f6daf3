// SPDX-License-Identifier: GPL-2.0-only
/*
 * drawn - compares runs that were simulated: interleaving by interleaving, in pairs.
 * Why: see drawn.h.
 */
#include "report/judge/drawn.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collect/model/model.h"
#include "common/err.h"
#include "common/str.h"

/* What a call moves between CPUs, and what it touches at all. */
const char *const pb_drawn_metrics[] = { "transfers", "cold-lines", NULL };

bool pb_drawn_needed(const struct pb_summary *base, const struct pb_summary *head)
{
	return pb_evidence_row(base->run.evidence)->flags &
	       pb_evidence_row(head->run.evidence)->flags & PB_EVIDENCE_DRAWN;
}

bool pb_drawn_judges(const char *metric)
{
	for (size_t i = 0; pb_drawn_metrics[i]; i++)
		if (pb_streq(pb_drawn_metrics[i], metric))
			return true;
	return false;
}

/* What two runs have to have in common before their samples are pairs. */
static const struct {
	const char *key;
	const char *words;
	const char *help;
} terms[] = {
	{ "model.seed", "seed", "--seed" },
	{ "model.geometry", "caches", "--cache" },
	{ "model.cpus", "CPUs of the guest", "--cpus" },
	{ "model.interleavings", "interleavings", NULL },
	{ "model.claim", "rules", NULL },
};

static int term_add(struct pb_buf *buf, const char *words, const char *fact, const char *name)
{
	if (fact)
		return pb_buf_printf(buf, "%s with %s %s", name, words, fact);
	return pb_buf_printf(buf, "%s does not say with which %s", name, words);
}

int pb_drawn_refuse(const struct pb_summary *base, const char *base_name,
		    const struct pb_summary *head, const char *head_name, char **ret_why)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 }, help = { 0 };
	int ret = 0;

	*ret_why = NULL;
	for (size_t i = 0; i < PB_ARRAY_SIZE(terms) && !ret; i++) {
		const char *old = pb_summary_fact(base, terms[i].key);
		const char *new = pb_summary_fact(head, terms[i].key);

		if (old && new &&pb_streq(old, new))
			continue;
		ret = pb_buf_printf(&buf, "%s", buf.len_bytes ? "; " : "simulated: ");
		if (!ret)
			ret = term_add(&buf, terms[i].words, old, base_name);
		if (!ret)
			ret = pb_buf_printf(&buf, ", ");
		if (!ret)
			ret = term_add(&buf, terms[i].words, new, head_name);
		if (!ret && terms[i].help)
			ret = pb_buf_printf(&help, "%s%s", help.len_bytes ? ", " : "",
					    terms[i].help);
	}
	if (!ret && help.len_bytes)
		ret = pb_buf_printf(&buf, " (run both with the same %s)", help.data);
	if (ret)
		return pb_fail(-ENOMEM, "out of memory");
	*ret_why = buf.len_bytes ? pb_steal(buf.data) : NULL;
	return 0;
}

static void side_refuse(const struct pb_summary_cell *cell, const char *name, const char *metric,
			char *why, size_t size)
{
	const struct pb_summary_series *series = pb_summary_find(cell, "call", metric);

	if (*why)
		return;
	if (!series)
		snprintf(why, size, "%s has no %s of whole calls", name, metric);
	else if (series->nr < series->nr_values)
		snprintf(why, size, "%s has %zu samples without a value", name,
			 series->nr_values - series->nr);
	else if (series->nr < PB_MODEL_NR_SEEDS)
		snprintf(why, size, "%s has %zu of %d interleavings", name, series->nr,
			 PB_MODEL_NR_SEEDS);
}

void pb_drawn_cells_refuse(const struct pb_summary_cell *base, const char *base_name,
			   const struct pb_summary_cell *head, const char *head_name,
			   const char *metric, char *why, size_t size)
{
	*why = '\0';
	side_refuse(base, base_name, metric, why, size);
	side_refuse(head, head_name, metric, why, size);
	if (*why)
		return;
	/* A count that is folded every so many calls comes in by how many there are. */
	if (base->cell.nr_samples != head->cell.nr_samples ||
	    base->cell.nr_warmup != head->cell.nr_warmup)
		snprintf(why, size,
			 "%s made %" PRIu32 "+%" PRIu32 " calls and %s %" PRIu32 "+%" PRIu32
			 " (warm-up + samples): run both with as many",
			 base_name, base->cell.nr_warmup, base->cell.nr_samples, head_name,
			 head->cell.nr_warmup, head->cell.nr_samples);
	else if (pb_summary_find(base, "call", metric)->nr !=
		 pb_summary_find(head, "call", metric)->nr)
		snprintf(why, size, "%s has %zu interleavings and %s %zu", base_name,
			 pb_summary_find(base, "call", metric)->nr, head_name,
			 pb_summary_find(head, "call", metric)->nr);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Puts @values in order. Of an even number of them, the lower one of the middle two. */
static double median_of(double *values, size_t nr)
{
	qsort(values, nr, sizeof(*values), by_value);
	return values[(nr - 1) / 2];
}

int pb_drawn_pair(struct pb_store *base_store, const struct pb_summary_cell *base,
		  struct pb_store *head_store, const struct pb_summary_cell *head,
		  const char *metric, struct pb_drawn_pairs *ret_pairs)
{
	const struct pb_summary_series *old = pb_summary_find(base, "call", metric);
	const struct pb_summary_series *new = pb_summary_find(head, "call", metric);
	_cleanup_free_ double *before = NULL, *after = NULL, *changes = NULL;
	struct pb_drawn_pairs pairs = { .identical = true };
	size_t nr = 0;
	int ret = pb_summary_values(base_store, base, old, &before, &pairs.nr);

	if (!ret)
		ret = pb_summary_values(head_store, head, new, &after, &nr);
	if (ret)
		return ret;
	pairs.nr = nr < pairs.nr ? nr : pairs.nr;
	changes = calloc(pairs.nr + 1, sizeof(*changes));
	if (!changes)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < pairs.nr; i++) {
		changes[i] = after[i] - before[i];
		pairs.identical &= changes[i] == 0;
	}
	pairs.base = median_of(before, pairs.nr);
	pairs.head = median_of(after, pairs.nr);
	pairs.change = median_of(changes, pairs.nr);
	pairs.lower = changes[0];
	pairs.upper = changes[pairs.nr - 1];
	*ret_pairs = pairs;
	return 0;
}

int pb_drawn_begin(struct pb_comparison *c, const struct pb_compare_options *options)
{
	c->drawn = calloc(1, sizeof(*c->drawn));
	if (!c->drawn)
		return pb_fail(-ENOMEM, "out of memory");
	c->drawn->tolerance = options->tolerance;
	return pb_drawn_refuse(&c->base, "base", &c->head, "head", &c->drawn->refused);
}

/* All change one way, or so little that the way does not matter; anything else is unknown. */
static enum pb_verdict pairs_judge(const struct pb_drawn_pairs *pairs, double tolerance)
{
	double near = tolerance * fabs(pairs->base);

	if (pairs->lower > 0)
		return PB_VERDICT_WORSE;
	if (pairs->upper < 0)
		return PB_VERDICT_BETTER;
	return pairs->identical || (pairs->lower >= -near && pairs->upper <= near)
		       ? PB_VERDICT_SAME
		       : PB_VERDICT_UNKNOWN;
}

static void row_decide(struct pb_drawn_row *row, double tolerance)
{
	const struct pb_drawn_pairs *pairs = &row->pairs;

	row->blind = !isfinite(pairs->lower) || !isfinite(pairs->upper);
	if (row->blind) {
		snprintf(row->reason, sizeof(row->reason),
			 "the samples are too large to be computed with");
		return;
	}
	row->verdict = pairs_judge(pairs, tolerance);
	if (row->verdict == PB_VERDICT_UNKNOWN)
		snprintf(row->reason, sizeof(row->reason),
			 "the interleavings do not agree: %s change by %+.3g to %+.3g a page, with "
			 "%.3g in base",
			 row->metric, pairs->lower, pairs->upper, pairs->base);
}

static int row_judge(const struct pb_comparison *c, struct pb_drawn_row *row)
{
	int ret;

	pb_drawn_cells_refuse(row->base, "base", row->head, "head", row->metric, row->reason,
			      sizeof(row->reason));
	row->blind = row->reason[0];
	row->verdict = PB_VERDICT_UNKNOWN;
	if (row->blind)
		return 0;
	ret = pb_drawn_pair(c->base_store, row->base, c->head_store, row->head, row->metric,
			    &row->pairs);
	if (ret)
		return ret;
	row_decide(row, c->drawn->tolerance);
	if (row->blind || row->pairs.identical)
		return 0;
	return pb_drawn_moved_find(c->base_store, row->base, c->head_store, row->head, row->metric,
				   &row->moved);
}

/* Do any series differ beside what is judged? */
static bool differs_beside(const struct pb_summary_cell *base, const struct pb_summary_cell *head)
{
	for (size_t i = 0; i < base->nr_series; i++) {
		const struct pb_summary_series *old = &base->series[i];
		const struct pb_summary_series *new =
			pb_summary_find(head, old->phase, old->metric);

		if (new && old->digest != new->digest)
			return true;
	}
	return false;
}

/* What moves or is touched more makes a cell worse; it takes all of it to make it better. */
static void cell_count(struct pb_comparison *c, const struct pb_drawn_row *rows, size_t nr)
{
	size_t nr_worse = 0, nr_better = 0, nr_unknown = 0, nr_blind = 0, nr_same = 0;

	for (size_t i = 0; i < nr; i++) {
		nr_blind += rows[i].blind;
		nr_worse += rows[i].verdict == PB_VERDICT_WORSE;
		nr_better += rows[i].verdict == PB_VERDICT_BETTER;
		nr_unknown += rows[i].verdict == PB_VERDICT_UNKNOWN;
		nr_same += !rows[i].blind && rows[i].pairs.identical;
	}
	c->nr_blind += nr_blind > 0;
	c->nr_compared += !nr_blind;
	c->nr_unsure += nr_unknown && !nr_blind && !nr_worse;
	c->nr_differ += nr_worse || nr_better;
	c->nr_worse += nr_worse > 0;
	c->nr_better += nr_better && !nr_worse && !nr_unknown;
	c->drawn->nr_beside += nr_same == nr && differs_beside(rows->base, rows->head);
}

int pb_drawn_add(struct pb_comparison *c, const struct pb_summary_cell *base,
		 const struct pb_summary_cell *head)
{
	struct pb_drawn *drawn = c->drawn;
	size_t first = drawn->nr_rows;

	if (drawn->refused)
		return 0;
	for (size_t i = 0; pb_drawn_metrics[i]; i++) {
		struct pb_drawn_row *rows =
			reallocarray(drawn->rows, drawn->nr_rows + 1, sizeof(*rows));
		int ret;

		if (!rows)
			return pb_fail(-ENOMEM, "out of memory");
		drawn->rows = rows;
		rows[drawn->nr_rows] = (struct pb_drawn_row){ .base = base,
							      .head = head,
							      .metric = pb_drawn_metrics[i] };
		ret = row_judge(c, &rows[drawn->nr_rows++]);
		if (ret)
			return ret;
	}
	cell_count(c, &drawn->rows[first], drawn->nr_rows - first);
	return 0;
}

const struct pb_drawn_row *pb_drawn_find(const struct pb_drawn *drawn,
					 const struct pb_summary_cell *base, const char *metric)
{
	for (size_t i = 0; i < drawn->nr_rows; i++)
		if (drawn->rows[i].base == base && pb_streq(drawn->rows[i].metric, metric))
			return &drawn->rows[i];
	return NULL;
}

void pb_drawn_free(struct pb_drawn *drawn)
{
	if (!drawn)
		return;
	for (size_t i = 0; i < drawn->nr_rows; i++)
		free(drawn->rows[i].moved.name);
	free(drawn->rows);
	free(drawn->refused);
	free(drawn);
}
