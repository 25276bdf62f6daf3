// SPDX-License-Identifier: GPL-2.0-only
/*
 * file - whole files in and out, folders, and where a user's files belong.
 * Why: a half-written file is never left under its final name.
 */
#include "common/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "common/err.h"
#include "common/opening.h"
#include "common/str.h"

/* What a device or a pipe gives may have no end; a file has one, which holes put anywhere. */
enum { MOST_OF_NO_FILE = 64 << 20, MOST_OF_FILE = 1 << 30 };

/* The whole of it, unless that is more than @most_bytes: then *ret_more. */
static int rest_read(int fd, const char *path, size_t most_bytes, struct pb_buf *buf,
		     bool *ret_more)
{
	char chunk[65536];
	ssize_t got;

	*ret_more = false;
	while ((got = read(fd, chunk, sizeof(chunk))) != 0) {
		int ret;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return pb_fail(-errno, "cannot read '%s': %s", path, strerror(errno));
		*ret_more = (size_t)got > most_bytes - buf->len_bytes;
		if (*ret_more)
			return 0;
		ret = pb_buf_add(buf, chunk, (size_t)got);
		if (ret)
			return ret;
	}
	return pb_buf_add(buf, "", 0);
}

static const char *size_words(size_t bytes, char words[32])
{
	bool whole = bytes >= 1 << 20 && bytes % (1 << 20) == 0;

	snprintf(words, 32, "%zu %s", whole ? bytes >> 20 : bytes >> 10, whole ? "MiB" : "KiB");
	return words;
}

int pb_file_read_most(const char *path, size_t most_bytes, char **ret_text, size_t *ret_len_bytes)
{
	_cleanup_close_ int fd = pb_opening(path, O_RDONLY, PB_OPENING_WAIT_MS);
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	bool is_file, more;
	char words[32];
	struct stat st;
	int ret;

	if (fd < 0)
		return pb_fail(fd, "cannot open '%s': %s", path, pb_opening_why(fd));
	is_file = !fstat(fd, &st) && S_ISREG(st.st_mode);
	if (!is_file && most_bytes > MOST_OF_NO_FILE)
		most_bytes = MOST_OF_NO_FILE;
	ret = rest_read(fd, path, most_bytes, &buf, &more);
	if (ret)
		return ret;
	if (more && is_file)
		return pb_fail(-EFBIG,
			       "cannot read '%s': it is larger than %s, which what belongs "
			       "there is not",
			       path, size_words(most_bytes, words));
	if (more)
		return pb_fail(
			-EFBIG,
			"cannot read '%s': it is no regular file, and does not end within %s", path,
			size_words(most_bytes, words));
	if (ret_len_bytes)
		*ret_len_bytes = buf.len_bytes;
	*ret_text = pb_steal(buf.data);
	return 0;
}

int pb_file_read(const char *path, char **ret_text, size_t *ret_len_bytes)
{
	return pb_file_read_most(path, MOST_OF_FILE, ret_text, ret_len_bytes);
}

int pb_write_all(int fd, const void *data, size_t len_bytes)
{
	const char *at = data;

	while (len_bytes) {
		ssize_t put = write(fd, at, len_bytes);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -errno;
		at += put;
		len_bytes -= (size_t)put;
	}
	return 0;
}

size_t pb_folder_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

void pb_folder_sync(const char *path)
{
	_cleanup_free_ char *folder = pb_format("%.*s.", (int)pb_folder_len(path), path);
	_cleanup_close_ int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd >= 0)
		(void)!fsync(fd);
}

int pb_dir_make(const char *path)
{
	_cleanup_free_ char *walk = strdup(path);
	struct stat st;

	if (!walk)
		return pb_fail(-ENOMEM, "out of memory");
	if (!walk[0])
		return pb_fail(-ENOENT, "cannot make a folder without a name");
	for (char *c = walk + 1;; c++) {
		char saved = *c;

		if (saved && saved != '/')
			continue;
		*c = '\0';
		if (mkdir(walk, 0777) && errno != EEXIST)
			return pb_fail(-errno, "cannot make folder '%s': %s", walk,
				       strerror(errno));
		*c = saved;
		if (!saved)
			break;
	}
	/* EEXIST above may have been a file. */
	if (stat(walk, &st) || !S_ISDIR(st.st_mode))
		return pb_fail(-ENOTDIR, "cannot make folder '%s': there is a file of that name",
			       walk);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int pb_tree_remove(const char *path)
{
	if (nftw(path, remove_one, 64, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) && errno != ENOENT)
		return pb_fail(-errno, "cannot remove '%s': %s", path, strerror(errno));
	return 0;
}

bool pb_file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

int pb_cache_dir(char **ret_path)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	_cleanup_free_ char *path = NULL;

	/* The XDG specification: a relative path is invalid and is to be ignored. */
	if (xdg && xdg[0] == '/')
		path = pb_format("%s/pinbench", xdg);
	else if (home && home[0] == '/')
		path = pb_format("%s/.cache/pinbench", home);
	else
		return pb_fail(-ENOENT, "no cache folder: neither XDG_CACHE_HOME nor HOME is set");
	if (!path)
		return -ENOMEM;
	*ret_path = pb_steal(path);
	return 0;
}
