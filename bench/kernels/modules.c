// SPDX-License-Identifier: GPL-2.0-only
/*
 * modules - pinbench's kernel modules, built for one kernel and kept beside it.
 * Why: the sources' digest names the folder, so that an unchanged source is never built twice.
 */
#include "bench/kernels/modules.h"

#include <errno.h>
#include <string.h>

#include "bench/arch.h"
#include "bench/kernels/cache.h"
#include "bench/kernels/digest.h"
#include "common/err.h"
#include "common/file.h"
#include "common/paths.h"
#include "common/proc.h"
#include "common/progress.h"
#include "common/str.h"

enum { DIGEST_SHOWN = 12 };

static const char absences[] = "absent.tsv";

/*
 * What the modules are built against. A package's version says it all; a developer's tree changes
 * under one release, and structures with it, so there the image itself counts.
 */
static int kernel_digest(SHA256_CTX *digest, const struct pb_kernel *kernel)
{
	_cleanup_free_ char *config = NULL, *image = NULL;
	size_t len;
	int ret = pb_file_read(kernel->config, &config, NULL);

	if (ret)
		return ret;
	pb_digest_text(digest, kernel->release);
	pb_digest_text(digest, kernel->version);
	pb_digest_text(digest, config);
	if (kernel->version[0])
		return 0;
	ret = pb_file_read(kernel->image, &image, &len);
	if (!ret)
		SHA256Update(digest, (const uint8_t *)image, len);
	return ret;
}

int pb_modules_path(const struct pb_kernel *kernel, const struct pb_compiler *compiler,
		    const char *folder, char **ret_path)
{
	_cleanup_free_ char *sources = NULL;
	char hex[PB_DIGEST_HEX];
	SHA256_CTX digest;
	int ret = pb_path_data("kmods", &sources);

	if (ret)
		return ret;
	SHA256Init(&digest);
	pb_digest_text(&digest, compiler->origin);
	ret = kernel_digest(&digest, kernel);
	if (!ret)
		ret = pb_digest_folder(&digest, sources);
	if (ret)
		return ret;
	pb_digest_end(&digest, hex);
	*ret_path = pb_format("%s/modules-%.*s", folder, DIGEST_SHOWN, hex);
	return *ret_path ? 0 : -ENOMEM;
}

static bool is_module(const char *name)
{
	size_t len = strlen(name);

	return len > 3 && pb_streq(name + len - 3, ".ko");
}

/*
 * From 6.18 on Debian's kernels carry no symbol versions: a module built against other headers
 * would load and go wrong. Its vermagic tells.
 */
static int vermagic_check(const char *path, const char *release)
{
	_cleanup_free_ char *text = NULL, *want = pb_format("vermagic=%s ", release);
	size_t len;
	int ret;

	if (!want)
		return -ENOMEM;
	ret = pb_file_read(path, &text, &len);
	if (ret)
		return ret;
	return memmem(text, len, want, strlen(want))
		       ? 0
		       : pb_fail(-EINVAL, "module '%s' was not built for kernel %s", path, release);
}

/* What stands before the names of its tools; the kernel that runs is nobody's cross build. */
static const char *cross_prefix(const struct pb_kernel *kernel)
{
	const struct pb_arch *arch = kernel->image ? pb_arch_of_machine(kernel->arch) : NULL;

	return arch && arch->cross ? arch->cross : "";
}

/* Debug information makes a module twenty times larger, and the guest's memory smaller. */
static int module_keep(const char *from, const char *to, const struct pb_kernel *kernel)
{
	_cleanup_free_ char *strip = pb_format("%sstrip", cross_prefix(kernel));
	int ret = strip ? vermagic_check(from, kernel->release) : -ENOMEM;

	return ret ? ret
		   : pb_proc_run(
			     (const char *const[]){ strip, "--strip-debug", "-o", to, from, NULL },
			     NULL, NULL);
}

/* Copies what the build left in @out to the new folder @keep. */
static int results_keep(const char *out, const char *keep, const struct pb_kernel *kernel)
{
	_cleanup_closedir_ DIR *dir = opendir(out);
	size_t nr_modules = 0;
	struct dirent *entry;
	int ret = dir ? pb_dir_make(keep)
		      : pb_fail(-errno, "cannot read folder '%s': %s", out, strerror(errno));

	while (!ret && (entry = readdir(dir))) {
		_cleanup_free_ char *from = pb_format("%s/%s", out, entry->d_name);
		_cleanup_free_ char *to = pb_format("%s/%s", keep, entry->d_name);

		if (!from || !to)
			return -ENOMEM;
		if (is_module(entry->d_name)) {
			ret = module_keep(from, to, kernel);
			nr_modules++;
		} else if (pb_streq(entry->d_name, absences) && rename(from, to)) {
			ret = pb_fail(-errno, "cannot rename '%s': %s", from, strerror(errno));
		}
	}
	if (!ret && !nr_modules)
		ret = pb_fail(-EIO, "the build for kernel %s made no module", kernel->release);
	return ret;
}

static int modules_make(const struct pb_kernel *kernel, const struct pb_compiler *compiler,
			const char *out, const char *log)
{
	_cleanup_free_ char *sources = NULL, *script = NULL, *cc = NULL, *cache = NULL,
			    *jobs = NULL, *cross = NULL;
	const char *prefix = cross_prefix(kernel), *argv[10];
	size_t nr = 0;
	int ret = pb_path_data("kmods", &sources);

	if (!ret)
		ret = pb_cache_dir(&cache);
	if (ret)
		return ret;
	script = pb_format("%s/build.sh", sources);
	cc = pb_format("CC=%s", compiler->name);
	jobs = pb_format("-j%ld", sysconf(_SC_NPROCESSORS_ONLN));
	cross = pb_format("CROSS_COMPILE=%s", prefix);
	if (!script || !cc || !jobs || !cross)
		return -ENOMEM;
	argv[nr++] = "sh";
	argv[nr++] = script;
	argv[nr++] = sources;
	argv[nr++] = out;
	argv[nr++] = kernel->build_dir;
	argv[nr++] = jobs;
	if (*prefix) {
		argv[nr++] = pb_arch_of_machine(kernel->arch)->make_arch;
		argv[nr++] = cross;
	}
	if (compiler->name[0])
		argv[nr++] = cc;
	argv[nr] = NULL;
	return pb_compiler_run(compiler, argv, (const char *const[]){ sources, cache, NULL }, log);
}

static int build_in(const struct pb_kernel *kernel, const struct pb_compiler *compiler,
		    const char *path, const char *out, const char *part)
{
	_cleanup_free_ char *log = NULL, *fact = pb_format("%s/compiler", part);
	int ret = fact ? pb_cache_path(&log, "logs/build-%s.log", kernel->release) : -ENOMEM;

	if (!ret)
		ret = pb_tree_remove(out);
	if (!ret)
		ret = pb_tree_remove(part);
	if (ret)
		return ret;
	unlink(log);
	ret = modules_make(kernel, compiler, out, log);
	if (ret)
		return pb_fail_in(ret, "building the modules for kernel %s with %s (log: %s)",
				  kernel->release, compiler->origin, log);
	ret = results_keep(out, part, kernel);
	if (!ret)
		ret = pb_file_write(fact, compiler->origin, strlen(compiler->origin));
	if (!ret && rename(part, path))
		ret = pb_fail(-errno, "cannot rename '%s': %s", part, strerror(errno));
	return ret;
}

int pb_modules_build(const struct pb_kernel *kernel, const struct pb_compiler *compiler,
		     const char *path)
{
	_cleanup_free_ char *out = pb_format("%s.build", path), *part = pb_format("%s.part", path);
	_cleanup_close_ int lock = -1;
	_cleanup_free_ char *what = pb_format("build-%s", kernel->release);
	int ret = out && part && what ? pb_cache_lock(what, &lock) : -ENOMEM;

	if (ret || pb_file_exists(path))
		return ret;
	ret = pb_compiler_prepare(compiler);
	if (ret)
		return ret;
	pb_progress_say("building the modules for kernel %s with %s", kernel->release,
			compiler->origin);
	ret = build_in(kernel, compiler, path, out, part);
	return ret ? ret : pb_tree_remove(out);
}
