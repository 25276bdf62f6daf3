// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_toolchain - which tools a kernel's configuration leads to, on machines that have these or
 * those. Why: no machine has all of them, so that small scripts stand in for compilers.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "bench/kernels/compiler.h"
#include "common/err.h"
#include "common/file.h"
#include "common/save.h"
#include "common/str.h"

#define CLANG17    "CONFIG_CC_IS_CLANG=y\nCONFIG_CLANG_VERSION=170006\nCONFIG_GCC_VERSION=0\n"
#define GCC12      "CONFIG_CC_IS_GCC=y\nCONFIG_GCC_VERSION=120200\nCONFIG_CLANG_VERSION=0\n"
#define LLD17      "CONFIG_LD_IS_LLD=y\nCONFIG_LLD_VERSION=170006\n"
#define BFD        "CONFIG_LD_IS_BFD=y\n"
#define LLVM_TOOLS "ld.lld 17,llvm-ar 17"

static char dir[64];

static void program_put(const char *name, const char *version)
{
	_cleanup_free_ char *path = pb_format("%s/%s", dir, name);
	_cleanup_free_ char *text = pb_format("#!/bin/sh\necho %s.0.6\n", version);

	assert_int_equal(pb_file_write(path, text, strlen(text)), 0);
	assert_int_equal(chmod(path, 0755), 0);
}

/* @programs: "clang 17,ld.lld 17". Nothing else is on the machine, but make. */
static void machine_put(const char *programs)
{
	pb_cleanup(pb_words_freep) char **words = NULL;
	size_t nr;

	snprintf(dir, sizeof(dir), "/tmp/pinbench-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_int_equal(setenv("PATH", dir, 1), 0);
	program_put("make", "4");
	assert_int_equal(pb_words_split(programs, "programs", &words, &nr), 0);
	for (size_t i = 0; i < nr; i++) {
		char *version = strchr(words[i], ' ');

		*version++ = '\0';
		program_put(words[i], version);
	}
}

static const struct {
	const char *config;
	const char *programs;
	const char *name; /* NULL: refused, with the word of tools[0] in the message */
	const char *tools[PB_COMPILER_TOOLS];
} rows[] = {
	{ CLANG17 LLD17 "CONFIG_AS_IS_LLVM=y\n",
	  "clang 17," LLVM_TOOLS,
	  "",
	  { "LLVM=1", "LLVM_IAS=1" } },
	{ CLANG17 LLD17,
	  "clang 14,clang-17 17,ld.lld-17 17," LLVM_TOOLS,
	  "",
	  { "LLVM=-17", "LLVM_IAS=1" } },
	{ CLANG17 LLD17 "CONFIG_AS_IS_GNU=y\n",
	  "clang 17," LLVM_TOOLS,
	  "",
	  { "LLVM=1", "LLVM_IAS=0" } },
	{ CLANG17 BFD, "clang 17," LLVM_TOOLS, "", { "CC=clang", "LLVM_IAS=1" } },
	{ CLANG17 BFD, "clang-17 17,ld.lld-17 17", "", { "CC=clang-17", "LLVM_IAS=1" } },
	{ CLANG17 LLD17,
	  "clang 14,ld.lld 14,llvm-ar 14,gcc 12",
	  NULL,
	  { "clang-17 lld-17 llvm-17" } },
	{ CLANG17 LLD17, "gcc 12", NULL, { "no clang" } },
	{ "CONFIG_CC_IS_CLANG=y\n", "gcc 12", NULL, { "names no version" } },
	{ GCC12 BFD, "gcc-12 12,gcc 14", "gcc-12", { NULL } },
	{ GCC12 BFD, "gcc 12", "gcc", { NULL } },
	{ GCC12 BFD, "gcc 14", NULL, { "apt-get install gcc-12" } },
	{ GCC12 BFD, "clang 17", NULL, { "no gcc" } },
	{ GCC12 BFD "CONFIG_CC_VERSION_TEXT=\"mygcc (Own 1.0) 12.2.0\"\n",
	  "mygcc 12,gcc 14",
	  "mygcc",
	  { NULL } },
	{ GCC12 BFD "CONFIG_CC_VERSION_TEXT=\"/x/gcc 12.2.0\"\n", "gcc 12", "gcc", { NULL } },
	{ GCC12 LLD17, "gcc 12,ld.lld 17", "gcc", { "LD=ld.lld" } },
	{ GCC12 LLD17, "gcc 12", NULL, { "lld-17" } },
	{ "CONFIG_64BIT=y\n", "gcc 12", NULL, { "names no version" } },
};

static void row_try(size_t i)
{
	pb_cleanup(pb_compiler_done) struct pb_compiler compiler = { 0 };
	int ret = pb_compiler_of_config(rows[i].config, "kernel tree '/x'", NULL, &compiler);

	if (!rows[i].name) {
		if (!ret || !strstr(pb_fail_message(ret), rows[i].tools[0]))
			fail_msg("row %zu: %d, '%s'", i, ret, ret ? pb_fail_message(ret) : "");
		return;
	}
	if (ret)
		fail_msg("row %zu: %s", i, pb_fail_message(ret));
	assert_string_equal(compiler.name, rows[i].name);
	for (size_t t = 0; t < PB_COMPILER_TOOLS; t++) {
		if (!rows[i].tools[t])
			assert_null(compiler.tools[t]);
		else
			assert_string_equal(compiler.tools[t], rows[i].tools[t]);
	}
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		machine_put(rows[i].programs);
		row_try(i);
		assert_int_equal(pb_tree_remove(dir), 0);
	}
}

static void test_cross(void **state)
{
	pb_cleanup(pb_compiler_done) struct pb_compiler compiler = { 0 };
	const struct pb_arch *arm64;

	(void)state;
	assert_int_equal(pb_arch_parse("arm64", &arm64), 0);
	machine_put("gcc-12 12,aarch64-linux-gnu-gcc 12");
	assert_int_equal(pb_compiler_of_config(GCC12, "x", arm64, &compiler), 0);
	assert_string_equal(compiler.name, "aarch64-linux-gnu-gcc");
	assert_int_equal(pb_tree_remove(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows),
					    cmocka_unit_test(test_cross) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
