// SPDX-License-Identifier: GPL-2.0-only
/*
 * observed - the parts of what was seen of a held page, as names and words.
 * Why: host and agent put them together alike.
 */
#include "collect/observed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

int pb_observed_add(struct pb_cell_result *result, const char *name, const char *value)
{
	struct pb_part part = { 0 }, *parts;
	int len = snprintf(part.name, sizeof(part.name), "%s", name);

	if (len <= 0 || len >= (int)sizeof(part.name))
		return pb_fail(-EINVAL, "part '%s': a name has 1 to %zu characters", name,
			       sizeof(part.name) - 1);
	if (pb_observed_part(result, name))
		return pb_fail(-EINVAL, "part '%s' came twice in one cell", name);
	parts = reallocarray(result->parts, result->nr_parts + 1, sizeof(*parts));
	if (!parts)
		return pb_fail(-ENOMEM, "out of memory");
	result->parts = parts;
	part.value = strdup(value);
	if (!part.value)
		return pb_fail(-ENOMEM, "out of memory");
	result->parts[result->nr_parts++] = part;
	return 0;
}

const char *pb_observed_part(const struct pb_cell_result *result, const char *name)
{
	for (size_t i = 0; i < result->nr_parts; i++)
		if (pb_streq(result->parts[i].name, name))
			return result->parts[i].value;
	return NULL;
}
