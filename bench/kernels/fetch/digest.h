/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * digest - SHA-256 of words, files and folders.
 * Why: what was built is found again by what it was built from.
 */
#ifndef BENCH_KERNELS_FETCH_DIGEST_H
#define BENCH_KERNELS_FETCH_DIGEST_H

#include <stdint.h>
#include <sys/types.h>

#include <sha256.h>

#include "common/cleanup.h"

enum { PB_DIGEST_HEX = SHA256_DIGEST_STRING_LENGTH };

void pb_digest_text(SHA256_CTX *digest, const char *text);

/* Names and contents of all regular files below @path, in sorted order. */
int pb_digest_folder(SHA256_CTX *digest, const char *path) pb_must_check;

/* In hexadecimal digits. */
void pb_digest_end(SHA256_CTX *digest, char hex[PB_DIGEST_HEX]);

#endif
