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

int pb_cell_result_profile(struct pb_cell_result *result, struct pb_profile *profile)
{
	struct pb_profile *profiles;

	for (size_t i = 0; i < result->nr_profiles; i++)
		if (pb_streq(result->profiles[i].phase, profile->phase))
			return pb_fail(-EEXIST, "a second profile of phase '%s'", profile->phase);
	profiles = reallocarray(result->profiles, result->nr_profiles + 1, sizeof(*profiles));
	if (!profiles)
		return pb_fail(-ENOMEM, "out of memory");
	result->profiles = profiles;
	profiles[result->nr_profiles++] = *profile;
	*profile = (struct pb_profile){ 0 };
	return 0;
}

/* The least value of this phase's instructions; NaN where there is none. */
static double least_sample(const struct pb_cell_result *result, const char *phase)
{
	double least = NAN;

	for (size_t i = 0; i < result->nr_series; i++) {
		const struct pb_series *series = &result->series[i];

		if (!pb_streq(series->phase, phase) || !pb_streq(series->metric, "instructions"))
			continue;
		for (size_t j = 0; j < series->nr_values; j++)
			if (isnan(least) || series->values[j] < least)
				least = series->values[j];
	}
	return least;
}

int pb_profile_check(const struct pb_cell_result *result)
{
	for (size_t i = 0; i < result->nr_profiles; i++) {
		const struct pb_profile *profile = &result->profiles[i];
		double least = least_sample(result, profile->phase);
		uint64_t sum = pb_profile_sum(profile);

		/* NaN, too: a profile of what was not measured. */
		if ((double)sum == least)
			continue;
		if (isnan(least))
			return pb_fail(-EBADMSG, "a profile of phase '%s', which was not measured",
				       profile->phase);
		return pb_fail(-EBADMSG,
			       "the profile of phase '%s' counts %" PRIu64
			       " instructions where the clock read %.0f",
			       profile->phase, sum, least);
	}
	return 0;
}
