// SPDX-License-Identifier: GPL-2.0-only
/*
 * load - pinbench's modules into the running kernel, and out of it again.
 * Why: the kernel says no in one errno; what it means, and what to do, is said here.
 */
#include "bench/backends/kmod/load.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libkmod.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "bench/backends/kmod/obstacle.h"
#include "common/err.h"
#include "common/sysfs.h"

enum { RETRY_MS = 50 };

static const char core_name[] = "pinbench";
static const char strategy_prefix[] = "pinbench_";

PB_DEFINE_CLEANUP(kmod_unrefp, struct kmod_ctx *, kmod_unref);
PB_DEFINE_CLEANUP(module_unrefp, struct kmod_module *, kmod_module_unref);

static int context_new(struct kmod_ctx **ret_ctx)
{
	*ret_ctx = kmod_new(NULL, NULL);
	if (!*ret_ctx)
		return pb_fail(-ENOMEM, "cannot begin to load modules: out of memory");
	kmod_set_log_priority(*ret_ctx, -1); /* one failure, one message: ours */
	return 0;
}

/* The word behind "vermagic=" in the module, for the message. Newly allocated or NULL. */
static char *vermagic_of(struct kmod_module *module)
{
	struct kmod_list *infos = NULL, *info;
	char *magic = NULL;

	if (kmod_module_get_info(module, &infos) < 0)
		return NULL;
	kmod_list_foreach(info,
			  infos) if (!magic && pb_streq(kmod_module_info_get_key(info), "vermagic"))
		magic = strdup(kmod_module_info_get_value(info));
	kmod_module_info_free_list(infos);
	return magic;
}

static int load_failed(struct kmod_module *module, int code)
{
	const char *path = kmod_module_get_path(module);
	_cleanup_free_ char *magic = NULL, *signature = NULL;
	struct utsname name = { 0 };

	switch (code) {
	case -ENOEXEC:
	case -EINVAL:
		uname(&name);
		magic = vermagic_of(module);
		return pb_fail(
			code,
			"the running kernel %s refused module '%s', which was built for '%s': "
			"build it anew (pinbench kernel build host); dmesg has the kernel's "
			"own words",
			name.release, path, magic ? magic : "?");
	case -ENOENT:
		return pb_fail(
			code,
			"module '%s' wants a function that the running kernel does not have: "
			"build it anew (pinbench kernel build host); dmesg names the function",
			path);
	case -EKEYREJECTED:
	case -ENOKEY:
	case -EBADMSG:
	case -EPERM:
		signature = pb_signature_wanted("");
		return pb_fail(code, "the kernel refused module '%s': %s; %s", path,
			       strerror(-code), signature ? signature : PB_PERMISSION_REMEDY);
	default:
		return pb_fail(code, "the kernel refused module '%s': %s", path, strerror(-code));
	}
}

static int file_load(struct kmod_ctx *ctx, const char *path, const char *parameters)
{
	pb_cleanup(module_unrefp) struct kmod_module *module = NULL;
	int ret = kmod_module_new_from_path(ctx, path, &module);

	if (ret)
		return pb_fail(ret, "cannot open module '%s': %s", path, strerror(-ret));
	ret = kmod_module_insert_module(module, 0, parameters);
	return ret ? load_failed(module, ret) : 0;
}

/* "pinbench.ko", "pinbench_pin.ko.xz": the name's length up to the dot, 0 for another file. */
static size_t module_name_len(const char *file)
{
	const char *dot = strchr(file, '.');

	if (!dot || strncmp(dot, ".ko", 3) != 0 || (dot[3] && dot[3] != '.'))
		return 0;
	return (size_t)(dot - file);
}

static bool is_core(const char *name, size_t len)
{
	return len == strlen(core_name) && strncmp(name, core_name, len) == 0;
}

static bool is_strategy(const char *name, size_t len)
{
	return len > strlen(strategy_prefix) &&
	       strncmp(name, strategy_prefix, strlen(strategy_prefix)) == 0;
}

/* The core (@core) or the strategies of @dir. -ENOENT: there is no such file. */
static int files_load(struct kmod_ctx *ctx, const char *dir, bool core, const char *parameters)
{
	_cleanup_closedir_ DIR *stream = opendir(dir);
	struct dirent *entry;
	bool any = false;
	int ret = stream ? 0 : pb_fail(-errno, "cannot read folder '%s': %s", dir, strerror(errno));

	while (!ret && (entry = readdir(stream))) {
		size_t len = module_name_len(entry->d_name);
		_cleanup_free_ char *path = NULL;

		if (core ? !is_core(entry->d_name, len) : !is_strategy(entry->d_name, len))
			continue;
		path = pb_format("%s/%s", dir, entry->d_name);
		ret = path ? file_load(ctx, path, parameters) : -ENOMEM;
		any = true;
		if (ret && ret != -ENOMEM && !core) {
			pb_fail_clear();
			ret = 0;
		}
	}
	return ret || any ? ret : pb_fail(-ENOENT, "there is no pinbench.ko in '%s'", dir);
}

int pb_kmod_load(const char *dir, uint32_t inject)
{
	pb_cleanup(kmod_unrefp) struct kmod_ctx *ctx = NULL;
	_cleanup_free_ char *parameters = inject ? pb_format("inject=%u", inject) : strdup("");
	int ret = parameters ? context_new(&ctx) : pb_fail(-ENOMEM, "out of memory");

	if (!ret)
		ret = files_load(ctx, dir, true, parameters);
	return ret ? ret : files_load(ctx, dir, false, "");
}

/* One pass: strategies first, then the core, which they use. Returns the first that is in use. */
static int modules_remove(struct kmod_ctx *ctx)
{
	struct kmod_list *loaded = NULL, *item;
	int ret = kmod_module_new_from_loaded(ctx, &loaded), failed = 0;

	if (ret == -ENOENT) /* a kernel without modules */
		return 0;
	if (ret)
		return pb_fail(ret, "cannot ask which modules are loaded: %s", strerror(-ret));
	for (int core = 0; core <= 1; core++)
		kmod_list_foreach(item, loaded)
		{
			pb_cleanup(module_unrefp) struct kmod_module *module =
				kmod_module_get_module(item);
			const char *name = kmod_module_get_name(module);

			if (core ? !is_core(name, strlen(name)) : !is_strategy(name, strlen(name)))
				continue;
			ret = kmod_module_remove_module(module, KMOD_REMOVE_NOWAIT);
			if (ret && ret != -ENOENT && !failed)
				failed = pb_fail(ret, "cannot unload module %s: %s", name,
						 ret == -EAGAIN || ret == -EBUSY ? "it is in use"
										 : strerror(-ret));
		}
	kmod_module_unref_list(loaded);
	return failed;
}

int pb_kmod_unload(unsigned int patience_ms)
{
	const struct timespec pause = { .tv_nsec = RETRY_MS * 1000000L };
	pb_cleanup(kmod_unrefp) struct kmod_ctx *ctx = NULL;
	int ret = context_new(&ctx);

	if (ret)
		return ret;
	while ((ret = modules_remove(ctx)) == -EAGAIN || ret == -EBUSY) {
		if (patience_ms < RETRY_MS)
			return pb_fail(-EBUSY,
				       "%s: end the program that has /dev/pinbench open (fuser "
				       "/dev/pinbench), then: rmmod $(lsmod | awk '/^pinbench_/ "
				       "{ print $1 }') pinbench",
				       pb_fail_message(ret));
		patience_ms -= RETRY_MS;
		nanosleep(&pause, NULL);
	}
	return ret;
}
