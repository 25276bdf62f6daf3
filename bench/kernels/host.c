// SPDX-License-Identifier: GPL-2.0-only
/*
 * host - the kernel that runs: its headers where its distribution installs them, its compiler.
 * Why: modules for the running kernel come from the same build as those for every other rung.
 */
#include "bench/kernels/host.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

/* Where distributions put it, headers' own first: that is what is built against. */
static const struct {
	const char *before;
	const char *after;
} configs[] = {
	{ "/lib/modules/", "/build/.config" },
	{ "/boot/config-", "" },
	{ "/lib/modules/", "/config" },
};

static int config_find(const char *root, const char *release, char **ret_path)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(configs); i++) {
		_cleanup_free_ char *path =
			pb_format("%s%s%s%s", root, configs[i].before, release, configs[i].after);

		if (!path)
			return -ENOMEM;
		if (pb_file_exists(path)) {
			*ret_path = pb_steal(path);
			return 0;
		}
	}
	return pb_fail(
		-ENOENT,
		"the running kernel %s has headers, but no configuration with them, in /boot or "
		"in /lib/modules/%s",
		release, release);
}

int pb_host_open(const char *root, const char *release, const char *version,
		 struct pb_kernel *kernel)
{
	_cleanup_free_ char *build = pb_format("%s/lib/modules/%s/build", root, release);
	_cleanup_free_ char *makefile = build ? pb_format("%s/Makefile", build) : NULL;

	if (!makefile)
		return -ENOMEM;
	if (!pb_file_exists(makefile))
		return pb_fail(-ENOENT, "no headers of the running kernel %s: '%s' is not there",
			       release, build);
	kernel->build_dir = realpath(build, NULL);
	kernel->release = strdup(release);
	kernel->version = strdup(version);
	kernel->package = strdup("");
	if (!kernel->build_dir || !kernel->release || !kernel->version || !kernel->package)
		return pb_fail(-ENOMEM, "out of memory");
	return config_find(root, release, &kernel->config);
}

int pb_host_compiler(const char *config, const char *release, struct pb_compiler *ret_compiler)
{
	_cleanup_free_ char *what = pb_format("the running kernel %s", release);

	return what ? pb_compiler_of_config(config, what, NULL, ret_compiler) : -ENOMEM;
}
