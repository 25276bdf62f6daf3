// SPDX-License-Identifier: GPL-2.0-only
/*
 * result - a log's results ("ok 3 NAME", "[FAIL]"): whose they are, and what they end.
 * Why: a runner prints those of a hundred tests, and gup_test prints some of its own.
 */
#include <errno.h>
#include <stdlib.h>

#include "collect/formats/gup/run.h"
#include "collect/formats/gup/section.h"
#include "common/err.h"
#include "common/str.h"

/* "not ok 3 gup_test", without options, behind its end: of what ran last. */
static int nameless_take(struct pb_gup_state *state, enum pb_gup_result result)
{
	_cleanup_free_ char *why = pb_format("gup_test failed: %.200s", state->line->body);

	if (!why)
		return -ENOMEM;
	return result == PB_GUP_FAIL ? pb_gup_run_fail(pb_gup_run_of(state), why) : 0;
}

/* A result that names gup_test, and how it was started, is that start's, before it or behind. */
static int named_take(struct pb_gup_state *state, const struct pb_gup_line *said)
{
	struct pb_gup_section *section = &state->section;
	struct pb_gup_setting setting;
	bool optionless = !said->command.args_len;
	int ret = pb_gup_command_parse(state, said, &setting);

	if (ret)
		return pb_gup_fail_at(ret, state->line);
	if (optionless && section->open)
		return 0;
	if (section->open && section->implied && !state->how->args)
		section->setting = setting, section->implied = false;
	if (!section->open || section->implied ||
	    (!section->wrong && !pb_gup_setting_equal(&section->setting, &setting))) {
		/* Its own start is not in the log, or its section ended already. */
		ret = pb_gup_section_close(state);
		if (ret || said->result == PB_GUP_PASS)
			return ret;
		section->open = true;
		section->line = state->line->number;
		section->setting = setting;
	}
	return 0;
}

static int result_apply(struct pb_gup_state *state, enum pb_gup_result result)
{
	int ret;

	if (result == PB_GUP_SKIP)
		return pb_gup_skip_take(state);
	ret = result == PB_GUP_FAIL ? pb_gup_failed_take(state) : 0;
	return ret ? ret : pb_gup_section_close(state);
}

/* A result without a name is of one of gup_test's threads, of gup_test, or of another test. */
static enum pb_gup_owner number_judge(struct pb_gup_state *state, unsigned long number)
{
	struct pb_gup_section *section = &state->section;
	unsigned long nr = section->plan ? section->plan : section->setting.nr_threads;

	if (!section->open)
		return PB_GUP_INNER;
	if (number <= nr && state->line->depth >= section->depth &&
	    (!number || number > section->inner)) {
		section->inner = number;
		return PB_GUP_INNER;
	}
	/* The next of those that the runner counted before it. */
	return state->result && number == state->result + 1 ? PB_GUP_NAMELESS : PB_GUP_FOREIGN;
}

int pb_gup_result_take(struct pb_gup_state *state, const struct pb_gup_line *said)
{
	const struct pb_gup_section *section = &state->section;
	bool open = section->open, has_cells = pb_gup_run_of(state)->nr_cells;
	enum pb_gup_owner owner = said->owner;
	int ret;

	if (owner == PB_GUP_NUMBERED)
		owner = number_judge(state, said->number);
	if ((owner != PB_GUP_INNER || !open) && said->number)
		state->result = said->number;
	switch (owner) {
	case PB_GUP_OWN:
		if (!open && has_cells && !said->command.args_len && said->result != PB_GUP_SKIP)
			return nameless_take(state, said->result);
		ret = named_take(state, said);
		return ret ? ret : result_apply(state, said->result);
	case PB_GUP_NAMELESS:
		return open || said->result == PB_GUP_SKIP ? result_apply(state, said->result) : 0;
	case PB_GUP_INNER:
		return said->result == PB_GUP_SKIP   ? pb_gup_skip_take(state)
		       : said->result == PB_GUP_FAIL ? pb_gup_failed_take(state)
						     : 0;
	case PB_GUP_PARENT:
		/* Of all its tests: it says something of gup_test only where that never ended. */
		if (!open || section->implied)
			return 0;
		ret = said->result == PB_GUP_FAIL ? pb_gup_failed_take(state) : 0;
		return ret ? ret : pb_gup_section_close(state);
	default:
		return open && !section->implied && state->line->depth < section->depth
			       ? pb_gup_section_close(state)
			       : 0;
	}
}
