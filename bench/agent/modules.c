// SPDX-License-Identifier: GPL-2.0-only
/*
 * modules - loads pinbench.ko and the strategies, and knows why a strategy is not there.
 * Why: a strategy that this kernel cannot have is a result with its reason, never a gap.
 */
#include "bench/agent/modules.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/module.h>
#include <string.h>
#include <sys/syscall.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

/* In linux/module.h since 5.17; an older kernel refuses the flag with EINVAL. */
#ifndef MODULE_INIT_COMPRESSED_FILE
#define MODULE_INIT_COMPRESSED_FILE 4
#endif

static const struct {
	const char *strategy;
	const char *ident;
} strategies[] = {
#define PB_STRATEGY(id, ident, name, floor, family, symbols, summary) { name, #ident },
#include "kmods/uapi/strategies.def"
#undef PB_STRATEGY
};

/* Modules as make leaves them, and as a distribution packs them. */
static const struct {
	const char *suffix;
	int flags;
} suffixes[] = {
	{ "ko", 0 },
	{ "ko.xz", MODULE_INIT_COMPRESSED_FILE },
	{ "ko.zst", MODULE_INIT_COMPRESSED_FILE },
};

static int absence_add(struct pb_modules *modules, const char *strategy, const char *reason)
{
	struct pb_absence *absences =
		reallocarray(modules->absences, modules->nr_absences + 1, sizeof(*absences));
	struct pb_absence *absence;

	if (!absences)
		return pb_fail(-ENOMEM, "out of memory");
	modules->absences = absences;
	absence = &absences[modules->nr_absences++];
	absence->strategy = strdup(strategy);
	absence->reason = strdup(reason);
	if (!absence->strategy || !absence->reason)
		return pb_fail(-ENOMEM, "out of memory");
	return 0;
}

static int file_load(const char *path, const char *parameters, int flags)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return pb_fail(-errno, "cannot open module '%s': %s", path, strerror(errno));
	/* EEXIST: a machine that is up may have it loaded already. */
	if (syscall(SYS_finit_module, fd, parameters, flags) && errno != EEXIST)
		return pb_fail(-errno, "the kernel refused module '%s': %s", path, strerror(errno));
	return 0;
}

int pb_module_load(const char *path, const char *parameters)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(suffixes); i++) {
		const char *name = strrchr(path, '/');
		const char *suffix = strchr(name ? name : path, '.');

		if (suffix && pb_streq(suffix + 1, suffixes[i].suffix))
			return file_load(path, parameters, suffixes[i].flags);
	}
	return pb_fail(-EINVAL, "'%s' is no module: its name should end in .ko", path);
}

/* *ret_path is NULL where @dir holds no such module. */
static int module_find(const char *dir, const char *ident, char **ret_path)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(suffixes); i++) {
		_cleanup_free_ char *path = pb_format("%s/%s.%s", dir, ident, suffixes[i].suffix);

		if (!path)
			return -ENOMEM;
		if (pb_file_exists(path)) {
			*ret_path = pb_steal(path);
			return 0;
		}
	}
	*ret_path = NULL;
	return 0;
}

static int absent_read(const char *dir, struct pb_modules *modules)
{
	_cleanup_free_ char *path = pb_format("%s/absent.tsv", dir), *text = NULL;
	int ret;

	if (!path)
		return -ENOMEM;
	if (!pb_file_exists(path))
		return 0;
	ret = pb_file_read(path, &text, NULL);
	for (char *save, *line = ret ? NULL : strtok_r(text, "\n", &save); line && !ret;
	     line = strtok_r(NULL, "\n", &save)) {
		char *reason = strchr(line, '\t');

		if (!reason)
			return pb_fail(-EBADMSG, "'%s': no tab in line '%s'", path, line);
		*reason++ = '\0';
		ret = absence_add(modules, line, reason);
	}
	return ret;
}

static const char *absence_find(const struct pb_modules *modules, const char *strategy)
{
	for (size_t i = 0; i < modules->nr_absences; i++)
		if (pb_streq(modules->absences[i].strategy, strategy))
			return modules->absences[i].reason;
	return NULL;
}

static int strategy_load(const char *dir, size_t i, struct pb_modules *modules)
{
	_cleanup_free_ char *ident = pb_format("pinbench_%s", strategies[i].ident), *path = NULL;
	int ret = ident ? module_find(dir, ident, &path) : -ENOMEM;

	if (ret)
		return ret;
	/* A build that broke half-way must not pass for a kernel that lacks the strategy. */
	if (!path && !absence_find(modules, strategies[i].strategy))
		return pb_fail(-ENOENT,
			       "'%s' has neither pinbench_%s.ko nor a reason why not: the "
			       "modules are not whole",
			       dir, strategies[i].ident);
	if (!path)
		return 0;
	ret = pb_module_load(path, "");
	if (!ret)
		return 0;
	ret = absence_add(modules, strategies[i].strategy, pb_fail_message(ret));
	pb_fail_clear();
	return ret;
}

int pb_modules_load(const char *dir, uint32_t inject, struct pb_modules *ret_modules)
{
	pb_cleanup(pb_modules_done) struct pb_modules modules = { 0 };
	_cleanup_free_ char *core = NULL, *parameters = NULL;
	int ret = module_find(dir, "pinbench", &core);

	if (ret)
		return ret;
	if (!core)
		return pb_fail(-ENOENT, "there is no pinbench.ko in '%s'", dir);
	parameters = inject ? pb_format("inject=%u", inject) : strdup("");
	if (!parameters)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pb_module_load(core, parameters);
	if (!ret)
		ret = absent_read(dir, &modules);
	for (size_t i = 0; i < PB_ARRAY_SIZE(strategies) && !ret; i++)
		ret = strategy_load(dir, i, &modules);
	if (ret)
		return ret;
	*ret_modules = modules;
	modules = (struct pb_modules){ 0 };
	return 0;
}

const char *pb_modules_absence(const struct pb_modules *modules, const char *strategy)
{
	const char *reason = absence_find(modules, strategy);

	return reason ? reason : "its module is not loaded";
}

void pb_modules_done(struct pb_modules *modules)
{
	for (size_t i = 0; i < modules->nr_absences; i++) {
		free(modules->absences[i].strategy);
		free(modules->absences[i].reason);
	}
	free(modules->absences);
	*modules = (struct pb_modules){ 0 };
}
