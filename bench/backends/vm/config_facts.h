/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * config_facts - the configuration options that the cost of a pin depends on.
 * Why: two kernels whose digests differ say nothing; that one has CONFIG_CMA says where to look.
 */
#ifndef BENCH_BACKENDS_VM_CONFIG_FACTS_H
#define BENCH_BACKENDS_VM_CONFIG_FACTS_H

#include "collect/record.h"
#include "common/cleanup.h"

/*
 * Tells one fact for each row of data/kernels/pin_path.tsv, kernel.config.OPTION: the value that
 * the configuration file @path gives it, "n" where it is not set. Returns 0, -errno, or what the
 * sink did.
 */
int pb_config_facts(const char *path, const struct pb_record_sink *sink, void *data) pb_must_check;

#endif
