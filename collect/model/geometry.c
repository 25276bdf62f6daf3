// SPDX-License-Identifier: GPL-2.0-only
/*
 * geometry - the caches of a simulated machine: data/caches/NAME.ini.
 * Why: a file that says nonsense must not become a machine that does.
 */
#include "collect/model/geometry.h"

#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "collect/model/access.h"
#include "common/err.h"
#include "common/file.h"
#include "common/paths.h"
#include "common/str.h"

enum { MAX_WAYS = 64, MOST_BYTES = 64 << 10 };
#define MAX_BYTES (UINT64_C(1) << 30)

static const char *const level_names[PB_NR_CACHES] = { "d1", "l2", "llc" };

struct reading {
	struct pb_geometry *geometry;
	const char *rest; /* of the text: lines to come */
	int line;         /* the one that was handed over last */
	bool inclusive_seen;
	int error; /* the first; its message stands */
	int error_line;
};

static int size_parse(const char *text, uint64_t *ret_bytes)
{
	char *end;
	uint64_t bytes;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	bytes = strtoull(text, &end, 10);
	if (errno || bytes > MAX_BYTES)
		return -ERANGE;
	if (*end == 'K' || *end == 'M')
		bytes <<= *end++ == 'K' ? 10 : 20;
	if (*end || !bytes || bytes > MAX_BYTES)
		return -EINVAL;
	*ret_bytes = bytes;
	return 0;
}

static int level_take(struct reading *reading, enum pb_cache_level level, const char *name,
		      const char *value)
{
	struct pb_cache_size *size = &reading->geometry->levels[level];
	uint64_t ways;

	if (pb_streq(name, "bytes")) {
		if (size->bytes)
			return pb_fail(-EBADMSG, "[%s] bytes is there twice", level_names[level]);
		if (size_parse(value, &size->bytes))
			return pb_fail(-EBADMSG,
				       "[%s] bytes = '%s': valid are 64 to 1024M, with K or M for "
				       "powers of two",
				       level_names[level], value);
		return 0;
	}
	if (pb_streq(name, "ways")) {
		if (size->ways)
			return pb_fail(-EBADMSG, "[%s] ways is there twice", level_names[level]);
		if (size_parse(value, &ways) || ways > MAX_WAYS)
			return pb_fail(-EBADMSG, "[%s] ways = '%s': valid are 1 to %d",
				       level_names[level], value, MAX_WAYS);
		size->ways = (uint32_t)ways;
		return 0;
	}
	if (level == PB_CACHE_LLC && pb_streq(name, "inclusive")) {
		if (!pb_streq(value, "yes") && !pb_streq(value, "no"))
			return pb_fail(-EBADMSG, "[llc] inclusive = '%s': valid are yes and no",
				       value);
		if (reading->inclusive_seen)
			return pb_fail(-EBADMSG, "[llc] inclusive is there twice");
		reading->geometry->inclusive = pb_streq(value, "yes");
		reading->inclusive_seen = true;
		return 0;
	}
	return pb_fail(-EBADMSG, "[%s] has no '%s' (valid: bytes ways%s)", level_names[level], name,
		       level == PB_CACHE_LLC ? " inclusive" : "");
}

static int text_take(char *to, size_t room, const char *name, const char *value)
{
	if (!*value || strlen(value) >= room)
		return pb_fail(-EBADMSG, "[machine] %s wants 1 to %zu characters", name, room - 1);
	if (*to)
		return pb_fail(-EBADMSG, "[machine] %s is there twice", name);
	snprintf(to, room, "%s", value);
	return 0;
}

static int line_take(struct reading *reading, const char *section, const char *name,
		     const char *value)
{
	struct pb_geometry *geometry = reading->geometry;

	for (int level = 0; level < PB_NR_CACHES; level++)
		if (pb_streq(section, level_names[level]))
			return level_take(reading, (enum pb_cache_level)level, name, value);
	if (!pb_streq(section, "machine"))
		return pb_fail(-EBADMSG, "unknown section [%s] (valid: machine d1 l2 llc)",
			       section);
	if (pb_streq(name, "title"))
		return text_take(geometry->title, sizeof(geometry->title), name, value);
	if (pb_streq(name, "source"))
		return text_take(geometry->source, sizeof(geometry->source), name, value);
	return pb_fail(-EBADMSG, "[machine] has no '%s' (valid: title source)", name);
}

static int on_line(void *data, const char *section, const char *name, const char *value)
{
	struct reading *reading = data;

	if (reading->error)
		return false;
	reading->error = line_take(reading, section, name, value ? value : "");
	reading->error_line = reading->line;
	return !reading->error;
}

/* fgets() of the text. inih would take the rest of a line that is too long for one of its own. */
static char *line_next(char *to, int room, void *data)
{
	struct reading *reading = data;
	size_t len = strcspn(reading->rest, "\n");

	if (!*reading->rest || reading->error)
		return NULL;
	reading->line++;
	if (len + 2 > (size_t)room) {
		reading->error =
			pb_fail(-EBADMSG, "%zu characters, valid are up to %d", len, room - 2);
		reading->error_line = reading->line;
		return NULL;
	}
	memcpy(to, reading->rest, len);
	memcpy(to + len, "\n", 2);
	reading->rest += len + (reading->rest[len] == '\n');
	return to;
}

static int level_check(struct pb_geometry *geometry, enum pb_cache_level level)
{
	struct pb_cache_size *size = &geometry->levels[level];

	if (!size->bytes || !size->ways)
		return pb_fail(-EBADMSG, "[%s] lacks its %s", level_names[level],
			       size->bytes ? "ways" : "bytes");
	if (size->bytes % ((uint64_t)size->ways * PB_LINE_BYTES))
		return pb_fail(-EBADMSG,
			       "[%s] %" PRIu64 " bytes in %" PRIu32
			       " ways are no whole sets of lines of %d bytes",
			       level_names[level], size->bytes, size->ways, PB_LINE_BYTES);
	size->sets = (uint32_t)(size->bytes / size->ways / PB_LINE_BYTES);
	if (level && size->bytes < geometry->levels[level - 1].bytes)
		return pb_fail(-EBADMSG, "[%s] is smaller than [%s], which it holds",
			       level_names[level], level_names[level - 1]);
	return 0;
}

static int geometry_check(const struct reading *reading)
{
	int ret = 0;

	for (int level = 0; level < PB_NR_CACHES && !ret; level++)
		ret = level_check(reading->geometry, (enum pb_cache_level)level);
	if (!ret && !reading->inclusive_seen)
		ret = pb_fail(-EBADMSG, "[llc] lacks 'inclusive' (yes or no)");
	if (!ret && !*reading->geometry->source)
		ret = pb_fail(-EBADMSG, "[machine] lacks its 'source'");
	return ret;
}

static bool is_utf8(const char *text, size_t len)
{
	while (len) {
		utf8proc_int32_t c;
		utf8proc_ssize_t got =
			utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len, &c);

		if (got <= 0)
			return false;
		text += got;
		len -= (size_t)got;
	}
	return true;
}

static int file_read(const char *path, struct pb_geometry *geometry)
{
	struct reading reading = { .geometry = geometry };
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	int line, ret = pb_file_read_most(path, MOST_BYTES, &text, &len);

	if (ret)
		return ret;
	/* What a run was simulated with is stored with it, and no database holds anything else. */
	if (strlen(text) != len || !is_utf8(text, len))
		return pb_fail(-EBADMSG, "'%s': not a text in UTF-8", path);
	/* Both of inih's user pointers: of who hands lines over, and of who takes them. */
	reading.rest = text;
	line = ini_parse_stream(line_next, &reading, on_line, &reading);
	if (reading.error && (line <= 0 || reading.error_line <= line))
		return pb_fail_in(reading.error, "'%s', line %d", path, reading.error_line);
	if (line)
		return pb_fail(-EBADMSG, "'%s', line %d: neither [section] nor name = value", path,
			       line);
	ret = geometry_check(&reading);
	return ret ? pb_fail_in(ret, "'%s'", path) : 0;
}

/* The last part of the path, without its ending. */
static void name_set(const char *path, struct pb_geometry *geometry)
{
	const char *base = strrchr(path, '/');
	char *dot;

	snprintf(geometry->name, sizeof(geometry->name), "%s", base ? base + 1 : path);
	dot = strrchr(geometry->name, '.');
	if (dot)
		*dot = '\0';
}

static int is_ini(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 4 && pb_streq(entry->d_name + len - 4, ".ini");
}

/* Pinbench's own, in the message of a name that none of them has. */
static int name_refuse(const char *name)
{
	pb_cleanup(pb_buf_done) struct pb_buf valid = { 0 };
	_cleanup_free_ char *dir = NULL;
	struct dirent **entries = NULL;
	int nr, ret = pb_path_data("data/caches", &dir);

	if (ret)
		return ret;
	nr = scandir(dir, &entries, is_ini, alphasort);
	ret = pb_buf_add(&valid, "", 0);
	for (int i = 0; i < nr; i++) {
		if (!ret)
			ret = pb_buf_printf(&valid, " %.*s", (int)strlen(entries[i]->d_name) - 4,
					    entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return ret ? ret
		   : pb_fail(-ENOENT, "unknown cache '%s' (valid:%s, or a file that ends in .ini)",
			     name, valid.data);
}

int pb_geometry_load(const char *name, struct pb_geometry *ret_geometry)
{
	size_t len = strlen(name);
	bool is_path = strchr(name, '/') || (len > 4 && pb_streq(name + len - 4, ".ini"));
	struct pb_geometry geometry = { 0 };
	_cleanup_free_ char *file = NULL, *path = NULL;
	int ret = 0;

	if (!is_path) {
		file = pb_format("data/caches/%s.ini", name);
		ret = file ? pb_path_data(file, &path) : -ENOMEM;
		if (ret == -ENOENT)
			return name_refuse(name);
	}
	if (!ret)
		ret = file_read(is_path ? name : path, &geometry);
	if (ret)
		return ret;
	name_set(name, &geometry);
	if (!*geometry.title)
		snprintf(geometry.title, sizeof(geometry.title), "%s", geometry.name);
	*ret_geometry = geometry;
	return 0;
}

char *pb_geometry_text(const struct pb_geometry *geometry)
{
	pb_cleanup(pb_buf_done) struct pb_buf text = { 0 };

	for (int level = 0; level < PB_NR_CACHES; level++) {
		const struct pb_cache_size *size = &geometry->levels[level];

		bool whole = size->bytes % 1024 == 0;

		if (pb_buf_printf(&text, "%s%s %" PRIu64 "%s/%" PRIu32, level ? ", " : "",
				  level_names[level], whole ? size->bytes >> 10 : size->bytes,
				  whole ? "K" : "", size->ways))
			return NULL;
	}
	if (pb_buf_printf(&text, "%s", geometry->inclusive ? ", inclusive" : ""))
		return NULL;
	return pb_steal(text.data);
}
