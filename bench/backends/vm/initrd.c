// SPDX-License-Identifier: GPL-2.0-only
/*
 * initrd - the guest's whole file system: a cpio archive that is the same bytes for the same files.
 * Why: a date or an inode number that differs would move the guest's clock, which counts
 * everything.
 */
#include "bench/backends/vm/initrd.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

/* Everything is executable: init and a test program must be, and nothing else minds. */
enum { FILE_MODE = 0755, DIR_MODE = 0755 };

struct pb_initrd {
	struct archive *archive;
	int64_t nr_entries; /* also the inode number of the newest */
};

PB_DEFINE_CLEANUP(entry_freep, struct archive_entry *, archive_entry_free);

static int archive_failed(struct pb_initrd *initrd, const char *name)
{
	/* libarchive's words do not say that the disk is full; its number does. */
	int code = archive_errno(initrd->archive) > 0 ? archive_errno(initrd->archive) : EIO;

	return pb_fail(-code, "cannot write '%s' to the initrd (in TMPDIR): %s: %s", name,
		       archive_error_string(initrd->archive), strerror(code));
}

int pb_initrd_new(const char *path, struct pb_initrd **ret_initrd)
{
	pb_cleanup(pb_initrd_freep) struct pb_initrd *initrd = calloc(1, sizeof(*initrd));

	if (!initrd)
		return pb_fail(-ENOMEM, "out of memory");
	initrd->archive = archive_write_new();
	if (!initrd->archive)
		return pb_fail(-ENOMEM, "out of memory");
	/* Not compressed: the guest would spend seconds of emulated time on it. */
	if (archive_write_set_format_cpio_newc(initrd->archive) != ARCHIVE_OK ||
	    archive_write_add_filter_none(initrd->archive) != ARCHIVE_OK ||
	    archive_write_open_filename(initrd->archive, path) != ARCHIVE_OK)
		return archive_failed(initrd, path);
	*ret_initrd = pb_steal(initrd);
	return 0;
}

static int entry_write(struct pb_initrd *initrd, const char *name, mode_t type, const char *data,
		       size_t len_bytes)
{
	pb_cleanup(entry_freep) struct archive_entry *entry = archive_entry_new();

	if (!entry)
		return pb_fail(-ENOMEM, "out of memory");
	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, type);
	archive_entry_set_perm(entry, type == AE_IFDIR ? DIR_MODE : FILE_MODE);
	archive_entry_set_size(entry, (la_int64_t)len_bytes);
	archive_entry_set_mtime(entry, 0, 0);
	archive_entry_set_uid(entry, 0);
	archive_entry_set_gid(entry, 0);
	archive_entry_set_nlink(entry, 1);
	archive_entry_set_ino64(entry, ++initrd->nr_entries);
	if (archive_write_header(initrd->archive, entry) != ARCHIVE_OK ||
	    (len_bytes && archive_write_data(initrd->archive, data, len_bytes) < 0))
		return archive_failed(initrd, name);
	return 0;
}

int pb_initrd_add(struct pb_initrd *initrd, const char *name, const char *source)
{
	_cleanup_free_ char *data = NULL;
	size_t len_bytes;
	int ret = pb_file_read(source, &data, &len_bytes);

	return ret ? ret : entry_write(initrd, name, AE_IFREG, data, len_bytes);
}

int pb_initrd_add_data(struct pb_initrd *initrd, const char *name, const char *data,
		       size_t len_bytes)
{
	return entry_write(initrd, name, AE_IFREG, data, len_bytes);
}

int pb_initrd_add_dir(struct pb_initrd *initrd, const char *name)
{
	return entry_write(initrd, name, AE_IFDIR, NULL, 0);
}

static bool is_module(const char *name)
{
	const char *dot = strchr(name, '.');

	return pb_streq(name, "absent.tsv") ||
	       (dot && strncmp(name, PB_OBSERVER ".", strlen(PB_OBSERVER ".")) != 0 &&
		(pb_streq(dot, ".ko") || pb_streq(dot, ".ko.xz") || pb_streq(dot, ".ko.zst")));
}

static int module_add(struct pb_initrd *initrd, const char *name, const struct pb_manifest *source,
		      const char *module)
{
	_cleanup_free_ char *inside = pb_format("%s/%s", name, module), *data = NULL;
	_cleanup_free_ char *outside = pb_format("%s/%s", source->folder, module);
	size_t len_bytes;
	int ret =
		inside && outside ? pb_manifest_read(source, outside, &data, &len_bytes) : -ENOMEM;

	return ret ? ret : entry_write(initrd, inside, AE_IFREG, data, len_bytes);
}

/* The list is sorted by bytes, and not by the user's locale. */
int pb_initrd_add_modules(struct pb_initrd *initrd, const char *name,
			  const struct pb_manifest *source)
{
	int ret = pb_initrd_add_dir(initrd, name);

	for (size_t i = 0; i < source->nr && !ret; i++)
		if (is_module(source->entries[i].name))
			ret = module_add(initrd, name, source, source->entries[i].name);
	return ret;
}

int pb_initrd_finish(struct pb_initrd *initrd)
{
	if (archive_write_close(initrd->archive) != ARCHIVE_OK)
		return archive_failed(initrd, "the end");
	return 0;
}

void pb_initrd_free(struct pb_initrd *initrd)
{
	if (!initrd)
		return;
	archive_write_free(initrd->archive);
	free(initrd);
}
