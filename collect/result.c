// SPDX-License-Identifier: GPL-2.0-only
/*
 * result - results put together, checked and released.
 * Why: what does not add up is found where it is put together, not where it is read years later.
 */
#include "collect/result.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

static bool word_copy(char word[PB_WORD_LEN], const char *text)
{
	int len = snprintf(word, PB_WORD_LEN, "%s", text);

	return len > 0 && len < PB_WORD_LEN;
}

int pb_cell_result_add(struct pb_cell_result *result, const char *phase, const char *metric,
		       const char *unit, const double *values, size_t nr_values)
{
	struct pb_series *grown, *series;

	grown = reallocarray(result->series, result->nr_series + 1, sizeof(*grown));
	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	result->series = grown;
	series = &grown[result->nr_series];
	*series = (struct pb_series){ .nr_values = nr_values };
	if (!word_copy(series->phase, phase) || !word_copy(series->metric, metric) ||
	    !word_copy(series->unit, unit))
		return pb_fail(-EINVAL, "series '%s' '%s' '%s': a word has 1 to %d characters",
			       phase, metric, unit, PB_WORD_LEN - 1);
	series->values = calloc(nr_values ? nr_values : 1, sizeof(*values));
	if (!series->values)
		return pb_fail(-ENOMEM, "out of memory");
	if (nr_values)
		memcpy(series->values, values, nr_values * sizeof(*values));
	result->nr_series++;
	return 0;
}

int pb_cell_result_end(struct pb_cell_result *result, enum pb_cell_state state, int code)
{
	free(result->reason);
	result->state = state;
	result->error = -code;
	result->reason = strdup(pb_fail_message(code));
	pb_fail_clear();
	return result->reason ? 0 : pb_fail(-ENOMEM, "out of memory");
}

void pb_cell_result_done(struct pb_cell_result *result)
{
	for (size_t i = 0; i < result->nr_series; i++)
		free(result->series[i].values);
	free(result->series);
	for (size_t i = 0; i < result->nr_profiles; i++)
		pb_profile_done(&result->profiles[i]);
	free(result->profiles);
	for (size_t i = 0; i < result->nr_histograms; i++)
		pb_histogram_done(&result->histograms[i]);
	free(result->histograms);
	for (size_t i = 0; i < result->nr_parts; i++)
		free(result->parts[i].value);
	free(result->parts);
	pb_traffic_done(&result->traffic);
	free(result->symbol);
	free(result->reason);
	free(result->detail);
	*result = (struct pb_cell_result){ 0 };
}

int pb_cell_result_histogram(struct pb_cell_result *result, struct pb_histogram *histogram)
{
	struct pb_histogram *histograms;

	for (size_t i = 0; i < result->nr_histograms; i++)
		if (pb_streq(result->histograms[i].phase, histogram->phase) &&
		    pb_streq(result->histograms[i].metric, histogram->metric))
			return pb_fail(-EEXIST, "a second histogram of phase '%s', metric '%s'",
				       histogram->phase, histogram->metric);
	histograms =
		reallocarray(result->histograms, result->nr_histograms + 1, sizeof(*histograms));
	if (!histograms)
		return pb_fail(-ENOMEM, "out of memory");
	result->histograms = histograms;
	histograms[result->nr_histograms++] = *histogram;
	*histogram = (struct pb_histogram){ 0 };
	return 0;
}

static const struct pb_series *series_of(const struct pb_cell_result *result,
					 const struct pb_histogram *histogram)
{
	for (size_t i = 0; i < result->nr_series; i++)
		if (pb_streq(result->series[i].phase, histogram->phase) &&
		    pb_streq(result->series[i].metric, histogram->metric))
			return &result->series[i];
	return NULL;
}

static int one_check(const struct pb_cell_result *result, const struct pb_histogram *histogram)
{
	const struct pb_series *series = series_of(result, histogram);
	uint64_t count = pb_histogram_count(histogram);

	if (!count || !series)
		return pb_fail(-EBADMSG, "a histogram of phase '%s', %s, which %s",
			       histogram->phase, histogram->metric,
			       count ? "was not measured" : "counts nothing");
	if (count < series->nr_values)
		return pb_fail(-EBADMSG,
			       "the histogram of phase '%s' counts %" PRIu64
			       " calls where %zu samples were taken",
			       histogram->phase, count, series->nr_values);
	for (size_t i = 0; i < series->nr_values; i++) {
		double value = series->values[i];

		if (value < (double)histogram->buckets[0].low ||
		    value >= (double)pb_histogram_end(histogram))
			return pb_fail(-EBADMSG,
				       "the histogram of phase '%s' reaches from %" PRIu64
				       " to %" PRIu64 " and a sample is %.0f",
				       histogram->phase, histogram->buckets[0].low,
				       pb_histogram_end(histogram) - 1, value);
	}
	return 0;
}

int pb_histogram_check(const struct pb_cell_result *result)
{
	int ret = 0;

	for (size_t i = 0; i < result->nr_histograms && !ret; i++)
		ret = one_check(result, &result->histograms[i]);
	return ret;
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
