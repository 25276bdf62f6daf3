// SPDX-License-Identifier: GPL-2.0-only
/*
 * select - the words of --counters turned into the counters of one machine.
 * Why: see select.h.
 */
#include "collect/counters/select.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

/* A word cut into its parts. */
struct word {
	const char *text;       /* as it was given, for messages */
	char name[PB_WORD_LEN]; /* a group, a counter or what an own event is called */
	const char *event;      /* own events; else NULL */
	enum pb_counter_side side;
};

static const char *name_end(const char *text)
{
	while (islower((unsigned char)*text) || isdigit((unsigned char)*text) || *text == '-')
		text++;
	return text;
}

static int name_copy(char name[PB_WORD_LEN], const char *from, size_t len, const char *word)
{
	if (!len || len >= PB_WORD_LEN)
		return pb_fail(-EINVAL,
			       "counter '%s': a name has 1 to %d characters; NAME=EVENT gives an "
			       "event a shorter one",
			       word, PB_WORD_LEN - 1);
	memcpy(name, from, len);
	name[len] = '\0';
	return 0;
}

static int word_cut(const char *text, struct word *ret_word)
{
	struct word word = { .text = text, .side = PB_COUNTER_KERNEL };
	const char *end = name_end(text);
	int ret;

	if (*end == '=') {
		word.event = end + 1;
		ret = name_copy(word.name, text, (size_t)(end - text), text);
		if (!ret && !*word.event)
			ret = pb_fail(-EINVAL, "counter '%s': no event follows the '='", text);
	} else if (!*end || pb_streq(end, ":u") || pb_streq(end, ":k")) {
		word.side = pb_streq(end, ":u") ? PB_COUNTER_USER : PB_COUNTER_KERNEL;
		ret = name_copy(word.name, text, (size_t)(end - text), text);
	} else {
		word.event = text;
		ret = name_copy(word.name, text, strlen(text), text);
	}
	if (!ret)
		*ret_word = word;
	return ret;
}

static int word_unknown(const struct pb_counter_table *table, const char *word)
{
	pb_cleanup(pb_buf_done) struct pb_buf groups = { 0 };
	const char *last = "";

	for (size_t i = 0; i < table->nr; i++) {
		const char *group = table->rows[i].group;

		if (pb_streq(group, last) || (groups.data && strstr(groups.data, group)))
			continue;
		last = group;
		if (pb_buf_printf(&groups, " %s", group))
			return -ENOMEM;
	}
	return pb_fail(-EINVAL,
		       "unknown counter '%s' (valid: the groups%s, a counter of `pinbench list "
		       "counters`, or NAME=EVENT with an event as libpfm4 spells it)",
		       word, groups.data ? groups.data : "");
}

static int word_check(const struct pb_counter_table *table, const struct word *word)
{
	if (word->event || pb_counter_table_has_group(table, word->name) ||
	    pb_counter_table_find(table, NULL, word->name))
		return 0;
	return word_unknown(table, word->text);
}

int pb_counter_words_check(const struct pb_counter_table *table, char *const *words, size_t nr)
{
	int ret = 0;

	for (size_t i = 0; i < nr && !ret; i++) {
		struct word word;

		ret = word_cut(words[i], &word);
		if (!ret)
			ret = word_check(table, &word);
	}
	return ret;
}

int pb_counter_refuse(struct pb_counter *counter, int code)
{
	counter->refusal = strdup(pb_fail_message(code));
	pb_fail_clear();
	return counter->refusal ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static const struct pb_counter *counter_find(const struct pb_counters *counters, const char *name)
{
	for (size_t i = 0; i < counters->nr; i++)
		if (pb_streq(counters->list[i].name, name))
			return &counters->list[i];
	return NULL;
}

/* The list owns what @counter points to from here on, also when this fails. */
static int counter_push(struct pb_counters *counters, const struct pb_counter *counter)
{
	struct pb_counter *list =
		reallocarray(counters->list, counters->nr + 1, sizeof(*counters->list));

	if (!list) {
		free(counter->event);
		free(counter->note);
		free(counter->refusal);
		return pb_fail(-ENOMEM, "out of memory");
	}
	list[counters->nr++] = *counter;
	counters->list = list;
	return 0;
}

/* A counter whose event cannot be encoded stays, with the reason. */
static int counter_encode(struct pb_counter *counter)
{
	int ret = pb_event_encode(counter->event, counter->side, &counter->attr);

	return ret == -ENOENT || ret == -EINVAL ? pb_counter_refuse(counter, ret) : ret;
}

static int own_add(struct pb_counters *counters, const struct word *word)
{
	struct pb_counter counter = {
		.unit = "count", .group = "own", .side = word->side, .quality = PB_COUNTER_OWN
	};
	const struct pb_counter *twin = counter_find(counters, word->name);
	int ret;

	if (twin)
		return pb_fail(-EINVAL, "counter '%s': '%s' is asked for already", word->text,
			       word->name);
	memcpy(counter.name, word->name, sizeof(counter.name));
	counter.event = strdup(word->event);
	if (!counter.event)
		return pb_fail(-ENOMEM, "out of memory");
	ret = counter_encode(&counter);
	if (!ret)
		return counter_push(counters, &counter);
	free(counter.event);
	return ret;
}

static int named_set(struct pb_counter *counter, const struct pb_counter_row *row,
		     enum pb_counter_side side)
{
	bool is_software = pb_streq(row->pmu, PB_PMU_SOFTWARE);
	int len;

	counter->side = is_software ? PB_COUNTER_BOTH : side;
	len = snprintf(counter->name, sizeof(counter->name), "%s%s", row->name,
		       counter->side == PB_COUNTER_USER ? ":u" : "");
	if (len >= (int)sizeof(counter->name))
		return pb_fail(-EINVAL, "counter '%s' has too long a name", row->name);
	snprintf(counter->group, sizeof(counter->group), "%s%s", row->group,
		 counter->side == PB_COUNTER_USER ? ":u" : "");
	snprintf(counter->unit, sizeof(counter->unit), "%s",
		 pb_streq(row->event, "task-clock") ? "ns" : "count");
	counter->quality = row->quality;
	return 0;
}

/* @row: what this machine calls it; or, with @elsewhere, what any other does. */
static int named_add(struct pb_counters *counters, const struct pb_counter_row *row, bool elsewhere,
		     enum pb_counter_side side)
{
	const struct pb_counter *twin;
	struct pb_counter counter = { 0 };
	int ret = named_set(&counter, row, side);

	if (ret)
		return ret;
	twin = counter_find(counters, counter.name);
	if (twin && twin->quality == PB_COUNTER_OWN)
		return pb_fail(-EINVAL, "counter '%s' is an event of one's own already",
			       counter.name);
	if (twin)
		return 0;
	if (elsewhere) {
		_cleanup_free_ char *pmus = pb_events_pmus();

		counter.quality = PB_COUNTER_ABSENT;
		ret = pmus ? pb_counter_refuse(
				     &counter,
				     pb_fail(-ENOENT,
					     "data/events/ has no '%s' for this CPU (PMUs found: "
					     "%s)",
					     row->name, pmus))
			   : -ENOMEM;
	} else if (row->quality == PB_COUNTER_ABSENT) {
		ret = pb_counter_refuse(&counter, pb_fail(-ENOENT, "%s", row->note));
	} else {
		counter.event = pb_streq(row->pmu, PB_PMU_SOFTWARE)
					? strdup(row->event)
					: pb_format("%s::%s", row->pmu, row->event);
		counter.note = strdup(row->note);
		ret = counter.event && counter.note ? counter_encode(&counter)
						    : pb_fail(-ENOMEM, "out of memory");
	}
	if (!ret)
		return counter_push(counters, &counter);
	free(counter.event);
	free(counter.note);
	free(counter.refusal);
	return ret;
}

static bool is_here(const struct pb_counter_row *row, bool (*has_pmu)(const char *pmu))
{
	return pb_streq(row->pmu, PB_PMU_SOFTWARE) || has_pmu(row->pmu);
}

/*
 * The rows of this machine that @word means, a group or a counter. Where it has none, those of all
 * machines, so that each counter that was asked for is in the list with a reason.
 */
static int named_select(struct pb_counters *counters, const struct pb_counter_table *table,
			const struct word *word, bool (*has_pmu)(const char *pmu))
{
	bool here = false;
	int ret = 0;

	for (int elsewhere = 0; elsewhere < 2 && !here; elsewhere++) {
		for (size_t i = 0; i < table->nr && !ret; i++) {
			const struct pb_counter_row *row = &table->rows[i];

			if (!pb_streq(row->group, word->name) && !pb_streq(row->name, word->name))
				continue;
			if (!elsewhere && !is_here(row, has_pmu))
				continue;
			here = true;
			ret = named_add(counters, row, elsewhere, word->side);
		}
	}
	return ret;
}

int pb_counters_select(const struct pb_counter_table *table, char *const *words, size_t nr,
		       bool (*has_pmu)(const char *pmu), struct pb_counters *ret_counters)
{
	pb_cleanup(pb_counters_done) struct pb_counters counters = { 0 };
	int ret = pb_counter_words_check(table, words, nr);

	for (size_t i = 0; i < nr && !ret; i++) {
		struct word word;

		ret = word_cut(words[i], &word);
		if (!ret)
			ret = word.event ? own_add(&counters, &word)
					 : named_select(&counters, table, &word, has_pmu);
	}
	if (ret)
		return ret;
	*ret_counters = counters;
	counters = (struct pb_counters){ 0 };
	return 0;
}

void pb_counters_done(struct pb_counters *counters)
{
	for (size_t i = 0; i < counters->nr; i++) {
		free(counters->list[i].event);
		free(counters->list[i].note);
		free(counters->list[i].refusal);
	}
	free(counters->list);
	*counters = (struct pb_counters){ 0 };
}
