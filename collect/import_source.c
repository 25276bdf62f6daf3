// SPDX-License-Identifier: GPL-2.0-only
/*
 * import_source - what `pinbench import` reads from, and what it is by its looks.
 * Why: a pipe cannot be rewound, so that looking must not consume.
 */
#include "collect/import_source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "common/err.h"
#include "common/inputs.h"
#include "common/opening.h"
#include "common/str.h"

#define BOM "\xef\xbb\xbf"

static const struct {
	size_t at;
	const char *magic;
	size_t len;
	enum pb_source_kind kind;
	const char *what;
	const char *tool;
} looks[] = {
	{ 0, PB_SQLITE_MAGIC, sizeof(PB_SQLITE_MAGIC), PB_SOURCE_DATABASE, NULL, NULL },
	{ 0, "\x1f\x8b", 2, PB_SOURCE_PACKED, "packed by gzip", "zcat FILE" },
	{ 0, "\x1f\x9d", 2, PB_SOURCE_PACKED, "packed by compress", "zcat FILE" },
	{ 0,
	  "\xfd"
	  "7zXZ",
	  5, PB_SOURCE_PACKED, "packed by xz", "xzcat FILE" },
	{ 0, "]\0\0", 3, PB_SOURCE_PACKED, "packed by lzma", "xzcat FILE" },
	{ 0, "BZh", 3, PB_SOURCE_PACKED, "packed by bzip2", "bzcat FILE" },
	{ 0, "\x28\xb5\x2f\xfd", 4, PB_SOURCE_PACKED, "packed by zstd", "zstdcat FILE" },
	{ 0, "\x04\x22\x4d\x18", 4, PB_SOURCE_PACKED, "packed by lz4", "lz4 -dc FILE" },
	{ 0, "PK\x03\x04", 4, PB_SOURCE_PACKED, "a zip archive", "unzip -p FILE LOG" },
	{ 0, "7z\xbc\xaf", 4, PB_SOURCE_PACKED, "a 7z archive", "7z x -so FILE LOG" },
	{ 257, "ustar", 5, PB_SOURCE_PACKED, "a tar archive", "tar xOf FILE LOG" },
	{ 0,
	  "\x7f"
	  "ELF",
	  4, PB_SOURCE_FOREIGN, "a program (ELF)", NULL },
	{ 0, "%PDF-", 5, PB_SOURCE_FOREIGN, "a PDF", NULL },
	{ 0, "\x89PNG", 4, PB_SOURCE_FOREIGN, "a picture (PNG)", NULL },
	{ 0, "\xff\xd8\xff", 3, PB_SOURCE_FOREIGN, "a picture (JPEG)", NULL },
	{ 0, "GIF8", 4, PB_SOURCE_FOREIGN, "a picture (GIF)", NULL },
	{ 0, "{\\rtf", 5, PB_SOURCE_FOREIGN, "a word processor's text (RTF)", NULL },
	{ 0, "PERFILE2", 8, PB_SOURCE_FOREIGN, "perf's data", NULL },
};

/* Tags hide lines and options: a web page that was saved is no log. */
static bool is_web_page(const char *head, size_t len)
{
	static const char *const begins[] = { "<!doctype html", "<html", "<?xml" };
	size_t at = len >= strlen(BOM) && !memcmp(head, BOM, strlen(BOM)) ? strlen(BOM) : 0;

	while (at < len && head[at] && strchr(" \t\r\n", head[at]))
		at++;
	for (size_t i = 0; i < PB_ARRAY_SIZE(begins); i++)
		if (len - at >= strlen(begins[i]) &&
		    !strncasecmp(head + at, begins[i], strlen(begins[i])))
			return true;
	return false;
}

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
		if (source->head_len >= looks[i].at + looks[i].len &&
		    !memcmp(source->head + looks[i].at, looks[i].magic, looks[i].len)) {
			source->kind = looks[i].kind;
			source->what = looks[i].what;
			source->tool = looks[i].tool;
			return;
		}
	if (is_web_page(source->head, source->head_len)) {
		source->kind = PB_SOURCE_FOREIGN;
		source->what = "a web page";
	}
	if (source->kind == PB_SOURCE_TEXT && is_stream(source->head, source->head_len)) {
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

/* Before it is opened, which some devices feel; /dev/null is as empty as a file can be. */
static int type_check(const char *path)
{
	bool standard = pb_streq(path, "-");
	const char *name = standard ? "standard input" : path;
	struct stat st;

	if (standard ? fstat(STDIN_FILENO, &st) : stat(path, &st))
		return 0; /* opening says why */
	if (S_ISDIR(st.st_mode))
		return pb_fail(-EISDIR,
			       "import: '%s' is a folder; valid is a record stream or a log", name);
	if (!S_ISBLK(st.st_mode) && (!S_ISCHR(st.st_mode) || st.st_rdev == makedev(1, 3) ||
				     (standard && isatty(STDIN_FILENO))))
		return 0;
	return pb_fail(-EINVAL,
		       "import: '%s' is a device, which has no end; valid is a record stream or a "
		       "log, in a file or from a pipe",
		       name);
}

static int file_open(const char *path, FILE **ret_file)
{
	_cleanup_close_ int fd = -1;

	if (pb_streq(path, "-")) {
		*ret_file = stdin;
		return 0;
	}
	fd = pb_opening(path, O_RDONLY, PB_OPENING_WAIT_MS);
	if (fd < 0)
		return pb_fail(fd, "cannot open '%s': %s", path, pb_opening_why(fd));
	*ret_file = fdopen(fd, "r");
	if (!*ret_file)
		return pb_fail(-errno, "cannot open '%s': %s", path, strerror(errno));
	(void)pb_steal_fd(fd);
	return 0;
}

int pb_source_open(const char *path, struct pb_source *source)
{
	pb_cleanup(pb_source_done) struct pb_source opened = { 0 };
	int ret = type_check(path);

	if (ret)
		return ret;
	ret = file_open(path, &opened.file);
	if (ret)
		return ret;
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
