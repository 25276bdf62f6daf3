// SPDX-License-Identifier: GPL-2.0-only
/*
 * intervals_levels - what keeps an interval from telling, in words.
 * Why: "cannot tell" helps only whoever learns what was seen, and what to do about it.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/str.h"
#include "report/judge/intervals.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

/* Samples that repeat this much of the one before them say less than half of what they would. */
static const double autocorr_told = 0.4;

static char *level_words(const struct pb_level *level, const char *side)
{
	const struct pb_level_kind_row *kind = &pb_level_kinds[level->kind];
	char from[PB_NUMBER_LEN], to[PB_NUMBER_LEN];

	pb_number(level->from, from);
	pb_number(level->to, to);
	switch (level->kind) {
	case PB_LEVEL_TREND:
		return pb_format("%s %s from %s to %s (%s, p %.1g)", side, kind->words, from, to,
				 kind->test, level->p);
	case PB_LEVEL_STEP:
		return pb_format("%s %s from %s to %s at sample %zu (%s, p %.1g)", side,
				 kind->words, from, to, level->at + 1, kind->test, level->p);
	case PB_LEVEL_STRETCH:
	case PB_LEVEL_BURST:
	case PB_LEVEL_END:
		return pb_format(
			"%s %s: samples %zu to %zu are at %s, the others at %s (%s, p %.1g)", side,
			kind->words, level->at + 1, level->at + level->nr, to, from, kind->test,
			level->p);
	case PB_LEVEL_MODES:
		return pb_format("%s %s, %s and %s (%s)", side, kind->words, from, to, kind->test);
	default:
		return strdup("");
	}
}

char *pb_levels_words(const struct pb_effect *effect)
{
	static const char *const sides[] = { "base's samples", "head's samples" };
	_cleanup_free_ char *base = level_words(&effect->levels[0], sides[0]);
	_cleanup_free_ char *head = level_words(
		&effect->levels[1], effect->paired ? "the pairs' differences" : sides[1]);

	if (!base || !head)
		return NULL;
	return pb_format("%s%s%s", base, *base && *head ? "; " : "", head);
}

void pb_below_zero_words(const struct pb_effect *effect, char *why, size_t size)
{
	char number[PB_NUMBER_LEN];

	snprintf(why, size,
		 "%s costs %s a page, which is below zero: its empty window was disturbed",
		 effect->head < effect->base ? "head" : "base",
		 pb_number(fmin(effect->base, effect->head), number));
}

char *pb_unsure_words(const struct pb_judged *judged, double tolerance)
{
	const struct pb_effect *effect = &judged->effect;
	char lower[PB_WORD_LEN], upper[PB_WORD_LEN];
	_cleanup_free_ char *levels = pb_levels_words(effect);
	const char *help = "take more samples, or runs in turns";

	if (!levels)
		return NULL;
	if (*levels)
		return pb_format("%s; measure again on a machine at rest, or in turns", levels);
	if (effect->blindness > tolerance / 2)
		help = "one step of the clock is as much: measure more pages a call";
	else if (effect->autocorr > autocorr_told)
		help = "each sample repeats the one before it: take more, further apart";
	return pb_format(
		"the change lies between %s and %s, and \xC2\xB1%.3g %% is the tolerance: %s",
		pb_relative_words(judged->within_lower, lower),
		pb_relative_words(judged->within_upper, upper), 100 * tolerance, help);
}
