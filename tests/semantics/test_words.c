// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_words - an event's word taken apart, and the cells that words on the command line mean.
 * Why: the host, the agent and the expectations read the same word; one that reads it otherwise would
 * judge another case than was watched.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/semantics/cases.h"
#include "collect/event_word.h"
#include "common/err.h"
#include "common/str.h"
#include "report/semantics/events.h"

static const struct {
	const char *word, *name;
	bool movable, media;
} words[] = {
	{ "munmap", "munmap", false, false },
	{ "munmap-media", "munmap", false, true },
	{ "movable:migrate", "migrate", true, false },
	{ "movable:write-media", "write", true, true },
	{ "mkclean-range-dirty-media", "mkclean-range-dirty", false, true },
	/* Not what it looks like. */
	{ "-media", "-media", false, false },
	{ "movable:", "", true, false },
	{ "movable:-media", "-media", true, false },
	{ "munmap-medias", "munmap-medias", false, false },
	{ "munmap-media-media", "munmap-media", false, true },
	{ "movable:movable:munmap", "movable:munmap", true, false },
	{ "Movable:munmap", "Movable:munmap", false, false },
	{ "", "", false, false },
};

static void test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(words); i++) {
		struct pb_event_word event = pb_event_word_parse(words[i].word);

		assert_string_equal(event.name, words[i].name);
		assert_int_equal(event.movable, words[i].movable);
		assert_int_equal(event.media, words[i].media);
	}
}

static void test_find(void **state)
{
	(void)state;
	assert_ptr_equal(pb_event_words_find("movable:munmap-media"),
			 pb_event_words_find("munmap"));
	assert_non_null(pb_event_words_find("munmap"));
	assert_null(pb_event_words_find("munmap-media-media"));
	assert_null(pb_event_words_find("movable:movable:munmap"));
	assert_null(pb_event_words_find("movable:"));
	/* Variants come behind their event and before the next. */
	assert_true(pb_event_rank("munmap") < pb_event_rank("munmap-media"));
	assert_true(pb_event_rank("munmap-media") < pb_event_rank("movable:munmap"));
	assert_true(pb_event_rank("movable:munmap-media") < pb_event_rank("dontneed"));
	assert_true(pb_event_rank("lease") < pb_event_rank("novel"));
}

static int plan_of(const char *event, const char *memory, struct pb_plan *plan)
{
	char *events[] = { (char *)event }, *memories[] = { (char *)memory };
	struct pb_case_words asked = {
		.events = { .words = events, .nr = event ? 1 : 0 },
		.memories = { .words = memories, .nr = memory ? 1 : 0 },
	};

	return pb_cases_plan(&asked, plan);
}

static void test_plan(void **state)
{
	static const char *const asked[] = { "munmap", "tmpfs-media", "mkclean-range-dirty-media",
					     "movable:mkclean-range-dirty", "movable:exit-media" };
	struct pb_plan plan;

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(asked); i++) {
		if (i == 1) {
			assert_int_equal(plan_of(asked[i], NULL, &plan), -EINVAL);
			pb_fail_clear();
			continue;
		}
		assert_int_equal(plan_of(asked[i], "devdax", &plan), 0);
		assert_int_equal(plan.nr_cells, 16); /* eight strategies, to read and to write */
		for (size_t j = 0; j < plan.nr_cells; j++)
			assert_string_equal(plan.cells[j].event, asked[i]);
		pb_plan_done(&plan);
	}
	/* It would not fit into a cell's word, and must not be cut to another one. */
	assert_int_equal(plan_of("movable:mkclean-range-dirty-media", NULL, &plan), -EINVAL);
	assert_non_null(strstr(pb_fail_message(-EINVAL), "at most 31"));
	pb_fail_clear();
}

static bool plan_has(const struct pb_plan *plan, const char *memory, const char *event)
{
	for (size_t i = 0; i < plan->nr_cells; i++)
		if (pb_streq(pb_memory_name(plan->cells[i].memory), memory) &&
		    pb_streq(plan->cells[i].event, event))
			return true;
	return false;
}

/* Who asks for nothing gets every plain event, and variants where they say something. */
static void test_all(void **state)
{
	struct pb_plan plan;

	(void)state;
	assert_int_equal(plan_of(NULL, NULL, &plan), 0);
	assert_true(plan_has(&plan, "tmpfs", "lease"));
	assert_true(plan_has(&plan, "devdax", "offline"));
	assert_true(plan_has(&plan, "file-shared", "mkclean-dirty-media"));
	assert_true(plan_has(&plan, "fsdax", "truncate-media"));
	assert_false(plan_has(&plan, "anon", "munmap-media"));
	assert_true(plan_has(&plan, "anon", "movable:migrate"));
	assert_false(plan_has(&plan, "fsdax", "movable:migrate"));
	pb_plan_done(&plan);
}

static int events_tell(void **state)
{
	(void)state;
	pb_cases_events_tell();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_all),
	};

	return cmocka_run_group_tests(tests, events_tell, NULL);
}
