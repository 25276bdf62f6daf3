// SPDX-License-Identifier: GPL-2.0-only
/*
 * symbols - a guest kernel's functions by address, modules' included.
 * Why: the emulator knows addresses; people know names.
 */
#include "collect/tcg/symbols.h"

#include <errno.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

/* No function is this long. What lies farther behind the last symbol is generated code. */
#define MAX_FUNCTION_BYTES (UINT64_C(1) << 20)

struct entry {
	struct pb_symbol symbol;
	char type;
};

struct pb_symbols {
	char *text;              /* names point into it */
	size_t nr, nr_all, room; /* behind the first nr: further names of the same addresses */
	struct entry *entries;
};

void pb_symbols_free(struct pb_symbols *symbols)
{
	if (!symbols)
		return;
	free(symbols->entries);
	free(symbols->text);
	free(symbols);
}

static int entry_add(struct pb_symbols *symbols, const struct entry *entry)
{
	if (symbols->nr == symbols->room) {
		size_t room = symbols->room ? 2 * symbols->room : 1 << 15;
		struct entry *entries = reallocarray(symbols->entries, room, sizeof(*entries));

		if (!entries)
			return pb_fail(-ENOMEM, "out of memory");
		symbols->entries = entries;
		symbols->room = room;
	}
	symbols->entries[symbols->nr++] = *entry;
	return 0;
}

static int line_take(struct pb_symbols *symbols, char *line, uint64_t *addr)
{
	char *end, *name, *tab;
	uint64_t distance = strtoull(line, &end, 16);
	struct entry entry = { .symbol.addr = *addr + distance };

	if (end == line || end[0] != ' ' || !end[1] || end[2] != ' ' || !end[3])
		return pb_fail(-EBADMSG, "the guest's symbols: '%.60s' is no line of kallsyms",
			       line);
	*addr = entry.symbol.addr;
	entry.type = end[1];
	name = end + 3;
	tab = strchr(name, '\t');
	if (tab)
		*tab = ' ';
	entry.symbol.name = name;
	return entry_add(symbols, &entry);
}

/* Less is the better name. */
static int type_rank(char type)
{
	return type == 'T' ? 0 : type == 't' ? 1 : 2;
}

static int entry_compare(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;
	size_t left_len = strlen(left->symbol.name), right_len = strlen(right->symbol.name);

	if (left->symbol.addr != right->symbol.addr)
		return left->symbol.addr < right->symbol.addr ? -1 : 1;
	if (type_rank(left->type) != type_rank(right->type))
		return type_rank(left->type) - type_rank(right->type);
	if ((left->symbol.name[0] == '_') != (right->symbol.name[0] == '_'))
		return left->symbol.name[0] == '_' ? 1 : -1;
	if (left_len != right_len)
		return left_len < right_len ? -1 : 1;
	return strcmp(left->symbol.name, right->symbol.name);
}

static int lines_take(struct pb_symbols *symbols)
{
	char *line = symbols->text;
	uint64_t addr = 0;

	while (*line != '\n') {
		char *end = strchr(line, '\n');
		int ret;

		if (!end)
			return pb_fail(-EBADMSG, "the guest's symbols are cut off");
		*end = '\0';
		ret = line_take(symbols, line, &addr);
		if (ret)
			return ret;
		line = end + 1;
	}
	return 0;
}

/* To the end: found by their names, and by no address. */
static int aliases_move(struct pb_symbols *symbols)
{
	_cleanup_free_ struct entry *aliases = calloc(symbols->nr, sizeof(*aliases));
	size_t kept = 0, nr_aliases = 0;

	if (!aliases)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < symbols->nr; i++)
		if (i && symbols->entries[i].symbol.addr == symbols->entries[kept - 1].symbol.addr)
			aliases[nr_aliases++] = symbols->entries[i];
		else
			symbols->entries[kept++] = symbols->entries[i];
	memcpy(symbols->entries + kept, aliases, nr_aliases * sizeof(*aliases));
	symbols->nr_all = symbols->nr;
	symbols->nr = kept;
	return 0;
}

int pb_symbols_parse(const char *text, struct pb_symbols **ret_symbols)
{
	pb_cleanup(pb_symbols_freep) struct pb_symbols *symbols = calloc(1, sizeof(*symbols));
	int ret;

	if (symbols)
		symbols->text = strdup(text);
	if (!symbols || !symbols->text)
		return pb_fail(-ENOMEM, "out of memory");
	ret = lines_take(symbols);
	if (ret)
		return ret;
	if (!symbols->nr)
		return pb_fail(-EBADMSG, "the guest sent no symbols");
	qsort(symbols->entries, symbols->nr, sizeof(*symbols->entries), entry_compare);
	ret = aliases_move(symbols);
	if (!ret)
		*ret_symbols = pb_steal(symbols);
	return ret;
}

const struct pb_symbol *pb_symbols_find(const struct pb_symbols *symbols, uint64_t addr)
{
	size_t low = 0, high = symbols->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symbols->entries[middle].symbol.addr <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || addr - symbols->entries[low - 1].symbol.addr > MAX_FUNCTION_BYTES)
		return NULL;
	return &symbols->entries[low - 1].symbol;
}

uint64_t pb_symbols_addr(const struct pb_symbols *symbols, const char *name)
{
	for (size_t i = 0; i < symbols->nr_all; i++)
		if (pb_streq(symbols->entries[i].symbol.name, name))
			return symbols->entries[i].symbol.addr;
	return 0;
}
