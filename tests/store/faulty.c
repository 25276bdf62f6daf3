// SPDX-License-Identifier: GPL-2.0-only
/*
 * faulty - preloaded: a folder on a disk that fails, by PINBENCH_FAULTY="CALL ERRNO SKIP PART".
 * Why: quotas and bad sectors are not to be had in a test; how a program takes them is.
 *
 * CALL is write, sync or close; the files are those whose path has PART in it; SKIP calls succeed.
 */
/* pwrite() and pwrite64() are both to be had: each program calls the one that it was built with. */
#undef _FILE_OFFSET_BITS
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static _Atomic long nr_calls;

/* Does this call on @fd fail? */
static bool fails(const char *call, int fd)
{
	const char *spec = getenv("PINBENCH_FAULTY");
	size_t call_len = strlen(call);
	char link[64], path[4096], *part;
	int error, kept = errno;
	long skip;
	ssize_t len;

	if (!spec || strncmp(spec, call, call_len) != 0 || spec[call_len] != ' ')
		return false;
	error = (int)strtol(spec + call_len, &part, 10);
	skip = strtol(part, &part, 10);
	part += strspn(part, " ");
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path) - 1);
	path[len > 0 ? len : 0] = '\0';
	errno = kept;
	if (!strstr(path, part) || nr_calls++ < skip)
		return false;
	errno = error;
	return true;
}

#define NEXT(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t len)
{
	return fails("write", fd) ? -1 : NEXT(write)(fd, data, len);
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t at)
{
	return fails("write", fd) ? -1 : NEXT(pwrite)(fd, data, len, at);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off64_t at)
{
	return fails("write", fd) ? -1 : NEXT(pwrite64)(fd, data, len, at);
}

int fsync(int fd)
{
	return fails("sync", fd) ? -1 : NEXT(fsync)(fd);
}

int fdatasync(int fd)
{
	return fails("sync", fd) ? -1 : NEXT(fdatasync)(fd);
}

/* As the kernel does it: the descriptor is gone either way. */
int close(int fd)
{
	bool failed = fails("close", fd);
	int error = errno, ret = NEXT(close)(fd);

	if (!failed)
		return ret;
	errno = error;
	return -1;
}
