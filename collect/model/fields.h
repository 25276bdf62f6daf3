/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fields - which member of a kernel's structure lies at an offset, from that kernel's own BTF.
 * Why: layouts change from release to release, and a table of ours would be wrong on a user's tree.
 */
#ifndef COLLECT_MODEL_FIELDS_H
#define COLLECT_MODEL_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"

enum { PB_FIELD_LEN = 64 };

struct pb_fields;

/* @btf: what /sys/kernel/btf/vmlinux holds. -EBADMSG: it does not. */
int pb_fields_new(const void *btf, size_t len_bytes, struct pb_fields **ret_fields) pb_must_check;
void pb_fields_free(struct pb_fields *fields);

/* 0: this kernel has no such structure. */
uint32_t pb_fields_size(const struct pb_fields *fields, const char *type);

/*
 * "mmap_lock", "rss_stat.count", "_refcount". Of what a union says in several ways the first of
 * @prefer (NULL-terminated; may be NULL) counts, else the first. "-": padding, or nothing known.
 * Returns @buf, which has room for PB_FIELD_LEN.
 */
const char *pb_fields_name(const struct pb_fields *fields, const char *type, uint32_t offset,
			   const char *const *prefer, char *buf);

PB_DEFINE_CLEANUP(pb_fields_freep, struct pb_fields *, pb_fields_free);

#endif
