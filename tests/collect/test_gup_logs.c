// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_gup_logs - logs of gup_test as people post them, and what each must become.
 * Why: mail, consoles, shells and other tests stand between a number and whoever reads it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect/formats/gup/gup_test.h"
#include "collect/summary.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/collect/fixture.h"
#include "tests/collect/gup_case.h"

static void test_transport(void **state)
{
	static const char rows[] = "complete\n" ROWS;
	static const struct gup_case cases[] = {
		{ START TIMES, rows },
		{ "\xef\xbb\xbf" START TIMES, rows },
		{ "\n\n  \n" START "\n" TIMES, rows },
		{ "\t" START "\t\t" TIMES, rows },
		{ "==== mm ====\n" START TIMES "==== done ====\n", rows },
		{ "running ./gup_test -u -m 16 -n 512\r" TIMES "[PASS]\r", rows },
		{ "running ./gup_test -u -m 16 -n 512\r\r\nGUP_FAST_BENCHMARK: Time: get:4096 put:2048 "
		  "us\r\r\n",
		  rows },
		/* Mail: quoted-printable with its header or without, cited once and twice. */
		{ "running ./gup_test -u -m 16 -n=\n 512\nGUP_FAST_BENCHMARK: Time: get:40=\n96 put:2048 "
		  "us=20\n",
		  rows },
		{ "running: ./gup_test -u -m 16 -n=\n 512\n" TIMES, rows }, /* no mail's header */
		{ "Subject: [PATCH] mm: =?UTF-8?Q?x?=\nContent-Type: text/plain; boundary=\"=_1\"\n\n"
		  "A =3D B\nrunning ./gup_test -u -m 16 -n 512=20\n=20\n" TIMES,
		  rows },
		{ "> > " START "> > " TIMES, rows },
		{ ">> " START ">> " TIMES, rows },
		{ "> # # running ./gup_test -u -m 16 -n=\r\n 512\r\n> # # " TIMES, rows },
		{ "nr=5 PAGES=512\n" START TIMES, rows },
		{ "running ./gup_test -u -m=\n16\n" TIMES "x=5\n", NULL, "cannot be read" },
		/* Colours, titles, cursor movements, as such and as others write them. */
		{ "\033[32mrunning\033[0m ./gup_test -u -m 16 -n 5\033[1m12\033[m\n\033[K" TIMES,
		  rows },
		{ "\033]0;root@board: ~\a# ./gup_test -u -m 16 -n 512\033(B\n" TIMES, rows },
		{ "^[[32m" START "#033[0m" TIMES, rows },
		{ "# ./gup_test -u -m 16 -n 51\b\b512\n" TIMES, rows },
		{ "~ # gup_test_64 -u -m 16 -n 512\n" TIMES, rows },
		{ "$ ./gup_test-6.1 -u -m 16 -n 512\n" TIMES, rows },
		{ "[   12.3] " START "[   12.4] " TIMES, rows },
		{ "<6>[   12.345678] " START "<4>[   12.345999][  T123] " TIMES, rows },
		{ "[12345.678901][ T1] " START "[12345.678901][   C0] " TIMES, rows },
		{ "[Sun Nov 29 09:00:01 2026] " START "[Sun Nov 29 09:00:02 2026] " TIMES, rows },
		{ "2026-01-02T03:04:05.123456Z " START "2026-01-02T03:04:06+01:00 " TIMES, rows },
		{ "2026-01-02 03:04:05,123 " START "2026-01-02 03:04:06,123 " TIMES, rows },
		{ "[2026-01-02T03:04:05.123Z] " START "[2026-01-02 03:04:06] " TIMES, rows },
		{ "03:04:05 " START "03:04:06.123 " TIMES, rows },
		{ "2026-01-02T03:04:05.123456Z 00O " START "2026-01-02T03:04:06.123456Z 00O+" TIMES,
		  rows },
		{ "Nov 29 09:00:01 board kernel: " START "Nov  9 09:00:02 board vm.sh[12]: " TIMES,
		  rows },
		{ "Nov 29 09:00:01 board sh[1]: [ 12.3] " START
		  "Nov 29 09:00:02 board sh[1]: " TIMES,
		  rows },
		/* A failure is one behind every stamp. */
		{ "Nov 29 09:00:01 b sh[1]: " START "Nov 29 09:00:01 b sh[1]: " TIMES
		  "Nov 29 09:00:02 b sh[1]: [FAIL]\n",
		  "failed\n" ROWS },
		{ "2026-01-02T03:04:05Z 00O " START "2026-01-02T03:04:05Z 00O " TIMES
		  "2026-01-02T03:04:05Z 01E ioctl: Bad address\n",
		  "failed\n" ROWS },
	};

	(void)state;
	CHECK_ALL(cases);
}

/* What cannot be written as a string: NUL bytes, UTF-16. */
static void test_bytes(void **state)
{
	static const char nul[] = "\0\0" START "\0" TIMES;
	static const char within[] = START "GUP_FAST_BENCHMARK: Time: get:40\00096 put:2048 us\n";
	static const char text[] = START TIMES;
	char wide[2 * sizeof(text) + 2] = "\xff\xfe", bare[2 * sizeof(text)] = "";
	const struct gup_case cases[] = {
		{ nul, "complete\n" ROWS, .len = sizeof(nul) - 1 },
		{ within, NULL, "line 2", .len = sizeof(within) - 1 },
		{ wide, "complete\n" ROWS, .len = 2 * sizeof(text) },
		{ bare, "complete\n" ROWS, .len = 2 * sizeof(text) - 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		wide[2 + 2 * i] = text[i];
		bare[2 * i + 1] = text[i];
	}
	CHECK_ALL(cases);
}

#define PIN                      "PIN_FAST_BENCHMARK: Time: get:4096 put:2048 us\n"
#define P(memory, pages, intent) "complete\npin-fast " memory " " pages " 1 " intent " 1000 500\n"

static void test_starts(void **state)
{
	static const struct gup_case cases[] = {
		{ "# ./gup_test -a -m 16 -n 512 -T\n" PIN, P("anon", "512", "write") },
		{ "$ sudo ./gup_test -a -m 16 -n 512 -t\n" PIN, P("thp", "512", "write") },
		{ "root@board:/opt/mm# ./gup_test -a -m16 -n512\n" PIN,
		  P("anon-default", "512", "write") },
		{ "[root@board mm]# ./gup_test -am16 -n 512\n" PIN,
		  P("anon-default", "512", "write") },
		{ "+ ./gup_test -a -m 16 -n 512 -H\n" PIN, P("hugetlb", "512", "write") },
		{ "++ taskset -c 1 /usr/libexec/mm/gup_test -a -m 16 -n 512 -W\n" PIN,
		  P("anon-default", "512", "read") },
		{ "$ cd mm && make gup_test && sudo env A=b nice -n 5 ./gup_test -m 16 -n 512 -a | tee l\n" PIN,
		  P("anon-default", "512", "write") },
		{ "running: gup_test -a -m 16 -n 512 # pin_user_pages_fast() benchmark\n" PIN,
		  P("anon-default", "512", "write") },
		{ "# bash -c './gup_test -a -m 16 -n 512'\n" PIN,
		  P("anon-default", "512", "write") },
		{ "# perf stat -e cycles ./gup_test -a -m 16 -n 512 2>&1\n" PIN,
		  P("anon-default", "512", "write") },
		{ "[RUN] ./gup_test -a -m 16 -n 512\n" PIN, P("anon-default", "512", "write") },
	};

	(void)state;
	CHECK_ALL(cases);
}

static void test_options(void **state)
{
	static const struct gup_case cases[] = {
		/* In every order they mean the same; the memory is what they say together. */
		{ "# ./gup_test -t -S -a -n 512 -m 16\n" PIN, P("shmem-thp", "512", "write") },
		{ "# ./gup_test -S -t -a -n 512 -m 16\n" PIN, P("shmem-thp", "512", "write") },
		{ "# ./gup_test -T -S -a -n 512 -m 16\n" PIN, P("shmem", "512", "write") },
		{ "# ./gup_test -f /tmp/x -a -n 512 -m 16\n" PIN, P("file", "512", "write") },
		{ "# ./gup_test -f /dev/zero -a -n 512 -m 16\n" PIN,
		  P("anon-default", "512", "write") },
		{ "# ./gup_test -W -F 0x1 -a -n 512 -m 16\n" PIN,
		  P("anon-default", "512", "write") },
		{ "# ./gup_test -F 0x10 -a -n 512 -m 16\n" PIN, NULL, "-F 0x10" },
		{ "# ./gup_test -a -r 2 -j 4 -m 16 -n 512\n" PIN PIN PIN PIN PIN PIN PIN PIN,
		  "complete\npin-fast anon-default 512 4 write 1000 500\n" },
		{ "# ./gup_test -a -m 16 -n -1\n" PIN,
		  "complete\npin-fast anon-default 4096 1 write 1000 500\n" },
	};

	(void)state;
	CHECK_ALL(cases);
}

static void test_governed(void **state)
{
	static const struct gup_case cases[] = {
		/* Each start governs what follows it. */
		{ "# ./gup_test -a -m 16 -n 512 -T\n" PIN "# ./gup_test -a -m 16 -n 1 -T\n"
		  "PIN_FAST_BENCHMARK: Time: get:8192 put:4096 us\n",
		  "complete\npin-fast anon 512 1 write 1000 500\npin-fast anon 1 1 write 2000 1000\n" },
		/* The banner and the shell's echo of one start. */
		{ "running ./gup_test -a -m 16 -n 512\n+ ./gup_test -a -m 16 -n 512\n+ tee x.log\n" PIN,
		  P("anon-default", "512", "write") },
		/* What only names the program starts nothing. */
		{ "# ls -l gup_test\n# gcc -o gup_test -O2 gup_test.c\nhere gup_test was slow\n"
		  "# ./gup_test -a -m 16 -n 512\n" PIN,
		  P("anon-default", "512", "write") },
		/* The result behind says how it was started, if nobody did before. */
		{ PIN "ok 1 gup_test -a -m 16 -n 512\n", P("anon-default", "512", "write") },
		/* A start that cannot be understood is no default. */
		{ "# for n in 1 512; do ./gup_test -a -n $n; done\n" PIN, NULL, "'-a -n $n'" },
		{ "# for n in 1 512; do ./gup_test -a -n $n; done\n+ ./gup_test -a -n 512 -m 16\n" PIN,
		  P("anon-default", "512", "write") },
		{ "# ./gup_test -a -m 16; ./gup_test -a -m 32\n" PIN, NULL, "more than once" },
		{ "# ./gup_test -a -n 1k\n" PIN, NULL, "-n '1k'" },
		{ "# ./gup_test -a -Q\n" PIN, NULL, "no option '-Q'" },
		{ "# ./gup_test -a 512\n" PIN, NULL, "'512' is no option" },
		/* Times of another benchmark than the one that was started. */
		{ "# ./gup_test -u -n 512\n" PIN, NULL, "not of what was started in line 1" },
		{ "# ./gup_test -a -m 16 -n 512 > log &\n" PIN "# ./bench.sh\n" PIN,
		  "complete\npin-fast anon-default 512 1 write 1000 500\npin-fast anon-default 1 1 write "
		  "125 62.5\n" },
	};

	(void)state;
	CHECK_ALL(cases);
}

static void test_formats(void **state)
{
	static const struct gup_case cases[] = {
		/* 4.15 to 4.19: the get alone. */
		{ "Time: 32768 us\nTime: 32768 us\n",
		  "complete\nget-fast anon-default 1 1 read 1000 0\n", NULL, "-u" },
		{ "running ./gup_benchmark\n------\nTime: 32768 us\n[PASS]\n",
		  "complete\nget-fast anon-default 1 1 read 1000 0\n" },
		/* gup_benchmark reads unless -w. */
		{ "running gup_benchmark -w\nTime: get:32768 put:16384 us\n",
		  "complete\nget-fast anon-default 1 1 write 1000 500\n" },
		{ "running 'gup_benchmark -U' (normal/slow gup)\nTime: get:32768 put:16384 us\n[PASS]\n",
		  "complete\nget anon-default 1 1 read 1000 500\n" },
		{ "running gup_benchmark -b (pin_user_pages)\nTime: get:32768 put:16384 us\n",
		  "complete\npin anon-default 1 1 read 1000 500\n" },
		{ "running ./gup_benchmark -L -n 8\nTime: get:4096 put:2 us, truncated (size: 32768)\n",
		  "failed\nlongterm anon-default 8 1 read 0 0\n" },
		{ "running ./gup_benchmark -L -n 8\nTime: 32768 us, truncated (size: 4096)\n", NULL,
		  "no multiple of a call's 32768" },
		{ "running gup_benchmark -j 4\nTime: get:1 put:1 us\n", NULL, "no option '-j'" },
		{ "Time: get:32768 put:16384 us\n", NULL, "--args" },
		/* 7.2: the unit twice, gup_bench's labels. */
		{ "# ./gup_test -a -m 16 -n 512\nPIN_FAST_BENCHMARK time: get:4096 us put:2048 us\n",
		  "complete\npin-fast anon-default 512 1 write 1000 500\n" },
		{ "./gup_bench\nPIN_FAST_BENCHMARK (nr_pages=512  read shared hugetlb=off thp=off) time: "
		  "get:32768 put:32768 us\n",
		  "complete\npin-fast shmem 512 1 read 1000 1000\n" },
		/* -z: the first pass faults its pages in, those behind find them. */
		{ "# ./gup_test -z -u -m 16 -n 512\nGUP_FAST_BENCHMARK: Time: get:8192 put:2048 us\n" TIMES
			  TIMES,
		  "complete\nget-fast anon-default 512 1 write 2000 500\n" ROWS },
		{ START "GUP_FAST_BENCHMARK: Time: get:4096 put:2048 us" TIMES, NULL, "line 2" },
		{ START "GUP_FAST_BENCHMARK: Time: get:40[  1.2] usb 1-1: new\n", NULL, "line 2" },
	};

	(void)state;
	CHECK_ALL(cases);
}

static void test_other_tests(void **state)
{
	static const char rows[] = "complete\n" ROWS, failed[] = "failed\n" ROWS;
	static const struct gup_case cases[] = {
		{ "TAP version 13\nnot ok 1 selftests: mm: hugetlb_madvise # exit=1\n# ok 1 uffd poison # "
		  "SKIP feature missing\n# " START "# # " TIMES "ok 2 gup_test -u -m 16 -n 512\n",
		  rows },
		{ "# " START "# # " TIMES
		  "# [PASS]\nok 1 gup_test -u -m 16 -n 512\nnot ok 2 ksm_tests -M # "
		  "exit=1\n1..2\n",
		  rows },
		{ START TIMES "[PASS]\nrunning ./ksm_tests -M\n[SKIP]\n", rows },
		{ START TIMES "[PASS]\nrunning userfaultfd\nioctl: Bad address\n[FAIL]\n", rows },
		{ "running ./cow\n[FAIL]\n" START TIMES "[PASS]\n", rows },
		{ START TIMES "# [PASS]\n# Summary: PASS=1 SKIP=3 FAIL=2\n", rows },
		{ "# selftests: mm: run_vmtests.sh\n# " START "# " TIMES
		  "# [PASS]\n# running ./cow\n# [FAIL]\nnot ok 1 selftests: mm: run_vmtests.sh # exit=1\n",
		  rows },
		{ "# # " TIMES "# ok 1 ioctl status 0\n",
		  "complete\nget-fast anon-default 1 1 write 125 62.5\n" },
		{ START TIMES "$ ./cow\nnot ok 1 - Bail out! mmap: x\n[FAIL]\n", rows },
		{ "not ok 1 selftests: mm: gup_longterm # exit=1\n" START TIMES, rows },
		/* Its own. */
		{ "# " START "# # " TIMES
		  "ok 1 gup_test -u -m 16 -n 512\nnot ok 2 gup_test -a -m 16 -n 512\n",
		  "failed\n" ROWS "pin-fast anon-default 512 1 write 0 0\n" },
		{ "# " START "# # " TIMES
		  "ok 1 gup_test -u -m 16 -n 512\nok 2 gup_test -a # SKIP\n",
		  NULL, "was skipped" },
		{ START TIMES "[FAIL]\nnot ok 1 gup_test -u -m 16 -n 512\n", failed },
		{ START TIMES "# not ok 1 ioctl status 14\n", failed },
		{ START TIMES "GUP_FAST_BENCHMARK ioctl failed: Bad address\n", failed },
		{ START TIMES "Segmentation fault (core dumped)\n", failed },
		{ "# selftests: mm: run_vmtests.sh\n# " START "# " TIMES
		  "not ok 1 selftests: mm: run_vmtests.sh # TIMEOUT 45 seconds\n",
		  failed },
		/* Started, and not a word of it. */
		{ START TIMES "[PASS]\nrunning ./gup_test -a -m 16 -n 512\n",
		  "failed\n" ROWS "pin-fast anon-default 512 1 write 0 0\n" },
		{ START TIMES "[PASS]\nrunning ./gup_test -a -m 16 -n 512\n[PASS]\n",
		  "failed\n" ROWS "pin-fast anon-default 512 1 write 0 0\n" },
		/* Its tests that print no time are no benchmarks. */
		{ START TIMES "[PASS]\nrunning ./gup_test -ct -F 0x10 0 19 0x1000\n[FAIL]\nrunning "
			      "./gup_test -U\n[SKIP]\n",
		  rows },
		{ "running ./mlock2-tests\nTime: 3 us\n[PASS]\n" START TIMES, rows },
	};

	(void)state;
	CHECK_ALL(cases);
}

static void test_page_size(void **state)
{
	static const char rows[] = "complete\npin-fast anon-default 1 1 write 1000 500\n";
	static const char start[] = "# ./gup_test -a -m 128\n";
	static const struct {
		const char *said;
		const char *kernel;
		uint32_t page_bytes;
		uint32_t get_us;
		const char *words; /* NULL: taken */
	} cases[] = {
		{ "# getconf PAGESIZE\n65536\n", NULL, 0, 2048, NULL },
		{ "$ getconf PAGE_SIZE\n[  1.2] 16384\n", "6.1.0-arm64-16k", 0, 8192, NULL },
		{ "PAGE_SIZE: 65536\n", NULL, 0, 2048, NULL },
		{ "page size is 64k\n", NULL, 0, 2048, NULL },
		{ "CONFIG_ARM64_64K_PAGES=y\n", NULL, 0, 2048, NULL },
		{ "CONFIG_PAGE_SIZE_16KB=y\n", NULL, 0, 8192, NULL },
		{ "hugetlb page size: 64 KiB\nHugepagesize: 65536 kB\n", NULL, 0, 32768, NULL },
		{ "detected THP size: 16 KiB\npage size 2097152\n", NULL, 0, 32768, NULL },
		{ "", "6.1.0", 0, 32768, NULL },
		{ "", "6.12.0-64k", 65536, 2048, NULL },
		{ "", "6.1.0-18-arm64", 4096, 32768, NULL },
		{ "", "6.12.0-64k", 0, 2048, "--page-size" },
		{ "", "6.1.0-18-arm64", 0, 2048, "--page-size" },
		{ "", "6.1.0-powerpc64le", 0, 2048, "--page-size" },
		{ "# uname -rm\n6.12.0 aarch64\n", NULL, 0, 2048, "--page-size" },
		{ "Linux board 6.1.0 #1 SMP ppc64le GNU/Linux\n", NULL, 0, 2048, "--page-size" },
		{ "[ 0.0] Linux version 6.1.0 (aarch64-linux-gnu-gcc 12)\n", NULL, 0, 2048,
		  "--page-size" },
		{ "PAGE_SIZE: 65536\n", NULL, 4096, 2048, "the log says 65536" },
		{ "PAGE_SIZE: 65536\nPAGE_SIZE: 4096\n", NULL, 0, 2048, "line 2" },
	};

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(cases); i++) {
		struct pb_gup_options how = { .kernel = cases[i].kernel,
					      .page_bytes = cases[i].page_bytes };
		_cleanup_free_ char *text =
			pb_format("%s%sPIN_FAST_BENCHMARK: Time: get:%u put:%u us\n", cases[i].said,
				  start, cases[i].get_us, cases[i].get_us / 2);
		const struct gup_case one = { text, cases[i].words ? NULL : rows, cases[i].words };

		gup_case_check(&one, i, &how);
	}
}

/* Which lines make a run of their own, and which texts are one and the same. */
static void test_runs(void **state)
{
	static const char two[] = "complete\n" ROWS "complete\n"
				  "get-fast anon-default 512 1 write 2000 500\n";
#define TIMES_B "GUP_FAST_BENCHMARK: Time: get:8192 put:2048 us\n"
	static const struct gup_case cases[] = {
		{ START TIMES START TIMES_B, two },
		{ "\xef\xbb\xbf" START TIMES "\xef\xbb\xbf" START TIMES_B, two },
		{ "TAP version 13\n" START TIMES "TAP version 13\n" START TIMES_B, two },
		{ "[ 0.0] Linux version 6.1.0 (gcc)\n" START TIMES
		  "[ 0.0] Linux version 6.12.0 (gcc)\n" START TIMES_B,
		  two },
		{ "$ uname -r\n6.1.0\n" START TIMES "$ uname -r\n6.12.0\n" START TIMES_B, two },
		{ "Message-ID: <a@b>\n" START TIMES "Message-ID: <c@b>\n" START TIMES_B, two },
		/* Two results of one log are two runs, even where they are equal. */
		{ START TIMES START TIMES, "complete\n" ROWS "complete\n" ROWS },
		{ "---\n" START "---\n" TIMES "---\n" START "---\n" TIMES,
		  "complete\n" ROWS "complete\n" ROWS },
	};
	static const char *const same[] = {
		START TIMES,
		"\xef\xbb\xbf" START TIMES,
		"running ./gup_test -u -m 16 -n 512\r\nGUP_FAST_BENCHMARK: Time: get:4096 put:2048 us\r\n",
		"> " START "> " TIMES,
		"\n" START "  " TIMES "\n\n",
		"\033[1m" START "\033[0m" TIMES,
	};
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	static const struct pb_gup_options pooled = { .one_run = true };
	static const struct gup_case once = { START TIMES START TIMES_B, "complete\n" ROWS };

	(void)state;
	CHECK_ALL(cases);
	gup_case_check(&once, 0, &pooled);
	assert_int_equal(pb_store_open_memory("memory", &store), 0);
	for (size_t i = 0; i < PB_ARRAY_SIZE(same); i++) {
		const struct gup_case one = { same[i], NULL };
		static const struct pb_gup_options how;
		struct pb_import_outcome outcome = { 0 };

		assert_int_equal(gup_case_take(store, &one, &how, &outcome), 0);
		assert_int_equal(fixture_count(store, "SELECT count(*) FROM run"), 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_transport),   cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_starts),      cmocka_unit_test(test_options),
		cmocka_unit_test(test_governed),    cmocka_unit_test(test_formats),
		cmocka_unit_test(test_other_tests), cmocka_unit_test(test_page_size),
		cmocka_unit_test(test_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
