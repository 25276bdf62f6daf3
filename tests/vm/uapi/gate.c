// SPDX-License-Identifier: GPL-2.0-only
/*
 * gate - who may ask, and what every request must look like.
 * Why: pinning is a way to starve a machine; the header says that the device is root's alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"
#include "tests/vm/uapi/uapi.h"

enum { NR_REQUESTS = 8 };

/* One valid request of each kind. */
struct request {
	const char *name;
	unsigned long command;
	size_t size;
	int valid; /* what it gives: there is no hold to drop, no group to step */
	union {
		uint32_t given_size;
		struct pb_info info;
		struct pb_strategy_info strategy_info;
		struct pb_run run;
		struct pb_hold hold;
		struct pb_drop drop;
		struct pb_group group;
		struct pb_group_drop group_drop;
		struct pb_step step;
	};
};

static void requests_fill(struct request *requests, const void *memory)
{
	requests[0] = (struct request){
		.name = "INFO",
		.command = PB_IOC_INFO,
		.size = sizeof(struct pb_info),
		.info = { .size = sizeof(struct pb_info) },
	};
	requests[1] = (struct request){
		.name = "STRATEGY_INFO",
		.command = PB_IOC_STRATEGY_INFO,
		.size = sizeof(struct pb_strategy_info),
		.strategy_info = { .size = sizeof(struct pb_strategy_info),
				   .strategy = PB_STRATEGY_noop },
	};
	requests[2] = (struct request){
		.name = "RUN",
		.command = PB_IOC_RUN,
		.size = sizeof(struct pb_run),
		.run = run_of(PB_STRATEGY_get_fast, memory, 1),
	};
	requests[3] = (struct request){
		.name = "HOLD",
		.command = PB_IOC_HOLD,
		.size = sizeof(struct pb_hold),
		.hold = hold_of(PB_STRATEGY_get_fast, memory, 1),
	};
	requests[4] = (struct request){
		.name = "DROP",
		.command = PB_IOC_DROP,
		.size = sizeof(struct pb_drop),
		.valid = ENOENT,
		.drop = { .size = sizeof(struct pb_drop), .handle = 77 },
	};
	requests[5] = (struct request){
		.name = "GROUP",
		.command = PB_IOC_GROUP,
		.size = sizeof(struct pb_group),
		.group = { .size = sizeof(struct pb_group), .nr_workers = 1 },
	};
	requests[6] = (struct request){
		.name = "GROUP_DROP",
		.command = PB_IOC_GROUP_DROP,
		.size = sizeof(struct pb_group_drop),
		.valid = ENOENT,
		.group_drop = { .size = sizeof(struct pb_group_drop), .handle = 77 },
	};
	requests[7] = (struct request){
		.name = "STEP",
		.command = PB_IOC_STEP,
		.size = sizeof(struct pb_step),
		.valid = ENOENT,
		.step = { .size = sizeof(struct pb_step), .group = 77 },
	};
}

static void test_valid(int fd, struct request *requests)
{
	for (int i = 0; i < NR_REQUESTS; i++) {
		struct request request = requests[i];

		tap_errno(device_request(fd, request.command, &request.info), request.valid,
			  "%s: a valid request", request.name);
		if (request.command == PB_IOC_HOLD)
			hold_drop(fd, request.hold.handle);
	}
}

static void test_sizes(int fd, struct request *requests)
{
	for (int i = 0; i < NR_REQUESTS; i++) {
		const uint32_t wrong[] = { 0, 1, requests[i].size - 1, requests[i].size + 1, ~0U };

		for (size_t j = 0; j < sizeof(wrong) / sizeof(*wrong); j++) {
			struct request request = requests[i];

			request.given_size = wrong[j];
			tap_errno(device_request(fd, request.command, &request.info), EINVAL,
				  "%s: size %u", request.name, wrong[j]);
		}
	}
}

/* The structure's first word lies on the last bytes of a page, the rest where nobody may read. */
static void test_pointers(int fd, struct request *requests)
{
	char *pages =
		mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	mprotect(pages + PAGE, PAGE, PROT_NONE);
	for (int i = 0; i < NR_REQUESTS; i++) {
		struct request *request = &requests[i];
		char *edge = pages + PAGE - sizeof(request->given_size);

		tap_errno(device_request(fd, request->command, NULL), EFAULT, "%s: null pointer",
			  request->name);
		tap_errno(device_request(fd, request->command, (void *)0xffff888000000000), EFAULT,
			  "%s: a kernel address", request->name);
		memcpy(edge, &request->given_size, sizeof(request->given_size));
		tap_errno(device_request(fd, request->command, edge), EFAULT,
			  "%s: ends on a page that cannot be read", request->name);
		if (request->command == PB_IOC_DROP || request->command == PB_IOC_GROUP_DROP ||
		    request->command == PB_IOC_STEP)
			continue; /* writes nothing, or fails before */
		tap_errno(device_request(fd, request->command,
					 memory_read_only(&request->info, request->size)),
			  EFAULT, "%s: cannot be written to", request->name);
	}
	munmap(pages, 2 * PAGE);
}

static void test_commands(int fd)
{
	char buffer[256] = { 0 };

	tap_errno(device_request(fd, _IO(PB_IOC_MAGIC, 0x08), buffer), ENOTTY,
		  "an unknown command");
	tap_errno(device_request(fd, _IOWR(PB_IOC_MAGIC, 0x02, char[8]), buffer), ENOTTY,
		  "a known command's number with another size");
	tap_errno(device_request(fd, _IOWR(PB_IOC_OLD_MAGIC, 0x40, struct pb_info), buffer), ENOTTY,
		  "a number of before");
	tap_errno(device_request(fd, 0, buffer), ENOTTY, "command 0");
}

static void capability_set(bool on)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	const unsigned int bit = 1U << CAP_SYS_ADMIN;

	if (syscall(SYS_capget, &header, data))
		tap_bail("cannot read capabilities");
	data[0].effective = on ? data[0].effective | bit : data[0].effective & ~bit;
	if (syscall(SYS_capset, &header, data))
		tap_bail("cannot set capabilities");
}

static void test_privilege(int fd, struct request *requests)
{
	struct stat info;
	int status;
	pid_t pid;

	tap_ok(!stat(PB_DEVICE, &info) && (info.st_mode & 07777) == 0600 && !info.st_uid,
	       "the device is root's, mode 0600");
	capability_set(false);
	for (int i = 0; i < NR_REQUESTS; i++) {
		struct request request = requests[i];

		tap_errno(device_request(fd, request.command, &request.info), EPERM,
			  "%s: without CAP_SYS_ADMIN, on a file opened with it", request.name);
	}
	capability_set(true);

	pid = fork();
	if (!pid) {
		if (setgid(65534) || setuid(65534))
			_exit(255);
		_exit(open(PB_DEVICE, O_RDWR) < 0 ? errno : 0);
	}
	waitpid(pid, &status, 0);
	tap_errno(WEXITSTATUS(status), EACCES, "nobody opens the device");
}

static void test_other_mm(int fd, struct request *requests)
{
	for (int i = 0; i < NR_REQUESTS; i++) {
		struct request request = requests[i];
		int status;
		pid_t pid = fork();

		if (!pid)
			_exit(device_request(fd, request.command, &request.info));
		waitpid(pid, &status, 0);
		tap_errno(WEXITSTATUS(status), EBADFD, "%s: from a forked child", request.name);
	}
}

void test_gate(void)
{
	struct request requests[NR_REQUESTS];
	char *memory = memory_map(PAGE);
	int fd = device_open();

	requests_fill(requests, memory);
	test_valid(fd, requests);
	test_sizes(fd, requests);
	test_pointers(fd, requests);
	test_commands(fd);
	test_privilege(fd, requests);
	test_other_mm(fd, requests);
	tap_ok(pins_balanced(), "rejections pinned nothing");
	munmap(memory, PAGE);
	close(fd);
}
