// SPDX-License-Identifier: GPL-2.0-only
/*
 * inputs - the files that nothing that a command writes may replace: what it reads, and databases.
 * Why: `export --db x.db -o x.db` must lose nothing, whatever name the file is given the second
 * time.
 */
#include "common/inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/err.h"
#include "common/str.h"

/* What SQLite puts behind a database's name; "" is the database itself. */
static const char *const suffixes[] = { "", "-journal", "-wal", "-shm" };

struct input {
	char *path; /* as the user named it */
	char *real; /* without links, as far as it exists */
	enum pb_input_kind kind;
};

static struct input *inputs;
static size_t nr_inputs;

/* The folder's real path with the last part of @path behind it: also for what does not exist. */
static char *place_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	_cleanup_free_ char *folder =
		slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	_cleanup_free_ char *real = folder ? realpath(folder, NULL) : NULL;

	return real ? pb_format("%s/%s", real, name) : strdup(path);
}

static char *real_of(const char *path)
{
	char *real = realpath(path, NULL);

	return real ? real : place_of(path);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Only regular files: everybody's standard output may be one terminal. */
static int stream_check(int fd, const char *name, const char *path, const struct stat *input)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || !same_file(&st, input))
		return 0;
	return pb_fail(-EINVAL,
		       "%s goes to '%s', which this command reads; send it to another file", name,
		       path);
}

static int streams_check(const char *path)
{
	struct stat st;
	int ret;

	if (stat(path, &st))
		return 0;
	ret = stream_check(STDOUT_FILENO, "standard output", path, &st);
	return ret ? ret : stream_check(STDERR_FILENO, "standard error", path, &st);
}

int pb_input_add(const char *path, enum pb_input_kind kind)
{
	struct input *grown;
	int ret = streams_check(path);

	if (ret)
		return ret;
	for (size_t i = 0; i < nr_inputs; i++)
		if (inputs[i].kind == kind && pb_streq(inputs[i].path, path))
			return 0;
	grown = reallocarray(inputs, nr_inputs + 1, sizeof(*inputs));
	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	inputs = grown;
	inputs[nr_inputs] = (struct input){ strdup(path), real_of(path), kind };
	if (!inputs[nr_inputs].path || !inputs[nr_inputs].real) {
		free(inputs[nr_inputs].path);
		free(inputs[nr_inputs].real);
		return pb_fail(-ENOMEM, "out of memory");
	}
	nr_inputs++;
	return 0;
}

/* @target, whose state is @st where it exists, is this file of the input. */
static bool is_part(const struct input *input, const char *suffix, const char *target,
		    const struct stat *st)
{
	_cleanup_free_ char *part = pb_format("%s%s", input->real, suffix);
	struct stat own;

	if (!part || pb_streq(part, target))
		return true;
	return st && !stat(part, &own) && same_file(&own, st);
}

/* Whoever's it is and whatever this command reads: text in its place would be its end. */
static bool is_database(const char *path)
{
	char begin[sizeof(PB_SQLITE_MAGIC)] = "";
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	return fd >= 0 && read(fd, begin, sizeof(begin)) == (ssize_t)sizeof(begin) &&
	       !memcmp(begin, PB_SQLITE_MAGIC, sizeof(begin));
}

int pb_input_refuse(const char *path)
{
	_cleanup_free_ char *target = real_of(path);
	struct stat st;
	bool exists = !stat(path, &st);

	if (!target)
		return pb_fail(-ENOMEM, "out of memory");
	/* A pipe or a terminal may be read and written: nothing in it is replaced. */
	if (exists && !S_ISREG(st.st_mode))
		return 0;
	for (size_t i = 0; i < nr_inputs; i++) {
		size_t nr = inputs[i].kind == PB_INPUT_DATABASE ? PB_ARRAY_SIZE(suffixes) : 1;

		for (size_t s = 0; s < nr; s++)
			if (is_part(&inputs[i], suffixes[s], target, exists ? &st : NULL))
				return pb_fail(
					-EINVAL,
					"cannot write '%s': it is %s'%s', which this command "
					"reads; name another file",
					path, s ? "a journal of " : "", inputs[i].path);
	}
	if (exists && is_database(path))
		return pb_fail(-EINVAL,
			       "cannot write '%s': it is a database, which would be lost; name "
			       "another file, or remove it first",
			       path);
	return 0;
}

void pb_inputs_forget(void)
{
	for (size_t i = 0; i < nr_inputs; i++) {
		free(inputs[i].path);
		free(inputs[i].real);
	}
	free(inputs);
	inputs = NULL;
	nr_inputs = 0;
}
