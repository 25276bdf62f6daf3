// SPDX-License-Identifier: GPL-2.0-only
/*
 * record_check - typed, bounded access to the fields of a record.
 * Why: a stream may come from anywhere; nothing of it is believed before it was looked at.
 */
#include "collect/record_check.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "collect/axes.h"
#include "collect/observed.h"
#include "common/err.h"
#include "common/str.h"

/* Larger counts are no plan's, and a double still holds these exactly. */
#define MAX_PAGES (UINT64_C(1) << 48)
#define MAX_COUNT (UINT64_C(1) << 53)
enum { MAX_THREADS = 1 << 16 };

const char *pb_record_printable(const char *text, char *buf, size_t size)
{
	size_t i;

	for (i = 0; text[i] && i + 1 < size; i++)
		buf[i] = isprint((unsigned char)text[i]) ? text[i] : '?';
	buf[i] = '\0';
	return buf;
}

static const char *kind(const json_t *value)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array",  [JSON_STRING] = "text",
		[JSON_INTEGER] = "a number", [JSON_REAL] = "a fraction", [JSON_TRUE] = "true",
		[JSON_FALSE] = "false",      [JSON_NULL] = "null",
	};

	return value ? names[json_typeof(value)] : "missing";
}

static int get_text(const json_t *record, const char *key, const char **ret_text)
{
	const json_t *value = json_object_get(record, key);

	if (!json_is_string(value))
		return pb_fail(-EBADMSG, "\"%s\" is %s; it must be text", key, kind(value));
	*ret_text = json_string_value(value);
	return 0;
}

int pb_record_text(const json_t *record, const char *key, char *ret_text, size_t size)
{
	const char *text = NULL;
	int ret = get_text(record, key, &text);

	if (ret)
		return ret;
	if (strlen(text) >= size)
		return pb_fail(-EBADMSG, "\"%s\" has %zu bytes; at most %zu are valid", key,
			       strlen(text), size - 1);
	memcpy(ret_text, text, strlen(text) + 1);
	return 0;
}

int pb_record_word(const json_t *record, const char *key, char *ret_word, size_t size)
{
	char shown[40];
	const char *text = NULL;
	int ret = get_text(record, key, &text);

	if (ret)
		return ret;
	for (const char *c = text; *c; c++)
		if (!isgraph((unsigned char)*c))
			return pb_fail(-EBADMSG, "\"%s\" is '%s'; a word of plain ASCII is valid",
				       key, pb_record_printable(text, shown, sizeof(shown)));
	if (!text[0])
		return pb_fail(-EBADMSG, "\"%s\" is empty", key);
	return pb_record_text(record, key, ret_word, size);
}

int pb_record_text_dup(const json_t *record, const char *key, bool required, char **ret_text)
{
	const char *text = NULL;
	char *copy;
	int ret;

	if (!required && !json_object_get(record, key)) {
		*ret_text = NULL;
		return 0;
	}
	ret = get_text(record, key, &text);
	if (ret)
		return ret;
	copy = strdup(text);
	if (!copy)
		return pb_fail(-ENOMEM, "out of memory");
	*ret_text = copy;
	return 0;
}

int pb_record_count(const json_t *record, const char *key, uint64_t min, uint64_t max,
		    uint64_t *ret_count)
{
	const json_t *value = json_object_get(record, key);
	json_int_t count;

	if (!json_is_integer(value))
		return pb_fail(-EBADMSG, "\"%s\" is %s; it must be a whole number", key,
			       kind(value));
	count = json_integer_value(value);
	if (count < 0 || (uint64_t)count < min || (uint64_t)count > max)
		return pb_fail(-EBADMSG,
			       "\"%s\" is %" JSON_INTEGER_FORMAT "; %" PRIu64 " to %" PRIu64
			       " is valid",
			       key, count, min, max);
	*ret_count = (uint64_t)count;
	return 0;
}

/* Does @text look like @shape, where 'x' is a lower-case hex digit and '0' a decimal one? */
static bool has_shape(const char *text, const char *shape)
{
	for (; *shape; text++, shape++) {
		bool ok = *shape == 'x'   ? *text && strchr("0123456789abcdef", *text)
			  : *shape == '0' ? isdigit((unsigned char)*text) != 0
					  : *text == *shape;

		if (!ok)
			return false;
	}
	return !*text;
}

static int check_shape(const char *key, const char *text, const char *shape)
{
	char shown[40];

	if (has_shape(text, shape))
		return 0;
	return pb_fail(-EBADMSG, "\"%s\" is '%s'; valid is %s", key,
		       pb_record_printable(text, shown, sizeof(shown)), shape);
}

static int check_evidence(const json_t *record, enum pb_evidence *ret_evidence)
{
	char text[PB_WORD_LEN];
	unsigned int word = 0;
	int ret = pb_record_word(record, "evidence", text, sizeof(text));

	if (ret)
		return ret;
	if (!pb_word_find(PB_WORDS_EVIDENCE, text, &word) || pb_word_is_foreign(word))
		return pb_fail(-EBADMSG,
			       "\"evidence\" is '%s'; valid are exact, hardware, syscall, model, "
			       "observed, fake",
			       text);
	*ret_evidence = (enum pb_evidence)word;
	return 0;
}

int pb_record_check_run(const json_t *record, struct pb_run_record *ret_run)
{
	struct pb_run_record run = { 0 };
	uint64_t format;
	int ret = pb_record_count(record, "format", 1, INT32_MAX, &format);

	if (!ret && format > PB_RECORD_FORMAT)
		ret = pb_fail(-EBADMSG,
			      "format %" PRIu64
			      " is newer than this pinbench, which reads up to %d",
			      format, PB_RECORD_FORMAT);
	if (!ret)
		ret = pb_record_word(record, "uuid", run.uuid, sizeof(run.uuid));
	if (!ret)
		ret = check_shape("uuid", run.uuid, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
	if (!ret)
		ret = pb_record_word(record, "created", run.created, sizeof(run.created));
	if (!ret)
		ret = check_shape("created", run.created, "0000-00-00T00:00:00Z");
	if (!ret)
		ret = pb_record_word(record, "backend", run.backend, sizeof(run.backend));
	if (!ret)
		ret = check_evidence(record, &run.evidence);
	if (!ret)
		ret = pb_record_text(record, "plan", run.plan, sizeof(run.plan));
	if (!ret)
		ret = pb_record_text(record, "revision", run.revision, sizeof(run.revision));
	if (!ret)
		*ret_run = run;
	return ret;
}

/*
 * What a pinbench did not know that wrote the stream was the default; but it held the pages of
 * shared files for writing, before there was a word for it.
 */
static unsigned int axis_unsaid(const struct pb_cell *cell, enum pb_axis_id id)
{
	return id == PB_AXIS_INTENT && (cell->memory == PB_MEMORY_file_shared ||
					cell->memory == PB_MEMORY_fsdax)
		       ? PB_INTENT_WRITE
		       : 0;
}

static int check_axes(const json_t *record, struct pb_cell *cell)
{
	int ret = 0;

	for (enum pb_axis_id id = 0; !ret && id < PB_NR_AXES; id++) {
		const char *key = pb_axes[id].name;
		char word[PB_WORD_LEN];

		if (pb_axes[id].since > 1 && !json_object_get(record, key)) {
			pb_cell_word_set(cell, id, axis_unsaid(cell, id));
			continue;
		}
		ret = pb_record_word(record, key, word, sizeof(word));
		if (!ret)
			ret = pb_cell_axis_take(cell, id, word);
	}
	return ret;
}

int pb_record_check_cell(const json_t *record, struct pb_cell *ret_cell)
{
	struct pb_cell cell = { 0 };
	char memory[PB_WORD_LEN];
	uint64_t index = 0, threads = 0, samples = 0, warmup = 0, ops = 0;
	int ret = pb_record_count(record, "cell", 0, PB_RECORD_MAX_CELLS - 1, &index);

	if (!ret)
		ret = pb_record_word(record, "strategy", cell.strategy, sizeof(cell.strategy));
	if (!ret)
		ret = pb_record_word(record, "memory", memory, sizeof(memory));
	if (!ret)
		ret = pb_memory_take(memory, &cell.memory);
	if (!ret)
		ret = pb_record_count(record, "pages", 1, MAX_PAGES, &cell.nr_pages);
	if (!ret)
		ret = pb_record_count(record, "threads", 1, MAX_THREADS, &threads);
	if (!ret)
		ret = check_axes(record, &cell);
	if (!ret)
		ret = pb_record_count(record, "samples", 1, UINT32_MAX, &samples);
	if (!ret)
		ret = pb_record_count(record, "warmup", 0, UINT32_MAX, &warmup);
	if (!ret && json_object_get(record, "event"))
		ret = pb_record_word(record, "event", cell.event, sizeof(cell.event));
	if (!ret && json_object_get(record, "ops"))
		ret = pb_record_count(record, "ops", 0, UINT32_MAX, &ops);
	if (ret)
		return ret;
	cell.index = (uint32_t)index;
	cell.nr_threads = (uint32_t)threads;
	cell.nr_samples = (uint32_t)samples;
	cell.nr_warmup = (uint32_t)warmup;
	cell.nr_ops = (uint32_t)ops;
	*ret_cell = cell;
	return 0;
}

static int check_values(const json_t *record, double **ret_values, size_t *ret_nr)
{
	const json_t *array = json_object_get(record, "values");
	size_t nr = json_array_size(array);
	double *values;

	if (!json_is_array(array) || nr < 1 || nr > PB_RECORD_MAX_VALUES)
		return pb_fail(-EBADMSG, "\"values\" is %s of %zu; 1 to %d values are valid",
			       kind(array), nr, PB_RECORD_MAX_VALUES);
	values = calloc(nr, sizeof(*values));
	if (!values)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < nr; i++) {
		const json_t *value = json_array_get(array, i);

		if (!json_is_number(value) && !json_is_null(value)) {
			free(values);
			return pb_fail(-EBADMSG,
				       "\"values\" has %s at %zu; a number or null is valid",
				       kind(value), i);
		}
		values[i] = json_is_null(value) ? NAN : json_number_value(value);
	}
	*ret_values = values;
	*ret_nr = nr;
	return 0;
}

int pb_record_check_series(const json_t *record, struct pb_cell_result *result)
{
	char phase[PB_WORD_LEN], metric[PB_WORD_LEN], unit[PB_WORD_LEN];
	_cleanup_free_ double *values = NULL;
	size_t nr = 0;
	int ret = pb_record_word(record, "phase", phase, sizeof(phase));

	if (!ret)
		ret = pb_record_word(record, "metric", metric, sizeof(metric));
	if (!ret)
		ret = pb_record_word(record, "unit", unit, sizeof(unit));
	if (!ret)
		ret = check_values(record, &values, &nr);
	if (ret)
		return ret;
	for (size_t i = 0; i < result->nr_series; i++)
		if (pb_streq(result->series[i].phase, phase) &&
		    pb_streq(result->series[i].metric, metric))
			return pb_fail(-EBADMSG,
				       "cell %" PRIu32 " has a series %s of phase %s already",
				       result->cell.index, metric, phase);
	return pb_cell_result_add(result, phase, metric, unit, values, nr);
}

static int check_function(const json_t *record, struct pb_profile *profile)
{
	_cleanup_free_ char *name = NULL, *caller = NULL;
	uint64_t instructions, entries;
	int ret = pb_record_text_dup(record, "function", true, &name);

	if (!ret)
		ret = pb_record_text_dup(record, "caller", false, &caller);
	if (!ret)
		ret = pb_record_count(record, "instructions", 0, MAX_COUNT, &instructions);
	if (!ret)
		ret = pb_record_count(record, "entries", 0, MAX_COUNT, &entries);
	if (ret)
		return ret;
	for (size_t i = 0; i < profile->nr_functions; i++)
		if (pb_streq(profile->functions[i].name, name))
			return pb_fail(-EBADMSG, "the profile has a function '%s' already", name);
	return pb_profile_add(profile, name, caller, instructions, entries);
}

int pb_record_check_profile(const json_t *record, struct pb_cell_result *result)
{
	pb_cleanup(pb_profile_done) struct pb_profile profile = { 0 };
	const json_t *array = json_object_get(record, "functions");
	size_t nr = json_array_size(array);
	int ret = pb_record_word(record, "phase", profile.phase, sizeof(profile.phase));

	if (!ret && (!json_is_array(array) || nr < 1 || nr > PB_RECORD_MAX_FUNCTIONS))
		ret = pb_fail(-EBADMSG, "\"functions\" is %s of %zu; 1 to %d functions are valid",
			      kind(array), nr, PB_RECORD_MAX_FUNCTIONS);
	for (size_t i = 0; i < nr && !ret; i++)
		ret = check_function(json_array_get(array, i), &profile);
	if (ret)
		return ret;
	ret = pb_cell_result_profile(result, &profile);
	return ret == -EEXIST ? pb_fail_in(-EBADMSG, "cell %" PRIu32, result->cell.index) : ret;
}

static int check_bucket(const json_t *array, size_t at, struct pb_histogram *histogram)
{
	uint64_t numbers[3] = { 0 };

	for (size_t i = 0; i < PB_ARRAY_SIZE(numbers); i++) {
		const json_t *number = json_array_get(array, i);
		json_int_t value = json_integer_value(number);

		if (json_array_size(array) != PB_ARRAY_SIZE(numbers) || !json_is_integer(number) ||
		    value < 0 || (uint64_t)value > MAX_COUNT)
			return pb_fail(-EBADMSG,
				       "\"buckets\" has %s at %zu; [low,width,count], each up to "
				       "2^53, is valid",
				       kind(array), at);
		numbers[i] = (uint64_t)value;
	}
	return pb_histogram_add(histogram, numbers[0], numbers[1], numbers[2]);
}

int pb_record_check_histogram(const json_t *record, struct pb_cell_result *result)
{
	pb_cleanup(pb_histogram_done) struct pb_histogram histogram = { 0 };
	const json_t *array = json_object_get(record, "buckets");
	size_t nr = json_array_size(array);
	int ret = pb_record_word(record, "phase", histogram.phase, sizeof(histogram.phase));

	if (!ret)
		ret = pb_record_word(record, "metric", histogram.metric, sizeof(histogram.metric));
	if (!ret)
		ret = pb_record_word(record, "unit", histogram.unit, sizeof(histogram.unit));
	if (!ret && (!json_is_array(array) || nr < 1 || nr > PB_RECORD_MAX_BUCKETS))
		ret = pb_fail(-EBADMSG, "\"buckets\" is %s of %zu; 1 to %d buckets are valid",
			      kind(array), nr, PB_RECORD_MAX_BUCKETS);
	for (size_t i = 0; i < nr && !ret; i++)
		ret = check_bucket(json_array_get(array, i), i, &histogram);
	if (ret)
		return ret;
	ret = pb_cell_result_histogram(result, &histogram);
	return ret == -EEXIST ? pb_fail_in(-EBADMSG, "cell %" PRIu32, result->cell.index) : ret;
}

static int check_error(const json_t *record, int *ret_error)
{
	char name[PB_ERROR_NAME_LEN];
	int error = 0, ret;

	if (json_object_get(record, "errno")) {
		ret = pb_record_word(record, "errno", name, sizeof(name));
		if (ret)
			return ret;
		error = pb_error_parse(name);
		if (!error)
			return pb_fail(-EBADMSG, "\"errno\" is '%s', which is no error's name",
				       name);
	}
	*ret_error = error;
	return 0;
}

int pb_record_check_done(const json_t *record, struct pb_cell_result *result)
{
	char name[PB_WORD_LEN];
	int ret = pb_record_word(record, "state", name, sizeof(name));

	if (ret)
		return ret;
	result->state = pb_cell_state_parse(name);
	if (result->state == PB_CELL_NONE)
		return pb_fail(-EBADMSG,
			       "\"state\" is '%s'; valid are measured, refused, failed, missing",
			       name);
	if (result->state == PB_CELL_MEASURED && !result->nr_series && !result->nr_parts)
		return pb_fail(-EBADMSG, "cell %" PRIu32 " is measured, but has no series",
			       result->cell.index);
	ret = check_error(record, &result->error);
	if (!ret)
		ret = pb_record_text_dup(record, "symbol", false, &result->symbol);
	if (!ret)
		ret = pb_record_text_dup(record, "reason", result->state != PB_CELL_MEASURED,
					 &result->reason);
	if (!ret)
		ret = pb_record_text_dup(record, "detail", false, &result->detail);
	return ret;
}

int pb_record_check_observation(const json_t *record, struct pb_cell_result *result)
{
	const json_t *parts = json_object_get(record, "parts");
	json_t *value;
	const char *name;
	int ret = 0;

	if (!json_is_object(parts) || !json_object_size(parts) ||
	    json_object_size(parts) > PB_RECORD_MAX_PARTS)
		return pb_fail(-EBADMSG, "\"parts\" is not an object of 1 to %d parts",
			       PB_RECORD_MAX_PARTS);
	if (result->nr_parts)
		return pb_fail(-EBADMSG, "the cell has an observation already");
	if (!result->cell.event[0])
		return pb_fail(-EBADMSG, "an observation of a cell that has no event");
	json_object_foreach ((json_t *)parts, name, value) {
		_cleanup_free_ char *text = NULL;
		char word[PB_WORD_LEN];

		ret = pb_record_text_dup(parts, name, true, &text);
		if (!ret &&
		    (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-_") != strlen(name)))
			ret = pb_fail(-EBADMSG,
				      "a part is called '%s'; valid are letters, digits, . - _",
				      pb_record_printable(name, word, sizeof(word)));
		if (!ret)
			ret = pb_observed_add(result, name, text);
		if (ret)
			return ret == -EINVAL
				       ? pb_fail(-EBADMSG, "%s", strdupa(pb_fail_message(ret)))
				       : ret;
	}
	return 0;
}
