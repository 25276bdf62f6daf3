// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_accel - who executes a guest: its flags, its evidence, its CPUs, and what is said no to.
 * Why: what one way counts the other only times; neither may pass for the other.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/backends/vm/bind.h"
#include "bench/backends/vm/machine.h"
#include "bench/backends/vm/vm.h"
#include "bench/run/series.h"
#include "common/err.h"
#include "common/file.h"
#include "common/proc.h"
#include "common/str.h"

static char *tmp;

/* main.c's, which tests are not linked with. */
int pb_command_failed(int code)
{
	print_message("%s\n", pb_fail_message(code));
	return PB_EXIT_ERROR;
}

static int tmp_make(void **state)
{
	(void)state;
	tmp = strdup("/tmp/pinbench-test.XXXXXX");
	return tmp && mkdtemp(tmp) ? 0 : -1;
}

static int tmp_remove(void **state)
{
	int ret = pb_tree_remove(tmp);

	(void)state;
	free(tmp);
	return ret;
}

static void assert_says(int code, int expected, const char *words)
{
	assert_int_equal(code, expected);
	if (!strstr(pb_fail_message(code), words))
		fail_msg("'%s' does not say '%s'", pb_fail_message(code), words);
}

static void a_word_chooses_a_backend(void **state)
{
	const struct pb_backend *backend = NULL;

	(void)state;
	assert_int_equal(pb_accel_backend("tcg", &backend), 0);
	assert_ptr_equal(backend, &pb_backend_vm);
	assert_int_equal(backend->evidence, pb_accel_tcg.evidence);
	assert_int_equal(backend->evidence, PB_EVIDENCE_EXACT);
	assert_int_equal(pb_accel_backend("kvm", &backend), 0);
	assert_ptr_equal(backend, &pb_backend_vm_kvm);
	assert_int_equal(backend->evidence, pb_accel_kvm.evidence);
	assert_int_equal(backend->evidence, PB_EVIDENCE_HARDWARE);
	assert_string_equal(backend->name, "vm");
	/* The tests' own is nobody's to ask for. */
	assert_says(pb_accel_backend("mttcg", &backend), -EINVAL, "valid: tcg kvm");
}

static char *args_of(const struct pb_accel *accel, const char *arch_name, unsigned int nr_cpus)
{
	const struct pb_machine_options options = { .accel = accel, .nr_cpus = nr_cpus };
	const struct pb_cell cell = { .memory = PB_MEMORY_anon, .load = PB_LOAD_none };
	const struct pb_arch *arch;
	char *args = NULL;

	assert_int_equal(pb_arch_parse(arch_name, &arch), 0);
	assert_int_equal(pb_machine_args(arch, &options, &cell, 1, &args), 0);
	return args;
}

static void each_has_its_flags(void **state)
{
	_cleanup_free_ char *usual = args_of(NULL, "amd64", 0);
	_cleanup_free_ char *tcg = args_of(&pb_accel_tcg, "amd64", 0);
	_cleanup_free_ char *mttcg = args_of(&pb_accel_mttcg, "amd64", 3);
	_cleanup_free_ char *kvm = args_of(&pb_accel_kvm, "amd64", 4);
	_cleanup_free_ char *arm64 = args_of(&pb_accel_kvm, "arm64", 2);

	(void)state;
	assert_string_equal(usual, tcg);
	assert_non_null(strstr(tcg,
			       "-accel tcg -icount shift=0,sleep=off,rr=record,rrfile=/dev/null "
			       "-cpu max -m 1024 -smp 1 "));
	assert_non_null(strstr(
		mttcg, "-name pinbench,debug-threads=on -accel tcg -cpu max -m 1024 -smp 3 "));
	assert_non_null(strstr(kvm, "-accel kvm -cpu host,migratable=off,pmu=on -m 1024 -smp 4 "));
	assert_null(strstr(kvm, "icount"));
	assert_non_null(strstr(arm64, "-accel kvm -machine virt,gic-version=host -cpu "
				      "host,pmu=on -m 1024 -smp 2 "));
}

/* Threads of @pid that may run on @cpu alone; -1 where that is true of all. */
static int threads_on(pid_t pid, int cpu)
{
	_cleanup_free_ char *path = pb_format("/proc/%d/task", (int)pid);
	_cleanup_closedir_ DIR *dir = opendir(path);
	int nr = 0, all = 0;

	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		int tid = (int)strtol(entry->d_name, NULL, 10);
		cpu_set_t set;

		if (tid <= 0 || sched_getaffinity(tid, sizeof(set), &set))
			continue;
		all++;
		nr += CPU_COUNT(&set) == 1 && CPU_ISSET(cpu, &set);
	}
	return nr == all ? -1 : nr;
}

static unsigned int cpus_of(const struct pb_accel *accel, const struct pb_cell *cells, size_t nr,
			    unsigned int asked)
{
	const struct pb_backend_request request = { .cells = cells,
						    .nr_cells = nr,
						    .nr_cpus = asked };
	unsigned int cpus = 99;

	assert_int_equal(pb_accel_cpus(accel, &request, &cpus), 0);
	return cpus;
}

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static void cpus_are_what_the_cells_want(void **state)
{
	static const struct pb_cell cells[] = {
		{ .nr_threads = 1, .load = PB_LOAD_none },
		{ .nr_threads = 1, .load = PB_LOAD_AT(fork, 100) },
		{ .nr_threads = 2, .load = PB_LOAD_none },
		{ .nr_threads = 5000, .load = PB_LOAD_none },
	};
	unsigned int host = cpus_of(&pb_accel_kvm, &cells[3], 1, 0), cpus;
	const struct pb_backend_request beyond = { .cells = cells,
						   .nr_cells = 1,
						   .nr_cpus = host + 1 };

	(void)state;
	assert_true(host >= 1 && host < 5000);
	assert_int_equal(cpus_of(&pb_accel_kvm, &cells[0], 1, 0), 1);
	assert_int_equal(cpus_of(&pb_accel_kvm, &cells[0], 2, 0), least(host, 2));
	assert_int_equal(cpus_of(&pb_accel_mttcg, &cells[0], 3, 0), least(host, 2));
	assert_int_equal(cpus_of(&pb_accel_kvm, &cells[0], 1, host), host);
	assert_int_equal(cpus_of(&pb_accel_tcg, &cells[0], 4, 0), 0);
	assert_says(pb_accel_cpus(&pb_accel_kvm, &beyond, &cpus), -EINVAL, "take turns");
}

static const struct pb_record_sink no_sink;

static void what_cannot_be_is_refused_before_a_kernel_is_fetched(void **state)
{
	const struct pb_vm_options two = { .machine = { .nr_cpus = 2 } };
	struct pb_backend_request request = { .kernel = "host" };

	(void)state;
	assert_says(pb_backend_vm.run(&request, &no_sink, NULL), -EINVAL, "--backend kmod");
	assert_says(pb_backend_vm_kvm.run(&request, &no_sink, NULL), -EINVAL, "--backend kmod");
	request.kernel = NULL;
	assert_says(pb_backend_vm.run(&request, &no_sink, NULL), -EINVAL, "debian:6.1");
	request.kernel = "debian:6.1";
	assert_says(pb_vm_run(&request, &two, &no_sink, NULL), -EINVAL, "cannot be counted");
	request.profile = true;
	assert_says(pb_backend_vm_kvm.run(&request, &no_sink, NULL), -EOPNOTSUPP, "--accel tcg");
}

static void kvm_runs_kernels_of_the_host_alone(void **state)
{
	const struct pb_arch *arch;

	(void)state;
#if defined(__x86_64__)
	assert_int_equal(pb_arch_parse("arm64", &arch), 0);
#else
	assert_int_equal(pb_arch_parse("amd64", &arch), 0);
#endif
	assert_int_equal(pb_accel_check(&pb_accel_tcg, arch), 0);
	assert_says(pb_accel_check(&pb_accel_kvm, arch), -EOPNOTSUPP, "--accel tcg emulates it");
}

/* A QEMU that never starts its guest has the threads all the same. */
static void each_cpu_is_bound(void **state)
{
	static const char *const argv[] = { "qemu-system-x86_64",
					    "-S",
					    "-nodefaults",
					    "-display",
					    "none",
					    "-m",
					    "16",
					    "-smp",
					    "2",
					    "-accel",
					    "tcg",
					    "-name",
					    "pinbench,debug-threads=on",
					    NULL };
	_cleanup_free_ char *log = pb_format("%s/qemu", tmp);
	struct pb_machine machine = { 0 };
	cpu_set_t allowed;
	uint32_t cpus[2], nobody[1] = { CPU_SETSIZE };
	int last = CPU_SETSIZE;

	(void)state;
	if (!pb_proc_exists(argv[0])) {
		print_message("%s is not installed\n", argv[0]);
		skip();
	}
	/* The last CPU for both: nobody starts out there alone. */
	assert_int_equal(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
	while (!CPU_ISSET(--last, &allowed))
		;
	cpus[0] = cpus[1] = (uint32_t)last;
	assert_int_equal(pb_proc_start(argv, log, &machine.pid), 0);
	assert_int_equal(pb_vm_bind(&machine, cpus, PB_ARRAY_SIZE(cpus)), 2);
	assert_int_equal(threads_on(machine.pid, last), CPU_COUNT(&allowed) > 1 ? 2 : -1);
	assert_int_equal(pb_vm_bind(&machine, nobody, 1), 0);
	pb_machine_kill(&machine);
	assert_int_equal(pb_vm_bind(&machine, cpus, 2), 0);
}

/*
 * How often the lock is held for a fifth of a second: longer where company is what is waited for.
 */
static int patience;

/* Fails where another one runs at the same time. */
static int lonely_run(const struct pb_backend_request *request, const struct pb_record_sink *sink,
		      void *data)
{
	const struct timespec pause = { .tv_nsec = 200000000 };
	_cleanup_free_ char *path = pb_format("%s/lock", tmp);
	_cleanup_close_ int lock = path ? open(path, O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
	int error = errno;
	struct stat st;

	(void)request;
	(void)sink;
	(void)data;
	if (lock < 0) {
		if (path && !chmod(path, 0400)) /* tells its holder */
			return pb_fail(-error, "not alone: %s", strerror(error));
		return pb_fail(-error, "not alone any more: %s", strerror(error));
	}
	for (int i = 0; i < patience; i++) {
		nanosleep(&pause, NULL);
		if (!fstat(lock, &st) && (st.st_mode & 0777) == 0400)
			break;
	}
	unlink(path);
	return 0;
}

static int lonely_ladder(bool wants_quiet)
{
	const struct pb_backend lonely = { .name = "vm",
					   .evidence = PB_EVIDENCE_HARDWARE,
					   .summary = "",
					   .wants_quiet = wants_quiet,
					   .run = lonely_run };
	_cleanup_free_ char *database = pb_format("%s/ladder.db", tmp);
	static const volatile bool never;
	const struct pb_plan plan = { .name = "none" };
	const struct pb_runner_options options = {
		.database = database,
		.backend = &lonely,
		.plan = &plan,
		.interrupt = &never,
	};
	struct pb_series_entry entries[] = { { .kernel = "one" },
					     { .kernel = "two" },
					     { .kernel = "three" } };

	patience = wants_quiet ? 1 : 100;
	return pb_series_run(&options, entries, PB_ARRAY_SIZE(entries));
}

static void timed_guests_run_one_after_the_other(void **state)
{
	(void)state;
	assert_int_equal(lonely_ladder(true), PB_EXIT_OK);
	/* The lock does see company. */
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		assert_int_equal(lonely_ladder(false), PB_EXIT_ERROR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_chooses_a_backend),
		cmocka_unit_test(each_has_its_flags),
		cmocka_unit_test(cpus_are_what_the_cells_want),
		cmocka_unit_test(what_cannot_be_is_refused_before_a_kernel_is_fetched),
		cmocka_unit_test(kvm_runs_kernels_of_the_host_alone),
		cmocka_unit_test(each_cpu_is_bound),
		cmocka_unit_test(timed_guests_run_one_after_the_other),
	};

	return cmocka_run_group_tests(tests, tmp_make, tmp_remove);
}
