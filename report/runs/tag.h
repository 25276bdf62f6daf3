/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tag - names that people give to runs, and what they note of them.
 * Why: "before the patch" is remembered, a uuid is not. Both are facts of the run, so that they go
 * where it goes: into exports, merges and reports.
 */
#ifndef REPORT_RUNS_TAG_H
#define REPORT_RUNS_TAG_H

#include <stdint.h>

#include "collect/store/store.h"
#include "common/cleanup.h"

/* Facts of what people say of a run, which no two runs have to have in common. */
#define PB_FACT_SAID "said."
#define PB_FACT_TAG  PB_FACT_SAID "tag"
#define PB_FACT_NOTE PB_FACT_SAID "note"

/*
 * 0, or -EINVAL with a message: a tag is of letters, digits and "._-", begins with a letter, has at
 * most 31 characters, and is no other word that means a run (latest, the start of a uuid).
 */
int pb_tag_check(const char *tag) pb_must_check;

/* The newest run with this tag: 1, 0 where there is none, or -errno with a message. */
int pb_tag_find(struct pb_store *store, const char *tag, int64_t *ret_run_id,
		char ret_uuid[37]) pb_must_check;

/* Sets a fact, or with @value NULL takes it away. With a message. */
int pb_said_set(struct pb_store *store, int64_t run_id, const char *key,
		const char *value) pb_must_check;

#endif
