// SPDX-License-Identifier: GPL-2.0-only
/*
 * toolchain - the compiler and linker that built a kernel, as its configuration tells, found here.
 * Why: a module of another compiler than its kernel's is built without a word, and then goes wrong.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "bench/kernels/compiler.h"
#include "bench/kernels/config.h"
#include "common/err.h"
#include "common/file.h"
#include "common/proc.h"
#include "common/str.h"

/* What the configuration says of the tools. */
struct built_by {
	const char *config;
	const char *what;
	const char *prefix; /* of gcc's names: "aarch64-linux-gnu-" */
	char *text;         /* CONFIG_CC_VERSION_TEXT: "gcc-12 (Debian 12.2.0-14) 12.2.0" */
	bool clang;
	bool lld;
	unsigned long major;
};

static void built_by_done(struct built_by *by)
{
	free(by->text);
}

static bool is_set(const char *config, const char *option)
{
	_cleanup_free_ char *value = pb_config_get(config, option);

	return value && pb_streq(value, "y");
}

/* CONFIG_GCC_VERSION=120200, CONFIG_CLANG_VERSION=170006: 12, 17; 0 where it is not there. */
static unsigned long major_of(const char *config, const char *option)
{
	_cleanup_free_ char *value = pb_config_get(config, option);

	return value ? strtoul(value, NULL, 10) / 10000 : 0;
}

/* "12", "17" of a program that is there and says so; 0: no. */
static unsigned long program_major(const char *program)
{
	_cleanup_free_ char *words = NULL;

	if (!pb_proc_exists(program) ||
	    pb_proc_run((const char *const[]){ program, "-dumpversion", NULL }, NULL, &words)) {
		pb_fail_clear();
		return 0;
	}
	return strtoul(words, NULL, 10);
}

/* The name that it was called by: the first word of its own version text. */
static char *called(const struct built_by *by)
{
	const char *text = by->text && by->text[0] == '"' ? by->text + 1 : by->text;
	size_t len = text ? strcspn(text, " \"") : 0;

	/* A name for this machine's PATH, not a path or an option. */
	if (!len || text[0] == '-' || memchr(text, '/', len))
		return NULL;
	return strndup(text, len);
}

static int gcc_find(const struct built_by *by, struct pb_compiler *compiler)
{
	_cleanup_free_ char *own = called(by), *plain = pb_format("%sgcc", by->prefix);
	_cleanup_free_ char *numbered = pb_format("%sgcc-%lu", by->prefix, by->major);
	const char *const names[] = { numbered, own, plain };
	unsigned long here;

	if (!numbered || !plain)
		return -ENOMEM;
	for (size_t i = 0; i < PB_ARRAY_SIZE(names); i++) {
		if (!names[i] || program_major(names[i]) != by->major)
			continue;
		compiler->name = strdup(names[i]);
		compiler->origin = pb_format("%sgcc-%lu of the host%s", by->prefix, by->major,
					     by->lld ? ", with lld" : "");
		return compiler->name && compiler->origin ? 0 : pb_fail(-ENOMEM, "out of memory");
	}
	here = program_major(plain);
	return pb_fail(-ENOPKG,
		       "%s was built with %s, and this machine has %s%s%.0lu%s: apt-get install "
		       "gcc-%lu%s%.*s (modules of another compiler may not load, or go wrong)",
		       by->what, numbered, here ? plain : "no ", here ? " " : "", here,
		       here ? "" : plain, by->major, *by->prefix ? "-" : "",
		       (int)strlen(by->prefix) - !!*by->prefix, by->prefix);
}

/* Where the LLVM of that version lies here, as make's LLVM= takes it: "1", "-17", "/.../bin/". */
static char *llvm_find(unsigned long major)
{
	_cleanup_free_ char *numbered = pb_format("clang-%lu", major);
	_cleanup_free_ char *dir = pb_format("/usr/lib/llvm-%lu/bin/", major);
	_cleanup_free_ char *inside = dir ? pb_format("%sclang", dir) : NULL;

	if (!numbered || !inside)
		return NULL;
	if (program_major("clang") == major && pb_proc_exists("ld.lld") &&
	    pb_proc_exists("llvm-ar"))
		return strdup("1");
	if (program_major(numbered) == major) {
		_cleanup_free_ char *ld = pb_format("ld.lld-%lu", major);

		if (ld && pb_proc_exists(ld))
			return pb_format("-%lu", major);
	}
	return program_major(inside) == major ? pb_steal(dir) : NULL;
}

static int clang_missing(const struct built_by *by)
{
	unsigned long here = program_major("clang");

	return pb_fail(-ENOPKG,
		       "%s was built with clang %lu, and this machine has %s%.0lu: apt-get install "
		       "clang-%lu lld-%lu llvm-%lu (modules of another compiler may not load, or "
		       "go wrong)",
		       by->what, by->major, here ? "clang " : "no clang with lld and llvm", here,
		       by->major, by->major, by->major);
}

/* Before 5.15 LLVM=1 left the assembler to binutils, unless told otherwise. */
static int clang_find(const struct built_by *by, struct pb_compiler *compiler)
{
	bool bfd = is_set(by->config, "LD_IS_BFD"), gas = is_set(by->config, "AS_IS_GNU");
	_cleanup_free_ char *llvm = llvm_find(by->major);
	const char *suffix = llvm && llvm[0] == '-' ? llvm : "";
	const char *dir = llvm && llvm[0] == '/' ? llvm : "";

	if (!llvm)
		return clang_missing(by);
	compiler->tools[0] =
		bfd ? pb_format("CC=%sclang%s", dir, suffix) : pb_format("LLVM=%s", llvm);
	compiler->tools[1] = pb_format("LLVM_IAS=%d", gas ? 0 : 1);
	compiler->name = strdup("");
	compiler->origin = pb_format("clang-%lu of the host%s", by->major, bfd ? "" : ", with lld");
	return compiler->tools[0] && compiler->tools[1] && compiler->name && compiler->origin
		       ? 0
		       : pb_fail(-ENOMEM, "out of memory");
}

static int lld_find(const struct built_by *by, struct pb_compiler *compiler)
{
	unsigned long major = major_of(by->config, "LLD_VERSION");
	_cleanup_free_ char *numbered = pb_format("ld.lld-%lu", major);
	const char *name = numbered && pb_proc_exists(numbered) ? numbered : "ld.lld";

	if (!pb_proc_exists(name))
		return pb_fail(-ENOPKG,
			       "%s was linked by lld %lu, which is not on this machine: apt-get "
			       "install lld-%lu",
			       by->what, major, major);
	compiler->tools[0] = pb_format("LD=%s", name);
	return compiler->tools[0] ? 0 : -ENOMEM;
}

int pb_compiler_of_config(const char *config, const char *what, const struct pb_arch *arch,
			  struct pb_compiler *ret_compiler)
{
	pb_cleanup(pb_compiler_done) struct pb_compiler compiler = { .package = strdup("") };
	pb_cleanup(built_by_done) struct built_by by = {
		.config = config,
		.what = what,
		.prefix = arch && arch->cross ? arch->cross : "",
		.text = pb_config_get(config, "CC_VERSION_TEXT"),
		.clang = is_set(config, "CC_IS_CLANG"),
		.lld = is_set(config, "LD_IS_LLD"),
	};
	int ret;

	if (!pb_proc_exists("make"))
		return pb_fail(-ENOPKG, "make, which builds modules, is not installed: apt-get "
					"install make");
	if (!compiler.package)
		return pb_fail(-ENOMEM, "out of memory");
	by.major = major_of(config, by.clang ? "CLANG_VERSION" : "GCC_VERSION");
	if (by.major < 1 || by.major > 100)
		return pb_fail(
			-EINVAL,
			"the configuration of %s names no version of gcc or clang: configure "
			"and build it again",
			what);
	ret = by.clang ? clang_find(&by, &compiler) : gcc_find(&by, &compiler);
	if (!ret && !by.clang && by.lld)
		ret = lld_find(&by, &compiler);
	if (ret)
		return ret;
	*ret_compiler = compiler;
	compiler = (struct pb_compiler){ 0 };
	return 0;
}
