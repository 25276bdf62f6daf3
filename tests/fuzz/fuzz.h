/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz - what the targets share: the bytes as a text, as a file, as files of a folder.
 * Why: a target says which reader it tries, and nothing else.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "collect/record.h"
#include "collect/store/store.h"
#include "common/cleanup.h"

/* libFuzzer's, which a target defines: always returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes with a NUL behind them, in memory of exactly that size; free() it. */
char *fuzz_text(const uint8_t *data, size_t size);

/* The bytes as a stream; fclose() it. */
FILE *fuzz_stream(const uint8_t *data, size_t size);

/* The path of a folder of this process's, which is removed when it ends. */
const char *fuzz_dir(void);

/* Writes the bytes to @name in it, in folders that are made; its path, until the next call. */
const char *fuzz_file(const char *name, const uint8_t *data, size_t size);

/* Cuts the bytes behind the first NUL; *rest is what is left. Without one all is the first part. */
size_t fuzz_cut(const uint8_t *data, size_t size, const uint8_t **rest, size_t *rest_size);

/* A store in memory that is made once, since that takes longer than most inputs; _empty() drops its
 * runs. */
struct pb_store *fuzz_store(void);
void fuzz_store_empty(void);

/* A sink that believes everything and keeps nothing. */
extern const struct pb_record_sink fuzz_sink;

#endif
