// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_counters - groups, passes, differences and refusals, on a PMU that is a fake; and the
 * kernel's own counters, which really count.
 * Why: a counter that did not run must come out as NULL with a reason, on machines of every kind.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "collect/counters/group.h"
#include "common/err.h"
#include "common/file.h"
#include "common/save.h"
#include "common/str.h"

/* A PMU of @room counters that refuses event @refused and never runs event @idle. */
static struct {
	size_t room;
	uint64_t refused, idle;
	int error, read_error, nr_open;
	uint64_t clock_ns;
	bool running;
} pmu;

struct fake {
	size_t nr;
	bool grouped;
	struct perf_event_attr attrs[16];
};

static int fake_open(const struct perf_event_attr *attrs, size_t nr, bool grouped,
		     void **ret_handle, size_t *ret_failed)
{
	struct fake *fake;

	for (size_t i = 0; i < nr; i++) {
		*ret_failed = i;
		if (pmu.error && attrs[i].config == pmu.refused)
			return pmu.error;
		if (grouped && i >= pmu.room)
			return -EINVAL;
	}
	fake = calloc(1, sizeof(*fake));
	assert_non_null(fake);
	assert_true(nr <= PB_ARRAY_SIZE(fake->attrs));
	fake->nr = nr;
	fake->grouped = grouped;
	memcpy(fake->attrs, attrs, nr * sizeof(*attrs));
	pmu.nr_open++;
	*ret_handle = fake;
	return 0;
}

static int fake_enable(void *handle)
{
	(void)handle;
	pmu.running = true;
	return 0;
}

static int fake_disable(void *handle)
{
	(void)handle;
	pmu.running = false;
	return 0;
}

/*
 * Each event counts its own number a nanosecond, but only a half of the time where it has no room.
 */
static int fake_read(void *handle, size_t index, struct pb_counter_reading *ret_reading)
{
	struct fake *fake = handle;
	uint64_t config = fake->attrs[index].config;
	uint64_t ran = pmu.clock_ns / (!fake->grouped && fake->nr > pmu.room ? 2 : 1);

	assert_false(pmu.running); /* nobody counts while others are read */
	if (pmu.read_error)
		return pmu.read_error;
	if (config == pmu.idle)
		ran = 0;
	*ret_reading = (struct pb_counter_reading){ config * ran, pmu.clock_ns, ran };
	return 0;
}

static void fake_close(void *handle)
{
	pmu.nr_open--;
	free(handle);
}

static const struct pb_counter_ops fake = {
	.open = fake_open,
	.enable = fake_enable,
	.disable = fake_disable,
	.read = fake_read,
	.close = fake_close,
};

/* Counters 1, 2, ... of two groups: the first three, and the rest. */
static struct pb_counters invented(size_t nr)
{
	struct pb_counters counters = { calloc(nr, sizeof(*counters.list)), nr };

	assert_non_null(counters.list);
	for (size_t i = 0; i < nr; i++) {
		struct pb_counter *counter = &counters.list[i];

		snprintf(counter->name, sizeof(counter->name), "counter-%zu", i + 1);
		snprintf(counter->group, sizeof(counter->group), "%s", i < 3 ? "first" : "second");
		counter->event = pb_format("fake::E%zu", i + 1);
		counter->attr.config = i + 1;
	}
	return counters;
}

static int setup(void **state)
{
	(void)state;
	memset(&pmu, 0, sizeof(pmu));
	pmu.room = 2;
	pmu.idle = pmu.refused = UINT64_MAX;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return pmu.nr_open; /* whoever opens, closes */
}

static void test_passes(void **state)
{
	pb_cleanup(pb_counters_done) struct pb_counters counters = invented(5);
	pb_cleanup(pb_counter_passes_done) struct pb_counter_passes passes = { 0 };
	static const size_t lengths[] = { 2, 1, 2 };

	(void)state;
	/* Three of one group, with room for two; groups are not mixed. */
	assert_int_equal(pb_counter_passes_plan(&fake, &counters, false, &passes), 0);
	assert_int_equal(passes.nr, PB_ARRAY_SIZE(lengths));
	for (size_t i = 0, next = 0; i < passes.nr; i++) {
		assert_int_equal(passes.list[i].nr, lengths[i]);
		for (size_t j = 0; j < passes.list[i].nr; j++)
			assert_int_equal(passes.list[i].indices[j], next++);
	}
	pb_counter_passes_done(&passes);
	assert_int_equal(pb_counter_passes_plan(&fake, &counters, true, &passes), 0);
	assert_int_equal(passes.nr, 1);
	assert_int_equal(passes.list[0].nr, 5);
}

static void test_refused_by_name(void **state)
{
	pb_cleanup(pb_counters_done) struct pb_counters counters = invented(3);
	pb_cleanup(pb_counter_passes_done) struct pb_counter_passes passes = { 0 };

	(void)state;
	pmu.refused = 2;
	pmu.error = -EBUSY;
	assert_int_equal(pb_counter_passes_plan(&fake, &counters, false, &passes), 0);
	assert_null(counters.list[0].refusal);
	assert_non_null(strstr(counters.list[1].refusal, "event 'fake::E2': somebody else"));
	assert_null(counters.list[2].refusal);
	assert_int_equal(passes.nr, 1);
	assert_int_equal(passes.list[0].nr, 2);
	assert_int_equal(passes.list[0].indices[1], 2);
}

static int fake_listed(const struct perf_event_attr *attr)
{
	return attr->config == 2 ? -EOPNOTSUPP : 0;
}

/* One that would open and read 0 for ever is refused before it can. */
static void test_unlisted(void **state)
{
	pb_cleanup(pb_counters_done) struct pb_counters counters = invented(2);
	pb_cleanup(pb_counter_passes_done) struct pb_counter_passes passes = { 0 };
	struct pb_counter_ops ops = fake;

	(void)state;
	ops.listed = fake_listed;
	assert_int_equal(pb_counter_passes_plan(&ops, &counters, false, &passes), 0);
	assert_null(counters.list[0].refusal);
	assert_non_null(strstr(counters.list[1].refusal, "says that it does not count it"));
	assert_int_equal(passes.list[0].nr, 1);
}

/* As sysfs shows it: common events are listed or not, further ones nobody knows of. */
static void test_listed(void **state)
{
	static const char text[] = "event=0x0011\n";
	char dir[] = "/tmp/pinbench-counters.XXXXXX";
	_cleanup_free_ char *events = NULL, *file = NULL;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(pb_counter_listed(dir, 0x03), 0); /* no PMU that could say anything */
	events = pb_format("%s/armv8_pmuv3_0/events", dir);
	file = pb_format("%s/cpu_cycles", events);
	assert_non_null(file);
	assert_int_equal(pb_dir_make(events), 0);
	assert_int_equal(pb_file_write(file, text, strlen(text)), 0);
	assert_int_equal(pb_counter_listed(dir, 0x11), 0);
	assert_int_equal(pb_counter_listed(dir, 0x03), -EOPNOTSUPP);
	assert_int_equal(pb_counter_listed(dir, 0x4004), -EOPNOTSUPP);
	assert_int_equal(pb_counter_listed(dir, 0x48), 0);
	assert_int_equal(pb_tree_remove(dir), 0);
}

static void take(struct pb_counter_group *group, uint64_t ns)
{
	assert_int_equal(pb_counter_group_begin(group), 0);
	assert_true(pmu.running);
	pmu.clock_ns += ns;
	assert_int_equal(pb_counter_group_end(group), 0);
}

static void test_counted(void **state)
{
	pb_cleanup(pb_counters_done) struct pb_counters counters = invented(2);
	pb_cleanup(pb_counter_passes_done) struct pb_counter_passes passes = { 0 };
	pb_cleanup(pb_counter_group_freep) struct pb_counter_group *group = NULL;
	struct pb_counter_value value;

	(void)state;
	pmu.idle = 2;
	assert_int_equal(pb_counter_passes_plan(&fake, &counters, false, &passes), 0);
	assert_int_equal(pb_counter_group_open(&fake, &counters, &passes.list[0], false, &group),
			 0);
	for (int i = 0; i < 3; i++) {
		take(group, 100);
		assert_true(pb_counter_group_value(group, 0).value == 100);
		value = pb_counter_group_value(group, 1);
		assert_true(isnan(value.value));
		assert_int_equal(value.lack, PB_COUNTER_NEVER);
		assert_int_equal(value.enabled_ns, 100);
		assert_int_equal(value.running_ns, 0);
	}
	pmu.read_error = -EAGAIN;
	assert_int_equal(pb_counter_group_begin(group), -EAGAIN);
	assert_non_null(strstr(pb_fail_message(-EAGAIN), "cannot read counter 'counter-1'"));
}

static void test_multiplexed(void **state)
{
	pb_cleanup(pb_counters_done) struct pb_counters counters = invented(4);
	pb_cleanup(pb_counter_passes_done) struct pb_counter_passes passes = { 0 };
	pb_cleanup(pb_counter_group_freep) struct pb_counter_group *group = NULL;

	(void)state;
	assert_int_equal(pb_counter_passes_plan(&fake, &counters, true, &passes), 0);
	assert_int_equal(pb_counter_group_open(&fake, &counters, &passes.list[0], true, &group), 0);
	take(group, 100);
	for (size_t i = 0; i < counters.nr; i++) {
		struct pb_counter_value value = pb_counter_group_value(group, i);

		assert_true(value.value == 100.0 * (double)(i + 1));
		assert_int_equal(value.raw, 50 * (i + 1));
		assert_int_equal(value.enabled_ns, 100);
		assert_int_equal(value.running_ns, 50);
	}
}

static void test_difference(void **state)
{
	static const struct {
		struct pb_counter_reading begin, end;
		bool multiplex;
		double value; /* NaN: lacking */
		enum pb_counter_lack lack;
	} rows[] = {
		{ { 5, 10, 10 }, { 25, 30, 30 }, false, 20, PB_COUNTER_RAN },
		{ { 0, 0, 0 }, { 0, 20, 20 }, false, 0, PB_COUNTER_RAN }, /* a true zero */
		{ { 5, 10, 10 }, { 5, 30, 10 }, false, NAN, PB_COUNTER_NEVER },
		{ { 5, 10, 10 }, { 5, 30, 10 }, true, NAN, PB_COUNTER_NEVER },
		{ { 5, 10, 10 }, { 25, 30, 20 }, false, NAN, PB_COUNTER_PARTLY },
		{ { 5, 10, 10 }, { 25, 30, 20 }, true, 40, PB_COUNTER_RAN },
		/* A pinned event that was thrown off reads as nothing at all. */
		{ { 5, 10, 10 }, { 0, 0, 0 }, false, NAN, PB_COUNTER_NEVER },
		{ { 0, 0, 0 }, { 0, 0, 0 }, true, NAN, PB_COUNTER_NEVER },
	};

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		struct pb_counter_value value =
			pb_counter_difference(&rows[i].begin, &rows[i].end, rows[i].multiplex);

		assert_int_equal(value.lack, rows[i].lack);
		if (isnan(rows[i].value))
			assert_true(isnan(value.value));
		else
			assert_true(value.value == rows[i].value);
	}
}

static void test_refusals(void **state)
{
	static const struct {
		int code;
		const char *text;
	} rows[] = {
		{ -ENOENT, "no PMU here counts it" },
		{ -EACCES, "kernel.perf_event_paranoid is 3" },
		{ -EACCES, "CAP_PERFMON" },
		{ -EPERM, "seccomp" },
		{ -ENOSYS, "CONFIG_PERF_EVENTS" },
		{ -EBUSY, "kernel.nmi_watchdog=0" },
		{ -EMFILE, "ulimit -n" },
		{ -EINVAL, "does not take that encoding" },
		{ -EOPNOTSUPP, "the kernel's side" },
		{ -ERANGE, "Numerical result out of range" },
	};

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		assert_int_equal(pb_counter_refusal("L1D:REPLACEMENT", rows[i].code, 3),
				 rows[i].code);
		assert_non_null(strstr(pb_fail_message(rows[i].code), "'L1D:REPLACEMENT': "));
		assert_non_null(strstr(pb_fail_message(rows[i].code), rows[i].text));
	}
}

enum { NR_FAULTS = 100 };

static void pages_touch(void)
{
	size_t len_bytes = (size_t)NR_FAULTS * 4096;
	char *memory =
		mmap(NULL, len_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(memory != MAP_FAILED);
	assert_int_equal(madvise(memory, len_bytes, MADV_NOHUGEPAGE), 0);
	for (size_t i = 0; i < NR_FAULTS; i++)
		((volatile char *)memory)[i * 4096] = 1;
	munmap(memory, len_bytes);
}

static bool no_pmu(const char *name)
{
	(void)name;
	return false;
}

/*
 * libperf and the running kernel: 100 pages touched are 100 page faults, in a group with a clock.
 */
static void test_kernel(void **state)
{
	pb_cleanup(pb_counter_table_done) struct pb_counter_table table = { 0 };
	pb_cleanup(pb_counters_done) struct pb_counters counters = { 0 };
	pb_cleanup(pb_counter_passes_done) struct pb_counter_passes passes = { 0 };
	pb_cleanup(pb_counter_group_freep) struct pb_counter_group *group = NULL;
	char *words[] = { "task-clock", "page-faults" };

	(void)state;
	assert_int_equal(pb_events_init(), 0);
	assert_int_equal(pb_counter_table_load(&table), 0);
	assert_int_equal(pb_counters_select(&table, words, 2, no_pmu, &counters), 0);
	assert_int_equal(counters.nr, 2);
	assert_int_equal(pb_counter_passes_plan(&pb_counter_perf, &counters, false, &passes), 0);
	if (counters.list[0].refusal) {
		print_message("not permitted here: %s\n", counters.list[0].refusal);
		skip();
	}
	assert_int_equal(passes.nr, 1);
	assert_int_equal(passes.list[0].nr, 2);
	assert_int_equal(
		pb_counter_group_open(&pb_counter_perf, &counters, &passes.list[0], false, &group),
		0);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(pb_counter_group_begin(group), 0);
		pages_touch();
		assert_int_equal(pb_counter_group_end(group), 0);
		assert_true(pb_counter_group_value(group, 0).value > 1000);
		assert_true(pb_counter_group_value(group, 1).value >= NR_FAULTS);
		assert_true(pb_counter_group_value(group, 1).value < NR_FAULTS + 50);
	}
}

/* What cannot be opened says so by name and leaves no descriptor behind. */
static void test_kernel_refuses(void **state)
{
	pb_cleanup(pb_counters_done) struct pb_counters counters = invented(2);
	pb_cleanup(pb_counter_passes_done) struct pb_counter_passes passes = { 0 };

	(void)state;
	for (size_t i = 0; i < counters.nr; i++) {
		counters.list[i].attr.size = sizeof(counters.list[i].attr);
		counters.list[i].attr.type = UINT32_MAX - 1; /* no PMU has this number */
	}
	assert_int_equal(pb_counter_passes_plan(&pb_counter_perf, &counters, false, &passes), 0);
	assert_int_equal(passes.nr, 0);
	for (size_t i = 0; i < counters.nr; i++)
		assert_non_null(strstr(counters.list[i].refusal, counters.list[i].event));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_passes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused_by_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unlisted, setup, teardown),
		cmocka_unit_test(test_listed),
		cmocka_unit_test_setup_teardown(test_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(test_multiplexed, setup, teardown),
		cmocka_unit_test(test_difference),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_kernel_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
