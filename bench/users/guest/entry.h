/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * entry - by which functions of the kernel a call came to its pages, and with which FOLL_ flags.
 * Why: what a user does is not what its documentation says, nor what it did a release ago; a kprobe
 * sees it.
 */
#ifndef BENCH_USERS_GUEST_ENTRY_H
#define BENCH_USERS_GUEST_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"

enum pb_entry_kind {
	PB_ENTRY_PIN,
	PB_ENTRY_GET,
	PB_ENTRY_FAULT,
	PB_ENTRY_WALK,
	PB_ENTRY_RELEASE,
	PB_NR_ENTRY_KINDS,
};

enum { PB_ENTRIES_MAX = 8, PB_ENTRY_TEXT_LEN = 256 };

/* Calls of one function with the same flags. */
struct pb_entry_seen {
	size_t row;     /* of entry.def */
	uint64_t flags; /* FOLL_, as the kernel numbers them */
	uint64_t nr_calls;
	uint64_t nr_pages; /* that were asked for, in all of them; 0: no register says it */
};

struct pb_entries {
	size_t nr;
	struct pb_entry_seen seen[PB_ENTRIES_MAX];
	bool more; /* there were more kinds of calls than that */
};

/*
 * Mounts tracefs and sets a kprobe on each function of entry.def that this kernel has; none fires
 * yet. -EOPNOTSUPP where the kernel has no kprobes.
 */
int pb_entries_open(void) pb_must_check;

/* From here to pb_entries_take() calls are seen. */
int pb_entries_begin(void) pb_must_check;
int pb_entries_take(struct pb_entries *ret_entries) pb_must_check;

/* Calls of this kind. */
uint64_t pb_entries_count(const struct pb_entries *entries, enum pb_entry_kind kind);

/*
 * "pin_user_pages_fast", "FOLL_WRITE|FOLL_LONGTERM", "1", "64": of the calls that hold pages, or,
 * where there is none, of the next kind that was seen (FAULT, WALK, RELEASE); several, " + " between
 * them. Empty where nothing was seen.
 */
struct pb_entry_text {
	char functions[PB_ENTRY_TEXT_LEN];
	char flags[PB_ENTRY_TEXT_LEN];
	uint64_t nr_calls;
	uint64_t nr_pages;
};
void pb_entries_describe(const struct pb_entries *entries, struct pb_entry_text *ret_text);

/* "FOLL_WRITE|FOLL_LONGTERM", "0"; bits that have no name are written as a number. */
void pb_foll_names(uint64_t flags, bool old_numbers, char *text, size_t size);

/* Are the flags numbered as before 6.3? @release as uname -r says it. */
bool pb_foll_is_old(const char *release);

/* Takes lines of a trace apart; the same kernel's. For tests, too. */
void pb_entries_parse(const char *trace, struct pb_entries *ret_entries);

#endif
