// SPDX-License-Identifier: GPL-2.0-only
/*
 * version - which of two package versions is newer, by Debian's rule (policy manual, 5.6.12).
 * Why: asking dpkg for every pair of packages would start hundreds of processes.
 */
#include <ctype.h>
#include <string.h>

#include "bench/kernels/fetch/packages.h"

/* Sorts ~ before the end, the end before letters, letters before the rest. */
static int char_order(unsigned char c)
{
	if (c == '~')
		return -1;
	if (!c || isdigit(c))
		return 0;
	return isalpha(c) ? c : c + 256;
}

static int digits_compare(const char **a, const char **b)
{
	size_t len_a, len_b;
	int order;

	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	len_a = strspn(*a, "0123456789");
	len_b = strspn(*b, "0123456789");
	if (len_a != len_b)
		return len_a < len_b ? -1 : 1;
	order = strncmp(*a, *b, len_a);
	*a += len_a;
	*b += len_b;
	return order;
}

/* Text and numbers in turn, as long as either side has some. */
static int part_compare(const char *a, const char *b)
{
	while (*a || *b) {
		int order;

		while ((*a && !isdigit((unsigned char)*a)) || (*b && !isdigit((unsigned char)*b))) {
			order = char_order((unsigned char)*a) - char_order((unsigned char)*b);
			if (order)
				return order;
			a++;
			b++;
		}
		order = digits_compare(&a, &b);
		if (order)
			return order;
	}
	return 0;
}

/* Cuts @version (a copy) into its three parts; without a revision it counts as 0. */
static void version_split(char *version, const char **epoch, const char **upstream,
			  const char **revision)
{
	char *colon = strchr(version, ':'), *dash = strrchr(version, '-');

	*epoch = colon ? version : "0";
	*upstream = colon ? colon + 1 : version;
	*revision = dash ? dash + 1 : "0";
	if (colon)
		*colon = '\0';
	if (dash)
		*dash = '\0';
}

int pb_version_compare(const char *a, const char *b)
{
	const char *epoch_a, *upstream_a, *revision_a, *epoch_b, *upstream_b, *revision_b;
	char copy_a[128], copy_b[128];
	int order;

	snprintf(copy_a, sizeof(copy_a), "%s", a);
	snprintf(copy_b, sizeof(copy_b), "%s", b);
	version_split(copy_a, &epoch_a, &upstream_a, &revision_a);
	version_split(copy_b, &epoch_b, &upstream_b, &revision_b);
	order = part_compare(epoch_a, epoch_b);
	if (!order)
		order = part_compare(upstream_a, upstream_b);
	if (!order)
		order = part_compare(revision_a, revision_b);
	return order;
}
