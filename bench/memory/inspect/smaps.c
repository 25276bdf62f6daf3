// SPDX-License-Identifier: GPL-2.0-only
/*
 * smaps - what the kernel says of one mapping of this process.
 * Why: page flags tell what a page is; how it is mapped, and of what, only smaps tells.
 */
#include "bench/memory/inspect/smaps.h"

#include <errno.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

/* Before the name stand the range, the rights, the offset, the device and the inode. */
enum { FIELDS_BEFORE_NAME = 5 };

/*
 * Does this line begin a mapping, and the one that holds @addr? "55d0c0000000-55d0c0021000 rw-p
 * ..."
 */
static bool mapping_begins(const char *line, bool *ret_inside, uintptr_t addr)
{
	char *dash, *blank;
	uintptr_t start = strtoul(line, &dash, 16), end;

	if (dash == line || *dash != '-')
		return false;
	end = strtoul(dash + 1, &blank, 16);
	*ret_inside = start <= addr && addr < end;
	return *blank == ' ';
}

/* Calls @use with each line of the mapping that holds @addr, its head first. */
static int lines_walk(const void *addr, void (*use)(void *data, const char *line, bool head),
		      void *data)
{
	_cleanup_free_ char *smaps = NULL;
	bool inside = false, any = false;
	int ret = pb_file_read("/proc/self/smaps", &smaps, NULL);

	if (ret)
		return ret == -ENOMEM ? ret
				      : pb_fail(-ENODATA, "%s", strdupa(pb_fail_message(ret)));
	for (char *save, *line = strtok_r(smaps, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		bool head = mapping_begins(line, &inside, (uintptr_t)addr);

		any = any || head;
		if (inside)
			use(data, line, head);
	}
	return any ? 0 : pb_fail(-ENODATA, "'/proc/self/smaps' is empty (is it masked?)");
}

struct wanted {
	const char *key;
	uint64_t kib;
	char *name;
	char *rights;
	size_t size;
};

static void number_take(void *data, const char *line, bool head)
{
	struct wanted *wanted = data;

	if (!head && strncmp(line, wanted->key, strlen(wanted->key)) == 0)
		wanted->kib = strtoull(line + strlen(wanted->key), NULL, 10);
}

static void name_take(void *data, const char *line, bool head)
{
	struct wanted *wanted = data;

	if (!head || wanted->name)
		return;
	for (int i = 0; i < FIELDS_BEFORE_NAME; i++) {
		line += strcspn(line, " ");
		line += strspn(line, " ");
	}
	wanted->name = strdup(line);
}

static void rights_take(void *data, const char *line, bool head)
{
	struct wanted *wanted = data;
	const char *rights = line + strcspn(line, " ");

	if (head)
		snprintf(wanted->rights, wanted->size, "%.4s", rights + (*rights == ' '));
}

int pb_smaps_rights(const void *addr, char *rights, size_t size)
{
	struct wanted wanted = { .rights = rights, .size = size };
	int ret;

	*rights = '\0';
	ret = lines_walk(addr, rights_take, &wanted);
	return ret || *rights ? ret : pb_fail(-EFAULT, "nothing is mapped at %p", addr);
}

int pb_smaps_kib(const void *addr, const char *key, uint64_t *ret_kib)
{
	struct wanted wanted = { .key = key };
	int ret = lines_walk(addr, number_take, &wanted);

	if (!ret)
		*ret_kib = wanted.kib;
	return ret;
}

int pb_smaps_name(const void *addr, char **ret_name)
{
	struct wanted wanted = { 0 };
	int ret = lines_walk(addr, name_take, &wanted);

	if (!ret && !wanted.name)
		ret = pb_fail(-EFAULT, "nothing is mapped at %p", addr);
	if (!ret)
		*ret_name = wanted.name;
	return ret;
}
