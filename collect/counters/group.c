// SPDX-License-Identifier: GPL-2.0-only
/*
 * group - counters of the calling thread that are open together, and what they counted between two
 * readings.
 * Why: see group.h.
 */
#include "collect/counters/group.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

struct pb_counter_group {
	const struct pb_counter_ops *ops;
	const struct pb_counters *counters;
	const struct pb_counter_pass *pass;
	bool multiplex;
	void *handle;
	struct pb_counter_reading *begin;
	struct pb_counter_reading *end;
};

static int group_refused(const struct pb_counters *counters, const struct pb_counter_pass *pass,
			 size_t failed, int code)
{
	return pb_counter_refusal(counters->list[pass->indices[failed]].event, code,
				  pb_counter_paranoid());
}

/* Opens the counters of a pass. *ret_failed: which of them the kernel refused. */
static int pass_open(const struct pb_counter_ops *ops, const struct pb_counters *counters,
		     const struct pb_counter_pass *pass, bool multiplex, void **ret_handle,
		     size_t *ret_failed)
{
	_cleanup_free_ struct perf_event_attr *attrs = calloc(pass->nr + 1, sizeof(*attrs));

	*ret_failed = 0;
	if (!attrs)
		return -ENOMEM;
	for (size_t i = 0; i < pass->nr; i++)
		attrs[i] = counters->list[pass->indices[i]].attr;
	return ops->open(attrs, pass->nr, !multiplex, ret_handle, ret_failed);
}

static int pass_try(const struct pb_counter_ops *ops, const struct pb_counters *counters,
		    const struct pb_counter_pass *pass, bool multiplex)
{
	void *handle = NULL;
	size_t failed;
	int ret = pass_open(ops, counters, pass, multiplex, &handle, &failed);

	if (!ret)
		ops->close(handle);
	return ret;
}

/* Such a counter would read 0, and nobody could tell it from one to which nothing happened. */
static int unlisted_refuse(const struct pb_counter_ops *ops, struct pb_counter *counter)
{
	int ret = ops->listed(&counter->attr);

	if (ret != -EOPNOTSUPP)
		return ret;
	return pb_counter_refuse(
		counter, pb_fail(ret,
				 "event '%s': this PMU says that it does not count it, and would "
				 "read 0 whatever happens",
				 counter->event));
}

static int counters_probe(const struct pb_counter_ops *ops, struct pb_counters *counters)
{
	for (size_t i = 0; i < counters->nr; i++) {
		struct pb_counter *counter = &counters->list[i];
		struct pb_counter_pass alone = { &i, 1 };
		int ret;

		if (counter->refusal)
			continue;
		ret = pass_try(ops, counters, &alone, true);
		if (ret)
			ret = pb_counter_refuse(counter, group_refused(counters, &alone, 0, ret));
		else if (ops->listed)
			ret = unlisted_refuse(ops, counter);
		if (ret)
			return ret;
	}
	return 0;
}

static int pass_new(struct pb_counter_passes *passes, size_t room)
{
	struct pb_counter_pass *list =
		reallocarray(passes->list, passes->nr + 1, sizeof(*passes->list));

	if (!list)
		return pb_fail(-ENOMEM, "out of memory");
	passes->list = list;
	list[passes->nr] = (struct pb_counter_pass){ calloc(room, sizeof(size_t)), 0 };
	if (!list[passes->nr].indices)
		return pb_fail(-ENOMEM, "out of memory");
	passes->nr++;
	return 0;
}

/* Does counter @index fit to those that the last pass has? */
static bool pass_fits(const struct pb_counter_ops *ops, const struct pb_counters *counters,
		      const struct pb_counter_passes *passes, size_t index)
{
	struct pb_counter_pass *last = passes->nr ? &passes->list[passes->nr - 1] : NULL;
	bool fits;

	if (!last)
		return false;
	if (passes->multiplex)
		return true;
	if (!pb_streq(counters->list[last->indices[0]].group, counters->list[index].group))
		return false;
	last->indices[last->nr++] = index;
	fits = !pass_try(ops, counters, last, false);
	last->nr--;
	return fits;
}

int pb_counter_passes_plan(const struct pb_counter_ops *ops, struct pb_counters *counters,
			   bool multiplex, struct pb_counter_passes *ret_passes)
{
	pb_cleanup(pb_counter_passes_done) struct pb_counter_passes passes = { .multiplex =
										       multiplex };
	int ret = counters_probe(ops, counters);

	for (size_t i = 0; i < counters->nr && !ret; i++) {
		struct pb_counter_pass *last;

		if (counters->list[i].refusal)
			continue;
		if (!pass_fits(ops, counters, &passes, i))
			ret = pass_new(&passes, counters->nr);
		if (ret)
			break;
		last = &passes.list[passes.nr - 1];
		last->indices[last->nr++] = i;
	}
	if (ret)
		return ret;
	*ret_passes = passes;
	passes = (struct pb_counter_passes){ 0 };
	return 0;
}

void pb_counter_passes_done(struct pb_counter_passes *passes)
{
	for (size_t i = 0; i < passes->nr; i++)
		free(passes->list[i].indices);
	free(passes->list);
	*passes = (struct pb_counter_passes){ 0 };
}

int pb_counter_group_open(const struct pb_counter_ops *ops, const struct pb_counters *counters,
			  const struct pb_counter_pass *pass, bool multiplex,
			  struct pb_counter_group **ret_group)
{
	pb_cleanup(pb_counter_group_freep) struct pb_counter_group *group =
		calloc(1, sizeof(*group));
	size_t failed;
	int ret;

	if (!group)
		return pb_fail(-ENOMEM, "out of memory");
	*group = (struct pb_counter_group){
		.ops = ops,
		.counters = counters,
		.pass = pass,
		.multiplex = multiplex,
		.begin = calloc(pass->nr, sizeof(*group->begin)),
		.end = calloc(pass->nr, sizeof(*group->end)),
	};
	if (!group->begin || !group->end)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pass_open(ops, counters, pass, multiplex, &group->handle, &failed);
	if (ret)
		return group_refused(counters, pass, failed, ret);
	*ret_group = pb_steal(group);
	return 0;
}

void pb_counter_group_free(struct pb_counter_group *group)
{
	if (!group)
		return;
	if (group->handle)
		group->ops->close(group->handle);
	free(group->begin);
	free(group->end);
	free(group);
}

static const char *first_name(const struct pb_counter_group *group)
{
	return group->counters->list[group->pass->indices[0]].name;
}

static int readings_take(struct pb_counter_group *group, struct pb_counter_reading *readings)
{
	for (size_t i = 0; i < group->pass->nr; i++) {
		int ret = group->ops->read(group->handle, i, &readings[i]);

		if (ret)
			return pb_fail(ret, "cannot read counter '%s': %s",
				       group->counters->list[group->pass->indices[i]].name,
				       strerror(-ret));
	}
	return 0;
}

int pb_counter_group_begin(struct pb_counter_group *group)
{
	int ret = readings_take(group, group->begin);

	if (ret)
		return ret;
	ret = group->ops->enable(group->handle);
	return ret ? pb_fail(ret, "cannot start counter '%s': %s", first_name(group),
			     strerror(-ret))
		   : 0;
}

int pb_counter_group_end(struct pb_counter_group *group)
{
	int ret = group->ops->disable(group->handle);

	if (ret)
		return pb_fail(ret, "cannot stop counter '%s': %s", first_name(group),
			       strerror(-ret));
	return readings_take(group, group->end);
}

struct pb_counter_value pb_counter_difference(const struct pb_counter_reading *begin,
					      const struct pb_counter_reading *end, bool multiplex)
{
	struct pb_counter_value value = { .value = NAN, .lack = PB_COUNTER_NEVER };

	if (end->enabled_ns > begin->enabled_ns)
		value.enabled_ns = end->enabled_ns - begin->enabled_ns;
	/* One that the kernel threw off the PMU for good reads as 0, times included. */
	if (end->running_ns <= begin->running_ns)
		return value;
	value.running_ns = end->running_ns - begin->running_ns;
	value.raw = end->value - begin->value;
	value.lack = PB_COUNTER_RAN;
	if (value.running_ns >= value.enabled_ns)
		value.value = (double)value.raw;
	else if (multiplex)
		value.value = (double)(uint64_t)((double)value.raw * (double)value.enabled_ns /
							 (double)value.running_ns +
						 0.5);
	else
		value.lack = PB_COUNTER_PARTLY;
	return value;
}

struct pb_counter_value pb_counter_group_value(const struct pb_counter_group *group, size_t index)
{
	return pb_counter_difference(&group->begin[index], &group->end[index], group->multiplex);
}
