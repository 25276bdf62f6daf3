/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * group - counters of the calling thread that are open together, and what they counted between two
 * readings.
 * Why: a counter that did not run must never be taken for one that counted nothing.
 *
 * One group is scheduled on the PMU as a whole or not at all, so that its counters speak of the
 * same instructions. What does not fit into one group goes into a further pass. Multiplexing is
 * asked for: then the kernel lets counters take turns, and each value is scaled by the time that it
 * ran.
 */
#ifndef COLLECT_COUNTERS_GROUP_H
#define COLLECT_COUNTERS_GROUP_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/counters/select.h"
#include "common/cleanup.h"

/* As the kernel gives it, since the counter was opened. */
struct pb_counter_reading {
	uint64_t value;
	uint64_t enabled_ns;
	uint64_t running_ns;
};

/* What opens and reads counters: pb_counter_perf, or the tests' fake. Errors are bare -errno. */
struct pb_counter_ops {
	/*
	 * Opens the events for the calling thread, not counting yet: one group, or each by itself.
	 * *ret_failed says which one failed.
	 */
	int (*open)(const struct perf_event_attr *attrs, size_t nr, bool grouped, void **ret_handle,
		    size_t *ret_failed);
	/* Optional. -EOPNOTSUPP: it can be opened, but the PMU says that it does not count it. */
	int (*listed)(const struct perf_event_attr *attr);
	/* Start and stop all of them: those of a group at the same instruction. */
	int (*enable)(void *handle);
	int (*disable)(void *handle);
	int (*read)(void *handle, size_t index, struct pb_counter_reading *ret_reading);
	void (*close)(void *handle);
};

extern const struct pb_counter_ops pb_counter_perf; /* libperf */

/* Counters that are measured together: indices into a pb_counters' list. */
struct pb_counter_pass {
	size_t *indices;
	size_t nr;
};

struct pb_counter_passes {
	struct pb_counter_pass *list;
	size_t nr;
	bool multiplex;
};

/*
 * Opens each counter by itself, so that one which the kernel refuses is known by name; its reason
 * becomes its refusal. Then puts the others into as few passes as the PMU allows, a group of the
 * table in passes of its own; with @multiplex one pass holds all.
 */
int pb_counter_passes_plan(const struct pb_counter_ops *ops, struct pb_counters *counters,
			   bool multiplex, struct pb_counter_passes *ret_passes) pb_must_check;
void pb_counter_passes_done(struct pb_counter_passes *passes);

/* One pass, open; its counters stand still but between _begin() and _end(). */
struct pb_counter_group;

int pb_counter_group_open(const struct pb_counter_ops *ops, const struct pb_counters *counters,
			  const struct pb_counter_pass *pass, bool multiplex,
			  struct pb_counter_group **ret_group) pb_must_check;
void pb_counter_group_free(struct pb_counter_group *group);

/*
 * A window: all counters are read and started; stopped and read. So no reading of one is counted by
 * another, and nothing can come between them.
 */
int pb_counter_group_begin(struct pb_counter_group *group) pb_must_check;
int pb_counter_group_end(struct pb_counter_group *group) pb_must_check;

enum pb_counter_lack {
	PB_COUNTER_RAN = 0,
	PB_COUNTER_NEVER,  /* it was not on the PMU at all */
	PB_COUNTER_PARTLY, /* it was for a part of the time, and multiplexing was not asked for */
};

struct pb_counter_value {
	double value; /* NaN: see .lack */
	enum pb_counter_lack lack;
	uint64_t raw; /* as counted, unscaled, with the times that it was enabled and ran */
	uint64_t enabled_ns;
	uint64_t running_ns;
};

/* What pass->indices[@index] counted between the last _begin() and _end(). */
struct pb_counter_value pb_counter_group_value(const struct pb_counter_group *group, size_t index);

/* The same of two readings. */
struct pb_counter_value pb_counter_difference(const struct pb_counter_reading *begin,
					      const struct pb_counter_reading *end, bool multiplex);

/*
 * Sets the message for an event that perf_event_open() refused with -@code, and what would help;
 * returns @code. @paranoid is the sysctl's value.
 */
int pb_counter_refusal(const char *event, int code, int paranoid);

/*
 * Is arm64's event @config among those that a PMU in @devices lists
 * (/sys/bus/event_source/devices)? 0 also where nobody can tell; -EOPNOTSUPP if it is not; -ENOMEM.
 */
int pb_counter_listed(const char *devices, uint64_t config) pb_must_check;

/* kernel.perf_event_paranoid; 4, which allows nothing, where it cannot be read. */
int pb_counter_paranoid(void);

PB_DEFINE_CLEANUP(pb_counter_group_freep, struct pb_counter_group *, pb_counter_group_free);

#endif
