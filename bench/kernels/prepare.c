// SPDX-License-Identifier: GPL-2.0-only
/*
 * prepare - kernels by name: fetched from Debian's archive, unpacked in the cache, built against.
 * Why: every rung of the ladder is an unmodified distribution kernel that anyone can fetch again.
 */
#include "bench/kernels/kernel.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "bench/kernels/cache.h"
#include "bench/kernels/commit.h"
#include "bench/kernels/compiler.h"
#include "bench/kernels/config.h"
#include "bench/kernels/fetch/digest.h"
#include "bench/kernels/fetch/fetch.h"
#include "bench/kernels/fetch/unpack.h"
#include "bench/kernels/host.h"
#include "bench/kernels/manifest.h"
#include "bench/kernels/modules.h"
#include "bench/kernels/tree.h"
#include "common/err.h"
#include "common/file.h"
#include "common/progress.h"
#include "common/str.h"

enum { DIGEST_SHOWN = 12 };

/* A kernel that is here, and what building for it takes. */
struct found {
	struct pb_kernel kernel;
	struct pb_compiler compiler;
	char *folder; /* its folder in the cache; it may not be there */
};

static void found_done(struct found *found)
{
	pb_kernel_done(&found->kernel);
	pb_compiler_done(&found->compiler);
	free(found->folder);
	*found = (struct found){ 0 };
}

static int name_read(const char *text, struct pb_table *ladder, struct pb_kernel_name *name)
{
	int ret = pb_table_load("ladder.tsv", "series suites", ladder);

	return ret ? ret : pb_kernel_name_parse(ladder, text, name);
}

/* What every boot reads; modules of its own are checked as they are packed for a guest. */
static int boot_check(const struct pb_kernel *kernel)
{
	pb_cleanup(pb_manifest_done) struct pb_manifest manifest = { 0 };
	int ret = pb_manifest_load(kernel->folder, kernel->release, &manifest);

	if (!ret)
		ret = pb_manifest_check(&manifest, kernel->image);
	return ret ? ret : pb_manifest_check(&manifest, kernel->config);
}

/* Another pinbench may have fetched another version to the same place since it was opened. */
static int version_check(const struct pb_kernel *kernel)
{
	_cleanup_free_ char *facts = pb_format("%s/facts", kernel->folder), *version = NULL;
	int ret = facts ? pb_facts_get(facts, "version", &version) : -ENOMEM;

	if (ret == -ENOENT)
		ret = pb_fail(-EBADMSG, "%s", pb_fail_message(ret));
	if (ret || pb_streq(version, kernel->version))
		return ret;
	return pb_fail(-EBADMSG, "'%s' was replaced while it was in use: version %s by %s",
		       kernel->folder, kernel->version, version);
}

static int manifest_load(const struct pb_kernel *kernel, struct pb_manifest *manifest)
{
	int ret = kernel->version ? version_check(kernel) : 0;

	return ret ? ret : pb_manifest_load(kernel->folder, kernel->release, manifest);
}

int pb_kernel_read(const struct pb_kernel *kernel, const char *path, char **ret_data,
		   size_t *ret_len_bytes)
{
	pb_cleanup(pb_manifest_done) struct pb_manifest manifest = { 0 };
	int ret;

	if (!kernel->folder)
		return pb_file_read(path, ret_data, ret_len_bytes);
	ret = manifest_load(kernel, &manifest);
	return ret ? ret : pb_manifest_read(&manifest, path, ret_data, ret_len_bytes);
}

int pb_kernel_check(const struct pb_kernel *kernel, const char *path)
{
	pb_cleanup(pb_manifest_done) struct pb_manifest manifest = { 0 };
	int ret;

	if (!kernel->folder)
		return 0;
	ret = manifest_load(kernel, &manifest);
	if (ret)
		return ret;
	return *path == '/' ? pb_manifest_check(&manifest, path)
			    : pb_manifest_check_all(&manifest, path);
}

static int debian_open(const struct pb_kernel_name *name, struct found *found)
{
	_cleanup_free_ char *root = NULL, *facts = NULL;
	struct pb_kernel *kernel = &found->kernel;
	int ret = pb_fetched_release(name, &kernel->release);

	if (!ret)
		ret = pb_cache_path(&found->folder, "kernels/%s", kernel->release);
	if (ret)
		return ret;
	root = pb_format("%s/root", found->folder);
	facts = pb_format("%s/facts", found->folder);
	kernel->arch = strdup(name->arch->machine);
	if (!root || !facts || !kernel->arch)
		return pb_fail(-ENOMEM, "out of memory");
	if (!pb_file_exists(found->folder))
		return pb_fail(-ENOENT, "'%s' is gone from the cache", found->folder);
	kernel->folder = strdup(found->folder);
	if (!kernel->folder)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pb_kernel_check(kernel, facts);
	if (!ret)
		ret = pb_facts_get(facts, "package", &kernel->package);
	if (!ret)
		ret = pb_facts_get(facts, "version", &kernel->version);
	if (!ret)
		ret = pb_unpack_locate(root, kernel->release, kernel);
	if (ret == -ENOENT)
		ret = pb_fail(-EBADMSG, "%s", pb_fail_message(ret));
	return ret ? ret : boot_check(kernel);
}

static int tree_open(const struct pb_kernel_name *name, struct found *found)
{
	char hex[PB_DIGEST_HEX];
	struct pb_commit commit;
	SHA256_CTX digest;
	int ret = pb_tree_open(name->tree, &found->kernel);

	if (ret)
		return ret;
	ret = pb_commit_find(name->tree, &commit);
	if (ret)
		return ret;
	found->kernel.commit = commit.id;
	found->kernel.describe = commit.describe;
	SHA256Init(&digest);
	pb_digest_text(&digest, name->tree);
	pb_digest_end(&digest, hex);
	hex[DIGEST_SHOWN] = '\0';
	return pb_cache_path(&found->folder, "trees/%s", hex);
}

static int host_open(struct found *found)
{
	struct utsname name;
	int ret;

	if (uname(&name))
		return pb_fail(-errno, "cannot ask for the kernel's name: %s", strerror(errno));
	found->kernel.arch = strdup(name.machine);
	if (!found->kernel.arch)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pb_host_open("", name.release, name.version, &found->kernel);
	return ret ? ret : pb_cache_path(&found->folder, "host/%s", name.release);
}

static int compiler_find(const struct pb_kernel_name *name, const char *config, struct found *found)
{
	_cleanup_free_ char *what = NULL;

	if (name->host)
		return pb_host_compiler(config, found->kernel.release, &found->compiler);
	if (!name->tree)
		return pb_compiler_choose(name->arch, config, found->kernel.build_dir,
					  &found->compiler);
	what = pb_format("kernel tree '%s'", name->tree);
	return what ? pb_compiler_of_config(config, what, pb_arch_of_machine(found->kernel.arch),
					    &found->compiler)
		    : -ENOMEM;
}

static int config_check(const struct pb_kernel *kernel, const char *config)
{
	pb_cleanup(pb_table_done) struct pb_table options = { 0 };
	_cleanup_free_ char *wants = NULL, *what = pb_format("kernel %s", kernel->release);
	int ret = what ? pb_table_load("options.tsv", PB_CONFIG_COLUMNS " on", &options) : -ENOMEM;

	return ret ? ret : pb_config_check(&options, config, what, &wants);
}

/* Everything but the modules' folder, which is only named: it may not be there. */
static int kernel_find(const char *text, const struct pb_kernel_name *name, struct found *found)
{
	struct pb_kernel *kernel = &found->kernel;
	_cleanup_free_ char *config = NULL;
	int ret;

	kernel->name = strdup(name->tree ? name->tree : text);
	if (!kernel->name)
		return pb_fail(-ENOMEM, "out of memory");
	ret = name->host   ? host_open(found)
	      : name->tree ? tree_open(name, found)
			   : debian_open(name, found);
	if (!ret)
		ret = pb_file_read(kernel->config, &config, NULL);
	if (!ret && !name->host) /* what a guest wants of its kernel */
		ret = config_check(kernel, config);
	if (!ret)
		ret = compiler_find(name, config, found);
	if (!ret)
		ret = pb_modules_path(kernel, &found->compiler, found->folder, &kernel->modules);
	if (ret)
		return ret;
	kernel->compiler = strdup(found->compiler.origin);
	return kernel->compiler ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static int kernel_load(const char *text, struct found *found)
{
	pb_cleanup(pb_table_done) struct pb_table ladder = { 0 };
	pb_cleanup(pb_kernel_name_done) struct pb_kernel_name name = { 0 };
	int ret = name_read(text, &ladder, &name);

	if (!ret)
		ret = kernel_find(text, &name, found);
	return ret == -ENOENT || ret == -EBADMSG ? pb_fail_in(ret, "kernel '%s'", text) : ret;
}

static int host_arch(const struct pb_arch **ret_arch)
{
	const struct pb_arch *arch;
	struct utsname name;

	if (uname(&name))
		return pb_fail(-errno, "cannot ask for the kernel's name: %s", strerror(errno));
	arch = pb_arch_of_machine(name.machine);
	if (!arch)
		return pb_fail(-EOPNOTSUPP, "kernel 'host' is of %s, which has no row here",
			       name.machine);
	*ret_arch = arch;
	return 0;
}

int pb_kernel_arch(const char *text, const struct pb_arch **ret_arch)
{
	pb_cleanup(pb_table_done) struct pb_table ladder = { 0 };
	pb_cleanup(pb_kernel_name_done) struct pb_kernel_name name = { 0 };
	int ret = name_read(text, &ladder, &name);

	if (ret)
		return ret;
	if (name.host)
		return host_arch(ret_arch);
	*ret_arch = name.arch;
	return name.tree ? pb_tree_arch(name.tree, ret_arch) : 0;
}

int pb_kernel_name_of(const char *text, const struct pb_arch *arch, char **ret_name)
{
	_cleanup_free_ char *whole = NULL;
	const struct pb_arch *own;
	int ret;

	if (!strncmp(text, "debian:", 7) && !strchr(text, '/') && arch != pb_arch_default)
		whole = pb_format("%s/%s", text, arch->flavours[0]);
	else
		whole = strdup(text);
	if (!whole)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pb_kernel_arch(whole, &own);
	if (ret)
		return ret;
	if (own != arch)
		return pb_fail(-EINVAL,
			       "kernel '%s' is of %s, and %s was asked for; valid flavours of %s "
			       "are %s and %s",
			       text, own->name, arch->name, arch->name, arch->flavours[0],
			       arch->flavours[1]);
	*ret_name = pb_steal(whole);
	return 0;
}

int pb_kernel_fetch(const char *text)
{
	pb_cleanup(pb_table_done) struct pb_table ladder = { 0 };
	pb_cleanup(pb_kernel_name_done) struct pb_kernel_name name = { 0 };
	pb_cleanup(found_done) struct found found = { 0 };
	int ret = name_read(text, &ladder, &name);

	if (ret)
		return ret;
	if (name.tree || name.host)
		return kernel_find(text, &name, &found);
	return pb_fetch(&ladder, &name, text);
}

/* Loads it, if it is not, and builds its modules. -EBADMSG: something of it has to be fetched
 * again. */
static int kernel_build(const char *text, struct found *found)
{
	int ret = found->kernel.modules ? 0 : kernel_load(text, found);

	return ret ? ret
		   : pb_modules_build(&found->kernel, &found->compiler, found->kernel.modules);
}

/* The network may be gone, or the cache not ours to write: then what is damaged is the news. */
static int damage_mend(const char *text, int code)
{
	_cleanup_free_ char *damage = strdup(pb_fail_message(code));
	int ret;

	if (!damage)
		return pb_fail(-ENOMEM, "out of memory");
	pb_progress_say("%s; fetching it again", damage);
	pb_fail_clear();
	ret = pb_kernel_fetch(text);
	return ret ? pb_fail(ret,
			     "%s; fetching it again (pinbench kernel fetch %s) failed, too: %s",
			     damage, text, pb_fail_message(ret))
		   : 0;
}

/* Once: a file that is damaged again at once is a disk's or a memory's doing. */
static int kernel_build_or_mend(const char *text, struct found *found)
{
	int ret = kernel_build(text, found);

	if (ret != -EBADMSG || strncmp(text, "debian:", 7) != 0)
		return ret;
	ret = damage_mend(text, ret);
	if (ret)
		return ret;
	found_done(found);
	return kernel_build(text, found);
}

int pb_kernel_build(const char *text)
{
	pb_cleanup(found_done) struct found found = { 0 };

	return kernel_build_or_mend(text, &found);
}

int pb_kernel_open(const char *text, struct pb_kernel *ret_kernel)
{
	pb_cleanup(found_done) struct found found = { 0 };
	int ret = kernel_load(text, &found);

	if (ret)
		return ret;
	ret = pb_modules_check(&found.kernel, found.kernel.modules);
	if (ret)
		return pb_fail_in(ret, "kernel '%s'", text);
	*ret_kernel = found.kernel;
	found.kernel = (struct pb_kernel){ 0 };
	return 0;
}

int pb_kernel_prepare(const char *text, struct pb_kernel *ret_kernel)
{
	pb_cleanup(found_done) struct found found = { 0 };
	int ret = kernel_load(text, &found);

	if (ret)
		found_done(&found);
	if (ret == -ENOENT && !strncmp(text, "debian:", 7)) {
		pb_fail_clear();
		ret = pb_kernel_fetch(text);
		if (ret)
			return ret;
	}
	ret = kernel_build_or_mend(text, &found);
	if (ret)
		return ret;
	*ret_kernel = found.kernel;
	found.kernel = (struct pb_kernel){ 0 };
	return 0;
}

void pb_kernel_done(struct pb_kernel *kernel)
{
	free(kernel->name);
	free(kernel->release);
	free(kernel->arch);
	free(kernel->package);
	free(kernel->version);
	free(kernel->folder);
	free(kernel->image);
	free(kernel->config);
	free(kernel->build_dir);
	free(kernel->module_tree);
	free(kernel->modules);
	free(kernel->commit);
	free(kernel->describe);
	free(kernel->compiler);
	*kernel = (struct pb_kernel){ 0 };
}
