// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_kernel - what tells a kernel's files: apt's sources, the cache's manifest, an image's
 * header. Why: a tree is anybody's, and a cache is kept for years.
 */
#include <stdlib.h>

#include "bench/kernels/arch.h"
#include "bench/kernels/fetch/sources.h"
#include "bench/kernels/manifest.h"
#include "bench/kernels/tree.h"
#include "common/str.h"
#include "tests/fuzz/fuzz.h"

static void sources_try(const uint8_t *data, size_t size)
{
	const uint8_t *rest;
	size_t rest_size, len = fuzz_cut(data, size, &rest, &rest_size);
	_cleanup_free_ char *targets = fuzz_text(data, len), *uris = fuzz_text(rest, rest_size);
	struct pb_sources sources = { 0 };

	if (!pb_sources_parse(targets, uris, &sources))
		pb_sources_done(&sources);
}

static void manifest_try(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *folder = NULL;
	struct pb_manifest manifest = { 0 };

	fuzz_file("kernel/file", (const uint8_t *)"x", 1);
	fuzz_file("kernel/manifest", data, size);
	folder = pb_format("%s/kernel", fuzz_dir());
	if (!folder || pb_manifest_load(folder, "fuzz", &manifest))
		return;
	(void)!pb_manifest_check_all(&manifest, "");
	pb_manifest_done(&manifest);
}

static void image_try(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file("image", data, size);

	for (size_t i = 0; pb_arch_at(i); i++) {
		_cleanup_free_ char *release = NULL;

		(void)!pb_image_release(pb_arch_at(i), path, &release);
	}
}

/* The first byte says which of them, the rest is the file. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	if (data[0] == 's')
		sources_try(data + 1, size - 1);
	else if (data[0] == 'm')
		manifest_try(data + 1, size - 1);
	else
		image_try(data + 1, size - 1);
	return 0;
}
