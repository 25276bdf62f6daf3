// SPDX-License-Identifier: GPL-2.0-only
/*
 * manifest - what a folder of the cache held when it was made: each file's size and SHA-256.
 * Why: a file that was cut, mixed up or overwritten must never be taken for the kernel's answer.
 */
#include "bench/kernels/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/kernels/fetch/digest.h"
#include "common/err.h"
#include "common/file.h"
#include "common/save.h"
#include "common/str.h"

PB_DEFINE_CLEANUP(fts_closep, FTS *, fts_close);

static const char file_name[] = "manifest";
static const char first_format[] = "pinbench-manifest 1 %s\n";
static const char end_format[] = "end %zu\n";
static const char own_manifests[] = "modules-";
static const char unfinished[] = "pinbench-"; /* pb_temporary_make(): somebody builds modules */

/* What is there now, as an entry of a manifest would say it. */
struct content {
	char sha256[PB_DIGEST_HEX];
	uint64_t size_bytes;
	bool is_link;
};

static int link_digest(const char *path, struct content *content)
{
	char target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof(target));
	SHA256_CTX digest;

	if (len < 0)
		return -errno;
	SHA256Init(&digest);
	SHA256Update(&digest, (const uint8_t *)target, (size_t)len);
	pb_digest_end(&digest, content->sha256);
	content->size_bytes = (uint64_t)len;
	content->is_link = true;
	return 0;
}

/* Through one descriptor: what was looked at is what is read. @data: NULL, or gets all of it. */
static int file_digest(const char *path, struct content *content, struct pb_buf *data)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	uint8_t chunk[65536];
	SHA256_CTX digest;
	struct stat st;
	ssize_t got;

	if (fd < 0)
		return errno == ELOOP ? link_digest(path, content) : -errno;
	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	if (st.st_uid && st.st_uid != geteuid() && !geteuid())
		return -EPERM;
	SHA256Init(&digest);
	*content = (struct content){ 0 };
	while ((got = read(fd, chunk, sizeof(chunk))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		SHA256Update(&digest, chunk, (size_t)got);
		content->size_bytes += (uint64_t)got;
		if (data && pb_buf_add(data, (const char *)chunk, (size_t)got))
			return -ENOMEM;
	}
	pb_digest_end(&digest, content->sha256);
	return 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Not of the folder's own content: its manifest, and what has another one. */
static bool is_apart(const FTSENT *entry)
{
	if (entry->fts_level != 1)
		return false;
	return pb_streq(entry->fts_name, file_name) ||
	       (entry->fts_info == FTS_D &&
		(!strncmp(entry->fts_name, own_manifests, strlen(own_manifests)) ||
		 !strncmp(entry->fts_name, unfinished, strlen(unfinished))));
}

/* Calls @visit with the name below @folder of every file and link; folders count for nothing. */
static int files_visit(const char *folder, const char *below,
		       int (*visit)(const char *folder, const char *name, void *data), void *data)
{
	_cleanup_free_ char *top = pb_format("%s%s%s", folder, *below ? "/" : "", below);
	char *const roots[] = { top, NULL };
	pb_cleanup(fts_closep) FTS *walk = NULL;
	FTSENT *entry;
	int ret = 0;

	if (!top)
		return -ENOMEM;
	walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	if (!walk)
		return pb_fail(-errno, "cannot read folder '%s': %s", top, strerror(errno));
	while (!ret && (errno = 0, entry = fts_read(walk))) {
		if (entry->fts_info == FTS_DP)
			continue;
		if (!*below && is_apart(entry))
			fts_set(walk, entry, FTS_SKIP);
		else if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR ||
			 entry->fts_info == FTS_NS)
			ret = pb_fail(-EBADMSG, "'%s' is damaged: %s", entry->fts_path,
				      strerror(entry->fts_errno));
		else if (entry->fts_info != FTS_D)
			ret = visit(folder, entry->fts_path + strlen(folder) + 1, data);
	}
	if (!ret && errno)
		return pb_fail(-errno, "cannot read folder '%s': %s", top, strerror(errno));
	return ret;
}

static int entry_write(const char *folder, const char *name, void *data)
{
	_cleanup_free_ char *path = pb_format("%s/%s", folder, name);
	struct pb_buf *out = data;
	struct content content;
	int ret;

	if (!path)
		return -ENOMEM;
	if (strchr(name, '\n'))
		return pb_fail(-EINVAL, "'%s' has a line feed in its name", path);
	ret = file_digest(path, &content, NULL);
	if (ret)
		return pb_fail(ret, "cannot read '%s': %s", path, strerror(-ret));
	return pb_buf_printf(out, "%c %s %llu %s\n", content.is_link ? 'l' : 'f', content.sha256,
			     (unsigned long long)content.size_bytes, name);
}

static size_t lines_count(const char *text)
{
	size_t nr = 0;

	while ((text = strchr(text, '\n'))) {
		nr++;
		text++;
	}
	return nr;
}

int pb_manifest_write(const char *folder, const char *title)
{
	_cleanup_free_ char *path = pb_format("%s/%s", folder, file_name);
	pb_cleanup(pb_buf_done) struct pb_buf out = { 0 };
	int ret = path ? pb_buf_printf(&out, first_format, title) : -ENOMEM;

	if (!ret)
		ret = files_visit(folder, "", entry_write, &out);
	if (!ret)
		ret = pb_buf_printf(&out, end_format, lines_count(out.data) - 1);
	return ret ? ret : pb_file_write(path, out.data, out.len_bytes);
}

static int entry_compare(const void *a, const void *b)
{
	const struct pb_manifest_entry *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* "f SHA256 SIZE NAME", which is cut in place. */
static bool entry_parse(char *line, struct pb_manifest_entry *entry)
{
	char *rest = line, *type = strsep(&rest, " "), *end;

	entry->sha256 = strsep(&rest, " ");
	end = strsep(&rest, " ");
	entry->name = rest;
	if (!rest || !*rest || (!pb_streq(type, "f") && !pb_streq(type, "l")) ||
	    strlen(entry->sha256) != PB_DIGEST_HEX - 1)
		return false;
	entry->is_link = type[0] == 'l';
	entry->size_bytes = strtoull(end, &end, 10);
	return !*end;
}

/* -EBADMSG without a message, which the caller has. */
static int text_parse(struct pb_manifest *manifest, const char *title)
{
	_cleanup_free_ char *first = pb_format(first_format, title), *end = NULL;
	size_t nr = lines_count(manifest->text);
	char *rest = manifest->text;

	if (!first)
		return -ENOMEM;
	if (nr < 2 || strncmp(rest, first, strlen(first)) != 0)
		return -EBADMSG;
	rest += strlen(first);
	end = pb_format(end_format, nr - 2);
	manifest->entries = calloc(nr, sizeof(*manifest->entries));
	if (!end || !manifest->entries)
		return pb_fail(-ENOMEM, "out of memory");
	for (; manifest->nr < nr - 2; manifest->nr++)
		if (!entry_parse(strsep(&rest, "\n"), &manifest->entries[manifest->nr]))
			return -EBADMSG;
	if (!rest || !pb_streq(rest, end))
		return -EBADMSG;
	qsort(manifest->entries, manifest->nr, sizeof(*manifest->entries), entry_compare);
	return 0;
}

int pb_manifest_load(const char *folder, const char *title, struct pb_manifest *ret_manifest)
{
	_cleanup_free_ char *path = pb_format("%s/%s", folder, file_name);
	pb_cleanup(pb_manifest_done) struct pb_manifest manifest = { .folder = strdup(folder) };
	size_t len = 0;
	int ret;

	if (!path || !manifest.folder)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pb_file_read(path, &manifest.text, &len);
	if (ret == -ENOENT)
		return pb_fail(-EBADMSG,
			       "'%s' has no list of what belongs in it (an older pinbench made it, "
			       "or it is damaged)",
			       folder);
	if (ret)
		return ret == -ENOMEM ? ret : pb_fail(-EBADMSG, "%s", pb_fail_message(ret));
	ret = strlen(manifest.text) == len ? text_parse(&manifest, title) : -EBADMSG;
	if (ret)
		return ret == -EBADMSG
			       ? pb_fail(ret,
					 "'%s' is damaged, or the list of something else than %s",
					 path, title)
			       : ret;
	*ret_manifest = manifest;
	manifest = (struct pb_manifest){ 0 };
	return 0;
}

void pb_manifest_done(struct pb_manifest *manifest)
{
	free(manifest->folder);
	free(manifest->text);
	free(manifest->entries);
	*manifest = (struct pb_manifest){ 0 };
}

static const struct pb_manifest_entry *entry_find(const struct pb_manifest *manifest,
						  const char *name)
{
	const struct pb_manifest_entry key = { .name = (char *)name };

	return manifest->nr
		       ? bsearch(&key, manifest->entries, manifest->nr, sizeof(key), entry_compare)
		       : NULL;
}

static int entry_check(const struct pb_manifest *manifest, const struct pb_manifest_entry *entry,
		       struct pb_buf *data)
{
	_cleanup_free_ char *path = pb_format("%s/%s", manifest->folder, entry->name);
	struct content content;
	int ret = path ? file_digest(path, &content, data) : -ENOMEM;

	if (ret == -ENOMEM)
		return ret;
	if (ret == -EPERM)
		return pb_fail(-EBADMSG, "'%s' belongs to somebody else than root", path);
	if (ret)
		return pb_fail(-EBADMSG, "'%s' is damaged: %s", path, strerror(-ret));
	if (content.is_link != entry->is_link)
		return pb_fail(-EBADMSG, "'%s' is damaged: it %s a link", path,
			       content.is_link ? "is" : "was");
	if (content.size_bytes != entry->size_bytes)
		return pb_fail(-EBADMSG, "'%s' is damaged: %llu bytes, and there were %llu", path,
			       (unsigned long long)content.size_bytes,
			       (unsigned long long)entry->size_bytes);
	if (!pb_streq(content.sha256, entry->sha256))
		return pb_fail(-EBADMSG,
			       "'%s' is damaged: its content is another than was put there "
			       "(SHA-256)",
			       path);
	return 0;
}

bool pb_manifest_names(const struct pb_manifest *manifest, const char *path)
{
	size_t len = strlen(manifest->folder);

	return !strncmp(path, manifest->folder, len) && path[len] == '/' &&
	       entry_find(manifest, path + len + 1);
}

static int path_check(const struct pb_manifest *manifest, const char *path, struct pb_buf *data)
{
	size_t len = strlen(manifest->folder);
	const struct pb_manifest_entry *entry;

	if (strncmp(path, manifest->folder, len) != 0 || path[len] != '/')
		return pb_fail(-EINVAL, "'%s' is not in '%s'", path, manifest->folder);
	entry = entry_find(manifest, path + len + 1);
	return entry ? entry_check(manifest, entry, data)
		     : pb_fail(-EBADMSG, "'%s' is nothing that was put there", path);
}

int pb_manifest_check(const struct pb_manifest *manifest, const char *path)
{
	return path_check(manifest, path, NULL);
}

int pb_manifest_read(const struct pb_manifest *manifest, const char *path, char **ret_data,
		     size_t *ret_len_bytes)
{
	pb_cleanup(pb_buf_done) struct pb_buf data = { 0 };
	int ret = pb_buf_add(&data, "", 0);

	if (!ret)
		ret = path_check(manifest, path, &data);
	if (ret)
		return ret;
	*ret_len_bytes = data.len_bytes;
	*ret_data = pb_steal(data.data);
	return 0;
}

static int entry_known(const char *folder, const char *name, void *data)
{
	const struct pb_manifest *manifest = data;

	return entry_find(manifest, name)
		       ? 0
		       : pb_fail(-EBADMSG, "'%s/%s' is nothing that was put there", folder, name);
}

int pb_manifest_check_all(const struct pb_manifest *manifest, const char *below)
{
	size_t len = strlen(below);
	int ret = 0;

	for (size_t i = 0; !ret && i < manifest->nr; i++) {
		const char *name = manifest->entries[i].name;

		if (!len || (strncmp(name, below, len) == 0 && name[len] == '/'))
			ret = entry_check(manifest, &manifest->entries[i], NULL);
	}
	return ret ? ret : files_visit(manifest->folder, below, entry_known, (void *)manifest);
}
