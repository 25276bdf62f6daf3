// SPDX-License-Identifier: GPL-2.0-only
/*
 * devices - brings up the disk and the persistent memory that the host gave this guest.
 * Why: the kinds of memory that lie on them find them at their places, or a reason instead.
 *
 * The memory that memmap= declares becomes a region each, in the order of addresses
 * (bench/backends/vm/devices.h): /dev/pmem0 a plain disk, /dev/pmem1 one for DAX, the third a DAX
 * device.
 */
#include "bench/agent/guest/devices.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "bench/agent/modules.h"
#include "bench/memory/needs.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

#define ND "/sys/bus/nd"

static const struct {
	const char *place;
	const char *device;
	const char *options;
} file_systems[] = {
	{ PB_PLACE_DISK, "/dev/pmem0", "noload" },
	{ PB_PLACE_PMEM, "/dev/pmem1", "noload,dax=always" },
};

/* What turns the third region's memory into a device, in this order. */
static const struct {
	const char *path;
	const char *text;
} dax_steps[] = {
	{ ND "/drivers/nd_pmem/unbind", "namespace2.0" },
	{ ND "/devices/dax2.0/align", "2097152" },
	{ ND "/devices/dax2.0/mode", "ram" }, /* its page structures lie in ordinary memory */
	{ ND "/devices/dax2.0/uuid", "70696e62-656e-4368-8000-000000000002" },
	{ ND "/devices/dax2.0/namespace", "namespace2.0" },
	{ ND "/drivers/dax_pmem/bind", "dax2.0" },
};

static int text_put(const char *path, const char *text)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return pb_fail(-errno, "cannot write '%s' to '%s': %s", text, path,
			       strerror(errno));
	return 0;
}

int pb_devices_fail(const char *place, int code)
{
	_cleanup_free_ char *reason = strdup(pb_fail_message(code));
	int ret = reason ? pb_place_missing(place, reason) : pb_fail(-ENOMEM, "out of memory");

	if (!ret)
		pb_fail_clear();
	return ret;
}

static int is_numbered(const struct dirent *entry)
{
	return entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int pb_devices_load(const char *dir)
{
	struct dirent **entries;
	int nr = scandir(dir, &entries, is_numbered, by_name), ret = 0;

	if (nr < 0)
		return pb_fail(-errno, "cannot read folder '%s': %s", dir, strerror(errno));
	for (int i = 0; i < nr; i++) {
		_cleanup_free_ char *path = pb_format("%s/%s", dir, entries[i]->d_name);

		if (!ret)
			ret = path ? pb_module_load(path, "") : -ENOMEM;
		free(entries[i]);
	}
	free(entries);
	return ret;
}

/* Devices are found by threads of the kernel's own; reading this waits for them. */
static int devices_wait(void)
{
	_cleanup_free_ char *text = NULL;

	return pb_file_read(ND "/devices/ndbus0/wait_probe", &text, NULL);
}

static int fs_mount(size_t i)
{
	_cleanup_free_ char *dir = pb_format(PB_PLACES "/%s", file_systems[i].place);

	if (!dir)
		return -ENOMEM;
	mkdir(dir, 0755);
	if (mount(file_systems[i].device, dir, "ext4", MS_NOATIME, file_systems[i].options))
		return pb_fail(-errno, "cannot mount %s (ext4, %s): %s", file_systems[i].device,
			       file_systems[i].options, strerror(errno));
	return 0;
}

static int dax_make(void)
{
	int ret = 0;

	for (size_t i = 0; i < PB_ARRAY_SIZE(dax_steps) && !ret; i++)
		ret = text_put(dax_steps[i].path, dax_steps[i].text);
	if (ret)
		return ret;
	if (!pb_file_exists("/dev/dax2.0"))
		return pb_fail(-ENODEV, "the kernel made no device of the third region");
	if (symlink("/dev/dax2.0", PB_PLACES "/" PB_PLACE_DEVDAX))
		return pb_fail(-errno, "cannot link the DAX device: %s", strerror(errno));
	return 0;
}

/* A line is "place<tab>reason". */
int pb_devices_absent(const char *dir)
{
	_cleanup_free_ char *path = pb_format("%s/absent.tsv", dir), *text = NULL;
	int ret = path ? pb_file_read(path, &text, NULL) : -ENOMEM;

	if (!ret && mkdir(PB_PLACES, 0755) && errno != EEXIST)
		ret = pb_fail(-errno, "cannot make folder '%s': %s", PB_PLACES, strerror(errno));

	for (char *save, *line = ret ? NULL : strtok_r(text, "\n", &save); line && !ret;
	     line = strtok_r(NULL, "\n", &save)) {
		char *reason = strchr(line, '\t');

		if (!reason)
			return pb_fail(-EBADMSG, "'%s': no tab in line '%s'", path, line);
		*reason++ = '\0';
		ret = pb_place_missing(line, reason);
	}
	return ret;
}

static bool is_noted(const char *place)
{
	_cleanup_free_ char *absent = pb_format(PB_PLACES "/%s.absent", place);

	return absent && pb_file_exists(absent);
}

/* @reason: what stands in the way of all of them, or NULL. */
static int places_make(const char *reason)
{
	int ret = 0;

	for (size_t i = 0; i < PB_ARRAY_SIZE(file_systems) && !ret; i++) {
		int failed;

		if (is_noted(file_systems[i].place))
			continue;
		failed = reason ? pb_fail(-ENODEV, "%s", reason) : fs_mount(i);
		if (failed)
			ret = pb_devices_fail(file_systems[i].place, failed);
	}
	if (!ret && !is_noted(PB_PLACE_DEVDAX)) {
		int failed = reason ? pb_fail(-ENODEV, "%s", reason) : dax_make();

		if (failed)
			ret = pb_devices_fail(PB_PLACE_DEVDAX, failed);
	}
	return ret;
}

int pb_devices_begin(const char *dir)
{
	_cleanup_free_ char *reason = NULL;
	int ret, code;

	if (!pb_file_exists(dir))
		return 0;
	/* What is dirty stays so until its file goes: no thread writes it back meanwhile. */
	ret = text_put("/proc/sys/vm/dirty_writeback_centisecs", "0");
	if (!ret)
		ret = pb_devices_absent(dir);
	if (ret)
		return ret;
	code = pb_devices_load(dir);
	if (!code)
		code = devices_wait();
	if (code) {
		reason = strdup(pb_fail_message(code));
		pb_fail_clear();
		if (!reason)
			return pb_fail(-ENOMEM, "out of memory");
	}
	return places_make(reason);
}
