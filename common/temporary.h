/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * temporary - folders that are gone when their maker is, at the latest by the next run.
 * Why: kill -9, an OOM kill or a CI's limit leaves no chance to tidy up, and nobody else would.
 */
#ifndef COMMON_TEMPORARY_H
#define COMMON_TEMPORARY_H

#include <stddef.h>

#include "common/cleanup.h"
#include "common/str.h"

/*
 * PARENT/pinbench-WHAT.XXXXXX, of this user alone. As long as its maker lives it holds a lock
 * (flock) on the folder itself, which ends with the process however that ends. A note in it
 * (.owner) tells it from folders of programs that know no such lock, and says whose it is: another
 * machine's lock on a shared file system is not seen from here.
 */
struct pb_temporary {
	char *path; /* NULL: there is none */
	int lock;
};

/* Where temporary folders belong: TMPDIR, else /tmp. */
const char *pb_temporary_parent(void);

/* Makes one below @parent, and first removes what others left there. Absolute, if @parent is. */
int pb_temporary_make(const char *parent, const char *what,
		      struct pb_temporary *ret_temporary) pb_must_check;

/* Removes it with all that is in it. What cannot be removed is left to the next run. */
void pb_temporary_done(struct pb_temporary *temporary);

/* Gives it a name under which no run removes it, for a person to look into. @path changes. */
int pb_temporary_keep(struct pb_temporary *temporary) pb_must_check;

/*
 * Removes the folders below @parent whose makers are gone: those of this user, that are no links,
 * are locked by nobody, and whose note names a process of this machine and pid namespace that is
 * gone, or one of an earlier boot of it, or one of this boot in another pid namespace (a container)
 * that locked the very folder which is seen here. Never follows a link and never enters a mount.
 * @removed: NULL, or gets their paths, a line each. Returns how many; what fails is passed over.
 */
size_t pb_temporary_sweep(const char *parent, struct pb_buf *removed);

/* Only names them. */
size_t pb_temporary_left(const char *parent, struct pb_buf *found);

/*
 * Names those that look left, and whose makers cannot be seen from here: of another machine, of a
 * container by another mount, or without a note that can be read. No run removes them.
 */
size_t pb_temporary_unseen(const char *parent, struct pb_buf *found);

#endif
