// SPDX-License-Identifier: GPL-2.0-only
/*
 * proof - is memory what its type says, as far as this user is shown?
 * Why: a proof that cannot be made is no proof of the contrary. A container that masks
 * /proc/kpageflags costs a cell its check, and the run says so.
 */
#include <errno.h>
#include <stdio.h>

#include "bench/memory/inspect/smaps.h"
#include "bench/memory/memory.h"
#include "common/err.h"
#include "common/str.h"

/* Of the flags' questions smaps answers one: is it mapped by huge pages? */
static int smaps_check(const struct pb_memory_type *type, const struct pb_memory *memory)
{
	bool huge = pb_streq(type->name, "thp");
	uint64_t kib;
	int ret = pb_smaps_kib(memory->addr, "AnonHugePages:", &kib);

	if (ret)
		return ret;
	/* More than asked for is another buffer's, next to this one and in the same mapping. */
	if (huge ? kib < memory->len_bytes / 1024 : kib != 0)
		return pb_fail(-ENOMEM, "%llu KiB of memory '%s', %zu KiB, are in huge pages",
			       (unsigned long long)kib, type->name, memory->len_bytes / 1024);
	return 0;
}

int pb_memory_prove(const struct pb_memory_type *type, const struct pb_memory *memory,
		    struct pb_memory_proof *proof)
{
	struct pb_memory_proof least = { .by = PB_PROOF_SMAPS };
	int ret = type->verify(memory);

	if (ret != -ENODATA)
		return ret;
	snprintf(least.why, sizeof(least.why), "%s", pb_fail_message(ret));
	ret = smaps_check(type, memory);
	if (ret == -ENODATA) {
		least.by = PB_PROOF_NONE;
		ret = 0;
	}
	if (ret)
		return ret;
	pb_fail_clear();
	if (least.by > proof->by)
		*proof = least;
	return 0;
}
