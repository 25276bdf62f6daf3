// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_backend - the syscall backend on the kernel that runs, for a few seconds.
 * Why: a number is worth its identity: pins counted by the kernel, refusals with their reasons.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/backends/backend.h"
#include "bench/backends/syscall/identity.h"
#include "bench/backends/syscall/process.h"
#include "bench/users/gup_path.h"
#include "common/err.h"
#include "common/progress.h"
#include "common/str.h"

enum { NR_SAMPLES = 2, MOST_CELLS = 16 };

/* What a run said of a cell. */
struct ending {
	enum pb_cell_state state;
	int error;
	char reason[512];
	bool has_symbol;
	double acquire, harness; /* the first value; NaN: there is none */
	double pins_acquired, pins_released;
};

struct log {
	size_t nr;
	struct ending endings[MOST_CELLS];
};

static double first_of(const struct pb_cell_result *result, const char *phase, const char *metric)
{
	for (size_t i = 0; i < result->nr_series; i++)
		if (pb_streq(result->series[i].phase, phase) &&
		    pb_streq(result->series[i].metric, metric))
			return result->series[i].values[0];
	return NAN;
}

static int on_ended(void *data, const struct pb_cell_result *result)
{
	struct log *log = data;
	struct ending *ending = &log->endings[result->cell.index];

	/* In whatever order, but each once. */
	if (ending->state != PB_CELL_NONE)
		return -EINVAL;
	log->nr++;
	ending->state = result->state;
	ending->error = result->error;
	snprintf(ending->reason, sizeof(ending->reason), "%s",
		 result->reason ? result->reason : "");
	ending->has_symbol = result->symbol && *result->symbol;
	ending->acquire = first_of(result, "acquire", "ns");
	ending->harness = first_of(result, "harness", "ns");
	ending->pins_acquired = first_of(result, "events", "pins-acquired");
	ending->pins_released = first_of(result, "events", "pins-released");
	return 0;
}

static int run_cells(const char *const *strategies, size_t nr, uint64_t nr_pages,
		     const volatile bool *interrupt, struct log *log)
{
	static const struct pb_record_sink sink = { .cell_ended = on_ended };
	struct pb_cell cells[MOST_CELLS] = { 0 };
	struct pb_backend_request request = {
		.cells = cells, .nr_cells = nr, .cell_limit_s = 30, .interrupt = interrupt
	};

	for (size_t i = 0; i < nr; i++) {
		cells[i] = (struct pb_cell){ .index = (uint32_t)i,
					     .memory = PB_MEMORY_anon,
					     .nr_pages = nr_pages,
					     .nr_threads = 1,
					     .sharing = PB_SHARING_PRIVATE,
					     .load = PB_LOAD_none,
					     .nr_samples = NR_SAMPLES,
					     .nr_warmup = 1 };
		snprintf(cells[i].strategy, sizeof(cells[i].strategy), "%s", strategies[i]);
	}
	memset(log, 0, sizeof(*log));
	return pb_backend_syscall.run(&request, &sink, log);
}

static const char *const all[] = {
#define PB_STRATEGY(id, ident, name, floor, family, symbols, summary) name,
#include "kmods/uapi/strategies.def"
#undef PB_STRATEGY
};

static void test_all(void **state)
{
	struct log log;
	size_t nr_measured = 0;

	(void)state;
	assert_int_equal(run_cells(all, PB_ARRAY_SIZE(all), 16, NULL, &log), 0);
	assert_int_equal(log.nr, PB_ARRAY_SIZE(all));
	for (size_t i = 0; i < log.nr; i++) {
		const struct ending *ending = &log.endings[i];

		print_message("%-14s %s %s\n", all[i], pb_cell_state_name(ending->state),
			      ending->reason);
		assert_true(ending->state == PB_CELL_MEASURED || ending->state == PB_CELL_REFUSED);
		nr_measured += ending->state == PB_CELL_MEASURED;
		if (ending->state == PB_CELL_REFUSED) {
			assert_true(strlen(ending->reason) > 10 && ending->error);
			assert_true(isnan(ending->acquire));
		} else {
			assert_true(ending->has_symbol);
			assert_true(ending->acquire > 0 && ending->harness > 0);
			/*
			 * A guest's way in and out is long, and may be disturbed by more than this.
			 */
			if (!pb_streq(all[i], "odp"))
				assert_true(ending->acquire > ending->harness);
		}
	}
	/* getppid and /proc/self/mem are everyone's. */
	assert_true(nr_measured >= 2);
}

static void test_identity(void **state)
{
	static const char *const names[] = { "get", "get-fast", "pin", "longterm-fast", "follow" };
	static const double pins[] = { 0, 0, 16, 16, 0 };
	struct pb_pins now;
	struct log log;

	(void)state;
	if (pb_pins_read(&now)) {
		print_message("skipped: %s\n", pb_fail_message(-EPERM));
		skip();
	}
	assert_int_equal(run_cells(names, PB_ARRAY_SIZE(names), 16, NULL, &log), 0);
	for (size_t i = 0; i < log.nr; i++) {
		if (log.endings[i].state == PB_CELL_REFUSED) {
			print_message("%s: %s\n", names[i], log.endings[i].reason);
			continue;
		}
		assert_true(log.endings[i].pins_acquired == pins[i]);
		assert_true(log.endings[i].pins_released == pins[i]);
	}
}

/* vmsplice has always been fast, /proc/self/mem always slow. */
static void check_path(const struct pb_user *consumer, enum pb_gup_path want)
{
	char *page = (char *)aligned_alloc(4096, 4096);
	struct pb_use use = { .buffers = { page, page }, .nr_pages = 1, .page_bytes = 4096 };
	enum pb_gup_path path;

	assert_non_null(page);
	memset(page, 1, 4096);
	assert_int_equal(consumer->open(&use), 0);
	path = pb_gup_path_of(consumer->acquire, consumer->release, &use);
	consumer->close(&use);
	free(page);
	if (path == PB_GUP_UNKNOWN) {
		print_message("skipped: page flags are not shown to this user\n");
		skip();
	}
	assert_int_equal(path, want);
}

static void test_path(void **state)
{
	(void)state;
	check_path(&pb_user_vmsplice, PB_GUP_FAST);
	check_path(&pb_user_proc_mem, PB_GUP_SLOW);
}

static void test_interrupt(void **state)
{
	static const char *const names[] = { "noop", "pin", "ref" };
	const volatile bool interrupt = true;
	struct log log;

	(void)state;
	assert_int_equal(run_cells(names, 3, 1, &interrupt, &log), -EINTR);
	assert_int_equal(log.nr, 3);
	assert_int_equal(log.endings[0].state, PB_CELL_MISSING);
	assert_int_equal(log.endings[1].state, PB_CELL_MISSING);
	assert_int_equal(log.endings[2].state, PB_CELL_REFUSED); /* that was known before */
}

static void test_requests(void **state)
{
	static const struct pb_record_sink sink = { 0 };
	struct pb_backend_request request = { .kernel = "debian:6.1" };

	(void)state;
	assert_int_equal(pb_backend_syscall.run(&request, &sink, NULL), -EINVAL);
	assert_non_null(strstr(pb_fail_message(-EINVAL), "'debian:6.1'"));
	request = (struct pb_backend_request){ .inject = 1 };
	assert_int_equal(pb_backend_syscall.run(&request, &sink, NULL), -EINVAL);
	request = (struct pb_backend_request){ .profile = true };
	assert_int_equal(pb_backend_syscall.run(&request, &sink, NULL), -EINVAL);
}

static int filter_install(long nr, uint32_t deed)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, deed),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { PB_ARRAY_SIZE(filter), filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) ? -errno : 0;
}

/*
 * In a child, since a filter stays: 0 if the one cell was refused with these words, 77: no seccomp.
 */
static int filtered_run(const char *strategy, long nr, uint32_t deed, const char *words)
{
	const char *names[] = { strategy, "noop" };
	struct log log;

	if (filter_install(nr, deed))
		return 77;
	if (run_cells(names, 2, 1, NULL, &log) || log.nr != 2)
		return 1;
	if (log.endings[0].state != PB_CELL_REFUSED || !strstr(log.endings[0].reason, words)) {
		fprintf(stderr, "%s: %s\n", strategy, log.endings[0].reason);
		return 2;
	}
	/* The others are measured all the same. */
	return log.endings[1].state == PB_CELL_MEASURED ? 0 : 3;
}

static void check_filter(const char *strategy, long nr, uint32_t deed, const char *words)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(filtered_run(strategy, nr, deed, words));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		print_message("skipped: this kernel lets no seccomp filter be set\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_seccomp(void **state)
{
	(void)state;
	check_filter("pin", SYS_process_vm_readv, SECCOMP_RET_KILL_PROCESS, "seccomp");
	check_filter("pin", SYS_process_vm_readv, SECCOMP_RET_ERRNO | EPERM, "seccomp");
	check_filter("longterm-fast", SYS_io_uring_setup, SECCOMP_RET_ERRNO | ENOSYS, "io_uring");
	check_filter("follow", SYS_move_pages, SECCOMP_RET_ERRNO | EPERM, "seccomp");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),       cmocka_unit_test(test_identity),
		cmocka_unit_test(test_interrupt), cmocka_unit_test(test_requests),
		cmocka_unit_test(test_seccomp),   cmocka_unit_test(test_path),
	};

#if defined(__SANITIZE_ADDRESS__)
	/* It replaces mlock() by nothing, which memory is drained with: fresh pages stay in
	 * batches. */
	puts("skipped: AddressSanitizer takes mlock() away, without which no memory is ready");
	return 77;
#endif
	pb_process_enter(argc, argv);
	pb_progress_quiet(true);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
