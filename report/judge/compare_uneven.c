// SPDX-License-Identifier: GPL-2.0-only
/*
 * compare_uneven - cells of which the sides took different numbers of samples, in words.
 * Why: what passes on five samples of fifty is to be known by whoever reads that it passed.
 */
#include "common/str.h"
#include "report/judge/comparison.h"

void pb_compare_uneven(struct pb_comparison *c, size_t nr_base, size_t nr_head)
{
	if (!c->nr_uneven++) {
		c->nr_uneven_base = nr_base;
		c->nr_uneven_head = nr_head;
	}
	c->uneven_varies |= c->nr_uneven_base != nr_base || c->nr_uneven_head != nr_head;
}

char *pb_compare_uneven_words(const struct pb_comparison *c)
{
	if (!c->nr_uneven)
		return pb_format("%s", "");
	if (c->uneven_varies)
		return pb_format("of %zu of them the sides took different numbers of samples (of "
				 "the first base %zu, head %zu)",
				 c->nr_uneven, c->nr_uneven_base, c->nr_uneven_head);
	if (c->nr_uneven < c->nr_compared)
		return pb_format("of %zu of them base took %zu samples and head %zu", c->nr_uneven,
				 c->nr_uneven_base, c->nr_uneven_head);
	return pb_format("base took %zu samples and head %zu", c->nr_uneven_base,
			 c->nr_uneven_head);
}
