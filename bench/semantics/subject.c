// SPDX-License-Identifier: GPL-2.0-only
/*
 * subject - the memory whose first page is held, with the file behind it.
 * Why: the types of bench/memory make the pages; here they get a handle on their file.
 */
#include "bench/semantics/subject.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/semantics/machine.h"
#include "common/err.h"
#include "common/str.h"

enum { HUGE_BYTES = 2 << 20 };

/* How each type is made here. What is written by its own type's prepare() needs nothing more. */
static const struct row {
	const char *name;
	bool shared;
	bool anon;
	bool huge;
	bool hugetlb;
	bool device;
	bool unwritten;
	bool own; /* a mapping of our own, since events want what the type rules out */
} rows[] = {
	{ .name = "anon", .anon = true, .own = true }, /* no advice against huge pages: collapse */
	{ .name = "thp", .anon = true, .huge = true },
	{ .name = "zeropage", .anon = true, .unwritten = true },
	{ .name = "shmem", .shared = true },
	{ .name = "memfd", .shared = true },
	{ .name = "hugetlb-2m", .huge = true, .hugetlb = true },
	{ .name = "file-private", .own = true }, /* writable, and written */
	{ .name = "file-shared", .shared = true },
	{ .name = "tmpfs", .shared = true, .own = true }, /* of no timed run */
	{ .name = "fsdax", .shared = true, .device = true },
	{ .name = "devdax", .shared = true, .huge = true, .device = true },
};

static int own_make(struct pb_subject *subject)
{
	_cleanup_close_ int fd = -1;
	int ret;

	if (subject->anon)
		return pb_memory_map(&subject->memory, HUGE_BYTES, HUGE_BYTES, MADV_NORMAL);
	ret = pb_memory_file(&subject->memory, subject->shared ? PB_PLACE_TMPFS : PB_PLACE_DISK,
			     subject->page_bytes, &fd);
	return ret ? ret
		   : pb_memory_map_at(&subject->memory, subject->page_bytes, PROT_READ | PROT_WRITE,
				      subject->shared ? MAP_SHARED : MAP_PRIVATE, fd, 0);
}

/* A memfd and shared anonymous memory have a file, too, only no name: the mapping leads to it. */
static int file_open(struct pb_subject *subject)
{
	_cleanup_free_ char *path = NULL;
	const struct pb_memory *memory = &subject->memory;

	if (!memory->path && !subject->shared)
		return 0;
	path = memory->path ? strdup(memory->path)
			    : pb_format("/proc/self/map_files/%lx-%lx", (unsigned long)memory->addr,
					(unsigned long)memory->addr + memory->len_bytes);
	if (!path)
		return pb_fail(-ENOMEM, "out of memory");
	subject->fd = open(path, O_RDWR | O_CLOEXEC);
	if (subject->fd < 0 && errno == EPERM)
		return pb_fail(-EOPNOTSUPP, "only root may open the file behind memory '%s'",
			       subject->name);
	if (subject->fd < 0)
		return pb_fail(-errno, "cannot open the file behind memory '%s': %s", subject->name,
			       strerror(errno));
	subject->path = memory->path;
	if (pb_streq(subject->name, "fsdax")) /* it is mapped from its second page on */
		subject->offset = (off_t)subject->page_bytes;
	return 0;
}

static int content_write(struct pb_subject *subject, uint64_t value)
{
	if (subject->unwritten)
		return pb_memory_drain();
	*(volatile uint64_t *)subject->addr = value;
	return pb_memory_drain();
}

int pb_subject_make(struct pb_subject *subject, enum pb_cell_memory memory, uint64_t value)
{
	const struct pb_memory_type *type = pb_memory_find(memory);
	const char *name = pb_memory_name(memory);
	const struct row *row = NULL;
	unsigned int word;
	int ret;

	*subject = (struct pb_subject){ .name = name, .fd = -1 };
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++)
		if (pb_word_find(PB_WORDS_MEMORY, rows[i].name, &word) && word == memory)
			row = &rows[i];
	if (!row || (!type && !row->own))
		return pb_fail(-EOPNOTSUPP, "memory '%s' is not one that events are watched on",
			       name);
	subject->page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	subject->shared = row->shared;
	subject->anon = row->anon;
	subject->huge = row->huge;
	subject->hugetlb = row->hugetlb;
	subject->device = row->device;
	subject->unwritten = row->unwritten;
	ret = row->own ? own_make(subject)
		       : type->prepare(&subject->memory,
				       row->huge ? HUGE_BYTES / subject->page_bytes : 1);
	if (ret)
		return ret;
	subject->addr = subject->memory.addr;
	subject->now = subject->addr;
	ret = file_open(subject);
	return ret ? ret : content_write(subject, value);
}

void pb_subject_done(struct pb_subject *subject)
{
	closep(&subject->fd);
	pb_memory_release(&subject->memory);
}
