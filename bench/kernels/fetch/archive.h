/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * archive - one suite of Debian's archive, through an apt root of its own.
 * Why: kernels come from suites that are not the host's, and the host's apt must not notice.
 */
#ifndef BENCH_KERNELS_FETCH_ARCHIVE_H
#define BENCH_KERNELS_FETCH_ARCHIVE_H

#include "bench/kernels/arch.h"
#include "bench/kernels/fetch/packages.h"
#include "bench/kernels/fetch/sources.h"

struct pb_archive {
	char *suite;
	char *name; /* of this root: the suite, and the architecture unless it is the default one */
	char *uri;  /* of the archive that has the suite */
	char *conf; /* apt's configuration file for this root */
	char *dir;
	const struct pb_arch *arch;
};

/*
 * For packages of @arch, and of the host's architecture, whose programs build for @arch. Its root
 * is made when something is fetched.
 */
int pb_archive_open(const struct pb_sources *sources, const char *suite, const struct pb_arch *arch,
		    struct pb_archive *ret_archive) pb_must_check;
void pb_archive_done(struct pb_archive *archive);

/*
 * Fetches the package lists, verified by Debian's signature. -ENODATA: the archive answered, but no
 * longer carries the suite; -ENETUNREACH: it could not be reached; -EIO: anything else.
 */
int pb_archive_update(const struct pb_archive *archive) pb_must_check;

/* The kernels' part of the lists as they were last fetched; -ENOENT: never were. */
int pb_archive_packages(const struct pb_archive *archive,
			struct pb_packages *ret_packages) pb_must_check;

/*
 * Downloads the packages of @pick to the cache, picking up what an interrupted one left, with a
 * bar. @ret_files: their paths, NULL-terminated (pb_words_free()). Errors as of _update();
 * -ENODATA: the lists name a package that is gone.
 */
int pb_archive_download(const struct pb_archive *archive, const struct pb_pick *pick,
			char ***ret_files) pb_must_check;

/* What apt's words say about a failure: -ENODATA, -ENETUNREACH or -EIO. For tests. */
int pb_archive_judge(const char *words);

#endif
