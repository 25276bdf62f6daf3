// SPDX-License-Identifier: GPL-2.0-only
/*
 * unpack - packages unpacked side by side in the cache, headers made to work from there.
 * Why: Debian's header packages name absolute paths of an installed system.
 */
#include "bench/kernels/fetch/unpack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "bench/kernels/cache.h"
#include "bench/kernels/manifest.h"
#include "common/err.h"
#include "common/file.h"
#include "common/proc.h"
#include "common/progress.h"
#include "common/save.h"
#include "common/str.h"
#include "common/temporary.h"

static const char headers_root[] = "/usr/src/";

/* A place below the root: what stands before the release, and what after it. */
struct place {
	const char *before;
	const char *after;
};

enum { PLACES = 2 };

/* The first of two places that is there: 7.x moved image and configuration to usr/lib/modules. */
static int locate(const char *root, const char *release, const struct place places[PLACES],
		  const char *what, char **ret_path)
{
	for (size_t i = 0; i < PLACES && places[i].before; i++) {
		_cleanup_free_ char *path =
			pb_format("%s%s%s%s", root, places[i].before, release, places[i].after);

		if (!path)
			return -ENOMEM;
		if (pb_file_exists(path)) {
			*ret_path = pb_steal(path);
			return 0;
		}
	}
	return pb_fail(-ENOENT, "kernel %s: its packages hold no %s in '%s'", release, what, root);
}

int pb_unpack_locate(const char *root, const char *release, struct pb_kernel *kernel)
{
	static const struct place image[PLACES] = { { "/boot/vmlinuz-", "" },
						    { "/usr/lib/modules/", "/vmlinuz" } };
	static const struct place config[PLACES] = { { "/boot/config-", "" },
						     { "/usr/lib/modules/", "/config" } };
	static const struct place build[PLACES] = { { "/usr/src/linux-headers-", "" } };
	static const struct place tree[PLACES] = { { "/lib/modules/", "" },
						   { "/usr/lib/modules/", "" } };
	int ret = locate(root, release, image, "image", &kernel->image);

	if (!ret)
		ret = locate(root, release, config, "configuration", &kernel->config);
	if (!ret)
		ret = locate(root, release, build, "headers", &kernel->build_dir);
	if (ret)
		return ret;
	/* An image without modules of its own is no error. */
	if (locate(root, release, tree, "modules", &kernel->module_tree))
		pb_fail_clear();
	return 0;
}

/* Replaces every @from in the file @path, which has one at least. */
static int file_replace(const char *path, const char *from, const char *to)
{
	pb_cleanup(pb_buf_done) struct pb_buf out = { 0 };
	_cleanup_free_ char *text = NULL;
	const char *rest, *hit;
	int ret = pb_file_read(path, &text, NULL);

	for (rest = text; !ret && (hit = strstr(rest, from)); rest = hit + strlen(from)) {
		ret = pb_buf_add(&out, rest, (size_t)(hit - rest));
		if (!ret)
			ret = pb_buf_add(&out, to, strlen(to));
	}
	if (ret)
		return ret;
	if (rest == text)
		return pb_fail(-EINVAL, "'%s' does not name '%s': headers of an unknown shape",
			       path, from);
	ret = pb_buf_add(&out, rest, strlen(rest));
	return ret ? ret : pb_file_write(path, out.data, out.len_bytes);
}

/*
 * Debian's headers are a makefile that names another folder by its installed path. It lies beside
 * this one wherever the cache is moved to, and make is always run in this one.
 */
static int headers_relocate(const char *root, const char *release)
{
	_cleanup_free_ char *makefile =
		pb_format("%s%slinux-headers-%s/Makefile", root, headers_root, release);

	return makefile ? file_replace(makefile, headers_root, "$(CURDIR)/../") : -ENOMEM;
}

static int facts_write(const char *folder, const struct pb_pick *pick, const char *suite)
{
	pb_cleanup(pb_buf_done) struct pb_buf facts = { 0 };
	_cleanup_free_ char *path = pb_format("%s/facts", folder);
	int ret;

	if (!path)
		return -ENOMEM;
	ret = pb_buf_printf(
		&facts, "release\t%s\npackage\t%s\nversion\t%s\nsuite\t%s\ndownload_bytes\t%llu\n",
		pick->release, pick->list[0]->name, pick->list[0]->version, suite,
		(unsigned long long)pick->size_bytes);
	return ret ? ret : pb_file_write(path, facts.data, facts.len_bytes);
}

static int files_unpack(const char *root, char **files)
{
	int ret = pb_dir_make(root);

	for (size_t i = 0; !ret && files[i]; i++)
		ret = pb_proc_run((const char *const[]){ "dpkg-deb", "-x", files[i], root, NULL },
				  NULL, NULL);
	return ret;
}

/* modules.dep is made where a package is installed; guests need it, too. */
static int modules_index(const char *root, const char *release)
{
	struct pb_kernel probe = { 0 };
	int ret = pb_unpack_locate(root, release, &probe);
	bool has_modules = !ret && probe.module_tree;
	bool below_usr = has_modules && strstr(probe.module_tree, "/usr/lib/modules/");
	_cleanup_free_ char *base = pb_format("%s%s", root, below_usr ? "/usr" : "");

	pb_kernel_done(&probe);
	if (ret || !has_modules)
		return ret;
	return base ? pb_proc_run(
			      (const char *const[]){ "/sbin/depmod", "-b", base, release, NULL },
			      NULL, NULL)
		    : -ENOMEM;
}

static int unpack_all(const char *made, const struct pb_pick *pick, const char *suite, char **files)
{
	_cleanup_free_ char *root = pb_format("%s/root", made);
	int ret = root ? files_unpack(root, files) : -ENOMEM;

	if (!ret)
		ret = headers_relocate(root, pick->release);
	if (!ret)
		ret = modules_index(root, pick->release);
	if (!ret)
		ret = facts_write(made, pick, suite);
	return ret ? ret : pb_manifest_write(made, pick->release);
}

/*
 * Modules outlive a kernel that had to be fetched again: building them takes minutes. A digest of
 * what they were built from is their folder's name, and each has a manifest, which is held against
 * them before they are used. What cannot be moved is built again.
 */
static void modules_carry(const char *old, const char *folder)
{
	_cleanup_closedir_ DIR *dir = opendir(old);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		_cleanup_free_ char *from = NULL, *to = NULL;

		if (strncmp(entry->d_name, "modules-", strlen("modules-")) != 0)
			continue;
		from = pb_format("%s/%s", old, entry->d_name);
		to = pb_format("%s/%s", folder, entry->d_name);
		if (!from || !to)
			return;
		/* Another pinbench may have built them there meanwhile. */
		renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
	}
}

int pb_unpack(const struct pb_pick *pick, const char *suite, char **files)
{
	pb_cleanup(pb_temporary_done) struct pb_temporary part = { NULL, -1 };
	_cleanup_free_ char *final = NULL, *kernels = NULL, *made = NULL;
	int ret = pb_cache_place(&final, "kernels/%s", pick->release);

	if (!ret)
		ret = pb_cache_path(&kernels, "kernels");
	if (!ret)
		ret = pb_temporary_make(kernels, "part", &part);
	if (ret)
		return ret;
	made = pb_format("%s/kernel", part.path);
	if (!made)
		return -ENOMEM;
	pb_progress_say("unpacking kernel %s", pick->release);
	ret = unpack_all(made, pick, suite, files);
	/* Another version of the same release (a rebuilt package) takes the old one's place. */
	if (!ret)
		ret = pb_cache_put(made, final);
	/* What was there before now lies at @made. */
	if (!ret)
		modules_carry(made, final);
	return ret;
}
