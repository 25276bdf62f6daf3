// SPDX-License-Identifier: GPL-2.0-only
/*
 * alone - starts a program that can start no other one.
 * Why: gnuplot's language has shell commands; should a text ever become one, there is no shell.
 */
#include "common/alone.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "common/cleanup.h"
#include "common/str.h"

#if defined(__x86_64__)
#define OWN_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCH AUDIT_ARCH_AARCH64
#endif

/* A wrapper does nothing but start another program. */
static bool is_script(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	char magic[2] = "";

	return fd < 0 || read(fd, magic, sizeof(magic)) != sizeof(magic) ||
	       !memcmp(magic, "#!", sizeof(magic));
}

#ifdef OWN_ARCH
#define LOAD(field) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, field))
#define IF_EQUAL(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (yes), (no))
#define RETURN(action)           BPF_STMT(BPF_RET | BPF_K, (action))

/*
 * A filter sees an argument's address and not what stands there. The address of our own string is
 * enough: it is known to this execve() alone, after which the memory is another program's.
 */
static void filter_install(const char *path)
{
	uint64_t address = (uintptr_t)path;
	struct sock_filter filter[] = {
		LOAD(arch),
		IF_EQUAL(OWN_ARCH, 0, 7),
		LOAD(nr),
		IF_EQUAL(__NR_execveat, 5, 0),
		IF_EQUAL(__NR_execve, 0, 5),
		LOAD(args[0]),
		IF_EQUAL((uint32_t)address, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (uint32_t)offsetof(struct seccomp_data, args[0]) + 4),
		IF_EQUAL((uint32_t)(address >> 32), 1, 0),
		RETURN(SECCOMP_RET_ERRNO | EACCES),
		RETURN(SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { PB_ARRAY_SIZE(filter), filter };

	if (!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}
#else
static void filter_install(const char *path)
{
	(void)path;
}
#endif

void pb_alone_exec(const char *path, char *const *argv)
{
	if (!is_script(path))
		filter_install(path);
	execv(path, argv);
}
