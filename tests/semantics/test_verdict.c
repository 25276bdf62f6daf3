// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_verdict - what parts mean: each word of the verdict table, by the least parts that make it.
 * Why: a verdict is derived whenever it is shown; a rule that is bent would bend every old run.
 */
#include "report/semantics/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collect/axes.h"
#include "collect/observed.h"
#include "common/str.h"

static const struct {
	const char *strategy, *intent, *event;
	const char *parts; /* NAME=VALUE;... */
	const char *result, *data, *frame;
} rows[] = {
	/* Nothing is held: no device, the frame alone. */
	{ "none", "write", "munmap",
	  "hold=ok;frame.held=7;event=ok;frame.after=none;page.after.is=free orphan;view=no;"
	  "frame.touched=none",
	  "ok", "-", "freed" },
	{ "none", "write", "migrate",
	  "hold=ok;frame.held=7;event=ok;frame.after=9;page.after.is=free orphan;view=yes;"
	  "frame.touched=9;carried=yes",
	  "ok", "-", "moved" },
	/* What owns the frame keeps it, whatever the kernel says of its mapping. */
	{ "pin", "write", "munmap",
	  "hold=ok;frame.held=7;event=ok;frame.after=none;page.after.is=same anon;view=no;"
	  "frame.touched=none",
	  "ok", "lost", "kept" },
	{ "get", "write", "truncate",
	  "hold=ok;frame.held=7;event=ok;frame.after=none;page.after.is=orphan;view=no;d2f=no;"
	  "frame.touched=none",
	  "ok", "lost", "kept" },
	{ "get", "write", "munmap",
	  "hold=ok;frame.held=7;event=ok;frame.after=none;page.after.is=same;view=no;d2f=yes;"
	  "frame.touched=none;frame.file=7",
	  "ok", "file-only", "stayed" },
	{ "get", "read", "munmap",
	  "hold=ok;frame.held=7;event=ok;frame.after=none;page.after.is=same;view=no;d2f=no;"
	  "frame.touched=none;frame.file=7;f2d=yes",
	  "ok", "file-only", "stayed" },
	{ "get", "write", "fork-parent-write",
	  "hold=ok;frame.held=7;event=ok;frame.after=7;page.after.is=same anon;view=yes;c2d=no;"
	  "d2c=no;frame.touched=8;carried=yes",
	  "ok", "stale", "copied" },
	{ "get", "write", "dontneed",
	  "hold=ok;frame.held=7;event=ok;frame.after=none;page.after.is=same anon;view=yes;c2d=no;"
	  "d2c=no;frame.touched=8;carried=no",
	  "ok", "stale", "kept" },
	{ "get", "write", "mprotect-ro",
	  "hold=ok;frame.held=7;event=ok;frame.after=7;page.after.is=same anon;view=yes;d2c=yes;"
	  "c2d=no;frame.touched=8;carried=yes",
	  "ok", "one-way:d2c", "copied" },
	{ "get", "write", "mprotect-ro",
	  "hold=ok;frame.held=7;event=ok;frame.after=7;page.after.is=same anon;view=yes;d2c=no;"
	  "c2d=yes;frame.touched=7;carried=yes",
	  "ok", "one-way:c2d", "stayed" },
	{ "get", "write", "pageout",
	  "hold=ok;frame.held=7;event=ok;frame.after=swap;page.after.is=same anon;view=yes;"
	  "c2d=yes;d2c=yes;frame.touched=7;carried=yes",
	  "ok", "coherent", "same-frame-back" },
	{ "get", "write", "pageout",
	  "hold=ok;frame.held=7;event=ok;frame.after=swap;page.after.is=same anon;view=yes;"
	  "frame.read=7;c2d=no;d2c=no;frame.touched=8;carried=yes",
	  "ok", "stale", "same-frame-back" },
	/* Only the way that was asked for counts. */
	{ "pin", "read", "mlock",
	  "hold=ok;frame.held=7;event=ok;frame.after=7;page.after.is=same anon;view=yes;c2d=yes;"
	  "frame.touched=7;carried=yes",
	  "ok", "coherent", "stayed" },
	{ "pin", "write", "migrate",
	  "hold=ok;frame.held=7;event=short;frame.after=7;page.after.is=same anon;view=yes;"
	  "c2d=yes;d2c=yes;frame.touched=7;carried=yes",
	  "short", "coherent", "stayed" },
	/* Paging on demand: another frame is as good, and being told is, too. */
	{ "odp", "write", "dontneed",
	  "hold=ok;frame.held=7;event=ok;frame.after=none;page.after.is=free orphan;view=yes;"
	  "c2d=yes;d2c=yes;frame.touched=8;carried=no",
	  "ok", "coherent", "freed" },
	{ "odp", "write", "munmap",
	  "hold=ok;frame.held=7;event=ok;frame.after=none;page.after.is=free orphan;view=no;"
	  "c2d=EFAULT;d2c=EFAULT;frame.touched=none",
	  "ok", "revoked", "freed" },
	{ "odp", "write", "mremap",
	  "hold=ok;frame.held=7;event=ok;frame.after=7;page.after.is=same anon;view=yes;"
	  "c2d=EFAULT;d2c=EFAULT;frame.touched=7;carried=yes",
	  "ok", "revoked", "stayed" },
	/* The control goes on with what is not its own; that it cannot write there is no
	   revocation. */
	{ "odp-ignored", "write", "dontneed",
	  "hold=ok;frame.held=7;event=ok;frame.after=none;page.after.is=free orphan;view=yes;"
	  "c2d=no;d2c=ENXIO;frame.touched=8;carried=no",
	  "ok", "stale", "freed" },
	{ "odp-ignored", "write", "munmap",
	  "hold=ok;frame.held=7;event=ok;frame.after=none;page.after.is=free orphan;view=no;"
	  "frame.touched=none;device.writes=filler",
	  "ok", "lost", "freed" },
	/* A frame that is somebody else's already has references, and another mapping. */
	{ "none", "write", "dontneed",
	  "hold=ok;frame.held=7;event=ok;frame.after=none;page.after.is=anon;view=yes;"
	  "frame.touched=8;carried=no",
	  "ok", "-", "freed" },
	/* The medium alone is asked, after the release; a process that sees more is no part of it. */
	{ "pin", "write", "mkclean-media",
	  "hold=ok;frame.held=7;event=ok;frame.after=7;page.after.is=same;device.wrote=yes;"
	  "medium.1=no;medium.2=no;medium.before=yes;carried=yes;frame.touched=7",
	  "ok", "lost", "stayed" },
	{ "pin", "write", "mkclean-dirty-media",
	  "hold=ok;frame.held=7;event=ok;frame.after=7;page.after.is=same;device.wrote=yes;"
	  "medium.1=yes;carried=yes;frame.touched=7",
	  "ok", "persisted", "stayed" },
	{ "get", "write", "mkclean-range-media",
	  "hold=ok;frame.held=7;event=ok;frame.after=7;page.after.is=same;device.wrote=yes;"
	  "medium.1=no;medium.2=yes;carried=yes;frame.touched=7",
	  "ok", "persisted", "stayed" },
	{ "get", "write", "mkclean-media",
	  "hold=ok;frame.held=7;event=ok;frame.after=7;page.after.is=same;medium.1=EIO;"
	  "carried=yes;frame.touched=7",
	  "ok", "lost", "stayed" },
	{ "none", "write", "mkclean-media",
	  "hold=ok;frame.held=7;event=ok;frame.after=7;page.after.is=same;medium.1=no;medium.2=no;"
	  "carried=yes;frame.touched=7",
	  "ok", "-", "stayed" },
	{ "odp", "write", "munmap-media",
	  "hold=ok;frame.held=7;event=ok;frame.after=none;page.after.is=same;d2c=EFAULT;"
	  "medium.1=no;medium.2=no;frame.file=7;frame.touched=none",
	  "ok", "revoked", "stayed" },
	/* Another file has the block by now: to write there is worse than to read. */
	{ "odp-ignored", "write", "truncate",
	  "hold=ok;frame.held=7;event=ok;frame.after=none;page.after.is=free;view=no;"
	  "other.reads=yes;other.writes=yes;frame.touched=none",
	  "ok", "corrupts", "freed" },
	{ "odp-ignored", "read", "punch",
	  "hold=ok;frame.held=7;event=ok;frame.after=none;page.after.is=free;view=yes;c2d=no;"
	  "other.reads=yes;other.writes=no;frame.touched=8;carried=no",
	  "ok", "reads-other", "freed" },
	{ "odp", "write", "punch",
	  "hold=ok;frame.held=7;event=ok;frame.after=none;page.after.is=free;view=yes;c2d=yes;"
	  "d2c=yes;other.writes=no;frame.touched=8;carried=no",
	  "ok", "coherent", "freed" },
	/* Who asked to be told of writes: only where the write is seen at all. */
	{ "pin", "write", "softdirty",
	  "hold=ok;frame.held=7;event=ok;frame.after=7;page.after.is=same;tracked=no;d2c=yes;"
	  "view=yes;c2d=yes;frame.touched=7;carried=yes",
	  "ok", "untracked", "stayed" },
	{ "odp", "write", "softdirty",
	  "hold=ok;frame.held=7;event=ok;frame.after=7;page.after.is=same;tracked=yes;d2c=yes;"
	  "view=yes;c2d=yes;frame.touched=7;carried=yes",
	  "ok", "tracked", "stayed" },
	{ "get", "write", "softdirty",
	  "hold=ok;frame.held=7;event=ok;frame.after=7;page.after.is=same;tracked=no;d2c=yes;"
	  "view=yes;c2d=no;frame.touched=8;carried=yes",
	  "ok", "one-way:d2c", "copied" },
	{ "odp", "write", "uffd-wp",
	  "hold=ok;frame.held=7;event=ok;frame.after=7;page.after.is=same;d2c=EFAULT;view=yes;"
	  "c2d=yes;frame.touched=7;carried=yes",
	  "ok", "revoked", "stayed" },
	/* Given back alone, out of a folio that lives on. */
	{ "get", "write", "dontneed-part",
	  "hold=ok;frame.held=7;page.before.is=same anon large;event=ok;frame.after=none;"
	  "page.after.is=same anon large;view=yes;c2d=no;d2c=no;frame.touched=8;carried=no",
	  "ok", "stale", "in-thp" },
	{ "none", "write", "dontneed-part",
	  "hold=ok;frame.held=7;page.before.is=same anon large;event=ok;frame.after=none;"
	  "page.after.is=free orphan;view=yes;frame.touched=8;carried=no",
	  "ok", "-", "freed" },
	/* Where the page lies changes nothing of how it is judged. */
	{ "pin", "write", "movable:migrate",
	  "hold=ok;zone.held=movable;frame.held=7;event=short;frame.after=7;"
	  "page.after.is=same anon;view=yes;c2d=yes;d2c=yes;frame.touched=7;carried=yes",
	  "short", "coherent", "stayed" },
	/* Huge pages: split or whole, whatever the event's own result was. */
	{ "none", "write", "split-cold",
	  "hold=ok;frame.held=7;page.before.is=same anon large;event=ok;frame.after=7;"
	  "page.after.is=same anon;view=yes;frame.touched=7;carried=yes",
	  "ok", "-", "split" },
	{ "pin", "write", "split-cold",
	  "hold=ok;frame.held=7;page.before.is=same anon large;event=ok;frame.after=7;"
	  "page.after.is=same anon large;view=yes;c2d=yes;d2c=yes;frame.touched=7;carried=yes",
	  "ok", "coherent", "whole" },
	/* An event that fails is a result; one that waits, too. */
	{ "none", "write", "collapse",
	  "hold=ok;frame.held=7;event=EINVAL;frame.after=7;page.after.is=same anon;view=yes;"
	  "frame.touched=7;carried=yes",
	  "EINVAL", "-", "stayed" },
	{ "pin", "write", "punch",
	  "hold=ok;frame.held=7;blocked=1000;blocked.state=S;frame.after=none;page.after.is=same;"
	  "event=ok",
	  "blocked", "-", "kept" },
};

static void parts_add(struct pb_cell_result *result, const char *parts)
{
	_cleanup_free_ char *copy = strdup(parts);

	for (char *save, *word = strtok_r(copy, ";", &save); word;
	     word = strtok_r(NULL, ";", &save)) {
		char *value = strchr(word, '=');

		assert_non_null(value);
		*value++ = '\0';
		assert_int_equal(pb_observed_add(result, word, value), 0);
	}
}

static struct pb_cell_result result_of(const char *strategy, const char *intent, const char *event)
{
	struct pb_cell_result result = { .state = PB_CELL_MEASURED };

	snprintf(result.cell.strategy, sizeof(result.cell.strategy), "%s", strategy);
	assert_int_equal(pb_cell_axis_take(&result.cell, PB_AXIS_INTENT, intent), 0);
	snprintf(result.cell.event, sizeof(result.cell.event), "%s", event);
	return result;
}

static void test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		struct pb_cell_result result =
			result_of(rows[i].strategy, rows[i].intent, rows[i].event);
		struct pb_observed_verdict v;

		parts_add(&result, rows[i].parts);
		pb_verdict_of(&result, &v);
		if (!pb_streq(v.result, rows[i].result) || !pb_streq(v.data, rows[i].data) ||
		    !pb_streq(v.frame, rows[i].frame))
			fail_msg("row %zu, %s %s: %s %s %s, not %s %s %s", i, rows[i].strategy,
				 rows[i].event, v.result, v.data, v.frame, rows[i].result,
				 rows[i].data, rows[i].frame);
		pb_cell_result_done(&result);
	}
}

static void test_refusals(void **state)
{
	struct pb_cell_result result = result_of("longterm", "write", "munmap");
	struct pb_observed_verdict v;

	(void)state;
	result.state = PB_CELL_REFUSED;
	pb_verdict_of(&result, &v);
	assert_string_equal(v.result, "absent"); /* the event: nothing was held */
	assert_int_equal(pb_observed_add(&result, "hold", "EFAULT"), 0);
	pb_verdict_of(&result, &v);
	assert_string_equal(v.result, "refused:EFAULT");
	assert_string_equal(v.data, "-");
	assert_string_equal(v.frame, "-");
	pb_cell_result_done(&result);
	result = result_of("longterm", "write", "munmap");
	result.state = PB_CELL_FAILED;
	pb_verdict_of(&result, &v);
	assert_string_equal(v.result, "failed");
	pb_cell_result_done(&result);
}

static void test_beside(void **state)
{
	struct pb_cell_result result = result_of("pin", "write", "punch");
	struct pb_observed_verdict v;

	(void)state;
	parts_add(&result, "hold=ok;blocked=1000;blocked.state=D;invalidations.migrate=3;"
			   "invalidations.unmap=1;event=ok");
	pb_verdict_of(&result, &v);
	assert_string_equal(v.blocked, "1000ms:D");
	assert_string_equal(v.invalidations, "unmap,migrate"); /* that there were, not how many */
	pb_cell_result_done(&result);
}

static void test_controls(void **state)
{
	const struct pb_observed_verdict held = { .result = "ok",
						  .data = "coherent",
						  .frame = "stayed" };
	const struct pb_observed_verdict none = { .result = "ok", .data = "-", .frame = "stayed" };
	const struct pb_observed_verdict gone = { .result = "ok", .data = "-", .frame = "freed" };

	(void)state;
	assert_string_equal(pb_verdict_control("pin"), "none");
	assert_string_equal(pb_verdict_control("odp"), "odp-ignored");
	assert_null(pb_verdict_control("novel"));
	assert_true(pb_verdict_same(&held, &none, false));
	assert_false(pb_verdict_same(&held, &none, true));
	assert_false(pb_verdict_same(&held, &gone, false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_beside),
		cmocka_unit_test(test_controls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
