// SPDX-License-Identifier: GPL-2.0-only
/*
 * listed - does the PMU say itself that it counts an event?
 * Why: arm64's PMU takes an event that it does not implement, and reads 0 for ever.
 *
 * What the processor says of its common events (PMCEID0 and 1) decides which of them the kernel
 * shows in sysfs. Of a processor's further events nobody says anything.
 */
#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "collect/counters/group.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

/* Where PMCEID speaks: each half of a register has 32 bits, for 0x00.. and for 0x4000... */
static bool is_common(uint64_t config)
{
	return config < 0x40 || (config >= 0x4000 && config < 0x4040);
}

/* "event=0x003" */
static bool file_says(const char *path, uint64_t config)
{
	static const char head[] = "event=";
	_cleanup_free_ char *text = NULL;

	if (pb_file_read(path, &text, NULL)) {
		pb_fail_clear();
		return false;
	}
	return !strncmp(text, head, strlen(head)) &&
	       strtoull(text + strlen(head), NULL, 16) == config;
}

static int folder_lists(const char *path, uint64_t config, bool *ret_listed)
{
	_cleanup_closedir_ DIR *folder = opendir(path);
	const struct dirent *entry;

	if (!folder)
		return 0;
	while (!*ret_listed && (entry = readdir(folder))) {
		_cleanup_free_ char *file = NULL;

		if (entry->d_name[0] == '.')
			continue;
		file = pb_format("%s/%s", path, entry->d_name);
		if (!file)
			return -ENOMEM;
		*ret_listed = file_says(file, config);
	}
	return 0;
}

int pb_counter_listed(const char *devices, uint64_t config)
{
	_cleanup_closedir_ DIR *folder = opendir(devices);
	const struct dirent *entry;
	bool any = false, listed = false;

	if (!folder || !is_common(config))
		return 0;
	while (!listed && (entry = readdir(folder))) {
		_cleanup_free_ char *events = NULL;
		int ret;

		if (strncmp(entry->d_name, "armv8_", strlen("armv8_")) != 0)
			continue;
		any = true;
		events = pb_format("%s/%s/events", devices, entry->d_name);
		ret = events ? folder_lists(events, config, &listed) : -ENOMEM;
		if (ret)
			return ret;
	}
	return any && !listed ? -EOPNOTSUPP : 0;
}
