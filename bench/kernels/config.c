// SPDX-License-Identifier: GPL-2.0-only
/*
 * config - a kernel's configuration, held against what pinbench needs of it.
 * Why: a missing option shows up as a guest that says nothing, unless it is named beforehand.
 */
#include "bench/kernels/config.h"

#include <errno.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

char *pb_config_get(const char *config, const char *option)
{
	size_t len = strlen(option);

	for (const char *line = config; line; line = strchr(line, '\n')) {
		const char *value;

		line += *line == '\n';
		if (strncmp(line, "CONFIG_", 7) != 0 || strncmp(line + 7, option, len) != 0)
			continue;
		value = line + 7 + len;
		if (*value == '=')
			return strndup(value + 1, strcspn(value + 1, "\n"));
	}
	return NULL;
}

/* A module would do for some, but nothing loads it in the guest: built in is what counts. */
static bool option_built_in(const char *config, const char *option)
{
	_cleanup_free_ char *value = pb_config_get(config, option);

	return value && pb_streq(value, "y");
}

/* Rows of other architectures are not asked of this one. */
static bool row_applies(const struct pb_table *options, size_t row, const char *config)
{
	const char *on = pb_table_get(options, row, "on");

	return !on || pb_streq(on, "-") || option_built_in(config, on);
}

/* A slip in `must` would let a kernel through that cannot be measured. */
static int need_check(const struct pb_table *options, size_t row)
{
	const char *need = pb_table_get(options, row, "need");

	if (pb_streq(need, "must") || pb_streq(need, "want"))
		return 0;
	return pb_fail(-EINVAL, "options.tsv: option '%s' has need '%s'; valid: must, want",
		       pb_table_get(options, row, "option"), need);
}

static int row_check(const struct pb_table *options, size_t row, const char *config,
		     struct pb_buf *must, struct pb_buf *want)
{
	const char *option = pb_table_get(options, row, "option");
	const char *why = pb_table_get(options, row, "why");
	int ret = need_check(options, row);

	if (ret || !row_applies(options, row, config) || option_built_in(config, option))
		return ret;
	if (pb_streq(pb_table_get(options, row, "need"), "must"))
		return pb_buf_printf(must, "\n  CONFIG_%s=y: %s", option, why);
	return pb_buf_printf(want, "%s: %s\n", option, why);
}

int pb_config_check(const struct pb_table *options, const char *config, const char *what,
		    char **ret_wants)
{
	pb_cleanup(pb_buf_done) struct pb_buf must = { 0 }, want = { 0 };
	int ret = pb_table_check(options, "options.tsv", PB_CONFIG_COLUMNS);

	if (!ret)
		ret = pb_buf_add(&want, "", 0);
	for (size_t i = 0; !ret && i < options->nr_rows; i++)
		ret = row_check(options, i, config, &must, &want);
	if (ret)
		return ret;
	if (must.len_bytes)
		return pb_fail(-EOPNOTSUPP, "%s cannot be measured; its configuration needs%s",
			       what, must.data);
	*ret_wants = pb_steal(want.data);
	return 0;
}
