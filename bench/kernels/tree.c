// SPDX-License-Identifier: GPL-2.0-only
/*
 * tree - a kernel that a developer built: its image and its build folder, taken as they are.
 * Why: the change that one is about to send is measured before anybody packages it.
 */
#include "bench/kernels/tree.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "bench/kernels/config.h"
#include "bench/kernels/fresh.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

/* Linux: Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header". */
enum {
	SETUP_MAGIC = 0x202,   /* "HdrS" */
	SETUP_VERSION = 0x20e, /* 16 bits: where the version string stands, less 0x200 */
	SETUP_BASE = 0x200,
};

/* Linux: Documentation/arch/arm64/booting.rst: at byte 56 of the 64 of the header. */
enum { ARM64_MAGIC = 56, ARM64_HEADER = 64 };

static int bzimage_release(const char *path, const char *image, size_t len, char **ret_release)
{
	size_t at;

	if (len <= SETUP_VERSION + 1 || memcmp(image + SETUP_MAGIC, "HdrS", 4) != 0)
		return pb_fail(-EINVAL, "'%s' is no bzImage", path);
	at = SETUP_BASE + ((size_t)(unsigned char)image[SETUP_VERSION] |
			   (size_t)(unsigned char)image[SETUP_VERSION + 1] << 8);
	if (at >= len)
		return pb_fail(-EINVAL, "'%s' does not say its release", path);
	*ret_release = strndup(image + at, strcspn(image + at, " "));
	return *ret_release ? 0 : pb_fail(-ENOMEM, "out of memory");
}

/* The header does not say it; the banner that the kernel prints when it boots does. */
static int arm64_release(const char *path, const char *image, size_t len, char **ret_release)
{
	static const char banner[] = "Linux version ";
	const char *at, *end;

	if (len < ARM64_HEADER || memcmp(image + ARM64_MAGIC, "ARM\x64", 4) != 0)
		return pb_fail(-EINVAL, "'%s' is no arm64 Image", path);
	at = memmem(image, len, banner, strlen(banner));
	at = at ? at + strlen(banner) : NULL;
	end = at ? memchr(at, ' ', len - (size_t)(at - image)) : NULL;
	if (!end)
		return pb_fail(-EINVAL, "'%s' does not say its release", path);
	*ret_release = strndup(at, (size_t)(end - at));
	return *ret_release ? 0 : pb_fail(-ENOMEM, "out of memory");
}

int pb_image_release(const struct pb_arch *arch, const char *path, char **ret_release)
{
	_cleanup_free_ char *image = NULL;
	size_t len;
	int ret = pb_file_read(path, &image, &len);

	if (ret)
		return ret;
	return arch == pb_arch_default ? bzimage_release(path, image, len, ret_release)
				       : arm64_release(path, image, len, ret_release);
}

static int part_find(const char *tree, const char *part, const char *how, char **ret_path)
{
	_cleanup_free_ char *path = pb_format("%s/%s", tree, part);

	if (!path)
		return -ENOMEM;
	if (!pb_file_exists(path))
		return pb_fail(-ENOENT, "kernel tree '%s' has no %s: %s", tree, part, how);
	*ret_path = pb_steal(path);
	return 0;
}

static int release_read(const char *tree, const struct pb_arch *arch, char **ret_release)
{
	_cleanup_free_ char *path = NULL, *text = NULL, *how = NULL;
	int ret;

	how = pb_format("configure and build it first (make %s modules)", arch->tree_target);
	if (!how)
		return -ENOMEM;
	ret = part_find(tree, "include/config/kernel.release", how, &path);
	if (!ret)
		ret = pb_file_read(path, &text, NULL);
	if (ret)
		return ret;
	text[strcspn(text, "\n")] = '\0';
	*ret_release = pb_steal(text);
	return 0;
}

/* A tree that was configured anew, but not built, would load modules into another kernel. */
static int image_check(const struct pb_kernel *kernel, const struct pb_arch *arch)
{
	_cleanup_free_ char *release = NULL;
	int ret = pb_image_release(arch, kernel->image, &release);

	if (ret || pb_streq(release, kernel->release))
		return ret;
	return pb_fail(-ESTALE,
		       "image '%s' is of release %s, but its folder was configured for %s: "
		       "build it again (make %s modules)",
		       kernel->image, release, kernel->release, arch->tree_target);
}

static int config_find(const char *tree, char **ret_path)
{
	return part_find(tree, ".config", "it is not the folder that a kernel was built in",
			 ret_path);
}

/* The kernel's own makefile says no to blanks and colons; its scripts stumble over the others. */
static int path_check(const char *tree)
{
	for (const unsigned char *c = (const unsigned char *)tree; *c; c++)
		if (!isalnum(*c) && *c < 0x80 && !strchr("/._+-,=@~^", *c))
			return pb_fail(
				-EINVAL,
				"kernel tree '%s': make cannot work below a path with '%c' "
				"(letters, digits and ._+-,=@~^ are valid); move the tree, or "
				"bind it to another place",
				tree, *c < ' ' ? '?' : *c);
	return 0;
}

/* Asked before what is built for modules is looked for: there would be none. */
static int has_modules(const char *tree, const char *path)
{
	_cleanup_free_ char *config = NULL, *value = NULL;
	int ret = pb_file_read(path, &config, NULL);

	if (ret)
		return ret;
	value = pb_config_get(config, "MODULES");
	return value ? 0
		     : pb_fail(-EOPNOTSUPP,
			       "kernel tree '%s' has no CONFIG_MODULES=y, and pinbench's strategies "
			       "are modules: configure and build it with them",
			       tree);
}

int pb_tree_arch(const char *tree, const struct pb_arch **ret_arch)
{
	_cleanup_free_ char *path = NULL, *config = NULL;
	const struct pb_arch *arch, *found = pb_arch_default;
	int ret = config_find(tree, &path);

	if (!ret)
		ret = pb_file_read(path, &config, NULL);
	if (ret)
		return ret;
	for (size_t i = 0; (arch = pb_arch_at(i)); i++) {
		_cleanup_free_ char *value = pb_config_get(config, arch->config);

		if (value && pb_streq(value, "y"))
			found = arch;
	}
	*ret_arch = found;
	return 0;
}

int pb_tree_open(const char *tree, struct pb_kernel *kernel)
{
	_cleanup_free_ char *symbols = NULL, *how = NULL;
	const struct pb_arch *arch;
	int ret = path_check(tree);

	if (!ret)
		ret = config_find(tree, &kernel->config);
	if (!ret)
		ret = pb_tree_arch(tree, &arch);
	if (!ret)
		ret = has_modules(tree, kernel->config);
	if (ret)
		return ret;
	how = pb_format("build it with make %s", arch->tree_target);
	kernel->arch = strdup(arch->machine);
	if (!how || !kernel->arch)
		return pb_fail(-ENOMEM, "out of memory");
	ret = release_read(tree, arch, &kernel->release);
	if (!ret)
		ret = part_find(tree, arch->tree_image, how, &kernel->image);
	if (!ret)
		ret = part_find(tree, "Module.symvers", "build it with make modules", &symbols);
	if (!ret)
		ret = image_check(kernel, arch);
	if (!ret)
		ret = pb_tree_fresh(tree, kernel->image, arch);
	if (ret)
		return ret;
	kernel->build_dir = strdup(tree);
	kernel->package = strdup("");
	kernel->version = strdup("");
	if (!kernel->build_dir || !kernel->package || !kernel->version)
		return pb_fail(-ENOMEM, "out of memory");
	return 0;
}
