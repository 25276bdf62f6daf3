// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_taken - a guest boots the bytes that were checked, whatever becomes of the cache meanwhile.
 * Why: the cache is shared, and what is swapped between a check and its use is never looked at.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/backends/vm/machine.h"
#include "bench/kernels/manifest.h"
#include "common/err.h"
#include "common/file.h"
#include "common/save.h"
#include "common/str.h"

enum { WAIT_MS = 10, WAITS = 3000 };

static const char release[] = "6.1.0-test";
static char *tmp;

static char *inside(const char *name)
{
	char *path = pb_format("%s/%s", tmp, name);

	assert_non_null(path);
	return path;
}

static void text_put(const char *name, const char *text)
{
	_cleanup_free_ char *path = inside(name);

	assert_int_equal(pb_file_write(path, text, strlen(text)), 0);
}

static void dir_put(const char *name)
{
	_cleanup_free_ char *path = inside(name);

	assert_int_equal(pb_dir_make(path), 0);
}

/* Stands for QEMU: waits until it may, and then opens what it was given, as late as QEMU might. */
static void qemu_put(void)
{
	_cleanup_free_ char *path = inside("bin/qemu-system-x86_64");
	_cleanup_free_ char *script = pb_format("#!/bin/sh\n"
						"while [ ! -e '%s/go' ]; do sleep 0.02; done\n"
						"while [ $# -gt 0 ]; do\n"
						"  case $1 in\n"
						"  -kernel) cp \"$2\" '%s/kernel' ;;\n"
						"  -initrd) cp \"$2\" '%s/initrd' ;;\n"
						"  esac\n"
						"  shift\n"
						"done\n",
						tmp, tmp, tmp);

	assert_non_null(script);
	assert_int_equal(pb_file_write(path, script, strlen(script)), 0);
	assert_int_equal(chmod(path, 0755), 0);
}

/* A folder of the cache, as fetching and building leave it. */
static void cache_put(void)
{
	_cleanup_free_ char *folder = inside("k"), *modules = inside("k/modules-0123");

	dir_put("k/root/boot");
	dir_put("k/modules-0123");
	text_put("k/root/boot/vmlinuz", "the kernel");
	text_put("k/modules-0123/pinbench.ko", "the core");
	text_put("k/modules-0123/pinbench_pin.ko", "a strategy");
	assert_int_equal(pb_manifest_write(modules, "modules-0123 6.1.0-test"), 0);
	assert_int_equal(pb_manifest_write(folder, release), 0);
}

static int setup(void **state)
{
	_cleanup_free_ char *agent = NULL, *bin = NULL;

	(void)state;
	tmp = strdup("/tmp/pinbench-test.XXXXXX");
	if (!tmp || !mkdtemp(tmp))
		return -1;
	dir_put("bin");
	dir_put("tmp");
	qemu_put();
	cache_put();
	bin = pb_format("%s/bin:%s", tmp, getenv("PATH"));
	agent = inside("tmp");
	return !bin || setenv("PATH", bin, 1) || setenv("TMPDIR", agent, 1);
}

static int teardown(void **state)
{
	int ret = pb_tree_remove(tmp);

	(void)state;
	free(tmp);
	return ret;
}

static struct pb_kernel kernel_make(void)
{
	return (struct pb_kernel){
		.name = strdup("debian:6.1"),
		.release = strdup(release),
		.arch = strdup("x86_64"),
		.folder = inside("k"),
		.image = inside("k/root/boot/vmlinuz"),
		.modules = inside("k/modules-0123"),
	};
}

static int start(struct pb_machine *machine)
{
	static const struct pb_machine_options options;
	static const struct pb_agent_plan plan = { .metric = "instructions",
						   .unit = "instructions",
						   .evidence = PB_EVIDENCE_EXACT };
	pb_cleanup(pb_kernel_done) struct pb_kernel kernel = kernel_make();

	return pb_machine_start(machine, &kernel, &plan, &options);
}

static void assert_holds(const char *name, const char *text, bool holds)
{
	_cleanup_free_ char *path = inside(name), *data = NULL;
	size_t len;

	assert_int_equal(pb_file_read(path, &data, &len), 0);
	if ((memmem(data, len, text, strlen(text)) != NULL) != holds)
		fail_msg("'%s' %s '%s'", name, holds ? "lacks" : "has", text);
}

static void assert_refused(const char *words)
{
	pb_cleanup(pb_machine_done) struct pb_machine machine = { 0 };
	int ret = start(&machine);

	if (ret != -EBADMSG || !strstr(pb_fail_message(ret), words))
		fail_msg("%d '%s' does not say '%s'", ret, pb_fail_message(ret), words);
	pb_fail_clear();
}

/* Between the start of QEMU and its looking at what it was given. */
static void a_swap_reaches_no_guest(void **state)
{
	const struct timespec pause = { .tv_nsec = WAIT_MS * 1000000L };
	pb_cleanup(pb_machine_done) struct pb_machine machine = { 0 };

	(void)state;
	if (start(&machine))
		fail_msg("%s", pb_fail_message(-1));
	text_put("k/root/boot/vmlinuz", "swapped-in-kernel");
	text_put("k/modules-0123/pinbench.ko", "swapped-in-core");
	text_put("go", "");
	for (int i = 0; i < WAITS && pb_machine_running(&machine); i++)
		nanosleep(&pause, NULL);
	assert_false(pb_machine_running(&machine));
	assert_holds("kernel", "the kernel", true);
	assert_holds("kernel", "swapped-in-kernel", false);
	assert_holds("initrd", "the core", true);
	assert_holds("initrd", "swapped-in-core", false);
	cache_put();
}

/* Between pb_kernel_prepare(), which checks all of it, and the start. */
static void a_swap_before_it_is_refused(void **state)
{
	_cleanup_free_ char *module = inside("k/modules-0123/pinbench_pin.ko");
	_cleanup_free_ char *image = inside("k/root/boot/vmlinuz");

	(void)state;
	text_put("k/root/boot/vmlinuz", "the kerneL");
	assert_refused("vmlinuz' is damaged: its content is another");
	text_put("k/root/boot/vmlinuz", "the kern");
	assert_refused("vmlinuz' is damaged: 8 bytes, and there were 10");
	assert_int_equal(unlink(image), 0);
	assert_int_equal(symlink("/etc/passwd", image), 0);
	assert_refused("it is a link");
	assert_int_equal(unlink(image), 0);
	assert_int_equal(mkfifo(image, 0600), 0);
	assert_refused("vmlinuz' is damaged");
	assert_int_equal(unlink(image), 0);
	cache_put();
	text_put("k/modules-0123/pinbench.ko", "the corE");
	assert_refused("pinbench.ko' is damaged");
	cache_put();
	/* One that is gone is no strategy that the kernel lacks. */
	assert_int_equal(unlink(module), 0);
	assert_refused("pinbench_pin.ko' is damaged: No such file");
	cache_put();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_swap_reaches_no_guest),
		cmocka_unit_test(a_swap_before_it_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
