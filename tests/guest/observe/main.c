// SPDX-License-Identifier: GPL-2.0-only
/*
 * observe - the contract of kmods/uapi/observe.h, and a fuzzer of it. Runs in a guest that has the
 * module as /observe/pinbench_observe.ko.
 * Why: each rejection that is promised has its test; and no request, in whatever company, may hurt
 * the kernel, leave a page held or the module in use.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kmods/uapi/observe.h"
#include "tests/guest/kfuzz/kfuzz.h"
#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"

#define MODULE "/observe/pinbench_observe.ko"

enum { FUZZ_S = 8, NR_FUZZERS = 3, NR_PAGES = 8 };

static int module_load(const char *parameters)
{
	int fd = open(MODULE, O_RDONLY | O_CLOEXEC), ret;

	if (fd < 0)
		tap_bail("cannot open %s", MODULE);
	ret = (int)syscall(SYS_finit_module, fd, parameters, 0);
	close(fd);
	return ret ? errno : 0;
}

static int observer_open(void)
{
	int fd = open(PB_OBSERVE_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		tap_bail("cannot open %s", PB_OBSERVE_DEVICE);
	return fd;
}

static int ask(int fd, unsigned long command, void *request)
{
	return ioctl(fd, command, request) ? errno : 0;
}

static struct pb_observe_hold hold_make(uint32_t strategy, const void *addr, uint32_t flags)
{
	return (struct pb_observe_hold){
		.size = sizeof(struct pb_observe_hold),
		.strategy = strategy,
		.addr = (uintptr_t)addr,
		.flags = flags,
	};
}

static struct pb_observe_access access_make(uint32_t handle, uint32_t flags, uint64_t value)
{
	return (struct pb_observe_access){
		.size = sizeof(struct pb_observe_access),
		.handle = handle,
		.flags = flags,
		.value = value,
	};
}

static int release(int fd, uint32_t handle, uint32_t flags)
{
	struct pb_observe_release r = { .size = sizeof(r), .handle = handle, .flags = flags };

	return ask(fd, PB_OBSERVE_IOC_RELEASE, &r);
}

static void test_hold_refused(int fd, char *page)
{
	struct pb_observe_hold hold = hold_make(PB_OBSERVE_pin, page, 0);

	hold.size--;
	tap_errno(ask(fd, PB_OBSERVE_IOC_HOLD, &hold), EINVAL, "hold: another size");
	hold = hold_make(PB_OBSERVE_pin, page, 2);
	tap_errno(ask(fd, PB_OBSERVE_IOC_HOLD, &hold), EINVAL, "hold: an unknown flag");
	hold = hold_make(0, page, 0);
	tap_errno(ask(fd, PB_OBSERVE_IOC_HOLD, &hold), EINVAL, "hold: strategy 0");
	hold = hold_make(99, page, 0);
	tap_errno(ask(fd, PB_OBSERVE_IOC_HOLD, &hold), EINVAL, "hold: an unknown strategy");
	hold = hold_make(PB_OBSERVE_pin, page + 8, 0);
	tap_errno(ask(fd, PB_OBSERVE_IOC_HOLD, &hold), EINVAL, "hold: an unaligned address");
	hold = hold_make(PB_OBSERVE_pin, (void *)0xffff800000000000, 0);
	tap_errno(ask(fd, PB_OBSERVE_IOC_HOLD, &hold), EFAULT, "hold: the kernel's address");
	hold = hold_make(PB_OBSERVE_pin, NULL, 0);
	tap_errno(ask(fd, PB_OBSERVE_IOC_HOLD, &hold), EFAULT, "hold: nothing mapped");
	hold = hold_make(PB_OBSERVE_odp, NULL, 0);
	tap_errno(ask(fd, PB_OBSERVE_IOC_HOLD, &hold), EFAULT, "hold: nothing mapped, odp");
	hold = hold_make(PB_OBSERVE_follow, page, 0);
	tap_errno(ask(fd, PB_OBSERVE_IOC_HOLD, &hold), EPERM, "hold: follow without unowned=1");
	hold = hold_make(PB_OBSERVE_odp_ignored, page, 0);
	tap_errno(ask(fd, PB_OBSERVE_IOC_HOLD, &hold), EPERM,
		  "hold: odp-ignored without unowned=1");
	tap_errno(ask(fd, PB_OBSERVE_IOC_HOLD, (void *)8), EFAULT, "hold: no request");
	tap_errno(ask(fd, _IO('p', 0x7f), NULL), ENOTTY, "another number");
}

static void test_access(int fd, char *page)
{
	struct pb_observe_hold hold = hold_make(PB_OBSERVE_pin, page, PB_OBSERVE_WRITE);
	struct pb_observe_access access;

	tap_errno(ask(fd, PB_OBSERVE_IOC_HOLD, &hold), 0, "hold: pin to write");
	tap_ok(hold.handle && hold.pfn == page_frame(page), "the frame is the page's");
	access = access_make(hold.handle, PB_OBSERVE_WRITE, 0x1122334455667788);
	access.offset = PAGE - 8;
	tap_errno(ask(fd, PB_OBSERVE_IOC_ACCESS, &access), 0, "write at the page's end");
	tap_ok(*(uint64_t *)(page + PAGE - 8) == 0x1122334455667788, "and the process sees it");
	access = access_make(hold.handle, 0, 0);
	access.offset = PAGE - 4;
	tap_errno(ask(fd, PB_OBSERVE_IOC_ACCESS, &access), EINVAL, "access: not aligned");
	access.offset = PAGE;
	tap_errno(ask(fd, PB_OBSERVE_IOC_ACCESS, &access), EINVAL, "access: beyond the page");
	access = access_make(hold.handle, 4, 0);
	tap_errno(ask(fd, PB_OBSERVE_IOC_ACCESS, &access), EINVAL, "access: an unknown flag");
	access = access_make(hold.handle + 1, 0, 0);
	tap_errno(ask(fd, PB_OBSERVE_IOC_ACCESS, &access), ENOENT, "access: no such handle");
	tap_errno(release(fd, hold.handle, 2), EINVAL, "release: an unknown flag");
	tap_errno(release(fd, hold.handle, PB_OBSERVE_DIRTY), 0, "release, dirty");
	tap_errno(release(fd, hold.handle, 0), ENOENT, "release: twice");

	hold = hold_make(PB_OBSERVE_get, page, 0);
	tap_errno(ask(fd, PB_OBSERVE_IOC_HOLD, &hold), 0, "hold: get to read");
	access = access_make(hold.handle, PB_OBSERVE_WRITE, 1);
	tap_errno(ask(fd, PB_OBSERVE_IOC_ACCESS, &access), EACCES, "write of what is to be read");
	tap_errno(release(fd, hold.handle, PB_OBSERVE_DIRTY), EACCES, "release, dirty, likewise");
	tap_errno(release(fd, hold.handle, 0), 0, "release");

	hold = hold_make(PB_OBSERVE_none, page, 0);
	tap_errno(ask(fd, PB_OBSERVE_IOC_HOLD, &hold), 0, "hold: none");
	access = access_make(hold.handle, 0, 0);
	tap_errno(ask(fd, PB_OBSERVE_IOC_ACCESS, &access), EOPNOTSUPP, "none has no device");
	tap_errno(release(fd, hold.handle, PB_OBSERVE_DIRTY), EOPNOTSUPP, "nor a page to dirty");
	tap_errno(release(fd, hold.handle, 0), 0, "release");
}

static void test_pages(int fd, char *page)
{
	struct pb_observe_hold hold = hold_make(PB_OBSERVE_odp, page, PB_OBSERVE_WRITE);
	struct pb_observe_page look = { .size = sizeof(look) };
	struct pb_observe_info info = { .size = sizeof(info) };
	struct pb_observe_drain drain = { .size = sizeof(drain), .pad = 1 };
	struct pb_observe_access access;

	tap_errno(ask(fd, PB_OBSERVE_IOC_INFO, &info), 0, "info");
	tap_ok(info.abi == PB_OBSERVE_ABI, "ABI %u", info.abi);
	tap_errno(ask(fd, PB_OBSERVE_IOC_DRAIN, &drain), EINVAL, "drain: pad");
	drain.pad = 0;
	tap_errno(ask(fd, PB_OBSERVE_IOC_DRAIN, &drain), info.drains ? 0 : EOPNOTSUPP, "drain");
	tap_errno(ask(fd, PB_OBSERVE_IOC_PAGE, &look), ENOENT, "page: no handle");
	tap_errno(ask(fd, PB_OBSERVE_IOC_HOLD, &hold), 0, "hold: odp");
	madvise(page, PAGE, MADV_DONTNEED);
	look.handle = hold.handle;
	tap_errno(ask(fd, PB_OBSERVE_IOC_PAGE, &look), 0, "page");
	tap_ok(look.invalidations[PB_OBSERVE_CLEAR], "MADV_DONTNEED was told of");
	access = access_make(hold.handle, PB_OBSERVE_WRITE, 7);
	tap_errno(ask(fd, PB_OBSERVE_IOC_ACCESS, &access), 0, "the device faults it in again");
	tap_ok(*(uint64_t *)page == 7 && access.pfn == page_frame(page), "where the process is");
	munmap(page, PAGE);
	tap_errno(ask(fd, PB_OBSERVE_IOC_ACCESS, &access), EFAULT, "and not what is unmapped");
	tap_errno(release(fd, hold.handle, 0), 0, "release");
}

static void test_most(char *page)
{
	int fd = observer_open(), ret = 0, nr = 0;

	for (; !ret && nr <= PB_OBSERVE_MAX_HOLDS; nr += !ret) {
		struct pb_observe_hold hold = hold_make(PB_OBSERVE_pin, page, 0);

		ret = ask(fd, PB_OBSERVE_IOC_HOLD, &hold);
	}
	tap_ok(ret == ENOSPC && nr == PB_OBSERVE_MAX_HOLDS, "%d holds of a file, then ENOSPC", nr);
	tap_ok(pins_held() == PB_OBSERVE_MAX_HOLDS, "as many pins");
	close(fd);
	tap_ok(pins_balanced(), "none after close");
}

/* The process goes, the hold stays: who has the file looks, and lets go. */
static void test_orphan(int fd)
{
	uint32_t *handle =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct pb_observe_page look = { .size = sizeof(look) };
	struct pb_observe_access access;
	pid_t pid = fork();

	if (!pid) {
		struct pb_observe_hold hold =
			hold_make(PB_OBSERVE_pin, memory_map(PAGE), PB_OBSERVE_WRITE);

		_exit(ask(fd, PB_OBSERVE_IOC_HOLD, &hold) ? 1 : ((*handle = hold.handle), 0));
	}
	waitpid(pid, NULL, 0);
	look.handle = *handle;
	tap_errno(ask(fd, PB_OBSERVE_IOC_PAGE, &look), 0, "a hold outlives its process");
	tap_ok(look.refs > 0 && !(look.flags & PB_OBSERVE_PAGE_FREE), "its page is alive");
	access = access_make(*handle, PB_OBSERVE_WRITE, 1);
	tap_errno(ask(fd, PB_OBSERVE_IOC_ACCESS, &access), 0, "and the device goes on");
	tap_errno(release(fd, *handle, 0), 0, "release from another process");
}

struct fuzzer {
	pthread_t thread;
	struct chance chance;
	int fd;
	char *pages;
	time_t until;
	uint64_t nr_done, nr_refused;
};

static void space_shake(struct fuzzer *f, char *page)
{
	switch (chance_below(&f->chance, 4)) {
	case 0:
		madvise(page, PAGE, MADV_DONTNEED);
		break;
	case 1:
		mprotect(page, PAGE, PROT_READ);
		break;
	case 2:
		mmap(page, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		     -1, 0);
		break;
	default:
		munmap(page, PAGE);
	}
}

static int request_any(struct fuzzer *f, char *page)
{
	static const unsigned long commands[] = {
		PB_OBSERVE_IOC_INFO,    PB_OBSERVE_IOC_HOLD,   PB_OBSERVE_IOC_HOLD,
		PB_OBSERVE_IOC_PAGE,    PB_OBSERVE_IOC_ACCESS, PB_OBSERVE_IOC_ACCESS,
		PB_OBSERVE_IOC_RELEASE, PB_OBSERVE_IOC_DRAIN,
	};
	unsigned long command = commands[chance_below(&f->chance, 8)];
	uint32_t words[16] = { 0 };

	words[0] = _IOC_SIZE(command);
	words[1] = (uint32_t)chance_below(&f->chance, 10); /* a strategy, or a handle */
	if (command == PB_OBSERVE_IOC_HOLD)
		memcpy(&words[2], &page, sizeof(page));
	if (command == PB_OBSERVE_IOC_HOLD)
		words[4] = (uint32_t)chance_below(&f->chance, 2);
	if (command == PB_OBSERVE_IOC_ACCESS) {
		words[2] = (uint32_t)chance_below(&f->chance, 2);
		words[3] = 8 * (uint32_t)chance_below(&f->chance, 512);
	}
	if (command != PB_OBSERVE_IOC_HOLD)
		words[1] = 1 + (uint32_t)chance_below(&f->chance, 4096);
	if (chance_one_in(&f->chance, 4))
		words[chance_below(&f->chance, 12)] = (uint32_t)chance_edge(&f->chance);
	return ask(f->fd, command, chance_one_in(&f->chance, 40) ? page : (void *)words);
}

static void *fuzz(void *data)
{
	struct fuzzer *f = data;

	while (time(NULL) < f->until) {
		char *page = f->pages + PAGE * chance_below(&f->chance, NR_PAGES);

		if (chance_one_in(&f->chance, 3))
			space_shake(f, page);
		*(request_any(f, page) ? &f->nr_refused : &f->nr_done) += 1;
		if (chance_one_in(&f->chance, 4096)) { /* the others' requests see it go */
			int fd = observer_open();

			dup3(fd, f->fd, O_CLOEXEC);
			close(fd);
		}
	}
	return NULL;
}

static void test_fuzz(void)
{
	struct fuzzer fuzzers[NR_FUZZERS] = { 0 };
	char *pages = memory_map(NR_PAGES * PAGE);
	int fd = observer_open();
	uint64_t nr_done = 0, nr_refused = 0;

	for (unsigned int i = 0; i < NR_FUZZERS; i++) {
		fuzzers[i] = (struct fuzzer){
			.chance = { i + 1 }, .fd = fd, .pages = pages, .until = time(NULL) + FUZZ_S
		};
		pthread_create(&fuzzers[i].thread, NULL, fuzz, &fuzzers[i]);
	}
	for (unsigned int i = 0; i < NR_FUZZERS; i++) {
		pthread_join(fuzzers[i].thread, NULL);
		nr_done += fuzzers[i].nr_done;
		nr_refused += fuzzers[i].nr_refused;
	}
	close(fd);
	printf("# %llu granted, %llu refused\n", (unsigned long long)nr_done,
	       (unsigned long long)nr_refused);
	tap_ok(nr_done > 100 && nr_refused > 100, "the fuzzer reached something");
	tap_ok(pins_balanced(), "nothing stays pinned");
}

int main(void)
{
	int fd;

	splat_begin();
	tap_errno(module_load(""), 0, "the module loads");
	fd = observer_open();
	test_hold_refused(fd, memory_map(PAGE));
	test_access(fd, memory_map(PAGE));
	test_pages(fd, memory_map(PAGE));
	test_most(memory_map(PAGE));
	test_orphan(fd);
	close(fd);
	tap_ok(pins_balanced(), "nothing is pinned");
	test_fuzz();
	tap_errno(module_delete("pinbench_observe"), 0, "the module is unloaded: nothing is held");
	tap_ok(!splat_count(), "the kernel logged no splat");
	return tap_done();
}
