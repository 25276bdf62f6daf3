// SPDX-License-Identifier: GPL-2.0-only
/*
 * journal - what a database did not take of a run yet, as a record stream beside it.
 * Why: see journal.h; a run goes on while its database cannot be written.
 */
#include "collect/store/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "collect/import.h"
#include "common/err.h"
#include "common/file.h"
#include "common/progress.h"
#include "common/str.h"

struct pb_journal {
	struct pb_run_record run;
	char *database;
	char *path;         /* NULL: no file */
	int fd;             /* locked while this process lives */
	struct pb_buf kept; /* the file's text, but for what is only so far */
	struct pb_buf so_far;
	bool in_memory; /* no place could be written; said */
};

int pb_journal_new(const char *database, const struct pb_run_record *run,
		   struct pb_journal **ret_journal)
{
	pb_cleanup(pb_journal_freep) struct pb_journal *journal = calloc(1, sizeof(*journal));

	if (!journal)
		return pb_fail(-ENOMEM, "out of memory");
	journal->fd = -1;
	journal->run = *run;
	journal->database = strdup(database);
	if (!journal->database)
		return pb_fail(-ENOMEM, "out of memory");
	*ret_journal = pb_steal(journal);
	return 0;
}

void pb_journal_free(struct pb_journal *journal)
{
	if (!journal)
		return;
	if (journal->fd >= 0)
		close(journal->fd);
	pb_buf_done(&journal->kept);
	pb_buf_done(&journal->so_far);
	free(journal->database);
	free(journal->path);
	free(journal);
}

const char *pb_journal_path(const struct pb_journal *journal)
{
	return journal->path;
}

/* The whole text under a name of its own, locked before it gets the one that is looked for. */
static int file_replace(struct pb_journal *journal, const char *path)
{
	_cleanup_free_ char *made = pb_format("%s.new", path);
	int fd, ret;

	if (!made)
		return -ENOMEM;
	fd = open(made, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0)
		return -errno;
	ret = flock(fd, LOCK_EX | LOCK_NB) ? -errno : 0;
	if (!ret)
		ret = pb_write_all(fd, journal->kept.data, journal->kept.len_bytes);
	if (!ret && journal->so_far.len_bytes)
		ret = pb_write_all(fd, journal->so_far.data, journal->so_far.len_bytes);
	if (!ret && fdatasync(fd))
		ret = -errno;
	if (!ret && rename(made, path))
		ret = -errno;
	if (ret) {
		unlink(made);
		close(fd);
		return ret;
	}
	pb_folder_sync(path);
	if (journal->fd >= 0)
		close(journal->fd);
	journal->fd = fd;
	return 0;
}

/* Beside the database; where that disk is full or read-only, in TMPDIR. */
static int file_make(struct pb_journal *journal)
{
	const char *tmp = getenv("TMPDIR"), *base = strrchr(journal->database, '/');
	char *places[2];
	int ret = -ENOMEM;

	places[0] = pb_format("%s.run-%s.jsonl", journal->database, journal->run.uuid);
	places[1] = pb_format("%s/%s.run-%s.jsonl", tmp && *tmp ? tmp : "/tmp",
			      base ? base + 1 : journal->database, journal->run.uuid);
	for (int i = 0; i < 2 && places[0] && places[1] && !journal->path; i++) {
		ret = file_replace(journal, places[i]);
		if (!ret)
			journal->path = pb_steal(places[i]);
	}
	free(places[0]);
	free(places[1]);
	return ret;
}

/* @text, behind what stands there; what did not get there whole is taken away again. */
static int file_append(struct pb_journal *journal, const char *text, size_t len)
{
	off_t end = lseek(journal->fd, 0, SEEK_END);
	int ret = end < 0 ? -errno : pb_write_all(journal->fd, text, len);

	if (!ret && fdatasync(journal->fd))
		ret = -errno;
	if (ret && end >= 0)
		(void)!ftruncate(journal->fd, end);
	return ret;
}

/* What cannot be written down stays in memory: the database may take it yet. */
static void disk_failed(struct pb_journal *journal, int ret)
{
	if (!journal->in_memory)
		pb_progress_say("Run %.8s: cannot keep its cells in a file either (%s); they are "
				"in memory until the database takes them.",
				journal->run.uuid, strerror(-ret));
	journal->in_memory = true;
}

static int text_head(struct pb_journal *journal, FILE *out)
{
	fputs("{\"type\":\"journal\",\"format\":1}\n", out);
	return pb_record_write_run(out, &journal->run);
}

/* What is written to the stream by the functions below, as text. */
struct text {
	char *data;
	size_t len;
	FILE *out;
};

static int text_begin(struct pb_journal *journal, struct text *text)
{
	text->out = open_memstream(&text->data, &text->len);
	if (!text->out)
		return pb_fail(-ENOMEM, "out of memory");
	return journal->kept.len_bytes ? 0 : text_head(journal, text->out);
}

static int text_end(struct pb_journal *journal, struct text *text, int ret)
{
	if (text->out && fclose(text->out) && !ret)
		ret = pb_fail(-ENOMEM, "out of memory");
	if (!ret)
		ret = pb_buf_add(&journal->kept, text->data, text->len);
	if (!ret) {
		int code = journal->path && !journal->in_memory
				   ? file_append(journal, text->data, text->len)
			   : journal->path ? file_replace(journal, journal->path)
					   : file_make(journal);

		if (code)
			disk_failed(journal, code);
		else
			journal->in_memory = false;
	}
	free(text->data);
	return ret;
}

static int cell_write(FILE *out, const struct pb_cell_result *result)
{
	int ret = pb_record_write_cell(out, &result->cell);

	for (size_t i = 0; !ret && i < result->nr_series; i++)
		ret = pb_record_write_series(out, result->cell.index, &result->series[i]);
	for (size_t i = 0; !ret && i < result->nr_profiles; i++)
		ret = pb_record_write_profile(out, result->cell.index, &result->profiles[i]);
	for (size_t i = 0; !ret && i < result->nr_histograms; i++)
		ret = pb_record_write_histogram(out, result->cell.index, &result->histograms[i]);
	if (!ret)
		ret = pb_record_write_traffic(out, result->cell.index, &result->traffic);
	if (!ret)
		ret = pb_record_write_observation(out, result);
	return ret ? ret : pb_record_write_done(out, result);
}

int pb_journal_fact(struct pb_journal *journal, const char *key, const char *value)
{
	struct text text = { 0 };
	int ret = text_begin(journal, &text);

	if (!ret)
		ret = pb_record_write_fact(text.out, key, value);
	return text_end(journal, &text, ret);
}

int pb_journal_cell(struct pb_journal *journal, const struct pb_cell_result *result)
{
	struct text text = { 0 };
	int ret = text_begin(journal, &text);

	if (!ret)
		ret = cell_write(text.out, result);
	return text_end(journal, &text, ret);
}

int pb_journal_end(struct pb_journal *journal, enum pb_run_state state)
{
	struct text text = { 0 };
	int ret = text_begin(journal, &text);

	/* Behind a run's end nothing else may stand. */
	journal->so_far.len_bytes = 0;
	if (!ret)
		ret = pb_record_write_end(text.out, state);
	ret = text_end(journal, &text, ret);
	if (!ret && journal->path && file_replace(journal, journal->path))
		journal->in_memory = true;
	return ret;
}

int pb_journal_drop(struct pb_journal *journal)
{
	pb_journal_clear(journal);
	return pb_journal_end(journal, PB_RUN_STATE_DROPPED);
}

int pb_journal_so_far(struct pb_journal *journal, const struct pb_cell_result *results, size_t nr)
{
	struct text text = { 0 }, head = { 0 };
	int ret = text_begin(journal, &head), code;

	ret = text_end(journal, &head, ret);
	if (ret)
		return ret;
	text.out = open_memstream(&text.data, &text.len);
	if (!text.out)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < nr && !ret; i++)
		ret = cell_write(text.out, &results[i]);
	if (fclose(text.out) && !ret)
		ret = pb_fail(-ENOMEM, "out of memory");
	journal->so_far.len_bytes = 0;
	if (!ret)
		ret = pb_buf_add(&journal->so_far, text.data, text.len);
	free(text.data);
	if (ret)
		return ret;
	code = journal->path ? file_replace(journal, journal->path) : file_make(journal);
	if (code)
		disk_failed(journal, code);
	return 0;
}

int pb_journal_store(const struct pb_journal *journal, struct pb_store *store)
{
	pb_cleanup(pb_buf_done) struct pb_buf all = { 0 };
	struct pb_import_outcome outcome;
	_cleanup_fclose_ FILE *in = NULL;
	int ret;

	if (!journal->kept.len_bytes)
		return 0;
	ret = pb_buf_add(&all, journal->kept.data, journal->kept.len_bytes);
	if (!ret && journal->so_far.len_bytes)
		ret = pb_buf_add(&all, journal->so_far.data, journal->so_far.len_bytes);
	if (ret)
		return ret;
	in = fmemopen(all.data, all.len_bytes, "r");
	if (!in)
		return pb_fail(-ENOMEM, "out of memory");
	return pb_import_journal(store, in, PB_JOURNAL_LIVES, &outcome);
}

void pb_journal_clear(struct pb_journal *journal)
{
	if (journal->path) {
		unlink(journal->path);
		close(journal->fd);
		journal->fd = -1;
	}
	free(journal->path);
	journal->path = NULL;
	journal->in_memory = false;
	journal->kept.len_bytes = 0;
	journal->so_far.len_bytes = 0;
}
