// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_events - data/events/ and the words of --counters.
 * Why: an event that libpfm4 cannot encode would be found out on a machine that nobody has here.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collect/counters/select.h"
#include "common/err.h"
#include "common/str.h"

static struct pb_counter_table table;

static int load(void **state)
{
	(void)state;
	/* libpfm4 encodes events of CPUs that are not here, too. */
	setenv("LIBPFM_ENCODE_INACTIVE", "1", 1);
	return pb_events_init() || pb_counter_table_load(&table);
}

static int unload(void **state)
{
	(void)state;
	pb_counter_table_done(&table);
	return 0;
}

/* libpfm4 is built for one architecture, and knows Zen 5 from Debian 13 on. */
static bool is_known(const char *pmu)
{
#ifdef __x86_64__
	struct perf_event_attr attr;

	if (pb_streq(pmu, "amd64_fam1ah_zen5"))
		return !pb_event_encode("amd64_fam1ah_zen5::RETIRED_INSTRUCTIONS",
					PB_COUNTER_KERNEL, &attr);
	return strncmp(pmu, "arm_", 4) != 0;
#else
	return strncmp(pmu, "arm_", 4) == 0 || pb_streq(pmu, PB_PMU_SOFTWARE);
#endif
}

static void test_encode(void **state)
{
	size_t nr_encoded = 0, nr_absent = 0;

	(void)state;
	for (size_t i = 0; i < table.nr; i++) {
		const struct pb_counter_row *row = &table.rows[i];
		_cleanup_free_ char *event = pb_format("%s::%s", row->pmu, row->event);
		bool is_software = pb_streq(row->pmu, PB_PMU_SOFTWARE);
		struct perf_event_attr attr = { 0 };

		assert_non_null(event);
		if (row->quality == PB_COUNTER_ABSENT) {
			assert_true(strlen(row->note) > 20); /* a reason that a person can read */
			nr_absent++;
			continue;
		}
		if (!is_known(row->pmu))
			continue;
		if (pb_event_encode(is_software ? row->event : event, PB_COUNTER_KERNEL, &attr))
			fail_msg("%s", pb_fail_message(-EINVAL));
		assert_true(attr.exclude_user && !attr.exclude_kernel);
		assert_int_equal(attr.size, sizeof(attr));
		assert_int_equal(attr.type == PERF_TYPE_SOFTWARE, is_software);
		nr_encoded++;
	}
	print_message("%zu events encoded, %zu absent with a reason\n", nr_encoded, nr_absent);
#ifdef __x86_64__
	assert_true(nr_encoded >= 70);
#else
	assert_true(nr_encoded >= 35);
#endif
	assert_true(nr_absent >= 10);
}

/* Every PMU answers every question of the groups that all have, if only with its reason. */
static void test_complete(void **state)
{
	static const char *const names[] = {
		"cycles",     "instructions", "l1d-misses",     "l2-misses",
		"llc-misses", "transfers",    "transfers-read", "transfers-remote",
		"locked",     "stalls",       "stalls-stores",  "stalls-llc",
	};
	const char *last = "";
	size_t nr_pmus = 0;

	(void)state;
	for (size_t i = 0; i < table.nr; i++) {
		const char *pmu = table.rows[i].pmu;

		if (pb_streq(pmu, PB_PMU_SOFTWARE) || pb_streq(pmu, last))
			continue;
		last = pmu;
		nr_pmus++;
		for (size_t n = 0; n < PB_ARRAY_SIZE(names); n++)
			if (!pb_counter_table_find(&table, pmu, names[n]))
				fail_msg("%s says nothing of '%s'", pmu, names[n]);
	}
	assert_int_equal(nr_pmus, 12);
}

static void test_sides(void **state)
{
	struct perf_event_attr attr;

	(void)state;
	assert_int_equal(pb_event_encode("page-faults", PB_COUNTER_USER, &attr), 0);
	assert_true(!attr.exclude_user && attr.exclude_kernel);
	assert_int_equal(pb_event_encode("page-faults", PB_COUNTER_BOTH, &attr), 0);
	assert_true(!attr.exclude_user && !attr.exclude_kernel);
	/* What the event says itself counts. */
	assert_int_equal(pb_event_encode("page-faults:u", PB_COUNTER_KERNEL, &attr), 0);
	assert_true(!attr.exclude_user && attr.exclude_kernel);
	assert_int_equal(pb_event_encode("NO_SUCH_EVENT", PB_COUNTER_KERNEL, &attr), -ENOENT);
	assert_non_null(strstr(pb_fail_message(-ENOENT), "'NO_SUCH_EVENT' is unknown to libpfm4"));
}

static void test_bad_tables(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "cache\tx\tE\texact\n", "column 5 is empty" },
		{ "cache\tx\tE\texact\tn\tm\n", "more than 5 columns" },
		{ "# c\ncache\tx\tE\tgood\tn\n", "events of 'me', line 2: quality 'good'" },
		{ "cache\tx\t-\texact\tn\n", "event '-' is exact" },
		{ "cache\tx\tE\tabsent\tn\n", "event 'E' is absent" },
		{ "cache\tx\tE\texact\tn\ncache\tx\tF\texact\tn\n", "'x' stands there already" },
	};

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		pb_cleanup(pb_counter_table_done) struct pb_counter_table bad = { 0 };

		assert_int_equal(pb_counter_table_add(&bad, "me", rows[i].text), -EBADMSG);
		assert_non_null(strstr(pb_fail_message(-EBADMSG), rows[i].message));
	}
}

static const char *pmu_here;

static bool has_pmu(const char *pmu)
{
	return pmu_here && pb_streq(pmu, pmu_here);
}

static void words_select(const char *text, struct pb_counters *ret_counters)
{
	pb_cleanup(pb_words_freep) char **words = NULL;
	size_t nr;

	assert_int_equal(pb_words_split(text, "test", &words, &nr), 0);
	assert_int_equal(pb_counters_select(&table, words, nr, has_pmu, ret_counters), 0);
}

static void test_select(void **state)
{
	pb_cleanup(pb_counters_done) struct pb_counters counters = { 0 };
	const struct pb_counter *c;

	(void)state;
#ifdef __x86_64__
	pmu_here = "skx";
	words_select("basic,basic:u,llc-misses,cache,mine=skx::L2_RQSTS:RFO_MISS,page-faults:u",
		     &counters);
#else
	pmu_here = "arm_n1";
	words_select("basic,basic:u,llc-misses,cache,mine=arm_n1::BUS_ACCESS,page-faults:u",
		     &counters);
#endif
	c = counters.list;
	assert_int_equal(counters.nr, 9);
	assert_string_equal(c[0].name, "cycles");
	assert_true(c[0].attr.exclude_user);
	assert_string_equal(c[3].name, "instructions:u");
	assert_true(c[3].attr.exclude_kernel);
	assert_string_equal(c[4].name, "llc-misses"); /* and not once more from its group */
	assert_string_equal(c[5].name, "l1d-misses");
	assert_string_equal(c[7].name, "mine");
	assert_int_equal(c[7].quality, PB_COUNTER_OWN);
	assert_string_equal(c[8].name, "page-faults"); /* the kernel's clocks know no sides */
	for (size_t i = 0; i < counters.nr; i++)
		assert_null(c[i].refusal);
}

/* Each counter that was asked for stands there with a reason. */
static void test_select_absent(void **state)
{
	pb_cleanup(pb_counters_done) struct pb_counters nowhere = { 0 }, absent = { 0 };

	(void)state;
	pmu_here = NULL;
	words_select("contention,Z9:MISSES", &nowhere);
	assert_int_equal(nowhere.nr, 6);
	for (size_t i = 0; i < nowhere.nr; i++) {
		assert_non_null(nowhere.list[i].refusal);
		assert_string_equal(nowhere.list[i].group, i < 5 ? "contention" : "own");
	}
	assert_non_null(strstr(nowhere.list[0].refusal, "has no 'transfers' for this CPU"));
	assert_non_null(strstr(nowhere.list[5].refusal, "'Z9:MISSES' is unknown to libpfm4"));
	pmu_here = "arm_n1";
	words_select("locked", &absent);
	assert_int_equal(absent.nr, 1);
	assert_non_null(strstr(absent.list[0].refusal, "atomic instructions"));
}

static void test_words(void **state)
{
	static const char *const good[] = { "basic",      "basic:u",           "cycles:k",
					    "stalls",     "x=L1D:REPLACEMENT", "L1D:REPLACEMENT:u",
					    "CPU_CYCLES", "strex-failed" };
	static const struct {
		char *word;
		const char *message;
	} bad[] = {
		{ "chache", "unknown counter 'chache' (valid: the groups" },
		{ "chache:u", "unknown counter 'chache:u'" },
		{ "x=", "no event follows the '='" },
		{ "=L1D", "a name has 1 to 31 characters" },
		{ "OFFCORE_RESPONSE_0:DMND_RFO:L3_HIT:SNP_HITM",
		  "NAME=EVENT gives an event a shorter" },
	};

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(good); i++) {
		char *word = (char *)good[i];

		assert_int_equal(pb_counter_words_check(&table, &word, 1), 0);
	}
	for (size_t i = 0; i < PB_ARRAY_SIZE(bad); i++) {
		char *word = bad[i].word;

		assert_int_equal(pb_counter_words_check(&table, &word, 1), -EINVAL);
		assert_non_null(strstr(pb_fail_message(-EINVAL), bad[i].message));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_encode), cmocka_unit_test(test_complete),
		cmocka_unit_test(test_sides),  cmocka_unit_test(test_bad_tables),
		cmocka_unit_test(test_select), cmocka_unit_test(test_select_absent),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
