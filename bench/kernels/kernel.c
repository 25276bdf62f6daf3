// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel - kernels by name: fetched from Debian's archive, unpacked in the cache, built against.
 * Why: every rung of the ladder is an unmodified distribution kernel that anyone can fetch again.
 */
#include "bench/kernel.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "bench/kernels/cache.h"
#include "bench/kernels/compiler.h"
#include "bench/kernels/config.h"
#include "bench/kernels/digest.h"
#include "bench/kernels/fetch.h"
#include "bench/kernels/host.h"
#include "bench/kernels/modules.h"
#include "bench/kernels/tree.h"
#include "bench/kernels/unpack.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

enum { DIGEST_SHOWN = 12 };

/* A kernel that is here, and what building for it takes. */
struct found {
	struct pb_kernel kernel;
	struct pb_compiler compiler;
	char *folder; /* its folder in the cache */
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
	int ret = pb_table_load("ladder.tsv", ladder);

	return ret ? ret : pb_kernel_name_parse(ladder, text, name);
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
	if (!pb_file_exists(facts))
		return pb_fail(-ENOENT, "'%s' is gone from the cache", found->folder);
	ret = pb_facts_get(facts, "package", &kernel->package);
	if (!ret)
		ret = pb_facts_get(facts, "version", &kernel->version);
	return ret ? ret : pb_unpack_locate(root, kernel->release, kernel);
}

static int tree_open(const struct pb_kernel_name *name, struct found *found)
{
	char hex[PB_DIGEST_HEX];
	SHA256_CTX digest;
	int ret = pb_tree_open(name->tree, &found->kernel);

	if (ret)
		return ret;
	SHA256Init(&digest);
	pb_digest_text(&digest, name->tree);
	pb_digest_end(&digest, hex);
	hex[DIGEST_SHOWN] = '\0';
	ret = pb_cache_path(&found->folder, "trees/%s", hex);
	return ret ? ret : pb_dir_make(found->folder);
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
	if (!ret)
		ret = pb_cache_path(&found->folder, "host/%s", name.release);
	return ret ? ret : pb_dir_make(found->folder);
}

static int compiler_find(const struct pb_kernel_name *name, const char *config, struct found *found)
{
	if (name->host)
		return pb_host_compiler(config, found->kernel.release, &found->compiler);
	if (name->tree)
		return pb_compiler_host(&found->compiler);
	return pb_compiler_choose(name->arch, config, found->kernel.build_dir, &found->compiler);
}

static int config_check(const struct pb_kernel *kernel, const char *config)
{
	pb_cleanup(pb_table_done) struct pb_table options = { 0 };
	_cleanup_free_ char *wants = NULL, *what = pb_format("kernel %s", kernel->release);
	int ret = what ? pb_table_load("options.tsv", &options) : -ENOMEM;

	return ret ? ret : pb_config_check(&options, config, what, &wants);
}

/* Everything but the modules' folder, which is only named: it may not be there. */
static int kernel_find(const char *text, const struct pb_kernel_name *name, struct found *found)
{
	struct pb_kernel *kernel = &found->kernel;
	_cleanup_free_ char *config = NULL;
	int ret;

	kernel->name = strdup(text);
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
	return ret == -ENOENT ? pb_fail_in(ret, "kernel '%s'", text) : ret;
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

int pb_kernel_build(const char *text)
{
	pb_cleanup(found_done) struct found found = { 0 };
	int ret = kernel_load(text, &found);

	return ret ? ret : pb_modules_build(&found.kernel, &found.compiler, found.kernel.modules);
}

int pb_kernel_open(const char *text, struct pb_kernel *ret_kernel)
{
	pb_cleanup(found_done) struct found found = { 0 };
	int ret = kernel_load(text, &found);

	if (ret)
		return ret;
	if (!pb_file_exists(found.kernel.modules))
		return pb_fail(-ENOENT, "kernel '%s': its modules were not built", text);
	*ret_kernel = found.kernel;
	found.kernel = (struct pb_kernel){ 0 };
	return 0;
}

int pb_kernel_prepare(const char *text, struct pb_kernel *ret_kernel)
{
	pb_cleanup(found_done) struct found found = { 0 };
	int ret = kernel_load(text, &found);

	if (ret == -ENOENT && !strncmp(text, "debian:", 7)) {
		pb_fail_clear();
		ret = pb_kernel_fetch(text);
		if (ret)
			return ret;
		found_done(&found);
		ret = kernel_load(text, &found);
	}
	if (!ret)
		ret = pb_modules_build(&found.kernel, &found.compiler, found.kernel.modules);
	return ret ? ret : pb_kernel_open(text, ret_kernel);
}

void pb_kernel_done(struct pb_kernel *kernel)
{
	free(kernel->name);
	free(kernel->release);
	free(kernel->arch);
	free(kernel->package);
	free(kernel->version);
	free(kernel->image);
	free(kernel->config);
	free(kernel->build_dir);
	free(kernel->module_tree);
	free(kernel->modules);
	free(kernel->compiler);
	*kernel = (struct pb_kernel){ 0 };
}
