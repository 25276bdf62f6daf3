// SPDX-License-Identifier: GPL-2.0-only
/*
 * cases - the words of semantics on the command line, and the cells that they mean.
 * Why: cases of one memory and event stand together, controls among them, in one order.
 */
#include "bench/semantics/cases.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "collect/event_word.h"
#include "common/err.h"
#include "common/str.h"
#include "report/semantics/events.h"

/* Memory that bench/semantics/subject.c makes. */
static const char *const memories[] = { "anon",     "thp",         "hugetlb-2m", "shmem",
					"memfd",    "file-shared", "tmpfs",      "file-private",
					"zeropage", "fsdax",       "devdax",     NULL };
static const enum pb_cell_intent intents[] = { PB_INTENT_WRITE, PB_INTENT_READ };

static const char *const strategies[] = {
#define PB_OBSERVE(id, ident, name, control, owned, seen, summary) name,
#include "kmods/uapi/observe.def"
#undef PB_OBSERVE
	NULL,
};

#define SELF  "this process"
#define OTHER "another process"
#define MM    "the mm"
#define FS    "the file system"
static const struct pb_event_words events[] = {
#define PB_EVENT(ident, name, actor, summary) { name, actor, summary },
#include "bench/events/events.def"
#undef PB_EVENT
};

/* What is watched of variants where nobody says what. By its word any of them can be had. */
static const char *const media_memories[] = { "file-shared", "fsdax", NULL };
static const char *const movable_memories[] = { "anon", "thp", "shmem", "file-shared", NULL };
static const char *const movable_events[] = { "munmap",  "dontneed", "mlock",   "fork-parent-write",
					      "migrate", "compact",  "pageout", NULL };

void pb_cases_events_tell(void)
{
	pb_event_words_set(events, PB_ARRAY_SIZE(events));
}

static bool among(const char *const *words, const char *word)
{
	for (; *words; words++)
		if (pb_streq(*words, word))
			return true;
	return false;
}

static bool event_known(const char *word)
{
	return strlen(word) < PB_WORD_LEN && pb_event_words_find(word);
}

static int events_check(const struct pb_word_list *list)
{
	pb_cleanup(pb_buf_done) struct pb_buf valid = { 0 };

	for (size_t i = 0; i < list->nr; i++) {
		if (event_known(list->words[i]))
			continue;
		for (size_t j = 0; j < PB_ARRAY_SIZE(events); j++)
			if (pb_buf_printf(&valid, " %s", events[j].name))
				return -ENOMEM;
		return pb_fail(-EINVAL,
			       "semantics: unknown event '%s' (valid:%s; each also as NAME-media "
			       "and movable:NAME, of at most %d characters)",
			       list->words[i], valid.data, PB_WORD_LEN - 1);
	}
	return 0;
}

static int words_check(const char *kind, const char *const *known, const struct pb_word_list *list)
{
	pb_cleanup(pb_buf_done) struct pb_buf valid = { 0 };

	for (size_t i = 0; i < list->nr; i++) {
		if (among(known, list->words[i]))
			continue;
		for (const char *const *word = known; *word; word++)
			if (pb_buf_printf(&valid, " %s", *word))
				return -ENOMEM;
		return pb_fail(-EINVAL, "semantics: unknown %s '%s' (valid:%s)", kind,
			       list->words[i], valid.data);
	}
	return 0;
}

int pb_case_words_check(const struct pb_case_words *words)
{
	const char *const known[] = { pb_intent_name(intents[0]), pb_intent_name(intents[1]),
				      NULL };
	int ret = words_check("strategy", strategies, &words->strategies);

	if (!ret)
		ret = events_check(&words->events);
	if (!ret)
		ret = words_check("memory", memories, &words->memories);
	return ret ? ret : words_check("intent", known, &words->intents);
}

static bool wanted(const struct pb_word_list *list, const char *word)
{
	for (size_t i = 0; i < list->nr; i++)
		if (pb_streq(list->words[i], word))
			return true;
	return list->nr == 0;
}

static int cell_add(struct pb_plan *plan, const char *memory, const char *event,
		    enum pb_cell_intent intent, const char *strategy)
{
	struct pb_cell cell = {
		.index = (uint32_t)plan->nr_cells, .nr_pages = 1, .nr_threads = 1, .nr_samples = 1
	};
	struct pb_cell *cells = reallocarray(plan->cells, plan->nr_cells + 1, sizeof(*cells));
	int ret;

	if (!cells)
		return pb_fail(-ENOMEM, "out of memory");
	plan->cells = cells;
	snprintf(cell.strategy, sizeof(cell.strategy), "%s", strategy);
	snprintf(cell.event, sizeof(cell.event), "%s", event);
	cell.intent = intent;
	ret = pb_memory_take(memory, &cell.memory);
	if (ret)
		return ret;
	plan->cells[plan->nr_cells++] = cell;
	return 0;
}

static int event_add(const struct pb_case_words *words, const char *memory, const char *event,
		     struct pb_plan *plan)
{
	int ret = 0;

	for (size_t i = 0; i < PB_ARRAY_SIZE(intents); i++)
		for (const char *const *strategy = strategies; *strategy && !ret; strategy++)
			if (wanted(&words->intents, pb_intent_name(intents[i])) &&
			    wanted(&words->strategies, *strategy))
				ret = cell_add(plan, memory, event, intents[i], *strategy);
	return ret;
}

/* The plain event, or where its page lies and who judges it: 0 to 3. */
enum { MEDIA = 1, MOVABLE = 2, NR_VARIANTS = 4 };

static bool variant_wanted(const struct pb_case_words *words, const char *memory, const char *name,
			   const char *word, unsigned int variant)
{
	if (words->events.nr)
		return wanted(&words->events, word);
	switch (variant) {
	case MEDIA:
		return among(media_memories, memory);
	case MOVABLE:
		return among(movable_memories, memory) && among(movable_events, name);
	default:
		return !variant;
	}
}

static int memory_add(const struct pb_case_words *words, const char *memory, struct pb_plan *plan)
{
	int ret = 0;

	for (size_t i = 0; i < NR_VARIANTS * PB_ARRAY_SIZE(events) && !ret; i++) {
		const char *name = events[i / NR_VARIANTS].name;
		unsigned int variant = i % NR_VARIANTS;
		_cleanup_free_ char *word =
			pb_format("%s%s%s", variant & MOVABLE ? PB_EVENT_MOVABLE : "", name,
				  variant & MEDIA ? PB_EVENT_MEDIA : "");

		if (!word)
			return pb_fail(-ENOMEM, "out of memory");
		if (variant_wanted(words, memory, name, word, variant))
			ret = event_add(words, memory, word, plan);
	}
	return ret;
}

int pb_cases_plan(const struct pb_case_words *words, struct pb_plan *ret_plan)
{
	pb_cleanup(pb_plan_done) struct pb_plan plan = { .name = "semantics" };
	int ret = pb_case_words_check(words);

	for (const char *const *memory = memories; *memory && !ret; memory++)
		if (wanted(&words->memories, *memory))
			ret = memory_add(words, *memory, &plan);
	if (ret)
		return ret;
	*ret_plan = plan;
	plan = (struct pb_plan){ 0 };
	return 0;
}
