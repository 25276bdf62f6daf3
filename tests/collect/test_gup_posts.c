// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_gup_posts - logs whose numbers would be wrong without a word: each is read right or refused.
 * Why: an option that was lost, a page size that was assumed, a run that was cut look like results.
 */
#include <string.h>

#include "tests/collect/gup_case.h"

#define PIN     "PIN_FAST_BENCHMARK: Time: get:4096 put:2048 us\n"
#define PINNED  "pin-fast anon-default 512 1 write 1000 500\n"
#define DEFAULT "get-fast anon-default 1 1 write 125 62.5\n"
#define TIMES_B "GUP_FAST_BENCHMARK: Time: get:8192 put:2048 us\n"

/* The name alone is no start, and never takes the place of one with options. */
static void test_names(void **state)
{
	static const char rows[] = "complete\n" ROWS;
	static const struct gup_case cases[] = {
		{ START "<LAVA_SIGNAL_STARTTC gup_test>\n" TIMES "<LAVA_SIGNAL_ENDTC gup_test>\n",
		  rows },
		{ START "[RUN] gup_test\n" TIMES, rows },
		{ START "Test: gup_test\n" TIMES, rows },
		{ START "- gup_test\n* ./gup_test\n" TIMES, rows },
		{ START "selftests: mm: gup_test\n" TIMES, rows },
		{ START "<LAVA_SIGNAL_STARTTC gup_test>\n+ ./gup_test\n" TIMES, rows },
		{ "# selftests: mm: gup_test\n# " START "# # " TIMES, rows },
		{ START TIMES "tests that ran:\n - gup_test\n - ./gup_test\n", rows },
		{ START TIMES "[PASS]\n[RUN] gup_test\nTest: ./gup_test\n", rows },
		{ START TIMES "Performance counter stats for './gup_test' (5 runs):\n", rows },
		{ "Killed process 123 (gup_test) total-vm:1kB\n" START TIMES, rows },
		/* Whose are these? */
		{ START TIMES "[RUN] gup_test\n" TIMES_B, NULL, "line 3 names gup_test again" },
		{ START TIMES "<LAVA_SIGNAL_STARTTC gup_test>\n" TIMES_B, NULL, "--args" },
		/* With a proof it is a start. */
		{ START TIMES "user@board:~$ ./gup_test\n" TIMES, "complete\n" ROWS DEFAULT },
		{ "# ./gup_test\n" TIMES, "complete\n" DEFAULT },
		{ "+ gup_test\n" TIMES, "complete\n" DEFAULT },
		{ "running gup_test\n" TIMES "[FAIL]\n", "failed\n" DEFAULT },
		{ "running ./gup_test\n", "failed\nget-fast anon-default 1 1 write 0 0\n" },
		/* And where its times are of another benchmark, it had options. */
		{ "$ ./gup_test\n" PIN, NULL, "line 1 starts gup_test without options" },
		{ "# selftests: mm: gup_test\n# # " PIN, NULL, "--args" },
		{ "# selftests: mm: gup_test\n# # " PIN, "complete\n" PINNED, NULL,
		  "-a -m 16 -n 512" },
	};

	(void)state;
	CHECK_ALL(cases);
}

/* Prompts of every host and folder; words that stand for options. */
static void test_commands(void **state)
{
	static const char rows[] = "complete\n" PINNED;
	static const struct gup_case cases[] = {
		{ "user@man:~$ ./gup_test -a -m 16 -n 512\n" PIN, rows },
		{ "git ~ # ./gup_test -a -m 16 -n 512\n" PIN, rows },
		{ "head git # sudo -u man ./gup_test -a -m 16 -n 512\n" PIN, rows },
		{ "[root@cat make]# ./gup_test -a -m 16 -n 512\n" PIN, rows },
		{ "find% ./gup_test -a -m 16 -n 512\n" PIN, rows },
		{ "$ ssh head ./gup_test -a -m 16 -n 512\n" PIN, rows },
		{ "$ adb shell /data/local/tmp/gup_test -a -m 16 -n 512\n" PIN, rows },
		{ "$ sudo chroot /mnt /root/gup_test -a -m 16 -n 512\n" PIN, rows },
		{ "$ docker exec git ./gup_test -a -m 16 -n 512\n" PIN, rows },
		{ "# perf stat -e cycles -r 3 ./gup_test -a -m 16 -n 512\n" PIN PIN PIN
		  " Performance counter stats for './gup_test -a -m 16 -n 512' (3 runs):\n",
		  rows },
		{ "```console\n$ ./gup_test -a -m 16 -n 512\n" PIN "```\n", rows },
		{ "I ran `./gup_test -a -m 16 -n 512`:\n" PIN, rows },
		{ "$ ./gup-test -a -m 16 -n 512\n" PIN, rows },
		{ "$ ./gup_test.static -a -m 16 -n 512\n" PIN, rows },
		{ "$ ./gup_test_patched -a -m 16 -n 512\n" PIN, rows },
		/* Options that are not there. */
		{ "$ ./gup_test $ARGS\n" PIN, NULL, "line 1: '$ARGS' stands for options" },
		{ "$ ./gup_test $ARGS\n" PIN, rows, NULL, "-a -m 16 -n 512" },
		{ "$ ./gup_test \"$@\"\n" PIN, NULL, "--args" },
		{ "$ ./gup_test `cat args`\n" PIN, NULL, "--args" },
		{ "$ ./gup_test $(cat args)\n" PIN, NULL, "--args" },
		{ "$ ./gup_test <args>\n" PIN, NULL, "--args" },
		{ "$ ./gup_test -a -n {1,512}\n" PIN, NULL, "--args" },
		{ "$ ./gup_test -a ...\n" PIN, NULL, "--args" },
		{ "$ ./gup_test -a -m 16 \\\n> -n 512\n" PIN, NULL, "--args" },
		{ "$ echo -a -n 512 | xargs ./gup_test\n" PIN, NULL, "--args" },
		{ "$ ./gup-test $OPTS\n" PIN, NULL, "--args" },
		/* Wrapped by a mail or a terminal. */
		{ "> $ ./gup_test -a -m 16\n> -n 512\n> " PIN, NULL,
		  "rest of the options in line 1" },
		{ "$ ./gup_test -a -m 16 -n 5\n12\n" PIN, NULL, "join the two lines" },
		{ "$ ./gup_test -a -m 16 -n 512\nPIN_FAST_BENCHMARK: Time:\nget:4096 put:2048 us\n",
		  NULL, "line 2" },
		{ "$ ./gup_test -a -m 16 -n 512\nget:4096 put:2048 us\n", NULL, "line 2" },
	};

	(void)state;
	CHECK_ALL(cases);
}

/* Fewer times than a start prints, and all the words of those that were ended. */
static void test_cut(void **state)
{
	static const char failed[] = "failed\n" ROWS, whole[] = "complete\n" ROWS;
	static const struct gup_case cases[] = {
		{ "$ ./gup_test -u -m 16 -n 512 -r 3\n" TIMES TIMES, failed },
		{ "$ ./gup_test -u -m 16 -n 512 -r 3\n" TIMES TIMES TIMES, whole },
		{ "$ ./gup_test -u -m 16 -n 512 -r 3\n" TIMES TIMES TIMES TIMES, failed },
		{ "$ ./gup_test -u -m 16 -n 512 -r 2 -j 2\n" TIMES TIMES TIMES,
		  "failed\nget-fast anon-default 512 2 write 1000 500\n" },
		{ TIMES, failed, NULL, "-u -m 16 -n 512 -r 2" },
		{ START TIMES "Alarm clock\n", failed },
		{ START TIMES "Hangup\n", failed },
		{ START TIMES "Trace/breakpoint trap (core dumped)\n", failed },
		{ START TIMES "Terminated\n", failed },
		{ START TIMES "./run.sh: line 120: 4567 Alarm clock             $@\n", failed },
		{ START TIMES "zsh: killed     ./gup_test -u -m 16 -n 512\n", failed },
		{ START TIMES "./run.sh: line 3:  1234 Killed       ./gup_test -u -m 16 -n 512\n",
		  failed },
		{ START TIMES "[1]+  Terminated              ./gup_test -u -m 16 -n 512\n",
		  failed },
		{ START TIMES "[1]+  Exit 14                 ./gup_test -u -m 16 -n 512\n",
		  failed },
		{ START TIMES "timeout: sending signal TERM to command './gup_test'\n", failed },
		{ START TIMES "Command terminated by signal 9\n", failed },
		{ START TIMES "Command exited with non-zero status 14\n", failed },
		{ START TIMES "lava-test-shell timed out after 600 seconds\n", failed },
		{ START TIMES "not ok 1 gup_test # TIMEOUT 45 seconds\n", failed },
		{ START TIMES "[ 12.3] gup_test[123]: segfault at 0 ip 0 sp 0 error 4\n", failed },
		{ START TIMES "traps: gup_test[123] general protection fault ip:0\n", failed },
		{ START TIMES "Out of memory: Killed process 123 (gup_test) total-vm:1kB\n",
		  failed },
		{ START TIMES "INFO: task gup_test:123 blocked for more than 120 seconds.\n",
		  failed },
		{ START TIMES "[PASS]\n<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=gup_test RESULT=fail>\n",
		  failed },
		{ START TIMES "[PASS]\nnot ok 1 selftests: mm: gup_test # exit=1\n", failed },
		/* Another's end. */
		{ START TIMES "[ 12.3] stress[77]: segfault at 0 ip 0 sp 0 error 4\n", whole },
		{ START TIMES "Out of memory: Killed process 77 (stress) total-vm:1kB\n", whole },
		{ START TIMES "[1]+  Done                    ./gup_test -u -m 16 -n 512\n", whole },
		{ START TIMES "# exit\nlogout\nConnection to board closed.\n", whole },
		{ START TIMES "exit status 0\n", whole },
	};

	(void)state;
	CHECK_ALL(cases);
}

/* A result without a name: by its number it is gup_test's own, its runner's, or another test's. */
static void test_numbers(void **state)
{
	static const char failed[] = "failed\n" ROWS, whole[] = "complete\n" ROWS;
	static const struct gup_case cases[] = {
		{ START TIMES "not ok 5\n", whole },
		{ START "TAP version 13\n1..1\n# " TIMES "ok 1 ioctl status 0\nnot ok 5 # exit=1\n",
		  whole },
		{ START "TAP version 13\n1..1\n# " TIMES "ok 1\nnot ok 1\n", whole },
		{ START "TAP version 13\n1..1\n# " TIMES "1..9\nnot ok 2\n", whole },
		{ START "TAP version 13\n1..1\n# " TIMES "not ok 1\n", failed },
		{ START TIMES "not ok 1\n", failed },
		{ START TIMES "not ok\n", failed },
		{ "1..9\nok 3\nok 4\n" START TIMES "not ok 5\n", failed },
		{ "1..9\nok 3\nok 4\n" START TIMES "ok 5\nnot ok 6\n", whole },
		{ "# ./gup_test -u -m 16 -n 512 -j 2\n1..2\n" TIMES TIMES "ok 1\nnot ok 2\n",
		  "failed\nget-fast anon-default 512 2 write 1000 500\n" },
	};

	(void)state;
	CHECK_ALL(cases);
}

/* The page size and what makes it doubtful, wherever the log says it. */
static void test_pages(void **state)
{
#define AT_64K "$ ./gup_test -a -m 128\nPIN_FAST_BENCHMARK: Time: get:2048 put:1024 us\n"
#define ROW    "pin-fast anon-default 1 1 write 1000 500\n"
	static const char rows[] = "complete\n" ROW, ask[] = "--page-size";
	static const struct gup_case cases[] = {
		{ AT_64K "$ getconf PAGESIZE\n65536\n", rows },
		{ AT_64K "# uname -rm\n6.12.0 aarch64\n# getconf PAGESIZE\n65536\n", rows },
		{ AT_64K "$ uname -r; getconf PAGESIZE\n6.12.0\n65536\n", rows },
		{ AT_64K AT_64K "PAGE_SIZE=65536\n", "complete\n" ROW "complete\n" ROW },
		{ AT_64K "$ getconf PAGESIZE\n65536\n" AT_64K, "complete\n" ROW "complete\n" ROW },
		{ AT_64K "Page size (kB): 64\n", rows },
		{ AT_64K "PAGESIZE                           65536\n", rows },
		{ AT_64K "CONFIG_ARM64_PAGE_SHIFT=16\n", rows },
		{ "$ python3 -c 'import resource; print(resource.getpagesize())'\n65536\n" AT_64K,
		  rows },
		{ "CONFIG_HAVE_PAGE_SIZE_4KB=y\nCONFIG_PAGE_SIZE_64KB=y\n" AT_64K, rows },
		{ "$ uname -m\naarch64\n" AT_64K, NULL, ask },
		{ AT_64K "$ uname -m\nppc64le\n", NULL, ask },
		{ "ppc64le\n" AT_64K, NULL, ask },
		{ "Kernel: 6.12.0-64k\n" AT_64K, NULL, ask },
		{ "arch: arm64\n" AT_64K, NULL, ask },
		{ "Architecture:        aarch64\n" AT_64K, NULL, ask },
		{ "Kernel: 6.6.0-12-pseries\n" AT_64K, NULL, ask },
		{ "Kernel: 6.8.1-400.asahi.fc40\n" AT_64K, NULL, ask },
		{ "Kernel: 6.12.25+rpt-rpi-2712\n" AT_64K, NULL, ask },
		{ "Hi, this is on an Ampere Altra with 64K pages.\n" AT_64K, NULL, ask },
		{ "I booted 6.12.0-64k and ran it.\n" AT_64K, NULL, ask },
		{ "arch: arm64\nTAP version 13\n" AT_64K "TAP version 13\n" AT_64K, NULL, ask },
		{ "$ getconf PAGESIZE\n65536\n" AT_64K "Message-ID: <a@b>\n" AT_64K, NULL, ask },
		{ "$ uname -r\n6.12.0\n$ getconf PAGESIZE\n65536\n" AT_64K
		  "$ uname -r\n6.13.0\n" AT_64K,
		  NULL, ask },
	};
	/* Words of another machine, where this one's are known. */
	static const struct gup_case usual[] = {
		{ "$ uname -m\nx86_64\n" START TIMES "built for arm64, too\n", "complete\n" ROWS },
		{ START TIMES "[PASS]\nok 7 selftests: arm64: ptrace\n", "complete\n" ROWS },
		{ START TIMES "[PASS]\n# 64 KiB huge pages\n", "complete\n" ROWS },
	};

	(void)state;
	CHECK_ALL(cases);
	CHECK_ALL(usual);
}

/* What a log is kept in. */
static void test_containers(void **state)
{
#define ENTRY(level, text) \
	"- {\"dt\": \"2026-01-02T03:04:05.678\", \"lvl\": \"" level "\", \"msg\": \"" text "\"}\n"
	static const char rows[] = "complete\n" ROWS;
	static const char utf32[] = "\xff\xfe\0\0r\0\0\0u\0\0\0n\0\0\0\n\0\0\0";
	static const struct gup_case cases[] = {
		{ ENTRY("info", "start: 3 lava-test-shell (timeout 00:10:00)")
			  ENTRY("target", "\\e[0mroot@b:~# ./gup_test -u -m 16 -n 512\\r") ENTRY(
				  "target", "GUP_FAST_BENCHMARK: Time: get:4096 put:2048 us\\r"),
		  rows },
		{ "- {dt: '2026-01-02T03:04:05', lvl: target, msg: '# ./gup_test -u -m 16 -n 512'}\n"
		  "- {dt: '2026-01-02T03:04:05', lvl: results, msg: {case: x, result: fail}}\n"
		  "- {dt: '2026-01-02T03:04:05', lvl: target, msg: 'GUP_FAST_BENCHMARK: Time: get:4096 "
		  "put:2048 us'}\n",
		  rows },
		{ ENTRY("target", "# ./gup_test -u -m 16 -n 512\\\\\\\"") ENTRY("target", "x"),
		  NULL },
		{ ENTRY("target", "running ./gup_test -u -m 16 -n 512")
			  ENTRY("target", "GUP_FAST_BENCHMARK: Time: get:4096 put:2048 us")
				  ENTRY("error", "lava-test-shell timed out after 600 seconds"),
		  "failed\n" ROWS },
		{ ENTRY("target",
			"running ./gup_test -u -m 16 -n 512") "- {\"dt\": \"2026\", \"lvl\": \"target\", \"msg\": \"GUP_FAST_BENCHMARK: Ti\n",
		  NULL, "line 2: an entry of LAVA's YAML" },
		{ ENTRY("target", "bad \\q"), NULL, "line 1: an entry" },
		{ utf32, NULL, "UTF-32", .len = sizeof(utf32) - 1 },
	};

	(void)state;
	CHECK_ALL(cases);
}

/* Several kernels in one text, told apart by nothing but their headings. */
static void test_headings(void **state)
{
	static const char two[] = "complete\n" ROWS "complete\n"
				  "get-fast anon-default 512 1 write 2000 500\n";
	static const char bare[] = "complete\n" DEFAULT "complete\n"
				   "get-fast anon-default 1 1 write 250 62.5\n";
	static const struct gup_case cases[] = {
		{ START "Before:\n" TIMES "After the patch:\n" TIMES_B, two },
		{ "> == v6.1 ==\n> " START "> " TIMES "> == v6.12 ==\n> " TIMES_B, two },
		{ "6.1:\n" TIMES "\n6.12-rc1:\n" TIMES_B, bare },
		{ "**vanilla**\n```\n" TIMES "```\n**patched**\n```\n" TIMES_B "```\n", bare },
		{ START TIMES "done:\n" TIMES, "complete\n" ROWS },
	};

	(void)state;
	CHECK_ALL(cases);
}

/* What stands before each line: one source's is passed over, two are never one result. */
static void test_prefixes(void **state)
{
	static const struct gup_case cases[] = {
		{ "gup_1  | " START "gup_1  | " TIMES "gup_1  | [FAIL]\n", "failed\n" ROWS },
		{ "INFO  gup:run.py:12 " START "INFO  gup:run.py:13 " TIMES
		  "INFO  gup:run.py:14 ioctl: Bad address\n",
		  "failed\n" ROWS },
		{ START "Run 1: " TIMES "Run 2: " TIMES, "complete\n" ROWS },
		{ "$ ./gup_test -a -m 16 -n 512 -r 2 | grep -n Time\n1:" PIN "2:" PIN,
		  "complete\n" PINNED },
		{ "6.1.log:" TIMES "6.12.log:" TIMES_B, NULL, "two sources" },
		{ "base.log:" TIMES "patched.log:" TIMES_B, NULL, "two sources" },
		{ "6.1: " TIMES "6.12: " TIMES_B, NULL, "'6.1: ' before those in line 1" },
		{ " " START "-" TIMES "+" TIMES_B, NULL, "a line of a diff" },
		/* Options in words. */
		{ "Running gup_test with -u -m 16 -n 512 gives:\n" TIMES, NULL, "line 1 names" },
		{ "subprocess.run(['./gup_test', '-u', '-n', '512'])\n" TIMES, NULL, "--args" },
		{ "gup_test (-u -m 16 -n 512):\n" TIMES, "complete\n" ROWS, NULL,
		  "-u -m 16 -n 512" },
		{ "gcc -O2 gup_test.c -o gup_test\n" TIMES, "complete\n" DEFAULT },
	};

	(void)state;
	CHECK_ALL(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),    cmocka_unit_test(test_commands),
		cmocka_unit_test(test_cut),      cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_pages),    cmocka_unit_test(test_containers),
		cmocka_unit_test(test_headings), cmocka_unit_test(test_prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
