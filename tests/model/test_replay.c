// SPDX-License-Identifier: GPL-2.0-only
/*
 * Known answers of whole recordings: what CPUs that write words of one line, of lines of their own,
 * or nothing, do to one another; and that a seed always finds the same.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "collect/model/names.h"
#include "collect/model/recording.h"
#include "collect/model/replay.h"
#include "collect/tcg/symbols.h"
#include "common/err.h"

enum { NR_CALLS = 400, PER_CALL = 8, MAX_CPUS = 64 };

static int object_none(void *data, const struct pb_access *access)
{
	(void)data;
	(void)access;
	return 0;
}

static uint32_t site_none(void *data, const struct pb_access *access)
{
	(void)data;
	(void)access;
	return 0;
}

static const struct pb_sites sites = { object_none, site_none, NULL };

struct records {
	struct pb_access *of;
	size_t nr, room;
};

static void record_put(struct records *records, const struct pb_access *record)
{
	if (records->nr == records->room) {
		records->room = 2 * records->room + 64;
		records->of = reallocarray(records->of, records->room, sizeof(*records->of));
		assert_non_null(records->of);
	}
	records->of[records->nr++] = *record;
}

/* Each call: an acquire that locks a word of its CPU @nr_touches times, then an empty release. */
static void call_record(struct records *records, uint8_t cpu, uint64_t paddr, uint32_t nr_touches,
			bool store, uint32_t clock)
{
	struct pb_access access = { .cpu = cpu, .clock = clock, .kind = PB_ACCESS_BEGIN };

	record_put(records, &access);
	for (uint32_t i = 0; i < nr_touches; i++) {
		access = (struct pb_access){ .cpu = cpu, .kind = PB_ACCESS_MEMORY, .paddr = paddr };
		access.clock = clock + 1 + i * (PER_CALL - 2);
		access.flags_size = 3 << 4 | PB_ACCESS_LOCKED;
		record_put(records, &access);
		access.flags_size |= PB_ACCESS_STORE;
		if (store)
			record_put(records, &access);
	}
	access = (struct pb_access){ .cpu = cpu, .clock = clock + PER_CALL };
	access.kind = PB_ACCESS_ENDS;
	record_put(records, &access);
	access.kind = PB_ACCESS_BEGIN;
	access.phase = PB_ACCESS_RELEASE;
	record_put(records, &access);
	access.kind = PB_ACCESS_ENDS;
	record_put(records, &access);
}

static struct records words_record(uint32_t nr_cpus, uint32_t stride, bool store)
{
	struct records records = { 0 };

	for (uint32_t cpu = 0; cpu < nr_cpus; cpu++)
		for (uint32_t call = 0; call < NR_CALLS; call++)
			call_record(&records, (uint8_t)cpu, 0x100000 + cpu * stride, 1, store,
				    call * PER_CALL);
	return records;
}

static const struct pb_geometry geometry = {
	.levels = { { 32768, 8, 64 }, { 1048576, 16, 1024 }, { 16777216, 16, 16384 } },
};

static struct pb_replay replay_of(const struct records *records, uint64_t seed)
{
	struct pb_recording recording;
	struct pb_replay replay;

	assert_int_equal(pb_recording_make(records->of, records->nr, &sites, &recording), 0);
	assert_int_equal(pb_replay_run(&recording, &geometry, seed, 1, &replay), 0);
	pb_recording_done(&recording);
	return replay;
}

static double of_call(const struct pb_replay *replay, enum pb_model_metric metric)
{
	return (double)replay->phases[PB_MODEL_CALL].of[metric] / (double)replay->nr_calls;
}

static void words_and_lines(void **state)
{
	static const uint32_t cpus[] = { 2, 4, 16, 40, 64 };

	(void)state;
	for (size_t i = 0; i < sizeof(cpus) / sizeof(cpus[0]); i++) {
		struct records one = words_record(cpus[i], 0, true);
		struct records beside = words_record(cpus[i] < 8 ? cpus[i] : 8, 8, true);
		struct records apart = words_record(cpus[i], 64, true);
		struct records read = words_record(cpus[i], 0, false);
		struct pb_replay replay = replay_of(&one, 1);

		assert_float_equal(of_call(&replay, PB_MODEL_TRANSFERS), 1, 0.001);
		assert_float_equal(of_call(&replay, PB_MODEL_FALSE_SHARING), 0, 0);
		assert_float_equal(of_call(&replay, PB_MODEL_LOCKED), 1, 0);
		assert_float_equal(of_call(&replay, PB_MODEL_LOADS), 1, 0);
		assert_float_equal(of_call(&replay, PB_MODEL_STORES), 1, 0);
		assert_float_equal(of_call(&replay, PB_MODEL_COLD_LINES), 1, 0);
		pb_replay_done(&replay);
		replay = replay_of(&beside, 1);
		assert_float_equal(of_call(&replay, PB_MODEL_TRANSFERS), 1, 0.001);
		/* The last copy of each CPU was never lost again: nothing is known of it. */
		assert_float_equal(of_call(&replay, PB_MODEL_FALSE_SHARING), 1, 0.005);
		pb_replay_done(&replay);
		replay = replay_of(&apart, 1);
		assert_float_equal(of_call(&replay, PB_MODEL_TRANSFERS), 0, 0);
		assert_float_equal(of_call(&replay, PB_MODEL_INVALIDATIONS), 0, 0);
		pb_replay_done(&replay);
		replay = replay_of(&read, 1);
		assert_float_equal(of_call(&replay, PB_MODEL_TRANSFERS), 0, 0);
		assert_float_equal(of_call(&replay, PB_MODEL_STORES), 0, 0);
		pb_replay_done(&replay);
		free(one.of);
		free(beside.of);
		free(apart.of);
		free(read.of);
	}
}

static void seeds_repeat(void **state)
{
	struct records records = { 0 };
	bool differ = false;

	(void)state;
	/* Who comes back to a line finds it where others were not in between: that is up to them. */
	for (uint8_t cpu = 0; cpu < 4; cpu++)
		for (uint32_t call = 0; call < NR_CALLS; call++)
			call_record(&records, cpu, 0x100000, 2, true, call * PER_CALL);
	for (uint64_t seed = 0; seed < 16; seed++) {
		struct pb_replay first = replay_of(&records, seed);
		struct pb_replay again = replay_of(&records, seed);
		struct pb_replay other = replay_of(&records, seed + 1);

		assert_memory_equal(first.phases, again.phases, sizeof(first.phases));
		differ |= memcmp(first.phases, other.phases, sizeof(first.phases)) != 0;
		pb_replay_done(&first);
		pb_replay_done(&again);
		pb_replay_done(&other);
	}
	assert_true(differ);
	free(records.of);
}

/* An access that reaches into the next line is one load of two lines. */
static void two_lines(void **state)
{
	struct records records = words_record(1, 0, false);
	struct pb_replay replay;

	(void)state;
	for (size_t i = 0; i < records.nr; i++)
		records.of[i].paddr += records.of[i].kind == PB_ACCESS_MEMORY ? 60 : 0;
	replay = replay_of(&records, 1);
	assert_float_equal(of_call(&replay, PB_MODEL_LOADS), 1, 0);
	assert_float_equal(of_call(&replay, PB_MODEL_COLD_LINES), 2, 0);
	assert_float_equal(of_call(&replay, PB_MODEL_D1_MISSES), 0, 0); /* warm */
	assert_int_equal(replay.nr_calls, NR_CALLS - NR_CALLS / 4);
	pb_replay_done(&replay);
	free(records.of);
}

static void file_write(char *path, const struct records *records, size_t cut_bytes)
{
	struct pb_recording_head head = { .record_bytes = sizeof(struct pb_access) };
	struct pb_access end = { .kind = PB_ACCESS_END, .vaddr = records->nr };
	size_t len = records->nr * sizeof(*records->of);
	int fd = mkstemp(path);

	memcpy(head.magic, PB_RECORDING_MAGIC, sizeof(head.magic));
	assert_true(fd >= 0);
	assert_int_equal(write(fd, &head, sizeof(head)), sizeof(head));
	assert_int_equal(write(fd, records->of, len), len);
	assert_int_equal(write(fd, &end, sizeof(end)), sizeof(end));
	assert_int_equal(ftruncate(fd, (off_t)(sizeof(head) + len + sizeof(end) - cut_bytes)), 0);
	close(fd);
}

/* Wherever a file ends too early, it is no recording, and says so. */
static void cut_off(void **state)
{
	struct records records = words_record(2, 0, true);
	size_t whole = sizeof(struct pb_recording_head) + (records.nr + 1) * sizeof(*records.of);
	static const size_t cuts[] = { 0, 1, 31, 32, 33, 3200 };
	struct pb_recording recording;

	(void)state;
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		char path[] = "/tmp/pinbench-test-XXXXXX";
		int ret;

		file_write(path, &records, cuts[i]);
		ret = pb_recording_load(path, &sites, &recording);
		assert_int_equal(ret, cuts[i] ? -ENODATA : 0);
		if (ret)
			assert_non_null(strstr(pb_fail_message(ret), "cut off"));
		else
			pb_recording_done(&recording);
		assert_int_equal(truncate(path, 16), 0);
		assert_int_equal(pb_recording_load(path, &sites, &recording), -EBADMSG);
		unlink(path);
	}
	assert_true(whole > 3200);
	free(records.of);
}

/* The first record of a recording is about an object, and whoever is told of it cuts the file. */
static int object_cut(void *data, const struct pb_access *access)
{
	(void)access;
	assert_int_equal(truncate(data, sizeof(struct pb_recording_head) + 64), 0);
	return 0;
}

/* What became shorter while it was looked at ends the command, and not by a signal. */
static void cut_meanwhile(void **state)
{
	char path[] = "/tmp/pinbench-test-XXXXXX";
	const struct pb_sites cutting = { object_cut, sites.site, path };
	struct records records = { 0 }, calls = words_record(16, 0, true);
	struct pb_access object = { .kind = PB_ACCESS_OBJECT };
	struct pb_recording recording;

	(void)state;
	record_put(&records, &object);
	for (size_t i = 0; i < calls.nr; i++)
		record_put(&records, &calls.of[i]);
	assert_true(records.nr > 5000); /* more than is read at a time */
	file_write(path, &records, 0);
	assert_int_equal(pb_recording_load(path, &cutting, &recording), -ENODATA);
	assert_non_null(strstr(pb_fail_message(-ENODATA), "cut off while it was read"));
	unlink(path);
	free(records.of);
	free(calls.of);
}

static void nonsense_is_refused(void **state)
{
	static const struct pb_access rows[] = {
		{ .kind = PB_ACCESS_MEMORY, .flags_size = 3 << 4 }, /* outside of a window */
		{ .kind = PB_ACCESS_BEGIN, .phase = 2 },
		{ .kind = PB_ACCESS_BEGIN, .cpu = 64 },
		{ .kind = 77 },
	};
	struct pb_recording recording;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(pb_recording_make(&rows[i], 1, &sites, &recording), -EBADMSG);
	assert_int_equal(pb_recording_make(rows, 0, &sites, &recording), -ENODATA);
}

/* Damaged inside: each record alone is one that could be. */
static void disorder_is_refused(void **state)
{
	static const struct pb_access
		begins = { .kind = PB_ACCESS_BEGIN, .clock = 5 },
		loads = { .kind = PB_ACCESS_MEMORY, .clock = 7, .flags_size = 3 << 4 },
		ends = { .kind = PB_ACCESS_ENDS, .clock = 9 },
		early = { .kind = PB_ACCESS_ENDS, .clock = 6 },
		released = { .kind = PB_ACCESS_ENDS, .clock = 9, .phase = PB_ACCESS_RELEASE },
		other = { .kind = PB_ACCESS_BEGIN, .cpu = 1 },
		wide = { .kind = PB_ACCESS_MEMORY, .clock = 7, .flags_size = 7 << 4 };
	const struct {
		struct pb_access of[3];
		size_t nr;
		const char *says;
	} rows[] = {
		{ { ends }, 1, "record 0: an end outside of a window" },
		{ { loads }, 1, "record 0: an access outside of a window" },
		{ { begins, loads }, 2, "its last window does not end" },
		{ { begins, begins, ends }, 3, "record 1: a window begins inside of another" },
		{ { begins, loads, early },
		  3,
		  "record 2: the clock of CPU 0 goes back, from 7 to 6" },
		{ { begins, loads, released }, 3, "record 2: phase 1 in a window of phase 0" },
		{ { begins, other }, 2, "record 1: CPU 1 begins inside of CPU 0's window" },
		{ { begins, wide, ends }, 3, "an access of 128 bytes, valid are 1 to 64" },
	};
	struct pb_recording recording;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int ret = pb_recording_make(rows[i].of, rows[i].nr, &sites, &recording);

		assert_int_equal(ret, -EBADMSG);
		if (!strstr(pb_fail_message(ret), rows[i].says))
			fail_msg("row %zu says: %s", i, pb_fail_message(ret));
	}
}

/* Opening a pipe that nobody writes waits for ever. */
static void pipe_is_refused(void **state)
{
	char path[64];
	struct pb_recording recording;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/pinbench-test-%d.trace", (int)getpid());
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(pb_recording_load(path, &sites, &recording), -EBADMSG);
	unlink(path);
}

/* Static functions of one name, and a function that is called as what nobody knows is. */
static void equal_names_are_one_site(void **state)
{
	static const char text[] =
		"ffffffff81000000 t twin\n1000 t twin\n1000 t -\n1000 t other\n\n";
	struct pb_access access = { .vaddr = 0xffff888000000000, .kind = PB_ACCESS_MEMORY };
	struct pb_symbols *symbols;
	struct pb_names *names;
	struct pb_sites of;

	(void)state;
	assert_int_equal(pb_symbols_parse(text, &symbols), 0);
	assert_int_equal(pb_names_new(symbols, NULL, &names), 0);
	of = pb_names_sites(names);
	for (uint64_t i = 0; i < 4; i++) {
		static const uint32_t want[] = { 0, 0, 1, 2 };

		access.pc = 0xffffffff81000010 + i * 0x1000;
		assert_int_equal(of.site(of.data, &access), want[i]);
	}
	access.pc = 0; /* of no function */
	assert_int_equal(of.site(of.data, &access), 1);
	assert_int_equal(pb_names_nr(names), 3);
	assert_string_equal(pb_names_get(names, 0).function, "twin");
	of = pb_names_sites(names); /* of the next recording */
	assert_int_equal(of.site(of.data, &access), 0);
	pb_names_free(names);
	pb_symbols_free(symbols);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_and_lines),
		cmocka_unit_test(seeds_repeat),
		cmocka_unit_test(two_lines),
		cmocka_unit_test(cut_off),
		cmocka_unit_test(cut_meanwhile),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(disorder_is_refused),
		cmocka_unit_test(pipe_is_refused),
		cmocka_unit_test(equal_names_are_one_site),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
