// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_shares - a profile taken apart: by patterns, by callers, and adding up whatever it holds.
 * Why: a share that lost an instruction on the way would be believed.
 */
#include <errno.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/users/shares.h"
#include "tests/collect/fixture.h"

static void function_add(struct pb_profile *profile, const char *name, const char *caller,
			 uint64_t instructions)
{
	assert_int_equal(pb_profile_add(profile, name, caller, instructions, 1), 0);
}

static void test_callers(void **state)
{
	pb_cleanup(pb_user_sharesp) struct pb_user_shares *shares = NULL;
	pb_cleanup(pb_profile_done) struct pb_profile profile = { 0 };
	double parts[PB_NR_SHARES], sum = 0;

	(void)state;
	assert_int_equal(pb_user_shares_load(SHARES, &shares), 0);
	function_add(&profile, "[user space]", NULL, 1);
	function_add(&profile, "do_syscall_64", "[user space]", 20);
	function_add(&profile, "io_sqe_buffer_register", "do_syscall_64", 300);
	function_add(&profile, "gup_fast_fallback", "pin_user_pages_fast", 4000);
	function_add(&profile, "pin_user_pages_fast", "io_sqe_buffer_register", 50000);
	/* Of the pin, since that is who calls it; a compiler's suffix and a module do not matter. */
	function_add(&profile, "try_grab_folio.part.0", "gup_fast_fallback", 600000);
	function_add(&profile, "a_helper", "gup_fast_fallback", 7000000);
	function_add(&profile, "__io_account_mem", "io_sqe_buffer_register", 80000000);
	/* These two call each other, and nobody else them. */
	function_add(&profile, "ping", "pong", 900000000);
	function_add(&profile, "pong", "ping", 1000000000);
	pb_user_shares_of(shares, &profile, parts);
	assert_true(parts[PB_SHARE_PIN] == 7654000);
	assert_true(parts[PB_SHARE_ACCOUNTING] == 80000000);
	assert_true(parts[PB_SHARE_MAPPING] == 0);
	assert_true(parts[PB_SHARE_REST] == 1900000321);
	for (enum pb_user_share share = 0; share < PB_NR_SHARES; share++)
		sum += parts[share];
	assert_true(sum == (double)pb_profile_sum(&profile));
}

static void test_bad_tables(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "pin\n", "line 1" },
		{ "# fine\npin\t\n", "line 2" },
		{ "pine\tgup_*\n", "no share is called 'pine'" },
		{ "\tgup_*\n", "no share is called ''" },
	};

	for (size_t i = 0; i < PB_ARRAY_SIZE(bad); i++) {
		pb_cleanup(pb_user_sharesp) struct pb_user_shares *shares = NULL;
		const char *path = fixture_path(state, 0, "shares.tsv");

		fixture_write(path, bad[i].text, strlen(bad[i].text));
		assert_int_equal(pb_user_shares_load(path, &shares), -EBADMSG);
		assert_non_null(strstr(pb_fail_message(-EBADMSG), bad[i].why));
	}
}

/* The first pattern that fits decides, and an empty table makes all of it the rest. */
static void test_order(void **state)
{
	static const char text[] = "mapping\tgup_map*\npin\tgup_*";
	const char *path = fixture_path(state, 0, "shares.tsv");
	pb_cleanup(pb_user_sharesp) struct pb_user_shares *shares = NULL, *none = NULL;
	pb_cleanup(pb_profile_done) struct pb_profile profile = { 0 };
	double parts[PB_NR_SHARES];

	fixture_write(path, text, strlen(text));
	assert_int_equal(pb_user_shares_load(path, &shares), 0);
	function_add(&profile, "gup_map_all", NULL, 3);
	function_add(&profile, "gup_fast", NULL, 5);
	pb_user_shares_of(shares, &profile, parts);
	assert_true(parts[PB_SHARE_MAPPING] == 3 && parts[PB_SHARE_PIN] == 5);
	fixture_write(path, "", 0);
	assert_int_equal(pb_user_shares_load(path, &none), 0);
	pb_user_shares_of(none, &profile, parts);
	assert_true(parts[PB_SHARE_REST] == 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_callers),
		cmocka_unit_test_setup_teardown(test_bad_tables, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_order, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
