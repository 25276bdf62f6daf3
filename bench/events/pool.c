// SPDX-License-Identifier: GPL-2.0-only
/*
 * pool - the hugetlb pool of a guest, on either node.
 * Why: the kernel grows and shrinks it as far as it can and reports no error: what is left is asked.
 */
#include "bench/events/pool.h"

#include <errno.h>
#include <stdio.h>

#include "bench/events/event.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

#define POOL "hugepages/hugepages-2048kB/nr_hugepages"

static const struct {
	const char *path;
	const char *full;
} nodes[] = {
	{ "/sys/devices/system/node/node0/" POOL, "8" },
	{ "/sys/devices/system/node/node1/" POOL, "4" },
};

void pb_pool_fill(void)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(nodes); i++)
		(void)!pb_event_put(nodes[i].path, nodes[i].full);
}

int pb_pool_clear(void)
{
	int ret = 0;

	for (size_t i = 0; i < PB_ARRAY_SIZE(nodes) && !ret; i++)
		ret = pb_event_put(nodes[i].path, "0");
	return ret;
}

int pb_pool_total(uint64_t *ret_pages)
{
	_cleanup_free_ char *text = NULL;
	int ret = pb_file_read("/sys/kernel/mm/" POOL, &text, NULL);

	if (ret) {
		pb_fail_clear();
		return ret;
	}
	*ret_pages = strtoull(text, NULL, 10);
	return 0;
}
