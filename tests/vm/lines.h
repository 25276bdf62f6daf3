/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lines - what lines_plugin.c wrote: which CPU touched which cache line, and from which function.
 * Why: a line that one worker writes and another one touches is what private folios must not have.
 */
#ifndef TESTS_VM_LINES_H
#define TESTS_VM_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/tcg/symbols.h"

/* As the plugin has them: windows with the least instructions, all others, and between windows. */
enum lines_phase {
	LINES_ACQUIRE,
	LINES_RELEASE,
	LINES_DEARER,
	LINES_BETWEEN,
	LINES_NR_PHASES,
};

/* Sets of phases, a bit each. */
enum {
	LINES_CHEAPEST = 1 << LINES_ACQUIRE | 1 << LINES_RELEASE,
	LINES_OUTSIDE = 1 << LINES_BETWEEN,
};

struct lines_line {
	uint32_t cell, cpu;
	enum lines_phase phase;
	uint64_t phys, addr, pc;
	uint64_t nr_loads, nr_stores;
};

/* The cheapest windows of one CPU in one cell. */
struct lines_windows {
	uint32_t cell, cpu;
	enum lines_phase phase;
	uint64_t nr, nr_at_least;
	uint64_t nr_insns, nr_loads, nr_stores;
};

struct lines {
	struct pb_symbols *symbols;
	struct lines_line *lines;
	size_t nr_lines;
	struct lines_windows *windows;
	size_t nr_windows;
};

/* A line that one CPU has written and another one has touched. */
struct lines_clash {
	const struct lines_line *writer, *other;
};

/* Reads what the plugin and the guest have left in these files; fails the test if it cannot. */
void lines_read(const char *path, const char *symbols_path, struct lines *ret_lines);
void lines_done(struct lines *lines);

/* NULL: this CPU has made no run in this cell. */
const struct lines_windows *lines_windows_of(const struct lines *lines, uint32_t cell, uint32_t cpu,
					     enum lines_phase phase);

/*
 * Lines that one CPU wrote in @written and another one read or wrote in @touched, which are sets of
 * phases; each line once. Between windows only stores were noted. Newly allocated.
 */
struct lines_clash *lines_clashes(const struct lines *lines, uint32_t cell, unsigned int written,
				  unsigned int touched, size_t *ret_nr);

/* Is this line a struct page? */
bool lines_is_page(const struct lines_line *line);

/* The function that wrote it first or, where none did, read it first. */
const char *lines_function(const struct lines *lines, const struct lines_line *line);

void lines_clash_print(const struct lines *lines, const struct lines_clash *clash);

#endif
