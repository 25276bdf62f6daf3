// SPDX-License-Identifier: GPL-2.0-only
/*
 * cross - libraries of another architecture, from Debian's archive, for linking the agent.
 * Why: dpkg's foreign architectures would change the user's system; a folder in the cache does not.
 */
#include "bench/kernels/cross.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/kernels/cache.h"
#include "bench/kernels/fetch/archive.h"
#include "bench/kernels/manifest.h"
#include "common/err.h"
#include "common/file.h"
#include "common/proc.h"
#include "common/progress.h"
#include "common/str.h"
#include "common/temporary.h"

static int package_unpack(const struct pb_archive *archive, const struct pb_packages *packages,
			  const char *name, const struct pb_arch *arch, const char *root)
{
	pb_cleanup(pb_words_freep) char **files = NULL;
	struct pb_pick pick;
	int ret = pb_packages_pick_one(packages, name, arch->name, &pick);

	if (!ret)
		ret = pb_archive_download(archive, &pick, &files);
	return ret ? ret
		   : pb_proc_run((const char *const[]){ "dpkg-deb", "-x", files[0], root, NULL },
				 NULL, NULL);
}

static int root_fill(const struct pb_arch *arch, const char *root)
{
	pb_cleanup(pb_sources_done) struct pb_sources sources = { 0 };
	pb_cleanup(pb_archive_done) struct pb_archive archive = { 0 };
	pb_cleanup(pb_packages_done) struct pb_packages packages = { 0 };
	int ret = pb_sources_find(&sources);

	if (!ret)
		ret = pb_archive_open(&sources, arch->cross_suite, arch, &archive);
	if (!ret)
		ret = pb_archive_update(&archive);
	if (!ret)
		ret = pb_archive_packages(&archive, &packages);
	for (const char *const *name = pb_library_packages; !ret && *name; name++)
		ret = package_unpack(&archive, &packages, *name, arch, root);
	return ret;
}

/* Named by what is in it, so that a longer list is another folder. */
static char *folder_name(const struct pb_arch *arch)
{
	pb_cleanup(pb_buf_done) struct pb_buf name = { 0 };
	int ret = pb_buf_printf(&name, "cross/%s/", arch->name);

	for (const char *const *package = pb_library_packages; !ret && *package; package++)
		ret = pb_buf_printf(&name, "%s%s", package == pb_library_packages ? "" : "+",
				    *package);
	return ret ? NULL : pb_steal(name.data);
}

/* -EBADMSG: damaged, or made by an older pinbench. */
static int root_check(const char *root, const char *name)
{
	pb_cleanup(pb_manifest_done) struct pb_manifest manifest = { 0 };
	int ret = pb_file_exists(root) ? pb_manifest_load(root, name, &manifest)
				       : pb_fail(-ENOENT, "'%s' is not there", root);

	return ret ? ret : pb_manifest_check_all(&manifest, "");
}

static int root_make(const struct pb_arch *arch, const char *name, const char *root)
{
	pb_cleanup(pb_temporary_done) struct pb_temporary part = { NULL, -1 };
	_cleanup_free_ char *place = NULL, *made = NULL;
	int ret = pb_cache_place(&place, "%s", name);

	if (ret)
		return ret;
	*strrchr(place, '/') = '\0';
	ret = pb_temporary_make(place, "part", &part);
	if (ret)
		return ret;
	made = pb_format("%s/root", part.path);
	ret = made ? pb_dir_make(made) : -ENOMEM;
	if (!ret)
		ret = root_fill(arch, made);
	if (!ret)
		ret = pb_manifest_write(made, name);
	return ret ? ret : pb_cache_put(made, root);
}

static int root_need(const struct pb_arch *arch, const char *name, const char *root)
{
	_cleanup_free_ char *what = pb_format("cross-%s", arch->name);
	_cleanup_close_ int lock = -1;
	int ret = root_check(root, name);

	if (ret != -EBADMSG && ret != -ENOENT)
		return ret;
	if (ret == -EBADMSG)
		pb_progress_say("%s; fetching it again", pb_fail_message(ret));
	pb_fail_clear();
	ret = what ? pb_cache_lock(what, &lock) : -ENOMEM;
	if (ret)
		return ret;
	ret = root_check(root, name); /* another pinbench may have made it meanwhile */
	return ret ? root_make(arch, name, root) : 0;
}

int pb_cross_libraries(const struct pb_arch *arch, char **ret_root)
{
	_cleanup_free_ char *root = NULL, *name = folder_name(arch);
	int ret = name ? pb_cache_path(&root, "%s", name) : -ENOMEM;

	if (!ret)
		ret = root_need(arch, name, root);
	if (!ret && strpbrk(root, "'\\\n"))
		ret = pb_fail(-EINVAL,
			      "meson takes no path with quotes, backslashes or line feeds ('%s'); "
			      "set XDG_CACHE_HOME to another folder",
			      root);
	if (ret)
		return pb_fail_in(ret, "libraries for the %s agent", arch->name);
	*ret_root = pb_steal(root);
	return 0;
}
