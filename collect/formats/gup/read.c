// SPDX-License-Identifier: GPL-2.0-only
/*
 * read - a log's lines put together: which start each time belongs to, and what failed whom.
 * Why: a log holds many tests and sometimes several logs; only gup_test's own lines may count.
 */
#include "collect/formats/gup/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collect/formats/gup/lines.h"
#include "collect/formats/gup/log_text.h"
#include "collect/formats/gup/machine.h"
#include "collect/formats/gup/run.h"
#include "collect/formats/gup/section.h"
#include "common/err.h"

static int kernel_take(struct pb_gup_state *state, const struct pb_gup_line *said)
{
	struct pb_gup_run *run = pb_gup_run_of(state);
	bool has_times = pb_gup_has_times(state);
	int ret = 0;

	/* Whoever asks again, after times, is at another log's beginning. */
	if (said->boots || (has_times && state->asked) ||
	    (run->release[0] && !pb_streq(run->release, said->release)))
		ret = pb_gup_run_end(state, false);
	run = pb_gup_run_of(state);
	run->booted |= said->boots;
	memcpy(run->release, said->release, sizeof(run->release));
	return ret;
}

static int page_size_take(struct pb_gup_state *state, const struct pb_gup_line *said)
{
	struct pb_gup_run *run = pb_gup_run_of(state);
	int ret = 0;

	if (run->page_bytes && state->asked && pb_gup_has_times(state))
		ret = pb_gup_run_end(state, false);
	run = pb_gup_run_of(state);
	if (ret)
		return ret;
	if (run->page_bytes && run->page_bytes != said->page_bytes)
		return pb_gup_fail_at(pb_fail(-EBADMSG,
					      "pages of %" PRIu32 " bytes, and above of %" PRIu32,
					      said->page_bytes, run->page_bytes),
				      state->line);
	run->page_bytes = said->page_bytes;
	return 0;
}

static int begin_take(struct pb_gup_state *state)
{
	/* A gup_test that was just started prints TAP's first line, too. */
	if (state->section.open && !state->nr_pending)
		return 0;
	state->elsewhere = false;
	state->result = 0;
	return pb_gup_run_end(state, false);
}

static int elsewhere_take(struct pb_gup_state *state)
{
	/* A pipe's other end, as "+ tee log", follows a start without being one. */
	if (state->section.open && !state->section.implied && !state->nr_pending &&
	    !state->section.reason && state->line->body[0] == '+')
		return 0;
	state->elsewhere = true;
	return pb_gup_section_close(state);
}

static int line_apply(struct pb_gup_state *state, const struct pb_gup_line *said)
{
	switch (said->kind) {
	case PB_GUP_SAMPLE:
		return pb_gup_sample_take(state, &said->sample);
	case PB_GUP_START:
		return pb_gup_start_take(state, said);
	case PB_GUP_NAMED:
		pb_gup_named_take(state, said);
		return 0;
	case PB_GUP_HEADING:
		return pb_gup_heading_take(state);
	case PB_GUP_PLAN:
		/* Its own comes before its times. */
		if (state->section.open && !state->nr_pending)
			state->section.plan = said->number;
		return 0;
	case PB_GUP_ELSEWHERE:
		return elsewhere_take(state);
	case PB_GUP_RESULT:
		return pb_gup_result_take(state, said);
	case PB_GUP_FAILED:
		return pb_gup_failed_take(state);
	case PB_GUP_SKIPPED:
		return pb_gup_skip_take(state);
	case PB_GUP_PAGE_SIZE:
		return page_size_take(state, said);
	case PB_GUP_KERNEL:
		return kernel_take(state, said);
	case PB_GUP_BEGINS:
		return begin_take(state);
	case PB_GUP_ASKS:
		/* A prompt's command ends what ran before it. */
		return state->nr_pending ? pb_gup_section_close(state) : 0;
	default:
		return 0;
	}
}

static int line_judge(struct pb_gup_state *state, const struct pb_log_line *line)
{
	struct pb_gup_line said;
	struct pb_gup_run *run;
	struct pb_log_line passed = *line;
	int ret = state->asked ? pb_gup_answer(line, &said) : pb_gup_line(line, &said);

	/* "gup_1  | [FAIL]" below "gup_1  | PIN_FAST_BENCHMARK: ...". */
	passed.body = pb_gup_prefix_pass(&state->section.prefix, line->body);
	if (!ret && passed.body != line->body && said.kind != PB_GUP_SAMPLE)
		ret = pb_gup_line(&passed, &said);
	if (ret)
		return pb_gup_fail_at(ret, line);
	ret = line_apply(state, &said);
	if (said.kind == PB_GUP_ASKS || said.kind == PB_GUP_START)
		state->asked = said.number;
	else
		state->asked -= state->asked != 0;
	run = pb_gup_run_of(state);
	run->doubt_said |= said.doubt == PB_GUP_DOUBT_SAID;
	run->doubt_mentioned |= said.doubt == PB_GUP_DOUBT_MENTIONED;
	run->doubt_none |= said.doubt == PB_GUP_DOUBT_NONE;
	return ret;
}

static int line_take(struct pb_gup_state *state, const struct pb_log_line *line)
{
	int ret;

	state->line = line;
	/* Empty lines, rules and fences neither say anything nor make two logs differ. */
	if (!line->said[strspn(line->said, "-=#*_`~ \t")])
		return 0;
	ret = line->opens && line->number > 1 ? pb_gup_run_end(state, false) : 0;
	if (!ret)
		ret = pb_gup_wrapped_check(state);
	if (!ret)
		ret = line_judge(state, line);
	if (ret)
		return ret;
	SHA256Update(&pb_gup_run_of(state)->digest, (const uint8_t *)line->said,
		     strlen(line->said) + 1);
	return 0;
}

static int no_times(const struct pb_gup_state *state)
{
	if (state->hint)
		return pb_fail(-ENODATA, "%s", state->hint);
	return pb_fail(-ENODATA,
		       "no line with a benchmark's times; valid is what gup_test prints, like "
		       "'PIN_FAST_BENCHMARK: Time: get:7318 put:3104 us'%s",
		       state->how->guessed
			       ? " (also tried: a record stream, which begins with '{\"type\":'; a "
				 "database)"
			       : "");
}

/* What @from says of its machine, @to lacks. */
static void machine_share(const struct pb_gup_run *from, struct pb_gup_run *to)
{
	if (!to->release[0])
		memcpy(to->release, from->release, sizeof(to->release));
	if (!to->page_bytes)
		to->page_bytes = from->page_bytes;
	to->doubt_said |= from->doubt_said;
	to->doubt_mentioned |= from->doubt_mentioned;
	to->doubt_none |= from->doubt_none;
}

/* A last run without cells is what followed the last one: its machine's, unless another booted. */
static void log_trim(struct pb_gup_log *log)
{
	while (log->nr_runs && !log->runs[log->nr_runs - 1].nr_cells) {
		struct pb_gup_run *last = &log->runs[log->nr_runs - 1];
		struct pb_gup_run *before = log->nr_runs > 1 ? last - 1 : NULL;

		if (before && !last->booted &&
		    (!before->release[0] || !last->release[0] ||
		     pb_streq(before->release, last->release)))
			machine_share(last, before);
		else if (before)
			before->doubt_mentioned |= last->doubt_said || last->doubt_mentioned;
		pb_gup_run_done(last);
		log->nr_runs--;
	}
}

/* What is known of each run's pages, wherever the log says it. */
static void machines_resolve(struct pb_gup_log *log)
{
	bool said = false, mentioned = false;

	for (size_t i = log->nr_runs; i-- > 1;)
		if (log->runs[i].joint)
			machine_share(&log->runs[i], &log->runs[i - 1]);
	for (size_t i = 1; i < log->nr_runs; i++)
		if (log->runs[i].joint)
			machine_share(&log->runs[i - 1], &log->runs[i]);
	for (size_t i = 0; i < log->nr_runs; i++) {
		const struct pb_gup_run *run = &log->runs[i];

		said |= run->doubt_said || (run->page_bytes && run->page_bytes != 4096);
		mentioned |= run->doubt_mentioned || pb_gup_release_doubtful(run->release);
		for (size_t j = 0; j < log->nr_runs; j++)
			if (run->page_bytes && !log->runs[j].page_bytes && run->release[0] &&
			    pb_streq(run->release, log->runs[j].release))
				log->runs[j].page_bytes = run->page_bytes;
	}
	/* Who says nothing of its own may be the machine that another part of the log is of. */
	for (size_t i = 0; i < log->nr_runs; i++) {
		struct pb_gup_run *run = &log->runs[i];

		run->page_doubt = run->doubt_none ? run->doubt_said : said || mentioned;
	}
}

int pb_gup_log_read(char *text, const struct pb_gup_reading *how, struct pb_gup_log *ret_log)
{
	pb_cleanup(pb_gup_log_done) struct pb_gup_log log = { 0 };
	pb_cleanup(pb_gup_state_done) struct pb_gup_state state = { .log = &log, .how = how };
	struct pb_log_line line = { 0 };
	size_t nr_samples = 0;
	int ret = pb_gup_run_add(&state, false);

	if (!ret && how->args)
		ret = pb_gup_section_imply(&state);
	while (!ret && pb_log_line_next(&text, &line))
		ret = line_take(&state, &line);
	if (!ret)
		ret = pb_gup_section_close(&state);
	if (ret)
		return ret;
	log_trim(&log);
	machines_resolve(&log);
	for (size_t i = 0; i < log.nr_runs; i++)
		nr_samples += log.runs[i].nr_cells;
	if (!nr_samples)
		return no_times(&state);
	*ret_log = log;
	log = (struct pb_gup_log){ 0 };
	return 0;
}

void pb_gup_log_done(struct pb_gup_log *log)
{
	for (size_t i = 0; i < log->nr_runs; i++)
		pb_gup_run_done(&log->runs[i]);
	free(log->runs);
	*log = (struct pb_gup_log){ 0 };
}
