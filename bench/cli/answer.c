// SPDX-License-Identifier: GPL-2.0-only
/*
 * answer - a command's answer, written in the form that was asked for.
 * Why: --format means the same in every command that has it.
 */
#include "bench/cli/answer.h"

#include <errno.h>
#include <stdio.h>

#include "bench/cli/command.h"
#include "common/err.h"

bool pb_answer_is_complete(const struct pb_document_format *form)
{
	return form && form->complete;
}

int pb_answer(const struct pb_document *document, const struct pb_document_format *form, int status)
{
	int ret = pb_document_write(document, form ? form : &pb_document_formats[0], stdout);

	return ret ? pb_command_failed(ret) : status;
}

int pb_answer_only_text(const struct pb_document_format *form, const char *command)
{
	if (!form || form == pb_document_formats)
		return 0;
	return pb_fail(
		-EINVAL,
		"%s: --format %s is for runs with numbers, and these runs watched held pages: "
		"pinbench semantics --show writes them as tsv, json, markdown or html",
		command, form->name);
}
