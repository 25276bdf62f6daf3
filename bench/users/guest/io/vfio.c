// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio - memory of a process mapped for a device, by VFIO's type 1 IOMMU.
 * Why: what a virtual machine or a driver in user space pays before its device may write anywhere.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench/users/guest/guest.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

#define DEVICES "/sys/bus/pci/devices"

/* QEMU's teaching device, which no driver of the kernel's takes. */
#define EDU_ID "0x11e8"

enum { CONTAINER, GROUP };

/* Below the addresses that the IOMMU keeps for interrupts. */
enum { IOVA = 0x10000000 };

static int text_put(const char *path, const char *text)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return pb_guest_refused(path, -errno);
	return 0;
}

static bool is_edu(const char *address)
{
	_cleanup_free_ char *path = pb_format(DEVICES "/%s/device", address), *id = NULL;

	if (!path || pb_file_read(path, &id, NULL)) {
		pb_fail_clear();
		return false;
	}
	return strncmp(id, EDU_ID, strlen(EDU_ID)) == 0;
}

static int device_find(char **ret_address)
{
	DIR *dir = opendir(DEVICES);

	*ret_address = NULL;
	for (struct dirent *entry; dir && (entry = readdir(dir));)
		if (*entry->d_name != '.' && is_edu(entry->d_name)) {
			*ret_address = strdup(entry->d_name);
			break;
		}
	if (dir)
		closedir(dir);
	return *ret_address ? 0 : pb_fail(-EOPNOTSUPP, "this guest has no device for VFIO to take");
}

/* Bound once; a later cell finds it so. */
static int device_bind(const char *address)
{
	_cleanup_free_ char *override = pb_format(DEVICES "/%s/driver_override", address);
	_cleanup_free_ char *driver = pb_format(DEVICES "/%s/driver", address);
	int ret = override && driver ? 0 : -ENOMEM;

	if (ret || pb_file_exists(driver))
		return ret;
	ret = text_put(override, "vfio-pci");
	return ret ? ret : text_put("/sys/bus/pci/drivers_probe", address);
}

static int group_open(struct pb_guest_use *use, const char *address)
{
	_cleanup_free_ char *link = pb_format(DEVICES "/%s/iommu_group", address), *path = NULL;
	char target[256];
	ssize_t len = link ? readlink(link, target, sizeof(target) - 1) : -1;

	if (len < 0)
		return pb_guest_refused("the device's IOMMU group", -errno);
	target[len] = '\0';
	path = pb_format("/dev/vfio%s", strrchr(target, '/') ? strrchr(target, '/') : "");
	if (!path)
		return -ENOMEM;
	return pb_guest_open_fd(use, GROUP, path, O_RDWR);
}

static int vfio_open(struct pb_guest_use *use)
{
	_cleanup_free_ char *address = NULL;
	int ret = device_find(&address);

	if (!ret)
		ret = device_bind(address);
	if (!ret)
		ret = pb_guest_open_fd(use, CONTAINER, "/dev/vfio/vfio", O_RDWR);
	if (!ret)
		ret = group_open(use, address);
	if (!ret && ioctl(use->fds[GROUP], VFIO_GROUP_SET_CONTAINER, &use->fds[CONTAINER]))
		ret = pb_guest_refused("VFIO_GROUP_SET_CONTAINER", -errno);
	if (!ret && ioctl(use->fds[CONTAINER], VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		ret = pb_guest_refused("VFIO_SET_IOMMU of type 1", -errno);
	return ret;
}

static int dma_map(struct pb_guest_use *use)
{
	const struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)use->buffer,
		.iova = IOVA,
		.size = use->len_bytes,
	};

	return ioctl(use->fds[CONTAINER], VFIO_IOMMU_MAP_DMA, &map) ? -errno : 0;
}

static int dma_unmap(struct pb_guest_use *use)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = IOVA,
		.size = use->len_bytes,
	};

	if (ioctl(use->fds[CONTAINER], VFIO_IOMMU_UNMAP_DMA, &unmap))
		return -errno;
	return unmap.size == use->len_bytes ? 0 : -EIO;
}

/*
 * What unmaps is not counted: it writes to the IOMMU, and under icount an instruction that reaches a
 * device is begun twice where it does not end its block, so that the profile is not what the clock read.
 */
const struct pb_guest_user pb_guest_vfio_map = {
	.open = vfio_open,
	.acquire = dma_map,
	.after = dma_unmap,
};
