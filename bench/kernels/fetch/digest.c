// SPDX-License-Identifier: GPL-2.0-only
/*
 * digest - SHA-256 of words, files and folders.
 * Why: what was built is found again by what it was built from.
 */
#include "bench/kernels/fetch/digest.h"

#include <errno.h>
#include <fts.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"

PB_DEFINE_CLEANUP(fts_closep, FTS *, fts_close);

void pb_digest_text(SHA256_CTX *digest, const char *text)
{
	/* With its end, so that two words never read as one. */
	SHA256Update(digest, (const uint8_t *)text, strlen(text) + 1);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int digest_file(SHA256_CTX *digest, const char *root, const char *path)
{
	_cleanup_free_ char *text = NULL;
	size_t len;
	int ret = pb_file_read(path, &text, &len);

	if (ret)
		return ret;
	pb_digest_text(digest, path + strlen(root));
	SHA256Update(digest, (const uint8_t *)text, len);
	return 0;
}

int pb_digest_folder(SHA256_CTX *digest, const char *path)
{
	char *const roots[] = { (char *)path, NULL };
	pb_cleanup(fts_closep) FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *entry;

	if (!walk)
		return pb_fail(-errno, "cannot read folder '%s': %s", path, strerror(errno));
	while ((entry = fts_read(walk))) {
		int ret = 0;

		if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR)
			ret = pb_fail(-entry->fts_errno, "cannot read '%s': %s", entry->fts_path,
				      strerror(entry->fts_errno));
		else if (entry->fts_info == FTS_F)
			ret = digest_file(digest, path, entry->fts_path);
		if (ret)
			return ret;
	}
	return 0;
}

void pb_digest_end(SHA256_CTX *digest, char hex[PB_DIGEST_HEX])
{
	SHA256End(digest, hex);
}
