// SPDX-License-Identifier: GPL-2.0-only
/*
 * kfuzz - a fuzzer of kmods/uapi/pinbench.h: random requests of several processes, which are
 * killed. Why: the device is root's, and yet no request, in whatever order and company, may hurt
 * the kernel. Runs in a guest where the modules are loaded. The kernel's command line says how:
 *   kfuzz.seed=N     where chance begins (1)
 *   kfuzz.seconds=N  how long (60)
 *   kfuzz.requests=N and yet no longer than until so many requests were made (no limit)
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/guest/kfuzz/kfuzz.h"
#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"

enum { STEP_MS = 10, SLACK_PAGES = 16384, UNLOAD_TRIES = 100 };

static uint64_t option(const char *name, uint64_t otherwise)
{
	char line[4096] = "";
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	char *at;

	if (fd < 0 || read(fd, line, sizeof(line) - 1) < 0)
		tap_bail("cannot read the kernel's command line");
	close(fd);
	at = strstr(line, name);
	return at ? strtoull(at + strlen(name), NULL, 0) : otherwise;
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void broken(struct tally *tally, const char *format, ...)
{
	va_list args;

	if (atomic_fetch_add(&tally->nr_broken, 1))
		return;
	va_start(args, format);
	vsnprintf(tally->broken, sizeof(tally->broken), format, args);
	va_end(args);
}

static uint64_t tally_sum(const struct tally *tally)
{
	uint64_t sum = 0;

	for (int i = 0; i < NR_KINDS; i++)
		sum += atomic_load(&tally->done[i]) + atomic_load(&tally->refused[i]);
	return sum;
}

static pid_t process_start(struct tally *tally, struct chance *chance)
{
	uint64_t seed = chance_next(chance);
	pid_t pid = fork();

	if (pid)
		return pid; /* -1: tried again in the next step */
	/* Who is out of memory takes one of these, and never who looks after them. */
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "1000", 4) != 4)
		_exit(2);
	close(fd);
	process_main(tally, seed);
}

/* Workers' orphans come here, too. Returns whether somebody was there. */
static bool reap(pid_t *pids, int flags)
{
	pid_t pid = waitpid(-1, NULL, flags);

	for (int i = 0; i < NR_PROCESSES; i++)
		if (pid > 0 && pids[i] == pid)
			pids[i] = 0;
	return pid > 0;
}

/* Returns how many were killed. */
static unsigned int fuzz(struct tally *tally, struct chance *chance, uint64_t deadline_ms,
			 uint64_t nr_requests)
{
	const struct timespec pause = { .tv_nsec = STEP_MS * 1000000L };
	pid_t pids[NR_PROCESSES] = { 0 };
	unsigned int nr_killed = 0;

	while (now_ms() < deadline_ms && tally_sum(tally) < nr_requests && !splat_count()) {
		for (int i = 0; i < NR_PROCESSES; i++)
			if (pids[i] <= 0)
				pids[i] = process_start(tally, chance);
		nanosleep(&pause, NULL);
		while (reap(pids, WNOHANG))
			;
		churn_step(chance);
		if (chance_one_in(chance, 24)) {
			pid_t victim = pids[chance_below(chance, NR_PROCESSES)];

			nr_killed += victim > 0 && !kill(victim, SIGKILL);
		}
	}
	for (int i = 0; i < NR_PROCESSES; i++)
		if (pids[i] > 0)
			kill(pids[i], SIGKILL);
	while (reap(pids, 0))
		;
	return nr_killed;
}

static void tally_print(const struct tally *tally)
{
	for (int i = 0; i < NR_KINDS; i++)
		printf("# %-14s %10llu granted %10llu refused\n", kind_names[i],
		       atomic_load(&tally->done[i]), atomic_load(&tally->refused[i]));
}

/* A fuzzer that reaches nothing finds nothing. */
static void test_reach(const struct tally *tally)
{
	for (int i = 0; i < KIND_OTHER; i++)
		tap_ok(atomic_load(&tally->done[i]) && atomic_load(&tally->refused[i]),
		       "%s was granted and refused", kind_names[i]);
	tap_ok(!atomic_load(&tally->done[KIND_OTHER]), "no other number was granted");
}

static void test_unload(void)
{
	char module[64];

	for (const struct strategy_row *row = strategy_rows; row->id; row++) {
		int ret;

		snprintf(module, sizeof(module), "pinbench_%s", row->ident);
		ret = module_delete(module);
		if (ret != ENOENT) /* this kernel does not have it */
			tap_errno(ret, 0, "%s is unloaded: nothing is held", module);
	}
	tap_errno(module_delete("pinbench"), 0, "pinbench is unloaded: no file is open");
}

int main(int argc, char **argv)
{
	uint64_t seed, seconds, nr_requests, free_before, free_after, begun = now_ms();
	unsigned int nr_killed;
	struct chance chance;
	struct tally *tally;

	if (argc > 1 && !strcmp(argv[1], "exit")) /* process.c executes us to leave an mm */
		return 0;
	seed = option("kfuzz.seed=", 1);
	seconds = option("kfuzz.seconds=", 60);
	nr_requests = option("kfuzz.requests=", UINT64_MAX);
	printf("# kfuzz: seed %" PRIu64 ", %" PRIu64 " s\n", seed, seconds);
	fflush(stdout);
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (tally == MAP_FAILED || prctl(PR_SET_CHILD_SUBREAPER, 1))
		tap_bail("cannot begin");
	chance.state = seed;
	splat_begin();
	churn_begin();
	churn_end();
	free_before = memory_free_pages();
	churn_begin();
	nr_killed = fuzz(tally, &chance, begun + seconds * 1000, nr_requests);
	churn_end();

	tally_print(tally);
	test_reach(tally);
	tap_ok(!atomic_load(&tally->nr_broken), "no promise was broken%s%s",
	       *tally->broken ? ": " : "", tally->broken);
	tap_ok(pins_balanced(), "nothing stays pinned");
	test_unload();
	free_after = memory_free_pages();
	printf("# free pages: %" PRIu64 " before, %" PRIu64 " after\n", free_before, free_after);
	tap_ok(free_after + SLACK_PAGES >= free_before, "memory came back");
	tap_ok(!splat_leaks(), "no memory of the kernel's leaked");
	tap_ok(!splat_count(), "the kernel logged no splat");
	printf("# kfuzz: %" PRIu64
	       " requests, %llu with a failing allocation, %u kills, %u splats, "
	       "%" PRIu64 " s\n",
	       tally_sum(tally), atomic_load(&tally->injected), nr_killed, splat_count(),
	       (now_ms() - begun) / 1000);
	return tap_done();
}
