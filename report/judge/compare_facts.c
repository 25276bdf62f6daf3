// SPDX-License-Identifier: GPL-2.0-only
/*
 * compare_facts - what the fingerprints of two runs do not have in common, and what they must have.
 * Why: a number that moved with the machine or the plan is no change of the kernel, and numbers of
 * different classes or units are no two sides.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/judge/comparison.h"
#include "report/runs/tag.h"
#include "report/runs/view.h"

static int fact_add(struct pb_comparison *c, const char *key, const char *base, const char *head)
{
	struct pb_fact_diff *facts;

	if (base && head && pb_streq(base, head))
		return 0;
	/* What people say of a run moves nothing. */
	if (!strncmp(key, PB_FACT_SAID, strlen(PB_FACT_SAID)))
		return 0;
	/* The host cannot move an exact number, so that a baseline does not keep it. */
	if ((!base || !head) && !strncmp(key, "host.", strlen("host.")))
		return 0;
	facts = reallocarray(c->facts, c->nr_facts + 1, sizeof(*facts));
	if (!facts)
		return pb_fail(-ENOMEM, "out of memory");
	facts[c->nr_facts++] = (struct pb_fact_diff){ key, base, head };
	c->facts = facts;
	return 0;
}

/* What the numbers of an exact run depend on comes first; the host cannot move them. */
static int fact_rank(const char *key)
{
	static const char *const first[] = { "kernel.", "qemu.", "machine.", "pinbench" };

	for (size_t i = 0; i < PB_ARRAY_SIZE(first); i++)
		if (!strncmp(key, first[i], strlen(first[i])))
			return (int)i;
	return PB_ARRAY_SIZE(first);
}

static int fact_order(const void *a, const void *b)
{
	const struct pb_fact_diff *left = a, *right = b;
	int rank = fact_rank(left->key) - fact_rank(right->key);

	return rank ? rank : strcmp(left->key, right->key);
}

int pb_compare_facts(struct pb_comparison *c)
{
	int ret = fact_add(c, "pinbench revision", c->base.run.revision, c->head.run.revision);

	if (!ret)
		ret = fact_add(c, "plan", c->base.run.plan, c->head.run.plan);
	if (!ret)
		ret = fact_add(c, "backend", c->base.run.backend, c->head.run.backend);
	for (size_t i = 0; i < c->base.nr_facts && !ret; i++)
		ret = fact_add(c, c->base.facts[i].key, c->base.facts[i].value,
			       pb_summary_fact(&c->head, c->base.facts[i].key));
	for (size_t i = 0; i < c->head.nr_facts && !ret; i++)
		if (!pb_summary_fact(&c->base, c->head.facts[i].key))
			ret = fact_add(c, c->head.facts[i].key, NULL, c->head.facts[i].value);
	if (!ret && c->nr_facts)
		qsort(c->facts, c->nr_facts, sizeof(*c->facts), fact_order);
	return ret;
}

/* As a reader is told it: a virtual machine's hardware is a class of its own. */
static int evidence_check(const struct pb_comparison *c)
{
	_cleanup_free_ char *base = pb_run_evidence(&c->base);
	_cleanup_free_ char *head = pb_run_evidence(&c->head);

	if (!base || !head)
		return pb_fail(-ENOMEM, "out of memory");
	if (pb_streq(base, head))
		return 0;
	return pb_fail(-EINVAL,
		       "cannot compare run %.8s with run %.8s: their evidence is '%s' and '%s', "
		       "and numbers of different classes say nothing about each other",
		       c->base.run.uuid, c->head.run.uuid, base, head);
}

static int units_check(const struct pb_comparison *c)
{
	if (!pb_view_units_differ(&c->base, &c->head))
		return 0;
	return pb_fail(-EINVAL,
		       "cannot compare run %.8s with run %.8s: they count instructions of '%s' and "
		       "'%s', which are different units; compare runs of one architecture",
		       c->base.run.uuid, c->head.run.uuid, pb_summary_fact(&c->base, "kernel.arch"),
		       pb_summary_fact(&c->head, "kernel.arch"));
}

int pb_compare_classes(const struct pb_comparison *c, bool any_units)
{
	int ret = evidence_check(c);

	return ret || any_units ? ret : units_check(c);
}
