// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_locks - one process builds modules while another one fetches the same kernel.
 * Why: the fetched folder takes the place of the headers that are being built against.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/kernels/cache.h"
#include "bench/kernels/manifest.h"
#include "bench/kernels/modules.h"
#include "common/err.h"
#include "common/file.h"
#include "common/save.h"
#include "common/str.h"

#define RELEASE "6.1.0-test"
#define CACHE   "cache/pinbench"
#define FOLDER  CACHE "/kernels/" RELEASE
#define HEADERS FOLDER "/root/usr/src"

/*
 * In place of the one that runs make. It looks at the headers twice, and in between gives a fetch
 * that would come through two seconds.
 */
static const char script[] = "set -e\n"
			     "home=${1%/data/kmods}\n"
			     "cp \"$3/header\" \"$home/before\"\n"
			     "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do\n"
			     "  if [ -e \"$home/fetched\" ]; then break; fi\n"
			     "  sleep 0.1\n"
			     "done\n"
			     "cmp \"$3/header\" \"$home/before\"\n"
			     "mkdir -p \"$2\"\n"
			     "cp /bin/true \"$2/x.ko\"\n"
			     "printf 'vermagic=" RELEASE " \\0' >>\"$2/x.ko\"\n";

static char dir[64];

static int setup(void **state)
{
	char path[128];

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/pinbench-test-XXXXXX");
	if (!mkdtemp(dir) || chdir(dir) || pb_dir_make("data/kmods") || pb_dir_make("tmp") ||
	    pb_file_write("data/kmods/build.sh", script, strlen(script)))
		return -1;
	snprintf(path, sizeof(path), "%s/cache", dir);
	setenv("XDG_CACHE_HOME", path, 1);
	snprintf(path, sizeof(path), "%s/tmp", dir);
	setenv("TMPDIR", path, 1);
	snprintf(path, sizeof(path), "%s/data", dir);
	return setenv("PINBENCH_DATA", path, 1);
}

static int teardown(void **state)
{
	(void)state;
	return chdir("/") || pb_tree_remove(dir);
}

/* A fetched kernel of this version, at @folder; its header names the version. */
static int kernel_make(const char *folder, const char *version)
{
	_cleanup_free_ char *headers = pb_format("%s/root/usr/src", folder);
	_cleanup_free_ char *header = pb_format("%s/header", headers);
	_cleanup_free_ char *facts = pb_format("%s/facts", folder);
	_cleanup_free_ char *text = pb_format("version\t%s\n", version);

	if (pb_dir_make(headers) || pb_file_write(header, version, strlen(version)) ||
	    pb_file_write(facts, text, strlen(text)))
		return -EIO;
	return pb_manifest_write(folder, RELEASE);
}

static int build(const char *version)
{
	_cleanup_free_ char *folder = pb_format("%s/" FOLDER, dir);
	_cleanup_free_ char *headers = pb_format("%s/" HEADERS, dir);
	_cleanup_free_ char *path = pb_format("%s/modules-0123", folder);
	struct pb_kernel kernel = { .release = (char *)RELEASE,
				    .arch = (char *)"x86_64",
				    .version = (char *)version,
				    .folder = folder,
				    .build_dir = headers };
	struct pb_compiler compiler = { .name = (char *)"", .origin = (char *)"none" };

	return pb_modules_build(&kernel, &compiler, path);
}

/* What pb_fetch() does once it has the packages. */
static int fetch(void)
{
	_cleanup_close_ int lock = -1;

	if (pb_cache_lock(RELEASE, &lock) || kernel_make("new", "2") || pb_cache_put("new", FOLDER))
		return -EIO;
	return pb_file_write("fetched", "", 0);
}

static pid_t started(int (*work)(void))
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	_exit(work() ? 1 : 0);
}

static int build_first(void)
{
	return build("1");
}

static int ended(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void test_fetch_waits_for_a_build(void **state)
{
	pid_t builder, fetcher;

	(void)state;
	assert_int_equal(kernel_make(FOLDER, "1"), 0);
	builder = started(build_first);
	while (!pb_file_exists("before") && waitpid(builder, NULL, WNOHANG) == 0)
		usleep(10000);
	fetcher = started(fetch);
	assert_int_equal(ended(builder), 0);
	assert_int_equal(ended(fetcher), 0);
	/* Opened before that: it is not what lies there now. */
	assert_int_equal(build("1"), -EBADMSG);
	assert_non_null(strstr(pb_fail_message(0), "version 1 by 2"));
	assert_int_equal(build("2"), 0);
}

/* Both find no modules: one builds them, the other one takes them. */
static void test_two_builds(void **state)
{
	pid_t one, two;
	struct stat first, then;

	(void)state;
	assert_int_equal(kernel_make(FOLDER, "1"), 0);
	assert_int_equal(pb_file_write("fetched", "", 0), 0); /* no need to be slow */
	one = started(build_first);
	two = started(build_first);
	assert_int_equal(ended(one), 0);
	assert_int_equal(ended(two), 0);
	assert_int_equal(stat(FOLDER "/modules-0123/x.ko", &first), 0);
	assert_int_equal(build("1"), 0);
	assert_int_equal(stat(FOLDER "/modules-0123/x.ko", &then), 0);
	assert_int_equal(first.st_ino, then.st_ino);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_fetch_waits_for_a_build),
		test(test_two_builds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
