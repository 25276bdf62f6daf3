/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * embed - text files that were compiled into the program (common/embed.py).
 * Why: the program carries its schema and templates, so that no installed file can go missing.
 */
#ifndef COMMON_EMBED_H
#define COMMON_EMBED_H

#include <stddef.h>

struct pb_embedded {
	const char *name; /* the file's name without its folder; NULL ends the table */
	const char *text;
};

extern const struct pb_embedded pb_embedded_schema[];    /* data/schema, in order */
extern const struct pb_embedded pb_embedded_pairs[];     /* data/pairs.tsv */
extern const struct pb_embedded pb_embedded_released[];  /* data/kernels/released.tsv */
extern const struct pb_embedded pb_embedded_events[];    /* data/events */
extern const struct pb_embedded pb_embedded_templates[]; /* report/draw/templates */

#endif
