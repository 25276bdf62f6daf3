// SPDX-License-Identifier: GPL-2.0-only
/*
 * lines - what lines_plugin.c wrote: which CPU touched which cache line, and from which function.
 * Why: the plugin only notes; what of it is sharing is decided here.
 */
#include "tests/vm/lines.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

static const char *const phase_names[] = { "acquire", "release", "dearer", "between" };

static enum lines_phase phase_find(const char *name)
{
	for (int i = 0; i < LINES_NR_PHASES; i++)
		if (pb_streq(name, phase_names[i]))
			return (enum lines_phase)i;
	fail_msg("the plugin knows of a phase '%s'", name);
	return LINES_BETWEEN;
}

static void line_read(struct lines *lines, const char *text)
{
	struct lines_windows windows = { 0 };
	struct lines_line line = { 0 };
	char phase[16];

	if (sscanf(text,
		   "phase %u %u %15s %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
		   &windows.cell, &windows.cpu, phase, &windows.nr, &windows.nr_at_least,
		   &windows.nr_insns, &windows.nr_loads, &windows.nr_stores) == 8) {
		windows.phase = phase_find(phase);
		lines->windows = reallocarray(lines->windows, lines->nr_windows + 1,
					      sizeof(*lines->windows));
		assert_non_null(lines->windows);
		lines->windows[lines->nr_windows++] = windows;
		return;
	}
	if (sscanf(text, "line %u %u %15s %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNu64 " %" SCNu64,
		   &line.cell, &line.cpu, phase, &line.phys, &line.addr, &line.pc, &line.nr_loads,
		   &line.nr_stores) != 8)
		fail_msg("the plugin wrote '%s'", text);
	line.phase = phase_find(phase);
	lines->lines = reallocarray(lines->lines, lines->nr_lines + 1, sizeof(*lines->lines));
	assert_non_null(lines->lines);
	lines->lines[lines->nr_lines++] = line;
}

void lines_read(const char *path, const char *symbols_path, struct lines *ret_lines)
{
	_cleanup_free_ char *text = NULL, *symbols = NULL;
	char *rest, *line;

	*ret_lines = (struct lines){ 0 };
	if (pb_file_read(path, &text, NULL) || pb_file_read(symbols_path, &symbols, NULL) ||
	    pb_symbols_parse(symbols, &ret_lines->symbols))
		fail_msg("%s", pb_fail_message(-1));
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		line_read(ret_lines, line);
}

void lines_done(struct lines *lines)
{
	pb_symbols_free(lines->symbols);
	free(lines->lines);
	free(lines->windows);
	*lines = (struct lines){ 0 };
}

const struct lines_windows *lines_windows_of(const struct lines *lines, uint32_t cell, uint32_t cpu,
					     enum lines_phase phase)
{
	for (size_t i = 0; i < lines->nr_windows; i++) {
		const struct lines_windows *windows = &lines->windows[i];

		if (windows->cell == cell && windows->cpu == cpu && windows->phase == phase)
			return windows;
	}
	return NULL;
}

static bool is_known(const struct lines_clash *clashes, size_t nr, uint64_t phys)
{
	for (size_t i = 0; i < nr; i++)
		if (clashes[i].writer->phys == phys)
			return true;
	return false;
}

struct lines_clash *lines_clashes(const struct lines *lines, uint32_t cell, unsigned int written,
				  unsigned int touched, size_t *ret_nr)
{
	struct lines_clash *clashes = NULL;
	size_t nr = 0;

	for (size_t i = 0; i < lines->nr_lines; i++) {
		const struct lines_line *writer = &lines->lines[i];

		if (writer->cell != cell || !writer->nr_stores || !(written >> writer->phase & 1))
			continue;
		for (size_t j = 0; j < lines->nr_lines; j++) {
			const struct lines_line *other = &lines->lines[j];

			if (other->cell != cell || other->cpu == writer->cpu ||
			    other->phys != writer->phys || !(touched >> other->phase & 1) ||
			    is_known(clashes, nr, other->phys))
				continue;
			clashes = reallocarray(clashes, nr + 1, sizeof(*clashes));
			assert_non_null(clashes);
			clashes[nr++] = (struct lines_clash){ writer, other };
		}
	}
	*ret_nr = nr;
	return clashes;
}

/* Where the kernel has its struct pages, with page tables of four levels and of five; nokaslr. */
bool lines_is_page(const struct lines_line *line)
{
	return line->addr >> 40 == 0xffffea || line->addr >> 49 == 0xffd4000000000000 >> 49;
}

const char *lines_function(const struct lines *lines, const struct lines_line *line)
{
	const struct pb_symbol *symbol = pb_symbols_find(lines->symbols, line->pc);

	return symbol ? symbol->name : "no function that is known";
}

static void side_print(const struct lines *lines, const struct lines_line *line)
{
	print_message("; CPU %u, %s: %s", line->cpu, phase_names[line->phase],
		      lines_function(lines, line));
	if (line->nr_loads)
		print_message(", %" PRIu64 " loads", line->nr_loads);
	if (line->nr_stores)
		print_message(", %" PRIu64 " stores", line->nr_stores);
}

void lines_clash_print(const struct lines *lines, const struct lines_clash *clash)
{
	print_message("  %" PRIx64 "%s", clash->writer->addr,
		      lines_is_page(clash->writer) ? " (struct page)" : "");
	side_print(lines, clash->writer);
	side_print(lines, clash->other);
	print_message("\n");
}
