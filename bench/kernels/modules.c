// SPDX-License-Identifier: GPL-2.0-only
/*
 * modules - pinbench's kernel modules, built for one kernel and kept beside it.
 * Why: the sources' digest names the folder, so that an unchanged source is never built twice.
 */
#include "bench/kernels/modules.h"

#include <errno.h>
#include <string.h>

#include "bench/kernels/arch.h"
#include "bench/kernels/cache.h"
#include "bench/kernels/fetch/digest.h"
#include "bench/kernels/manifest.h"
#include "common/err.h"
#include "common/file.h"
#include "common/paths.h"
#include "common/proc.h"
#include "common/progress.h"
#include "common/save.h"
#include "common/str.h"
#include "common/temporary.h"

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

/* Only what make can be given a path of is built in; TMPDIR first, as its user wants. */
static int place_make(struct pb_temporary *ret_place)
{
	const char *const parents[] = { pb_temporary_parent(), "/tmp", "/var/tmp" };
	int ret = -EINVAL;

	for (size_t i = 0; i < PB_ARRAY_SIZE(parents); i++) {
		if (parents[i][0] != '/' || !pb_path_harmless(parents[i]))
			continue;
		ret = pb_temporary_make(parents[i], "build", ret_place);
		if (!ret)
			return 0;
	}
	return ret == -EINVAL ? pb_fail(ret,
					"modules are built in no folder whose path has other "
					"characters than letters, digits and ._+-: TMPDIR is "
					"'%s'",
					parents[0])
			      : ret;
}

/*
 * Where make is run: in the headers themselves, or in a copy of them where their path is one that
 * kbuild takes apart. Copied is what lies together (headers, what they share, kbuild's programs).
 */
static int headers_place(const struct pb_kernel *kernel, const char *place, char **ret_dir)
{
	_cleanup_free_ char *from = NULL, *to = NULL;
	const char *below;
	int ret;

	if (pb_path_harmless(kernel->build_dir) || !kernel->folder) {
		*ret_dir = strdup(kernel->build_dir);
		return *ret_dir ? 0 : pb_fail(-ENOMEM, "out of memory");
	}
	from = pb_format("%s/root/usr", kernel->folder);
	to = pb_format("%s/usr", place);
	if (!from || !to)
		return -ENOMEM;
	below = kernel->build_dir + strlen(from);
	pb_progress_say("copying the headers to %s: make cannot work in '%s'", place, from);
	ret = pb_proc_run((const char *const[]){ "cp", "-a", "--", from, to, NULL }, NULL, NULL);
	if (ret)
		return ret;
	*ret_dir = pb_format("%s%s", to, below);
	return *ret_dir ? 0 : -ENOMEM;
}

enum { MAX_MAKE_ARGS = 16 };

static int modules_make(const struct pb_kernel *kernel, const struct pb_compiler *compiler,
			const char *place, const char *out, const char *log)
{
	_cleanup_free_ char *sources = NULL, *script = NULL, *cc = NULL, *dir = NULL, *jobs = NULL,
			    *cross = NULL;
	const char *prefix = cross_prefix(kernel), *argv[MAX_MAKE_ARGS];
	size_t nr = 0;
	int ret = pb_path_data("kmods", &sources);

	if (!ret)
		ret = headers_place(kernel, place, &dir);
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
	argv[nr++] = dir;
	argv[nr++] = jobs;
	if (*prefix) {
		argv[nr++] = pb_arch_of_machine(kernel->arch)->make_arch;
		argv[nr++] = cross;
	}
	if (compiler->name[0])
		argv[nr++] = cc;
	for (size_t i = 0; i < PB_ARRAY_SIZE(compiler->tools) && compiler->tools[i]; i++)
		argv[nr++] = compiler->tools[i];
	argv[nr] = NULL;
	return pb_compiler_run(
		compiler, argv,
		(const char *const[]){ sources, place,
				       kernel->folder ? kernel->folder : kernel->build_dir, NULL },
		log);
}

/* The folder is called by its digest; together with the release that is what it holds. */
static char *title_of(const struct pb_kernel *kernel, const char *path)
{
	return pb_format("%s %s", strrchr(path, '/') + 1, kernel->release);
}

static int list_load(const struct pb_kernel *kernel, const char *path,
		     struct pb_manifest *ret_manifest)
{
	_cleanup_free_ char *title = title_of(kernel, path);

	if (!title)
		return -ENOMEM;
	if (!pb_file_exists(path))
		return pb_fail(-ENOENT, "its modules were not built");
	return pb_manifest_load(path, title, ret_manifest);
}

int pb_modules_open(const struct pb_kernel *kernel, struct pb_manifest *ret_manifest)
{
	return list_load(kernel, kernel->modules, ret_manifest);
}

int pb_modules_check(const struct pb_kernel *kernel, const char *path)
{
	pb_cleanup(pb_manifest_done) struct pb_manifest manifest = { 0 };
	int ret = list_load(kernel, path, &manifest);

	return ret ? ret : pb_manifest_check_all(&manifest, "");
}

static int build_in(const struct pb_kernel *kernel, const struct pb_compiler *compiler,
		    const char *path, const char *place, const char *part)
{
	_cleanup_free_ char *out = pb_format("%s/modules", place), *log = NULL,
			    *fact = pb_format("%s/compiler", part), *title = title_of(kernel, path);
	int ret = out && fact && title ? pb_cache_place(&log, "logs/build-%s.log", kernel->release)
				       : -ENOMEM;

	if (ret)
		return ret;
	unlink(log);
	ret = modules_make(kernel, compiler, place, out, log);
	if (ret)
		return pb_fail_in(ret, "building the modules for kernel %s with %s (log: %s)",
				  kernel->release, compiler->origin, log);
	ret = results_keep(out, part, kernel);
	if (!ret)
		ret = pb_file_write(fact, compiler->origin, strlen(compiler->origin));
	if (!ret)
		ret = pb_manifest_write(part, title);
	return ret ? ret : pb_cache_put(part, path);
}

/* With the lock held. Headers that are damaged make modules that are wrong. */
static int build(const struct pb_kernel *kernel, const struct pb_compiler *compiler,
		 const char *path)
{
	pb_cleanup(pb_temporary_done) struct pb_temporary place = { NULL, -1 }, part = { NULL, -1 };
	_cleanup_free_ char *folder = strndup(path, (size_t)(strrchr(path, '/') - path)),
			    *made = NULL;
	int ret = folder ? pb_kernel_check(kernel, "root/usr") : -ENOMEM;

	if (!ret)
		ret = pb_compiler_prepare(compiler);
	if (!ret)
		ret = place_make(&place);
	if (!ret)
		ret = pb_temporary_make(folder, "part", &part);
	if (ret)
		return ret;
	made = pb_format("%s/modules", part.path);
	if (!made)
		return -ENOMEM;
	pb_progress_say("building the modules for kernel %s with %s", kernel->release,
			compiler->origin);
	return build_in(kernel, compiler, path, place.path, made);
}

int pb_modules_build(const struct pb_kernel *kernel, const struct pb_compiler *compiler,
		     const char *path)
{
	_cleanup_free_ char *folder = strndup(path, (size_t)(strrchr(path, '/') - path));
	_cleanup_close_ int lock = -1;
	int ret = pb_modules_check(kernel, path);

	if (!ret || !folder)
		return ret ? -ENOMEM : 0;
	if (ret == -EBADMSG)
		pb_progress_say("%s; building the modules again", pb_fail_message(ret));
	pb_fail_clear();
	/* Of the release, as for fetching it: that takes the headers' folder away. */
	ret = pb_cache_lock(kernel->release, &lock);
	if (!ret)
		ret = pb_dir_make(folder);
	if (ret)
		return pb_fail_in(ret, "the modules for kernel %s are not in the cache",
				  kernel->release);
	/* Another pinbench may have built them meanwhile. */
	if (!pb_modules_check(kernel, path))
		return 0;
	pb_fail_clear();
	return build(kernel, compiler, path);
}
