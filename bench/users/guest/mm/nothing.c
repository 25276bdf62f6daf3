// SPDX-License-Identifier: GPL-2.0-only
/*
 * nothing - a system call that takes no page: getppid().
 * Why: what all others have in common, so that its price can be seen apart.
 */
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/users/guest/guest.h"

static int call(struct pb_guest_use *use)
{
	(void)use;
	return syscall(SYS_getppid) >= 0 ? 0 : -EIO;
}

const struct pb_guest_user pb_guest_nothing = { .acquire = call };
