// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan - what the host tells the agent: one JSON object a line, a header and then the cells.
 * Why: host and agent are two programs; what they agree on stands in one file that both link.
 */
#include "bench/agent/plan.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "collect/axes.h"
#include "collect/record.h"
#include "common/encode/json.h"
#include "common/err.h"
#include "common/str.h"

static const char *const fault_names[] = {
	[PB_FAULT_NONE] = "none",       [PB_FAULT_PANIC] = "panic", [PB_FAULT_HANG] = "hang",
	[PB_FAULT_WARNING] = "warning", [PB_FAULT_SPLAT] = "splat",
};

static int counters_put(json_t *head, const struct pb_agent_plan *plan)
{
	json_t *words = json_array();

	for (size_t i = 0; words && i < plan->nr_counters; i++)
		if (json_array_append_new(words, json_string(plan->counters[i]))) {
			json_decref(words);
			words = NULL;
		}
	if (!words || json_object_set_new(head, "counters", words) ||
	    json_object_set_new(head, "multiplex", json_boolean(plan->multiplex)))
		return pb_fail(-ENOMEM, "out of memory");
	return 0;
}

/* Not there where it would be empty: a guest's plan, and its exact numbers, stay as they were. */
static int cpus_put(json_t *head, const struct pb_agent_plan *plan)
{
	json_t *cpus = plan->nr_cpus ? json_array() : NULL;

	if (plan->irqs_off && json_object_set_new(head, "irqs_off", json_true()))
		return pb_fail(-ENOMEM, "out of memory");
	if (plan->by_calls && json_object_set_new(head, "by_calls", json_true()))
		return pb_fail(-ENOMEM, "out of memory");
	if (plan->record && json_object_set_new(head, "record", json_true()))
		return pb_fail(-ENOMEM, "out of memory");
	if (!plan->nr_cpus)
		return 0;
	for (size_t i = 0; i < plan->nr_cpus; i++)
		if (json_array_append_new(cpus, json_integer(plan->cpus[i])))
			return pb_fail(-ENOMEM, "out of memory");
	if (json_object_set_new(head, "cpus", cpus))
		return pb_fail(-ENOMEM, "out of memory");
	return 0;
}

int pb_agent_plan_write(FILE *out, const struct pb_agent_plan *plan)
{
	pb_cleanup(pb_json_freep) json_t *head =
		json_pack("{s:s, s:i, s:i, s:s, s:s, s:s, s:b, s:s*}", "type", "plan", "format",
			  PB_AGENT_PLAN_FORMAT, "inject", (int)plan->inject, "metric", plan->metric,
			  "unit", plan->unit, "evidence", pb_evidence_name(plan->evidence),
			  "profile", plan->profile, "exec", plan->exec);
	int ret = 0;

	if (head && plan->fault != PB_FAULT_NONE &&
	    json_object_set_new(head, "fault",
				json_pack("{s:I, s:s}", "cell", (json_int_t)plan->fault_cell,
					  "action", fault_names[plan->fault])))
		return pb_fail(-ENOMEM, "out of memory");
	if (!head ||
	    (plan->late_us &&
	     json_object_set_new(head, "late_us", json_integer((json_int_t)plan->late_us))))
		return pb_fail(-ENOMEM, "out of memory");
	if (plan->nr_counters)
		ret = counters_put(head, plan);
	if (!ret)
		ret = cpus_put(head, plan);
	if (ret)
		return ret;
	if (json_dumpf(head, out, JSON_COMPACT) || fputc('\n', out) == EOF)
		return pb_fail(-EIO, "cannot write the agent's plan");
	for (size_t i = 0; i < plan->nr_cells && !ret; i++)
		ret = pb_record_write_cell(out, &plan->cells[i]);
	return ret;
}

int pb_agent_plan_file(const struct pb_agent_plan *plan, char path[PB_AGENT_PLAN_PATH], int *ret_fd)
{
	_cleanup_fclose_ FILE *out = tmpfile();
	int ret, fd;

	if (!out)
		return pb_fail(-errno, "cannot make a temporary file: %s", strerror(errno));
	ret = pb_agent_plan_write(out, plan);
	if (!ret && fflush(out))
		ret = pb_fail(-errno, "cannot write the agent's plan: %s", strerror(errno));
	if (ret)
		return ret;
	fd = dup(fileno(out)); /* without O_CLOEXEC */
	if (fd < 0)
		return pb_fail(-errno, "cannot keep the agent's plan: %s", strerror(errno));
	snprintf(path, PB_AGENT_PLAN_PATH, "/proc/self/fd/%d", fd);
	*ret_fd = fd;
	return 0;
}

static int word_get(const json_t *object, const char *key, char word[PB_WORD_LEN])
{
	const char *text = json_string_value(json_object_get(object, key));

	if (!text || strlen(text) >= PB_WORD_LEN)
		return pb_fail(-EBADMSG, "'%s' must be a word of up to %d letters", key,
			       PB_WORD_LEN - 1);
	snprintf(word, PB_WORD_LEN, "%s", text);
	return 0;
}

static int number_get(const json_t *object, const char *key, uint64_t max, uint64_t *ret_number)
{
	const json_t *number = json_object_get(object, key);

	if (!json_is_integer(number) || json_integer_value(number) < 0 ||
	    (uint64_t)json_integer_value(number) > max)
		return pb_fail(-EBADMSG, "'%s' must be a whole number from 0 to %llu", key,
			       (unsigned long long)max);
	*ret_number = (uint64_t)json_integer_value(number);
	return 0;
}

static int u32_get(const json_t *object, const char *key, uint32_t *ret_number)
{
	uint64_t number = 0;
	int ret = number_get(object, key, UINT32_MAX, &number);

	if (!ret)
		*ret_number = (uint32_t)number;
	return ret;
}

static int evidence_get(const json_t *object, struct pb_agent_plan *plan)
{
	char word[PB_WORD_LEN];
	int ret = word_get(object, "evidence", word);

	return ret ? ret : pb_evidence_take(word, &plan->evidence);
}

static int fault_get(const json_t *fault, struct pb_agent_plan *plan)
{
	char action[PB_WORD_LEN];
	int ret = word_get(fault, "action", action);

	if (!ret)
		ret = u32_get(fault, "cell", &plan->fault_cell);
	for (size_t i = 0; i < PB_ARRAY_SIZE(fault_names) && !ret; i++)
		if (pb_streq(fault_names[i], action)) {
			plan->fault = (enum pb_agent_fault)i;
			return 0;
		}
	return ret ? ret : pb_fail(-EBADMSG, "no fault is called '%s'", action);
}

static int counters_get(const json_t *words, struct pb_agent_plan *plan)
{
	size_t nr = json_array_size(words);

	if (!json_is_array(words))
		return pb_fail(-EBADMSG, "'counters' must be a list of words");
	plan->counters = calloc(nr + 1, sizeof(*plan->counters));
	if (!plan->counters)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < nr; i++) {
		const char *word = json_string_value(json_array_get(words, i));

		if (!word)
			return pb_fail(-EBADMSG, "'counters' must be a list of words");
		plan->counters[i] = strdup(word);
		if (!plan->counters[i])
			return pb_fail(-ENOMEM, "out of memory");
		plan->nr_counters++;
	}
	return 0;
}

static int cpus_get(const json_t *cpus, struct pb_agent_plan *plan)
{
	size_t nr = json_array_size(cpus);

	if (!cpus)
		return 0;
	plan->cpus = calloc(nr + 1, sizeof(*plan->cpus));
	if (!plan->cpus)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < nr; i++) {
		json_int_t cpu = json_integer_value(json_array_get(cpus, i));

		if (!json_is_integer(json_array_get(cpus, i)) || cpu < 0 || cpu > UINT16_MAX)
			return pb_fail(-EBADMSG, "'cpus' must be a list of CPU numbers");
		plan->cpus[plan->nr_cpus++] = (uint32_t)cpu;
	}
	return 0;
}

static int head_get(const json_t *head, struct pb_agent_plan *plan)
{
	const json_t *fault = json_object_get(head, "fault");
	const char *exec = json_string_value(json_object_get(head, "exec"));
	const json_t *counters = json_object_get(head, "counters");
	uint32_t format;
	int ret = u32_get(head, "format", &format);

	if (!ret && format != PB_AGENT_PLAN_FORMAT)
		ret = pb_fail(-EPROTO, "format %u, this agent knows %d", format,
			      PB_AGENT_PLAN_FORMAT);
	if (!ret)
		ret = u32_get(head, "inject", &plan->inject);
	if (!ret)
		ret = word_get(head, "metric", plan->metric);
	if (!ret)
		ret = word_get(head, "unit", plan->unit);
	if (!ret)
		ret = evidence_get(head, plan);
	if (!ret && fault)
		ret = fault_get(fault, plan);
	if (!ret && counters)
		ret = counters_get(counters, plan);
	plan->multiplex = json_is_true(json_object_get(head, "multiplex"));
	if (!ret)
		ret = cpus_get(json_object_get(head, "cpus"), plan);
	if (!ret && json_object_get(head, "late_us"))
		ret = u32_get(head, "late_us", &plan->late_us);
	plan->profile = json_is_true(json_object_get(head, "profile"));
	plan->by_calls = json_is_true(json_object_get(head, "by_calls"));
	plan->record = json_is_true(json_object_get(head, "record"));
	plan->irqs_off = json_is_true(json_object_get(head, "irqs_off"));
	if (!ret && exec) {
		plan->exec = strdup(exec);
		if (!plan->exec)
			ret = pb_fail(-ENOMEM, "out of memory");
	}
	return ret;
}

static int axis_get(const json_t *object, struct pb_cell *cell, enum pb_axis_id id)
{
	char word[PB_WORD_LEN];
	int ret = word_get(object, pb_axes[id].name, word);

	return ret ? ret : pb_cell_axis_take(cell, id, word);
}

static int cell_get(const json_t *object, struct pb_cell *cell)
{
	char word[PB_WORD_LEN];
	int ret = u32_get(object, "cell", &cell->index);

	if (!ret)
		ret = word_get(object, "strategy", cell->strategy);
	if (!ret)
		ret = word_get(object, "memory", word);
	if (!ret)
		ret = pb_memory_take(word, &cell->memory);
	if (!ret)
		ret = number_get(object, "pages", INT64_MAX, &cell->nr_pages);
	if (!ret)
		ret = u32_get(object, "threads", &cell->nr_threads);
	for (enum pb_axis_id id = 0; !ret && id < PB_NR_AXES; id++)
		if (json_object_get(object, pb_axes[id].name))
			ret = axis_get(object, cell, id);
	if (!ret && json_object_get(object, "event"))
		ret = word_get(object, "event", cell->event);
	if (!ret)
		ret = u32_get(object, "samples", &cell->nr_samples);
	if (!ret)
		ret = u32_get(object, "warmup", &cell->nr_warmup);
	if (!ret && json_object_get(object, "ops"))
		ret = u32_get(object, "ops", &cell->nr_ops);
	return ret;
}

static int line_get(const json_t *line, bool first, struct pb_agent_plan *plan)
{
	const char *type = json_string_value(json_object_get(line, "type"));
	struct pb_cell *cells;

	if (!type || !pb_streq(type, first ? "plan" : "cell"))
		return pb_fail(-EBADMSG, "expected a record of type '%s'", first ? "plan" : "cell");
	if (first)
		return head_get(line, plan);
	cells = reallocarray(plan->cells, plan->nr_cells + 1, sizeof(*cells));
	if (!cells)
		return pb_fail(-ENOMEM, "out of memory");
	plan->cells = cells;
	cells[plan->nr_cells] = (struct pb_cell){ 0 };
	return cell_get(line, &cells[plan->nr_cells++]);
}

int pb_agent_plan_read(const char *path, struct pb_agent_plan *ret_plan)
{
	_cleanup_fclose_ FILE *in = fopen(path, "re");
	pb_cleanup(pb_agent_plan_done) struct pb_agent_plan plan = { 0 };
	_cleanup_free_ char *text = NULL;
	unsigned int number = 0;
	size_t room = 0;

	if (!in)
		return pb_fail(-errno, "cannot open '%s': %s", path, strerror(errno));
	while (getline(&text, &room, in) > 0) {
		pb_cleanup(pb_json_freep) json_t *line = json_loads(text, 0, NULL);
		int ret = line ? line_get(line, !number, &plan) : pb_fail(-EBADMSG, "not JSON");

		number++;
		if (ret)
			return pb_fail_in(ret, "'%s', line %u", path, number);
	}
	if (!number)
		return pb_fail(-EBADMSG, "'%s' is empty", path);
	*ret_plan = plan;
	plan = (struct pb_agent_plan){ 0 };
	return 0;
}

void pb_agent_plan_done(struct pb_agent_plan *plan)
{
	pb_words_free(plan->counters);
	free(plan->exec);
	free(plan->cpus);
	free(plan->cells);
	*plan = (struct pb_agent_plan){ 0 };
}
