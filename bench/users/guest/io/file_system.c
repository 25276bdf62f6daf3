// SPDX-License-Identifier: GPL-2.0-only
/*
 * file_system - O_DIRECT on a file of ext4, which lies on brd, and on a loop device over that file.
 * Why: most direct I/O is on files; a loop device's is done by a worker, after its submitter pinned.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/users/guest/drivers.h"
#include "bench/users/guest/io/aio.h"
#include "bench/users/guest/io/disk.h"
#include "common/err.h"
#include "common/file.h"

/* The second disk: the first one's users write over it. */
#define DISK  "/dev/ram1"
#define IMAGE "/" PB_GUEST_EXT4
#define MOUNT "/ext4"
#define DATA  MOUNT "/data"
#define LOOP  "/dev/loop0"

enum { DATA_BYTES = 1 << 20, COPY_BYTES = 64 << 10 };
enum { FILE_FD, OTHER_FD };

static int image_copy(struct pb_guest_use *use)
{
	static char bytes[COPY_BYTES];
	_cleanup_close_ int from = open(IMAGE, O_RDONLY | O_CLOEXEC), to = -1;
	ssize_t len;
	int ret;

	if (from < 0)
		return pb_fail(-EOPNOTSUPP,
			       "there is no file system to mount: mke2fs is not on the "
			       "host (Debian: e2fsprogs)");
	ret = pb_disk_open(use, OTHER_FD, DISK); /* waits until it is there */
	if (ret)
		return ret;
	to = open(DISK, O_WRONLY | O_CLOEXEC);
	while ((len = read(from, bytes, sizeof(bytes))) > 0)
		if (to < 0 || write(to, bytes, (size_t)len) != len)
			return pb_fail(-EIO, "cannot copy a file system to " DISK);
	closep(&use->fds[OTHER_FD]);
	use->fds[OTHER_FD] = -1;
	return len || fsync(to) ? pb_fail(-errno, "cannot read " IMAGE ": %s", strerror(errno)) : 0;
}

/* Blocks are allocated once: what is counted overwrites. */
static int data_write(void)
{
	static char bytes[COPY_BYTES];
	_cleanup_close_ int fd = open(DATA, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	for (size_t done = 0; done < DATA_BYTES; done += sizeof(bytes))
		if (fd < 0 || write(fd, bytes, sizeof(bytes)) != sizeof(bytes))
			return pb_fail(-EIO, "cannot write '" DATA "'");
	return fsync(fd) ? pb_fail(-errno, "cannot write '" DATA "': %s", strerror(errno)) : 0;
}

/* Mounted once, for all cells. */
static int ext4_mount(struct pb_guest_use *use)
{
	int ret;

	if (pb_file_exists(DATA))
		return 0;
	ret = image_copy(use);
	mkdir(MOUNT, 0755);
	if (!ret && mount(DISK, MOUNT, "ext4", MS_NOATIME, "noload"))
		ret = pb_guest_refused("to mount an ext4", -errno);
	return ret ? ret : data_write();
}

static int ext4_open(struct pb_guest_use *use)
{
	int ret = ext4_mount(use);

	return ret ? ret : pb_guest_open_fd(use, FILE_FD, DATA, O_RDWR | O_DIRECT);
}

static int file_read(struct pb_guest_use *use)
{
	return pb_guest_got(pread(use->fds[FILE_FD], use->buffer, use->len_bytes, 0),
			    (long)use->len_bytes);
}

static int file_write(struct pb_guest_use *use)
{
	return pb_guest_got(pwrite(use->fds[FILE_FD], use->buffer, use->len_bytes, 0),
			    (long)use->len_bytes);
}

const struct pb_guest_user pb_guest_dio_read_ext4 = { .open = ext4_open, .acquire = file_read };
const struct pb_guest_user pb_guest_dio_write_ext4 = { .open = ext4_open, .acquire = file_write };

static int loop_open(struct pb_guest_use *use)
{
	int ret = ext4_mount(use);

	if (!ret)
		ret = pb_disk_open(use, FILE_FD, LOOP);
	if (!ret)
		ret = pb_guest_open_fd(use, OTHER_FD, DATA, O_RDWR);
	/* Bound by an earlier cell: it stays. */
	if (!ret && ioctl(use->fds[FILE_FD], LOOP_SET_FD, use->fds[OTHER_FD]) && errno != EBUSY)
		ret = pb_guest_refused("LOOP_SET_FD", -errno);
	if (!ret)
		ret = pb_guest_undisturbed();
	return ret ? ret : pb_aio_open(use);
}

const struct pb_guest_user pb_guest_aio_read_loop = {
	.open = loop_open,
	.acquire = pb_aio_read,
	.after = pb_aio_reap,
	.close = pb_aio_close,
};
const struct pb_guest_user pb_guest_aio_write_loop = {
	.open = loop_open,
	.acquire = pb_aio_write,
	.after = pb_aio_reap,
	.close = pb_aio_close,
};
