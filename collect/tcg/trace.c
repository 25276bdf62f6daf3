// SPDX-License-Identifier: GPL-2.0-only
/*
 * trace - what the plugin writes, read while it is being written.
 * Why: addresses become functions here, so that the plugin needs to know of neither.
 */
#include "collect/tcg/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "collect/tcg/tally.h"
#include "common/err.h"
#include "common/str.h"

enum { FORMAT = 1, MAX_BLOCKS = 1 << 22 };

struct block {
	size_t nr_insns; /* 0: unknown */
	uint64_t *addrs;
};

struct pb_trace {
	const struct pb_symbols *symbols;
	struct pb_buf partial;
	uint64_t line;
	size_t nr_blocks;
	struct block *blocks;
	bool in_window; /* lines that follow are of the last window */
	struct pb_tally tally;
	struct pb_trace_run run; /* that is being read */
	size_t nr_runs;
	struct pb_trace_run *runs; /* that have ended, the oldest first */
};

int pb_trace_new(const struct pb_symbols *symbols, struct pb_trace **ret_trace)
{
	struct pb_trace *trace = calloc(1, sizeof(*trace));

	if (!trace)
		return pb_fail(-ENOMEM, "out of memory");
	trace->symbols = symbols;
	*ret_trace = trace;
	return 0;
}

void pb_trace_run_done(struct pb_trace_run *run)
{
	for (size_t i = 0; i < run->nr_windows; i++)
		pb_profile_done(&run->windows[i].profile);
	*run = (struct pb_trace_run){ 0 };
}

void pb_trace_free(struct pb_trace *trace)
{
	if (!trace)
		return;
	pb_trace_run_done(&trace->run);
	for (size_t i = 0; i < trace->nr_runs; i++)
		pb_trace_run_done(&trace->runs[i]);
	free(trace->runs);
	pb_tally_done(&trace->tally);
	for (size_t i = 0; i < trace->nr_blocks; i++)
		free(trace->blocks[i].addrs);
	free(trace->blocks);
	pb_buf_done(&trace->partial);
	free(trace);
}

static int bad_line(const char *what)
{
	return pb_fail(-EBADMSG, "%s", what);
}

/* Takes @nr numbers and moves *text behind them; false where there are fewer. */
static bool numbers_take(const char **text, uint64_t *numbers, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		char *end;

		errno = 0;
		numbers[i] = strtoull(*text, &end, 10);
		if (end == *text || errno)
			return false;
		*text = end;
	}
	return true;
}

static int block_room(struct pb_trace *trace, uint64_t id, struct block **ret_block)
{
	if (id >= MAX_BLOCKS)
		return bad_line("a block's number is too high");
	if (id >= trace->nr_blocks) {
		size_t nr = (size_t)id + 4096;
		struct block *blocks = reallocarray(trace->blocks, nr, sizeof(*blocks));

		if (!blocks)
			return pb_fail(-ENOMEM, "out of memory");
		memset(blocks + trace->nr_blocks, 0, (nr - trace->nr_blocks) * sizeof(*blocks));
		trace->blocks = blocks;
		trace->nr_blocks = nr;
	}
	*ret_block = &trace->blocks[id];
	return 0;
}

/* "ID ADDR OFFSET..." */
static int take_block(struct pb_trace *trace, const char *text)
{
	struct block *block = NULL;
	char *end;
	int ret = block_room(trace, strtoull(text, &end, 10), &block);

	if (!ret && block->nr_insns)
		ret = bad_line("a block came before");
	while (!ret && *end == ' ') {
		uint64_t *addrs = reallocarray(block->addrs, block->nr_insns + 1, sizeof(*addrs));

		if (!addrs)
			return pb_fail(-ENOMEM, "out of memory");
		block->addrs = addrs;
		addrs[block->nr_insns] = strtoull(end + 1, &end, 16);
		if (block->nr_insns)
			addrs[block->nr_insns] += addrs[0];
		block->nr_insns++;
	}
	if (!ret && (*end || !block->nr_insns))
		ret = bad_line("a block of no addresses");
	return ret;
}

static int block_get(const struct pb_trace *trace, uint64_t id, const struct block **ret_block)
{
	if (id >= trace->nr_blocks || !trace->blocks[id].nr_insns)
		return bad_line("a block that was not told of");
	if (!trace->in_window)
		return bad_line("a block outside of a window");
	*ret_block = &trace->blocks[id];
	return 0;
}

/* No symbol is of a program's half of the addresses. */
static const struct pb_symbol *symbol_at(const struct pb_trace *trace, uint64_t addr)
{
	static const struct pb_symbol user_space = { .name = PB_TRACE_USER_SPACE };

	return addr >> 63 ? pb_symbols_find(trace->symbols, addr) : &user_space;
}

static const char *name_of(const struct pb_symbol *symbol)
{
	return symbol ? symbol->name : "[generated code]";
}

static int block_count(struct pb_trace *trace, const struct block *block, uint64_t times)
{
	int ret = 0;

	/* Instructions in a row are mostly of one function. */
	for (size_t i = 0, same; i < block->nr_insns && !ret; i += same) {
		const struct pb_symbol *symbol = symbol_at(trace, block->addrs[i]);

		for (same = 1; i + same < block->nr_insns; same++)
			if (symbol_at(trace, block->addrs[i + same]) != symbol)
				break;
		ret = pb_tally_count(&trace->tally, name_of(symbol), same * times);
	}
	return ret;
}

static int take_first(struct pb_trace *trace, const char *text)
{
	const struct block *block;
	uint64_t id;
	int ret;

	if (!numbers_take(&text, &id, 1))
		return bad_line("no number of a block");
	ret = block_get(trace, id, &block);
	return ret ? ret : block_count(trace, block, 1);
}

static int take_step(struct pb_trace *trace, const char *text)
{
	const struct block *from, *to;
	const struct pb_symbol *caller, *function;
	enum { FROM, TO, TIMES, NR };
	uint64_t numbers[NR];
	int ret;

	if (!numbers_take(&text, numbers, NR))
		return bad_line("a step is two blocks and a count");
	ret = block_get(trace, numbers[FROM], &from);
	if (!ret)
		ret = block_get(trace, numbers[TO], &to);
	if (!ret)
		ret = block_count(trace, to, numbers[TIMES]);
	if (ret)
		return ret;
	caller = symbol_at(trace, from->addrs[from->nr_insns - 1]);
	function = symbol_at(trace, to->addrs[0]);
	/* By a call or a jump, whichever: what arrives at a function's start has entered it. */
	if (!function || function == caller || function->addr != to->addrs[0])
		return 0;
	return pb_tally_entry(&trace->tally, function->name, name_of(caller), numbers[TIMES]);
}

static int window_close(struct pb_trace *trace)
{
	int ret = 0;

	if (trace->in_window)
		ret = pb_tally_profile(&trace->tally,
				       &trace->run.windows[trace->run.nr_windows - 1].profile);
	pb_tally_done(&trace->tally);
	trace->in_window = false;
	return ret;
}

static bool word_take(const char **text, char word[PB_WORD_LEN])
{
	size_t len;

	*text += strspn(*text, " ");
	len = strcspn(*text, " ");
	if (!len || len >= PB_WORD_LEN)
		return false;
	memcpy(word, *text, len);
	word[len] = '\0';
	*text += len;
	return true;
}

static int take_window(struct pb_trace *trace, const char *text)
{
	struct pb_trace_run *run = &trace->run;
	struct pb_trace_window window = { 0 };
	enum { WINDOWS, LOST, INSTRUCTIONS, LEAST, NR };
	uint64_t cell, counts[NR];
	int ret = window_close(trace);

	if (ret)
		return ret;
	if (!numbers_take(&text, &cell, 1) || cell > UINT32_MAX ||
	    !word_take(&text, window.profile.phase) || !numbers_take(&text, counts, NR))
		return bad_line("a window is a cell, a phase and four counts");
	if (run->nr_windows == PB_TRACE_NR_PHASES || (run->nr_windows && run->cell != cell))
		return bad_line("a run has two phases");
	window.nr_windows = counts[WINDOWS];
	window.nr_lost = counts[LOST];
	run->cell = (uint32_t)cell;
	run->windows[run->nr_windows++] = window;
	trace->in_window = true;
	return 0;
}

static int take_end(struct pb_trace *trace, const char *text)
{
	struct pb_trace_run *runs;
	int ret = window_close(trace);

	(void)text;
	if (ret)
		return ret;
	runs = reallocarray(trace->runs, trace->nr_runs + 1, sizeof(*runs));
	if (!runs)
		return pb_fail(-ENOMEM, "out of memory");
	trace->runs = runs;
	runs[trace->nr_runs++] = trace->run;
	trace->run = (struct pb_trace_run){ 0 };
	return 0;
}

static int take_trouble(struct pb_trace *trace, const char *text)
{
	(void)trace;
	return pb_fail(-EIO, "QEMU's plugin: %s", text);
}

static int take_format(struct pb_trace *trace, const char *text)
{
	(void)trace;
	return strtol(text, NULL, 10) == FORMAT ? 0 : bad_line("another format's number");
}

static const struct {
	const char *word;
	int (*take)(struct pb_trace *trace, const char *text);
} lines[] = {
	{ "step ", take_step },       { "block ", take_block },
	{ "first ", take_first },     { "window ", take_window },
	{ "end ", take_end },         { "pinbench-profile ", take_format },
	{ "trouble ", take_trouble },
};

static int take_line(struct pb_trace *trace, const char *line)
{
	trace->line++;
	for (size_t i = 0; i < PB_ARRAY_SIZE(lines); i++) {
		size_t len = strlen(lines[i].word);

		if (strncmp(line, lines[i].word, len) != 0)
			continue;
		return lines[i].take(trace, line + len);
	}
	return bad_line("an unknown word");
}

int pb_trace_feed(struct pb_trace *trace, const char *data, size_t len_bytes)
{
	struct pb_buf *partial = &trace->partial;
	const char *end;
	int ret = 0;

	while (!ret && (end = memchr(data, '\n', len_bytes))) {
		size_t len = (size_t)(end - data);

		ret = pb_buf_add(partial, data, len);
		if (!ret)
			ret = take_line(trace, partial->data);
		partial->len_bytes = 0;
		data += len + 1;
		len_bytes -= len + 1;
	}
	if (ret == -EBADMSG)
		pb_fail_in(ret, "the plugin's profile: line %" PRIu64, trace->line);
	return ret ? ret : pb_buf_add(partial, data, len_bytes);
}

int pb_trace_take(struct pb_trace *trace, uint32_t cell, struct pb_trace_run *ret_run)
{
	size_t passed = 0;
	bool found;

	while (passed < trace->nr_runs && trace->runs[passed].cell < cell)
		pb_trace_run_done(&trace->runs[passed++]);
	found = passed < trace->nr_runs && trace->runs[passed].cell == cell;
	if (found)
		*ret_run = trace->runs[passed++];
	trace->nr_runs -= passed;
	if (trace->nr_runs)
		memmove(trace->runs, trace->runs + passed, trace->nr_runs * sizeof(*trace->runs));
	return found ? 0 : pb_fail(-ENODATA, "QEMU's plugin saw no run of this cell");
}
