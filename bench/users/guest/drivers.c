// SPDX-License-Identifier: GPL-2.0-only
/*
 * drivers - the kernel's own modules that a user needs, loaded once.
 * Why: a distribution builds its drivers as modules, and a guest has no modprobe.
 */
#include "bench/users/guest/drivers.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "bench/agent/modules.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

enum { WORD_BYTES = 128 };

static int is_numbered(const struct dirent *entry)
{
	return entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* The module is the last one, and the parameters are its own. */
static int files_load(const char *dir, const char *parameters)
{
	struct dirent **entries;
	int nr = scandir(dir, &entries, is_numbered, by_name), ret = 0;

	if (nr < 0)
		return pb_fail(-errno, "cannot read folder '%s': %s", dir, strerror(errno));
	for (int i = 0; i < nr; i++) {
		_cleanup_free_ char *path = pb_format("%s/%s", dir, entries[i]->d_name);

		if (!ret)
			ret = path ? pb_module_load(path, i + 1 == nr ? parameters : "") : -ENOMEM;
		free(entries[i]);
	}
	free(entries);
	return ret;
}

static int driver_load(const char *name, const char *parameters)
{
	const char *folder = pb_guest_driver_folder(name);
	_cleanup_free_ char *dir = pb_format("/" PB_GUEST_DRIVERS "/%s", folder);
	_cleanup_free_ char *absent = pb_format("/" PB_GUEST_DRIVERS "/%s/absent", folder);
	_cleanup_free_ char *reason = NULL;
	int ret;

	if (!dir || !absent)
		return -ENOMEM;
	if (!pb_file_exists(absent))
		return files_load(dir, parameters);
	ret = pb_file_read(absent, &reason, NULL);
	return ret ? ret : pb_fail(-EOPNOTSUPP, "%s", reason);
}

int pb_guest_drivers_load(const char *words)
{
	char name[WORD_BYTES], parameters[WORD_BYTES];
	int ret = 0;

	while (!ret && pb_guest_driver_next(&words, name, parameters, sizeof(name)))
		ret = driver_load(name, parameters);
	return ret;
}
