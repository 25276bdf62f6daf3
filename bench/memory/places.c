// SPDX-License-Identifier: GPL-2.0-only
/*
 * places - where disks and persistent memory are found, or the reason why they are not.
 * Why: whoever sets a machine up knows why something is missing; the cell that misses it must say.
 */
#include <errno.h>
#include <string.h>

#include "bench/memory/needs.h"
#include "common/err.h"
#include "common/file.h"
#include "common/save.h"
#include "common/str.h"

int pb_place_find(const char *name, char **ret_path)
{
	_cleanup_free_ char *path = pb_format(PB_PLACES "/%s", name), *reason = NULL;
	_cleanup_free_ char *absent = pb_format(PB_PLACES "/%s.absent", name);
	int ret;

	if (!path || !absent)
		return -ENOMEM;
	if (!pb_file_exists(absent)) {
		if (!pb_file_exists(path))
			return pb_fail(-EOPNOTSUPP, "this machine has nothing prepared at '%s'",
				       path);
		*ret_path = pb_steal(path);
		return 0;
	}
	ret = pb_file_read(absent, &reason, NULL);
	if (ret)
		return ret;
	reason[strcspn(reason, "\n")] = '\0';
	return pb_fail(-EOPNOTSUPP, "%s", reason);
}

int pb_place_missing(const char *name, const char *reason)
{
	_cleanup_free_ char *absent = pb_format(PB_PLACES "/%s.absent", name);

	return absent ? pb_file_write(absent, reason, strlen(reason)) : -ENOMEM;
}
