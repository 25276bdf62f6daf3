// SPDX-License-Identifier: GPL-2.0-only
/*
 * device - requests to /dev/pinbench, memory to make them on, and what the kernel says of pages.
 * Why: a test should read as what it asks and what it expects.
 */
#include "tests/vm/uapi/device.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/vm/uapi/tap.h"

const struct strategy_row strategy_rows[] = {
#define PB_STRATEGY(id, ident, name, floor, family, symbols, summary) { id, #ident, name },
#include "kmods/uapi/strategies.def"
#undef PB_STRATEGY
	{ 0, NULL, NULL },
};

struct pb_sample run_samples[4096];

bool strategy_pins(uint32_t id)
{
	return id == PB_STRATEGY_pin || id == PB_STRATEGY_pin_fast || id == PB_STRATEGY_longterm ||
	       id == PB_STRATEGY_longterm_fast;
}

bool strategy_keeps(uint32_t id)
{
	return id != PB_STRATEGY_noop && id != PB_STRATEGY_follow && id != PB_STRATEGY_odp;
}

bool strategy_walks(uint32_t id)
{
	return id != PB_STRATEGY_noop;
}

int device_open(void)
{
	int fd = open(PB_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		tap_bail("cannot open %s", PB_DEVICE);
	return fd;
}

int device_request(int fd, unsigned long command, void *request)
{
	return ioctl(fd, command, request) ? errno : 0;
}

struct pb_run run_of(uint32_t strategy, const void *addr, uint64_t nr_pages)
{
	return (struct pb_run){
		.size = sizeof(struct pb_run),
		.strategy = strategy,
		.addr = (uintptr_t)addr,
		.nr_pages = nr_pages,
		.samples = (uintptr_t)run_samples,
		.nr_samples = 4,
		.nr_warmup = 1,
		.release = PB_RELEASE_PLAIN,
	};
}

struct pb_hold hold_of(uint32_t strategy, const void *addr, uint64_t nr_pages)
{
	return (struct pb_hold){
		.size = sizeof(struct pb_hold),
		.strategy = strategy,
		.addr = (uintptr_t)addr,
		.nr_pages = nr_pages,
	};
}

int hold_drop(int fd, uint32_t handle)
{
	struct pb_drop drop = { .size = sizeof(drop), .handle = handle };

	return device_request(fd, PB_IOC_DROP, &drop);
}

uint32_t group_new(int fd, uint32_t nr_workers, uint32_t delay_us)
{
	struct pb_group group = {
		.size = sizeof(group),
		.nr_workers = nr_workers,
		.flags = delay_us ? PB_GROUP_LATE : 0,
		.delay_us = delay_us,
	};

	if (device_request(fd, PB_IOC_GROUP, &group))
		tap_bail("cannot make a group of %u", nr_workers);
	return group.handle;
}

int group_drop(int fd, uint32_t handle)
{
	struct pb_group_drop drop = { .size = sizeof(drop), .handle = handle };

	return device_request(fd, PB_IOC_GROUP_DROP, &drop);
}

int group_step(int fd, uint32_t handle)
{
	struct pb_step step = { .size = sizeof(step), .group = handle };

	return device_request(fd, PB_IOC_STEP, &step);
}

static void *worker_run(void *data)
{
	struct worker *worker = data;
	cpu_set_t cpus;

	if (worker->cpu >= 0) {
		CPU_ZERO(&cpus);
		CPU_SET(worker->cpu, &cpus);
		if (sched_setaffinity(0, sizeof(cpus), &cpus))
			tap_bail("cannot move to CPU %d", worker->cpu);
	}
	worker->ret = device_request(worker->fd, PB_IOC_RUN, &worker->run);
	return NULL;
}

void worker_start(struct worker *worker, int fd, int cpu, const struct pb_run *run)
{
	worker->fd = fd;
	worker->cpu = cpu;
	worker->run = *run;
	if (worker->run.samples == (uintptr_t)run_samples)
		worker->run.samples = (uintptr_t)worker->samples;
	if (pthread_create(&worker->thread, NULL, worker_run, worker))
		tap_bail("cannot start a thread");
}

int worker_end(struct worker *worker)
{
	pthread_join(worker->thread, NULL);
	return worker->ret;
}

static char *map_aligned(size_t len, int advice)
{
	char *raw =
		mmap(NULL, len + HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *start = (char *)(((uintptr_t)raw + HUGE - 1) & ~((uintptr_t)HUGE - 1));

	if (raw == MAP_FAILED)
		tap_bail("cannot map %zu bytes", len);
	munmap(raw, start - raw);
	munmap(start + len, raw + HUGE - start);
	if (madvise(start, len, advice))
		tap_bail("cannot advise on %zu bytes", len);
	memset(start, 1, len);
	return start;
}

char *memory_map(size_t len)
{
	return map_aligned(len, MADV_NOHUGEPAGE);
}

char *memory_map_huge(size_t len)
{
	return map_aligned(len, MADV_HUGEPAGE);
}

void *memory_read_only(const void *data, size_t len)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		tap_bail("cannot map a page");
	memcpy(page, data, len);
	if (mprotect(page, PAGE, PROT_READ))
		tap_bail("cannot protect a page");
	return page;
}

/* "name value" or "name: value" in a file of such lines. */
static uint64_t file_value(const char *path, const char *name)
{
	char line[256], word[128];
	uint64_t value, found = 0;
	bool seen = false;
	FILE *file = fopen(path, "re");

	if (!file)
		tap_bail("cannot open %s", path);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%127[^: ]%*[: ]%" SCNu64, word, &value) != 2 ||
		    strcmp(word, name))
			continue;
		found = value;
		seen = true;
	}
	fclose(file);
	if (!seen)
		tap_bail("%s has no %s", path, name);
	return found;
}

struct pin_counts pins_now(void)
{
	int fd = open("/proc/sys/vm/stat_refresh", O_WRONLY | O_CLOEXEC);

	/* the counters are kept per CPU and folded in late */
	if (fd < 0 || write(fd, "1", 1) != 1)
		tap_bail("cannot refresh the VM's counters");
	close(fd);
	return (struct pin_counts){
		.acquired = file_value("/proc/vmstat", "nr_foll_pin_acquired"),
		.released = file_value("/proc/vmstat", "nr_foll_pin_released"),
	};
}

uint64_t pins_held(void)
{
	struct pin_counts counts = pins_now();

	return counts.acquired - counts.released;
}

bool pins_balanced(void)
{
	struct pin_counts counts = pins_now();

	if (counts.acquired != counts.released)
		printf("# acquired %" PRIu64 ", released %" PRIu64 "\n", counts.acquired,
		       counts.released);
	return counts.acquired == counts.released;
}

uint64_t memory_free_pages(void)
{
	uint64_t nr, sum = 0;
	char line[256];
	FILE *file = fopen("/proc/zoneinfo", "re");

	if (!file)
		tap_bail("cannot open /proc/zoneinfo");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, " pages free %" SCNu64, &nr) == 1 ||
		    sscanf(line, " count: %" SCNu64, &nr) == 1)
			sum += nr;
	fclose(file);
	return sum;
}

uint64_t page_frame(const void *addr)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry;

	if (fd < 0 || pread(fd, &entry, sizeof(entry), (uintptr_t)addr / PAGE * sizeof(entry)) !=
			      sizeof(entry))
		tap_bail("cannot read the pagemap");
	close(fd);
	return entry & ((1ULL << 55) - 1);
}

bool kernel_has(const char *symbol)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	char line[512], word[256];
	bool found = false;

	while (!found && fgets(line, sizeof(line), file))
		found = sscanf(line, "%*x %*c %255s", word) == 1 && !strcmp(word, symbol);
	fclose(file);
	return found;
}

int module_delete(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? errno : 0;
}
