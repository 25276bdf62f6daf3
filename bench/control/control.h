/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * control - what a user asks of the machine itself, and what it should be warned of.
 * Why: a number from a busy laptop with a debug kernel is a number, and must be known as such.
 */
#ifndef BENCH_CONTROL_CONTROL_H
#define BENCH_CONTROL_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/cell.h"
#include "common/cleanup.h"
#include "common/str.h"

struct pb_control {
	const char *place; /* a word of pb_topology_places(); NULL: the last CPUs */
	const char *irqs;  /* "on", "off": interrupts in the windows; NULL: on */
	bool quiesce;
	bool keep;
};

/*
 * The CPUs for the workers of these cells and one more for a load, in the order in which they are
 * taken, as numbers of this process. Newly allocated. -EOPNOTSUPP: no such place here.
 */
int pb_control_cpus(const char *root, const struct pb_control *control, const struct pb_cell *cells,
		    size_t nr_cells, uint32_t **ret_cpus, size_t *ret_nr) pb_must_check;

/* 0 or -EINVAL: a word of @control that there is none of. */
int pb_control_check(const struct pb_control *control) pb_must_check;

bool pb_control_irqs_off(const struct pb_control *control);

/*
 * Tells machine.topology, machine.place, machine.place_cpus, machine.quiesced, machine.irqs,
 * machine.irqbalance.
 */
int pb_control_facts(const char *root, const struct pb_control *control, const uint32_t *cpus,
		     size_t nr_cpus, int (*fact)(void *data, const char *key, const char *value),
		     void *data) pb_must_check;

/*
 * Warnings, a line each: debugging options of the kernel (@config is its configuration, or NULL), a
 * busy machine, a battery. Nothing is added where all is well.
 */
int pb_control_warn(const char *root, const char *config, struct pb_buf *warnings) pb_must_check;

/* The same, said to the user. */
int pb_control_warnings_say(const char *root, const char *config) pb_must_check;

#endif
