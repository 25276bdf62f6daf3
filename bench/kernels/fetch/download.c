// SPDX-License-Identifier: GPL-2.0-only
/*
 * download - packages from the archive to the cache, by apt-get, with a bar.
 * Why: tens of megabytes are worth a line that moves, and must not be fetched twice.
 */
#include "bench/kernels/fetch/download.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <sha256.h>

#include "bench/kernels/cache.h"
#include "common/err.h"
#include "common/file.h"
#include "common/proc.h"
#include "common/progress.h"
#include "common/str.h"

enum { POLL_US = 100000 };

/* The bytes of all files in @path; a folder that is not there has none. */
static uint64_t folder_bytes(const char *path)
{
	_cleanup_closedir_ DIR *dir = opendir(path);
	uint64_t bytes = 0;
	struct dirent *entry;
	struct stat st;

	while (dir && (entry = readdir(dir)))
		if (!fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) &&
		    S_ISREG(st.st_mode))
			bytes += (uint64_t)st.st_size;
	return bytes;
}

/*
 * Is @path all of @package? apt checks what it downloads, but under its final name and after
 * writing it: what an earlier run left there is only as good as its digest.
 */
static bool package_whole(const char *path, const struct pb_package *package)
{
	char hex[SHA256_DIGEST_STRING_LENGTH];
	struct stat st;

	if (stat(path, &st) || (uint64_t)st.st_size < package->size_bytes)
		return false;
	if (SHA256File(path, hex) && pb_streq(hex, package->sha256))
		return true;
	/* apt would take it by its size. A shorter one stays: apt goes on where it ends. */
	unlink(path);
	return false;
}

/* apt's file name for it. NULL: not there, not whole. */
static char *package_path(const char *folder, const struct pb_package *package)
{
	char *path = pb_format("%s/%s_%s_%s.deb", folder, package->name, package->version,
			       package->arch);

	if (path && package_whole(path, package))
		return path;
	free(path);
	return NULL;
}

/* As apt-get download takes it; what is for every architecture is named without one. */
static char *package_word(const struct pb_package *package)
{
	if (pb_streq(package->arch, "all"))
		return pb_format("%s=%s", package->name, package->version);
	return pb_format("%s:%s=%s", package->name, package->arch, package->version);
}

static int apt_wait(pid_t pid, const char *work, uint64_t had_bytes, const struct pb_pick *pick)
{
	uint64_t total = pick->size_bytes - had_bytes, before = folder_bytes(work);
	int status;

	for (;;) {
		pid_t got = waitpid(pid, &status, WNOHANG);
		uint64_t done = folder_bytes(work);

		if (got == pid)
			break;
		if (got < 0 && errno != EINTR)
			return pb_fail(-errno, "cannot wait for apt-get: %s", strerror(errno));
		done = done > before ? done - before : 0;
		pb_progress_bar("downloading, MiB", done >> 20, (total >> 20) + 1, pick->title);
		usleep(POLL_US);
	}
	pb_progress_clear();
	return status ? -EIO : 0;
}

static int files_collect(const char *work, const struct pb_pick *pick, char ***ret_files)
{
	pb_cleanup(pb_words_freep) char **files = calloc(pick->nr + 1, sizeof(*files));

	if (!files)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < pick->nr; i++) {
		files[i] = package_path(work, pick->list[i]);
		if (!files[i])
			return pb_fail(-ENOENT, "package %s is not in '%s'", pick->list[i]->name,
				       work);
	}
	*ret_files = pb_steal(files);
	return 0;
}

/* env -C: apt-get download puts its files where it runs. */
static int apt_download(const char *conf, const char *work, const struct pb_pick *pick,
			const char *log)
{
	const char *argv[PB_PICK_MAX + 12] = { "env", "-C", work, "LC_ALL=C", "apt-get",
					       "-q",  "-c", conf, "download" };
	pb_cleanup(pb_words_freep) char **names = calloc(pick->nr + 1, sizeof(*names));
	_cleanup_free_ char *words = NULL;
	uint64_t had_bytes = 0;
	size_t nr = 9;
	pid_t pid;
	int ret;

	if (!names)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < pick->nr; i++) {
		_cleanup_free_ char *have = package_path(work, pick->list[i]);

		if (have)
			had_bytes += pick->list[i]->size_bytes;
		names[i] = package_word(pick->list[i]);
		if (!names[i])
			return -ENOMEM;
		argv[nr++] = names[i];
	}
	argv[nr] = NULL;
	ret = pb_proc_start(argv, log, &pid);
	if (!ret)
		ret = apt_wait(pid, work, had_bytes, pick);
	if (ret != -EIO)
		return ret;
	ret = pb_file_read(log, &words, NULL);
	return ret ? ret : pb_fail(-EIO, "apt-get download failed:\n%s", words);
}

int pb_download(const char *conf, const struct pb_pick *pick, char ***ret_files)
{
	_cleanup_free_ char *work = NULL, *log = NULL;
	char size[32];
	int ret = pb_cache_place(&work, "packages");

	if (!ret)
		ret = pb_dir_make(work);
	if (!ret)
		ret = pb_cache_place(&log, "logs/download.log");
	if (ret)
		return ret;
	if (!files_collect(work, pick, ret_files))
		return 0;
	pb_fail_clear();
	pb_progress_say("downloading %s (%s)", pick->title,
			pb_human_bytes(pick->size_bytes, size, sizeof(size)));
	unlink(log);
	ret = apt_download(conf, work, pick, log);
	return ret ? ret : files_collect(work, pick, ret_files);
}
