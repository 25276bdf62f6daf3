/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * symbols - a guest kernel's functions by address, modules' included.
 * Why: the emulator knows addresses; people know names.
 */
#ifndef COLLECT_TCG_SYMBOLS_H
#define COLLECT_TCG_SYMBOLS_H

#include <stdint.h>

#include "common/cleanup.h"

struct pb_symbol {
	uint64_t addr;
	const char *name; /* "try_grab_folio", "pin_fast_measure [pinbench_pin_fast]" */
};

struct pb_symbols;

/*
 * Takes lines of /proc/kallsyms ("ffffffff81000000 T name\t[module]") up to an empty one, each
 * address being the distance from the one before, as the agent sends them. Of several names of one
 * address the one is kept that a person would use: global rather than local or weak, without
 * leading underscores, short. -EBADMSG: a line is none, or there is no empty line at the end.
 */
int pb_symbols_parse(const char *text, struct pb_symbols **ret_symbols) pb_must_check;
void pb_symbols_free(struct pb_symbols *symbols);

/*
 * The function that this instruction lies in: the last one that begins at or before it. NULL before
 * the first, and where the distance is larger than any function is.
 */
const struct pb_symbol *pb_symbols_find(const struct pb_symbols *symbols,
					uint64_t addr) pb_must_check;

/* Where the symbol of this name lies; 0 where there is none, or it lies there. */
uint64_t pb_symbols_addr(const struct pb_symbols *symbols, const char *name);

PB_DEFINE_CLEANUP(pb_symbols_freep, struct pb_symbols *, pb_symbols_free);

#endif
