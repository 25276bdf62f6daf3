// SPDX-License-Identifier: GPL-2.0-only
/*
 * verdict - what the parts of an observation mean, in the few words that tables show.
 * Why: a part says what was seen and nothing else; only here is one held against another.
 */
#include "report/semantics/verdict.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "collect/event_word.h"
#include "collect/observed.h"
#include "common/str.h"

static const struct row {
	const char *name;
	const char *ident;
	const char *control; /* ident */
	bool owned;
	bool seen;
} strategies[] = {
#define PB_OBSERVE(id, ident, name, control, owned, seen, summary) \
	{ name, #ident, #control, owned, seen },
#include "kmods/uapi/observe.def"
#undef PB_OBSERVE
};

static const char *const invalidation_names[] = {
	"unmap", "clear", "prot-vma", "prot-page", "soft-dirty", "release", "migrate", "other",
};

static const struct row *strategy_find(const char *name)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(strategies); i++)
		if (pb_streq(strategies[i].name, name))
			return &strategies[i];
	return NULL;
}

const char *pb_verdict_control(const char *strategy)
{
	const struct row *row = strategy_find(strategy);

	for (size_t i = 0; row && i < PB_ARRAY_SIZE(strategies); i++)
		if (pb_streq(strategies[i].ident, row->control))
			return strategies[i].name;
	return NULL;
}

size_t pb_observe_rank(const char *strategy)
{
	const struct row *row = strategy_find(strategy);

	return row ? (size_t)(row - strategies) : PB_ARRAY_SIZE(strategies);
}

/* "" where it was not seen: no part is empty. */
static const char *part(const struct pb_cell_result *result, const char *name)
{
	const char *value = pb_observed_part(result, name);

	return value ? value : "";
}

/* Is @word one of the blank-separated words of a part? */
static bool has(const struct pb_cell_result *result, const char *name, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = part(result, name); (at = strstr(at, word)); at += len)
		if ((at == part(result, name) || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
	return false;
}

static bool is_frame(const char *value)
{
	return isdigit((unsigned char)value[0]);
}

static bool is_errno(const char *value)
{
	return value[0] == 'E' || isdigit((unsigned char)value[0]);
}

static void result_judge(const struct pb_cell_result *result, char *word, size_t size)
{
	const char *hold = part(result, "hold");

	if (*hold && !pb_streq(hold, "ok"))
		snprintf(word, size, "refused:%s", hold);
	else if (result->state == PB_CELL_REFUSED)
		snprintf(word, size, "absent");
	else if (result->state != PB_CELL_MEASURED)
		snprintf(word, size, "%s", pb_cell_state_name(result->state));
	else if (*part(result, "blocked"))
		snprintf(word, size, "blocked");
	else
		snprintf(word, size, "%s", part(result, "event"));
}

/* Nobody sees the page any more but, perhaps, its file. */
static const char *data_unseen(const struct pb_cell_result *result, const struct row *strategy)
{
	/* A device that is refused its address has been told; one that goes on has not. */
	if (!strategy->owned && is_errno(part(result, "c2d")))
		return "revoked";
	if (result->cell.intent != PB_INTENT_WRITE)
		return pb_streq(part(result, "f2d"), "yes") ? "file-only" : "lost";
	return pb_streq(part(result, "d2f"), "yes") ? "file-only" : "lost";
}

/* What the medium has after the release, whoever saw it before. */
static const char *data_medium(const struct pb_cell_result *result, const struct row *strategy)
{
	const char *first = part(result, "medium.1");

	if (!strategy->seen || !*first)
		return "-";
	if (pb_streq(strategy->name, "odp") && is_errno(part(result, "d2c")))
		return "revoked"; /* nothing was written that could be lost */
	return pb_streq(first, "yes") || pb_streq(part(result, "medium.2"), "yes") ? "persisted"
										   : "lost";
}

/* A block that is another file's by now is worse than a frame that is nobody's. */
static const char *data_other(const struct pb_cell_result *result)
{
	if (pb_streq(part(result, "other.writes"), "yes"))
		return "corrupts";
	return pb_streq(part(result, "other.reads"), "yes") ? "reads-other" : NULL;
}

/* Both see each other; and did who asked to be told of writes learn of the device's? */
static const char *data_both(const struct pb_cell_result *result)
{
	const char *tracked = part(result, "tracked");

	if (!*tracked)
		return "coherent";
	return pb_streq(tracked, "yes") ? "tracked" : "untracked";
}

static const char *data_judge(const struct pb_cell_result *result, const struct row *strategy)
{
	const char *c2d = part(result, "c2d"), *d2c = part(result, "d2c");
	bool writes = result->cell.intent == PB_INTENT_WRITE;
	bool sees = pb_streq(c2d, "yes"), shows = pb_streq(d2c, "yes");

	if (pb_event_word_parse(result->cell.event).media)
		return data_medium(result, strategy);
	if (!strategy->seen || !*part(result, "view"))
		return "-";
	if (data_other(result))
		return data_other(result);
	if (pb_streq(part(result, "view"), "no"))
		return data_unseen(result, strategy);
	if (pb_streq(strategy->name, "odp") && (is_errno(c2d) || is_errno(d2c)))
		return "revoked";
	if (!writes)
		return sees ? "coherent" : "stale";
	if (sees != shows)
		return sees ? "one-way:c2d" : "one-way:d2c";
	return sees ? data_both(result) : "stale";
}

/* Is the frame that was held nobody's any more, or somebody else's? What owns it knows better. */
static bool frame_is_gone(const struct pb_cell_result *result, const struct row *strategy)
{
	return !strategy->owned &&
	       (has(result, "page.after.is", "free") || !has(result, "page.after.is", "same"));
}

/*
 * On a machine that others use, a frame that nobody holds is another process's at once, and by /proc
 * looks as it did before.
 */
static bool frame_is_anybodys(const struct pb_cell_result *result, const struct row *strategy)
{
	return !strategy->owned && pb_streq(part(result, "by"), "calls");
}

static const char *frame_unseen(const struct pb_cell_result *result, const struct row *strategy)
{
	const char *held = part(result, "frame.held"), *file = part(result, "frame.file");

	if (pb_streq(file, held))
		return "stayed"; /* the file's, still */
	if (frame_is_gone(result, strategy))
		return "freed";
	return strategy->owned ? "kept" : "stayed";
}

/* Events that are about a huge page being one. */
static const char *frame_huge(const struct pb_cell_result *result)
{
	return has(result, "page.after.is", "large") ? "whole" : "split";
}

static bool is_split(const char *event)
{
	return pb_streq(event, "split-cold") || pb_streq(event, "split-debugfs");
}

static const char *frame_judge(const struct pb_cell_result *result, const struct row *strategy)
{
	const char *held = part(result, "frame.held"), *after = part(result, "frame.after");
	const char *touched = part(result, "frame.touched");
	bool gone = frame_is_gone(result, strategy);
	const struct pb_event_word event = pb_event_word_parse(result->cell.event);

	if (!is_frame(held) || !*after || frame_is_anybodys(result, strategy))
		return "-";
	/* Its page was given back alone, and the folio lives on. */
	if (pb_streq(event.name, "dontneed-part") && !pb_streq(after, held) &&
	    has(result, "page.after.is", "large") && has(result, "page.after.is", "same"))
		return "in-thp";
	if (is_split(event.name) && has(result, "page.before.is", "large"))
		return frame_huge(result);
	if (!*touched) /* it blocked: nobody could touch it */
		return pb_streq(after, held) ? "stayed" : frame_unseen(result, strategy);
	if (!is_frame(touched))
		return frame_unseen(result, strategy);
	/* Back for the read; what the write made of it is the data's part. */
	if (!pb_streq(after, held) && pb_streq(part(result, "frame.read"), held))
		return "same-frame-back";
	if (pb_streq(touched, held))
		return pb_streq(after, held) ? "stayed" : "same-frame-back";
	if (pb_streq(part(result, "carried"), "yes"))
		return gone ? "moved" : "copied";
	return gone ? "freed" : strategy->owned ? "kept" : "stayed";
}

static void invalidations_list(const struct pb_cell_result *result, char *words, size_t size)
{
	size_t at = 0;

	for (size_t i = 0; i < PB_ARRAY_SIZE(invalidation_names); i++) {
		char name[PB_WORD_LEN];

		snprintf(name, sizeof(name), "invalidations.%s", invalidation_names[i]);
		if (pb_observed_part(result, name) && at < size)
			at += (size_t)snprintf(words + at, size - at, "%s%s", at ? "," : "",
					       invalidation_names[i]);
	}
	if (!at)
		snprintf(words, size, "-");
}

void pb_verdict_of(const struct pb_cell_result *result, struct pb_observed_verdict *ret_verdict)
{
	static const struct row unknown = { .name = "", .owned = false, .seen = true };
	const struct row *strategy = strategy_find(result->cell.strategy);
	struct pb_observed_verdict v = { .data = "-", .frame = "-", .blocked = "-" };

	if (!strategy)
		strategy = &unknown;
	result_judge(result, v.result, sizeof(v.result));
	if (result->state == PB_CELL_MEASURED) {
		snprintf(v.data, sizeof(v.data), "%s", data_judge(result, strategy));
		snprintf(v.frame, sizeof(v.frame), "%s", frame_judge(result, strategy));
	}
	if (*part(result, "blocked"))
		snprintf(v.blocked, sizeof(v.blocked), "%.10sms:%.8s", part(result, "blocked"),
			 *part(result, "blocked.state") ? part(result, "blocked.state") : "?");
	invalidations_list(result, v.invalidations, sizeof(v.invalidations));
	*ret_verdict = v;
}

bool pb_verdict_same(const struct pb_observed_verdict *verdict,
		     const struct pb_observed_verdict *control, bool with_data)
{
	return pb_streq(verdict->result, control->result) &&
	       pb_streq(verdict->frame, control->frame) &&
	       (!with_data || pb_streq(verdict->data, control->data));
}
