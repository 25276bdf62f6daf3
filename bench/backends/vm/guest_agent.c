// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_agent - the agent for a guest's architecture; a foreign one is built when first asked for.
 * Why: what few people need must cost nobody else a compiler, and no system a foreign architecture.
 */
#include "bench/backends/vm/guest_agent.h"

#include <errno.h>
#include <string.h>

#include "bench/kernels/cache.h"
#include "bench/kernels/cross.h"
#include "common/err.h"
#include "common/file.h"
#include "common/paths.h"
#include "common/proc.h"
#include "common/progress.h"
#include "common/save.h"
#include "common/str.h"

#define TARGET "bench/agent/pinbench-agent"

/* $1 cross prefix, $2 the root of the libraries, $3 its triplet, $4 the machine's name. */
static const char cross_file_format[] = "[binaries]\n"
					"c = '%1$sgcc'\n"
					"ar = '%1$sar'\n"
					"strip = '%1$sstrip'\n"
					"pkgconfig = 'pkg-config'\n"
					"\n"
					"[properties]\n"
					"sys_root = '%2$s'\n"
					"pkg_config_libdir = '%2$s/usr/lib/%3$s/pkgconfig'\n"
					"library_dirs = ['%2$s/usr/lib/%3$s']\n"
					"\n"
					"[built-in options]\n"
					"c_args = ['-isystem', '%2$s/usr/include']\n"
					"\n"
					"[host_machine]\n"
					"system = 'linux'\n"
					"cpu_family = '%4$s'\n"
					"cpu = '%4$s'\n"
					"endian = 'little'\n";

/* A compiler without a libc to link with would fail later, in words that help nobody. */
static bool has_libc(const char *compiler)
{
	_cleanup_free_ char *path = NULL;

	if (pb_proc_run((const char *const[]){ compiler, "-print-file-name=libc.a", NULL }, NULL,
			&path)) {
		pb_fail_clear();
		return false;
	}
	return path[0] == '/';
}

int pb_guest_agent_possible(const struct pb_arch *arch)
{
	static const char *const programs[] = { "meson", "ninja", "pkg-config" };
	_cleanup_free_ char *compiler = NULL;

	if (!arch->cross)
		return 0;
	compiler = pb_format("%sgcc", arch->cross);
	if (!compiler)
		return -ENOMEM;
	if (!pb_proc_exists(compiler) || !has_libc(compiler))
		return pb_fail(-ENOPKG, "the agent for %s needs Debian's packages %s", arch->name,
			       arch->cross_packages);
	for (size_t i = 0; i < PB_ARRAY_SIZE(programs); i++)
		if (!pb_proc_exists(programs[i]))
			return pb_fail(-ENOPKG,
				       "the agent for %s is built with %s, which is not installed",
				       arch->name, programs[i]);
	return 0;
}

static int cross_file_text(const struct pb_arch *arch, char **ret_text)
{
	_cleanup_free_ char *root = NULL, *triplet = NULL;
	int ret = pb_cross_libraries(arch, &root);

	if (ret)
		return ret;
	triplet = strndup(arch->cross, strlen(arch->cross) - 1);
	if (!triplet)
		return pb_fail(-ENOMEM, "out of memory");
	*ret_text = pb_format(cross_file_format, arch->cross, root, triplet, arch->machine);
	return *ret_text ? 0 : -ENOMEM;
}

/* Set up by this very cross file, and to the end: an interrupted one left no build.ninja. */
static bool is_set_up(const char *build, const char *cross, const char *text)
{
	_cleanup_free_ char *ninja = pb_format("%s/build.ninja", build), *old = NULL;

	if (!ninja || !pb_file_exists(ninja) || !pb_file_exists(cross))
		return false;
	return !pb_file_read(cross, &old, NULL) && pb_streq(old, text);
}

static int build_set_up(const struct pb_arch *arch, const char *source, const char *build,
			const char *log)
{
	_cleanup_free_ char *cross = pb_format("%s.cross", build), *text = NULL;
	int ret = cross ? cross_file_text(arch, &text) : -ENOMEM;

	if (ret || is_set_up(build, cross, text))
		return ret;
	pb_progress_say("building the agent for %s", arch->name);
	ret = pb_tree_remove(build);
	if (!ret)
		ret = pb_file_write(cross, text, strlen(text));
	return ret ? ret
		   : pb_proc_run((const char *const[]){ "meson", "setup", "-Dagent_only=true",
							"--cross-file", cross, build, source,
							NULL },
				 &(struct pb_proc_options){ .log = log }, NULL);
}

static int agent_build(const struct pb_arch *arch, char **ret_path)
{
	_cleanup_free_ char *source = NULL, *build = NULL, *name = NULL, *log = NULL;
	_cleanup_close_ int lock = -1;
	int ret = pb_path_sources(&source);

	if (!ret)
		ret = pb_guest_agent_possible(arch);
	if (ret)
		return ret;
	name = pb_format("agent-%s", arch->name);
	ret = name ? pb_cache_lock(name, &lock) : -ENOMEM;
	if (!ret)
		ret = pb_cache_place(&log, "logs/%s.log", name);
	if (ret)
		return ret;
	unlink(log);
	ret = pb_path_build(name, &build);
	if (!ret)
		ret = build_set_up(arch, source, build, log);
	if (!ret)
		ret = pb_proc_run((const char *const[]){ "ninja", "-C", build, TARGET, NULL },
				  &(struct pb_proc_options){ .log = log }, NULL);
	if (ret)
		return pb_fail_in(ret, "building the agent for %s", arch->name);
	*ret_path = pb_format("%s/" TARGET, build);
	return *ret_path ? 0 : -ENOMEM;
}

int pb_guest_agent(const struct pb_arch *arch, char **ret_path)
{
	_cleanup_free_ char *name = NULL;

	if (arch == pb_arch_default)
		return pb_path_helper("pinbench-agent", ret_path);
	name = pb_format("pinbench-agent-%s", arch->name);
	if (!name)
		return -ENOMEM;
	if (!pb_path_helper(name, ret_path))
		return 0;
	pb_fail_clear();
	return agent_build(arch, ret_path);
}
