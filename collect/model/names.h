/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * names - what an access was to, and which function made it.
 * Why: a number of transfers says that something contends; object, field and function say what.
 *
 * Objects: the kernel's structures by their names (mm_struct, task_struct, vm_area_struct,
 * pglist_data, page, folio, ptdesc), stack, pages[], page-table, percpu, data, and where nobody said
 * what lies there the region: direct-map, vmemmap, vmalloc, module, other. Every access has one, so
 * that the parts add up to the whole.
 */
#ifndef COLLECT_MODEL_NAMES_H
#define COLLECT_MODEL_NAMES_H

#include <stdint.h>

#include "collect/model/fields.h"
#include "collect/model/recording.h"
#include "collect/tcg/symbols.h"
#include "common/cleanup.h"

struct pb_names;

/* @symbols and @fields may be NULL: functions, or fields, are "-" then. Both must outlive it. */
int pb_names_new(const struct pb_symbols *symbols, const struct pb_fields *fields,
		 struct pb_names **ret_names) pb_must_check;
void pb_names_free(struct pb_names *names);

/* Of one recording: what was known of another one's objects is forgotten. */
struct pb_sites pb_names_sites(struct pb_names *names);

struct pb_site_name {
	const char *object, *field, *function;
};

uint32_t pb_names_nr(const struct pb_names *names);
struct pb_site_name pb_names_get(const struct pb_names *names, uint32_t site);

PB_DEFINE_CLEANUP(pb_names_freep, struct pb_names *, pb_names_free);

#endif
