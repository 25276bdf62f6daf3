// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_parcel - what is sent into a guest: its plan and its initrd.
 * Why: what the agent reads is what the host wrote, and the same files make the same bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "bench/agent/plan.h"
#include "bench/backends/vm/initrd.h"
#include "common/err.h"
#include "common/file.h"
#include "common/save.h"
#include "common/str.h"

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

static void a_plan_is_read_as_it_was_written(void **state)
{
	struct pb_cell cell = {
		.index = 7,
		.strategy = "pin-fast",
		.memory = PB_MEMORY_thp,
		.nr_pages = 512,
		.nr_threads = 1,
		.sharing = PB_SHARING_PRIVATE,
		.load = PB_LOAD_none,
		.nr_samples = 60,
		.nr_warmup = 4,
	};
	const struct pb_agent_plan plan = {
		.inject = 3,
		.metric = "instructions",
		.unit = "instructions",
		.evidence = PB_EVIDENCE_EXACT,
		.exec = (char *)"/test",
		.fault = PB_FAULT_SPLAT,
		.fault_cell = 7,
		.cells = &cell,
		.nr_cells = 1,
	};
	pb_cleanup(pb_agent_plan_done) struct pb_agent_plan read = { 0 };
	_cleanup_free_ char *path = inside("plan");
	FILE *out = fopen(path, "we");

	(void)state;
	assert_int_equal(pb_agent_plan_write(out, &plan), 0);
	fclose(out);
	assert_int_equal(pb_agent_plan_read(path, &read), 0);
	assert_int_equal(read.inject, 3);
	assert_string_equal(read.metric, "instructions");
	assert_int_equal(read.evidence, PB_EVIDENCE_EXACT);
	assert_string_equal(read.exec, "/test");
	assert_int_equal(read.fault, PB_FAULT_SPLAT);
	assert_int_equal(read.fault_cell, 7);
	assert_int_equal(read.nr_cells, 1);
	assert_int_equal(read.cells[0].index, cell.index);
	assert_string_equal(read.cells[0].strategy, cell.strategy);
	assert_int_equal(read.cells[0].memory, cell.memory);
	assert_int_equal(read.cells[0].nr_pages, cell.nr_pages);
	assert_int_equal(read.cells[0].nr_threads, cell.nr_threads);
	assert_int_equal(read.cells[0].sharing, cell.sharing);
	assert_int_equal(read.cells[0].load, cell.load);
	assert_int_equal(read.cells[0].nr_samples, cell.nr_samples);
	assert_int_equal(read.cells[0].nr_warmup, cell.nr_warmup);
}

static void assert_no_plan(const char *text, const char *words)
{
	struct pb_agent_plan plan;
	_cleanup_free_ char *path = inside("bad");

	text_put("bad", text);
	assert_true(pb_agent_plan_read(path, &plan) < 0);
	if (!strstr(pb_fail_message(-EBADMSG), words))
		fail_msg("'%s' does not say '%s'", pb_fail_message(-EBADMSG), words);
}

static void what_is_no_plan_is_refused(void **state)
{
#define HEAD                                                                              \
	"{\"type\":\"plan\",\"format\":1,\"inject\":0,\"metric\":\"ns\",\"unit\":\"ns\"," \
	"\"evidence\":\"exact\""
	(void)state;
	assert_no_plan("", "is empty");
	assert_no_plan("hello\n", "line 1: not JSON");
	assert_no_plan("{\"type\":\"cell\"}\n", "expected a record of type 'plan'");
	assert_no_plan("{\"type\":\"plan\",\"format\":2}\n", "format 2, this agent knows 1");
	assert_no_plan("{\"type\":\"plan\",\"format\":1,\"inject\":-1}\n", "'inject' must be");
	assert_no_plan(HEAD "}\n" HEAD "}\n", "line 2: expected a record of type 'cell'");
	assert_no_plan(HEAD "}\n{\"type\":\"cell\",\"cell\":\"x\"}\n", "'cell' must be");
	assert_no_plan(HEAD "}\n{\"type\":\"cell\",\"cell\":0,\"strategy\":"
			    "\"a-word-that-is-much-longer-than-any-strategy\"}\n",
		       "'strategy' must be a word");
	assert_no_plan(HEAD ",\"fault\":{\"cell\":0,\"action\":\"flood\"}}\n",
		       "no fault is called 'flood'");
#undef HEAD
}

static void initrd_make(const char *path)
{
	pb_cleanup(pb_initrd_freep) struct pb_initrd *initrd = NULL;
	_cleanup_free_ char *modules = inside("modules"), *init = inside("init");
	pb_cleanup(pb_manifest_done) struct pb_manifest list = { 0 };

	assert_int_equal(pb_initrd_new(path, &initrd), 0);
	assert_int_equal(pb_initrd_add(initrd, "init", init), 0);
	assert_int_equal(pb_manifest_load(modules, "modules", &list), 0);
	assert_int_equal(pb_initrd_add_modules(initrd, "modules", &list), 0);
	assert_int_equal(pb_initrd_finish(initrd), 0);
}

static void the_same_files_make_the_same_initrd(void **state)
{
	/* Another time, another user's mode, and folders list their files in any order. */
	const struct timespec past[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
	_cleanup_free_ char *first = NULL, *second = NULL, *modules = inside("modules");
	_cleanup_free_ char *a = inside("a.cpio"), *b = inside("b.cpio"), *init = inside("init");
	size_t first_bytes, second_bytes;

	(void)state;
	assert_int_equal(mkdir(modules, 0755), 0);
	text_put("init", "the agent");
	text_put("modules/pinbench.ko", "the core");
	text_put("modules/pinbench_pin.ko", "a strategy");
	text_put("modules/absent.tsv", "odp\tno hmm_range_fault\n");
	text_put("modules/pinbench.mod.c", "what make leaves beside it");
	assert_int_equal(pb_manifest_write(modules, "modules"), 0);
	initrd_make(a);
	assert_int_equal(utimensat(AT_FDCWD, init, past, 0), 0);
	assert_int_equal(chmod(init, 0600), 0);
	initrd_make(b);
	assert_int_equal(pb_file_read(a, &first, &first_bytes), 0);
	assert_int_equal(pb_file_read(b, &second, &second_bytes), 0);
	assert_int_equal(first_bytes, second_bytes);
	assert_memory_equal(first, second, first_bytes);
	assert_non_null(memmem(first, first_bytes, "modules/pinbench_pin.ko", 23));
	assert_non_null(memmem(first, first_bytes, "modules/absent.tsv", 18));
	assert_null(memmem(first, first_bytes, "pinbench.mod.c", 14));
}

static int tmp_make(void **state)
{
	(void)state;
	tmp = strdup("/tmp/pinbench-test.XXXXXX");
	return !tmp || !mkdtemp(tmp);
}

static int tmp_remove(void **state)
{
	int ret = pb_tree_remove(tmp);

	(void)state;
	free(tmp);
	return ret;
}

static void a_full_disk_is_named(void **state)
{
	pb_cleanup(pb_initrd_freep) struct pb_initrd *initrd = NULL;
	_cleanup_free_ char *source = inside("big"), *text = calloc(1, 1 << 20);
	int ret;

	(void)state;
	assert_non_null(text);
	assert_int_equal(pb_file_write(source, text, 1 << 20), 0);
	assert_int_equal(pb_initrd_new("/dev/full", &initrd), 0);
	ret = pb_initrd_add(initrd, "init", source);
	assert_int_equal(ret, -ENOSPC);
	assert_non_null(strstr(pb_fail_message(ret), "cannot write 'init' to the initrd"));
	assert_non_null(strstr(pb_fail_message(ret), "No space left on device"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_is_read_as_it_was_written),
		cmocka_unit_test(what_is_no_plan_is_refused),
		cmocka_unit_test(the_same_files_make_the_same_initrd),
		cmocka_unit_test(a_full_disk_is_named),
	};

	return cmocka_run_group_tests(tests, tmp_make, tmp_remove);
}
