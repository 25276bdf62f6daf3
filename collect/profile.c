// SPDX-License-Identifier: GPL-2.0-only
/*
 * profile - which functions the instructions of one call lie in.
 * Why: a profile that does not add up to what the clock read would be a picture of something else.
 */
#include "collect/profile.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

int pb_profile_add(struct pb_profile *profile, const char *name, const char *caller,
		   uint64_t instructions, uint64_t entries)
{
	struct pb_profile_function *functions =
		reallocarray(profile->functions, profile->nr_functions + 1, sizeof(*functions));
	struct pb_profile_function *function;

	if (!functions)
		return pb_fail(-ENOMEM, "out of memory");
	profile->functions = functions;
	function = &functions[profile->nr_functions];
	*function = (struct pb_profile_function){
		.name = strdup(name),
		.caller = caller ? strdup(caller) : NULL,
		.instructions = instructions,
		.entries = entries,
	};
	profile->nr_functions++;
	if (!function->name || (caller && !function->caller))
		return pb_fail(-ENOMEM, "out of memory");
	return 0;
}

static int function_compare(const void *a, const void *b)
{
	const struct pb_profile_function *left = a, *right = b;

	if (left->instructions != right->instructions)
		return left->instructions > right->instructions ? -1 : 1;
	return strcmp(left->name, right->name);
}

void pb_profile_sort(struct pb_profile *profile)
{
	if (profile->nr_functions)
		qsort(profile->functions, profile->nr_functions, sizeof(*profile->functions),
		      function_compare);
}

uint64_t pb_profile_sum(const struct pb_profile *profile)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < profile->nr_functions; i++)
		sum += profile->functions[i].instructions;
	return sum;
}

void pb_profile_done(struct pb_profile *profile)
{
	for (size_t i = 0; i < profile->nr_functions; i++) {
		free(profile->functions[i].name);
		free(profile->functions[i].caller);
	}
	free(profile->functions);
	*profile = (struct pb_profile){ 0 };
}
