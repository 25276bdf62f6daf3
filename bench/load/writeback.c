// SPDX-License-Identifier: GPL-2.0-only
/*
 * writeback - writes to every page of the range and has the file system write it back.
 * Why: writing back makes the pages clean behind the back of whoever holds them: page_mkclean()
 * takes the right to write out of every entry, and the next write has to ask the file system.
 */
#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/vfs.h>

#include "bench/load/action.h"
#include "bench/memory/inspect/smaps.h"
#include "common/err.h"
#include "common/str.h"

/* Something must come of it on a disk: shmem's pages have nowhere to go but swap. */
static int writeback_open(struct pb_load_use *use)
{
	struct statfs fs;
	char text[8];
	int ret;

	if (!use->memory->path)
		return pb_fail(-EOPNOTSUPP,
			       "load 'writeback' wants pages of a file on a disk (file-shared, "
			       "fsdax): memory '%s' is never written back",
			       use->memory_name);
	if (statfs(use->memory->path, &fs))
		return pb_fail(-errno, "cannot look at '%s': %s", use->memory->path,
			       strerror(errno));
	if (fs.f_type == TMPFS_MAGIC)
		return pb_fail(-EOPNOTSUPP,
			       "load 'writeback' wants pages of a file on a disk: '%s' is on tmpfs",
			       use->memory->path);
	ret = pb_smaps_rights(use->addr, text, sizeof(text));
	if (!ret && (!strchr(text, 'w') || !strchr(text, 's')))
		ret = pb_fail(-EOPNOTSUPP,
			      "load 'writeback' wants a shared mapping that can be written: memory "
			      "'%s' is mapped '%s', so that nothing of it ever gets dirty",
			      use->memory_name, text);
	return ret;
}

static uint64_t faults_read(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_THREAD, &usage) ? 0 : (uint64_t)usage.ru_minflt;
}

static int range_sync(const struct pb_load_use *use, size_t len_bytes)
{
	if (msync(use->addr, len_bytes, MS_SYNC))
		return pb_fail(-errno, "cannot write back memory '%s': %s", use->memory_name,
			       strerror(errno));
	return 0;
}

/*
 * A page that was made clean costs a fault to be written to: by writing to the first one again the
 * step sees that it had its effect on the page tables. That page is made clean once more.
 */
static int writeback_step(struct pb_load_use *use)
{
	volatile char *bytes = use->addr;
	uint64_t before;
	int ret;

	for (size_t offset = 0; offset < use->len_bytes; offset += use->page_bytes)
		bytes[offset] = (char)(bytes[offset] + 1);
	ret = range_sync(use, use->len_bytes);
	if (ret)
		return ret;
	before = faults_read();
	bytes[0] = (char)(bytes[0] + 1);
	use->nr_done += faults_read() > before;
	return range_sync(use, use->page_bytes);
}

static int writeback_check(const struct pb_load_use *use)
{
	if (use->nr_done)
		return 0;
	return pb_fail(
		-EOPNOTSUPP,
		"writing memory '%s' back left its pages writable in all of %llu rounds: the "
		"kernel did not clean the page tables",
		use->memory_name, (unsigned long long)use->nr_steps);
}

static int writeback_close(struct pb_load_use *use)
{
	(void)use;
	return 0;
}

const struct pb_load_action pb_load_writeback = {
	.name = "writeback",
	.open = writeback_open,
	.step = writeback_step,
	.check = writeback_check,
	.close = writeback_close,
};
