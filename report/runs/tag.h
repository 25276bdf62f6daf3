/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tag - names that people give to runs, and what they note of them.
 * Why: "before the patch" is remembered, a uuid is not. Both are facts of the run, so that they go
 * where it goes: into exports, merges and reports.
 */
#ifndef REPORT_RUNS_TAG_H
#define REPORT_RUNS_TAG_H

#include <stdbool.h>
#include <stdint.h>

#include "collect/store/store.h"
#include "common/cleanup.h"

/* Facts of what people say of a run, which no two runs have to have in common. */
#define PB_FACT_SAID "said."
#define PB_FACT_TAG  PB_FACT_SAID "tag"
#define PB_FACT_NOTE PB_FACT_SAID "note"

/*
 * A tag is of letters, digits and "._-", begins with a letter, has at most 31 characters, and is not
 * of hexadecimal digits alone: no kernel of an archive, no path, no release and no start of a uuid
 * is one, whatever a database holds.
 */
bool pb_tag_is(const char *word);

/* Sets a fact, or with @value NULL takes it away. With a message. */
int pb_said_set(struct pb_store *store, int64_t run_id, const char *key,
		const char *value) pb_must_check;

#endif
