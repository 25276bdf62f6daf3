// SPDX-License-Identifier: GPL-2.0-only
/*
 * fresh - was a kernel tree built since its sources changed?
 * Why: the change that one means to measure must be in the image, and structures the same in both.
 */
#include "bench/kernels/fresh.h"

#include <errno.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

/* Of which each kernel's image has objects that include them. */
static const char *const headers[] = {
	"include/linux/mm.h",         "include/linux/mm_types.h", "include/linux/sched.h",
	"include/linux/page-flags.h", "include/linux/module.h",   "include/linux/fs.h",
	"include/linux/gfp.h",        "include/linux/types.h",
};

static const char *const folders[] = { "mm", "kernel" };

/* Nothing is newer than what is not there. */
static bool is_newer(const char *path, const char *than)
{
	struct stat a, b;

	if (stat(path, &a) || stat(than, &b))
		return false;
	return a.st_mtim.tv_sec != b.st_mtim.tv_sec ? a.st_mtim.tv_sec > b.st_mtim.tv_sec
						    : a.st_mtim.tv_nsec > b.st_mtim.tv_nsec;
}

static int stale(const char *tree, const char *path, const struct pb_arch *arch)
{
	return pb_fail(-ESTALE,
		       "kernel tree '%s': '%s' changed after the kernel was built: build it again "
		       "(make %s modules)",
		       tree, path, arch->tree_target);
}

/* An object whose source is newer; without one of that name (assembly, generated) it is passed. */
static int folder_fresh(const char *tree, const char *sources, const char *folder,
			const struct pb_arch *arch)
{
	_cleanup_free_ char *pattern = pb_format("%s/%s/*.o", tree, folder);
	glob_t objects = { 0 };
	int ret = pattern ? 0 : -ENOMEM;

	if (!ret && glob(pattern, GLOB_NOSORT, NULL, &objects))
		objects.gl_pathc = 0;
	for (size_t i = 0; !ret && i < objects.gl_pathc; i++) {
		const char *object = objects.gl_pathv[i], *name = strrchr(object, '/') + 1;
		_cleanup_free_ char *source =
			pb_format("%s/%s/%.*sc", sources, folder, (int)strlen(name) - 1, name);

		if (!source)
			ret = -ENOMEM;
		else if (is_newer(source, object))
			ret = stale(tree, source, arch);
	}
	globfree(&objects);
	return ret;
}

int pb_tree_fresh(const char *tree, const char *image, const struct pb_arch *arch)
{
	/* A tree built with O= has its sources behind this link. */
	_cleanup_free_ char *link = pb_format("%s/source", tree);
	_cleanup_free_ char *config = pb_format("%s/.config", tree);
	_cleanup_free_ char *used = pb_format("%s/include/config/auto.conf", tree);
	const char *sources = link && pb_file_exists(link) ? link : tree;
	int ret = link && config && used ? 0 : -ENOMEM;

	if (!ret && is_newer(config, used))
		ret = stale(tree, config, arch);
	for (size_t i = 0; !ret && i < PB_ARRAY_SIZE(headers); i++) {
		_cleanup_free_ char *header = pb_format("%s/%s", sources, headers[i]);

		if (!header)
			ret = -ENOMEM;
		else if (is_newer(header, image))
			ret = stale(tree, header, arch);
	}
	for (size_t i = 0; !ret && i < PB_ARRAY_SIZE(folders); i++)
		ret = folder_fresh(tree, sources, folders[i], arch);
	return ret;
}
