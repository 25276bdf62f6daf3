// SPDX-License-Identifier: GPL-2.0-only
/*
 * compiler - the compiler that a kernel's headers want: the host's, or one in a chroot.
 * Why: modules must match the kernel's own compiler closely enough to load and to run alike.
 */
#include "bench/kernels/compiler.h"

#include <errno.h>
#include <string.h>

#include "bench/kernels/config.h"
#include "bench/kernels/fetch/chroot.h"
#include "bench/kernels/table.h"
#include "common/err.h"
#include "common/file.h"
#include "common/proc.h"
#include "common/str.h"

/* One word of the column `ways`, taken apart. */
struct way {
	char suite[32]; /* empty: the host */
	char name[32];
};

static int way_parse(const char *word, struct way *ret_way)
{
	struct way way = { 0 };

	if (sscanf(word, "host:%31s", way.name) != 1 &&
	    sscanf(word, "chroot:%31[^:]:%31s", way.suite, way.name) != 2)
		return pb_fail(-EINVAL,
			       "compilers.tsv: '%s' is neither host:COMPILER nor "
			       "chroot:SUITE:COMPILER",
			       word);
	*ret_way = way;
	return 0;
}

/*
 * The headers' own programs are built for their suite's libc; an older one cannot run them. Before
 * they are here (NULL) that is not known, and nothing speaks against it.
 */
static bool programs_run_here(const char *build_dir)
{
	static const char *const programs[] = { "scripts/mod/modpost", "tools/objtool/objtool" };

	for (size_t i = 0; build_dir && i < PB_ARRAY_SIZE(programs); i++) {
		_cleanup_free_ char *path = pb_format("%s/%s", build_dir, programs[i]);
		_cleanup_free_ char *words = NULL;

		if (!path || !pb_file_exists(path))
			continue;
		if (pb_proc_run((const char *const[]){ "ldd", path, NULL }, NULL, &words)) {
			pb_fail_clear();
			return false;
		}
		if (strstr(words, "not found"))
			return false;
	}
	return true;
}

/* The compiler of @way for @arch: its program and its package. */
static int way_name(const struct way *way, const struct pb_arch *arch, struct pb_compiler *compiler)
{
	const char *cross = arch->cross ? arch->cross : "";
	int len = (int)strlen(cross);

	compiler->name = pb_format("%s%s", cross, way->name);
	/* "aarch64-linux-gnu-" ends in the dash that its package has in front. */
	compiler->package =
		pb_format("%s%s%.*s", way->name, len ? "-" : "", len ? len - 1 : 0, cross);
	return compiler->name && compiler->package ? 0 : -ENOMEM;
}

static int way_take(const struct way *way, const struct pb_arch *arch,
		    struct pb_compiler *ret_compiler)
{
	pb_cleanup(pb_compiler_done) struct pb_compiler compiler = { 0 };
	int ret = way_name(way, arch, &compiler);

	if (ret)
		return ret;
	if (way->suite[0]) {
		compiler.origin = pb_format("%s of %s", compiler.name, way->suite);
		ret = pb_chroot_path(way->suite, compiler.package, &compiler.chroot);
	} else {
		compiler.origin = pb_format("%s of the host", compiler.name);
	}
	if (ret)
		return ret;
	if (!compiler.origin)
		return pb_fail(-ENOMEM, "out of memory");
	*ret_compiler = compiler;
	compiler = (struct pb_compiler){ 0 };
	return 0;
}

static bool way_open(const struct way *way, const struct pb_arch *arch, const char *build_dir)
{
	_cleanup_free_ char *program = NULL;

	if (way->suite[0])
		return !pb_chroot_possible();
	program = pb_format("%s%s", arch->cross ? arch->cross : "", way->name);
	return program && pb_proc_exists(program) && programs_run_here(build_dir);
}

/*
 * The host could compile for these headers but for one package, and its archive has it: then that
 * is said, and no second system is fetched for what apt-get installs.
 */
static bool way_offered(const struct way *way, const struct pb_arch *arch, const char *build_dir,
			char **ret_package)
{
	pb_cleanup(pb_compiler_done) struct pb_compiler compiler = { 0 };

	if (way->suite[0] || way_name(way, arch, &compiler) || !programs_run_here(build_dir))
		return false;
	if (pb_proc_run((const char *const[]){ "apt-cache", "show", compiler.package, NULL }, NULL,
			NULL)) {
		pb_fail_clear();
		return false;
	}
	*ret_package = pb_steal(compiler.package);
	return true;
}

static int ways_try(const struct pb_arch *arch, const char *wants, const char *ways,
		    const char *build_dir, struct pb_compiler *ret_compiler)
{
	pb_cleanup(pb_words_freep) char **words = NULL;
	_cleanup_free_ char *why = NULL;
	size_t nr;
	int ret = pb_words_split(ways, "compilers.tsv", &words, &nr);

	for (size_t i = 0; !ret && i < nr; i++) {
		_cleanup_free_ char *package = NULL;
		struct way way;

		ret = way_parse(words[i], &way);
		if (!ret && way_open(&way, arch, build_dir))
			return way_take(&way, arch, ret_compiler);
		if (!ret && way.suite[0] && !why)
			why = strdup(pb_fail_message(-ENOPKG));
		if (!ret && way_offered(&way, arch, build_dir, &package))
			return pb_fail(-ENOPKG,
				       "the kernel's headers want %s, which is not installed; this "
				       "system's archive has it: apt-get install %s",
				       wants, package);
	}
	if (ret)
		return ret;
	return pb_fail(-ENOPKG,
		       "no %s compiler for headers that want %s (ways tried: %s); %s%s%s%s",
		       arch->name, wants, ways, arch->cross ? "install " : "",
		       arch->cross ? arch->cross_packages : "", arch->cross ? ", or else: " : "",
		       why ? why : "no chroot was tried");
}

/* "gcc-12" from CONFIG_GCC_VERSION=120200; the compiler's full name differs between suites. */
static char *config_compiler(const char *config)
{
	_cleanup_free_ char *version = pb_config_get(config, "GCC_VERSION");
	uint64_t number;

	if (!version || pb_parse_u64(version, "CONFIG_GCC_VERSION", 10000, 1000000, &number))
		return NULL;
	return pb_format("gcc-%llu", (unsigned long long)number / 10000);
}

int pb_compiler_choose(const struct pb_arch *arch, const char *config, const char *build_dir,
		       struct pb_compiler *ret_compiler)
{
	_cleanup_free_ char *wants = config_compiler(config);
	pb_cleanup(pb_table_done) struct pb_table table = { 0 };
	ssize_t row;
	int ret;

	if (!wants)
		return pb_fail(-EINVAL, "the kernel's configuration does not name a gcc version");
	ret = pb_table_load("compilers.tsv", "wants ways", &table);
	if (ret)
		return ret;
	row = pb_table_find(&table, wants);
	if (row < 0)
		return pb_fail(-ENOPKG,
			       "the kernel's headers want %s, which has no row in "
			       "data/kernels/compilers.tsv",
			       wants);
	return ways_try(arch, wants, pb_table_get(&table, (size_t)row, "ways"), build_dir,
			ret_compiler);
}

int pb_compiler_possible(const struct pb_arch *arch, const char *wants)
{
	pb_cleanup(pb_compiler_done) struct pb_compiler compiler = { 0 };
	pb_cleanup(pb_table_done) struct pb_table table = { 0 };
	int ret = pb_table_load("compilers.tsv", "wants ways", &table);
	ssize_t row = ret ? -1 : pb_table_find(&table, wants);

	if (row < 0)
		return ret;
	return ways_try(arch, wants, pb_table_get(&table, (size_t)row, "ways"), NULL, &compiler);
}

int pb_compiler_prepare(const struct pb_compiler *compiler)
{
	char suite[32] = "";

	if (!compiler->chroot || pb_file_exists(compiler->chroot))
		return 0;
	if (sscanf(compiler->origin, "%*s of %31s", suite) != 1)
		return pb_fail(-EINVAL, "'%s' names no suite", compiler->origin);
	return pb_chroot_make(compiler->chroot, suite, compiler->package);
}

int pb_compiler_run(const struct pb_compiler *compiler, const char *const *argv,
		    const char *const *folders, const char *log)
{
	if (compiler->chroot)
		return pb_chroot_run(compiler->chroot, argv, folders, log);
	return pb_proc_run(argv, &(struct pb_proc_options){ .log = log }, NULL);
}

void pb_compiler_done(struct pb_compiler *compiler)
{
	free(compiler->name);
	free(compiler->package);
	free(compiler->chroot);
	free(compiler->origin);
	for (size_t i = 0; i < PB_COMPILER_TOOLS; i++)
		free(compiler->tools[i]);
	*compiler = (struct pb_compiler){ 0 };
}
