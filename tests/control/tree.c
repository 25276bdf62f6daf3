// SPDX-License-Identifier: GPL-2.0-only
/*
 * tree - a machine made of files: /proc and /sys below a temporary folder.
 * Why: two sockets, Secure Boot and a battery are seldom at hand.
 */
#include "tests/control/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/file.h"
#include "common/save.h"
#include "common/str.h"
#include "common/sysfs.h"

int tree_setup(void **state)
{
	const char *tmp = getenv("TMPDIR");
	char *root = pb_format("%s/pinbench-tree.XXXXXX", tmp && *tmp ? tmp : "/tmp");

	assert_non_null(root);
	assert_non_null(mkdtemp(root));
	*state = root;
	return 0;
}

int tree_teardown(void **state)
{
	assert_int_equal(pb_tree_remove(*state), 0);
	free(*state);
	return 0;
}

void tree_put(const char *root, const char *path, const char *text)
{
	_cleanup_free_ char *full = pb_format("%s%s", root, path), *dir = NULL;

	assert_non_null(full);
	dir = strndup(full, (size_t)(strrchr(full, '/') - full));
	assert_int_equal(pb_dir_make(dir), 0);
	assert_int_equal(pb_file_write(full, text, strlen(text)), 0);
}

static void cpu_put(const char *root, int cpu, const char *name, const char *text)
{
	_cleanup_free_ char *path = pb_format("/sys/devices/system/cpu/cpu%d/%s", cpu, name);

	tree_put(root, path, text);
}

void tree_cpus(const char *root, int nr, int smt, int sockets)
{
	int cores = smt ? nr / 2 : nr, each = cores / sockets;
	char text[64], other[64];

	snprintf(text, sizeof(text), "0-%d\n", nr - 1);
	tree_put(root, "/sys/devices/system/cpu/online", text);
	for (int cpu = 0; cpu < nr; cpu++) {
		int core = cpu % cores, socket = core / each, first = socket * each;

		snprintf(text, sizeof(text), smt ? "%d,%d\n" : "%d\n", core, core + cores);
		cpu_put(root, cpu, "topology/thread_siblings_list", text);
		snprintf(text, sizeof(text), "%d-%d", first, first + each - 1);
		snprintf(other, sizeof(other), smt ? "%s,%d-%d\n" : "%s\n", text, first + cores,
			 first + cores + each - 1);
		cpu_put(root, cpu, "topology/core_siblings_list", other);
		cpu_put(root, cpu, "cache/index0/level", "1\n");
		cpu_put(root, cpu, "cache/index1/level", "3\n");
		cpu_put(root, cpu, "cache/index1/shared_cpu_list", other);
		snprintf(text, sizeof(text), "node%d/cpulist", socket);
		cpu_put(root, cpu, text, other);
	}
}

void tree_expect(const char *root, const char *path, const char *text)
{
	_cleanup_free_ char *now = pb_sys_text(root, "%s", path);

	assert_non_null(now);
	assert_string_equal(now, text);
}
