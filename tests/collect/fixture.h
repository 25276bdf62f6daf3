/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fixture - invented runs and a folder of their own for the tests of collect/.
 * Why: every test starts from the same few lines and leaves nothing behind.
 */
#ifndef TESTS_COLLECT_FIXTURE_H
#define TESTS_COLLECT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collect/store/store.h"

#define UUID_A "6f1c2f0e-0000-4000-8000-00000000000a"
#define UUID_B "6f1c2f0e-0000-4000-8000-00000000000b"
#define UUID_C "6f1c2f0e-0000-4000-8000-00000000000c"

/* cmocka setup and teardown: *state is the path of a fresh folder. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* The path of a file in it; overwritten by the next call with the same @slot (0 to 3). */
const char *fixture_path(void *const *state, int slot, const char *name);

struct pb_run_record fixture_run(const char *uuid);
/* Releases with pb_cell_result_done(). Measured, acquire and release and harness series. */
struct pb_cell_result fixture_cell(uint32_t index, size_t nr_samples);
struct pb_cell_result fixture_refused(uint32_t index);

/* A store at @path with a run of four cells: measured, refused, measured with gaps, failed. */
struct pb_store *fixture_store(const char *path, int64_t *ret_run_id);

/* The whole file, terminated; free() it. */
char *fixture_read(const char *path, size_t *ret_len);
void fixture_write(const char *path, const void *data, size_t len);

/* A run, or several, in another system's words; the text is freed by the caller. */
int fixture_export_try(struct pb_store *store, const char *format, const int64_t *ids, size_t nr,
		       char **ret_text);
char *fixture_export(struct pb_store *store, const char *format, int64_t run_id);

/* The first column of the first row as a number. */
int64_t fixture_count(struct pb_store *store, const char *sql);

#endif
