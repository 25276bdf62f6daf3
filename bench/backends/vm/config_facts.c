// SPDX-License-Identifier: GPL-2.0-only
/*
 * config_facts - the configuration options that the cost of a pin depends on.
 * Why: two kernels whose digests differ say nothing; that one has CONFIG_CMA says where to look.
 */
#include "bench/backends/vm/config_facts.h"

#include <errno.h>

#include "bench/kernels/config.h"
#include "common/file.h"
#include "common/str.h"

static int option_tell(const char *option, const char *config, const struct pb_record_sink *sink,
		       void *data)
{
	_cleanup_free_ char *key = pb_format("kernel.config.%s", option);
	_cleanup_free_ char *value = pb_config_get(config, option);

	return key ? sink->fact(data, key, value ? value : "n") : -ENOMEM;
}

int pb_config_facts(const char *path, const struct pb_record_sink *sink, void *data)
{
	pb_cleanup(pb_table_done) struct pb_table options = { 0 };
	_cleanup_free_ char *config = NULL;
	int ret = pb_table_load("pin_path.tsv", "option", &options);

	if (!ret)
		ret = pb_file_read(path, &config, NULL);
	for (size_t i = 0; !ret && i < options.nr_rows && sink->fact; i++)
		ret = option_tell(pb_table_get(&options, i, "option"), config, sink, data);
	return ret;
}
