// SPDX-License-Identifier: GPL-2.0-only
/*
 * user_modules - the kernel's own modules that users of GUP need, into a guest.
 * Why: what a kernel lacks is a reason for one user, not for the run.
 */
#include "bench/backends/vm/user_modules.h"

#include <errno.h>
#include <string.h>

#include "bench/backends/vm/ext4_image.h"
#include "bench/backends/vm/image_modules.h"
#include "bench/users/guest/drivers.h"
#include "common/err.h"
#include "common/file.h"
#include "common/save.h"
#include "common/str.h"

enum { WORD_BYTES = 128, MAX_MODULES = 64, EXT4_MIB = 4 };

static const struct {
	const char *user;
	const char *modules;
} rows[] = {
#define PB_GUEST(ident, name, sort, strategy, memory, calls, most, modules, needs, summary) \
	{ name, modules },
#include "bench/users/guest/guest.def"
#undef PB_GUEST
};

static int absent_pack(const char *dir, const char *inside, const char *reason,
		       struct pb_initrd *initrd)
{
	_cleanup_free_ char *path = pb_format("%s/absent", dir);
	_cleanup_free_ char *name = pb_format("%s/absent", inside);
	int ret = path && name ? pb_file_write(path, reason, strlen(reason)) : -ENOMEM;

	return ret ? ret : pb_initrd_add(initrd, name, path);
}

static int module_pack(const struct pb_kernel *kernel, const char *dir, const char *user,
		       const char *module, struct pb_initrd *initrd)
{
	_cleanup_free_ char *inside =
		pb_format(PB_GUEST_DRIVERS "/%s", pb_guest_driver_folder(module));
	_cleanup_free_ char *purpose = pb_format("user '%s'", user);
	_cleanup_free_ char *reason = NULL;
	struct pb_image_set set = { .dir = inside, .purpose = purpose, .wanted = { module } };
	int ret = inside && purpose ? pb_initrd_add_dir(initrd, inside) : -ENOMEM;

	if (!ret)
		ret = pb_image_modules_pack(kernel, initrd, &set, &reason);
	return ret || !reason ? ret : absent_pack(dir, inside, reason, initrd);
}

/* What a guest mounts: its own absence is a user's reason. */
static int ext4_pack(const char *dir, struct pb_initrd *initrd)
{
	_cleanup_free_ char *image = pb_format("%s/ext4.users", dir);
	int ret = image ? 0 : -ENOMEM;

	if (ret || !pb_ext4_image_possible())
		return ret;
	ret = pb_ext4_image_make(image, EXT4_MIB);
	return ret ? ret : pb_initrd_add(initrd, PB_GUEST_EXT4, image);
}

int pb_user_modules_pack(const struct pb_kernel *kernel, const char *dir, struct pb_initrd *initrd)
{
	char names[MAX_MODULES][WORD_BYTES], parameters[WORD_BYTES];
	size_t nr = 0;
	int ret = pb_initrd_add_dir(initrd, PB_GUEST_DRIVERS);

	if (!ret)
		ret = ext4_pack(dir, initrd);
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		const char *words = rows[i].modules;

		while (!ret && nr < MAX_MODULES &&
		       pb_guest_driver_next(&words, names[nr], parameters, WORD_BYTES)) {
			size_t known = 0;

			while (known < nr && !pb_streq(names[known], names[nr]))
				known++;
			if (known == nr)
				ret = module_pack(kernel, dir, rows[i].user, names[nr++], initrd);
		}
	}
	return ret;
}
