// SPDX-License-Identifier: GPL-2.0-only
/*
 * wait - what happens while another process holds the database.
 * Why: a lock passes; who waits says so, and says for what.
 */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "collect/store/private.h"
#include "collect/store/store.h"
#include "common/clock.h"
#include "common/progress.h"

enum { WAIT_S = 15 * 60, MAX_WAIT_S = 7 * 24 * 60 * 60, SAY_MS = 3000, STEP_US = 1000, STEPS = 50 };

int64_t pb_store_wait_s(void)
{
	const char *text = getenv("PINBENCH_STORE_WAIT_S");
	char *end;
	long value;

	if (!text || !*text)
		return WAIT_S;
	value = strtol(text, &end, 10);
	return *end || value < 0 || value > MAX_WAIT_S ? WAIT_S : value;
}

/* SQLite asks, with how often it has asked before: 0 gives up. */
static int on_busy(void *data, int times)
{
	struct pb_store *store = data;
	int64_t now = pb_now_ms();

	if (!times)
		store->busy_since_ms = now;
	if (now - store->busy_since_ms >= store->patience_ms ||
	    (store->interrupt && *store->interrupt))
		return 0;
	if (now - store->busy_since_ms >= SAY_MS && !store->said) {
		pb_progress_say("The database '%s' is held by another process; waiting for it.",
				store->path);
		store->said = true;
	}
	usleep((useconds_t)(STEP_US * (times < STEPS ? times + 1 : STEPS)));
	return 1;
}

void pb_store_wait_register(struct pb_store *store)
{
	sqlite3_busy_handler(store->db, on_busy, store);
}

void pb_store_patience(struct pb_store *store, int64_t patience_ms)
{
	store->patience_ms = patience_ms;
}
