// SPDX-License-Identifier: GPL-2.0-only
/*
 * disk - the disks of null_blk and brd, opened for direct I/O.
 * Why: several users do I/O on the same disks, each by calls of its own.
 */
#include "bench/users/guest/io/disk.h"

#include <fcntl.h>
#include <time.h>

#include "common/file.h"

/* A device appears when its driver's thread has found it. */
enum { STEP_MS = 20, STEPS = 150 };

int pb_disk_open(struct pb_guest_use *use, int at, const char *path)
{
	const struct timespec pause = { .tv_nsec = STEP_MS * 1000000L };

	for (int i = 0; i < STEPS && !pb_file_exists(path); i++)
		nanosleep(&pause, NULL);
	return pb_guest_open_fd(use, at, path, O_RDWR | O_DIRECT);
}

int pb_disk_null_open(struct pb_guest_use *use)
{
	return pb_disk_open(use, 0, "/dev/nullb0");
}

int pb_disk_brd_open(struct pb_guest_use *use)
{
	return pb_disk_open(use, 0, "/dev/ram0");
}
