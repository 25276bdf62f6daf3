/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * traffic - what a cell's cache lines did, by object, field and function.
 * Why: that something contends is a number; what to change is a name.
 *
 * Simulated: of the interleaving whose transfers are the median, so that the parts add up to that
 * median exactly. Values are per call, acquire and release together.
 */
#ifndef COLLECT_MODEL_TRAFFIC_H
#define COLLECT_MODEL_TRAFFIC_H

#include <stddef.h>

#include "common/cleanup.h"

enum pb_traffic_value {
	PB_TRAFFIC_LOADS,
	PB_TRAFFIC_STORES,
	PB_TRAFFIC_COLD_LINES, /* by who touched each line of a call first */
	PB_TRAFFIC_D1_MISSES,
	PB_TRAFFIC_LLC_MISSES,
	PB_TRAFFIC_TRANSFERS,
	PB_TRAFFIC_UPGRADES,
	PB_TRAFFIC_INVALIDATIONS,
	PB_TRAFFIC_FALSE_SHARING,
	PB_TRAFFIC_NR_VALUES,
};

/* The words of records, and, with _ for -, the columns of the store. */
extern const char *const pb_traffic_values[PB_TRAFFIC_NR_VALUES];

struct pb_traffic {
	char *object;
	char *field;
	char *function;
	double values[PB_TRAFFIC_NR_VALUES];
};

struct pb_traffic_list {
	size_t nr;
	struct pb_traffic *rows;
	/* Rows by their words: open addressing, never more than half full. Number + 1; 0: empty. */
	size_t room;
	size_t *slots;
};

/* Words are copied. -EEXIST: there is one of this object, field and function; -ENOMEM. */
int pb_traffic_add(struct pb_traffic_list *list, const char *object, const char *field,
		   const char *function, const double *values) pb_must_check;

/* The row of these, or NULL; good until one is added. */
struct pb_traffic *pb_traffic_find(const struct pb_traffic_list *list, const char *object,
				   const char *field, const char *function);
void pb_traffic_done(struct pb_traffic_list *list);

#endif
