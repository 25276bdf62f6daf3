/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sources - where this machine gets Debian from, as its own apt sources say.
 * Why: no mirror is named in pinbench; a machine behind a mirror or a proxy keeps using it.
 */
#ifndef BENCH_KERNELS_FETCH_SOURCES_H
#define BENCH_KERNELS_FETCH_SOURCES_H

#include "common/cleanup.h"

struct pb_sources {
	char *archive;  /* of the main archive, "http://.../debian", no final slash */
	char *security; /* of the security archive */
};

/* Asks apt. -ENOENT where no source is a Debian archive. */
int pb_sources_find(struct pb_sources *ret_sources) pb_must_check;
void pb_sources_done(struct pb_sources *sources);

/*
 * The parts of it that need no apt, for tests. @targets: lines "Packages|REPO_URI|RELEASE|
 * COMPONENT|ORIGIN" as apt-get indextargets gives them; @uris: what apt-get update --print-uris
 * gives, which needs no downloaded lists but knows no origins. Either may be empty.
 */
int pb_sources_parse(const char *targets, const char *uris,
		     struct pb_sources *ret_sources) pb_must_check;

#endif
