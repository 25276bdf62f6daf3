// SPDX-License-Identifier: GPL-2.0-only
/*
 * user - the table of system calls that stand for strategies, and why others have none.
 * Why: a strategy that cannot be reached is refused with a sentence, never left out.
 */
#include "bench/users/user.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

const struct pb_user *const pb_users[] = {
#define PB_USER(ident) &pb_user_##ident,
#include "bench/users/users.def"
#undef PB_USER
	NULL,
};

static const struct {
	const char *strategy, *why;
} absences[] = {
	{ "ref", "no system call takes a reference on a folio that it has looked up before: every "
		 "one walks the page table first" },
	{ "pin-fast", "its consumer, direct I/O, ends in a block device, whose own time is many "
		      "times that of a pin" },
};

static bool stands_for(const struct pb_user *consumer, const char *strategy)
{
	return pb_streq(consumer->strategy, strategy) ||
	       (consumer->also && pb_streq(consumer->also, strategy));
}

const struct pb_user *pb_user_find(const char *strategy, bool at_once)
{
	const struct pb_user *found = NULL;

	for (size_t i = 0; pb_users[i]; i++) {
		if (!stands_for(pb_users[i], strategy))
			continue;
		if (!found || (at_once && pb_users[i]->contends && !found->contends))
			found = pb_users[i];
	}
	if (found)
		return found;
	for (size_t i = 0; i < PB_ARRAY_SIZE(absences); i++)
		if (pb_streq(absences[i].strategy, strategy)) {
			pb_fail(-EOPNOTSUPP, "%s", absences[i].why);
			return NULL;
		}
	pb_fail(-EOPNOTSUPP, "no system call is known that stands for strategy '%s'", strategy);
	return NULL;
}

bool pb_kernel_has(const char *function)
{
	_cleanup_fclose_ FILE *symbols = fopen("/proc/kallsyms", "re");
	char line[256], name[128];

	while (symbols && fgets(line, sizeof(line), symbols))
		if (sscanf(line, "%*s %*c %127s", name) == 1 && pb_streq(name, function))
			return true;
	return false;
}

char *pb_unmapped(void)
{
	/* Above mmap_min_addr, below where any loader puts anything. */
	return (char *)(uintptr_t)0x100000;
}
