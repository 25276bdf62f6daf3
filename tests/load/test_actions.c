// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_actions - each load does what it says to the memory of this very process, or says why not.
 * Why: nothing of a load needs the module, and one that did nothing would pass for a cheap one.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statfs.h>

#include <cmocka.h>

#include "bench/load/action.h"
#include "bench/load/vmstat.h"
#include "bench/memory/inspect/smaps.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

enum { NR_PAGES = 16, NR_STEPS = 4, TMPFS = 0x01021994 };

static size_t page_bytes;

static struct pb_memory anon_make(void)
{
	struct pb_memory memory = { 0 };

	assert_int_equal(pb_memory_map_at(&memory, NR_PAGES * page_bytes, PROT_READ | PROT_WRITE,
					  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
			 0);
	memset(memory.addr, 1, memory.len_bytes);
	return memory;
}

/* In the folder that the build is in, which is on a disk wherever one builds. */
static struct pb_memory file_make(int flags)
{
	struct pb_memory memory = { .path = strdup("load.XXXXXX") };
	static char zeroes[NR_PAGES << 16];
	int fd = mkstemp(memory.path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, zeroes, NR_PAGES * page_bytes), NR_PAGES * page_bytes);
	assert_int_equal(fsync(fd), 0);
	assert_int_equal(pb_memory_map_at(&memory, NR_PAGES * page_bytes, PROT_READ | PROT_WRITE,
					  flags, fd, 0),
			 0);
	close(fd);
	return memory;
}

static const struct pb_load_action *action_of(const char *name)
{
	const struct pb_load_action *action = pb_load_action_find(name);

	assert_non_null(action);
	assert_string_equal(action->name, name);
	return action;
}

static void steps_make(struct pb_load_use *use)
{
	for (int i = 0; i < NR_STEPS; i++)
		if (pb_load_step(use))
			fail_msg("%s", pb_fail_message(-EIO));
	assert_int_equal(use->nr_steps, NR_STEPS);
}

static void assert_refused(const char *load, const struct pb_memory *memory, const char *name,
			   const char *words)
{
	struct pb_load_use use;

	assert_int_equal(pb_load_open(&use, action_of(load), memory, name), -EOPNOTSUPP);
	if (!strstr(pb_fail_message(-EOPNOTSUPP), words))
		fail_msg("'%s' does not say '%s'", pb_fail_message(-EOPNOTSUPP), words);
}

static void none_has_no_action(void **state)
{
	(void)state;
	assert_null(pb_load_action_find("none"));
	assert_null(pb_load_action_find("forks"));
}

/* Its effect: a page that was written to before costs a fault to be written to again. */
static void fork_forks(void **state)
{
	struct pb_memory memory = anon_make();
	struct pb_load_use use;
	struct rusage before, after;

	(void)state;
	assert_int_equal(pb_load_open(&use, action_of("fork"), &memory, "anon"), 0);
	steps_make(&use);
	assert_int_equal(use.nr_done, NR_STEPS);
	assert_int_equal(pb_load_check(&use), 0);
	getrusage(RUSAGE_THREAD, &before);
	for (size_t i = 0; i < NR_PAGES; i++)
		((volatile char *)memory.addr)[i * page_bytes] = 2;
	getrusage(RUSAGE_THREAD, &after);
	assert_true(after.ru_minflt - before.ru_minflt >= NR_PAGES);
	assert_int_equal(pb_load_close(&use), 0);
	pb_memory_release(&memory);
}

static void munmap_leaves_the_range_alone(void **state)
{
	struct pb_memory memory = anon_make();
	struct pb_load_use use;
	unsigned char present[NR_PAGES];

	(void)state;
	assert_int_equal(pb_load_open(&use, action_of("munmap"), &memory, "anon"), 0);
	steps_make(&use);
	assert_int_equal(pb_load_check(&use), 0);
	assert_int_equal(pb_load_close(&use), 0);
	assert_int_equal(mincore(memory.addr, memory.len_bytes, present), 0);
	for (size_t i = 0; i < NR_PAGES; i++)
		assert_true(present[i] & 1);
	pb_memory_release(&memory);
}

/* Whose neighbours are taken finds room behind them, and leaves them alone. */
static void munmap_spares_other_mappings(void **state)
{
	size_t len_bytes = (NR_PAGES + 2) * page_bytes;
	char *all =
		mmap(NULL, len_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct pb_memory memory = { .addr = all + page_bytes,
				    .len_bytes = NR_PAGES * page_bytes,
				    .map = all + page_bytes,
				    .map_bytes = NR_PAGES * page_bytes };
	struct pb_load_use use;

	(void)state;
	assert_ptr_not_equal(all, MAP_FAILED);
	memset(all, 3, len_bytes);
	assert_int_equal(pb_load_open(&use, action_of("munmap"), &memory, "anon"), 0);
	steps_make(&use);
	assert_int_equal(pb_load_check(&use), 0);
	assert_int_equal(pb_load_close(&use), 0);
	for (size_t i = 0; i < len_bytes; i++)
		assert_int_equal(all[i], 3);
	munmap(all, len_bytes);
}

static void mprotect_restores_the_rights(void **state)
{
	struct pb_memory memory = anon_make();
	struct pb_load_use use;
	char rights[8];

	(void)state;
	assert_int_equal(pb_load_open(&use, action_of("mprotect"), &memory, "anon"), 0);
	steps_make(&use);
	assert_int_equal(pb_load_check(&use), 0);
	assert_int_equal(pb_load_close(&use), 0);
	assert_int_equal(pb_smaps_rights(memory.addr, rights, sizeof(rights)), 0);
	assert_string_equal(rights, "rw-p");
	/* Interrupted between its two halves, it is whole again after close(). */
	assert_int_equal(pb_load_open(&use, action_of("mprotect"), &memory, "anon"), 0);
	assert_int_equal(mprotect(memory.addr, memory.len_bytes, PROT_READ), 0);
	use.nr_steps++;
	assert_int_equal(pb_load_check(&use), -EIO);
	assert_int_equal(pb_load_close(&use), 0);
	assert_int_equal(pb_smaps_rights(memory.addr, rights, sizeof(rights)), 0);
	assert_string_equal(rights, "rw-p");
	pb_memory_release(&memory);
}

static void writeback_cleans_the_pages(void **state)
{
	struct pb_memory memory = file_make(MAP_SHARED);
	struct pb_load_use use;
	struct statfs fs;

	(void)state;
	assert_int_equal(statfs(memory.path, &fs), 0);
	if (fs.f_type == TMPFS) {
		assert_refused("writeback", &memory, "file-shared", "on tmpfs");
		pb_memory_release(&memory);
		return;
	}
	assert_int_equal(pb_load_open(&use, action_of("writeback"), &memory, "file-shared"), 0);
	steps_make(&use);
	assert_int_equal(use.nr_done, NR_STEPS); /* each of them cost the next write a fault */
	assert_int_equal(pb_load_check(&use), 0);
	assert_int_equal(pb_load_close(&use), 0);
	pb_memory_release(&memory);
}

static void writeback_wants_a_file_that_is_shared(void **state)
{
	struct pb_memory anon = anon_make(), private = file_make(MAP_PRIVATE);
	struct statfs fs;

	(void)state;
	assert_refused("writeback", &anon, "anon", "memory 'anon' is never written back");
	assert_int_equal(statfs(private.path, &fs), 0);
	assert_refused("writeback", &private, "file-private",
		       fs.f_type == TMPFS ? "on tmpfs" : "mapped 'rw-p'");
	pb_memory_release(&anon);
	pb_memory_release(&private);
}

/* The check rests on the faults that were seen, so it must see when there are none. */
static void writeback_without_effect_is_told(void **state)
{
	struct pb_load_use use = { .action = action_of("writeback"),
				   .memory_name = "file-shared",
				   .page_bytes = 4096,
				   .len_bytes = 4096 * NR_PAGES,
				   .nr_steps = 2 };

	(void)state;
	assert_int_equal(pb_load_check(&use), -EOPNOTSUPP);
	use.nr_done++;
	assert_int_equal(pb_load_check(&use), 0);
}

static bool has_swap(void)
{
	_cleanup_free_ char *swaps = NULL;
	char *first;

	assert_int_equal(pb_file_read("/proc/swaps", &swaps, NULL), 0);
	first = strchr(swaps, '\n');
	return first && first[1];
}

static void reclaim_takes_anonymous_pages_to_swap_only(void **state)
{
	struct pb_memory memory = anon_make();
	struct pb_load_use use;

	(void)state;
	if (!has_swap()) {
		assert_refused("reclaim", &memory, "anon", "no swap is in use");
	} else {
		assert_int_equal(pb_load_open(&use, action_of("reclaim"), &memory, "anon"), 0);
		for (int i = 0; i < NR_STEPS; i++) {
			assert_int_equal(pb_load_step(&use), 0);
			memset(memory.addr, i, memory.len_bytes);
		}
		assert_int_equal(pb_load_check(&use), 0);
		assert_int_equal(pb_load_close(&use), 0);
	}
	pb_memory_release(&memory);
}

static void reclaim_takes_pages_of_a_file(void **state)
{
	struct pb_memory memory = file_make(MAP_SHARED);
	struct pb_load_use use;
	struct statfs fs;

	(void)state;
	assert_int_equal(statfs(memory.path, &fs), 0);
	assert_int_equal(pb_load_open(&use, action_of("reclaim"), &memory, "file-shared"), 0);
	if (fs.f_type != TMPFS) {
		for (int i = 0; i < NR_STEPS; i++) {
			assert_int_equal(pb_load_step(&use), 0);
			for (size_t p = 0; p < NR_PAGES; p++)
				((volatile char *)memory.addr)[p * page_bytes] = (char)i;
		}
		assert_true(use.nr_done >= NR_PAGES);
		assert_int_equal(pb_load_check(&use), 0);
	}
	assert_int_equal(pb_load_close(&use), 0);
	pb_memory_release(&memory);
}

static bool has_second_node(void)
{
	_cleanup_free_ char *nodes = NULL;

	if (!pb_file_exists("/sys/devices/system/node/has_memory"))
		return false;
	assert_int_equal(pb_file_read("/sys/devices/system/node/has_memory", &nodes, NULL), 0);
	return strpbrk(nodes, ",-") != NULL;
}

static void migrate_wants_two_nodes(void **state)
{
	struct pb_memory memory = anon_make();
	struct pb_load_use use;

	(void)state;
	if (!has_second_node()) {
		assert_refused("migrate", &memory, "anon", "node");
	} else {
		assert_int_equal(pb_load_open(&use, action_of("migrate"), &memory, "anon"), 0);
		steps_make(&use);
		assert_true(use.nr_done >= NR_PAGES);
		assert_int_equal(pb_load_check(&use), 0);
		assert_int_equal(pb_load_close(&use), 0);
	}
	pb_memory_release(&memory);
}

static void memory_that_is_not_there_is_refused(void **state)
{
	(void)state;
	assert_int_equal(pb_memory_room("anon", page_bytes), 0);
	assert_int_equal(pb_memory_room("anon", (size_t)1 << 50), -EOPNOTSUPP);
	assert_non_null(
		strstr(pb_fail_message(-EOPNOTSUPP),
		       "the cell wants 1073741824 MiB of memory 'anon', and this machine has"));
}

static void a_counter_is_found_by_its_whole_name(void **state)
{
	uint64_t value = 0;

	(void)state;
	assert_int_equal(pb_vmstat_read("pgfault", &value), 0);
	assert_true(value > 0);
	assert_int_equal(pb_vmstat_read("pgfaul", &value), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_has_no_action),
		cmocka_unit_test(fork_forks),
		cmocka_unit_test(munmap_leaves_the_range_alone),
		cmocka_unit_test(munmap_spares_other_mappings),
		cmocka_unit_test(mprotect_restores_the_rights),
		cmocka_unit_test(writeback_cleans_the_pages),
		cmocka_unit_test(writeback_wants_a_file_that_is_shared),
		cmocka_unit_test(writeback_without_effect_is_told),
		cmocka_unit_test(reclaim_takes_anonymous_pages_to_swap_only),
		cmocka_unit_test(reclaim_takes_pages_of_a_file),
		cmocka_unit_test(migrate_wants_two_nodes),
		cmocka_unit_test(memory_that_is_not_there_is_refused),
		cmocka_unit_test(a_counter_is_found_by_its_whole_name),
	};

	page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
