// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_packages - an archive's package lists.
 * Why: they decide what is fetched, and what it must be.
 */
#include <stdlib.h>

#include "bench/kernels/fetch/archive.h"
#include "bench/kernels/fetch/packages.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = fuzz_text(data, size), *extract = NULL;
	struct pb_packages packages = { 0 };
	struct pb_pick pick = { 0 };

	(void)pb_archive_judge(text);
	if (!pb_packages_extract(text, &extract) && !pb_packages_parse(extract, &packages)) {
		(void)!pb_packages_pick(&packages, "linux-image-*-cloud-amd64", "", &pick);
		(void)!pb_packages_pick_one(&packages, "linux-kbuild-6.1", "amd64", &pick);
		for (size_t i = 1; i < packages.nr; i++)
			(void)pb_version_compare(packages.items[i - 1].version,
						 packages.items[i].version);
	}
	pb_packages_done(&packages);
	packages = (struct pb_packages){ 0 };
	if (!pb_packages_parse(text, &packages))
		pb_packages_done(&packages);
	return 0;
}
