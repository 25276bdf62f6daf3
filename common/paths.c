// SPDX-License-Identifier: GPL-2.0-only
/*
 * paths - where pinbench's own parts lie: installed, or in the tree that it was built in.
 * Why: `pinbench run` works from a build folder, and from /usr after meson install.
 */
#include "common/paths.h"

#include <errno.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "config.h"

static int path_find(const char *const *roots, size_t nr, const char *name, char **ret_path)
{
	for (size_t i = 0; i < nr; i++) {
		_cleanup_free_ char *path = NULL;

		if (!roots[i])
			continue;
		path = pb_format("%s/%s", roots[i], name);
		if (!path)
			return -ENOMEM;
		if (pb_file_exists(path)) {
			*ret_path = pb_steal(path);
			return 0;
		}
	}
	return pb_fail(-ENOENT, "cannot find pinbench's own '%s' in '%s' or '%s': install it again",
		       name, roots[1], roots[2]);
}

int pb_path_data(const char *name, char **ret_path)
{
	const char *roots[] = { getenv("PINBENCH_DATA"), PB_DATADIR, PB_SOURCE_ROOT };

	return path_find(roots, PB_ARRAY_SIZE(roots), name, ret_path);
}

int pb_path_helper(const char *name, char **ret_path)
{
	const char *roots[] = { getenv("PINBENCH_LIBEXEC"), PB_LIBEXECDIR,
				PB_BUILD_ROOT "/bench/agent", PB_BUILD_ROOT "/collect/tcg" };

	return path_find(roots, PB_ARRAY_SIZE(roots), name, ret_path);
}

int pb_path_sources(char **ret_path)
{
	if (!pb_file_exists(PB_SOURCE_ROOT "/meson.build"))
		return pb_fail(-ENOENT,
			       "the sources that this pinbench was built from are gone: '%s'",
			       PB_SOURCE_ROOT);
	*ret_path = strdup(PB_SOURCE_ROOT);
	return *ret_path ? 0 : pb_fail(-ENOMEM, "out of memory");
}

int pb_path_build(const char *name, char **ret_path)
{
	*ret_path = pb_format("%s/%s", PB_BUILD_ROOT, name);
	return *ret_path ? 0 : -ENOMEM;
}
