// SPDX-License-Identifier: GPL-2.0-only
/*
 * keeper - where a run's records go: into the database, or into a journal until that takes them.
 * Why: a lock, a full disk or a pause of NFS passes; what was measured meanwhile must not be lost.
 */
#include "bench/run/keeper.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "collect/store/journal.h"
#include "collect/store/store.h"
#include "common/clock.h"
#include "common/err.h"
#include "common/progress.h"
#include "common/str.h"

/*
 * A record is not waited for long: in a measuring process that would be in its numbers, and two
 * runs that store by turns are done in less. AGAIN_MS: between two looks at a database that waits.
 */
enum { MAX_RUNS = 8, RECORD_MS = 2000, AGAIN_MS = 1000, OTHER_S = 30, BROKEN_OFF_S = 5 };

struct kept {
	struct pb_run_record run;
	int64_t run_id;
	struct pb_journal *journal;
	bool dropped;
};

struct pb_keeper {
	char *path;
	struct pb_store *store; /* NULL: it has to be opened again */
	struct pb_store_terms terms;
	const volatile bool *interrupt;
	struct kept runs[MAX_RUNS];
	unsigned int nr;
	int trouble; /* why the journals are written; 0: they are not */
	char why[512];
	int64_t again_ms;
};

int pb_keeper_open(const char *path, const volatile bool *interrupt, struct pb_keeper **ret_keeper)
{
	pb_cleanup(pb_keeper_freep) struct pb_keeper *keeper = calloc(1, sizeof(*keeper));
	int ret;

	if (!keeper)
		return pb_fail(-ENOMEM, "out of memory");
	keeper->interrupt = interrupt;
	keeper->path = strdup(path);
	if (!keeper->path)
		return pb_fail(-ENOMEM, "out of memory");
	keeper->terms.patience_ms = pb_store_wait_s() * 1000;
	keeper->terms.interrupt = interrupt;
	ret = pb_store_open_on(path, &keeper->terms, &keeper->store);
	if (ret == -EBUSY && interrupt && *interrupt)
		return pb_fail(-EINTR, "interrupted while the database '%s' was waited for", path);
	if (!ret)
		ret = pb_journals_take(keeper->store);
	if (ret)
		return ret;
	pb_store_patience(keeper->store, RECORD_MS);
	*ret_keeper = pb_steal(keeper);
	return 0;
}

void pb_keeper_free(struct pb_keeper *keeper)
{
	if (!keeper)
		return;
	for (unsigned int i = 0; i < keeper->nr; i++)
		pb_journal_free(keeper->runs[i].journal);
	pb_store_free(keeper->store);
	free(keeper->path);
	free(keeper);
}

int64_t pb_keeper_run_id(const struct pb_keeper *keeper, unsigned int run)
{
	return keeper->runs[run].run_id;
}

/* Is it the record that is wrong, so that no waiting helps? */
static bool is_final(int ret)
{
	return ret == -EINVAL || ret == -EEXIST || ret == -ENOMEM;
}

static void waiting_begin(struct pb_keeper *keeper, int ret)
{
	if (keeper->trouble)
		return;
	keeper->trouble = ret;
	snprintf(keeper->why, sizeof(keeper->why), "%s", pb_fail_message(ret));
	keeper->again_ms = pb_now_ms() + AGAIN_MS;
	pb_progress_say("%s; the run goes on, and its cells are kept in a journal until the "
			"database takes them.",
			keeper->why);
}

static int all_store(struct pb_keeper *keeper)
{
	int ret = 0;

	for (unsigned int i = 0; i < keeper->nr && !ret; i++)
		ret = pb_journal_store(keeper->runs[i].journal, keeper->store);
	for (unsigned int i = 0; i < keeper->nr && !ret; i++)
		if (!keeper->runs[i].run_id && !keeper->runs[i].dropped)
			ret = pb_store_run_find(keeper->store, keeper->runs[i].run.uuid,
						&keeper->runs[i].run_id);
	return ret;
}

/*
 * One attempt. @patient: once others let go, newcomers wait for this; else nobody is kept waiting.
 */
static int attempt(struct pb_keeper *keeper, bool patient)
{
	int ret = 0;

	/* What an error of the disk has left of a connection is not asked again. */
	if (keeper->trouble != -EBUSY && keeper->trouble != -ENOSPC) {
		pb_store_free(keeper->store);
		keeper->store = NULL;
	}
	keeper->terms.patience_ms = patient ? RECORD_MS : 0;
	keeper->terms.interrupt = NULL;
	if (!keeper->store)
		ret = pb_store_open_on(keeper->path, &keeper->terms, &keeper->store);
	if (ret)
		return ret;
	pb_store_patience(keeper->store, patient ? RECORD_MS : 0);
	ret = patient ? pb_store_begin(keeper->store) : pb_store_begin_alone(keeper->store);
	if (ret)
		return ret;
	ret = all_store(keeper);
	if (!ret)
		ret = pb_store_commit(keeper->store);
	else
		pb_store_rollback(keeper->store);
	pb_store_patience(keeper->store, RECORD_MS);
	return ret;
}

static int attempt_note(struct pb_keeper *keeper, bool patient)
{
	int ret = attempt(keeper, patient);

	keeper->again_ms = pb_now_ms() + AGAIN_MS;
	if (ret) {
		keeper->trouble = ret;
		snprintf(keeper->why, sizeof(keeper->why), "%s", pb_fail_message(ret));
		pb_fail_clear();
		return ret;
	}
	for (unsigned int i = 0; i < keeper->nr; i++)
		pb_journal_clear(keeper->runs[i].journal);
	keeper->trouble = 0;
	pb_progress_say("The database '%s' has taken what waited for it.", keeper->path);
	return 0;
}

/* After a record went into a journal: is the database free again? */
static int look(struct pb_keeper *keeper, int ret)
{
	if (!ret && pb_now_ms() >= keeper->again_ms)
		(void)attempt_note(keeper, false);
	return ret;
}

int pb_keeper_run_begin(struct pb_keeper *keeper, const struct pb_run_record *run)
{
	struct kept *kept = &keeper->runs[keeper->nr];
	int ret;

	if (keeper->nr == MAX_RUNS)
		return pb_fail(-EINVAL, "more than %d runs at once", MAX_RUNS);
	kept->run = *run;
	ret = pb_journal_new(keeper->path, run, &kept->journal);
	if (ret)
		return ret;
	keeper->nr++;
	if (!keeper->trouble) {
		ret = pb_store_run_begin(keeper->store, run, &kept->run_id);
		if (ret != -EBUSY)
			return ret;
		kept->run_id = 0;
		waiting_begin(keeper, ret);
	}
	return pb_journal_so_far(kept->journal, NULL, 0);
}

int pb_keeper_fact(struct pb_keeper *keeper, unsigned int run, const char *key, const char *value)
{
	struct kept *kept = &keeper->runs[run];

	if (!keeper->trouble) {
		int ret = pb_store_fact_set(keeper->store, kept->run_id, key, value);

		if (!ret || is_final(ret))
			return ret;
		waiting_begin(keeper, ret);
	}
	return look(keeper, pb_journal_fact(kept->journal, key, value));
}

int pb_keeper_cell(struct pb_keeper *keeper, unsigned int run, const struct pb_cell_result *result)
{
	struct kept *kept = &keeper->runs[run];
	int ret = pb_store_cell_check(result);

	if (ret)
		return ret;
	if (!keeper->trouble) {
		ret = pb_store_cell_put(keeper->store, kept->run_id, result);
		if (!ret || is_final(ret))
			return ret;
		waiting_begin(keeper, ret);
	}
	return look(keeper, pb_journal_cell(kept->journal, result));
}

static int so_far_store(struct pb_keeper *keeper, int64_t run_id,
			const struct pb_cell_result *results, size_t nr)
{
	/* In one transaction: a disk is waited for once. */
	int ret = pb_store_begin(keeper->store);

	if (ret)
		return ret;
	for (size_t i = 0; i < nr && !ret; i++)
		ret = pb_store_cell_put(keeper->store, run_id, &results[i]);
	if (!ret)
		return pb_store_commit(keeper->store);
	pb_store_rollback(keeper->store);
	return ret;
}

int pb_keeper_so_far(struct pb_keeper *keeper, unsigned int run,
		     const struct pb_cell_result *results, size_t nr)
{
	struct kept *kept = &keeper->runs[run];
	int ret = 0;

	for (size_t i = 0; i < nr && !ret; i++)
		ret = pb_store_cell_check(&results[i]);
	if (ret)
		return ret;
	if (!keeper->trouble) {
		ret = so_far_store(keeper, kept->run_id, results, nr);
		if (!ret || is_final(ret))
			return ret;
		waiting_begin(keeper, ret);
	}
	return look(keeper, pb_journal_so_far(kept->journal, results, nr));
}

int pb_keeper_run_end(struct pb_keeper *keeper, unsigned int run, enum pb_run_state state)
{
	struct kept *kept = &keeper->runs[run];

	if (!keeper->trouble) {
		int ret = pb_store_run_end(keeper->store, kept->run_id, state);

		if (!ret || is_final(ret))
			return ret;
		waiting_begin(keeper, ret);
	}
	return pb_journal_end(kept->journal, state);
}

int pb_keeper_run_drop(struct pb_keeper *keeper, unsigned int run)
{
	struct kept *kept = &keeper->runs[run];
	int64_t run_id = kept->run_id;

	/* Of a run without a cell a journal holds nothing that anybody would miss. */
	pb_journal_clear(kept->journal);
	kept->dropped = true;
	kept->run_id = 0;
	if (!run_id)
		return 0;
	if (!keeper->trouble) {
		int ret = pb_store_run_drop(keeper->store, run_id);

		if (!ret || is_final(ret))
			return ret;
		waiting_begin(keeper, ret);
	}
	return pb_journal_drop(kept->journal);
}

static int left_behind(const struct pb_keeper *keeper)
{
	pb_cleanup(pb_buf_done) struct pb_buf files = { 0 };
	int ret = 0;

	for (unsigned int i = 0; i < keeper->nr && !ret; i++) {
		const char *path = pb_journal_path(keeper->runs[i].journal);

		if (path)
			ret = pb_buf_printf(&files, " '%s'", path);
	}
	if (ret)
		return ret;
	if (!files.len_bytes)
		return pb_fail(keeper->trouble,
			       "%s; what was measured since is lost, as no file "
			       "could be written either",
			       keeper->why);
	return pb_fail(keeper->trouble,
		       "%s; what it did not take is in%s, and `pinbench import -d '%s'%s` adds it",
		       keeper->why, files.data, keeper->path, files.data);
}

/* How long the end of a run waits, by what it waits for. */
static int64_t finish_s(const struct pb_keeper *keeper)
{
	int64_t limit_s = keeper->trouble == -EBUSY ? pb_store_wait_s() : OTHER_S;

	if (limit_s > pb_store_wait_s())
		limit_s = pb_store_wait_s();
	if (keeper->interrupt && *keeper->interrupt && limit_s > BROKEN_OFF_S)
		limit_s = BROKEN_OFF_S;
	return limit_s;
}

int pb_keeper_finish(struct pb_keeper *keeper)
{
	int64_t begun = pb_now_ms();
	int said = 0;

	while (keeper->trouble && attempt_note(keeper, true)) {
		int64_t limit_s = finish_s(keeper);

		if (pb_now_ms() - begun >= limit_s * 1000)
			return left_behind(keeper);
		if (said != keeper->trouble)
			pb_progress_say(
				"%s; the run has ended, and waits for that for up to %" PRId64
				" s.",
				keeper->why, limit_s);
		said = keeper->trouble;
		usleep(200000);
	}
	return 0;
}
