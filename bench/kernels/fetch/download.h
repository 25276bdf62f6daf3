/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * download - packages from the archive to the cache, by apt-get, with a bar.
 * Why: tens of megabytes are worth a line that moves, and must not be fetched twice.
 */
#ifndef BENCH_KERNELS_FETCH_DOWNLOAD_H
#define BENCH_KERNELS_FETCH_DOWNLOAD_H

#include "bench/kernels/fetch/packages.h"

/* Downloads with the apt configuration @conf. -EIO with apt's words; see pb_archive_download(). */
int pb_download(const char *conf, const struct pb_pick *pick, char ***ret_files) pb_must_check;

#endif
