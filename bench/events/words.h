/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * words - the events as words, with who acts, for the host: it runs none of them.
 * Why: the command line, tables and a guest's equipment need the rows and not the code.
 */
#ifndef BENCH_EVENTS_WORDS_H
#define BENCH_EVENTS_WORDS_H

/* PB_NEEDS_* of a cell with this event; the same for all, so that a selection is no other machine.
 */
unsigned int pb_event_needs(const char *event);

#endif
