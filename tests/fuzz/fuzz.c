// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz - what the targets share: the bytes as a text, as a file, as files of a folder.
 * Why: a target says which reader it tries, and nothing else.
 */
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect/export.h"
#include "common/file.h"

static char dir[128];
static pid_t owner;

static void dir_remove(void)
{
	if (owner == getpid())
		(void)!pb_tree_remove(dir);
}

const char *fuzz_dir(void)
{
	if (owner)
		return dir;
	/* In memory: nothing of it has to outlast the process. */
	if (!mkdtemp(strcpy(dir, "/dev/shm/pinbench-fuzz.XXXXXX")) &&
	    !mkdtemp(strcpy(dir, "/tmp/pinbench-fuzz.XXXXXX")))
		abort();
	owner = getpid();
	atexit(dir_remove);
	return dir;
}

char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

FILE *fuzz_stream(const uint8_t *data, size_t size)
{
	FILE *in = size ? fmemopen((void *)data, size, "r") : fopen("/dev/null", "re");

	if (!in)
		abort();
	return in;
}

const char *fuzz_file(const char *name, const uint8_t *data, size_t size)
{
	static char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", fuzz_dir(), name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		char *end = strrchr(path, '/');

		*end = '\0';
		if (pb_dir_make(path))
			abort();
		*end = '/';
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	}
	if (fd < 0 || (size && write(fd, data, size) != (ssize_t)size))
		abort();
	close(fd);
	return path;
}

static struct pb_store *store;

static void store_free(void)
{
	pb_store_free(store);
	store = NULL;
}

struct pb_store *fuzz_store(void)
{
	if (store)
		return store;
	if (pb_store_open_memory("fuzz", &store))
		abort();
	atexit(store_free);
	return store;
}

void fuzz_store_empty(void)
{
	_cleanup_free_ int64_t *ids = NULL;
	size_t nr = 0;

	if (pb_export_runs(fuzz_store(), &ids, &nr))
		return;
	for (size_t i = 0; i < nr; i++)
		if (pb_store_run_drop(store, ids[i]))
			abort();
}

size_t fuzz_cut(const uint8_t *data, size_t size, const uint8_t **rest, size_t *rest_size)
{
	const uint8_t *end = size ? memchr(data, 0, size) : NULL;

	*rest = end ? end + 1 : data + size;
	*rest_size = (size_t)(data + size - *rest);
	return end ? (size_t)(end - data) : size;
}

static int sink_run(void *data, const struct pb_run_record *run)
{
	(void)data;
	(void)run;
	return 0;
}

static int sink_fact(void *data, const char *key, const char *value)
{
	(void)data;
	return strlen(key) + strlen(value) == SIZE_MAX;
}

static int sink_started(void *data, const struct pb_cell *cell)
{
	(void)data;
	(void)cell;
	return 0;
}

static int sink_ended(void *data, const struct pb_cell_result *result)
{
	(void)data;
	(void)result;
	return 0;
}

static int sink_end(void *data, enum pb_run_state state)
{
	(void)data;
	(void)state;
	return 0;
}

const struct pb_record_sink fuzz_sink = {
	.run = sink_run,
	.fact = sink_fact,
	.cell_started = sink_started,
	.cell_ended = sink_ended,
	.end = sink_end,
};
