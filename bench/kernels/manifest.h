/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * manifest - what a folder of the cache held when it was made: each file's size and SHA-256.
 * Why: a file that was cut, mixed up or overwritten must never be taken for the kernel's answer.
 */
#ifndef BENCH_KERNELS_MANIFEST_H
#define BENCH_KERNELS_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"

struct pb_manifest_entry {
	char *name;   /* below the folder */
	char *sha256; /* of a file's content, of a link's target */
	uint64_t size_bytes;
	bool is_link;
};

struct pb_manifest {
	char *folder;
	char *text;                        /* holds all the words */
	struct pb_manifest_entry *entries; /* sorted by name */
	size_t nr;
};

/*
 * Writes @folder/manifest. @title is what the folder is: another folder's manifest is not taken.
 * The last thing to do before a folder gets its final name.
 */
int pb_manifest_write(const char *folder, const char *title) pb_must_check;

/* -EBADMSG: it is missing, cut, unreadable, or of something else. */
int pb_manifest_load(const char *folder, const char *title,
		     struct pb_manifest *ret_manifest) pb_must_check;
void pb_manifest_done(struct pb_manifest *manifest);

/* Does it list a file of that path, which begins with the folder's? */
bool pb_manifest_names(const struct pb_manifest *manifest, const char *path);

/* One file, by its path, which begins with the folder's. -EBADMSG says what is damaged. */
int pb_manifest_check(const struct pb_manifest *manifest, const char *path) pb_must_check;

/*
 * The content of a file that the manifest names, of which the check is: whatever becomes of the file
 * meanwhile, what is returned is what belongs there. Newly allocated. -EBADMSG as of _check().
 */
int pb_manifest_read(const struct pb_manifest *manifest, const char *path, char **ret_data,
		     size_t *ret_len_bytes) pb_must_check;

/*
 * Every file below the folder @below of it ("": of all), and that there are no others. Folders
 * named modules-* have manifests of their own.
 */
int pb_manifest_check_all(const struct pb_manifest *manifest, const char *below) pb_must_check;

#endif
