/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * evidence - the classes of evidence: what a run's numbers are, and what may be done with them.
 * Why: classes are never mixed, and who asks what holds of one reads it in its row.
 */
#ifndef COLLECT_WORDS_EVIDENCE_H
#define COLLECT_WORDS_EVIDENCE_H

#include "collect/words/words.h"

enum pb_evidence {
	PB_EVIDENCE_NONE,
#define PB_EVIDENCE(id, name, ...) PB_EVIDENCE_##id,
#include "collect/words/evidence.def"
#undef PB_EVIDENCE
	PB_NR_EVIDENCES,
	PB_EVIDENCE_FOREIGN = PB_WORD_FOREIGN,
};

enum {
	PB_EVIDENCE_REPEATS = 1,   /* counts without chance: every difference is real */
	PB_EVIDENCE_NOISY = 2,     /* the median stands for samples, and not the least */
	PB_EVIDENCE_UNLIKE = 4,    /* strategies are not measured alike: nothing may be taken off */
	PB_EVIDENCE_BY_WORKER = 8, /* each of several threads has samples of its own */
	PB_EVIDENCE_DRAWN =
		16, /* samples are drawn from the calls that were asked for, so many a run */
};

struct pb_evidence_row {
	unsigned int flags;
	const char *metrics[4]; /* up to the first NULL */
	const char *compared;   /* or NULL */
	const char *words;
};

/* The row of a class; one that says so for a class that this version does not know. */
const struct pb_evidence_row *pb_evidence_row(enum pb_evidence evidence);

/* Does it count without chance, so that every difference is real? */
static inline bool pb_evidence_is_exact(enum pb_evidence evidence)
{
	return pb_evidence_row(evidence)->flags & PB_EVIDENCE_REPEATS;
}

static inline const char *pb_evidence_name(enum pb_evidence evidence)
{
	return pb_word_text(PB_WORDS_EVIDENCE, evidence);
}

/* 0, or -ENOMEM; what is not known is foreign. */
static inline int pb_evidence_take(const char *name, enum pb_evidence *ret_evidence)
{
	unsigned int word;
	int ret = pb_word_take(PB_WORDS_EVIDENCE, name, &word);

	if (!ret)
		*ret_evidence = (enum pb_evidence)word;
	return ret;
}

#endif
