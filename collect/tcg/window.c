// SPDX-License-Identifier: GPL-2.0-only
/*
 * window - what ran between two timestamps, of the cheapest window of a run.
 * Why: interrupts only ever make a window dearer, so the cheapest one is free of them.
 */
#include "collect/tcg/window.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

/* Blocks of one window. A longer one is lost: 64 MiB are enough for a log. */
enum { MAX_LOG = 1 << 24 };

struct block_log {
	uint32_t *ids;
	size_t nr, room;
};

struct phase {
	uint64_t nr_windows;
	uint64_t nr_lost;     /* of these, windows too long for a log */
	uint64_t nr_insns;    /* of all others */
	uint64_t least;       /* of one of them */
	struct block_log log; /* of that one */
};

static const char *const phase_names[] = {
	[PB_WINDOW_ACQUIRE] = "acquire",
	[PB_WINDOW_RELEASE] = "release",
};

static struct {
	bool in_run;
	bool in_window;    /* between two markers */
	bool user;         /* of user space: the kernel's timestamps do not bound it */
	bool stamped;      /* behind the first timestamp */
	bool lost;         /* the log is not all of it */
	size_t nr_stamped; /* blocks up to the last timestamp */
	struct block_log log;
	struct phase phases[PB_WINDOW_NR_PHASES];
} now;

/* Every block that runs comes through here: one branch outside of windows. */
void pb_window_block(const struct pb_block *block)
{
	struct block_log *log = &now.log;

	if (!now.stamped)
		return;
	if (log->nr == log->room) {
		size_t room = log->room ? 2 * log->room : 1 << 16;
		uint32_t *ids = room > MAX_LOG ? NULL : reallocarray(log->ids, room, sizeof(*ids));

		if (!ids) {
			now.lost = true;
			return;
		}
		log->ids = ids;
		log->room = room;
	}
	log->ids[log->nr++] = block->id;
}

void pb_window_begin(bool user)
{
	now.in_window = now.in_run;
	now.user = user;
	now.stamped = false;
	now.lost = false;
	now.log.nr = 0;
}

void pb_window_drop(void)
{
	now.in_window = false;
	now.stamped = false;
}

void pb_window_stamp(bool user)
{
	if (user != now.user)
		return;
	now.stamped = now.in_window;
	now.nr_stamped = now.log.nr;
}

/* Counted here and not as blocks run: only now is it known which instructions were taken back. */
static uint64_t insns_count(const struct block_log *log)
{
	uint64_t nr_insns = 0;

	for (size_t i = 0; i < log->nr; i++)
		nr_insns += pb_block_get(log->ids[i])->nr_insns;
	return nr_insns;
}

void pb_window_end(enum pb_window_phase phase)
{
	struct phase *kept = &now.phases[phase];
	bool ended = now.stamped;
	uint64_t nr_insns;

	now.in_window = false;
	now.stamped = false;
	if (!ended)
		return;
	kept->nr_windows++;
	if (now.lost) {
		kept->nr_lost++;
		return;
	}
	now.log.nr = now.nr_stamped;
	nr_insns = insns_count(&now.log);
	kept->nr_insns += nr_insns;
	if (kept->nr_windows - kept->nr_lost == 1 || nr_insns < kept->least) {
		struct block_log spare = kept->log;

		kept->log = now.log;
		kept->least = nr_insns;
		now.log = spare;
	}
}

void pb_window_run_begin(void)
{
	for (size_t i = 0; i < PB_WINDOW_NR_PHASES; i++) {
		struct block_log log = now.phases[i].log;

		log.nr = 0;
		now.phases[i] = (struct phase){ .log = log };
	}
	now.in_run = true;
}

static void block_write(FILE *out, uint32_t id)
{
	struct pb_block *block = pb_block_get(id);

	if (block->written)
		return;
	block->written = true;
	fprintf(out, "block %" PRIu32 " %" PRIx64, id, block->addrs[0]);
	for (uint32_t i = 1; i < block->nr_insns; i++)
		fprintf(out, " %" PRIx64, block->addrs[i] - block->addrs[0]);
	fputc('\n', out);
}

static int u64_compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

/* Each step from one block to the next, equal ones together. The first block has none before. */
static int steps_write(FILE *out, const struct block_log *log)
{
	_cleanup_free_ uint64_t *steps = reallocarray(NULL, log->nr, sizeof(*steps));

	if (!steps)
		return log->nr ? -ENOMEM : 0;
	for (size_t i = 0; i < log->nr; i++)
		steps[i] = (uint64_t)(i ? log->ids[i - 1] : UINT32_MAX) << 32 | log->ids[i];
	qsort(steps, log->nr, sizeof(*steps), u64_compare);
	for (size_t i = 0, same; i < log->nr; i += same) {
		for (same = 1; i + same < log->nr && steps[i + same] == steps[i];)
			same++;
		if (steps[i] >> 32 == UINT32_MAX)
			fprintf(out, "first %" PRIu32 "\n", (uint32_t)steps[i]);
		else
			fprintf(out, "step %" PRIu32 " %" PRIu32 " %zu\n",
				(uint32_t)(steps[i] >> 32), (uint32_t)steps[i], same);
	}
	return 0;
}

static int phase_write(FILE *out, const char *name, uint32_t cell, const struct phase *phase)
{
	for (size_t i = 0; i < phase->log.nr; i++)
		block_write(out, phase->log.ids[i]);
	fprintf(out, "window %" PRIu32 " %s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		cell, name, phase->nr_windows, phase->nr_lost, phase->nr_insns, phase->least);
	return steps_write(out, &phase->log);
}

int pb_window_run_end(FILE *out, uint32_t cell)
{
	int ret = 0;

	now.in_window = false;
	now.stamped = false;
	if (!now.in_run)
		return 0;
	now.in_run = false;
	for (size_t i = 0; i < PB_WINDOW_NR_PHASES && !ret; i++)
		ret = phase_write(out, phase_names[i], cell, &now.phases[i]);
	if (!ret)
		fprintf(out, "end %" PRIu32 "\n", cell);
	if (!ret && (fflush(out) || ferror(out)))
		ret = -EIO;
	return ret;
}
