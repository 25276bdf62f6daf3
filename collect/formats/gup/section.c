// SPDX-License-Identifier: GPL-2.0-only
/*
 * section - what gup_test printed between a start of it and its end, and who may end it.
 * Why: whose a time, a failure or a result is depends on what stood above it.
 */
#include "collect/formats/gup/section.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

enum { MAX_RUNS = 4096 };

void pb_gup_state_done(struct pb_gup_state *state)
{
	free(state->section.wrong);
	free(state->section.reason);
	free(state->pending);
	free(state->hint);
}

struct pb_gup_run *pb_gup_run_of(struct pb_gup_state *state)
{
	return &state->log->runs[state->log->nr_runs - 1];
}

bool pb_gup_has_times(struct pb_gup_state *state)
{
	return state->nr_pending || pb_gup_run_of(state)->nr_cells;
}

int pb_gup_fail_at(int ret, const struct pb_log_line *line)
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

int pb_gup_run_add(struct pb_gup_state *state, bool joint)
{
	struct pb_gup_log *log = state->log;
	struct pb_gup_run *grown, *run;

	if (log->nr_runs == MAX_RUNS)
		return pb_fail(-EBADMSG, "more than %d runs in one log; cut it", MAX_RUNS);
	grown = reallocarray(log->runs, log->nr_runs + 1, sizeof(*grown));
	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	log->runs = grown;
	run = &grown[log->nr_runs++];
	*run = (struct pb_gup_run){ .line = state->line ? state->line->number : 1 };
	if (joint && log->nr_runs > 1) {
		run->joint = true;
		run->page_bytes = run[-1].page_bytes;
		memcpy(run->release, run[-1].release, sizeof(run->release));
	}
	SHA256Init(&run->digest);
	return 0;
}

static int failure_set(struct pb_gup_state *state, const char *why)
{
	if (state->section.reason)
		return 0;
	state->section.reason = strdup(why);
	return state->section.reason ? 0 : pb_fail(-ENOMEM, "out of memory");
}

/* Times that a start prints: as many as it repeats, in each thread. */
static uint64_t times_wanted(const struct pb_gup_setting *setting)
{
	return (uint64_t)setting->nr_repeats * setting->nr_threads;
}

/* A benchmark that was started, and of which times are missing without a failure or a skip. */
static int absence_check(struct pb_gup_state *state)
{
	struct pb_gup_section *section = &state->section;
	const struct pb_gup_setting *setting = &section->setting;
	uint64_t wanted = times_wanted(setting);
	_cleanup_free_ char *why = NULL;

	if (section->reason || section->wrong || setting->no_times)
		return 0;
	if (!state->nr_pending)
		return section->implied || section->header || !section->executed ||
				       !setting->strategy
			       ? 0
			       : failure_set(state,
					     "gup_test was started, and the log has no time of it");
	/* A loop may have started it several times. */
	if (state->nr_pending % wanted == 0)
		return 0;
	why = pb_format("the log has %zu times of gup_test, which prints %" PRIu64
			" a start (-r %" PRIu32 ", -j %" PRIu32 "): it was cut short",
			state->nr_pending, wanted, setting->nr_repeats, setting->nr_threads);
	return why ? failure_set(state, why) : -ENOMEM;
}

int pb_gup_section_close(struct pb_gup_state *state)
{
	struct pb_gup_section *section = &state->section;
	int ret = section->open ? absence_check(state) : 0;

	if (ret)
		return ret;
	if (section->open)
		ret = pb_gup_run_take(pb_gup_run_of(state), &section->setting, state->pending,
				      state->nr_pending, section->reason,
				      (section->implied || section->header) && !state->how->args);
	free(section->wrong);
	free(section->reason);
	*section = (struct pb_gup_section){ 0 };
	state->nr_pending = 0;
	return ret;
}

int pb_gup_section_imply(struct pb_gup_state *state)
{
	struct pb_gup_section *section = &state->section;
	const char *args = state->how->args;

	section->open = section->implied = true;
	section->line = state->line ? state->line->number : 0;
	pb_gup_setting_default(&section->setting);
	return args ? pb_gup_setting_parse(PB_GUP_ANY, args, strlen(args), &section->setting) : 0;
}

int pb_gup_command_parse(const struct pb_gup_state *state, const struct pb_gup_line *said,
			 struct pb_gup_setting *setting)
{
	const struct pb_gup_command *command = &said->command;
	const char *args = state->how->args;
	bool hidden = command->hidden || pb_gup_args_hidden(command->args, command->args_len);

	if (command->repeated)
		return pb_fail(-EINVAL, "one line starts gup_test more than once, so that nothing "
					"says which times are whose");
	if ((hidden || said->header) && args)
		return pb_gup_setting_parse(command->program, args, strlen(args), setting);
	if (command->hidden)
		return pb_fail(-EINVAL, "its options come from elsewhere, and the log does not "
					"show them; say them: --args '-a -n 512'");
	return pb_gup_setting_parse(command->program, command->args, command->args_len, setting);
}

int pb_gup_run_end(struct pb_gup_state *state, bool joint)
{
	int ret = pb_gup_section_close(state);

	return ret || !pb_gup_run_of(state)->nr_cells ? ret : pb_gup_run_add(state, joint);
}

/* Whether a start of @setting, which has no options where it is @bare, is the open section's. */
static bool is_same_start(const struct pb_gup_state *state, const struct pb_gup_setting *setting,
			  bool bare)
{
	const struct pb_gup_section *section = &state->section;

	if (!section->open || section->implied || state->nr_pending || section->reason ||
	    section->wrong)
		return false;
	/* A name never takes the place of a start with options. */
	return section->header || (bare && !section->bare) ||
	       pb_gup_setting_equal(&section->setting, setting);
}

/* How deep results of a start are: "# ./gup_test" is typed behind a prompt, and no comment. */
static unsigned depth_of(const struct pb_log_line *line)
{
	static const char *const printed[] = { "running", "Running", "selftests: ", "+", "[RUN]" };

	for (size_t i = 0; i < PB_ARRAY_SIZE(printed); i++)
		if (!strncmp(line->body, printed[i], strlen(printed[i])))
			return line->depth;
	return line->depth ? line->depth - 1 : 0;
}

int pb_gup_start_take(struct pb_gup_state *state, const struct pb_gup_line *said)
{
	struct pb_gup_section *section = &state->section;
	struct pb_gup_setting setting;
	bool bare = !said->command.args_len && !said->command.hidden;
	int ret, wrong;

	state->elsewhere = false;
	state->lost_line = 0;
	state->asked = said->number;
	pb_gup_setting_default(&setting);
	wrong = pb_gup_command_parse(state, said, &setting);
	if (wrong == -ENOMEM)
		return wrong;
	/* "running ./gup_test -a" and then the shell's "+ ./gup_test -a" are one start. */
	if (!wrong && is_same_start(state, &setting, bare)) {
		if (bare && !section->header)
			return 0;
	} else {
		ret = pb_gup_section_close(state);
		if (!ret && !wrong && !state->how->one_run &&
		    pb_gup_run_has(pb_gup_run_of(state), &setting))
			ret = pb_gup_run_end(state, true);
		if (ret)
			return ret;
	}
	section->open = section->fresh = true;
	section->header = said->header;
	section->bare = bare && !(said->header && state->how->args);
	section->executed = said->command.run;
	section->setting = setting;
	section->line = state->line->number;
	section->depth = depth_of(state->line);
	if (!wrong)
		return 0;
	(void)pb_gup_fail_at(wrong, state->line);
	section->wrong = strdup(pb_fail_message(wrong));
	pb_fail_clear();
	return section->wrong ? 0 : pb_fail(-ENOMEM, "out of memory");
}

/* "-n 512" or "512" right behind a start: its options' rest, which a terminal or a mail wrapped. */
int pb_gup_wrapped_check(struct pb_gup_state *state)
{
	struct pb_gup_section *section = &state->section;
	const char *said = state->line->said, *body = state->line->body;
	bool rest = body[0] == '-' && isalpha((unsigned char)body[1]) &&
		    (!body[2] || isdigit((unsigned char)body[2]) || body[2] == ' ');

	if (!section->fresh)
		return 0;
	section->fresh = false;
	rest |= *said && !said[strspn(said, "0123456789")] && !state->asked;
	if (!rest || section->wrong)
		return 0;
	(void)pb_gup_fail_at(pb_fail(-EBADMSG,
				     "this looks like the rest of the options in line "
				     "%zu; join the two lines",
				     section->line),
			     state->line);
	section->wrong = strdup(pb_fail_message(-EBADMSG));
	pb_fail_clear();
	return section->wrong ? 0 : pb_fail(-ENOMEM, "out of memory");
}

/* A sample's own words against those of its start. */
static int sample_check(struct pb_gup_state *state, const struct pb_gup_sample *sample)
{
	const struct pb_gup_section *section = &state->section;
	bool other = sample->strategy && section->setting.strategy &&
		     !pb_streq(sample->strategy, section->setting.strategy);

	if (section->wrong)
		return pb_fail(-EBADMSG, "times of a gup_test whose start cannot be read (%s)",
			       section->wrong);
	if (section->named_line)
		return pb_fail(-EBADMSG,
			       "line %zu names gup_test again without options, so that nothing "
			       "says how these times' was started; say it with --args, and cut "
			       "the log there",
			       section->named_line);
	if (!sample->strategy && !section->setting.strategy)
		return pb_fail(-EBADMSG,
			       "the line does not name its benchmark; say it with --args: -u, -U, "
			       "-a, -b or -L, and -m and -n as it was started");
	if (section->implied && state->lost_line && !state->how->args)
		return pb_fail(
			-EBADMSG,
			"line %zu names gup_test and options, but in no form of a start that "
			"is known; say them: --args '-a -n 512'",
			state->lost_line);
	if (section->implied)
		return 0;
	if (section->bare && other)
		return pb_fail(-EBADMSG,
			       "line %zu starts gup_test without options, which is another "
			       "benchmark: the log does not show its options; say them with "
			       "--args, and cut the log there",
			       section->line);
	if (sample->strategy && section->setting.strategy_said &&
	    (section->setting.no_times || other))
		return pb_fail(-EBADMSG,
			       "these times are not of what was started in line %zu; lines of two "
			       "programs are mixed, or the log lacks a start",
			       section->line);
	return 0;
}

int pb_gup_sample_take(struct pb_gup_state *state, const struct pb_gup_sample *sample)
{
	struct pb_gup_pending *grown;
	int ret = 0;

	if (!state->section.open) {
		/* "Time: 3 us" is what many a test prints. */
		if (!sample->strategy && state->elsewhere)
			return 0;
		ret = pb_gup_section_imply(state);
	}
	if (!ret)
		ret = sample_check(state, sample);
	if (!ret)
		ret = pb_gup_prefix_take(&state->section.prefix, sample->before, sample->before_len,
					 state->line->number);
	if (!ret && !sample->truncated && (!sample->get_us || (sample->has_put && !sample->put_us)))
		ret = pb_fail(-EBADMSG,
			      "a time of 0 us: nothing was measured, or too little for a clock of "
			      "whole microseconds; a greater -m helps");
	if (ret)
		return pb_gup_fail_at(ret, state->line);
	grown = reallocarray(state->pending, state->nr_pending + 1, sizeof(*grown));
	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	state->pending = grown;
	grown[state->nr_pending++] =
		(struct pb_gup_pending){ .sample = *sample, .line = state->line->number };
	return 0;
}

int pb_gup_skip_take(struct pb_gup_state *state)
{
	struct pb_gup_section *section = &state->section;

	if (section->open && section->setting.no_times)
		return pb_gup_section_close(state);
	if (section->open && (!section->implied || state->how->args || state->nr_pending))
		return pb_gup_fail_at(pb_fail(-ENODATA, "gup_test was skipped"), state->line);
	if (!state->hint && !state->elsewhere) {
		(void)pb_gup_fail_at(pb_fail(-ENODATA, "gup_test was skipped"), state->line);
		state->hint = strdup(pb_fail_message(-ENODATA));
		pb_fail_clear();
		if (!state->hint)
			return pb_fail(-ENOMEM, "out of memory");
	}
	return 0;
}

int pb_gup_failed_take(struct pb_gup_state *state)
{
	_cleanup_free_ char *why = pb_format("gup_test failed: %.200s", state->line->body);
	int ret = 0;

	if (!why)
		return -ENOMEM;
	if (!state->section.open && state->elsewhere)
		return 0;
	/* Before any start and any time: a log of gup_test alone begins with its failure. */
	if (!state->section.open && !pb_gup_run_of(state)->nr_cells &&
	    !strncmp(state->line->body, "ioctl: ", strlen("ioctl: ")))
		ret = pb_gup_section_imply(state);
	return ret || !state->section.open ? ret : failure_set(state, why);
}

/* A heading like "after:" between two results: what follows is of another kernel. */
int pb_gup_heading_take(struct pb_gup_state *state)
{
	struct pb_gup_section *section = &state->section;
	struct pb_gup_section again = { 0 };
	struct pb_gup_run *run = pb_gup_run_of(state);
	int ret;

	if (!pb_gup_has_times(state))
		return 0;
	/* Its start is the same, if there was one. */
	if (section->open && !section->implied && !section->wrong && !section->named_line)
		again = (struct pb_gup_section){ .open = true,
						 .setting = section->setting,
						 .bare = section->bare,
						 .header = section->header,
						 .line = section->line,
						 .depth = section->depth };
	ret = pb_gup_run_end(state, true);
	if (ret)
		return ret;
	if (run != pb_gup_run_of(state)) {
		run = pb_gup_run_of(state);
		run->joint = false;
		run->release[0] = '\0';
	}
	*section = again;
	return 0;
}

/* Behind all its times: those that come now may be another start's. */
void pb_gup_named_take(struct pb_gup_state *state, const struct pb_gup_line *said)
{
	struct pb_gup_section *section = &state->section;

	if (said->lost)
		state->lost_line = state->line->number;
	if (section->open && !section->implied && state->nr_pending &&
	    state->nr_pending >= times_wanted(&section->setting))
		section->named_line = state->line->number;
}
