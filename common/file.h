/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file - whole files in and out, folders, and where a user's files belong.
 * Why: a half-written file is never left under its final name.
 */
#ifndef COMMON_FILE_H
#define COMMON_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/cleanup.h"

/*
 * Reads a file of any kind (also /proc, whose sizes read 0). *ret_text is terminated. -EFBIG: 64 MiB
 * of what is no regular file, or 1 GiB of one that is.
 */
int pb_file_read(const char *path, char **ret_text, size_t *ret_len_bytes) pb_must_check;

/* The same of what is known to be no larger than @most_bytes; -EFBIG where it is. */
int pb_file_read_most(const char *path, size_t most_bytes, char **ret_text,
		      size_t *ret_len_bytes) pb_must_check;

/* Makes @path and its parents, like mkdir -p. */
int pb_dir_make(const char *path) pb_must_check;

/* Removes a tree without following links. A missing tree is no error. */
int pb_tree_remove(const char *path) pb_must_check;

/* All of it, however often it takes; -errno, without a message. */
int pb_write_all(int fd, const void *data, size_t len_bytes) pb_must_check;

/* Where the last slash of @path ends: the length of its folder's name, 0 for a name in this one. */
size_t pb_folder_len(const char *path);

/* A new name in the folder of @path, too, is to survive a power cut; not every file system can
 * promise that, so that nothing is said of it. */
void pb_folder_sync(const char *path);

bool pb_file_exists(const char *path);

/* $XDG_CACHE_HOME/pinbench or ~/.cache/pinbench, which may not be there. Newly allocated. */
int pb_cache_dir(char **ret_path) pb_must_check;

#endif
