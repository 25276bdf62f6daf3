// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_plan - the agent's plan, out and in again: counters and all.
 * Why: what the host asks for and the agent does not read would be a measurement that never was.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/agent/plan.h"
#include "common/err.h"
#include "common/str.h"

/* Writes @text, or @plan where there is none, to a file and reads it. */
static int reread(const char *text, const struct pb_agent_plan *plan,
		  struct pb_agent_plan *ret_plan)
{
	char path[] = "/tmp/pinbench-plan.XXXXXX";
	int ret, fd = mkstemp(path);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");

	assert_non_null(out);
	if (text)
		fputs(text, out);
	else
		assert_int_equal(pb_agent_plan_write(out, plan), 0);
	assert_int_equal(fclose(out), 0);
	ret = pb_agent_plan_read(path, ret_plan);
	unlink(path);
	return ret;
}

static void what_was_asked_arrives(void **state)
{
	char *words[] = { "basic", "llc-misses:u", "mine=L1D:REPLACEMENT" };
	const struct pb_agent_plan asked = {
		.metric = "instructions",
		.unit = "instructions",
		.evidence = PB_EVIDENCE_EXACT,
		.counters = words,
		.nr_counters = PB_ARRAY_SIZE(words),
		.multiplex = true,
	};
	pb_cleanup(pb_agent_plan_done) struct pb_agent_plan read = { 0 };

	(void)state;
	assert_int_equal(reread(NULL, &asked, &read), 0);
	assert_true(read.multiplex);
	assert_int_equal(read.nr_counters, PB_ARRAY_SIZE(words));
	for (size_t i = 0; i < read.nr_counters; i++)
		assert_string_equal(read.counters[i], words[i]);
}

static void without_counters_there_are_none(void **state)
{
	const struct pb_agent_plan asked = { .metric = "ns",
					     .unit = "ns",
					     .evidence = PB_EVIDENCE_HARDWARE };
	pb_cleanup(pb_agent_plan_done) struct pb_agent_plan read = { 0 };

	(void)state;
	assert_int_equal(reread(NULL, &asked, &read), 0);
	assert_int_equal(read.nr_counters, 0);
	assert_false(read.multiplex);
}

static void what_is_no_list_is_refused(void **state)
{
	static const char *const bad[] = { "\"basic\"", "[1]", "{}", "null" };

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(bad); i++) {
		pb_cleanup(pb_agent_plan_done) struct pb_agent_plan read = { 0 };
		_cleanup_free_ char *text =
			pb_format("{\"type\":\"plan\",\"format\":%d,\"inject\":0,\"metric\":\"ns\","
				  "\"unit\":\"ns\",\"evidence\":\"exact\",\"counters\":%s}\n",
				  PB_AGENT_PLAN_FORMAT, bad[i]);

		assert_non_null(text);
		assert_int_equal(reread(text, NULL, &read), -EBADMSG);
		assert_non_null(strstr(pb_fail_message(-EBADMSG),
				       "line 1: 'counters' must be a list of words"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_asked_arrives),
		cmocka_unit_test(without_counters_there_are_none),
		cmocka_unit_test(what_is_no_list_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
