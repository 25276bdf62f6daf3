// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_words - words have one number each, and foreign ones are kept as they came.
 * Why: a word of a newer database that turned into another would be compared with it.
 */
#include "tests/collect/fixture.h"

#include <stdio.h>
#include <string.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
