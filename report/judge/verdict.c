// SPDX-License-Identifier: GPL-2.0-only
/*
 * verdict - what a verdict is called, how a command says it to a script, and how a limit is written.
 * Why: compare, gate and bisect-step answer in the same words and the same exit statuses.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/judge/comparison.h"

static const struct {
	const char *name;
	int exit;
} verdicts[] = {
	[PB_VERDICT_SAME] = { "same", 0 },
	[PB_VERDICT_BETTER] = { "better", 0 },
	[PB_VERDICT_WORSE] = { "worse", 1 },
	[PB_VERDICT_UNKNOWN] = { "cannot tell", 125 },
};

int pb_verdict_exit(enum pb_verdict verdict)
{
	return verdicts[verdict].exit;
}

const char *pb_verdict_name(enum pb_verdict verdict)
{
	return verdicts[verdict].name;
}

int pb_percent_parse(const char *text, const char *option, double least, double *ret_share)
{
	char *end;
	double percent;

	errno = 0;
	percent = strtod(text, &end);
	if (end != text && !errno) {
		end += strspn(end, " ");
		end += *end == '%';
	}
	if (end == text || errno || *end || !(percent >= least && percent <= 1000))
		return pb_fail(-EINVAL,
			       "%s '%s' is no allowance (valid: a percentage from %g to 1000, such "
			       "as +1%%)",
			       option, text, least);
	*ret_share = percent / 100;
	return 0;
}
