// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_words - words have one number each, and foreign ones are kept as they came.
 * Why: a word of a newer database that turned into another would be compared with it.
 */
#include "tests/collect/fixture.h"

#include <stdio.h>
#include <string.h>

#include "collect/axes.h"
#include "collect/words/evidence.h"
#include "collect/words/run_state.h"
#include "collect/words/words.h"
#include "common/str.h"

static void test_known(void **state)
{
	static const char *const names[] = { "exact", "hardware", "syscall",
					     "model", "observed", "fake" };
	enum pb_evidence evidence = PB_EVIDENCE_FAKE;

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(names); i++) {
		assert_int_equal(pb_evidence_take(names[i], &evidence), 0);
		assert_int_equal(evidence, PB_EVIDENCE_EXACT + i);
		assert_string_equal(pb_evidence_name(evidence), names[i]);
	}
	assert_int_equal(pb_evidence_take("", &evidence), 0);
	assert_int_equal(evidence, PB_EVIDENCE_NONE);
	assert_string_equal(pb_evidence_name(PB_EVIDENCE_NONE), "");
	/* No number of a word. */
	assert_string_equal(pb_evidence_name(PB_NR_EVIDENCES), "");
	assert_string_equal(pb_word_text(PB_WORDS_RUN_STATE, 0x7fffffff), "");
}

/* More than any table has room for at first; near twins and case are other words. */
static void test_foreign(void **state)
{
	enum { NR = 1000 };
	static unsigned int words[NR];
	unsigned int word = 0;

	(void)state;
	assert_false(pb_word_find(PB_WORDS_EVIDENCE, "word-7", &word));
	for (unsigned int i = 0; i < NR; i++) {
		char text[32];

		snprintf(text, sizeof(text), "word-%u", i);
		assert_int_equal(pb_word_take(PB_WORDS_EVIDENCE, text, &words[i]), 0);
		assert_true(pb_word_is_foreign(words[i]));
	}
	for (unsigned int i = 0; i < NR; i++) {
		char text[32];

		snprintf(text, sizeof(text), "word-%u", i);
		assert_int_equal(pb_word_take(PB_WORDS_EVIDENCE, text, &word), 0);
		assert_int_equal(word, words[i]);
		assert_string_equal(pb_word_text(PB_WORDS_EVIDENCE, word), text);
		assert_true(!i || words[i] != words[i - 1]);
	}
	assert_true(pb_word_find(PB_WORDS_EVIDENCE, "word-7", &word));
	/* The same text is another word of another kind. */
	assert_false(pb_word_find(PB_WORDS_RUN_STATE, "word-7", &word));
	assert_int_equal(pb_word_take(PB_WORDS_RUN_STATE, "word-7", &word), 0);
	assert_int_not_equal(word, words[7]);
	assert_int_equal(pb_word_take(PB_WORDS_EVIDENCE, "Exact", &word), 0);
	assert_true(pb_word_is_foreign(word));
}

static void test_rows(void **state)
{
	enum pb_evidence foreign = PB_EVIDENCE_NONE;

	(void)state;
	assert_int_equal(pb_evidence_take("measured-by-moonlight", &foreign), 0);
	assert_false(pb_evidence_is_exact(foreign));
	assert_string_equal(pb_evidence_row(foreign)->words,
			    "an evidence class that this version does not know");
	assert_true(pb_evidence_is_exact(PB_EVIDENCE_EXACT));
	assert_false(pb_evidence_is_exact(PB_EVIDENCE_HARDWARE));
	assert_null(pb_run_state_why(PB_RUN_STATE_COMPLETE));
	assert_string_equal(pb_run_state_why(PB_RUN_STATE_FAILED), "the run failed");
	assert_string_equal(pb_run_state_why(PB_RUN_STATE_FOREIGN), "the run did not complete");
	assert_true(pb_run_state_is_open(PB_RUN_STATE_RUNNING));
	assert_false(pb_run_state_is_open(PB_RUN_STATE_FAILED));
}

/* The default of an axis is 0, said or not, and a word that nobody knows is not taken for it. */
static void test_axes(void **state)
{
	(void)state;
	for (enum pb_axis_id id = 0; id < PB_NR_AXES; id++) {
		struct pb_cell cell = { 0 };

		assert_true(pb_cell_axis_is_default(&cell, id));
		assert_string_equal(pb_cell_axis(&cell, id), pb_axis_usual(id));
		assert_true(*pb_axis_usual(id));
		assert_int_equal(pb_cell_axis_take(&cell, id, pb_axis_usual(id)), 0);
		assert_true(pb_cell_axis_is_default(&cell, id));
		assert_int_equal(pb_cell_axis_take(&cell, id, "of-tomorrow"), 0);
		assert_true(pb_word_is_foreign(pb_cell_word(&cell, id)));
		assert_string_equal(pb_cell_axis(&cell, id), "of-tomorrow");
	}
	assert_int_equal(pb_sharing_flags(PB_SHARING_FOLIO), PB_SHARING_SIDE_BY_SIDE);
	assert_int_equal(pb_sharing_flags(PB_SHARING_FOREIGN), 0);
	assert_int_equal(pb_releasing_flags(PB_RELEASING_FOREIGN), 0);
}

/* Of a type of memory 0 is none, and one of tomorrow is itself and nothing else. */
static void test_memories(void **state)
{
	enum pb_cell_memory memory = PB_MEMORY_anon, again;

	(void)state;
	assert_int_equal(pb_memory_take("", &memory), 0);
	assert_int_equal(memory, PB_MEMORY_NONE);
	for (memory = PB_MEMORY_NONE + 1; memory < PB_NR_MEMORIES; memory++) {
		assert_true(*pb_memory_name(memory));
		assert_int_equal(pb_memory_take(pb_memory_name(memory), &again), 0);
		assert_int_equal(again, memory);
	}
	assert_int_equal(pb_memory_take("hugetlb-16g", &memory), 0);
	assert_true(pb_word_is_foreign(memory));
	assert_string_equal(pb_memory_name(memory), "hugetlb-16g");
	assert_int_equal(pb_memory_take("hugetlb-16G", &again), 0);
	assert_int_not_equal(again, memory);
	/* By letters, whatever their numbers. */
	assert_true(pb_word_compare(PB_WORDS_MEMORY, PB_MEMORY_anon, memory) < 0);
	assert_true(pb_word_compare(PB_WORDS_MEMORY, PB_MEMORY_thp, memory) > 0);
	assert_int_equal(pb_word_compare(PB_WORDS_MEMORY, memory, memory), 0);
}

/* A load's rate is part of its number; what is not written as pinbench does is kept as it is. */
static void test_rates(void **state)
{
	static const char *const others[] = { "fork:0",       "fork:",
					      "fork:0100",    "fork:1x",
					      "fork: 1",      "fork:-1",
					      "none:5",       "spoon:5",
					      "fork:1048576", "fork:1:2",
					      "Fork:100",     ":100",
					      "forks:100",    "fork:99999999999999999" };
	unsigned int word = 0;

	(void)state;
	assert_int_equal(pb_word_take(PB_WORDS_LOAD, "fork:100", &word), 0);
	assert_int_equal(word, PB_LOAD_AT(fork, 100));
	assert_false(pb_word_is_foreign(word));
	assert_string_equal(pb_load_name((enum pb_cell_load)word), "fork:100");
	assert_int_equal(pb_load_plain((enum pb_cell_load)word), PB_LOAD_fork);
	assert_int_equal(pb_load_rate((enum pb_cell_load)word), 100);
	assert_int_equal(pb_load_rate(PB_LOAD_fork), 0);
	/* Made here, and never read. */
	assert_string_equal(pb_load_name(PB_LOAD_AT(mprotect, 1000000)), "mprotect:1000000");
	assert_string_equal(pb_load_name(PB_LOAD_AT(munmap, 7)), "munmap:7");
	assert_string_equal(pb_load_name(PB_LOAD_AT(fork, 100)), "fork:100");
	for (size_t i = 0; i < PB_ARRAY_SIZE(others); i++) {
		assert_int_equal(pb_word_take(PB_WORDS_LOAD, others[i], &word), 0);
		assert_true(pb_word_is_foreign(word));
		assert_string_equal(pb_word_text(PB_WORDS_LOAD, word), others[i]);
		assert_true(pb_load_plain((enum pb_cell_load)word) >= PB_NR_LOADS);
	}
	/* Of other kinds it is a word as any. */
	assert_int_equal(pb_word_take(PB_WORDS_INTENT, "fork:100", &word), 0);
	assert_true(pb_word_is_foreign(word));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),    cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_rows),     cmocka_unit_test(test_axes),
		cmocka_unit_test(test_memories), cmocka_unit_test(test_rates),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
