// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_scatter - small pages are given frames of which no two follow each other.
 * Why: a list of pages that follow each other is shorter, and its price would be chance.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/memory/inspect/page_flags.h"
#include "bench/users/guest/scatter.h"
#include "common/err.h"
#include "common/str.h"

enum { PAGES = 8192, MOST = 512, SKIPPED = 77 };

static char *pages_map(int flags)
{
	size_t len = PAGES * (size_t)sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);

	assert_ptr_not_equal(pages, MAP_FAILED);
	assert_int_equal(madvise(pages, len, MADV_NOHUGEPAGE) && errno != EINVAL, 0);
	for (size_t i = 0; i < PAGES; i++)
		((volatile char *)pages)[i * (size_t)sysconf(_SC_PAGESIZE)] = 7;
	return pages;
}

/* Where pages follow each other, so that there is something to do; PAGES if nowhere. */
static size_t neighbours_find(const char *pages)
{
	_cleanup_free_ struct pb_page *read = NULL;
	size_t at = 1;

	assert_int_equal(pb_pages_read(pages, PAGES, &read), 0);
	while (at < PAGES && read[at].pfn != read[at - 1].pfn + 1)
		at++;
	return at < PAGES ? at - 1 : PAGES;
}

static void test_apart(void **state)
{
	_cleanup_free_ struct pb_page *read = NULL;
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE), at, nr;
	char *pages = pages_map(MAP_PRIVATE);

	(void)state;
	at = neighbours_find(pages);
	if (at == PAGES)
		skip(); /* this machine's memory is in pieces already */
	nr = PAGES - at < MOST ? PAGES - at : MOST;
	assert_int_equal(pb_guest_scatter(pages + at * page_bytes, nr), 0);
	assert_int_equal(pb_pages_read(pages + at * page_bytes, nr, &read), 0);
	for (size_t i = 1; i < nr; i++)
		assert_true(read[i].pfn != read[i - 1].pfn + 1);
	munmap(pages, PAGES * page_bytes);
}

/* What others see, too, keeps its frames and what is in them. */
static void test_shared_stays(void **state)
{
	_cleanup_free_ struct pb_page *before = NULL, *after = NULL;
	char *pages = pages_map(MAP_SHARED);

	(void)state;
	assert_int_equal(pb_pages_read(pages, PAGES, &before), 0);
	assert_int_equal(pb_guest_scatter(pages, MOST), 0);
	assert_int_equal(pb_pages_read(pages, PAGES, &after), 0);
	for (size_t i = 0; i < PAGES; i++)
		assert_true(before[i].pfn == after[i].pfn);
	assert_int_equal(pages[0], 7);
	munmap(pages, PAGES * (size_t)sysconf(_SC_PAGESIZE));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_apart),
					    cmocka_unit_test(test_shared_stays) };
	_cleanup_free_ struct pb_page *page = NULL;
	char *pages = pages_map(MAP_PRIVATE);

	if (pb_pages_read(pages, 1, &page) == -ENODATA) {
		printf("skipped: %s\n", pb_fail_message(-ENODATA));
		return SKIPPED;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
