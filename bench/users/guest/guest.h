/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest - users of GUP as a guest runs them: what each needs, and its calls.
 * Why: in a guest that counts instructions the kernel's real users can be had by anybody, exactly,
 * without their hardware.
 */
#ifndef BENCH_USERS_GUEST_GUEST_H
#define BENCH_USERS_GUEST_GUEST_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/memory/memory.h"
#include "common/cleanup.h"

/* What a user's acquire must be seen to do; one that does not is a failed cell. */
enum pb_guest_calls {
	PB_GUEST_NOTHING, /* a comparison: it must not take pages */
	PB_GUEST_GUP,     /* get_user_pages*() or pin_user_pages*() */
	PB_GUEST_FAULTS,  /* it brings pages in, and holds none */
	PB_GUEST_WALKS,   /* it looks at the page tables */
};

enum { PB_GUEST_FDS = 6 };

struct pb_guest_use {
	size_t nr_pages; /* a call */
	size_t page_bytes;
	size_t len_bytes; /* nr_pages of them */
	struct pb_memory memory;
	char *buffer;          /* the memory's start */
	int fds[PB_GUEST_FDS]; /* -1; what is open is closed when the user ends */
	void *map;             /* likewise unmapped; NULL: nothing */
	size_t map_bytes;
	pid_t child;     /* likewise killed; 0: none */
	void *state;     /* from malloc(), likewise freed */
	uint64_t number; /* the user's own */
};

/* In a window: 0, or -errno without a message. */
typedef int (*pb_guest_call)(struct pb_guest_use *use);

struct pb_guest_user {
	/*
	 * Set-up. 0, or -errno with a message; -EOPNOTSUPP: this kernel has no such user. NULL:
	 * there is nothing to set up.
	 */
	int (*open)(struct pb_guest_use *use) pb_must_check;
	pb_guest_call before; /* ahead of each acquire, not counted; NULL: nothing */
	pb_guest_call acquire;
	pb_guest_call release; /* NULL: acquire does both, or what lets go cannot be counted */
	pb_guest_call after;   /* behind each release, not counted; NULL: nothing */
	/* What the fields of struct pb_guest_use do not hold. NULL: nothing. */
	void (*close)(struct pb_guest_use *use);
};

/* A row of guest.def. */
struct pb_guest_row {
	const char *name;
	const char *sort;     /* the case of pin_user_pages.rst: "1" to "5", "-" */
	const char *strategy; /* of pinbench, beside which it stands; "" for none */
	const char *memory;
	enum pb_guest_calls calls;
	uint64_t most_pages; /* a call */
	const char *modules; /* of the kernel's package, in order, ", " between: "brd rd_nr=1" */
	const char *needs;   /* what a kernel without it lacks, for a message */
	const struct pb_guest_user *user;
};

/* The row of this name, or NULL. */
const struct pb_guest_row *pb_guest_find(const char *name);

/* For open(): the kernel's no to @what, as -EOPNOTSUPP where the user is not there, else -@code. */
int pb_guest_refused(const char *what, int code);

/* Opens @path into use->fds[@at]. -EOPNOTSUPP where it is not there. */
int pb_guest_open_fd(struct pb_guest_use *use, int at, const char *path, int flags) pb_must_check;

/*
 * For open(): threads of the kernel that a call wakes wait until the task sleeps. Where one would run
 * at once no window is the task's own.
 */
int pb_guest_undisturbed(void) pb_must_check;

/* A number that a call returned, as calls return: 0 if it is @wanted, -errno, else -EIO. */
static inline int pb_guest_got(long got, long wanted)
{
	return got == wanted ? 0 : got < 0 ? -errno : -EIO;
}

#define PB_GUEST(ident, name, sort, strategy, memory, calls, most, modules, needs, summary) \
	extern const struct pb_guest_user pb_guest_##ident;
#include "bench/users/guest/guest.def"
#undef PB_GUEST

#endif
