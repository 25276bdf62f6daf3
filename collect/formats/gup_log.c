// SPDX-License-Identifier: GPL-2.0-only
/*
 * gup_log - a log's lines put together: which start each time belongs to, and what failed whom.
 * Why: a log holds many tests and sometimes several logs; only gup_test's own lines may count.
 */
#include "collect/formats/gup_log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collect/formats/gup_lines.h"
#include "collect/formats/gup_run.h"
#include "collect/formats/log_text.h"
#include "common/err.h"

/* What gup_test prints between a start of it and its end. */
struct section {
	bool open;
	bool implied;  /* nobody said how it was started: --args, or the defaults */
	bool header;   /* kselftest named the program, and no options */
	bool executed; /* the start was run, and not only shown */
	struct pb_gup_setting setting;
	char *wrong;  /* why the start cannot be read; counts when times come */
	char *reason; /* it failed */
	size_t line;
	unsigned depth;
	size_t first_sample; /* in state.pending */
};

struct state {
	struct pb_gup_log *log;
	const struct pb_gup_reading *how;
	struct section section;
	struct pb_gup_pending *pending; /* samples of the section */
	size_t nr_pending;
	const struct pb_log_line *line;
	bool elsewhere; /* another program's lines */
	bool asked;     /* the line before wants an answer */
	char *hint;     /* a skip that nobody's name was on, for want of better */
};

static void state_done(struct state *state)
{
	free(state->section.wrong);
	free(state->section.reason);
	free(state->pending);
	free(state->hint);
}

static struct pb_gup_run *run_of(struct state *state)
{
	return &state->log->runs[state->log->nr_runs - 1];
}

/* "line 12: what is wrong: 'the line'", with everything but ASCII escaped. */
static int fail_at(int ret, const struct pb_log_line *line)
{
	pb_cleanup(pb_buf_done) struct pb_buf text = { 0 };
	_cleanup_free_ char *why = strdup(pb_fail_message(ret));
	size_t nr = 0;

	for (const char *at = line->said; *at && nr < 120; at++, nr++)
		if (pb_buf_printf(&text, *at >= ' ' && *at < 0x7f ? "%c" : "\\x%02x",
				  (unsigned char)*at))
			return -ENOMEM;
	if (!why)
		return pb_fail(-ENOMEM, "out of memory");
	return pb_fail(ret, "line %zu: %s: '%s'%s", line->number, why, text.data ? text.data : "",
		       nr == 120 ? "..." : "");
}

static int run_add(struct state *state, bool keep_machine)
{
	struct pb_gup_log *log = state->log;
	struct pb_gup_run *grown = reallocarray(log->runs, log->nr_runs + 1, sizeof(*grown));
	struct pb_gup_run *run;

	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	log->runs = grown;
	run = &grown[log->nr_runs++];
	*run = (struct pb_gup_run){ .line = state->line ? state->line->number : 1 };
	if (keep_machine && log->nr_runs > 1) {
		run->page_bytes = run[-1].page_bytes;
		memcpy(run->release, run[-1].release, sizeof(run->release));
	}
	SHA256Init(&run->digest);
	return 0;
}

static int failure_set(struct state *state, const char *why)
{
	if (state->section.reason)
		return 0;
	state->section.reason = strdup(why);
	return state->section.reason ? 0 : pb_fail(-ENOMEM, "out of memory");
}

/* A benchmark that was started and of which there is no time, no failure and no skip. */
static int absence_check(struct state *state)
{
	struct section *section = &state->section;

	if (state->nr_pending || section->reason || section->implied || section->header ||
	    !section->executed || section->setting.no_times || section->wrong ||
	    !section->setting.strategy)
		return 0;
	return failure_set(state, "gup_test was started, and the log has no time of it");
}

static int section_close(struct state *state)
{
	struct section *section = &state->section;
	int ret = section->open ? absence_check(state) : 0;

	if (ret)
		return ret;
	if (section->open)
		ret = pb_gup_run_take(run_of(state), &section->setting, state->pending,
				      state->nr_pending, section->reason,
				      section->implied && !state->how->args);
	free(section->wrong);
	free(section->reason);
	*section = (struct section){ 0 };
	state->nr_pending = 0;
	return ret;
}

/* Without a start: what --args says, or the defaults. */
static int section_imply(struct state *state)
{
	struct section *section = &state->section;
	const char *args = state->how->args;

	section->open = section->implied = true;
	section->line = state->line ? state->line->number : 0;
	pb_gup_setting_default(&section->setting);
	return args ? pb_gup_setting_parse(PB_GUP_ANY, args, strlen(args), &section->setting) : 0;
}

static int command_parse(const struct pb_gup_command *command, struct pb_gup_setting *setting)
{
	if (command->repeated)
		return pb_fail(-EINVAL, "one line starts gup_test more than once, so that nothing "
					"says which times are whose");
	return pb_gup_setting_parse(command->program, command->args, command->args_len, setting);
}

static int run_end(struct state *state, bool keep_machine)
{
	int ret = section_close(state);

	return ret || !run_of(state)->nr_cells ? ret : run_add(state, keep_machine);
}

static int start_take(struct state *state, const struct pb_gup_line *said)
{
	struct section *section = &state->section;
	struct pb_gup_setting setting;
	int ret, wrong;

	state->elsewhere = false;
	pb_gup_setting_default(&setting);
	wrong = command_parse(&said->command, &setting);
	if (wrong == -ENOMEM)
		return wrong;
	/* "running ./gup_test -a" and then the shell's "+ ./gup_test -a" are one start. */
	if (!wrong && section->open && !section->implied && !state->nr_pending &&
	    !section->reason && !section->wrong &&
	    (section->header || pb_gup_setting_equal(&section->setting, &setting))) {
		section->header = false;
	} else {
		ret = section_close(state);
		if (!ret && !wrong && !state->how->one_run &&
		    pb_gup_run_has(run_of(state), &setting))
			ret = run_end(state, true);
		if (ret)
			return ret;
	}
	section->open = true;
	section->header = said->header;
	section->executed = said->command.run;
	section->setting = setting;
	section->line = state->line->number;
	section->depth = state->line->depth;
	if (wrong) {
		(void)fail_at(wrong, state->line);
		section->wrong = strdup(pb_fail_message(wrong));
		pb_fail_clear();
		return section->wrong ? 0 : pb_fail(-ENOMEM, "out of memory");
	}
	return 0;
}

/* A sample's own words against those of its start. */
static int sample_check(struct state *state, const struct pb_gup_sample *sample)
{
	const struct section *section = &state->section;

	if (section->wrong)
		return pb_fail(-EBADMSG, "times of a gup_test whose start cannot be read (%s)",
			       section->wrong);
	if (!sample->strategy && !section->setting.strategy)
		return pb_fail(-EBADMSG,
			       "the line does not name its benchmark; say it with --args: -u, -U, "
			       "-a, -b or -L, and -m and -n as it was started");
	if (sample->strategy && section->setting.strategy_said && !section->implied &&
	    (section->setting.no_times || !pb_streq(sample->strategy, section->setting.strategy)))
		return pb_fail(-EBADMSG,
			       "these times are not of what was started in line %zu; lines of two "
			       "programs are mixed, or the log lacks a start",
			       section->line);
	return 0;
}

static int sample_take(struct state *state, const struct pb_gup_sample *sample)
{
	struct pb_gup_pending *grown;
	int ret = 0;

	if (!state->section.open) {
		/* "Time: 3 us" is what many a test prints. */
		if (!sample->strategy && state->elsewhere)
			return 0;
		ret = section_imply(state);
	}
	if (!ret)
		ret = sample_check(state, sample);
	if (!ret && !sample->truncated && (!sample->get_us || (sample->has_put && !sample->put_us)))
		ret = pb_fail(-EBADMSG,
			      "a time of 0 us: nothing was measured, or too little for a clock of "
			      "whole microseconds; a greater -m helps");
	if (ret)
		return fail_at(ret, state->line);
	grown = reallocarray(state->pending, state->nr_pending + 1, sizeof(*grown));
	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	state->pending = grown;
	grown[state->nr_pending++] =
		(struct pb_gup_pending){ .sample = *sample, .line = state->line->number };
	return 0;
}

static int skip_take(struct state *state)
{
	struct section *section = &state->section;

	if (section->open && section->setting.no_times)
		return section_close(state);
	if (section->open && (!section->implied || state->how->args || state->nr_pending))
		return fail_at(pb_fail(-ENODATA, "gup_test was skipped"), state->line);
	if (!state->hint && !state->elsewhere) {
		(void)fail_at(pb_fail(-ENODATA, "gup_test was skipped"), state->line);
		state->hint = strdup(pb_fail_message(-ENODATA));
		pb_fail_clear();
		if (!state->hint)
			return pb_fail(-ENOMEM, "out of memory");
	}
	return 0;
}

static int failed_take(struct state *state)
{
	_cleanup_free_ char *why = pb_format("gup_test failed: %.200s", state->line->body);
	int ret = 0;

	if (!why)
		return -ENOMEM;
	if (!state->section.open && state->elsewhere)
		return 0;
	/* Before any start and any time: a log of gup_test alone begins with its failure. */
	if (!state->section.open && !run_of(state)->nr_cells &&
	    !strncmp(state->line->body, "ioctl: ", strlen("ioctl: ")))
		ret = section_imply(state);
	return ret || !state->section.open ? ret : failure_set(state, why);
}

/* A result that names gup_test, and how it was started, is that start's, before it or behind. */
static int named_take(struct state *state, const struct pb_gup_line *said)
{
	struct section *section = &state->section;
	struct pb_gup_setting setting;
	bool optionless = !said->command.args_len;
	int ret = command_parse(&said->command, &setting);

	if (ret)
		return fail_at(ret, state->line);
	if (section->open && section->implied && !state->how->args && !optionless)
		section->setting = setting, section->implied = false;
	if (!section->open || section->implied ||
	    (!optionless && !section->wrong &&
	     !pb_gup_setting_equal(&section->setting, &setting))) {
		/* Its own start is not in the log, or its section ended already. */
		ret = section_close(state);
		if (ret || said->result == PB_GUP_PASS)
			return ret;
		section->open = true;
		section->line = state->line->number;
		section->setting = setting;
	}
	return 0;
}

static int result_apply(struct state *state, enum pb_gup_result result)
{
	int ret;

	if (result == PB_GUP_SKIP)
		return skip_take(state);
	ret = result == PB_GUP_FAIL ? failed_take(state) : 0;
	return ret ? ret : section_close(state);
}

static int result_take(struct state *state, const struct pb_gup_line *said)
{
	const struct section *section = &state->section;
	int ret;

	switch (said->owner) {
	case PB_GUP_OWN:
		ret = named_take(state, said);
		return ret ? ret : result_apply(state, said->result);
	case PB_GUP_NAMELESS:
		return section->open || said->result == PB_GUP_SKIP
			       ? result_apply(state, said->result)
			       : 0;
	case PB_GUP_INNER:
		return said->result == PB_GUP_SKIP   ? skip_take(state)
		       : said->result == PB_GUP_FAIL ? failed_take(state)
						     : 0;
	case PB_GUP_PARENT:
		/* Of all its tests: it says something of gup_test only where that never ended. */
		if (!section->open || section->implied)
			return 0;
		ret = said->result == PB_GUP_FAIL ? failed_take(state) : 0;
		return ret ? ret : section_close(state);
	default:
		return section->open && !section->implied && state->line->depth < section->depth
			       ? section_close(state)
			       : 0;
	}
}

static int machine_take(struct state *state, const struct pb_gup_line *said)
{
	struct pb_gup_run *run = run_of(state);
	int ret = 0;

	if (said->kind == PB_GUP_KERNEL) {
		if (said->boots || (run->release[0] && !pb_streq(run->release, said->release)))
			ret = run_end(state, false);
		run = run_of(state);
		memcpy(run->release, said->release, sizeof(run->release));
		return ret;
	}
	if (run->page_bytes && run->page_bytes != said->page_bytes)
		return fail_at(pb_fail(-EBADMSG,
				       "pages of %" PRIu32 " bytes, and above of %" PRIu32,
				       said->page_bytes, run->page_bytes),
			       state->line);
	run->page_bytes = said->page_bytes;
	return 0;
}

static int begin_take(struct state *state)
{
	/* A gup_test that was just started prints TAP's first line, too. */
	if (state->section.open && !state->nr_pending)
		return 0;
	state->elsewhere = false;
	return run_end(state, false);
}

static int elsewhere_take(struct state *state)
{
	/* A pipe's other end, as "+ tee log", follows a start without being one. */
	if (state->section.open && !state->section.implied && !state->nr_pending &&
	    !state->section.reason && state->line->body[0] == '+')
		return 0;
	state->elsewhere = true;
	return section_close(state);
}

static int line_apply(struct state *state, const struct pb_gup_line *said)
{
	switch (said->kind) {
	case PB_GUP_SAMPLE:
		return sample_take(state, &said->sample);
	case PB_GUP_START:
		return start_take(state, said);
	case PB_GUP_ELSEWHERE:
		return elsewhere_take(state);
	case PB_GUP_RESULT:
		return result_take(state, said);
	case PB_GUP_FAILED:
		return failed_take(state);
	case PB_GUP_SKIPPED:
		return skip_take(state);
	case PB_GUP_PAGE_SIZE:
	case PB_GUP_KERNEL:
		return machine_take(state, said);
	case PB_GUP_BEGINS:
		return begin_take(state);
	case PB_GUP_ASKS:
		/* Whoever asks again, after times, is at another log's beginning. */
		return state->nr_pending || run_of(state)->nr_cells ? run_end(state, false) : 0;
	default:
		return 0;
	}
}

static int line_take(struct state *state, const struct pb_log_line *line)
{
	struct pb_gup_line said;
	int ret;

	state->line = line;
	/* Empty lines and rules neither say anything nor make two logs differ. */
	if (!line->said[strspn(line->said, "-=#*_ \t")])
		return 0;
	ret = line->opens && line->number > 1 ? run_end(state, false) : 0;
	if (!ret) {
		ret = state->asked ? pb_gup_answer(line, &said) : pb_gup_line(line, &said);
		if (ret)
			return fail_at(ret, line);
		state->asked = said.kind == PB_GUP_ASKS;
		ret = line_apply(state, &said);
	}
	if (ret)
		return ret;
	SHA256Update(&run_of(state)->digest, (const uint8_t *)line->said, strlen(line->said) + 1);
	return 0;
}

static int no_times(const struct state *state)
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

/* A last run without cells is what followed the last one. */
static void log_trim(struct pb_gup_log *log)
{
	while (log->nr_runs && !log->runs[log->nr_runs - 1].nr_cells)
		pb_gup_run_done(&log->runs[--log->nr_runs]);
}

int pb_gup_log_read(char *text, const struct pb_gup_reading *how, struct pb_gup_log *ret_log)
{
	pb_cleanup(pb_gup_log_done) struct pb_gup_log log = { 0 };
	pb_cleanup(state_done) struct state state = { .log = &log, .how = how };
	struct pb_log_line line = { 0 };
	size_t nr_samples = 0;
	int ret = run_add(&state, false);

	if (!ret && how->args)
		ret = section_imply(&state);
	while (!ret && pb_log_line_next(&text, &line))
		ret = line_take(&state, &line);
	if (!ret)
		ret = section_close(&state);
	if (ret)
		return ret;
	log_trim(&log);
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
