// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuse - direct I/O on FUSE by io_submit(): counted is the submission.
 * Why: a file system in a program passes the pages of another on, and must hold them meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/users/guest/io/aio.h"
#include "bench/users/guest/io/fuse_server.h"
#include "common/err.h"

#define DIR "/tmp/pinbench-fuse"

enum { FILE_FD, DEVICE };

/* It runs when nobody else does: what it is woken for is not to be in the window. */
static int server_start(struct pb_guest_use *use)
{
	const struct sched_param idle = { 0 };
	pid_t pid = fork();

	if (pid < 0)
		return pb_fail(-errno, "cannot start a server: %s", strerror(errno));
	if (!pid) {
		if (sched_setscheduler(0, SCHED_IDLE, &idle))
			_exit(1);
		pb_fuse_serve(use->fds[DEVICE]);
	}
	use->child = pid;
	return 0;
}

static int fuse_mount(struct pb_guest_use *use)
{
	char options[96];

	mkdir(DIR, 0700);
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0",
		 use->fds[DEVICE]);
	return mount("pinbench", DIR, "fuse", 0, options)
		       ? pb_guest_refused("mount of fuse", -errno)
		       : 0;
}

static int fuse_open(struct pb_guest_use *use)
{
	int ret = pb_guest_open_fd(use, DEVICE, "/dev/fuse", O_RDWR);

	if (!ret)
		ret = fuse_mount(use);
	if (!ret)
		ret = server_start(use);
	if (!ret)
		ret = pb_guest_open_fd(use, FILE_FD, DIR "/" PB_FUSE_FILE, O_RDWR | O_DIRECT);
	return ret ? ret : pb_aio_open(use);
}

static void fuse_close(struct pb_guest_use *use)
{
	pb_aio_close(use);
	closep(&use->fds[FILE_FD]);
	use->fds[FILE_FD] = -1;
	umount2(DIR, MNT_DETACH);
	rmdir(DIR);
}

const struct pb_guest_user pb_guest_fuse_read = {
	.open = fuse_open,
	.acquire = pb_aio_read,
	.after = pb_aio_reap,
	.close = fuse_close,
};
const struct pb_guest_user pb_guest_fuse_write = {
	.open = fuse_open,
	.acquire = pb_aio_write,
	.after = pb_aio_reap,
	.close = fuse_close,
};
