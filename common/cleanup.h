/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cleanup - scope guards: a resource is released where its variable ends, on every path.
 * Why: early returns stay short and nothing leaks when a new one is added.
 */
#ifndef COMMON_CLEANUP_H
#define COMMON_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define pb_must_check        __attribute__((warn_unused_result))
#define pb_printf(fmt, args) __attribute__((format(printf, fmt, args)))
#define pb_cleanup(fn)       __attribute__((cleanup(fn)))

/* Hand the resource over: the guard that held it finds nothing to release. */
#define pb_steal(ptr)                            \
	({                                       \
		__typeof__(ptr) stolen_ = (ptr); \
		(ptr) = NULL;                    \
		stolen_;                         \
	})
#define pb_steal_fd(fd)             \
	({                          \
		int stolen_ = (fd); \
		(fd) = -1;          \
		stolen_;            \
	})

/* Defines a guard for a type with a NULL-safe release function: pb_cleanup(name). */
#define PB_DEFINE_CLEANUP(name, type, release) \
	static inline void name(type *guarded) \
	{                                      \
		if (*guarded)                  \
			release(*guarded);     \
	}                                      \
	struct pb_cleanup_wants_a_semicolon

static inline void freep(void *guarded)
{
	free(*(void **)guarded);
}

static inline void closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

PB_DEFINE_CLEANUP(fclosep, FILE *, fclose);
PB_DEFINE_CLEANUP(closedirp, DIR *, closedir);

#define _cleanup_free_     pb_cleanup(freep)
#define _cleanup_close_    pb_cleanup(closep)
#define _cleanup_fclose_   pb_cleanup(fclosep)
#define _cleanup_closedir_ pb_cleanup(closedirp)

#endif
