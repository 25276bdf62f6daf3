// SPDX-License-Identifier: GPL-2.0-only
/*
 * image_modules - modules of the kernel's own package, for what the guest is given.
 * Why: a distribution builds its drivers as modules, and a guest has no modprobe.
 */
#include "bench/backends/vm/image_modules.h"

#include <errno.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

/* Drivers first: the last one finds the memory, and the drivers must be there then. */
const struct pb_image_set pb_image_pmem = {
	.dir = "devices",
	.purpose = "persistent memory",
	.wanted = { "nd_pmem", "device_dax", "dax_pmem", "nd_e820" },
};

/*
 * A disk of compressed memory. Before 6.12 it asks for its compressor by name, and a guest has no
 * modprobe that would answer.
 */
const struct pb_image_set pb_image_swap = {
	.dir = "swap",
	.purpose = "swap",
	.wanted = { "?lzo_rle", "zram" },
};

enum { MAX_MODULES = 32 };

struct order {
	char *dep;     /* modules.dep: "path: path path", those that load first last */
	char *builtin; /* modules.builtin: a path a line */
	size_t nr;
	char *paths[MAX_MODULES]; /* below the module tree */
	char *reason;
};

static void order_done(struct order *order)
{
	for (size_t i = 0; i < order->nr; i++)
		free(order->paths[i]);
	free(order->dep);
	free(order->builtin);
	free(order->reason);
}

/* "kernel/drivers/nvdimm/nd_pmem.ko.xz" is module nd_pmem; file names may have - for _. */
static bool path_is(const char *path, size_t len, const char *module)
{
	size_t start = len;

	while (start && path[start - 1] != '/')
		start--;
	for (path += start; *module; path++, module++)
		if ((*path == '-' ? '_' : *path) != *module)
			return false;
	return strncmp(path, ".ko", strlen(".ko")) == 0;
}

static int path_add(struct order *order, const char *path, size_t len)
{
	for (size_t i = 0; i < order->nr; i++)
		if (strlen(order->paths[i]) == len && memcmp(order->paths[i], path, len) == 0)
			return 0;
	if (order->nr == MAX_MODULES)
		return pb_fail(-E2BIG, "the guest's drivers depend on more than %d modules",
			       MAX_MODULES);
	order->paths[order->nr] = strndup(path, len);
	if (!order->paths[order->nr])
		return pb_fail(-ENOMEM, "out of memory");
	order->nr++;
	return 0;
}

/* A line of modules.dep: from its last word to its first. */
static int line_add(struct order *order, const char *line, size_t len)
{
	int ret = 0;

	while (len && !ret) {
		size_t start = len, end = len;

		while (start && line[start - 1] != ' ')
			start--;
		if (end > start && line[end - 1] == ':')
			end--;
		if (end > start)
			ret = path_add(order, line + start, end - start);
		len = start ? start - 1 : 0;
	}
	return ret;
}

/* Returns 1 where the kernel has no such module. */
static int module_add(struct order *order, const char *module)
{
	for (const char *line = order->dep; line; line = strchr(line, '\n')) {
		size_t name;

		line += *line == '\n';
		name = strcspn(line, ":\n");
		if (line[name] == ':' && path_is(line, name, module))
			return line_add(order, line, strcspn(line, "\n"));
	}
	return 1;
}

static bool is_builtin(const struct order *order, const char *module)
{
	for (const char *line = order->builtin; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (path_is(line, strcspn(line, "\n"), module))
			return true;
	}
	return false;
}

/* Returns 1 where the kernel has no such module and the set cannot be without. */
static int wanted_add(struct order *order, const char *wanted)
{
	bool optional = *wanted == '?';
	const char *module = wanted + optional;
	int ret = is_builtin(order, module) ? 0 : module_add(order, module);

	return ret > 0 && optional ? 0 : ret;
}

static int order_make(const struct pb_kernel *kernel, const struct pb_image_set *set,
		      struct order *order)
{
	_cleanup_free_ char *dep = NULL, *builtin = NULL;
	size_t len_bytes;
	int ret;

	if (!kernel->module_tree) {
		order->reason = pb_format("kernel %s comes without modules of its own, and so "
					  "without %s",
					  kernel->release, set->purpose);
		return order->reason ? 0 : -ENOMEM;
	}
	dep = pb_format("%s/modules.dep", kernel->module_tree);
	builtin = pb_format("%s/modules.builtin", kernel->module_tree);
	if (!dep || !builtin)
		return -ENOMEM;
	ret = pb_kernel_read(kernel, dep, &order->dep, &len_bytes);
	if (!ret)
		ret = pb_kernel_read(kernel, builtin, &order->builtin, &len_bytes);
	for (const char *const *wanted = set->wanted; *wanted && !ret; wanted++) {
		ret = wanted_add(order, *wanted);
		if (ret <= 0)
			continue;
		order->reason = pb_format("kernel %s has no module '%s', which %s needs",
					  kernel->release, *wanted, set->purpose);
		return order->reason ? 0 : -ENOMEM;
	}
	return ret;
}

static int module_pack(const struct pb_kernel *kernel, struct pb_initrd *initrd, const char *name,
		       size_t number, const char *path)
{
	const char *base = strrchr(path, '/');
	_cleanup_free_ char *inside =
		pb_format("%s/%02zu-%s", name, number, base ? base + 1 : path);
	_cleanup_free_ char *outside = pb_format("%s/%s", kernel->module_tree, path), *data = NULL;
	size_t len_bytes;
	int ret = inside && outside ? pb_kernel_read(kernel, outside, &data, &len_bytes) : -ENOMEM;

	return ret ? ret : pb_initrd_add_data(initrd, inside, data, len_bytes);
}

int pb_image_modules_pack(const struct pb_kernel *kernel, struct pb_initrd *initrd,
			  const struct pb_image_set *set, char **ret_reason)
{
	pb_cleanup(order_done) struct order order = { 0 };
	int ret = order_make(kernel, set, &order);

	for (size_t i = 0; i < order.nr && !ret && !order.reason; i++)
		ret = module_pack(kernel, initrd, set->dir, i, order.paths[i]);
	if (!ret)
		*ret_reason = pb_steal(order.reason);
	return ret;
}
