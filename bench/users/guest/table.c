// SPDX-License-Identifier: GPL-2.0-only
/*
 * table - the users that a guest runs, and what several of them share.
 * Why: a user is a file and a row of guest.def.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>

#include "bench/users/guest/guest.h"
#include "common/err.h"
#include "common/str.h"

/* The cases of pin_user_pages.rst. */
#define SORT_DIO      "1"
#define SORT_LONGTERM "2"
#define SORT_NOTIFIER "3"
#define SORT_PAGE     "4"
#define SORT_DATA     "5"
#define SORT_NONE     "-"

static const struct pb_guest_row rows[] = {
#define PB_GUEST(ident, name, sort, strategy, memory, calls, most, modules, needs, summary) \
	{ name, SORT_##sort, strategy, memory,           PB_GUEST_##calls,                  \
	  most, modules,     needs,    &pb_guest_##ident },
#include "bench/users/guest/guest.def"
#undef PB_GUEST
};

const struct pb_guest_row *pb_guest_find(const char *name)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++)
		if (pb_streq(rows[i].name, name))
			return &rows[i];
	return NULL;
}

/* What a kernel answers that does not know a call, its option or its object. */
static bool is_absence(int code)
{
	static const int absences[] = { ENOSYS,          EOPNOTSUPP,
					ENOTTY,          EINVAL,
					ENOPROTOOPT,     EAFNOSUPPORT,
					EPROTONOSUPPORT, ENOENT,
					ENODEV,          ENXIO,
					ESOCKTNOSUPPORT, 524 /* the kernel's own ENOTSUPP */ };

	for (size_t i = 0; i < PB_ARRAY_SIZE(absences); i++)
		if (absences[i] == code)
			return true;
	return false;
}

int pb_guest_refused(const char *what, int code)
{
	return pb_fail(is_absence(-code) ? -EOPNOTSUPP : code, "%s: %s", what, strerror(-code));
}

int pb_guest_open_fd(struct pb_guest_use *use, int at, const char *path, int flags)
{
	use->fds[at] = open(path, flags | O_CLOEXEC, 0600);
	return use->fds[at] < 0 ? pb_guest_refused(path, -errno) : 0;
}

int pb_guest_undisturbed(void)
{
	const struct sched_param param = { .sched_priority = 1 };

	return sched_setscheduler(0, SCHED_FIFO, &param)
		       ? pb_fail(-errno, "cannot become a task of SCHED_FIFO: %s", strerror(errno))
		       : 0;
}
