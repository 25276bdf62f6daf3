// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_cases - users by their names, and the cells that they become.
 * Why: a user that takes less pages than were asked for must be there once, not never and not twice.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/events/words.h"
#include "bench/memory/needs.h"
#include "bench/users/cases.h"
#include "bench/users/guest/drivers.h"
#include "collect/observed.h"
#include "common/err.h"
#include "common/str.h"

static struct pb_plan plan_of(char **users, size_t nr, const uint64_t *pages, size_t nr_pages)
{
	const struct pb_user_words words = {
		.users = { .words = users, .nr = nr },
		.pages = pages,
		.nr_pages = nr_pages,
	};
	struct pb_plan plan = { .nr_cells = 0 };

	assert_int_equal(pb_user_cases_plan(&words, &plan), 0);
	return plan;
}

static void test_cells(void **state)
{
	char *users[] = { (char *)"futex", (char *)"nothing" };
	const uint64_t pages[] = { 1, 64, 512 };
	struct pb_plan plan = plan_of(users, 2, pages, 3);

	(void)state;
	/* In the table's order; what takes one page a call is there once. */
	assert_int_equal(plan.nr_cells, 4);
	assert_string_equal(plan.cells[0].strategy, "nothing");
	assert_int_equal(plan.cells[0].nr_pages, 1);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(plan.cells[1 + i].strategy, "futex");
		assert_int_equal(plan.cells[1 + i].nr_pages, pages[i]);
	}
	for (size_t i = 0; i < plan.nr_cells; i++) {
		assert_int_equal(plan.cells[i].index, i);
		assert_string_equal(plan.cells[i].event, PB_EVENT_USE);
	}
	pb_plan_done(&plan);
}

/* No row is lost, no name is there twice, each fits into a cell. */
static void test_all(void **state)
{
	const uint64_t one = 1;
	struct pb_plan plan = plan_of(NULL, 0, &one, 1);

	(void)state;
	assert_true(plan.nr_cells >= 40);
	for (size_t i = 0; i < plan.nr_cells; i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(plan.cells[i].strategy, plan.cells[j].strategy);
	pb_plan_done(&plan);
}

static void test_unknown(void **state)
{
	char *near[] = { (char *)"fut3x" }, *far[] = { (char *)"ibv_reg_mr" };
	const struct pb_word_list typo = { .words = near, .nr = 1 },
				  other = { .words = far, .nr = 1 };

	(void)state;
	assert_int_equal(pb_user_words_check(&typo), -EINVAL);
	assert_non_null(strstr(pb_fail_message(-EINVAL), "did you mean 'futex'?"));
	assert_int_equal(pb_user_words_check(&other), -EINVAL);
	assert_null(strstr(pb_fail_message(-EINVAL), "did you mean"));
	assert_non_null(strstr(pb_fail_message(-EINVAL), "process-vm-readv"));
}

/* A cell of a user must not bring up what watched events need, and no other cell users' modules. */
static void test_needs(void **state)
{
	(void)state;
	assert_int_equal(pb_event_needs(PB_EVENT_USE), PB_NEEDS_USERS);
	assert_int_equal(pb_event_needs(""), PB_NEEDS_NOTHING);
	assert_int_equal(pb_event_needs("munmap") & PB_NEEDS_USERS, 0);
}

static void test_drivers(void **state)
{
	const char *words = "sd_mod,  scsi_debug dev_size_mb=64 delay=0, loop", *none = "";
	char name[32], parameters[32];

	(void)state;
	assert_true(pb_guest_driver_next(&words, name, parameters, sizeof(name)));
	assert_string_equal(name, "sd_mod");
	assert_string_equal(parameters, "");
	assert_true(pb_guest_driver_next(&words, name, parameters, sizeof(name)));
	assert_string_equal(name, "scsi_debug");
	assert_string_equal(parameters, "dev_size_mb=64 delay=0");
	assert_true(pb_guest_driver_next(&words, name, parameters, sizeof(name)));
	assert_string_equal(name, "loop");
	assert_false(pb_guest_driver_next(&words, name, parameters, sizeof(name)));
	assert_false(pb_guest_driver_next(&none, name, parameters, sizeof(name)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),   cmocka_unit_test(test_all),
		cmocka_unit_test(test_unknown), cmocka_unit_test(test_needs),
		cmocka_unit_test(test_drivers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
