// SPDX-License-Identifier: GPL-2.0-only
/*
 * import_source - what `pinbench import` reads from, and what it is by its looks.
 * Why: a pipe cannot be rewound, so that looking must not consume.
 */
#include "collect/import_source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/err.h"
#include "common/inputs.h"
#include "common/str.h"

#define BOM "\xef\xbb\xbf"

static const struct {
	const char *magic;
	size_t len;
	enum pb_source_kind kind;
	const char *what;
} looks[] = {
	{ PB_SQLITE_MAGIC, sizeof(PB_SQLITE_MAGIC), PB_SOURCE_DATABASE, NULL },
	{ "\x1f\x8b", 2, PB_SOURCE_PACKED, "gzip" },
	{ "\xfd"
	  "7zXZ",
	  5, PB_SOURCE_PACKED, "xz" },
	{ "BZh", 3, PB_SOURCE_PACKED, "bzip2" },
	{ "\x28\xb5\x2f\xfd", 4, PB_SOURCE_PACKED, "zstd" },
	{ "PK\x03\x04", 4, PB_SOURCE_PACKED, "zip" },
	{ "\x7f"
	  "ELF",
	  4, PB_SOURCE_PACKED, "ELF" },
	{ "%PDF-", 5, PB_SOURCE_PACKED, "PDF" },
};

/* Whether it begins with an object that has a member, as every record is one. */
static bool is_stream(const char *head, size_t len)
{
	static const char blanks[] = " \t\r\n";
	size_t at = len >= strlen(BOM) && !memcmp(head, BOM, strlen(BOM)) ? strlen(BOM) : 0;

	while (at < len && head[at] && strchr(blanks, head[at]))
		at++;
	if (at == len || head[at++] != '{')
		return false;
	while (at < len && head[at] && strchr(blanks, head[at]))
		at++;
	return at < len && head[at] == '"';
}

static void head_judge(struct pb_source *source)
{
	source->kind = source->head_len ? PB_SOURCE_TEXT : PB_SOURCE_EMPTY;
	for (size_t i = 0; i < PB_ARRAY_SIZE(looks); i++)
		if (source->head_len >= looks[i].len &&
		    !memcmp(source->head, looks[i].magic, looks[i].len)) {
			source->kind = looks[i].kind;
			source->what = looks[i].what;
			return;
		}
	if (is_stream(source->head, source->head_len)) {
		source->kind = PB_SOURCE_STREAM;
		if (!memcmp(source->head, BOM, strlen(BOM)))
			source->head_at = strlen(BOM);
	}
}

static ssize_t source_read(void *cookie, char *buf, size_t size)
{
	struct pb_source *source = cookie;
	size_t left = source->head_len - source->head_at, len;

	if (left) {
		len = left < size ? left : size;
		memcpy(buf, source->head + source->head_at, len);
		source->head_at += len;
		return (ssize_t)len;
	}
	errno = 0;
	len = fread(buf, 1, size, source->file);
	if (len || !ferror(source->file))
		return (ssize_t)len;
	errno = errno ? errno : EIO;
	return -1;
}

int pb_source_open(const char *path, struct pb_source *source)
{
	pb_cleanup(pb_source_done) struct pb_source opened = { 0 };
	struct stat st;
	int ret;

	opened.file = pb_streq(path, "-") ? stdin : fopen(path, "re");
	if (!opened.file)
		return pb_fail(-errno, "cannot open '%s': %s", path, strerror(errno));
	if (!fstat(fileno(opened.file), &st) && S_ISDIR(st.st_mode))
		return pb_fail(-EISDIR,
			       "import: '%s' is a folder; valid is a record stream or a log", path);
	errno = 0;
	opened.head_len = fread(opened.head, 1, sizeof(opened.head), opened.file);
	if (ferror(opened.file)) {
		ret = errno ? -errno : -EIO;
		return pb_fail(ret, "cannot read '%s': %s", path, strerror(-ret));
	}
	head_judge(&opened);
	*source = opened;
	opened = (struct pb_source){ 0 };
	source->in = fopencookie(source, "r", (cookie_io_functions_t){ .read = source_read });
	if (source->in)
		return 0;
	ret = pb_fail(-errno, "cannot read '%s': %s", path, strerror(errno));
	pb_source_done(source);
	return ret;
}

void pb_source_done(struct pb_source *source)
{
	if (source->in)
		fclose(source->in);
	if (source->file && source->file != stdin)
		fclose(source->file);
	source->in = source->file = NULL;
}
