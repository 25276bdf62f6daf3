/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * save - a file on its way to its name: written beside its place, moved there when it is whole.
 * Why: whoever writes a file goes through here, so that no failure costs the one that was there.
 */
#ifndef COMMON_SAVE_H
#define COMMON_SAVE_H

#include <stdio.h>

#include "common/cleanup.h"

struct pb_save {
	FILE *out;       /* to write to */
	char *path;      /* as it was asked for */
	char *target;    /* what will be replaced; NULL: written through */
	char *temporary; /* NULL: a file without a name, where the file system has such */
	int fd;
	int error; /* the first that a write met: a stream forgets which it was */
};

/*
 * Begins to write @path. What stands there stays until pb_save_commit(); without that,
 * pb_save_done() leaves nothing behind. Links are followed: the link stays, the file that it names
 * is replaced, and keeps its mode and owner where we may set them. What is no regular file (a pipe,
 * a terminal, /dev/null, /dev/stdout) is written through.
 *
 * -EINVAL: the file is an input (common/inputs.h), or nothing that text is written to; -EISDIR: a
 * folder; and those of opening. Every failure of these functions has its message.
 */
int pb_save_begin(struct pb_save *save, const char *path) pb_must_check;

/* Synced and in its place, or a failure and everything as it was. Ends the save either way. */
int pb_save_commit(struct pb_save *save) pb_must_check;

/* Gives up what was not committed. A zeroed save is none. */
void pb_save_done(struct pb_save *save);

/* Writes @path by common/save.h: all or nothing. */
int pb_file_write(const char *path, const void *data, size_t len_bytes) pb_must_check;

#endif
