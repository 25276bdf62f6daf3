/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * select - the words of --counters turned into the counters of one machine.
 * Why: people ask for groups and names; which event that is, or why there is none, depends on the
 * CPU that measures.
 *
 * A word is, with ":u" behind it for the user's side (else the kernel's):
 *   cache            a group of data/events/
 *   llc-misses       a counter of it
 *   NAME=EVENT       an event of one's own, as libpfm4 spells it, which the results call NAME
 *   L1D:REPLACEMENT  the same, which names itself; told from a name by its capitals or its colon
 */
#ifndef COLLECT_COUNTERS_SELECT_H
#define COLLECT_COUNTERS_SELECT_H

#include <linux/perf_event.h>
#include <stddef.h>

#include "collect/cell.h"
#include "collect/counters/event.h"
#include "collect/counters/table.h"
#include "common/cleanup.h"

struct pb_counter {
	char name[PB_WORD_LEN]; /* of its series: "cycles", "cycles:u" */
	char unit[PB_WORD_LEN]; /* "count"; "ns" for clocks */
	char group[PB_WORD_LEN];
	enum pb_counter_side side;
	enum pb_counter_quality quality;
	char *event;   /* with its PMU: "skx::L1D:REPLACEMENT"; NULL where there is none */
	char *note;    /* what a proxy counts; may be NULL */
	char *refusal; /* why it does not count here; NULL: it does, as far as is known */
	struct perf_event_attr attr; /* if there is no refusal */
};

struct pb_counters {
	struct pb_counter *list; /* those of a group stand together */
	size_t nr;
};

/* 0, or -EINVAL: a word that nobody can mean. Needs no PMU: for the machine that only asks. */
int pb_counter_words_check(const struct pb_counter_table *table, char *const *words,
			   size_t nr) pb_must_check;

/*
 * The counters that the words mean on this machine, each once. One that cannot be had stands in the
 * list with its refusal. @has_pmu says which PMUs are there. -EINVAL as above.
 */
int pb_counters_select(const struct pb_counter_table *table, char *const *words, size_t nr,
		       bool (*has_pmu)(const char *pmu),
		       struct pb_counters *ret_counters) pb_must_check;
void pb_counters_done(struct pb_counters *counters);

/* The message that stands becomes the counter's refusal, which it must have none of yet. */
int pb_counter_refuse(struct pb_counter *counter, int code) pb_must_check;

#endif
