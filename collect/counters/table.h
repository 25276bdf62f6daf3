/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * table - data/events/: what each counter is called on each CPU, how good it is, why it is absent.
 * Why: "lines taken from another core" is one question with another event on every CPU.
 */
#ifndef COLLECT_COUNTERS_TABLE_H
#define COLLECT_COUNTERS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/cleanup.h"

/* The table of what every kernel counts without a PMU; it is there on every machine. */
#define PB_PMU_SOFTWARE "software"

enum pb_counter_quality {
	PB_COUNTER_EXACT,  /* counts what its name says */
	PB_COUNTER_PROXY,  /* counts something near to it; the note says what */
	PB_COUNTER_ABSENT, /* this CPU has no event for it; the note says why */
	PB_COUNTER_OWN,    /* an event of the user's choice */
};

struct pb_counter_row {
	char *pmu; /* as libpfm calls it: "skx"; or PB_PMU_SOFTWARE */
	char *group;
	char *name;
	char *event; /* "-" where absent */
	enum pb_counter_quality quality;
	char *note;
};

struct pb_counter_table {
	struct pb_counter_row *rows; /* the rows of a PMU stand together, those of a group, too */
	size_t nr;
};

/* "exact", "proxy", "absent", "own" and what each means for a reader. */
const char *pb_counter_quality_name(enum pb_counter_quality quality);

/* Reads the rows that this program was built with. -EBADMSG names the file and the line. */
int pb_counter_table_load(struct pb_counter_table *ret_table) pb_must_check;

/* Adds the rows of one file: @pmu's, from @text. */
int pb_counter_table_add(struct pb_counter_table *table, const char *pmu,
			 const char *text) pb_must_check;
void pb_counter_table_done(struct pb_counter_table *table);

/* The row, or NULL. @pmu or @name may be NULL: any. */
const struct pb_counter_row *pb_counter_table_find(const struct pb_counter_table *table,
						   const char *pmu, const char *name);

bool pb_counter_table_has_group(const struct pb_counter_table *table, const char *group);

#endif
