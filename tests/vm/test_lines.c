// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_lines - two workers on private folios write no cache line that the other one touches.
 * Why: what the harness itself shares would be measured as contention of the strategy. In a guest
 * without a PMU the proof is what the CPUs write, store by store (tests/vm/lines_plugin.c).
 */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/kernels/arch.h"
#include "bench/kernels/kernel.h"
#include "common/err.h"
#include "common/paths.h"
#include "common/proc.h"
#include "common/str.h"
#include "kmods/uapi/mark.h"
#include "tests/vm/guest.h"
#include "tests/vm/lines.h"

enum { NR_CPUS = 2, NR_PAGES = 4, NR_SAMPLES = 16 };

enum {
	NOOP_ALONE,
	NOOP_PRIVATE,
	REF_ALONE,
	REF_PRIVATE,
	PIN_ALONE,
	PIN_PRIVATE,
	REF_PAGE,
	PIN_PAGE,
	NR_CELLS,
};

static const struct pb_cell cells[NR_CELLS] = {
	[NOOP_ALONE] = { .strategy = "noop" },
	[NOOP_PRIVATE] = { .strategy = "noop", .nr_threads = NR_CPUS },
	[REF_ALONE] = { .strategy = "ref" },
	[REF_PRIVATE] = { .strategy = "ref", .nr_threads = NR_CPUS },
	[PIN_ALONE] = { .strategy = "pin-fast" },
	[PIN_PRIVATE] = { .strategy = "pin-fast", .nr_threads = NR_CPUS },
	[REF_PAGE] = { .strategy = "ref", .nr_threads = NR_CPUS, .sharing = PB_SHARING_PAGE },
	[PIN_PAGE] = { .strategy = "pin-fast", .nr_threads = NR_CPUS, .sharing = PB_SHARING_PAGE },
};

static const char finish[] = "pb_team_finish [pinbench]";
static struct lines lines;

static char *plugin_path(void)
{
	char *path = NULL;

	if (pb_path_build("tests/vm/lines-plugin.so", &path))
		exit(1);
	return path;
}

/* Only that this QEMU takes no plugin, or none of our interface, is no fault of the plugin's. */
static void plugin_probe(void)
{
	static const char *const excuses[] = { "not enabled in this build", "invalid option",
					       "requires API version" };
	_cleanup_free_ char *path = plugin_path(), *plugin = pb_format("%s,probe=on", path);
	const struct pb_arch *arch;
	int ret = pb_kernel_arch(guest_kernel(), &arch);

	if (!ret && arch->no_profile) {
		printf("1..0 # SKIP %s\n", arch->no_profile);
		exit(GUEST_SKIP);
	}
	if (!ret) {
		const char *const argv[] = { arch->qemu, "-M",      "none", "-display",
					     "none",     "-plugin", plugin, NULL };

		ret = pb_proc_run(argv, NULL, NULL);
	}
	for (size_t i = 0; i < PB_ARRAY_SIZE(excuses) && ret; i++)
		if (strstr(pb_fail_message(ret), excuses[i])) {
			printf("1..0 # SKIP no plugin in this QEMU: %s\n", pb_fail_message(ret));
			exit(GUEST_SKIP);
		}
	if (ret) {
		print_error("%s\n", pb_fail_message(ret));
		exit(1);
	}
}

static void boot(const char *dir)
{
	static const struct guest_plan plan = {
		.nr_pages = NR_PAGES,
		.nr_samples = NR_SAMPLES,
		.cells = cells,
		.nr_cells = NR_CELLS,
	};
	_cleanup_free_ char *path = plugin_path();
	_cleanup_free_ char *plugin = pb_format("%s,out=%s/lines", path, dir);
	_cleanup_free_ char *chardev = pb_format("file,id=symbols,path=%s/symbols", dir);
	_cleanup_free_ char *device =
		pb_format("isa-debugcon,iobase=%#x,chardev=symbols", PB_MARK_PORT);
	const char *const plugin_args[PB_PROFILER_NR_ARGS] = { "-plugin", plugin,    "-chardev",
							       chardev,   "-device", device };
	const struct pb_vm_options options = {
		.machine = { .accel = &pb_accel_mttcg,
			     .nr_cpus = NR_CPUS,
			     .plugin_args = plugin_args },
	};
	struct guest_run run;

	guest_boot(&plan, &options, &run);
	if (run.code)
		fail_msg("%s", run.message);
	/* Threads that the host never let run at once have made their windows all the same. */
	for (size_t i = 0; i < NR_CELLS; i++)
		if (run.cells[i].state != PB_CELL_MEASURED && run.cells[i].error != ETIMEDOUT)
			fail_msg("%s, %u threads: %s", cells[i].strategy, cells[i].nr_threads,
				 run.cells[i].reason);
	guest_done(&run);
}

static int lines_boot(void **state)
{
	char dir[] = "/tmp/pinbench-lines.XXXXXX";
	_cleanup_free_ char *path = NULL, *symbols = NULL;

	(void)state;
	assert_non_null(mkdtemp(dir));
	path = pb_format("%s/lines", dir);
	symbols = pb_format("%s/symbols", dir);
	boot(dir);
	lines_read(path, symbols, &lines);
	unlink(path);
	unlink(symbols);
	rmdir(dir);
	return 0;
}

static int lines_free(void **state)
{
	(void)state;
	lines_done(&lines);
	return 0;
}

static const struct lines_windows *windows_get(int cell, uint32_t cpu, enum lines_phase phase)
{
	const struct lines_windows *windows = lines_windows_of(&lines, (uint32_t)cell, cpu, phase);

	if (!windows)
		fail_msg("cell %d: CPU %u has no windows", cell, cpu);
	return windows;
}

static const char *sharing_of(int cell)
{
	return pb_sharing_name(cells[cell].sharing);
}

/* Prints them, too. */
static size_t clashes_count(int cell, unsigned int written, unsigned int touched, const char *where)
{
	size_t nr;
	_cleanup_free_ struct lines_clash *clashes =
		lines_clashes(&lines, (uint32_t)cell, written, touched, &nr);

	print_message("%s, sharing %s: %zu lines that one CPU writes and the other touches %s\n",
		      cells[cell].strategy, sharing_of(cell), nr, where);
	for (size_t i = 0; i < nr; i++)
		lines_clash_print(&lines, &clashes[i]);
	return nr;
}

static size_t pages_touched(int cell, uint32_t cpu, enum lines_phase phase)
{
	size_t nr = 0;

	for (size_t i = 0; i < lines.nr_lines; i++) {
		const struct lines_line *line = &lines.lines[i];

		nr += line->cell == (uint32_t)cell && line->cpu == cpu && line->phase == phase &&
		      line->nr_stores && lines_is_page(line);
	}
	return nr;
}

/* A plugin that sees nothing would find that nothing is shared. */
static void stores_are_seen(void **state)
{
	(void)state;
	for (int cell = 0; cell < NR_CELLS; cell++)
		for (uint32_t cpu = 0; cpu < (cells[cell].nr_threads ? NR_CPUS : 1); cpu++)
			for (int p = LINES_ACQUIRE; p <= LINES_RELEASE; p++) {
				enum lines_phase phase = (enum lines_phase)p;
				bool writes = !pb_streq(cells[cell].strategy, "noop");

				assert_true(windows_get(cell, cpu, phase)->nr >= NR_SAMPLES);
				assert_int_equal(pages_touched(cell, cpu, phase),
						 writes ? NR_PAGES : 0);
			}
}

/* Nothing that one worker touches in its windows does the other one write, then or in between. */
static void noop_and_ref_share_no_line(void **state)
{
	(void)state;
	for (int cell = NOOP_PRIVATE; cell <= REF_PRIVATE; cell += REF_PRIVATE - NOOP_PRIVATE) {
		assert_int_equal(clashes_count(cell, LINES_CHEAPEST, LINES_CHEAPEST, "in windows"),
				 0);
		assert_int_equal(clashes_count(cell, LINES_OUTSIDE, LINES_CHEAPEST,
					       "in windows, written between them"),
				 0);
	}
}

/* The same look at pages that are shared, so that the one above could have found something. */
static void a_shared_page_is_seen(void **state)
{
	(void)state;
	for (int cell = REF_PAGE; cell <= PIN_PAGE; cell++) {
		size_t nr, nr_pages = 0;
		_cleanup_free_ struct lines_clash *clashes =
			lines_clashes(&lines, (uint32_t)cell, LINES_CHEAPEST, LINES_CHEAPEST, &nr);

		for (size_t i = 0; i < nr; i++)
			nr_pages += lines_is_page(clashes[i].writer);
		clashes_count(cell, LINES_CHEAPEST, LINES_CHEAPEST, "in windows");
		assert_int_equal(nr_pages, NR_PAGES);
	}
}

/* What can be counted of "scales flat": a second worker adds no instruction, load or store. */
static void a_peer_adds_nothing(void **state)
{
	static const int alone[] = { NOOP_ALONE, REF_ALONE, PIN_ALONE };

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(alone); i++)
		for (int p = LINES_ACQUIRE; p <= LINES_RELEASE; p++) {
			enum lines_phase phase = (enum lines_phase)p;
			const struct lines_windows *one = windows_get(alone[i], 0, phase);

			print_message("%s, phase %d: %" PRIu64 " instructions, %" PRIu64
				      " loads, %" PRIu64 " stores\n",
				      cells[alone[i]].strategy, p, one->nr_insns, one->nr_loads,
				      one->nr_stores);
			for (uint32_t cpu = 0; cpu < NR_CPUS; cpu++) {
				const struct lines_windows *two =
					windows_get(alone[i] + 1, cpu, phase);

				assert_int_equal(two->nr_insns, one->nr_insns);
				assert_int_equal(two->nr_loads, one->nr_loads);
				assert_int_equal(two->nr_stores, one->nr_stores);
			}
		}
}

static bool is_harness(const struct lines_clash *clash)
{
	return strstr(lines_function(&lines, clash->writer), "[pinbench") ||
	       strstr(lines_function(&lines, clash->other), "[pinbench");
}

/*
 * Between windows the kernel writes what it likes: its timer, its scheduler. Of the harness's own
 * code it is one function alone, which tells the group that a worker has its samples: once a run.
 */
static void the_harness_shares_its_end_alone(void **state)
{
	size_t nr_ends = 0;

	(void)state;
	for (int cell = 0; cell < NR_CELLS; cell++) {
		size_t nr;
		_cleanup_free_ struct lines_clash *clashes =
			lines_clashes(&lines, (uint32_t)cell, LINES_OUTSIDE, LINES_OUTSIDE, &nr);

		print_message("%s, sharing %s: %zu lines that both CPUs write between windows\n",
			      cells[cell].strategy, sharing_of(cell), nr);
		for (size_t i = 0; i < nr; i++) {
			const struct lines_clash *clash = &clashes[i];

			if (!is_harness(clash))
				continue;
			lines_clash_print(&lines, clash);
			assert_string_equal(lines_function(&lines, clash->writer), finish);
			assert_string_equal(lines_function(&lines, clash->other), finish);
			/* one count and one lock, which they may wait for: not once a window */
			assert_true(clash->writer->nr_stores < NR_SAMPLES);
			assert_true(clash->other->nr_stores < NR_SAMPLES);
			nr_ends++;
		}
	}
	assert_true(nr_ends > 0);
}

/*
 * A finding and no verdict: what the kernel makes two workers share that pin pages of their own.
 * Of the dearer windows, what is written in an eighth of all windows is no interrupt's.
 */
static void pin_fast_is_told(void **state)
{
	size_t nr;
	_cleanup_free_ struct lines_clash *clashes =
		lines_clashes(&lines, PIN_PRIVATE, 1 << LINES_DEARER, 1 << LINES_DEARER, &nr);

	(void)state;
	clashes_count(PIN_PRIVATE, LINES_CHEAPEST, LINES_CHEAPEST, "in windows");
	clashes_count(PIN_PRIVATE, LINES_OUTSIDE, LINES_CHEAPEST,
		      "in windows, written between them");
	print_message("pin-fast, sharing private: often in windows, which are dearer then:\n");
	for (size_t i = 0; i < nr; i++) {
		const struct lines_line *writer = clashes[i].writer;

		if (writer->nr_stores >=
		    windows_get(PIN_PRIVATE, writer->cpu, LINES_ACQUIRE)->nr / 8)
			lines_clash_print(&lines, &clashes[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stores_are_seen),
		cmocka_unit_test(noop_and_ref_share_no_line),
		cmocka_unit_test(a_shared_page_is_seen),
		cmocka_unit_test(a_peer_adds_nothing),
		cmocka_unit_test(the_harness_shares_its_end_alone),
		cmocka_unit_test(pin_fast_is_told),
	};

	plugin_probe();
	return cmocka_run_group_tests(tests, lines_boot, lines_free);
}
