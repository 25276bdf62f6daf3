// SPDX-License-Identifier: GPL-2.0-only
/*
 * compare_doubts - exact cells that cannot tell, whatever their least samples are, in words.
 * Why: "cannot tell" is only of use with the cell and what was seen in it.
 */
#include <errno.h>

#include "common/str.h"
#include "report/judge/comparison.h"
#include "report/judge/intervals.h"

int pb_compare_doubts_add(const struct pb_comparison *c, size_t most, struct pb_document *document)
{
	pb_document_list(document, 0, "doubts", "Cannot tell:");
	for (size_t i = 0; i < c->nr_doubts && (!most || i < most); i++) {
		const struct pb_doubt *doubt = &c->doubts[i];
		_cleanup_free_ char *words =
			pb_intervals_phase_words(&doubt->base->cell, doubt->phase);

		if (!words)
			return -ENOMEM;
		pb_document_line(document, "%s: %s", words, doubt->why);
	}
	if (most && c->nr_doubts > most)
		pb_document_line(document, "... and %zu more (--all shows them)",
				 c->nr_doubts - most);
	return 0;
}

char *pb_compare_doubts_quote(const struct pb_comparison *c)
{
	const struct pb_doubt *doubt = &c->doubts[0];
	_cleanup_free_ char *words = pb_intervals_phase_words(&doubt->base->cell, doubt->phase);

	return words ? pb_format("cannot tell in %zu of %zu cells, the first being %s: %s",
				 c->nr_doubt,
				 c->nr_doubt + c->nr_open + c->nr_compared + c->nr_blind, words,
				 doubt->why)
		     : NULL;
}
