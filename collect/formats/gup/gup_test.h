/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gup_test - what the kernel's gup_test, gup_bench and gup_benchmark print, taken as a run.
 * Why: years of such logs exist; pinbench reads them without believing what they do not say.
 *
 * A line like "PIN_FAST_BENCHMARK: Time: get:7318 put:3104 us" is one sample: the time in which the
 * whole range was taken, then released, by calls of -n pages each. It becomes nanoseconds a call,
 * get / calls and put / calls, so that a sample is a mean over all calls of the range. The kernel
 * measures in whole microseconds.
 *
 * The evidence is `syscall`: native time of the kernel's own code without pinbench's module. It is
 * not `hardware`, since no counter was read and nothing says which machine it was.
 *
 *   printed                    strategy      of
 *   GUP_FAST_BENCHMARK         get-fast      get_user_pages_fast()
 *   PIN_FAST_BENCHMARK         pin-fast      pin_user_pages_fast()
 *   PIN_LONGTERM_BENCHMARK     longterm      pin_user_pages(FOLL_LONGTERM)
 *   GUP_BENCHMARK (to 5.10)    get           get_user_pages()
 *   PIN_BENCHMARK (to 5.10)    pin           pin_user_pages()
 *
 * How it was started comes from gup_bench's labels, from the command lines in the log (prompts,
 * run_vmtests.sh, a shell's "+"), or from @args; else gup_test's defaults are taken and the outcome
 * says so. gup_benchmark prints no name: for it @args or such a line must be there.
 *
 * A log is known by its lines, without what mail, terminals and editors do to them, and by the
 * options: the uuid is made of those, and of no date.
 */
#ifndef COLLECT_FORMATS_GUP_GUP_TEST_H
#define COLLECT_FORMATS_GUP_GUP_TEST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "collect/import.h"
#include "collect/store/store.h"
#include "common/cleanup.h"

struct pb_gup_options {
	const char *args;    /* "-a -n 512 -m 128": how it was started; may be NULL */
	const char *kernel;  /* kernel.release of the run; NULL: as the log says */
	const char *created; /* UTC, ISO 8601: when it was measured */
	uint32_t page_bytes; /* of the kernel; 0: as the log says, else 4096 where nothing else is
				likely */
	bool one_run; /* starts that repeat are samples of one run, and no runs of their own */
	bool guessed; /* nobody said that it is a log: where it is none, say what else was tried */
};

/*
 * Takes all of @in, every run in it, or nothing; @name is for messages. -ENODATA: gup_test was
 * skipped, or printed no number; -EBADMSG: a line that cannot be, a time of 0 us among them;
 * -EINVAL: options, a page size that nobody said among them; -EFBIG: too much for a log. A
 * truncated range is a short pin: its cell fails, with the sizes.
 */
int pb_import_gup_test(struct pb_store *store, FILE *in, const char *name,
		       const struct pb_gup_options *options,
		       struct pb_import_outcome *ret_outcome) pb_must_check;

#endif
