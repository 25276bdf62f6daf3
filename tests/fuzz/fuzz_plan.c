// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_plan - a plan, and what the guest's agent reads of one.
 * Why: users write the one; the other is read by a process that must not die.
 */
#include "bench/agent/plan.h"
#include "bench/run/plan.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pb_plan_overrides none;
	struct pb_agent_plan agent_plan = { 0 };
	struct pb_plan plan = { 0 };
	const char *path = fuzz_file("fuzz.plan", data, size);

	if (!pb_plan_load(path, &none, &plan))
		pb_plan_done(&plan);
	if (!pb_agent_plan_read(path, &agent_plan))
		pb_agent_plan_done(&agent_plan);
	return 0;
}
