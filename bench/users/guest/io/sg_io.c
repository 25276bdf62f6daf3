// SPDX-License-Identifier: GPL-2.0-only
/*
 * sg_io - SG_IO: a SCSI command of a program of its own, on a disk of scsi_debug.
 * Why: commands that a program makes carry its pages to the disk, whatever they do there.
 */
#include <errno.h>
#include <scsi/sg.h>
#include <string.h>
#include <sys/ioctl.h>

#include "bench/users/guest/io/disk.h"

enum { READ_10 = 0x28, WRITE_10 = 0x2a, COMMAND_BYTES = 10, SECTOR_BYTES = 512, LIMIT_MS = 10000 };

static int disk_open(struct pb_guest_use *use)
{
	return pb_disk_open(use, 0, "/dev/sda");
}

static int command_send(struct pb_guest_use *use, unsigned char operation, int direction)
{
	unsigned int sectors = (unsigned int)(use->len_bytes / SECTOR_BYTES);
	unsigned char command[COMMAND_BYTES] = { operation }, sense[32];
	sg_io_hdr_t io = {
		.interface_id = 'S',
		.dxfer_direction = direction,
		.cmd_len = sizeof(command),
		.mx_sb_len = sizeof(sense),
		.dxfer_len = (unsigned int)use->len_bytes,
		.dxferp = use->buffer,
		.cmdp = command,
		.sbp = sense,
		.timeout = LIMIT_MS,
	};

	command[7] = (unsigned char)(sectors >> 8);
	command[8] = (unsigned char)sectors;
	if (ioctl(use->fds[0], SG_IO, &io))
		return -errno;
	return io.status || io.host_status || io.driver_status ? -EIO : 0;
}

static int sg_read(struct pb_guest_use *use)
{
	return command_send(use, READ_10, SG_DXFER_FROM_DEV);
}

static int sg_write(struct pb_guest_use *use)
{
	return command_send(use, WRITE_10, SG_DXFER_TO_DEV);
}

const struct pb_guest_user pb_guest_sg_io_read = { .open = disk_open, .acquire = sg_read };
const struct pb_guest_user pb_guest_sg_io_write = { .open = disk_open, .acquire = sg_write };
