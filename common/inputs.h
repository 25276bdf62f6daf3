/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * inputs - the files that nothing that a command writes may replace: what it reads, and databases.
 * Why: `export --db x.db -o x.db` must lose nothing, whatever name the file is given the second
 * time.
 */
#ifndef COMMON_INPUTS_H
#define COMMON_INPUTS_H

#include "common/cleanup.h"

/* What each file of SQLite's begins with, the NUL included (sqlite.org/fileformat2.html). */
#define PB_SQLITE_MAGIC "SQLite format 3"

enum pb_input_kind {
	PB_INPUT_FILE,
	PB_INPUT_DATABASE, /* with the journals that SQLite keeps, or may come to keep, beside it */
};

/*
 * Notes that @path is read. -EINVAL where standard output or standard error is that very file: what
 * is printed would be written into it. A path under which there is nothing is noted, too.
 */
int pb_input_add(const char *path, enum pb_input_kind kind) pb_must_check;

/*
 * 0, or -EINVAL with a message that names both where writing to @path would write to an input: the
 * same device and inode (so also another spelling, a symbolic or a hard link), or the place of a
 * database's journal. So where another database stands at @path, whoever reads it.
 */
int pb_input_refuse(const char *path) pb_must_check;

/* Forgets all of them; for tests, which are many commands in one process. */
void pb_inputs_forget(void);

#endif
