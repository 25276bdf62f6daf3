// SPDX-License-Identifier: GPL-2.0-only
/*
 * ext4_image - an ext4 file system in a file, the same bytes on any host and any day.
 * Why: a guest has no mke2fs, and an image that differs would move its clock.
 */
#include "bench/backends/vm/ext4_image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/proc.h"
#include "common/str.h"

/* Fixed, so that the image is the same bytes on any host and on any day. */
#define IMAGE_UUID  "70696e62-656e-4368-8000-000000000001"
#define IMAGE_EPOCH "1767225600"
#define IMAGE_CLOCK "E2FSPROGS_FAKE_TIME=" IMAGE_EPOCH

/* A user's PATH has no sbin on Debian. */
static const char *mke2fs_find(void)
{
	static const char *const names[] = { "mke2fs", "/usr/sbin/mke2fs", "/sbin/mke2fs" };

	for (size_t i = 0; i < PB_ARRAY_SIZE(names); i++)
		if (pb_proc_exists(names[i]))
			return names[i];
	return NULL;
}

bool pb_ext4_image_possible(void)
{
	return mke2fs_find() != NULL;
}

/*
 * Without a journal and with all its tables written, no thread of the file system works behind a
 * measurement. Features are named one by one, since each host's configuration has other ones.
 */
int pb_ext4_image_make(const char *path, unsigned int mib)
{
	static const char *const env[] = { IMAGE_CLOCK, "MKE2FS_CONFIG=/dev/null", NULL };
	/* Run where the image lies: behind a '?' in a path mke2fs looks for options. */
	_cleanup_free_ char *dir = strndup(path, (size_t)(strrchr(path, '/') - path));
	const struct pb_proc_options options = { .dir = dir, .env = env };
	static const char extended[] =
		"hash_seed=" IMAGE_UUID ",lazy_itable_init=0,nodiscard,root_owner=0:0";
	_cleanup_free_ char *size = pb_format("%uM", mib);
	const char *const argv[] = {
		mke2fs_find(),
		"-q",
		"-F",
		"-t",
		"ext4",
		"-b",
		"4096",
		"-I",
		"256",
		"-m",
		"0",
		"-N",
		"64",
		"-O",
		"none,ext_attr,filetype,extent,sparse_super,large_file,dir_nlink,extra_isize",
		"-U",
		IMAGE_UUID,
		"-E",
		extended,
		strrchr(path, '/') + 1,
		size,
		NULL,
	};

	return size && dir ? pb_proc_run(argv, &options, NULL) : pb_fail(-ENOMEM, "out of memory");
}
