// SPDX-License-Identifier: GPL-2.0-only
/*
 * tally - counts of one window by function, and who entered whom.
 * Why: two functions of one name are one row, and a caller is whoever called most.
 */
#include "collect/tcg/tally.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

/* A window runs through dozens of functions, so looking at each is fast enough. NULL: out of
 * memory. */
static struct pb_tally_function *function_get(struct pb_tally *tally, const char *name)
{
	struct pb_tally_function *functions;

	for (size_t i = 0; i < tally->nr; i++)
		if (pb_streq(tally->functions[i].name, name))
			return &tally->functions[i];
	functions = reallocarray(tally->functions, tally->nr + 1, sizeof(*functions));
	if (!functions) {
		(void)pb_fail(-ENOMEM, "out of memory");
		return NULL;
	}
	tally->functions = functions;
	functions[tally->nr] = (struct pb_tally_function){ .name = name };
	return &functions[tally->nr++];
}

int pb_tally_count(struct pb_tally *tally, const char *name, uint64_t instructions)
{
	struct pb_tally_function *function = function_get(tally, name);

	if (!function)
		return -ENOMEM;
	function->instructions += instructions;
	return 0;
}

int pb_tally_entry(struct pb_tally *tally, const char *name, const char *caller, uint64_t times)
{
	struct pb_tally_function *function = function_get(tally, name);
	struct pb_tally_caller *callers;

	if (!function)
		return -ENOMEM;
	function->entries += times;
	for (size_t i = 0; i < function->nr_callers; i++) {
		if (!pb_streq(function->callers[i].name, caller))
			continue;
		function->callers[i].entries += times;
		return 0;
	}
	callers = reallocarray(function->callers, function->nr_callers + 1, sizeof(*callers));
	if (!callers)
		return pb_fail(-ENOMEM, "out of memory");
	function->callers = callers;
	callers[function->nr_callers++] =
		(struct pb_tally_caller){ .name = caller, .entries = times };
	return 0;
}

static bool is_thunk(const char *name)
{
	return strncmp(name, "__x86_indirect_", strlen("__x86_indirect_")) == 0 ||
	       strncmp(name, "__x86_return_", strlen("__x86_return_")) == 0;
}

static const char *most_caller(const struct pb_tally_function *function)
{
	const struct pb_tally_caller *most = NULL;

	for (size_t i = 0; i < function->nr_callers; i++) {
		const struct pb_tally_caller *caller = &function->callers[i];

		/* Equal counts: by name, so that the answer is the same in every run. */
		if (!most || caller->entries > most->entries ||
		    (caller->entries == most->entries && strcmp(caller->name, most->name) < 0))
			most = caller;
	}
	return most ? most->name : NULL;
}

static const char *caller_find(const struct pb_tally *tally,
			       const struct pb_tally_function *function)
{
	const char *caller = most_caller(function);

	if (!caller || !is_thunk(caller))
		return caller;
	for (size_t i = 0; i < tally->nr; i++)
		if (pb_streq(tally->functions[i].name, caller))
			return most_caller(&tally->functions[i]);
	return caller;
}

int pb_tally_profile(const struct pb_tally *tally, struct pb_profile *profile)
{
	for (size_t i = 0; i < tally->nr; i++) {
		const struct pb_tally_function *function = &tally->functions[i];
		int ret = pb_profile_add(profile, function->name, caller_find(tally, function),
					 function->instructions, function->entries);

		if (ret)
			return ret;
	}
	pb_profile_sort(profile);
	return 0;
}

void pb_tally_done(struct pb_tally *tally)
{
	for (size_t i = 0; i < tally->nr; i++)
		free(tally->functions[i].callers);
	free(tally->functions);
	*tally = (struct pb_tally){ 0 };
}
