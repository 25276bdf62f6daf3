// SPDX-License-Identifier: GPL-2.0-only
/*
 * probe - does the one see what the other writes?
 * Why: a frame that is nobody's any more reads and writes as well as any other; only what the other
 * side sees tells.
 */
#include "bench/semantics/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/semantics/device.h"

/* Per-CPU lists of free pages are last in, first out: this many drain them. */
enum { NR_FILLERS = 64, NR_HUGE_FILLERS = 2, HUGE_BYTES = 2 << 20 };
#define FILLERS_AT      ((char *)0x600000000000)
#define HUGE_FILLERS_AT ((char *)0x610000000000)
#define FILLER_VALUE    UINT64_C(0x66696c6c65722121)

/* Far from each other in more bits than a case's number has. */
#define CONTENT_VALUE UINT64_C(0x70696e6200000000)
#define C2D_VALUE     UINT64_C(0x6370753200000000)
#define D2C_VALUE     UINT64_C(0x6465763200000000)
#define F2D_VALUE     UINT64_C(0x66696c6500000000)
#define BEFORE_VALUE  UINT64_C(0x6265666f00000000)

static sigjmp_buf no_page;

static void on_signal(int signal)
{
	(void)signal;
	siglongjmp(no_page, 1);
}

struct pb_probe pb_probe_begin(uint32_t number)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	return (struct pb_probe){
		.content = CONTENT_VALUE ^ number,
		.c2d = C2D_VALUE ^ number,
		.d2c = D2C_VALUE ^ number,
		.f2d = F2D_VALUE ^ number,
		.before = BEFORE_VALUE ^ number,
	};
}

void pb_probe_end(void)
{
	struct sigaction action = { .sa_handler = SIG_DFL };

	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
}

bool pb_probe_read(const char *at, uint64_t *ret_value)
{
	if (!at || sigsetjmp(no_page, 1))
		return false;
	*ret_value = *(const volatile uint64_t *)at;
	return true;
}

bool pb_probe_write(char *at, uint64_t value)
{
	if (!at || sigsetjmp(no_page, 1))
		return false;
	*(volatile uint64_t *)at = value;
	return true;
}

static size_t fillers_bytes(void)
{
	return NR_FILLERS * (size_t)sysconf(_SC_PAGESIZE);
}

/* Huge frames come back as fast as small ones; what cannot be had takes none. */
static void huge_make(bool hugetlb)
{
	size_t len_bytes = (size_t)NR_HUGE_FILLERS * HUGE_BYTES;
	char *map =
		mmap(HUGE_FILLERS_AT, len_bytes, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | (hugetlb ? MAP_HUGETLB : 0), -1, 0);

	if (map == MAP_FAILED)
		return;
	if (!hugetlb)
		madvise(map, len_bytes, MADV_HUGEPAGE);
	for (size_t at = 0; at < len_bytes; at += HUGE_BYTES)
		if (!pb_probe_write(map + at, FILLER_VALUE))
			return;
}

/* Each is asked for by every case: a word is written and compared, and nothing else is done. */
void pb_fillers_make(bool huge, bool hugetlb)
{
	size_t len_bytes = fillers_bytes(), nr = len_bytes / sizeof(uint64_t);
	uint64_t *words = mmap(FILLERS_AT, len_bytes, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	if (words == MAP_FAILED)
		return;
	madvise(words, len_bytes, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < nr; i++)
		((volatile uint64_t *)words)[i] = FILLER_VALUE;
	if (huge)
		huge_make(hugetlb);
}

void pb_fillers_drop(void)
{
	munmap(FILLERS_AT, fillers_bytes());
	munmap(HUGE_FILLERS_AT, (size_t)NR_HUGE_FILLERS * HUGE_BYTES);
}

void pb_probe_c2d(const struct pb_probe *probe, int device, struct pb_seen *seen, bool process)
{
	uint64_t value;
	int ret = pb_device_read(device, seen->handle, PB_PROBE_C2D, &value);

	if (ret == -EOPNOTSUPP)
		return;
	if (ret)
		pb_seen_error(seen, "c2d", ret);
	else if (process)
		pb_seen_add(seen, "c2d", value == probe->c2d ? "yes" : "no");
	if (!ret && value == FILLER_VALUE)
		pb_seen_add(seen, "device.reads", "filler");
	if (!ret && value == PB_PROBE_OTHER)
		pb_seen_add(seen, "other.reads", "yes");
}

bool pb_probe_device_write(const struct pb_probe *probe, int device, struct pb_seen *seen)
{
	int ret = pb_device_write(device, seen->handle, PB_PROBE_D2C, probe->d2c);

	if (ret && ret != -EOPNOTSUPP && ret != -EACCES)
		pb_seen_error(seen, "d2c", ret);
	return !ret;
}

static bool in_fillers(void)
{
	const uint64_t *words = (const uint64_t *)FILLERS_AT;
	size_t nr = fillers_bytes() / sizeof(*words);

	for (size_t i = 0; i < nr; i++)
		if (words[i] != FILLER_VALUE)
			return true;
	return false;
}

/* What the file has at the page's offset, by a mapping of its own: a device is not read otherwise. */
void pb_probe_file(const struct pb_probe *probe, int fd, bool view, struct pb_seen *seen)
{
	size_t len_bytes = seen->huge ? HUGE_BYTES : (size_t)sysconf(_SC_PAGESIZE);
	char *map = mmap(NULL, len_bytes, PROT_READ, MAP_SHARED, fd, (off_t)seen->offset);
	uint64_t value = 0, pfn = 0;

	if (map == MAP_FAILED)
		map = NULL;
	if (pread(fd, &value, sizeof(value), (off_t)(seen->offset + PB_PROBE_D2C)) < 0 && map &&
	    !pb_probe_read(map + PB_PROBE_D2C, &value))
		value = 0;
	pb_seen_add(seen, "d2f", value == probe->d2c ? "yes" : "no");
	if (map && !view) {
		if (pb_probe_read(map, &value))
			pfn = pb_frame_at(map, NULL);
		if (pfn)
			pb_seen_add(seen, "frame.file", "%llu", (unsigned long long)pfn);
		else
			pb_seen_add(seen, "frame.file", "none");
	}
	if (map)
		munmap(map, len_bytes);
}

void pb_probe_elsewhere(const struct pb_probe *probe, int device, struct pb_seen *seen, bool view)
{
	_cleanup_close_ int fd = seen->file ? open(seen->path, O_RDWR | O_CLOEXEC) : -1;
	uint64_t value = 0;

	if (in_fillers())
		pb_seen_add(seen, "device.writes", "filler");
	if (fd < 0)
		return;
	pb_probe_file(probe, fd, view, seen);
	if (view)
		return;
	if (pwrite(fd, &probe->f2d, sizeof(value), (off_t)(seen->offset + PB_PROBE_F2D)) < 0 ||
	    pb_device_read(device, seen->handle, PB_PROBE_F2D, &value))
		return;
	pb_seen_add(seen, "f2d", value == probe->f2d ? "yes" : "no");
}
