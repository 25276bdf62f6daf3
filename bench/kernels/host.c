// SPDX-License-Identifier: GPL-2.0-only
/*
 * host - the kernel that runs: its headers where its distribution installs them, its compiler.
 * Why: modules for the running kernel come from the same build as those for every other rung.
 */
#include "bench/kernels/host.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "bench/kernels/config.h"
#include "common/err.h"
#include "common/file.h"
#include "common/proc.h"
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

/* "12" of gcc, or NULL where there is none. */
static char *gcc_major(void)
{
	_cleanup_free_ char *words = NULL;

	if (!pb_proc_exists("gcc") ||
	    pb_proc_run((const char *const[]){ "gcc", "-dumpversion", NULL }, NULL, &words)) {
		pb_fail_clear();
		return NULL;
	}
	words[strcspn(words, ".\n")] = '\0';
	return pb_steal(words);
}

static int compiler_take(const char *name, const char *wants, struct pb_compiler *ret_compiler)
{
	pb_cleanup(pb_compiler_done) struct pb_compiler compiler = {
		.name = strdup(name), .origin = pb_format("%s of the host", wants)
	};

	if (!compiler.name || !compiler.origin)
		return pb_fail(-ENOMEM, "out of memory");
	*ret_compiler = compiler;
	compiler = (struct pb_compiler){ 0 };
	return 0;
}

int pb_host_compiler(const char *config, const char *release, struct pb_compiler *ret_compiler)
{
	_cleanup_free_ char *text = pb_config_get(config, "CC_VERSION_TEXT"), *here = NULL;
	_cleanup_free_ char *clang = pb_config_get(config, "CC_IS_CLANG");
	_cleanup_free_ char *version = pb_config_get(config, "GCC_VERSION"), *wants = NULL;
	char *end = NULL;
	long number = version ? strtol(version, &end, 10) : 0;
	char major[16];

	if (clang)
		return pb_fail(
			-ENOPKG,
			"the running kernel %s was built with clang (%s), which pinbench does "
			"not drive: run kmods/build.sh with LLVM=1 and put the modules in "
			"/lib/modules/%s/updates",
			release, text ? text : "?", release);
	if (number < 10000 || number > 1000000)
		return pb_fail(-EINVAL, "the configuration of kernel %s names no gcc version",
			       release);
	if (!pb_proc_exists("make"))
		return pb_fail(-ENOPKG, "make, which builds modules, is not installed: apt-get "
					"install make");
	snprintf(major, sizeof(major), "%ld", number / 10000);
	wants = pb_format("gcc-%s", major);
	if (!wants)
		return -ENOMEM;
	if (pb_proc_exists(wants))
		return compiler_take(wants, wants, ret_compiler);
	here = gcc_major();
	if (here && pb_streq(here, major))
		return compiler_take("gcc", wants, ret_compiler);
	return pb_fail(
		-ENOPKG,
		"the running kernel %s was built with %s, and this machine has %s%s: apt-get "
		"install %s (modules of another compiler may not load, or go wrong)",
		release, wants, here ? "gcc-" : "no compiler", here ? here : "", wants);
}
