// SPDX-License-Identifier: GPL-2.0-only
/*
 * tree - a kernel that a developer built: its image and its build folder, taken as they are.
 * Why: the change that one is about to send is measured before anybody packages it.
 */
#include "bench/kernels/tree.h"

#include <errno.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

/* Linux: Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header". */
enum {
	SETUP_MAGIC = 0x202,   /* "HdrS" */
	SETUP_VERSION = 0x20e, /* 16 bits: where the version string stands, less 0x200 */
	SETUP_BASE = 0x200,
};

int pb_image_release(const char *path, char **ret_release)
{
	_cleanup_free_ char *image = NULL;
	size_t len, at;
	int ret = pb_file_read(path, &image, &len);

	if (ret)
		return ret;
	if (len <= SETUP_VERSION + 1 || memcmp(image + SETUP_MAGIC, "HdrS", 4) != 0)
		return pb_fail(-EINVAL, "'%s' is no bzImage", path);
	at = SETUP_BASE + ((size_t)(unsigned char)image[SETUP_VERSION] |
			   (size_t)(unsigned char)image[SETUP_VERSION + 1] << 8);
	if (at >= len)
		return pb_fail(-EINVAL, "'%s' does not say its release", path);
	*ret_release = strndup(image + at, strcspn(image + at, " "));
	return *ret_release ? 0 : pb_fail(-ENOMEM, "out of memory");
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

static int release_read(const char *tree, char **ret_release)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	int ret = part_find(tree, "include/config/kernel.release",
			    "configure and build it first (make bzImage modules)", &path);

	if (!ret)
		ret = pb_file_read(path, &text, NULL);
	if (ret)
		return ret;
	text[strcspn(text, "\n")] = '\0';
	*ret_release = pb_steal(text);
	return 0;
}

/* A tree that was configured anew, but not built, would load modules into another kernel. */
static int image_check(const struct pb_kernel *kernel)
{
	_cleanup_free_ char *release = NULL;
	int ret = pb_image_release(kernel->image, &release);

	if (ret || pb_streq(release, kernel->release))
		return ret;
	return pb_fail(-ESTALE,
		       "image '%s' is of release %s, but its folder was configured for %s: "
		       "build it again (make bzImage modules)",
		       kernel->image, release, kernel->release);
}

int pb_tree_open(const char *tree, struct pb_kernel *kernel)
{
	_cleanup_free_ char *symbols = NULL;
	int ret = part_find(tree, ".config", "it is not the folder that a kernel was built in",
			    &kernel->config);

	if (!ret)
		ret = release_read(tree, &kernel->release);
	if (!ret)
		ret = part_find(tree, "arch/x86/boot/bzImage", "build it with make bzImage",
				&kernel->image);
	if (!ret)
		ret = part_find(tree, "Module.symvers", "build it with make modules", &symbols);
	if (!ret)
		ret = image_check(kernel);
	if (ret)
		return ret;
	kernel->build_dir = strdup(tree);
	kernel->package = strdup("");
	kernel->version = strdup("");
	if (!kernel->build_dir || !kernel->package || !kernel->version)
		return pb_fail(-ENOMEM, "out of memory");
	return 0;
}
