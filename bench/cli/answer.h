/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * answer - a command's answer, written in the form that was asked for.
 * Why: --format means the same in every command that has it.
 */
#ifndef BENCH_CLI_ANSWER_H
#define BENCH_CLI_ANSWER_H

#include <stdbool.h>

#include "common/cleanup.h"
#include "common/grid/forms.h"

/*
 * Writes @document to standard output in @form, NULL: as text, and tells a failure. Returns @status
 * where that went well.
 */
int pb_answer(const struct pb_document *document, const struct pb_document_format *form,
	      int status);

/* Is everything wanted, whether or not --all was given? */
bool pb_answer_is_complete(const struct pb_document_format *form);

/*
 * 0: @form is text, or none was asked for. -EINVAL with a message: runs that watched held pages have
 * verdicts, and `pinbench semantics` writes these in other forms.
 */
int pb_answer_only_text(const struct pb_document_format *form, const char *command) pb_must_check;

#endif
