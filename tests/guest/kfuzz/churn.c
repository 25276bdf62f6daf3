// SPDX-License-Identifier: GPL-2.0-only
/*
 * churn - modules that come and go, memory that is short, pages that are moved.
 * Why: what requests stand on changes under them, and not only by their own hands.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/guest/kfuzz/kfuzz.h"
#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"

static bool built[PB_MAX_ID + 1]; /* strategies that this kernel has */

static bool text_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

static void module_load(const struct strategy_row *row)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/modules/pinbench_%s.ko", row->ident);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)
		printf("# cannot load %s: %s\n", path, strerror(errno));
	close(fd);
}

void churn_begin(void)
{
	struct pb_info info = { .size = sizeof(info) };
	int fd = device_open();

	if (device_request(fd, PB_IOC_INFO, &info))
		tap_bail("cannot ask the device");
	for (uint32_t id = 1; id <= PB_MAX_ID; id++)
		built[id] = info.strategies & 1ULL << id;
	close(fd);
	text_write("/proc/sys/vm/nr_hugepages", "16");
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	/* fail-nth says which allocation; these say that it may be any, without a trace of each. */
	text_write("/sys/kernel/debug/failslab/ignore-gfp-wait", "N");
	text_write("/sys/kernel/debug/failslab/verbose", "0");
	text_write("/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N");
	text_write("/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem", "N");
	text_write("/sys/kernel/debug/fail_page_alloc/min-order", "0");
	text_write("/sys/kernel/debug/fail_page_alloc/verbose", "0");
}

/* Takes what is free, until the kernel takes it back from somebody. */
static void memory_press(void)
{
	pid_t pid = fork();

	if (!pid) {
		struct sysinfo info;
		size_t len;
		char *memory;

		sysinfo(&info);
		len = info.freeram;
		memory = mmap(NULL, len, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
		_exit(memory == MAP_FAILED);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

static void module_churn(struct chance *chance)
{
	const struct strategy_row *row = strategy_rows;
	char module[64];

	for (uint64_t at = chance_below(chance, 32); at; at--)
		row = row[1].id ? row + 1 : strategy_rows;
	snprintf(module, sizeof(module), "pinbench_%s", row->ident);
	if (built[row->id] && !module_delete(module))
		module_load(row);
	module_delete("pinbench"); /* in use by its strategies, always */
}

void churn_step(struct chance *chance)
{
	char text[16];

	switch (chance_below(chance, 128)) {
	case 0:
		text_write("/proc/sys/vm/compact_memory", "1");
		break;
	case 2:
		text_write("/proc/sys/vm/drop_caches", "3");
		break;
	case 3:
		snprintf(text, sizeof(text), "%d", (int)chance_below(chance, PB_MAX_INJECT + 2));
		text_write("/sys/module/pinbench/parameters/inject", text);
		break;
	case 4:
		if (chance_one_in(chance, 8))
			memory_press();
		break;
	default:
		if (chance_one_in(chance, 4))
			module_churn(chance);
	}
}

void churn_end(void)
{
	text_write("/proc/sys/vm/nr_hugepages", "0");
	text_write("/proc/sys/vm/drop_caches", "3");
}
