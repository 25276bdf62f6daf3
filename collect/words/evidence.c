// SPDX-License-Identifier: GPL-2.0-only
/*
 * evidence - the classes of evidence: what a run's numbers are, and what may be done with them.
 * Why: classes are never mixed, and who asks what holds of one reads it in its row.
 */
#include "collect/words/evidence.h"

#define PB_METRICS(...)     \
	{                   \
		__VA_ARGS__ \
	}

static const struct pb_evidence_row unknown = {
	0, PB_METRICS("instructions"), NULL, "an evidence class that this version does not know"
};

static const struct pb_evidence_row rows[] = {
#define PB_EVIDENCE(id, name, flags, metrics, compared, words) \
	[PB_EVIDENCE_##id] = { flags, metrics, compared, words },
#include "collect/words/evidence.def"
#undef PB_EVIDENCE
};

const struct pb_evidence_row *pb_evidence_row(enum pb_evidence evidence)
{
	return evidence > PB_EVIDENCE_NONE && evidence < PB_NR_EVIDENCES ? &rows[evidence]
									 : &unknown;
}
