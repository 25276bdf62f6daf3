/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * packages - Debian's package indices: which kernels are there, and what belongs to one.
 * Why: a rung is a name like 6.12; which packages that means changes from week to week.
 */
#ifndef BENCH_KERNELS_FETCH_PACKAGES_H
#define BENCH_KERNELS_FETCH_PACKAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"

struct pb_package {
	char *name;
	char *version;
	char *arch;    /* "arm64", "all" */
	char *depends; /* as in the index; "" if there are none */
	char *sha256;  /* in hexadecimal digits, as the signed index has it */
	uint64_t size_bytes;
};

struct pb_packages {
	struct pb_package *items;
	size_t nr;
};

/* Of other architectures: what the agent is linked with. NULL-terminated. */
extern const char *const pb_library_packages[];

enum { PB_PICK_MAX = 16 };

/* One kernel: its image, its headers, and what the two need of their own kind. */
struct pb_pick {
	char release[64];                           /* uname -r; empty: no kernel */
	char title[80];                             /* "kernel 6.1.0-49-cloud-amd64" */
	const struct pb_package *list[PB_PICK_MAX]; /* the image first; belong to the index */
	size_t nr;
	uint64_t size_bytes;
};

/* Compares two versions as dpkg does: < 0, 0, > 0. */
int pb_version_compare(const char *a, const char *b);

/*
 * The stanzas of an index (Packages file) that anything here asks for, kernels' above all: a
 * hundredth of it. Newly allocated.
 */
int pb_packages_extract(const char *index, char **ret_extract) pb_must_check;

/* Parses these stanzas of an index or an extract. */
int pb_packages_parse(const char *index, struct pb_packages *ret_packages) pb_must_check;
void pb_packages_done(struct pb_packages *packages);

/*
 * Picks the newest kernel whose image package matches @pattern (whole name, extended regular
 * expression) and, unless empty, whose upstream version is @version. What runs when modules are
 * built (kbuild) is of the host's architecture, all else of the image's. -ENOENT: the index has
 * none; -ENOPKG: it has images, but none with everything that building modules needs.
 */
int pb_packages_pick(const struct pb_packages *packages, const char *pattern, const char *version,
		     struct pb_pick *ret_pick) pb_must_check;

/* Picks the newest package of that name and architecture alone; -ENOENT. */
int pb_packages_pick_one(const struct pb_packages *packages, const char *name, const char *arch,
			 struct pb_pick *ret_pick) pb_must_check;

/*
 * The compiler that building for a picked kernel wants, "gcc-12", as its headers' dependencies say
 * it before anything is downloaded. false: they name none.
 */
bool pb_pick_compiler(const struct pb_pick *pick, char *ret_name, size_t len_bytes);

#endif
