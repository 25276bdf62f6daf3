// SPDX-License-Identifier: GPL-2.0-only
/*
 * replay FOLDER - gives a target every file of its corpus, once.
 * Why: what a fuzzer found stays found, also where there is no clang.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "tests/fuzz/fuzz.h"

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* In memory of exactly its size, as libFuzzer has it: what reads behind the end is seen. */
static int file_give(const char *folder, const char *name)
{
	_cleanup_free_ char *path = pb_format("%s/%s", folder, name);
	_cleanup_free_ char *text = NULL;
	_cleanup_free_ uint8_t *data = NULL;
	size_t size = 0;
	int ret = path ? pb_file_read(path, &text, &size) : -ENOMEM;

	if (ret)
		return ret;
	data = malloc(size ? size : 1);
	if (!data)
		return pb_fail(-ENOMEM, "out of memory");
	memcpy(data, text, size);
	/* The last one printed is the one that it died of. */
	fprintf(stderr, "%s\n", name);
	return LLVMFuzzerTestOneInput(data, size);
}

int main(int argc, char **argv)
{
	struct dirent **entries = NULL;
	int nr, ret = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	nr = scandir(argv[1], &entries, visible, alphasort);
	for (int i = 0; i < nr; i++) {
		if (!ret)
			ret = file_give(argv[1], entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (ret)
		fprintf(stderr, "%s\n", pb_fail_message(ret));
	if (nr <= 0)
		fprintf(stderr, "folder '%s' holds no inputs\n", argv[1]);
	return ret || nr <= 0;
}
