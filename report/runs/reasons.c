// SPDX-License-Identifier: GPL-2.0-only
/*
 * reasons - sentences that say the same of different words, as one sentence.
 * Why: a kernel that refuses twelve settings for one reason is read once, not twelve times.
 */
#include "report/runs/reasons.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

enum { WORDS_LEAST = 6 };

static const size_t nowhere = (size_t)-1;

/* A word and the blanks behind it, as they stand in a sentence. */
struct word {
	const char *at;
	size_t len;
};

static bool word_next(const char **text, struct word *word)
{
	*text += strspn(*text, " ");
	word->at = *text;
	word->len = strcspn(*text, " ");
	*text += word->len;
	return word->len > 0;
}

static bool word_same(const struct word *a, const struct word *b)
{
	return a->len == b->len && !strncmp(a->at, b->at, a->len);
}

/* At which word alone two sentences differ; @nowhere where in none, or in more. */
static size_t differ_at(const char *a, const char *b)
{
	size_t at = nowhere, nr = 0;
	struct word left, right;

	for (;; nr++) {
		bool more = word_next(&a, &left);

		if (more != word_next(&b, &right))
			return nowhere;
		if (!more)
			break;
		if (word_same(&left, &right))
			continue;
		if (at != nowhere)
			return nowhere;
		at = nr;
	}
	return nr < WORDS_LEAST ? nowhere : at;
}

static struct word word_at(const char *text, size_t at)
{
	struct word word = { text, 0 };

	for (size_t i = 0; i <= at; i++)
		word_next(&text, &word);
	return word;
}

/* The comma or colon behind a word belongs to the sentence. */
static size_t bare_len(const struct word *word)
{
	return word->len > 1 && strchr(",;:", word->at[word->len - 1]) ? word->len - 1 : word->len;
}

/* Is the word of member @nth none that a member before has? */
static bool is_new(const struct pb_reason *reason, const char *const *sentences, size_t nth,
		   size_t at)
{
	struct word word = word_at(sentences[reason->members[nth]], at);

	for (size_t i = 0; i < nth; i++) {
		struct word before = word_at(sentences[reason->members[i]], at);

		if (word_same(&word, &before))
			return false;
	}
	return true;
}

static int alternatives_add(const struct pb_reason *reason, const char *const *sentences, size_t at,
			    struct pb_buf *buf)
{
	size_t nr = 0, done = 0;
	int ret = 0;

	for (size_t i = 0; i < reason->nr; i++)
		nr += is_new(reason, sentences, i, at);
	for (size_t i = 0; i < reason->nr && !ret; i++) {
		struct word word = word_at(sentences[reason->members[i]], at);

		if (!is_new(reason, sentences, i, at))
			continue;
		done++;
		ret = pb_buf_add(buf, word.at, done == nr ? word.len : bare_len(&word));
		if (!ret && done < nr)
			ret = pb_buf_printf(buf, done + 1 < nr ? ", " : " or ");
	}
	return ret;
}

/* The first member's sentence, with all words at @at. */
static int text_make(struct pb_reason *reason, const char *const *sentences, size_t at)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	const char *first = sentences[reason->members[0]];
	struct word word;
	int ret;

	if (at == nowhere) {
		reason->text = strdup(first);
		return reason->text ? 0 : pb_fail(-ENOMEM, "out of memory");
	}
	word = word_at(first, at);
	ret = pb_buf_add(&buf, first, (size_t)(word.at - first));
	if (!ret)
		ret = alternatives_add(reason, sentences, at, &buf);
	if (!ret)
		ret = pb_buf_printf(&buf, "%s", word.at + word.len);
	reason->text = ret ? NULL : pb_steal(buf.data);
	return ret;
}

static int member_add(struct pb_reason *reason, size_t member)
{
	size_t *members = reallocarray(reason->members, reason->nr + 1, sizeof(*members));

	if (!members)
		return pb_fail(-ENOMEM, "out of memory");
	members[reason->nr++] = member;
	reason->members = members;
	return 0;
}

/* The reason that a sentence belongs to, or a new one; @places[] is where each varies. */
static struct pb_reason *reason_of(struct pb_reasons *reasons, const char *const *sentences,
				   size_t nth, size_t *places)
{
	for (size_t i = 0; i < reasons->nr; i++) {
		const char *first = sentences[reasons->items[i].members[0]];
		size_t at;

		if (pb_streq(first, sentences[nth]))
			return &reasons->items[i];
		at = differ_at(first, sentences[nth]);
		if (at == nowhere || (places[i] != nowhere && places[i] != at))
			continue;
		places[i] = at;
		return &reasons->items[i];
	}
	places[reasons->nr] = nowhere;
	return &reasons->items[reasons->nr++];
}

int pb_reasons_group(const char *const *sentences, size_t nr, struct pb_reasons *ret_reasons)
{
	pb_cleanup(pb_reasons_done) struct pb_reasons reasons = { 0 };
	_cleanup_free_ size_t *places = calloc(nr + 1, sizeof(*places));
	int ret = 0;

	reasons.items = calloc(nr + 1, sizeof(*reasons.items));
	if (!reasons.items || !places)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < nr && !ret; i++)
		ret = member_add(reason_of(&reasons, sentences, i, places), i);
	for (size_t i = 0; i < reasons.nr && !ret; i++)
		ret = text_make(&reasons.items[i], sentences, places[i]);
	if (ret)
		return ret;
	*ret_reasons = reasons;
	reasons = (struct pb_reasons){ 0 };
	return 0;
}

void pb_reasons_done(struct pb_reasons *reasons)
{
	for (size_t i = 0; i < reasons->nr; i++) {
		free(reasons->items[i].text);
		free(reasons->items[i].members);
	}
	free(reasons->items);
	*reasons = (struct pb_reasons){ 0 };
}
