// SPDX-License-Identifier: GPL-2.0-only
/*
 * cell_words - the words of a cell's axes as numbers, and what holds of each.
 * Why: who asks how pages are held asks a row, and no layer compares texts.
 */
#include "collect/words/cell_words.h"

unsigned int pb_sharing_flags(enum pb_cell_sharing sharing)
{
	static const unsigned int all[] = {
#define PB_SHARING(id, name, flags, summary) [PB_SHARING_##id] = (flags),
#include "collect/words/cell_words.def"
	};

	return sharing < PB_NR_SHARINGS ? all[sharing] : 0;
}

unsigned int pb_releasing_flags(enum pb_cell_release release)
{
	static const unsigned int all[] = {
#define PB_RELEASING(id, name, flags, summary) [PB_RELEASING_##id] = (flags),
#include "collect/words/cell_words.def"
	};

	return release < PB_NR_RELEASINGS ? all[release] : 0;
}

int pb_memory_take(const char *text, enum pb_cell_memory *ret_memory)
{
	unsigned int word;
	int ret = pb_word_take(PB_WORDS_MEMORY, text, &word);

	if (!ret)
		*ret_memory = (enum pb_cell_memory)word;
	return ret;
}
