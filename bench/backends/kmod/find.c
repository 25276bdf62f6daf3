// SPDX-License-Identifier: GPL-2.0-only
/*
 * find - modules for the running kernel: built from its headers, or installed beside its own.
 * Why: a lab's machine may have no compiler, and DKMS may have built and signed them already.
 */
#include "bench/backends/kmod/find.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "bench/backends/kmod/obstacle.h"
#include "bench/kernels/host.h"
#include "bench/kernels/kernel.h"
#include "common/err.h"
#include "common/file.h"
#include "common/save.h"
#include "common/str.h"
#include "common/sysfs.h"

static const char *const folders[] = { "updates/dkms", "updates", "extra" };
static const char *const suffixes[] = { "ko", "ko.xz", "ko.zst" };

static const struct {
	const char *strategy;
	const char *ident;
} strategies[] = {
#define PB_STRATEGY(id, ident, name, floor, family, symbols, summary) { name, #ident },
#include "kmods/uapi/strategies.def"
#undef PB_STRATEGY
};

static char *module_in(const char *dir, const char *name)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(suffixes); i++) {
		_cleanup_free_ char *path = pb_format("%s/%s.%s", dir, name, suffixes[i]);

		if (path && pb_file_exists(path))
			return pb_steal(path);
	}
	return NULL;
}

char *pb_kmod_installed(const char *root, const char *release)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(folders); i++) {
		_cleanup_free_ char *dir =
			pb_format("%s/lib/modules/%s/%s", root, release, folders[i]);
		_cleanup_free_ char *core = dir ? module_in(dir, "pinbench") : NULL;

		if (core)
			return pb_steal(dir);
	}
	return NULL;
}

/* Libarchive, because it reads every compression that a distribution may have chosen. */
static char *config_gz(const char *root)
{
	_cleanup_free_ char *path = pb_format("%s/proc/config.gz", root);
	struct archive *archive = path && pb_file_exists(path) ? archive_read_new() : NULL;
	pb_cleanup(pb_buf_done) struct pb_buf text = { 0 };
	struct archive_entry *entry;
	char chunk[16384];
	la_ssize_t got = -1;

	if (!archive)
		return NULL;
	archive_read_support_filter_all(archive);
	archive_read_support_format_raw(archive);
	if (archive_read_open_filename(archive, path, sizeof(chunk)) == ARCHIVE_OK &&
	    archive_read_next_header(archive, &entry) == ARCHIVE_OK)
		while ((got = archive_read_data(archive, chunk, sizeof(chunk))) > 0)
			if (pb_buf_add(&text, chunk, (size_t)got))
				break;
	archive_read_free(archive);
	return got ? NULL : pb_steal(text.data);
}

char *pb_kmod_config(const char *root, const char *release)
{
	char *text = config_gz(root);

	if (!text)
		text = pb_sys_text(root, "/boot/config-%s", release);
	if (!text)
		text = pb_sys_text(root, "/lib/modules/%s/build/.config", release);
	return text ? text : pb_sys_text(root, "/lib/modules/%s/config", release);
}

/* The kernel's scripts/sign-file ends a module with these words. */
static int signature_check(const char *path, const char *wanted)
{
	static const char mark[] = "~Module signature appended~\n";
	_cleanup_free_ char *data = NULL;
	size_t len;
	int ret;

	/* A signature inside of a compressed module is the kernel's to look for. */
	if (!pb_streq(strchr(strrchr(path, '/'), '.'), ".ko"))
		return 0;
	ret = pb_file_read(path, &data, &len);
	if (ret ||
	    (len >= strlen(mark) && memcmp(data + len - strlen(mark), mark, strlen(mark)) == 0))
		return ret;
	return pb_fail(-EKEYREJECTED, "module '%s' is not signed, and %s", path, wanted);
}

/* A folder of links: what DKMS installs has no list of what is absent. */
static int stage(const char *installed, const char *dir)
{
	_cleanup_free_ char *list = pb_format("%s/absent.tsv", dir);
	pb_cleanup(pb_buf_done) struct pb_buf absent = { 0 };
	int ret = list ? pb_buf_add(&absent, "", 0) : -ENOMEM;

	for (size_t i = 0; i <= PB_ARRAY_SIZE(strategies) && !ret; i++) {
		bool core = i == PB_ARRAY_SIZE(strategies);
		_cleanup_free_ char *name =
			core ? strdup("pinbench") : pb_format("pinbench_%s", strategies[i].ident);
		_cleanup_free_ char *path = name ? module_in(installed, name) : NULL, *link = NULL;

		if (!name)
			return -ENOMEM;
		if (!path) {
			ret = pb_buf_printf(&absent, "%s\t%s.ko is not installed in %s\n",
					    strategies[i].strategy, name, installed);
			continue;
		}
		link = pb_format("%s/%s", dir, strrchr(path, '/') + 1);
		if (!link || symlink(path, link))
			ret = pb_fail(-errno, "cannot link '%s': %s", path, strerror(errno));
	}
	return ret ? ret : pb_file_write(list, absent.data, absent.len_bytes);
}

static int nothing_there(const char *root, const char *release)
{
	_cleanup_free_ char *remedy = pb_headers_remedy(root, release);

	return pb_fail(-ENOENT,
		       "no headers of the running kernel %s to build modules with (%s), and no "
		       "pinbench.ko installed in /lib/modules/%s/updates",
		       release, remedy ? remedy : "install them", release);
}

static int installed_take(const char *release, struct pb_kmod_modules *modules)
{
	_cleanup_free_ char *installed = pb_kmod_installed("", release);
	int ret;

	if (!installed)
		return nothing_there("", release);
	ret = pb_temporary_make(pb_temporary_parent(), "modules", &modules->staged);
	if (ret)
		return ret;
	modules->dir = strdup(modules->staged.path);
	modules->origin = pb_format("installed in %s", installed);
	if (!modules->dir || !modules->origin)
		return pb_fail(-ENOMEM, "out of memory");
	return stage(installed, modules->dir);
}

/* 0: they can be built; -ENOENT: no headers; -ENOPKG: no compiler. */
static int buildable(const char *root, const char *release, const char *version)
{
	pb_cleanup(pb_kernel_done) struct pb_kernel kernel = { 0 };
	pb_cleanup(pb_compiler_done) struct pb_compiler compiler = { 0 };
	_cleanup_free_ char *config = NULL;
	int ret = pb_host_open(root, release, version, &kernel);

	if (!ret)
		ret = pb_file_read(kernel.config, &config, NULL);
	return ret ? ret : pb_host_compiler(config, release, &compiler);
}

int pb_kmod_look(const char *root)
{
	_cleanup_free_ char *wanted = pb_signature_wanted(root), *installed = NULL;
	struct utsname name;
	int ret;

	if (uname(&name))
		return pb_fail(-errno, "cannot ask for the kernel's name: %s", strerror(errno));
	installed = pb_kmod_installed(root, name.release);
	/* What must be signed is not built here: a fresh build is not. */
	if (wanted)
		return installed ? 0 : pb_fail(-EKEYREJECTED, "%s", wanted);
	ret = buildable(root, name.release, name.version);
	if (ret == -ENOENT && !installed)
		return nothing_there(root, name.release);
	if (ret && installed) {
		pb_fail_clear();
		return 0;
	}
	return ret;
}

static int built_take(struct pb_kmod_modules *modules)
{
	pb_cleanup(pb_kernel_done) struct pb_kernel kernel = { 0 };
	int ret = pb_kernel_prepare("host", &kernel);

	if (ret)
		return ret;
	modules->dir = pb_steal(kernel.modules);
	modules->origin = pb_steal(kernel.compiler);
	modules->config = pb_steal(kernel.config);
	return 0;
}

int pb_kmod_find(struct pb_kmod_modules *ret_modules)
{
	pb_cleanup(pb_kmod_modules_done) struct pb_kmod_modules modules = { 0 };
	_cleanup_free_ char *wanted = pb_signature_wanted(""), *core = NULL;
	struct utsname name;
	int ret = pb_kmod_look("");

	if (!ret && uname(&name))
		ret = pb_fail(-errno, "cannot ask for the kernel's name: %s", strerror(errno));
	if (ret)
		return ret;
	if (!wanted && !buildable("", name.release, name.version)) {
		ret = built_take(&modules);
	} else {
		pb_fail_clear();
		ret = installed_take(name.release, &modules);
	}
	if (!ret && wanted) {
		core = module_in(modules.dir, "pinbench");
		ret = core ? signature_check(core, wanted) : -ENOENT;
	}
	if (ret)
		return ret;
	*ret_modules = modules;
	modules = (struct pb_kmod_modules){ 0 };
	return 0;
}

void pb_kmod_modules_done(struct pb_kmod_modules *modules)
{
	pb_temporary_done(&modules->staged);
	free(modules->dir);
	free(modules->origin);
	free(modules->config);
	*modules = (struct pb_kmod_modules){ 0 };
}
